"""Two people who are kept apart: when that stands, and which dates of one are too near to dates of the other."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from groupsched.enrolment.rules.clashes import TimeSpan

USUAL_BUFFER = 30
MOST_BUFFER = 240


class ApartRefusal(StrEnum):
    """Why a pair cannot be kept, or not in this way."""

    THEMSELVES = "themselves"
    ALREADY = "already"
    ENDS_FIRST = "ends_first"
    TOO_FAR = "too_far"


@dataclass(frozen=True)
class ApartSpan:
    """Kept apart from a day on, until (not on) another: none, as long as it lasts; so many `minutes` between them at one site."""

    from_day: date
    until_day: date | None = None
    minutes: int = 0

    def holds(self, day: date) -> bool:
        """Whether the two are kept apart that day."""
        return self.from_day <= day and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        """Whether the two are kept apart no longer that day."""
        return self.until_day is not None and self.until_day <= day

    @property
    def last_day(self) -> date | None:
        """The last day on which they are kept apart; None, as long as it lasts."""
        return self.until_day - timedelta(days=1) if self.until_day else None


@dataclass(frozen=True)
class SiteDate:
    """A date of a group, its key in the span, at a site (None: nowhere that others of the house are)."""

    span: TimeSpan
    group_id: int
    site_id: int | None = None


@dataclass(frozen=True)
class OtherDate:
    """A coming date of somebody from whom a person is kept apart, on that day. `comes`: they are there; else it is a date of a
    group they are in, and they said they cannot come to it."""

    person_id: int
    date: SiteDate
    minutes: int = 0
    comes: bool = True


def refusal_to_keep(first_id: int, second_id: int, standing: bool, span: ApartSpan) -> ApartRefusal | None:
    """Why these two cannot be kept apart; None, where they can. `standing`: a pair of them stands already."""
    if first_id == second_id:
        return ApartRefusal.THEMSELVES
    if span.until_day is not None and span.until_day <= span.from_day:
        return ApartRefusal.ENDS_FIRST
    return ApartRefusal.ALREADY if standing else None


def too_near(wanted: Iterable[SiteDate], others: Iterable[OtherDate]) -> frozenset[int]:
    """The keys of the wanted dates to which one of the others comes too, or at whose site one is within the minutes between
    them.

    >>> from datetime import UTC, datetime
    >>> at = lambda hour: datetime(2026, 3, 3, hour, tzinfo=UTC)
    >>> mine = SiteDate(TimeSpan(1, at(10), at(11)), 1, 7)
    >>> theirs = SiteDate(TimeSpan(2, at(11), at(12)), 2, 7)
    >>> [sorted(too_near([mine], [OtherDate(5, theirs, minutes)])) for minutes in (0, 1)]
    [[], [1]]
    """
    there = [one for one in others if one.comes]
    same, closed = {one.date.span.key for one in there}, _closed(there)
    return frozenset(
        one.span.key for one in wanted if one.span.key in same or _within(one, closed.get(one.site_id, ()))
    )


Between = tuple[datetime, datetime]


def _closed(there: Iterable[OtherDate]) -> dict[int | None, list[Between]]:
    """When a site is closed to somebody, in order, none running into the next: others come, with the minutes around them."""
    spans = defaultdict[int | None, list[Between]](list)
    for one in there:
        if one.minutes and one.date.site_id is not None:
            around = timedelta(minutes=one.minutes)
            spans[one.date.site_id].append((one.date.span.start - around, one.date.span.end + around))
    return {site: _joined(sorted(own)) for site, own in spans.items()}


def _joined(spans: Iterable[Between]) -> list[Between]:
    found: list[Between] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _within(wanted: SiteDate, closed: Sequence[Between]) -> bool:
    """Whether a date runs into one of these: only the last that begins before it ends can."""
    before = bisect_left(closed, wanted.span.end, key=lambda one: one[0])
    return before > 0 and closed[before - 1][1] > wanted.span.start
