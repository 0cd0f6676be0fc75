"""What a change of dates runs into, in words that its reader may know: with what, when, who, and which rooms are free."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group, Place
from groupsched.catalog.queries import places, readable
from groupsched.catalog.rules import PlaceMode
from groupsched.core.db import db
from groupsched.core.events import ask
from groupsched.schedule.events import PeopleElsewhere
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import (
    BookingClash,
    ConflictKind,
    DateChange,
    WantedBooking,
    by_date,
    things_of,
)
from groupsched.schedule.service.equipment import lacks
from groupsched.schedule.taken import places_taken


@dataclass(frozen=True)
class RoomAsked:
    """What a room has to hold to be offered: so many seats (None: no limit), and so many of which things."""

    seats: int | None = None
    needs: Mapping[str, int] = field(default_factory=dict)

    def seated_in(self, room: Place) -> bool:
        """Whether a room has seats enough, as far as that is known."""
        return self.seats is None or room.capacity is None or room.capacity >= self.seats


@dataclass(frozen=True)
class DateConflict:
    """One date that runs into something, from `start` to `end`: `date` is its number, or its place among new ones as in
    `clashes_of`. `title` is that of the other group, empty for whom it is not to see; `free` are rooms to go to instead.
    Of people who are elsewhere then there is only the number. Of a `thing` of which there is not enough: how many are `there`,
    and how many are `needed` in all between `other_start` and `other_end`."""

    date: int
    start: datetime
    end: datetime
    kind: ConflictKind
    place: Place | None = None
    person: Person | None = None
    title: str = ""
    other_start: datetime | None = None
    other_end: datetime | None = None
    people: int = 0
    free: tuple[Place, ...] = ()
    thing: str = ""
    there: int = 0
    needed: int = 0


def conflicts_of(
    identity: Identity,
    clashes: Sequence[BookingClash],
    elsewhere: Mapping[int, int] | None = None,
    change: DateChange | None = None,
    *,
    besides: int | None = None,
    asked: RoomAsked | None = None,
) -> list[DateConflict]:
    """Clashes as their reader may know them, in order of time, and how many people of the group are `elsewhere` on which of
    the dates of a change: a handful of statements, however many they are. Offered are rooms that hold what is `asked`, else
    what the group `besides` has."""
    holds = asked or _asked_by(besides, clashes, change)
    groups, rooms = _groups(identity, clashes), _free(identity, clashes, besides, holds)
    found = [
        DateConflict(
            one.wanted.date, one.wanted.start, one.wanted.end, one.kind,
            place=db.session.get(Place, one.wanted.place) if one.wanted.place else None,
            person=db.session.get(Person, one.wanted.person) if one.wanted.person else None,
            title=groups.get(one.with_date, ""), other_start=one.start, other_end=one.end,
            free=rooms.get(one.wanted.date, ()) if one.wanted.place and not one.thing else (),
            thing=one.thing, there=one.there, needed=one.needed,
        )
        for of_date in by_date(clashes).values()
        for one in of_date
    ]  # fmt: skip
    spans = {number: (start, end) for number, start, end in met_anew(change)} if change else {}
    found += [
        DateConflict(number, *spans[number], ConflictKind.CLIENT, people=people)
        for number, people in (elsewhere or {}).items()
        if people
    ]
    return sorted(found, key=lambda one: one.start)


def met_anew(change: DateChange) -> list[tuple[int, datetime, datetime]]:
    """The dates that take place at a time at which they did not before, numbered as in `clashes_of`."""
    anew = [
        (now.key or 0, now.start, now.end)
        for was, now in change.steps
        if now.takes_place and (not was.takes_place or (was.start, was.end) != (now.start, now.end))
    ]
    added = [(-1 - place, one.start, one.end) for place, one in enumerate(change.added) if one.takes_place]
    return anew + added


def people_elsewhere(group: Group, change: DateChange) -> dict[int, int]:
    """How many people of a group have something else on each of the dates that a change puts at another time."""
    spans = tuple(met_anew(change))
    answers = ask(PeopleElsewhere(group.id, spans)) if spans and not group.external else ()
    return {number: people for answer in answers for number, people in answer.items()}


def rooms_for(identity: Identity, site_id: int | None) -> list[Place]:
    """The rooms of a site that can be chosen, or those of no site."""
    return [one for one in places(identity) if one.site_id == site_id and one.mode == PlaceMode.ROOM]


def rooms_free(
    spans: Iterable[tuple[datetime, datetime]],
    rooms: Collection[Place],
    asked: RoomAsked,
    *,
    besides: int | None = None,
) -> list[tuple[Place, ...]]:
    """Which of these rooms are free during each of the spans, or taken by the group `besides` alone, and hold what is asked."""
    each = list(spans)
    fit = [one for one in rooms if asked.seated_in(one)]
    taken = places_taken(each, [one.id for one in fit], besides=besides)
    wanted = [WantedBooking(n, one.id, None, *span) for n, span in enumerate(each) for one in fit]
    short = {
        (one.wanted.date, one.wanted.place) for one in lacks(things_of(wanted, asked.needs), besides=besides)
    }
    return [
        tuple(one for one in fit if one.id not in gone and (number, one.id) not in short)
        for number, gone in enumerate(taken)
    ]


def _asked_by(group_id: int | None, clashes: Sequence[BookingClash], change: DateChange | None) -> RoomAsked:
    """What the dates that clash need: the things and seats of their group, or the most seats that one of them has itself."""
    group = db.session.get(Group, group_id) if group_id is not None else None
    if group is None:
        return RoomAsked()
    found = RoomAsked(group.capacity, group.needs)
    numbers = {one.wanted.date for one in clashes}
    own = [one.seats for one in change.after.dates if one.key in numbers and one.seats] if change else []
    return replace(found, seats=max(own)) if own else found


def _free(
    identity: Identity, clashes: Sequence[BookingClash], besides: int | None, asked: RoomAsked
) -> dict[int, tuple[Place, ...]]:
    """For each date whose room is taken, the rooms of the same site that are free then and hold what is asked."""
    wanted = {one.wanted.date: one.wanted for one in clashes if one.kind is ConflictKind.ROOM}
    if not wanted:
        return {}
    room = db.session.get_one(Place, next(iter(wanted.values())).place)
    dates = list(wanted.values())
    rooms = rooms_for(identity, room.site_id)
    free = rooms_free([(one.start, one.end) for one in dates], rooms, asked, besides=besides)
    return {one.date: which for one, which in zip(dates, free, strict=True)}


def _groups(identity: Identity, clashes: Iterable[BookingClash]) -> dict[int, str]:
    """What the other groups are called that this identity may see, by the numbers of their dates."""
    numbers = {one.with_date for one in clashes}
    if not numbers:
        return {}
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .options(contains_eager(Occurrence.group))
        .where(Occurrence.id.in_(numbers), readable(identity), Group.program_id == identity.program_id)
    )
    return {one.id: one.title for one in db.session.scalars(query.order_by(Occurrence.id))}
