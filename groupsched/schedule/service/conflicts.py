"""What a change of dates runs into, in words that its reader may know: with what, when, who, and which rooms are free."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from groupsched.schedule.rules import BookingClash, ConflictKind, DateChange, by_date
from groupsched.schedule.taken import places_taken


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
) -> list[DateConflict]:
    """Clashes as their reader may know them, in order of time, and how many people of the group are `elsewhere` on which of
    the dates of a change: a handful of statements, however many they are."""
    groups, rooms = _groups(identity, clashes), _free(identity, clashes, besides)
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
    spans: Iterable[tuple[datetime, datetime]], rooms: Collection[Place], *, besides: int | None = None
) -> list[tuple[Place, ...]]:
    """Which of these rooms are free during each of the spans, or taken by the group `besides` alone."""
    taken = places_taken(list(spans), [one.id for one in rooms], besides=besides)
    return [tuple(one for one in rooms if one.id not in gone) for gone in taken]


def _free(
    identity: Identity, clashes: Sequence[BookingClash], besides: int | None
) -> dict[int, tuple[Place, ...]]:
    """For each date whose room is taken, the rooms of the same site that are free then."""
    wanted = {one.wanted.date: one.wanted for one in clashes if one.kind is ConflictKind.ROOM}
    if not wanted:
        return {}
    room = db.session.get_one(Place, next(iter(wanted.values())).place)
    dates = list(wanted.values())
    rooms = rooms_for(identity, room.site_id)
    free = rooms_free([(one.start, one.end) for one in dates], rooms, besides=besides)
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
