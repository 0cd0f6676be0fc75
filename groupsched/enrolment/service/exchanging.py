"""A seat in the room instead of one online, or the other way round: all or nothing, under the group's lock."""

from collections.abc import Collection
from datetime import datetime

from groupsched.core.db import db, savepoint
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.rules import DateSeatState
from groupsched.enrolment.service.outcomes import ComesOtherwise
from groupsched.enrolment.service.seats import DateFull, ahead, exchange, held_ahead
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import SeatPool


def exchange_all(enrolment: Enrolment, pool: SeatPool, now: datetime) -> bool:
    """Every coming date by this pool. False, and nothing is changed, where one of them has no seat left in it."""
    held = held_ahead(enrolment, now)
    if not _exchanged([number for number, own in held.items() if (own or SeatPool.ROOM) is not pool], pool):
        return False
    for seat in enrolment.date_seats:
        coming = seat.occurrence.start > now
        # What was is not another one by what is said now.
        seat.pool = None if coming else seat.pool or enrolment.pool
        seat.other_pool_at = None if coming else seat.other_pool_at
    enrolment.pool, enrolment.other_pool_at = pool, None
    enrolment.pool_changes += 1
    db.session.flush()
    return True


def exchange_date(enrolment: Enrolment, occurrence: Occurrence, pool: SeatPool, now: datetime) -> bool:
    """One date by this pool, the others as before. False, and nothing is changed, where it has no seat left in it."""
    held = held_ahead(enrolment, now)
    own = held.get(occurrence.id) or SeatPool.ROOM
    if occurrence.id in held and own is not pool and not _exchanged([occurrence.id], pool):
        return False
    seat = seat_on(enrolment, occurrence, now)
    seat.pool, seat.other_pool_at = pool, None
    enrolment.pool_changes += 1
    db.session.flush()
    return True


def seat_on(enrolment: Enrolment, occurrence: Occurrence, now: datetime) -> DateSeat:
    """What an enrolment says of a date; of a whole one that says nothing of it, that its seat is held."""
    seat = next((one for one in enrolment.date_seats if one.occurrence_id == occurrence.id), None)
    if seat is None:
        seat = DateSeat(occurrence=occurrence, state=DateSeatState.HELD, at=now)
        enrolment.date_seats.append(seat)
    return seat


def come_the_other_way(enrolment: Enrolment, seat: DateSeat | None, now: datetime) -> ComesOtherwise | None:
    """Let somebody who waits for that come the other way, to all dates or to that of a seat; None where no seat is free."""
    dates = {one.id: one for one in ahead(enrolment.group_id, now)}
    if enrolment.other_pool_at is not None:
        pool = (enrolment.pool or SeatPool.ROOM).other
        held = held_ahead(enrolment, now)
        first = next((one for one in dates.values() if one.id in held), None)
        if first is None or not exchange_all(enrolment, pool, now):
            return None
        return ComesOtherwise(enrolment, first, pool, every=True, moved_up=True)
    if seat is None or seat.state != DateSeatState.HELD or seat.occurrence_id not in dates:
        return None
    pool = (seat.pool or enrolment.pool or SeatPool.ROOM).other
    done = exchange_date(enrolment, seat.occurrence, pool, now)
    return ComesOtherwise(enrolment, dates[seat.occurrence_id], pool, moved_up=True) if done else None


def _exchanged(dates: Collection[int], pool: SeatPool) -> bool:
    try:
        with savepoint():
            exchange(dates, pool)
    except DateFull:
        return False
    return True
