"""Things that are counted, such as mats and chairs: what dates need of them, and where there are not enough."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from groupsched.schedule.rules.booking import WantedBooking


@dataclass(frozen=True)
class WantedThing:
    """So many of a thing, for a date and in the place that it books."""

    booking: WantedBooking
    thing: str
    number: int


@dataclass(frozen=True)
class TakenThing:
    """So many of a thing that another date takes."""

    number: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class ThingsLacking:
    """How many of a thing are needed in all between two moments, and how many `there` are."""

    start: datetime
    end: datetime
    there: int
    needed: int


def things_of(bookings: Iterable[WantedBooking], needs: Mapping[str, int]) -> list[WantedThing]:
    """What dates need where they take a place."""
    return [
        WantedThing(one, thing, number)
        for one in bookings
        if one.place is not None
        for thing, number in sorted(needs.items())
    ]


def lacking(wanted: WantedThing, taken: Iterable[TakenThing], there: int) -> ThingsLacking | None:
    """When most of a thing is needed, by whoever wants it and those who take it; None where there are enough.

    >>> from datetime import UTC
    >>> hour = lambda number: datetime(2026, 12, 1, number, tzinfo=UTC)
    >>> mats = WantedThing(WantedBooking(1, 5, None, hour(10), hour(13)), "mats", 12)
    >>> found = lacking(mats, [TakenThing(12, hour(9), hour(11)), TakenThing(3, hour(11), hour(12))], 20)
    >>> found.start.hour, found.end.hour, found.there, found.needed
    (10, 11, 20, 24)
    >>> lacking(mats, [TakenThing(8, hour(9), hour(11)), TakenThing(8, hour(11), hour(12))], 20) is None
    True
    """
    begin, until = wanted.booking.start, wanted.booking.end
    others = [one for one in taken if one.start < until and one.end > begin]
    moments = sorted(
        {begin, until, *(m for one in others for m in (one.start, one.end) if begin < m < until)}
    )
    found: ThingsLacking | None = None
    for start, end in pairwise(moments):
        needed = wanted.number + sum(one.number for one in others if one.start <= start < one.end)
        if found is not None and found.needed == needed and found.end == start:
            found = ThingsLacking(found.start, end, there, needed)
        elif needed > (found.needed if found else there):
            found = ThingsLacking(start, end, there, needed)
    return found
