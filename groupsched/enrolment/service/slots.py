"""Taking a slot of a date, for oneself or for somebody; and another one instead of the one that one has."""

from dataclasses import replace

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries import free_slots, live_of
from groupsched.enrolment.rules import DateSeatState, EnrolmentMode, RefusalReason
from groupsched.enrolment.service.deciding import (
    JoinOutcome,
    acts_as_staff,
    answer_of,
    clashes_of,
    date_refusal,
    hold_people,
    refusal,
)
from groupsched.enrolment.service.joining import enrol
from groupsched.enrolment.service.often import not_too_often
from groupsched.enrolment.service.outcomes import JoinedDate
from groupsched.enrolment.service.placing import put, slot_taken
from groupsched.enrolment.service.seats import ahead
from groupsched.enrolment.service.telling import tell
from groupsched.enrolment.service.undoable import overtake
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.service import lock


def take_slot(
    identity: Identity, slot: Timeslot, person: Person, *, accept_clash: bool = False
) -> JoinOutcome:
    """Take this slot, for oneself or, as staff, for somebody: as a seat of its date, or instead of the slot that the person
    has on it. Doing it twice has one effect.

    Raises as `enrol`; Conflict with the code `slot-taken` where somebody else has it, or it has begun.
    """
    date = slot.occurrence
    by_staff = acts_as_staff(identity, date.group, person)
    hold_people([person.id])
    lock(date.group_id)
    live = live_of(date.group_id, person.id)
    seat = _held(live, date)
    if live is None or seat is None:
        return enrol(
            identity, date.group, person,
            mode=EnrolmentMode.DATES, occurrences=[date], accept_clash=accept_clash, wait=False, slot=slot,
        )  # fmt: skip
    if seat.timeslot_id == slot.id:
        return JoinOutcome(live, answer_of(live))
    not_too_often(identity, person.id)
    if (gone := date_refusal(date)) is not None:
        raise gone
    return _swap(identity, live, seat, slot, by_staff, accept_clash)


def _held(live: Enrolment | None, date: Occurrence) -> DateSeat | None:
    seats = live.date_seats if live is not None else ()
    here = (one for one in seats if one.occurrence_id == date.id and one.state == DateSeatState.HELD)
    return next(here, None)


def _swap(
    identity: Identity, live: Enrolment, seat: DateSeat, slot: Timeslot, by_staff: bool, accept_clash: bool
) -> JoinOutcome:
    date, now = slot.occurrence, clock.now()
    if slot.id not in {one.id for one in free_slots(date.id)}:
        raise slot_taken()
    coming = next(one for one in ahead(live.group_id, now) if one.id == date.id)
    found = clashes_of(live.group, live.person, [replace(coming, start=slot.start, end=slot.end)])
    if found and not accept_clash:
        raise refusal(RefusalReason.CLASH, found)
    overtake(live, date.id)
    put(seat, slot)
    seat.at = now
    db.session.flush()
    chosen = [date.original_local]
    record(identity, AuditAction.DATE_SEAT_CHOSEN, live, subjects=[live.person_id], dates=chosen)
    happened = tell([JoinedDate(live, coming, now, by_staff=by_staff)])
    return JoinOutcome(live, answer_of(live), happened)
