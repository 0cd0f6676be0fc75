"""One change of a group is told to its people once, whatever parts it has."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import select

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import publish
from groupsched.schedule.events import DateBefore, DatesReplanned
from groupsched.schedule.models import Occurrence

_inside: ContextVar[frozenset[int]] = ContextVar("told_at_the_end", default=frozenset())


@contextmanager
def told_once(group: Group) -> Iterator[None]:
    """What happens inside to the coming dates of a group is told as one change, at the end of the outermost block."""
    if group.id in _inside.get():
        yield
        return
    before = _coming(group.id)
    token = _inside.set(_inside.get() | {group.id})
    try:
        yield
    finally:
        _inside.reset(token)
    _tell(group.id, before)


def _tell(group_id: int, before: dict[int, DateBefore]) -> None:
    db.session.flush()
    after = _coming(group_id)
    moved = tuple(was for number, was in before.items() if after.get(number, was) != was)
    dropped = _cancelled([number for number in before if number not in after])
    if moved or dropped:
        publish(DatesReplanned(group_id, moved, dropped))


def _cancelled(gone: list[int]) -> tuple[int, ...]:
    """Those of the dates that stay as cancelled rows: one that was deleted was nobody's."""
    query = select(Occurrence.id).where(Occurrence.id.in_(gone), Occurrence.status == "cancelled")
    return tuple(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id))) if gone else ()


def _coming(group_id: int) -> dict[int, DateBefore]:
    query = select(Occurrence.id, Occurrence.start, Occurrence.end, Occurrence.place_id).where(
        Occurrence.group_id == group_id, Occurrence.status == "scheduled", Occurrence.start > clock.now()
    )
    rows = db.session.execute(query.order_by(Occurrence.start, Occurrence.id))
    return {row[0]: DateBefore(*row) for row in rows}
