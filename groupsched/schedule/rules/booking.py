"""What a date occupies, and which of it is taken already."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ConflictKind(StrEnum):
    """What a date runs into: its room is taken, somebody who leads it, or people of the group are elsewhere then."""

    ROOM = "room"
    PERSON = "person"
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
    """A booking that somebody wants, and one that is there: of another date (by its number), from `start` until `end`."""

    wanted: WantedBooking
    with_date: int
    start: datetime
    end: datetime


def bookings_of(
    date: int, start: datetime, end: datetime, place: int | None, people: Iterable[int]
) -> list[WantedBooking]:
    """What a date takes that is held in this place and led by these people."""
    rooms = [WantedBooking(date, place, None, start, end)] if place is not None else []
    return rooms + [WantedBooking(date, None, person, start, end) for person in dict.fromkeys(people)]


def doubled(wanted: Iterable[WantedBooking]) -> frozenset[WantedBooking]:
    """Those of one group that overlap an earlier one of the same place or person: a group is never in its own way."""
    found: set[WantedBooking] = set()
    until: dict[tuple[int | None, int | None], datetime] = {}
    for one in sorted(wanted, key=lambda one: (one.start, one.end, one.date)):
        if one.start < until.get(one.of, one.start):
            found.add(one)
        until[one.of] = max(until.get(one.of, one.end), one.end)
    return frozenset(found)


def by_date(clashes: Iterable[BookingClash]) -> dict[int, list[BookingClash]]:
    """The same by the date that is wanted, in order of time, rooms before people."""
    found = defaultdict[int, list[BookingClash]](list)
    order = sorted(
        clashes, key=lambda one: (one.wanted.start, one.wanted.date, one.wanted.place is None, one.start)
    )
    for one in order:
        found[one.wanted.date].append(one)
    return dict(found)
