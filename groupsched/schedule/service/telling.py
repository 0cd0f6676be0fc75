"""One change of a group's dates is told to the rooms above once, whatever parts it has."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from sqlalchemy import select

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import publish
from groupsched.schedule.events import DateBefore, DatesChanged
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import only_rule
from groupsched.schedule.rules import OccurrenceStatus

# The parts of each change that is not at its end yet, by the number of the group.
_open: ContextVar[Mapping[int, list[DatesChanged]]] = ContextVar("open_changes")


def announce(
    group: Group, *, added: Iterable[int] = (), changed: Iterable[int] = (), dropped: Iterable[int] = ()
) -> None:
    """Say which dates came, changed or fell away, by id: inside `told_once` at its end, else now."""
    said = DatesChanged(group.id, tuple(added), tuple(changed), tuple(dropped))
    parts = _open.get({}).get(group.id)
    if parts is None:
        publish(said)
    else:
        parts.append(said)


@contextmanager
def told_once(group: Group) -> Iterator[None]:
    """What is announced inside of the dates of a group is one change, published at the end of the outermost block."""
    if group.id in _open.get({}):
        yield
        return
    before, rule_was = _coming(group.id), only_rule(group)
    parts: list[DatesChanged] = []
    token = _open.set({**_open.get({}), group.id: parts})
    try:
        yield
    finally:
        _open.reset(token)
    if parts:
        db.session.flush()
        said = _sum(group.id, before, parts)
        publish(replace(said, rule_was=rule_was, rule=only_rule(group)))


def _sum(group_id: int, before: Mapping[int, DateBefore], parts: Sequence[DatesChanged]) -> DatesChanged:
    added, changed, dropped = (
        tuple(dict.fromkeys(number for part in parts for number in getattr(part, name)))
        for name in ("added", "changed", "dropped")
    )
    after = _coming(group_id) if changed else before
    moved = tuple(was for number, was in before.items() if after.get(number, was) != was)
    return DatesChanged(group_id, added, changed, dropped, moved)


def _coming(group_id: int) -> dict[int, DateBefore]:
    query = select(Occurrence.id, Occurrence.start, Occurrence.end, Occurrence.place_id).where(
        Occurrence.group_id == group_id,
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.start > clock.now(),
    )
    rows = db.session.execute(query.order_by(Occurrence.start, Occurrence.id))
    return {row[0]: DateBefore(*row) for row in rows}
