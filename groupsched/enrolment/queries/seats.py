"""What holding a seat means in SQL: the one place that says it, for rosters, feeds, clashes and counts."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select

from groupsched.enrolment.models import (
    DateSeat,
    Enrolment,
    Guest,
    GuestDate,
    SeatHold,
)
from groupsched.enrolment.rules import DateSeatState, EnrolmentMode, GuestState
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import SeatPool


def in_spell() -> ColumnElement[bool]:
    """The date lies in the time of a whole enrolment: from when it got its seats until the person left, or their
    cohort ends."""
    return and_(
        Enrolment.mode == EnrolmentMode.WHOLE,
        Enrolment.from_start.is_not(None),
        Occurrence.start >= Enrolment.from_start,
        or_(Enrolment.until_start.is_(None), Occurrence.start < Enrolment.until_start),
        or_(Enrolment.ended_at.is_(None), Occurrence.start < Enrolment.ended_at),
    )


def holds_seat() -> ColumnElement[bool]:
    """The enrolment holds a seat on the date: by the whole group unless a DateSeat says otherwise, or singly."""
    whole = and_(in_spell(), or_(DateSeat.id.is_(None), DateSeat.state == DateSeatState.HELD))
    return or_(whole, and_(Enrolment.mode == EnrolmentMode.DATES, DateSeat.state == DateSeatState.HELD))


def pool_held() -> ColumnElement[Any]:
    """How the person of an enrolment comes to a date, as `each_pair` has both; NULL where they have not said it."""
    return func.coalesce(DateSeat.pool, Enrolment.pool)


def comes_by(pool: SeatPool | None) -> ColumnElement[bool]:
    """The enrolment has or wants a seat of this pool on the date; who has not said how they come is meant for the room."""
    online = pool_held() == SeatPool.ONLINE
    return (
        online
        if pool is SeatPool.ONLINE
        else func.coalesce(pool_held(), SeatPool.ROOM.value) != SeatPool.ONLINE
    )


def seats_kept(pool: SeatPool | None = None) -> ColumnElement[int]:
    """How many seats of a date are kept for who was asked, in all or of a pool, beside a statement over dates."""
    here = keeps_on_date()
    in_group = SeatHold.group_id == Occurrence.group_id
    kept = select(func.coalesce(func.sum(SeatHold.seats), 0)).where(
        SeatHold.closed_at.is_(None), in_group, here
    )
    in_pool = kept.where(SeatHold.pool == pool) if pool is not None else kept
    return in_pool.correlate(Occurrence).scalar_subquery()


def keeps_on_date() -> ColumnElement[bool]:
    """The hold keeps seats of the date, as one of its group."""
    before = or_(SeatHold.until_start.is_(None), Occurrence.start < SeatHold.until_start)
    return or_(SeatHold.occurrence_id == Occurrence.id, and_(SeatHold.from_start <= Occurrence.start, before))


def gave_up() -> ColumnElement[bool]:
    """The person said that they cannot come to this date."""
    return DateSeat.state == DateSeatState.GIVEN_UP


def guests_seated() -> ScalarSelect[int]:
    """How many seats of a date guests take: those who are confirmed, of groups that count them in."""
    return (
        select(func.count())
        .select_from(GuestDate)
        .join(Guest, Guest.id == GuestDate.guest_id)
        .where(
            GuestDate.occurrence_id == Occurrence.id,
            GuestDate.seated.is_(True),
            GuestDate.lost_at.is_(None),
            Guest.state == GuestState.COMES,
        )
        .correlate(Occurrence)
        .scalar_subquery()
    )


def each_pair(*columns: Any) -> Select[Any]:
    """Every enrolment with every date of its group and what it says about that date, if anything."""
    return (
        select(*columns)
        .select_from(Occurrence)
        .join(Enrolment, Enrolment.group_id == Occurrence.group_id)
        .outerjoin(
            DateSeat, and_(DateSeat.enrolment_id == Enrolment.id, DateSeat.occurrence_id == Occurrence.id)
        )
    )
