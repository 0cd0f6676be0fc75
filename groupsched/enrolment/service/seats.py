"""Seats, counted per date: all taken ones, and of these the ones online. Every change locks the group's row first; a guarded UPDATE has the last word.

A whole enrolment is one UPDATE over the coming scheduled dates; fewer rows than dates means back to the savepoint.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, bindparam, case, exists, func, select, true, update

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment, SeatHold
from groupsched.enrolment.queries import (
    comes_by,
    guests_seated,
    holds_seat,
    pool_held,
    seats_kept,
)
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus, PooledSeats, SeatPool

HeldSeat = tuple[int, SeatPool | None]
"""A seat on a date, by its number, and how its person comes: who has not said it sits in the room."""


class DateFull(Exception):
    """Some date has no seat left."""


@dataclass(frozen=True)
class ComingDate:
    """A coming date with its seats. `capacity` None: no limit. `asking`: in its group a seat is kept for somebody."""

    id: int
    uid: str
    original_local: str
    original_start: datetime
    start: datetime
    end: datetime
    timezone: str
    capacity: int | None
    taken: int
    online_capacity: int | None = 0
    online_taken: int = 0
    freed_at: datetime | None = None
    asking: bool = False

    @property
    def seats(self) -> PooledSeats:
        """Its seats, in the room and online."""
        return PooledSeats(self.capacity, self.taken, self.online_capacity, self.online_taken)

    def one_less(self, pool: SeatPool | None) -> "ComingDate":
        """The same after somebody took a seat."""
        online = self.online_taken + (pool is SeatPool.ONLINE)
        return replace(self, taken=self.taken + 1, online_taken=online)


def ahead(group_id: int, now: datetime) -> list[ComingDate]:
    """The coming scheduled dates of a group, in order."""
    return [ComingDate(*row) for row in db.session.execute(_AHEAD, {"group": group_id, "now": now})]


def take_all(group_id: int, now: datetime, dates: Sequence[ComingDate], pool: SeatPool | None) -> None:
    """A seat of a pool on every coming date of a group, from the first of these `dates` to the last. Raises DateFull unless all of
    them had one; call in a savepoint."""
    if not dates:
        return
    among = Occurrence.start.between(min(one.start for one in dates), max(one.start for one in dates))
    if _change(and_(_coming(group_id, now), among, Occurrence.free_in(pool)), pool, by=1) < len(dates):
        raise DateFull


def take_one(occurrence_id: int, pool: SeatPool | None) -> bool:
    """A seat of a pool on one date, if there is one."""
    one = and_(Occurrence.id == occurrence_id, Occurrence.status == OccurrenceStatus.SCHEDULED)
    return _change(and_(one, Occurrence.free_in(pool)), pool, by=1) == 1


def take_these(seats: Iterable[HeldSeat]) -> None:
    """Each of these seats. Raises DateFull unless all were free; call in a savepoint."""
    for pool, dates in _by_pool(seats):
        these = and_(Occurrence.id.in_(dates), Occurrence.status == OccurrenceStatus.SCHEDULED)
        if _change(and_(these, Occurrence.free_in(pool)), pool, by=1) < len(dates):
            raise DateFull


def give_back(seats: Iterable[HeldSeat]) -> None:
    """Each of these seats is taken no more; a date that was full has one that came free now."""
    for pool, dates in _by_pool(seats):
        these = and_(Occurrence.id.in_(dates), Occurrence.taken > 0)
        freed = case((Occurrence.free_in(pool), Occurrence.freed_at), else_=clock.now())
        _change(these, pool, by=-1, freed_at=freed)


def hold_seats(hold: SeatHold, now: datetime, wanted: int, seats: int) -> None:
    """Keep so many seats by a hold, as taken. Raises DateFull unless its `wanted` dates had as many; call in a savepoint."""
    free = Occurrence.free_in(hold.pool, seats)
    dates = and_(_of(hold), Occurrence.start > now, Occurrence.status == OccurrenceStatus.SCHEDULED)
    if _change(and_(dates, free), hold.pool, by=seats) < wanted:
        raise DateFull


def let_go_of(hold: SeatHold, seats: int) -> None:
    """So many seats that a hold kept are taken no more. That is nothing that came free: who was asked for them was."""
    if seats:
        _change(and_(_of(hold), Occurrence.taken >= seats), hold.pool, by=-seats)


def _of(hold: SeatHold) -> ColumnElement[bool]:
    if hold.occurrence_id is not None:
        return Occurrence.id == hold.occurrence_id
    before = true() if hold.until_start is None else Occurrence.start < hold.until_start
    return and_(Occurrence.group_id == hold.group_id, Occurrence.start >= hold.from_start, before)


def exchange(dates: Collection[int], pool: SeatPool) -> None:
    """A seat of this pool on each of these dates instead of one of the other. Raises DateFull unless all had one; call in a
    savepoint."""
    by = 1 if pool is SeatPool.ONLINE else -1
    these = and_(Occurrence.id.in_(dates), Occurrence.free_in(pool))
    change = update(Occurrence).where(these).values(online_taken=Occurrence.online_taken + by)
    if dates and _run(change) < len(dates):
        raise DateFull


def held_ahead(enrolment: Enrolment, now: datetime) -> dict[int, SeatPool | None]:
    """The coming scheduled dates on which an enrolment holds a seat, with how its person comes."""
    said = and_(DateSeat.enrolment_id == Enrolment.id, DateSeat.occurrence_id == Occurrence.id)
    query = (
        select(Occurrence.id, pool_held())
        .join(Enrolment, Enrolment.group_id == Occurrence.group_id)
        .outerjoin(DateSeat, said)
        .where(Enrolment.id == enrolment.id, holds_seat(), _coming(enrolment.group_id, now))
    )
    return {number: SeatPool(pool) if pool else None for number, pool in db.session.execute(query)}


def held_dates(enrolment: Enrolment, now: datetime) -> list[ComingDate]:
    """The same as dates, in order."""
    held = held_ahead(enrolment, now)
    return [one for one in ahead(enrolment.group_id, now) if one.id in held]


def recount(occurrence_ids: Sequence[int]) -> None:
    """Set what is taken of these dates to the number of enrolments and guests that hold a seat, and of seats that are kept for who
    was asked: for dates that are new or moved."""
    said = and_(DateSeat.enrolment_id == Enrolment.id, DateSeat.occurrence_id == Occurrence.id)
    holding = (
        select(func.count())
        .select_from(Enrolment)
        .outerjoin(DateSeat, said)
        .where(Enrolment.group_id == Occurrence.group_id, holds_seat())
        .correlate(Occurrence)
    )
    online = holding.where(comes_by(SeatPool.ONLINE)).scalar_subquery() + seats_kept(SeatPool.ONLINE)
    for begin in range(0, len(occurrence_ids), 500):
        _run(
            update(Occurrence)
            .where(Occurrence.id.in_(occurrence_ids[begin : begin + 500]))
            .values(taken=holding.scalar_subquery() + guests_seated() + seats_kept(), online_taken=online)
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
        Occurrence.online_capacity,
        Occurrence.online_taken,
        Occurrence.freed_at,
        exists().where(SeatHold.group_id == bindparam("group"), SeatHold.closed_at.is_(None)),
    )
    .where(_coming(bindparam("group"), bindparam("now")))
    .order_by(Occurrence.start, Occurrence.id)
)


def _by_pool(seats: Iterable[HeldSeat]) -> Iterator[tuple[SeatPool, list[int]]]:
    """The dates of these seats, by where they are."""
    found: dict[SeatPool, list[int]] = defaultdict(list)
    for number, pool in seats:
        found[pool or SeatPool.ROOM].append(number)
    yield from found.items()


def _change(where: ColumnElement[bool], pool: SeatPool | None, *, by: int, **more: Any) -> int:
    change = update(Occurrence).where(where).values(taken=Occurrence.taken + by, **more)
    if pool is SeatPool.ONLINE:
        change = change.values(online_taken=Occurrence.online_taken + by)
    return _run(change)


def _run(statement: Any) -> int:
    # Past the session, which does not follow it: the counters that it knows are old afterwards.
    done: CursorResult[Any] = db.session.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[assignment]
    for row in db.session.identity_map.values():
        if isinstance(row, Occurrence):
            db.session.expire(row, ["taken", "online_taken", "freed_at"])
    return done.rowcount
