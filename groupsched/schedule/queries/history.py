"""What was changed of a group's dates, and in which order."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.models import (
    ChangeMade,
)


def changes_made(group: Group, limit: int = 6) -> list[ChangeMade]:
    """The latest changes of a group's dates, the last first, with who made them. The group itself was loaded in scope."""
    return list(db.session.scalars(history_of(group).limit(limit)))


def history_of(group: Group) -> Select[ChangeMade]:
    """All changes of a group's dates, the last first, with who made them."""
    query = select(ChangeMade).where(ChangeMade.group_id == group.id).options(joinedload(ChangeMade.by))
    return query.order_by(ChangeMade.id.desc())


def last_change(group: Group) -> int:
    """The number of the last change of a group's dates; 0 before there is one."""
    query = select(func.max(ChangeMade.id)).where(ChangeMade.group_id == group.id)
    return db.session.scalar(query) or 0


def changes_since(group: Group, number: int) -> list[ChangeMade]:
    """The changes of a group's dates after the one of this number, the first of them first."""
    return [one for one in reversed(changes_made(group)) if one.id > number]


def get_change(identity: Identity, uid: str) -> ChangeMade:
    """A change of dates by its public id. Raises NotFound where it is unknown, or its group is not theirs to change."""
    found = db.session.scalar(
        select(ChangeMade).where(ChangeMade.uid == uid).options(joinedload(ChangeMade.group))
    )
    if found is None:
        raise NotFound
    ensure(identity, Permission.GROUP_WRITE, facts(found.group))
    return found
