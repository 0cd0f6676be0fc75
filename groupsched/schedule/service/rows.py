"""Who may change a group's dates, and how they are held while somebody does."""

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from groupsched.access.identity import Identity, System
from groupsched.access.policy import Permission, ensure
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts
from groupsched.catalog.service import refuse_external
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.models import Occurrence


def may_write(identity: Identity, group: Group) -> None:
    """Own groups, by the policy; listings of others only for the product itself (an import)."""
    ensure(identity, Permission.GROUP_WRITE, facts(group))
    if not isinstance(identity, System):
        refuse_external(group)


def lock(group_id: int) -> None:
    """Lock the group's row: every change of dates or seats does this first, so that bulk changes cannot deadlock.

    SQLite has no such lock and needs none: a transaction that writes holds the whole file from its first statement.
    """
    if db.engine.dialect.name != "sqlite":
        db.session.scalar(select(Group.id).where(Group.id == group_id).with_for_update())


def hold_date(occurrence: Occurrence) -> None:
    """Lock a date, and before it its group, and take over what became of the date while somebody else had them.

    Raises NotFound where it is gone.
    """
    known = (
        Occurrence.status,
        Occurrence.frozen,
        Occurrence.start,
        Occurrence.end,
        Occurrence.version,
    )
    query = select(*known).join(Occurrence.group).where(Occurrence.id == occurrence.id)
    # Both, though the group would keep everybody away: a row that is not locked is read as it was before the wait for it.
    found = db.session.execute(query.with_for_update(of=(Group, Occurrence))).one_or_none()
    if found is None:
        raise NotFound
    for column, value in zip(known, found, strict=True):
        set_committed_value(occurrence, column.key, value)


def touch(row: Occurrence) -> None:
    """A row is another version from now on."""
    row.version += 1
    row.changed_at = clock.now()
