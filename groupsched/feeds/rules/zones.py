"""How a time zone is told to a calendar: two yearly rules, taken from the zone's own tzdata footer.

A calendar program reads a repeating event in the zone that the file describes, so the description has to be
right. The last line of a tzdata file (``EST5EDT,M3.2.0,M11.1.0``) says when the clock changes from now on; it is
written as one yearly observance a change, each starting in the wall time of the *old* offset (RFC 5545 3.6.5).
A zone for which that line is not the whole truth (Cairo, Casablanca) has no such rule: `zone_rule` gives None.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from groupsched.core.zones import zone_file

DAY = timedelta(days=1)
WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")  # POSIX counts from Sunday
LONG_MONTHS = frozenset({1, 3, 5, 7, 8, 10, 12})

_NAME = r"(?:<([+\-0-9A-Za-z]+)>|([A-Za-z]+))"
_TIME = r"([+-]?\d{1,3}(?::\d{2}){0,2})"
_FOOTER = re.compile(rf"{_NAME}{_TIME}(?:{_NAME}{_TIME}?,([^,]+),([^,]+))?")
_CHANGE = re.compile(rf"M(\d{{1,2}})\.([1-5])\.([0-6])(?:/{_TIME})?")


@dataclass(frozen=True, slots=True)
class YearlyClockChange:
    """One yearly change of the clock: when it happens on the old clock, and from which offset to which."""

    name: str
    daylight: bool
    offset_from: timedelta
    offset_to: timedelta
    month: int
    weekday: int  # of the day the change falls on, 0 is Sunday
    days: tuple[int, ...]  # the seven days of the month it can fall on
    last: bool  # the last such weekday of the month
    at: timedelta  # after midnight, below 24 hours

    def onset(self, year: int) -> datetime:
        """Say when the clock changes in this year, in the wall time of the old offset."""
        first = date(year, self.month, self.days[0])
        day = first + DAY * ((self.weekday - first.isoweekday()) % 7)
        return datetime(day.year, day.month, day.day) + self.at  # noqa: DTZ001 - wall time

    def instant(self, year: int) -> datetime:
        """Say when the clock changes in this year, in UTC."""
        return (self.onset(year) - self.offset_from).replace(tzinfo=UTC)

    @property
    def rrule(self) -> str:
        """Write the change as a yearly rule; an odd week is said by the days it can fall on."""
        day = WEEKDAYS[self.weekday]
        if self.last:
            return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY=-1{day}"
        if self.days[0] % 7 == 1:
            return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={self.days[0] // 7 + 1}{day}"
        days = ",".join(map(str, self.days))
        return f"FREQ=YEARLY;BYMONTH={self.month};BYMONTHDAY={days};BYDAY={day}"


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """A zone as a calendar file can say it: one fixed offset, or two changes a year."""

    key: str
    name: str
    offset: timedelta
    turns: tuple[YearlyClockChange, ...]

    def changes(self, first: date, last: date) -> Iterator["ClockChange"]:
        """Give the clock changes whose local day lies between two dates, both included."""
        for year in range(first.year - 1, last.year + 2):
            for turn in self.turns:
                if first <= turn.onset(year).date() <= last:
                    yield ClockChange(turn.onset(year), turn.onset(year) + turn.offset_to - turn.offset_from)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One clock change as the wall clock sees it: it reads `before`, and then at once `after`."""

    before: datetime
    after: datetime

    @property
    def low(self) -> datetime:
        """The earlier end of the hour that is missing or comes twice."""
        return min(self.before, self.after)

    @property
    def high(self) -> datetime:
        """The later end of the hour that is missing or comes twice."""
        return max(self.before, self.after)

    def holds(self, wall: datetime) -> bool:
        """Whether a wall time lies in the changed hour, its ends included: readers differ there."""
        return self.low <= wall <= self.high


def _duration(text: str | None, default: timedelta) -> timedelta:
    if not text:
        return default
    parts = [int(part) for part in text.lstrip("+-").split(":")] + [0, 0]
    size = timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2])
    return -size if text.startswith("-") else size


def _turn(change: str, name: str, offset_from: timedelta, offset_to: timedelta) -> YearlyClockChange | None:
    match = _CHANGE.fullmatch(change)
    if match is None:
        return None
    month, week, weekday = (int(part) for part in match.group(1, 2, 3))
    shift, at = divmod(_duration(match.group(4), timedelta(hours=2)), DAY)
    month_end = 31 if month in LONG_MONTHS else 30
    first = (month_end - 6 if week == 5 else 7 * week - 6) + shift
    if first < 1 or first + 6 > month_end or (month == 2 and (week == 5 or shift)):
        return None  # the change can fall into another month: no yearly rule says that
    return YearlyClockChange(
        name=name,
        daylight=offset_to > offset_from,
        offset_from=offset_from,
        offset_to=offset_to,
        month=month,
        weekday=(weekday + shift) % 7,
        days=tuple(range(first, first + 7)),
        last=week == 5 and shift == 0,
        at=at,
    )


def parse_footer(key: str, footer: str) -> ZoneRule | None:
    """Read a POSIX zone line; None when it holds something that two yearly rules cannot say.

    >>> [turn.rrule for turn in parse_footer("America/New_York", "EST5EDT,M3.2.0,M11.1.0").turns]
    ['FREQ=YEARLY;BYMONTH=3;BYDAY=2SU', 'FREQ=YEARLY;BYMONTH=11;BYDAY=1SU']
    """
    match = _FOOTER.fullmatch(footer)
    if match is None:
        return None
    quoted, plain, offset, quoted2, plain2, offset2, start, end = match.groups()
    # POSIX counts west of Greenwich as positive.
    standard = -_duration(offset, timedelta())
    name, name2 = quoted or plain, quoted2 or plain2
    if not name2:
        return ZoneRule(key, name, standard, ())
    other = -_duration(offset2, timedelta()) if offset2 else standard + timedelta(hours=1)
    turns = (_turn(start, name2, standard, other), _turn(end, name, other, standard))
    if turns[0] is None or turns[1] is None:
        return None
    return ZoneRule(key, name, standard, (turns[0], turns[1]))


def _footer(key: str) -> str:
    return zone_file(key).rsplit(b"\n", 2)[1].decode("ascii", "replace")


def _agrees(rule: ZoneRule, zone: ZoneInfo, first_year: int, last_year: int) -> bool:
    """Whether a rule gives the offsets of zoneinfo on every day and around every change of these years."""
    turns = sorted(
        (turn.instant(year), turn.offset_from, turn.offset_to)
        for year in range(first_year - 1, last_year + 1)
        for turn in rule.turns
    )
    second, offset = timedelta(seconds=1), turns[0][1] if turns else rule.offset
    moment, end = datetime(first_year, 1, 1, 12, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    for instant, before, after in turns:
        if instant.year >= first_year and (
            (instant - second).astimezone(zone).utcoffset() != before
            or instant.astimezone(zone).utcoffset() != after
        ):
            return False
    while moment < end:
        while turns and turns[0][0] <= moment:
            offset = turns.pop(0)[2]
        if moment.astimezone(zone).utcoffset() != offset:
            return False
        moment += DAY
    return True


@lru_cache(maxsize=512)
def zone_rule(key: str, first_year: int, last_year: int) -> ZoneRule | None:
    """Give the yearly rule of an IANA zone, or None where none holds over all of these years.

    `key` has to be a zone that zoneinfo knows. The rule is checked against zoneinfo day by day.
    """
    zone = ZoneInfo(key)
    rule = parse_footer(key, _footer(key))
    if rule is None or not _agrees(rule, zone, first_year, last_year):
        return None
    return rule
