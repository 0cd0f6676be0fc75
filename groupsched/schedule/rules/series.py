"""The rule of a series: local wall-clock time, a zone and a repetition, checked as a whole."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from itertools import islice, takewhile
from zoneinfo import ZoneInfo, available_timezones

from dateutil.relativedelta import relativedelta

from groupsched.schedule.rules.recurrence import (
    LAST_DAY,
    MAX_COUNT,
    Recurrence,
    RuleRefused,
    clean_rrule,
    parse_recurrence,
)

__all__ = ["MAX_COUNT", "MAX_MINUTES", "WINDOW_YEARS", "RuleRefused", "SeriesRule", "parse_rule"]

MAX_MINUTES = 24 * 60
MAX_SKIPS = 999
WINDOW_YEARS = 2
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class SeriesRule:
    """When a series meets.

    `start_time` is the wall clock of `timezone` (an IANA name); `duration_minutes` is elapsed time. `rrule` is the
    value of an RFC 5545 RRULE without DTSTART and without UNTIL, empty for a single date. `until` is the last local
    date on which a meeting may start, None where COUNT ends it or it is open. `skip` are dates of the rule on which
    there is no meeting; COUNT counts them, as RFC 5545 counts an EXDATE.
    """

    starts_on: date
    start_time: time
    duration_minutes: int
    timezone: str
    rrule: str = ""
    until: date | None = None
    skip: frozenset[date] = frozenset()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the wall clock is read."""
        return ZoneInfo(self.timezone)

    @cached_property
    def recurrence(self) -> Recurrence | None:
        """The repetition, None for a single date. Raises RuleRefused where the text is not understood."""
        return parse_recurrence(self.rrule) if self.rrule else None

    def dates(self, last: date = LAST_DAY) -> Iterator[date]:
        """Every date of the rule up to `last` (inclusive), in order, the skipped ones too."""
        if self.recurrence is None:
            return iter([self.starts_on] if self.starts_on <= last else [])
        end = min(last, self.until or last)
        days = islice(self.recurrence.days_from(self.starts_on), self.recurrence.count)
        return takewhile(lambda day: day <= end, days)


def parse_rule(
    *,
    starts_on: date,
    start_time: time,
    duration_minutes: int,
    timezone: str,
    rrule: str | None = None,
    until: date | None = None,
    skip: Iterable[date] = (),
) -> SeriesRule:
    """Check the parts of a schedule and return its rule.

    An UNTIL inside the RRULE becomes `until`. Dates in `skip` that the rule does not have are dropped. Raises
    RuleRefused(reason, field) for what is unknown, nonsense or would run away; the first date must be one of the
    rule's own (`first_date_on_or_after` finds it).
    """
    _check_start(starts_on, start_time, duration_minutes, timezone)
    text = clean_rrule(rrule or "")
    rule = SeriesRule(starts_on, start_time.replace(fold=0), duration_minutes, timezone, text)
    if rrule and rrule.strip():
        recurrence = parse_recurrence(rrule)
        until = _one_end(rule, recurrence, until)
        if next(recurrence.days_from(starts_on), None) != starts_on:
            raise RuleRefused("The first date is not one of the dates of this schedule.", "starts_on")
    elif until is not None:
        raise RuleRefused("A single date has no end date.", "until")
    _check_until(starts_on, until)
    return replace(rule, until=until, skip=_own_dates(replace(rule, until=until), skip))


def _check_start(starts_on: date, start_time: time, duration_minutes: int, timezone: str) -> None:
    if not FIRST_YEAR <= starts_on.year < LAST_YEAR:
        raise RuleRefused(
            "The first date is between %(first)s and %(last)s.", "starts_on", first=FIRST_YEAR, last=LAST_YEAR
        )
    if start_time.tzinfo is not None or start_time.second or start_time.microsecond:
        raise RuleRefused("The start is a time of day in hours and minutes, like 18:00.", "start_time")
    if not 1 <= duration_minutes <= MAX_MINUTES:
        raise RuleRefused("A meeting lasts from 1 to %(most)s minutes.", "duration_minutes", most=MAX_MINUTES)
    if timezone not in _zones():
        raise RuleRefused("This time zone is not known. An example: America/New_York", "timezone")


@cache
def _zones() -> frozenset[str]:
    """The zones of places, and UTC; not the files beside them that name no place (`localtime`, `Factory`)."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def _one_end(rule: SeriesRule, recurrence: Recurrence, until: date | None) -> date | None:
    if until is not None and (recurrence.count or recurrence.until):
        raise RuleRefused("A schedule has one end: an end date, or COUNT or UNTIL in the rule.", "until")
    return _until_as_date(rule, recurrence.until) if recurrence.until else until


def _until_as_date(rule: SeriesRule, text: str) -> date:
    """The last local date of an UNTIL: a date, a local time, or an instant in UTC (RFC 5545 3.3.10)."""
    match = re.fullmatch(r"([0-9]{8})(?:T([0-9]{6})(Z?))?", text)
    try:
        if match is None:
            raise ValueError(text)
        day, clock, is_utc = match.groups()
        if clock is None:
            return datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date()
        last = datetime.strptime(day + clock, "%Y%m%d%H%M%S").replace(tzinfo=UTC if is_utc else rule.zone)
        last = last.astimezone(rule.zone)
        return last.date() if last.time() >= rule.start_time else last.date() - timedelta(days=1)
    except (ValueError, OverflowError):
        raise RuleRefused("UNTIL is a date like 20261231 or a time like 20261231T235959Z.") from None


def _check_until(starts_on: date, until: date | None) -> None:
    if until is None:
        return
    if until < starts_on:
        raise RuleRefused("The end date is before the first date.", "until")
    if until > starts_on + relativedelta(years=WINDOW_YEARS):
        raise RuleRefused(
            "An end date is at most two years after the first. Leave the end open instead.", "until"
        )


def _own_dates(rule: SeriesRule, skip: Iterable[date]) -> frozenset[date]:
    wanted = frozenset(skip)
    if len(wanted) > MAX_SKIPS:
        raise RuleRefused("At most %(most)s dates can be skipped.", "skip", most=MAX_SKIPS)
    if not wanted:
        return wanted
    return frozenset(day for day in rule.dates(max(wanted)) if day in wanted)
