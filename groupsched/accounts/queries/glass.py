"""Reading break-glass: what is open in a browser, and what was opened in a program."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity, Role
from groupsched.accounts.models import BreakGlass, Person
from groupsched.accounts.queries.people import holds_now
from groupsched.core.db import db


def glass_not_closed(sign_in_id: int) -> BreakGlass | None:
    """What was opened in a browser and not closed by hand; its hour may be over."""
    mine = (BreakGlass.sign_in_id == sign_in_id, BreakGlass.closed_at.is_(None))
    return db.session.scalar(select(BreakGlass).where(*mine))


def glass_of_program(identity: Identity, since: datetime | None = None) -> list[BreakGlass]:
    """What was opened in the identity's program by others, the latest first, at most a hundred. Call it behind GLASS_READ."""
    query = glass_opened(identity, since).options(joinedload(BreakGlass.person))
    return list(
        db.session.scalars(query.order_by(BreakGlass.opened_at.desc(), BreakGlass.id.desc()).limit(100))
    )


def glass_opened(identity: Identity, since: datetime | None = None) -> Select[BreakGlass]:
    """The same as a question, in no order."""
    query = select(BreakGlass).where(
        BreakGlass.program_id == identity.program_id, BreakGlass.person_id != identity.person
    )
    return query if since is None else query.where(BreakGlass.opened_at > since)


def supervisors(identity: Identity) -> list[Person]:
    """Who watches over the identity's program: those who hold the role now, but for oneself."""
    others = (Person.program_id == identity.program_id, Person.id != identity.person)
    query = select(Person).where(*others, holds_now(Role.SUPERVISOR)).order_by(Person.id)
    return list(db.session.scalars(query))
