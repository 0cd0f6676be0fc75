"""Bookings follow the dates of a group: whoever changes these says what becomes of a clash, and the database has the last word.

The one place that writes them is `book`, at the end of every change of a group's dates, its room or its leaders.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import lazyload, load_only

from groupsched.access.identity import Identity, System
from groupsched.catalog.models import Group, Place
from groupsched.catalog.rules import AttendanceMode, GroupState, PlaceMode
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.schedule.models import Assignment, Booking, EquipmentBooking, Occurrence
from groupsched.schedule.rules import (
    BookingClash,
    DateChange,
    OccurrenceStatus,
    SeriesRule,
    TimetableDate,
    WantedBooking,
    WantedThing,
    bookings_of,
    doubled,
    expand,
    things_of,
)
from groupsched.schedule.service.equipment import (
    hold_rooms,
    lacks,
    new_things,
    things_there,
    write_things,
)
from groupsched.schedule.service.timetable import horizon
from groupsched.schedule.taken import clashes_with


@dataclass(frozen=True)
class ClashDecision:
    """What becomes of clashes: they are kept, with these words, or refused; and which dates, by when they begin, have a room of
    their own instead."""

    keeps: bool
    reason: str = ""
    rooms: Mapping[datetime, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LedAndReached:
    """Who leads the dates of a group that have no leaders of their own, how people come to it, and what equipment it needs."""

    leaders: tuple[int, ...]
    mode: AttendanceMode
    needs: Mapping[str, int] = field(default_factory=dict)


class DatesTaken(Conflict):
    """Some dates run into others; each clash says which."""

    def __init__(self, clashes: Sequence[BookingClash]) -> None:
        self.clashes = tuple(clashes)
        things = all(one.thing for one in self.clashes) and self.clashes
        super().__init__(
            _("There is not enough equipment then. Choose what becomes of it, then save again.")
            if things
            else _("A room or somebody who leads is taken then. Choose what becomes of it, then save again."),
            field="place",
            code="taken",
        )


# What the person who began the outermost change says of clashes.
_decision: ContextVar[ClashDecision | None] = ContextVar("clash_decision", default=None)


@contextmanager
def deciding(
    identity: Identity, keep: str | None = None, rooms: Mapping[datetime, int] | None = None
) -> Iterator[None]:
    """Clashes that come of what is done inside are refused, or kept with the words `keep`; the dates that begin at the moments of
    `rooms` go there. What the product does by itself, when nobody is there to choose, keeps them without words. Inside another
    such block that one counts."""
    if _decision.get() is not None:
        yield
        return
    keeps = keep is not None or isinstance(identity, System)
    token = _decision.set(ClashDecision(keeps, keep or "", rooms or {}))
    try:
        yield
    finally:
        _decision.reset(token)


def keeps_clashes() -> bool:
    """Whether somebody said of the change that is made that it is to be, although something is taken then."""
    decision = _decision.get()
    return decision is not None and decision.keeps and bool(decision.reason)


def rooms_decided() -> Mapping[datetime, int]:
    """Which dates of the change that is made have a room of their own, by when they begin."""
    decision = _decision.get()
    return decision.rooms if decision is not None else {}


def book(group: Group) -> None:
    """Have the bookings of a group's coming dates be what the dates occupy now. Whoever changes who leads a date, or where it
    is, in another way than by `change_dates` calls this afterwards; all is flushed before.

    Raises DatesTaken where something is taken and nobody keeps it.
    """
    if group.external:
        return
    booked = _booked(group)
    there = {_as_wanted(row): row.id for row in booked}
    wanted = _wanted(group) if group.state != GroupState.DRAFT else []
    if gone := [number for one, number in there.items() if one not in set(wanted)]:
        db.session.execute(delete(Booking).where(Booking.id.in_(gone)))
    needs = group.needs or any(row.with_things for row in booked)
    new, things = [one for one in wanted if one not in there], new_things(group, wanted) if needs else []
    if new or things:
        _insert(group, new, things, doubled(wanted))


def clashes_of(group: Group, change: DateChange, fields: LedAndReached | None = None) -> list[BookingClash]:
    """What the dates of a group would run into with a change, of which it does not keep it yet; where the group itself changes
    too, as these `fields` say. Dates that have no row yet are known by their place among those of the plan, counted down from -1."""
    if group.external:
        return []
    there = {_as_wanted(row) for row in _booked(group)}
    leaders = tuple(row.person_id for row in group.facilitators)
    now = fields or LedAndReached(leaders, group.attendance_mode, group.needs)
    planned = _planned(group, change, now)
    took = things_there(group) if now.needs else {}
    things = [one for one in things_of(planned, now.needs) if one not in took]
    wanted = [one for one in planned if one not in there]
    return [*clashes_with(wanted, besides=group.id), *lacks(things, besides=group.id)]


def clashes_by(
    wanted: Sequence[WantedBooking], needs: Mapping[str, int], *, besides: int | None = None
) -> list[BookingClash]:
    """What these would run into, and of what there is not enough for them."""
    return [
        *clashes_with(wanted, besides=besides),
        *lacks(things_of(wanted, needs), besides=besides),
    ]


def wanted_by(
    rule: SeriesRule, place: Place | None, fields: LedAndReached, rooms: Mapping[datetime, int]
) -> list[WantedBooking]:
    """What the coming dates of a rule would take that nobody has made yet, numbered from -1 down; those that begin at the moments
    of `rooms` there."""
    now = clock.now()
    dates = [one for one in expand(rule, now.date() - timedelta(days=1), horizon()) if one.end > now]
    room = takes_room(place, fields.mode)
    return [
        booking
        for number, one in enumerate(dates)
        for booking in bookings_of(
            -1 - number, one.start, one.end, rooms.get(one.start, room), fields.leaders
        )
    ]


def takes_room(place: Place | None, mode: AttendanceMode) -> int | None:
    """The place that a date takes which people come to so: a room unless all are online, an online room with its own link."""
    if place is None:
        return None
    online = place.mode == PlaceMode.ONLINE
    taken = bool(place.online_link) if online else mode != AttendanceMode.ONLINE
    return place.id if taken else None


def _insert(
    group: Group, new: list[WantedBooking], things: list[WantedThing], own: frozenset[WantedBooking]
) -> None:
    """Write bookings. Somebody may be quicker by a moment: then the database refuses, and it is asked again who it is."""
    decision = _decision.get() or ClashDecision(True)
    hold_rooms(things)
    clashes = [*clashes_with(new, besides=group.id), *lacks(things, besides=group.id)]
    if clashes and not decision.keeps:
        raise DatesTaken(clashes)
    write_things(things, clashes, decision.reason)
    kept = {one.wanted for one in clashes if not one.thing}
    rows = [
        {
            "place_id": one.place, "person_id": one.person, "start": one.start, "end": one.end, "occurrence_id": one.date,
            "kept": one in kept or one in own, "reason": decision.reason if one in kept else "",
        }
        # In one order for all, so that two who write at once wait for one another in one direction.
        for one in sorted(new, key=lambda one: (one.place or 0, one.person or 0, one.start))
    ]  # fmt: skip
    try:
        with savepoint():
            if rows:
                db.session.execute(insert(Booking), rows)
    except IntegrityError as refused:
        raise DatesTaken(clashes_with(new, besides=group.id)) from refused


def _booked(group: Group) -> Sequence[Any]:
    columns = (
        Booking.id,
        Booking.place_id,
        Booking.person_id,
        Booking.start,
        Booking.end,
        Booking.occurrence_id,
        # What is taken is taken in the room of a date: without bookings there is none.
        exists().where(EquipmentBooking.occurrence_id == Booking.occurrence_id).label("with_things"),
    )
    query = select(*columns).join(Booking.occurrence).where(
        Occurrence.group_id == group.id, Booking.end > clock.now()
    )  # fmt: skip
    return db.session.execute(query.order_by(Booking.id)).all()


def _as_wanted(row: Any) -> WantedBooking:
    return WantedBooking(row.occurrence_id, row.place_id, row.person_id, row.start, row.end)


def _wanted(group: Group) -> list[WantedBooking]:
    """What the coming dates of a group occupy, as their rows say."""
    query = (
        select(Occurrence, Place, Assignment.person_id)
        .options(load_only(Occurrence.start, Occurrence.end), lazyload("*"))
        .outerjoin(Occurrence.place)
        .outerjoin(Assignment, Assignment.occurrence_id == Occurrence.id)
        .where(Occurrence.group_id == group.id, Occurrence.end > clock.now(), _takes_place())
        .order_by(Occurrence.start, Occurrence.id, Assignment.position)
    )
    dates: dict[Occurrence, tuple[Place | None, list[int]]] = {}
    for date, place, person in db.session.execute(query):
        people = dates.setdefault(date, (place, []))[1]
        if person is not None:
            people.append(person)
    leaders = [row.person_id for row in group.facilitators]
    return [
        booking
        for one, (place, people) in dates.items()
        for booking in bookings_of(
            one.id, one.start, one.end, takes_room(place, group.attendance_mode), people or leaders
        )
    ]


def _planned(group: Group, change: DateChange, fields: LedAndReached) -> list[WantedBooking]:
    """What they would occupy with a change."""
    assigned, before = _assigned(group), {one.key: one for one in change.before.dates}
    dates = [one for one in change.after.dates if _is_live(one) and one.end > clock.now()]
    rooms = _rooms({one.place for one in dates}, fields.mode)

    def people(one: TimetableDate) -> Sequence[int]:
        was = before.get(one.key) if one.key is not None else None
        stands = was is not None and was.leads == one.leads
        return one.leads or (assigned.get(one.key or 0) if stands else None) or fields.leaders

    numbers = {id(one): -1 - place for place, one in enumerate(change.added)}
    return [
        booking
        for one in dates
        for booking in bookings_of(
            one.key if one.key is not None else numbers[id(one)],
            one.start, one.end, rooms.get(one.place), people(one),
        )
    ]  # fmt: skip


def _is_live(one: TimetableDate) -> bool:
    return one.status not in (OccurrenceStatus.CANCELLED, OccurrenceStatus.DID_NOT_MEET)


def _takes_place() -> ColumnElement[bool]:
    return Occurrence.status.not_in([OccurrenceStatus.CANCELLED, OccurrenceStatus.DID_NOT_MEET])


def _assigned(group: Group) -> dict[int, list[int]]:
    """Who was given a coming date, by its number."""
    query = select(Assignment.occurrence_id, Assignment.person_id).join(
        Occurrence, Occurrence.id == Assignment.occurrence_id
    )
    query = query.where(Occurrence.group_id == group.id, Occurrence.end > clock.now())
    found: dict[int, list[int]] = {}
    for number, person in db.session.execute(query.order_by(Assignment.occurrence_id, Assignment.position)):
        found.setdefault(number, []).append(person)
    return found


def _rooms(numbers: Iterable[int | None], mode: AttendanceMode) -> dict[int | None, int | None]:
    """Of these places, those that are taken by dates of a group."""
    places = (db.session.get(Place, number) for number in sorted(number for number in numbers if number))
    return {place.id: takes_room(place, mode) for place in places if place is not None}
