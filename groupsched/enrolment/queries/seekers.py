"""Who looked up many people in a day, of those who lead groups and do nothing else on staff."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from groupsched.access.identity import Identity, Role
from groupsched.accounts.models import Person
from groupsched.accounts.queries import holds_now
from groupsched.audit.models import AuditRow, AuditSubject
from groupsched.audit.rules import AuditAction, words_of
from groupsched.core.db import db

MANY = 20
SOUGHT = (AuditAction.PERSON_SOUGHT, AuditAction.WALK_IN_SOUGHT)


@dataclass(frozen=True)
class Seeker:
    """Somebody on staff who found more than twenty different people by names and numbers since some moment; `at` is when
    they last did."""

    person: Person
    number: int
    at: datetime


def who_sought_many(identity: Identity, since: datetime) -> list[Seeker]:
    """Who did so in the program of this identity, but itself: the desk and supervisors have the register open."""
    return seekers(
        AuditRow.program_id == identity.program_id, Person.id != (identity.person or 0), since=since
    )


def seekers(*where: ColumnElement[bool], since: datetime) -> list[Seeker]:
    """The same wherever this holds, by name."""
    different = func.count(AuditSubject.person_id.distinct())
    query = (
        select(Person, different, func.max(AuditRow.at))
        .join(AuditRow, AuditRow.actor_id == Person.id)
        .join(AuditSubject, AuditSubject.audit_id == AuditRow.id)
        .where(
            *where,
            AuditRow.at >= since,
            AuditRow.word.in_(words_of(SOUGHT)),
            ~or_(holds_now(Role.FRONT_DESK), holds_now(Role.SUPERVISOR)),
        )
        .group_by(Person.id)
        .having(different > MANY)
        .order_by(Person.first_name, Person.last_name, Person.id)
    )
    return [Seeker(*row) for row in db.session.execute(query)]
