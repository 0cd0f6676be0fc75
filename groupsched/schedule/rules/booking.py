"""What a date occupies, and which of it is taken already."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ConflictKind(StrEnum):
    """What a date runs into: its room is taken, somebody who leads it, there is not enough equipment, or people of the group are
    elsewhere then."""

    ROOM = "room"
    PERSON = "person"
    EQUIPMENT = "equipment"
    CLIENT = "client"


@dataclass(frozen=True)
class WantedBooking:
    """A place or a person that a date takes, the other is None. `date` is what whoever asks knows the date by."""

    date: int
    place: int | None
    person: int | None
    start: datetime
    end: datetime

    @property
    def of(self) -> tuple[int | None, int | None]:
        """What is taken."""
        return self.place, self.person

    @property
    def kind(self) -> ConflictKind:
        """What it is that would be taken twice."""
        return ConflictKind.ROOM if self.place is not None else ConflictKind.PERSON


@dataclass(frozen=True)
class BookingClash:
    """A booking that somebody wants, and one that is there: of another date (by its number), from `start` until `end`. Or, of no
    other date, that between these moments there are fewer of a `thing` in the place than is `needed` in all."""

    wanted: WantedBooking
    with_date: int
    start: datetime
    end: datetime
    thing: str = ""
    there: int = 0
    needed: int = 0

    @property
    def kind(self) -> ConflictKind:
        """What there is too little of."""
        return ConflictKind.EQUIPMENT if self.thing else self.wanted.kind


def bookings_of(
    date: int, start: datetime, end: datetime, place: int | None, people: Iterable[int]
) -> list[WantedBooking]:
    """What a date takes that is held in this place and led by these people."""
    rooms = [WantedBooking(date, place, None, start, end)] if place is not None else []
    return rooms + [WantedBooking(date, None, person, start, end) for person in dict.fromkeys(people)]


def doubled(wanted: Iterable[WantedBooking]) -> frozenset[WantedBooking]:
    """Those of one group that overlap another one of the same place or person: a group is never in its own way."""
    found: set[WantedBooking] = set()
    latest: dict[tuple[int | None, int | None], WantedBooking] = {}
    for one in sorted(wanted, key=lambda one: (one.start, one.end, one.date)):
        before = latest.get(one.of)
        if before is not None and one.start < before.end:
            found |= {one, before}
        if before is None or one.end > before.end:
            latest[one.of] = one
    return frozenset(found)


def free_spans(
    taken: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime, length: timedelta
) -> list[tuple[datetime, datetime]]:
    """What is free for at least so long between `start` and `end`, in order.

    >>> from datetime import UTC
    >>> hour = lambda number: datetime(2026, 12, 1, number, tzinfo=UTC)
    >>> free = free_spans([(hour(12), hour(13)), (hour(9), hour(11)), (hour(10), hour(11))], hour(8), hour(18), timedelta(hours=1))
    >>> [(a.hour, b.hour) for a, b in free]
    [(8, 9), (11, 12), (13, 18)]
    """
    found, since = [], start
    for begins, ends in sorted([*taken, (end, end)]):
        if min(begins, end) - since >= length:
            found.append((since, min(begins, end)))
        since = max(since, ends)
    return found


def by_date(clashes: Iterable[BookingClash]) -> dict[int, list[BookingClash]]:
    """The same by the date that is wanted, in order of time, rooms before people."""
    found = defaultdict[int, list[BookingClash]](list)
    order = sorted(
        clashes, key=lambda one: (one.wanted.start, one.wanted.date, one.wanted.place is None, one.start)
    )
    for one in order:
        found[one.wanted.date].append(one)
    return dict(found)
