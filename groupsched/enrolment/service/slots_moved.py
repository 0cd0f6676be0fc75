"""What a change of dates did to slots, told as what it did to the time of each person."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.service.outcomes import JoinedDate, Replanned, SeatOutcome, SlotLost, takes_place
from groupsched.enrolment.service.placing import LostSlots, slot_of
from groupsched.enrolment.service.subjects import about_date
from groupsched.outbox.service import Withdrawn
from groupsched.schedule.events import DateBefore, DatesChanged, SlotBefore
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import where_of


def in_its_slots(event: DatesChanged, outcome: Replanned) -> Replanned:
    """A change of dates as it touches who has slots on them: their own times, and nothing of those that stayed."""
    if not outcome.enrolment.group.has_slots:
        return outcome
    were = {one.timeslot_id: one for one in event.slots}
    was = {one.id: _known(outcome, one, were) for one in outcome.dates}
    touched = [one for one in outcome.dates if not _as_it_was(outcome, one, was[one.id])]
    return replace(
        outcome, dates=touched, was={one.id: was[one.id] for one in touched}, following=None, rules=()
    )


def _known(outcome: Replanned, date: Occurrence, were: Mapping[int, SlotBefore]) -> DateBefore | None:
    """When and where they had the date."""
    was, slot = outcome.was[date.id], slot_of(outcome.enrolment, date)
    if was is None or slot is None:
        return was
    before = were.get(slot.id)
    return (
        replace(was, start=before.start, end=before.end)
        if before
        else replace(was, start=slot.start, end=slot.end)
    )


def _as_it_was(outcome: Replanned, date: Occurrence, was: DateBefore | None) -> bool:
    slot = slot_of(outcome.enrolment, date)
    if was is None or slot is None or not takes_place(date):
        return False
    return (was.start, was.end, was.where) == (slot.start, slot.end, where_of(date))


def in_another_slot(
    event: DatesChanged, lost: LostSlots, moved_up: Iterable[SeatOutcome]
) -> list[SeatOutcome]:
    """What became of those who lost their slot, for what happened to the line: who got another one at once has moved, the
    others wait."""
    were = {(seat.enrolment_id, seat.occurrence_id): (seat, was) for seat, was in lost}
    moved, found = {one.occurrence_id: one for one in event.moved}, list[SeatOutcome]()

    def known(seat: DateSeat, was: SlotBefore) -> DateBefore:
        date = seat.occurrence
        where = moved[date.id].where if date.id in moved else where_of(date)
        return DateBefore(date.id, was.start, was.end, where)

    for one in moved_up:
        key = (one.enrolment.id, one.date.id) if isinstance(one, JoinedDate) else None
        if key is None or key not in were:
            found.append(one)
            continue
        seat, was = were.pop(key)
        seat.moved_up_at = None
        found.append(Replanned(one.enrolment, [seat.occurrence], {key[1]: known(seat, was)}, None))
    wait = (SlotLost(seat.enrolment, seat.occurrence, known(seat, was)) for seat, was in were.values())
    return [*found, *wait]


def back_in_time(outcomes: Iterable[SeatOutcome], taken_back: Iterable[Withdrawn]) -> list[SeatOutcome]:
    """The same outcomes; who has not heard yet that their time is gone, and has one again, has at most another one: nothing
    came free for them."""
    unheard = {one.about for one in taken_back if one.was is not None}
    found: list[SeatOutcome] = []
    for one in outcomes:
        if isinstance(one, JoinedDate) and one.moved_up and about_date(one.enrolment, one.date) in unheard:
            seat = next(seat for seat in one.enrolment.date_seats if seat.occurrence_id == one.date.id)
            seat.moved_up_at = None
            found.append(Replanned(one.enrolment, [seat.occurrence], {one.date.id: None}, None))
        else:
            found.append(one)
    return found


def without(
    lost: LostSlots, waiting: Mapping[Enrolment, list[Occurrence]]
) -> dict[Enrolment, list[Occurrence]]:
    """Who waits, save those who lost their slot on the date: they hear that."""
    gone = {(seat.enrolment_id, seat.occurrence_id) for seat, _was in lost}
    left = {
        enrolment: [date for date in dates if (enrolment.id, date.id) not in gone]
        for enrolment, dates in waiting.items()
    }
    return {enrolment: dates for enrolment, dates in left.items() if dates}
