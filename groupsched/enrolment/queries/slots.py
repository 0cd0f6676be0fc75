"""The slots of a date: which are free, and whose each is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment.models import DateSeat, Enrolment, SeatHold
from groupsched.enrolment.queries.my_dates import CalendarSeat, get_own_group
from groupsched.enrolment.rules import DateSeatState
from groupsched.schedule.models import Occurrence, Timeslot

_TAKEN = and_(DateSeat.timeslot_id == Timeslot.id, DateSeat.state == DateSeatState.HELD)


@dataclass(frozen=True)
class SlotTaken:
    """A slot of a date, and who has it: nobody where it is free."""

    slot: Timeslot
    person: Person | None

    @property
    def free(self) -> bool:
        """Whether somebody can take it: nobody has it, and it has not begun."""
        return self.person is None and self.slot.start > clock.now()


class DateInSlot:
    """A date as somebody with a slot on it knows it: it begins and ends with the slot, and is that date in all else."""

    def __init__(self, date: Occurrence, slot: Timeslot) -> None:
        self.date, self.slot, self.start, self.end = date, slot, slot.start, slot.end

    def __getattr__(self, name: str) -> Any:
        return getattr(self.date, name)


def slots_on(occurrence: Occurrence) -> list[SlotTaken]:
    """The slots of a date in order of time, then of who leads. Who has them is for staff alone: pages of others say taken."""
    query = (
        select(Timeslot, Person)
        .outerjoin(DateSeat, _TAKEN)
        .outerjoin(Enrolment, Enrolment.id == DateSeat.enrolment_id)
        .outerjoin(Person, Person.id == Enrolment.person_id)
        .options(joinedload(Timeslot.person))
        .where(Timeslot.occurrence_id == occurrence.id, Timeslot.gone.is_(False))
        .order_by(Timeslot.start, Timeslot.id)
    )
    found = [SlotTaken(slot, person) for slot, person in db.session.execute(query)]
    order = {number: place for place, number in enumerate(occurrence.leader_ids)}
    return sorted(
        found, key=lambda one: (one.slot.start, order.get(one.slot.person_id, len(order)), one.slot.id)
    )


def get_slot(identity: Identity, uid: str) -> Timeslot:
    """A slot by its public id, of a group that the identity may see or is in. Raises NotFound."""
    query = select(Timeslot).join(Timeslot.occurrence).where(Timeslot.uid == uid, Timeslot.gone.is_(False))
    slot = db.session.scalar(query.options(contains_eager(Timeslot.occurrence).joinedload(Occurrence.group)))
    if slot is None:
        raise NotFound
    get_own_group(identity, slot.occurrence.group.uid)
    return slot


def free_slots(*occurrence_ids: int) -> list[Timeslot]:
    """The slots of a date, or of several, that nobody has and that are kept for nobody: first those to come, in order of time."""
    kept = exists().where(SeatHold.timeslot_id == Timeslot.id, SeatHold.closed_at.is_(None))
    query = (
        select(Timeslot)
        .outerjoin(DateSeat, _TAKEN)
        .where(
            Timeslot.occurrence_id.in_(occurrence_ids),
            Timeslot.gone.is_(False),
            DateSeat.id.is_(None),
            ~kept,
        )
        .order_by(Timeslot.start < clock.now(), Timeslot.start, Timeslot.id)
    )
    return list(db.session.scalars(query))


def own_slots(person_id: int, occurrences: Collection[Occurrence]) -> dict[int, Timeslot]:
    """The slots that a person has on these dates, by the number of the date; asks nothing where none of them has slots."""
    dates = [one.id for one in occurrences if one.group.has_slots]
    if not dates:
        return {}
    query = (
        select(Timeslot)
        .join(DateSeat, _TAKEN)
        .join(Enrolment, Enrolment.id == DateSeat.enrolment_id)
        .where(Enrolment.person_id == person_id, Timeslot.occurrence_id.in_(dates))
        .options(joinedload(Timeslot.person))
    )
    return {one.occurrence_id: one for one in db.session.scalars(query)}


def own_slot(person_id: int, occurrence: Occurrence) -> CalendarSeat | None:
    """The slot that a person has on a date, as a calendar needs it."""
    if not occurrence.group.has_slots:
        return None
    query = select(DateSeat).join(DateSeat.enrolment).options(joinedload(DateSeat.timeslot))
    here = DateSeat.occurrence_id == occurrence.id, DateSeat.state == DateSeatState.HELD
    seat = db.session.scalars(query.where(Enrolment.person_id == person_id, *here)).first()
    return CalendarSeat(seat.timeslot) if seat is not None and seat.timeslot else None


def in_own_slots(person_id: int, occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    """These dates when a person has them: those in slots begin and end with theirs. In order of time."""
    own = own_slots(person_id, occurrences)
    if not own:
        return list(occurrences)
    dates = [cast(Occurrence, DateInSlot(one, own[one.id])) if one.id in own else one for one in occurrences]
    return sorted(dates, key=lambda one: (one.start, one.id))


def slot_holders(timeslot_ids: Sequence[int]) -> list[Person]:
    """Who has one of these slots, by number."""
    query = (
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(DateSeat, DateSeat.enrolment_id == Enrolment.id)
        .where(DateSeat.timeslot_id.in_(timeslot_ids), DateSeat.state == DateSeatState.HELD)
        .order_by(Person.id)
    )
    return list(db.session.scalars(query).unique())
