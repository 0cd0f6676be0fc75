"""The lines in which one person stands, where they moved up to a seat, and what they left a moment ago."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries.lines import places_in_line
from groupsched.enrolment.rules import LIVE, DateSeatState, EnrolmentState
from groupsched.schedule.models import Occurrence


def own_lines(
    enrolments: Sequence[Enrolment], now: datetime
) -> Iterator[tuple[Enrolment, Occurrence | None, int]]:
    """Every line in which these live enrolments stand, with the place: a group's (None), or that of one date to come."""
    waiting = [one for one in enrolments if _waits(one)]
    by_id = {one.id: one for one in waiting}
    dates = {seat.occurrence_id: seat.occurrence for one in waiting for seat in one.date_seats}
    for (enrolment, number), place in places_in_line(waiting).items():
        date = None if number is None else dates[number]
        if date is None or date.start > now:
            yield by_id[enrolment], date, place


def _waits(one: Enrolment) -> bool:
    waits = any(seat.state == DateSeatState.WAITING for seat in one.date_seats)
    return one.state != EnrolmentState.REQUESTED and (waits or one.state == EnrolmentState.WAITLISTED)


def moved_up(
    enrolments: Sequence[Enrolment], dates: Sequence[Occurrence], now: datetime
) -> Iterator[tuple[Enrolment, Occurrence | None]]:
    """Where a place in line became a seat, until that was seen or the date is over: the date, or for a whole group the first
    of its `dates` since (None: it is far ahead)."""
    for one in enrolments:
        for seat in one.date_seats:
            if seat.moved_up_at and seat.state == DateSeatState.HELD and seat.occurrence.end > now:
                yield one, seat.occurrence
        if (since := one.moved_up_at) is not None:
            own = (date for date in dates if date.group_id == one.group_id and date.start >= since)
            first = next(own, None)
            if first is None or first.end > now:
                yield one, first


def just_left(groups: Iterable[Enrolment], person_id: int, now: datetime) -> list[Enrolment]:
    """What a person left and may take back still, as they stand in none of its group again (`groups`); the latest first."""
    query = select(Enrolment).options(joinedload(Enrolment.group).joinedload(Group.modality))
    query = query.where(
        Enrolment.person_id == person_id, Enrolment.state.not_in(LIVE), Enrolment.undo_until > now
    )
    again = {one.group_id for one in groups}
    found = db.session.scalars(query.order_by(Enrolment.ended_at.desc(), Enrolment.id.desc()))
    return [one for one in found if one.group_id not in again]
