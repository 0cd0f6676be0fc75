"""The lines move: who is next when a seat comes free."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select

from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.events import publish
from groupsched.enrolment.events import EnrolmentChanged
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries import date_lines, group_line
from groupsched.enrolment.rules import promote
from groupsched.enrolment.service import telling
from groupsched.enrolment.service.seats import ComingDate, DateFull, ahead, take_all, take_one
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import lock

ENOUGH = 16  # dates from which a rhythm can be told


def advance(group_id: int) -> list[ComingDate]:
    """Give free seats to those who wait, in order; the coming dates as they are then. The caller holds the lock."""
    now = clock.now()
    dates = ahead(group_id, now)
    if all(date.free == 0 for date in dates):
        return dates
    least = min((date.free for date in dates if date.free is not None), default=None)
    line = group_line(group_id, least) if least != 0 else []
    singles = date_lines(group_id, now)
    if not line and not singles:
        return dates
    moves = promote(
        [enrolment.id for enrolment in line],
        {date: [seat.enrolment_id for seat in seats] for date, seats in singles.items()},
        {date.id: date.free for date in dates},
    )
    for enrolment in line[: len(moves.whole)]:
        _let_in(enrolment, [date.id for date in dates], now)
    waiting = {(seat.enrolment_id, seat.occurrence_id): seat for seats in singles.values() for seat in seats}
    for pair in moves.single:
        _seat(waiting[pair], now)
    return ahead(group_id, now)


def move_lines(now: datetime) -> int:
    """Let people in where the last full date of a group has passed; says in how many groups. For the worker."""
    coming = (
        Occurrence.group_id == Enrolment.group_id,
        Occurrence.start > now,
        Occurrence.status == "scheduled",
    )
    query = (
        select(Enrolment.group_id)
        .where(
            Enrolment.state == "waitlisted",
            Enrolment.mode == "whole",
            exists().where(*coming),
            ~exists().where(*coming, Occurrence.taken >= Occurrence.capacity),
        )
        .distinct()
        .order_by(Enrolment.group_id)
    )
    found = list(db.session.scalars(query))
    for group_id in found:
        lock(group_id)
        advance(group_id)
    return len(found)


def _let_in(enrolment: Enrolment, dates: Sequence[int], now: datetime) -> None:
    try:
        with savepoint():
            take_all(enrolment.group_id, now, len(dates))
    except DateFull:
        return
    activate(enrolment, now)
    publish(EnrolmentChanged(enrolment.person_id, enrolment.group_id))


def activate(enrolment: Enrolment, now: datetime) -> None:
    """A whole enrolment whose seats are taken begins, and the person is told.

    It begins now, not with its first date: that one may still move to an earlier hour.
    """
    coming = first_dates(enrolment.group_id, now)
    enrolment.state, enrolment.queued_at, enrolment.from_start = "active", None, now
    db.session.flush()
    telling.joined(enrolment, coming)


def first_dates(group_id: int, now: datetime) -> list[Occurrence]:
    """The next scheduled dates of a group that have not begun."""
    query = (
        select(Occurrence)
        .where(Occurrence.group_id == group_id, Occurrence.start > now, Occurrence.status == "scheduled")
        .order_by(Occurrence.start, Occurrence.id)
        .limit(ENOUGH)
    )
    return list(db.session.scalars(query))


def _seat(seat: DateSeat, now: datetime) -> None:
    if not take_one(seat.occurrence_id):
        return
    seat.state, seat.at = "held", now
    if seat.enrolment.mode == "dates":
        seat.enrolment.state, seat.enrolment.queued_at = "active", None
    db.session.flush()
    telling.joined_date(seat.enrolment, seat, seat.occurrence)
    publish(EnrolmentChanged(seat.enrolment.person_id, seat.enrolment.group_id))
