"""Which slot a seat of a date is, and a date as somebody with a slot on it knows it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from groupsched.catalog.events import GroupChanged
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries import DateInSlot, free_slots
from groupsched.enrolment.rules import LIVE, DateSeatState, EnrolmentMode, EnrolmentState
from groupsched.enrolment.service.outcomes import AnyDate, SeatOutcome
from groupsched.enrolment.service.seats import ComingDate
from groupsched.schedule.events import DatesChanged, SlotBefore
from groupsched.schedule.models import Occurrence, Timeslot

LostSlots = list[tuple[DateSeat, SlotBefore]]
Outcome = TypeVar("Outcome", bound=SeatOutcome)


def give_slot(seat: DateSeat, group: Group, wanted: int | None = None) -> None:
    """Before a seat of a date in slots is held: the slot that is wanted, else the last one that it was, else the first free
    one. The caller holds the lock and has the seat. Raises Conflict where somebody else has the one that is wanted."""
    if not group.has_slots:
        return
    with db.session.no_autoflush:
        free = {one.id: one for one in free_slots(seat.occurrence_id)}
    if wanted is not None and wanted not in free:
        raise slot_taken()
    number = wanted or (seat.timeslot_id if seat.timeslot_id in free else next(iter(free), None))
    put(seat, free.get(number or 0))


def put(seat: DateSeat, slot: Timeslot | None) -> None:
    """A seat is this slot from now on."""
    number = slot.id if slot is not None else None
    seat.slot_changes = (seat.slot_changes or 0) + (number != seat.timeslot_id)
    seat.timeslot_id, seat.timeslot = number, slot


def slot_taken() -> Conflict:
    """Somebody was quicker."""
    return Conflict(_("That time has just gone. Please choose another one."), code="slot-taken")


def lose_slots(event: DatesChanged) -> LostSlots:
    """Whose slot fell away waits for another one on that date, before everybody else. Returns those seats, with when each
    was. The caller holds the lock, and tells them what became of it."""
    were = {one.timeslot_id: one for one in event.slots}
    if not were:
        return []
    query = (
        select(DateSeat)
        .join(DateSeat.timeslot)
        .join(DateSeat.enrolment)
        .where(
            Timeslot.id.in_(were),
            Timeslot.gone.is_(True),
            DateSeat.state == DateSeatState.HELD,
            Enrolment.state.in_(LIVE),
        )
        .options(joinedload(DateSeat.enrolment), joinedload(DateSeat.occurrence))
        .order_by(DateSeat.at.desc(), DateSeat.id.desc())
    )
    lost = [(seat, were[seat.timeslot_id or 0]) for seat in db.session.scalars(query)]
    for seat, _was in lost:
        seat.at, seat.state = _before_all(seat), DateSeatState.WAITING
        db.session.flush()
        if not any(one.state == DateSeatState.HELD for one in seat.enrolment.date_seats):
            seat.enrolment.state = EnrolmentState.WAITLISTED
    db.session.flush()
    return lost[::-1]


def _before_all(seat: DateSeat) -> datetime:
    """A moment before that since which the first one waits for the date of a seat."""
    line = DateSeat.occurrence_id == seat.occurrence_id, DateSeat.state == DateSeatState.WAITING
    first = db.session.scalar(select(func.min(DateSeat.at)).where(*line))
    return min(seat.at, first - timedelta(microseconds=1)) if first else seat.at


def keep_people_in_slots(event: GroupChanged) -> None:
    """Whoever is in a group cannot be left without a time by what it is now. Raises DomainError: a group whose people come to
    every date is not cut into slots, and one whose people have slots keeps them."""
    group = db.session.get_one(Group, event.group_id)
    inside = select(Enrolment.id).where(Enrolment.group_id == group.id, Enrolment.state.in_(LIVE))
    if group.has_slots:
        found = inside.where(Enrolment.mode == EnrolmentMode.WHOLE)
    else:
        in_slot = Enrolment.date_seats.any(
            and_(
                DateSeat.state == DateSeatState.HELD,
                DateSeat.timeslot.has(Timeslot.start > clock.now()),
            )
        )
        found = inside.where(in_slot)
    if db.session.scalar(found.limit(1)) is not None:
        raise DomainError(
            _("People are in this group already. Make a new group for another way to come."),
            field="setting",
            code="people-inside",
        )


def slot_of(enrolment: Enrolment, date: AnyDate) -> Timeslot | None:
    """The slot that an enrolment has on a date, or had before it was given up."""
    if not enrolment.group.has_slots:
        return None
    seats = (one for one in enrolment.date_seats if one.occurrence_id == date.id)
    return next((one.timeslot for one in seats if one.state != DateSeatState.WAITING), None)


def own_date(enrolment: Enrolment, date: AnyDate) -> AnyDate:
    """A date when this enrolment has it: the time of its slot, where it has one."""
    slot = slot_of(enrolment, date)
    if slot is None or isinstance(date, DateInSlot):
        return date
    if isinstance(date, ComingDate):
        return replace(date, start=slot.start, end=slot.end)
    return cast(Occurrence, DateInSlot(date, slot))


def own_occurrence_of(enrolment: Enrolment, date: Occurrence) -> Occurrence:
    """The same of a date with its row."""
    return cast(Occurrence, own_date(enrolment, date))


def own_times(outcome: Outcome) -> Outcome:
    """What happened, told of the dates when its person has them."""
    if not outcome.enrolment.group.has_slots:
        return outcome
    changes: dict[str, Any] = {}
    if (date := getattr(outcome, "date", None)) is not None:
        changes["date"] = own_date(outcome.enrolment, date)
    if dates := getattr(outcome, "dates", None):
        changes["dates"] = [own_date(outcome.enrolment, one) for one in dates]
    return replace(outcome, **changes)
