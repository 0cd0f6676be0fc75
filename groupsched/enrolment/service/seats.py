"""Seats, counted per date. Every change locks the group's row first; a guarded UPDATE has the last word.

A whole enrolment is one UPDATE over the coming scheduled dates; fewer rows than dates means back to the savepoint.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, bindparam, func, or_, select, update

from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries import holds_seat
from groupsched.enrolment.rules import seats_free
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus


class DateFull(Exception):
    """Some date has no seat left."""


@dataclass(frozen=True)
class ComingDate:
    """A coming date with its seats. `capacity` None: no limit."""

    id: int
    uid: str
    original_local: str
    original_start: datetime
    start: datetime
    end: datetime
    timezone: str
    capacity: int | None
    taken: int

    @property
    def free(self) -> int | None:
        """Free seats; None where there is no limit."""
        return seats_free(self.capacity, self.taken)


def ahead(group_id: int, now: datetime) -> list[ComingDate]:
    """The coming scheduled dates of a group, in order."""
    return [ComingDate(*row) for row in db.session.execute(_AHEAD, {"group": group_id, "now": now})]


def take_all(group_id: int, now: datetime, wanted: int) -> None:
    """A seat on every coming date of a group. Raises DateFull unless all `wanted` dates had one; call in a savepoint."""
    if _change(and_(_coming(group_id, now), _free()), by=1) < wanted:
        raise DateFull


def take_one(occurrence_id: int) -> bool:
    """A seat on one date, if there is one."""
    one = and_(Occurrence.id == occurrence_id, Occurrence.status == OccurrenceStatus.SCHEDULED)
    return _change(and_(one, _free()), by=1) == 1


def take_these(occurrence_ids: Collection[int]) -> None:
    """A seat on each of these dates. Raises DateFull unless all had one; call in a savepoint."""
    these = and_(Occurrence.id.in_(occurrence_ids), Occurrence.status == OccurrenceStatus.SCHEDULED)
    if occurrence_ids and _change(and_(these, _free()), by=1) < len(occurrence_ids):
        raise DateFull


def give_back(occurrence_ids: Collection[int]) -> None:
    """One seat less taken on each of these dates."""
    if occurrence_ids:
        _change(and_(Occurrence.id.in_(occurrence_ids), Occurrence.taken > 0), by=-1)


def held_ahead(enrolment: Enrolment, now: datetime) -> list[int]:
    """The coming scheduled dates on which an enrolment holds a seat."""
    said = and_(DateSeat.enrolment_id == Enrolment.id, DateSeat.occurrence_id == Occurrence.id)
    query = (
        select(Occurrence.id)
        .join(Enrolment, Enrolment.group_id == Occurrence.group_id)
        .outerjoin(DateSeat, said)
        .where(Enrolment.id == enrolment.id, holds_seat(), _coming(enrolment.group_id, now))
    )
    return list(db.session.scalars(query))


def held_dates(enrolment: Enrolment, now: datetime) -> list[ComingDate]:
    """The same as dates, in order."""
    held = set(held_ahead(enrolment, now))
    return [one for one in ahead(enrolment.group_id, now) if one.id in held]


def recount(occurrence_ids: Sequence[int]) -> None:
    """Set `taken` of these dates to the number of enrolments that hold a seat: for dates that are new or moved."""
    said = and_(DateSeat.enrolment_id == Enrolment.id, DateSeat.occurrence_id == Occurrence.id)
    holding = (
        select(func.count())
        .select_from(Enrolment)
        .outerjoin(DateSeat, said)
        .where(Enrolment.group_id == Occurrence.group_id, holds_seat())
        .correlate(Occurrence)
        .scalar_subquery()
    )
    for begin in range(0, len(occurrence_ids), 500):
        _run(
            update(Occurrence)
            .where(Occurrence.id.in_(occurrence_ids[begin : begin + 500]))
            .values(taken=holding)
        )


def _coming(group_id: Any, now: Any) -> ColumnElement[bool]:
    return and_(
        Occurrence.group_id == group_id,
        Occurrence.start > now,
        Occurrence.status == OccurrenceStatus.SCHEDULED,
    )


_AHEAD = (
    select(
        Occurrence.id,
        Occurrence.uid,
        Occurrence.original_local,
        Occurrence.original_start,
        Occurrence.start,
        Occurrence.end,
        Occurrence.timezone,
        Occurrence.capacity,
        Occurrence.taken,
    )
    .where(_coming(bindparam("group"), bindparam("now")))
    .order_by(Occurrence.start, Occurrence.id)
)


def _free() -> ColumnElement[bool]:
    return or_(Occurrence.capacity.is_(None), Occurrence.taken < Occurrence.capacity)


def _change(where: ColumnElement[bool], *, by: int) -> int:
    return _run(update(Occurrence).where(where).values(taken=Occurrence.taken + by))


def _run(statement: Any) -> int:
    # Past the session, which does not follow it: the counters that it knows are old afterwards.
    done: CursorResult[Any] = db.session.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[assignment]
    for row in db.session.identity_map.values():
        if isinstance(row, Occurrence):
            db.session.expire(row, ["taken"])
    return done.rowcount
