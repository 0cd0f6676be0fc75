"""A freed seat is offered to who waits, and kept until they answer: to whom, how long, and what becomes of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from groupsched.enrolment.rules.reminding import Quiet

LONG, SHORT = timedelta(hours=12), timedelta(hours=1)
"""How long a seat is kept: a day or more before its first date, and within a day."""
A_DAY, TOO_SOON = timedelta(hours=24), timedelta(hours=2)
"""Nearer than `TOO_SOON` nobody is asked by a message: the desk calls."""
OFFER_KEY = "offer:"
"""With it the key of the message of an offer begins, before the public id of the offer."""
MOST_NIGHTS = 32
"""After so many the clock runs through: hours that leave less than half an hour of a day awake are nobody's."""


class OfferState(StrEnum):
    """What became of an offer. Passed over: it was never made, for what `PassedFor` says."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    PASSED_OVER = "passed_over"


class PassedFor(StrEnum):
    """Why somebody in line was passed over: they have something else then, are kept apart from somebody there, lack a clearance,
    would have what adds to other care alone, their account is off, or it is too late to write to them."""

    CLASH = "clash"
    APART = "apart"
    CLEARANCE = "clearance"
    ADDS_ONLY = "adds_only"
    ACCOUNT = "account"
    TOO_LATE = "too_late"


class LineWish(StrEnum):
    """How somebody waits on after a no: as before, not before a day, or for single dates alone."""

    KEEP = "keep"
    LATER = "later"
    SINGLE = "single"


HAD_THEIR_TURN = frozenset({OfferState.DECLINED, OfferState.EXPIRED})
"""Who was asked for a seat is not asked for it again; for the next one that comes free they are."""


@dataclass(frozen=True)
class OfferWindow:
    """From when somebody knows of an offer, and until when it is kept for them."""

    begins: datetime
    ends: datetime


def awake(moment: datetime, quiet: Quiet) -> datetime:
    """The moment itself, or the end of the quiet hours in which it lies.

    >>> from datetime import UTC, time
    >>> from zoneinfo import ZoneInfo
    >>> night = Quiet(time(21), time(8), ZoneInfo("UTC"))
    >>> awake(datetime(2026, 12, 8, 21, 30, tzinfo=UTC), night)
    datetime.datetime(2026, 12, 9, 8, 0, tzinfo=datetime.timezone.utc)
    """
    if not quiet.holds(moment):
        return moment
    ended = quiet.ended(moment)
    if ended <= moment:
        ended = quiet.ended(moment + timedelta(days=1))
    return ended.astimezone(moment.tzinfo)


def _asleep(moment: datetime, quiet: Quiet) -> datetime:
    """When the next quiet hours begin after a moment outside of them."""
    wall = moment.astimezone(quiet.zone)
    begins = datetime.combine(wall.date(), quiet.begins, quiet.zone).astimezone(moment.tzinfo)
    if begins >= moment:
        return begins
    tomorrow = wall.date() + timedelta(days=1)
    return datetime.combine(tomorrow, quiet.begins, quiet.zone).astimezone(moment.tzinfo)


def after_awake(begins: datetime, length: timedelta, quiet: Quiet) -> datetime:
    """When so much time has passed since `begins`, quiet hours not counted.

    >>> from datetime import UTC, time
    >>> from zoneinfo import ZoneInfo
    >>> night = Quiet(time(21), time(8), ZoneInfo("UTC"))
    >>> after_awake(datetime(2026, 12, 8, 20, 0, tzinfo=UTC), LONG, night)
    datetime.datetime(2026, 12, 9, 19, 0, tzinfo=datetime.timezone.utc)
    """
    at = awake(begins, quiet)
    if quiet.begins == quiet.ends:
        return at + length
    for _night in range(MOST_NIGHTS):
        night = _asleep(at, quiet)
        if at + length <= night:
            return at + length
        length -= max(night - at, timedelta())
        at = awake(night, quiet)
    return at + length


def window(start: datetime, at: datetime, quiet: Quiet) -> OfferWindow | None:
    """How long a seat on a date that begins at `start` is kept for somebody who is asked `at` that moment: 12 hours, within a
    day of it one hour, and not beyond its begin. None where that is too late: the desk calls.

    The clock stands still in quiet hours, so an offer that is made in them begins when they end.

    >>> from datetime import UTC, time
    >>> from zoneinfo import ZoneInfo
    >>> night = Quiet(time(21), time(8), ZoneInfo("UTC"))
    >>> noon = datetime(2026, 12, 9, 12, tzinfo=UTC)
    >>> [window(noon, noon - timedelta(hours=n), night) for n in (1, 14)]
    [None, OfferWindow(begins=datetime.datetime(2026, 12, 9, 8, 0, tzinfo=datetime.timezone.utc), ends=datetime.datetime(2026, 12, 9, 9, 0, tzinfo=datetime.timezone.utc))]
    """
    begins = awake(at, quiet)
    if start - begins < TOO_SOON:
        return None
    for length in (LONG, SHORT) if start - begins >= A_DAY else (SHORT,):
        ends = after_awake(begins, length, quiet)
        if ends <= start:
            return OfferWindow(begins, ends)
    return None


def first_in_reach(starts: Sequence[datetime], at: datetime, quiet: Quiet) -> tuple[int, OfferWindow] | None:
    """Of all coming dates of a group, in order, the first for which somebody can still be asked, by its place, and how long;
    None where there is none."""
    found = ((place, window(start, at, quiet)) for place, start in enumerate(starts))
    return next(((place, one) for place, one in found if one is not None), None)


DateLine = int | None
"""A date by its number, or all coming dates of the group: None."""


@dataclass(frozen=True)
class WhoIsNext:
    """Who is asked now, by enrolment: for all dates, or (enrolment, date); and who before them was passed over."""

    whole: tuple[int, ...] = ()
    single: tuple[tuple[int, int], ...] = ()
    passed: tuple[tuple[int, DateLine], ...] = ()


@dataclass
class _Asking:
    fits: Callable[[int, DateLine], bool]
    everybody: bool
    passed: list[tuple[int, DateLine]] = field(default_factory=list)

    def of(self, line: Iterable[int], seats: int | None, date: DateLine) -> list[int]:
        """The first of a line whom a seat fits, as many as there are seats, or all of them where everybody is asked."""
        found: list[int] = []
        for one in line if seats is None or seats > 0 else ():
            if seats is not None and len(found) == seats and not self.everybody:
                break
            if self.fits(one, date):
                found.append(one)
            else:
                self.passed.append((one, date))
        return found


def who_is_next(
    group_line: Sequence[int],
    date_lines: Mapping[int, Sequence[int]],
    free: Mapping[int, int | None],
    fits: Callable[[int, DateLine], bool],
    *,
    everybody: bool = False,
) -> WhoIsNext:
    """Whom to ask for the free seats: the group's line while all its dates have one, then each date's own line, the longest
    waiting first. Who has something else at that time is passed over and keeps the place: the next one is asked.

    `free` holds every date that can be offered with its free seats, None without limit. With `everybody` all in a line are
    asked at once, and the first to say yes has the seat.

    >>> who_is_next([1, 2], {7: [3]}, {7: 1, 8: 2}, lambda one, date: one != 1)
    WhoIsNext(whole=(2,), single=(), passed=((1, None),))
    """
    asking = _Asking(fits, everybody)
    limits = [seats for seats in free.values() if seats is not None]
    least = min(limits, default=None)
    whole = asking.of(group_line, least, None) if free else []
    kept = len(whole) if least is None else min(least, len(whole))
    single: list[tuple[int, int]] = []
    for date, line in date_lines.items():
        if date in free:
            seats = free[date]
            rest = None if seats is None else seats - kept
            single += [(one, date) for one in asking.of(line, rest, date)]
    return WhoIsNext(tuple(whole), tuple(single), tuple(asking.passed))
