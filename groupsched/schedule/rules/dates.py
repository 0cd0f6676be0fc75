"""From a rule to its dates and instants.

Written decisions: a time that does not exist moves forward by the gap; a time that occurs twice is the first;
"monthly on the 5th Tuesday" skips months without one, and so do the 31st and 29 February. Intervals are half-open.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice

from groupsched.schedule.rules.series import SeriesRule


@dataclass(frozen=True)
class RuleDate:
    """One meeting: its original start on the wall clock (naive, its identity) and the instants in UTC."""

    original_local: datetime
    start: datetime
    end: datetime


@dataclass(frozen=True)
class NextDate:
    """A date of the rule as a preview shows it: met, or skipped."""

    day: date
    skipped: bool


def local_dates(rule: SeriesRule, first: date, last: date) -> Iterator[date]:
    """The dates on which the series meets from `first` to `last`, both inclusive, in order, without the skipped."""
    return (day for day in rule.dates(last) if day >= first and day not in rule.skip)


def has_day(rule: SeriesRule, day: date) -> bool:
    """Whether a day is one of the rule, a skipped one too. Asked of many dates of one rule, it costs a look into a set."""
    return day in _days_until(rule, date(day.year, 12, 31))


@lru_cache(maxsize=128)
def _days_until(rule: SeriesRule, last: date) -> frozenset[date]:
    return frozenset(rule.dates(last))


def slot_on(rule: SeriesRule, day: date) -> RuleDate:
    """The meeting of one date. The zone is attached last; the end is `duration_minutes` of elapsed time later.

    >>> from datetime import time
    >>> night = SeriesRule(date(2026, 3, 8), time(2, 30), 60, "America/New_York")
    >>> slot_on(night, date(2026, 3, 8)).start.astimezone(night.zone).time()  # this hour is left out
    datetime.time(3, 30)
    """
    local = datetime.combine(day, rule.start_time.replace(fold=0))
    # fold=0: in a gap Python reads the clock before the change, which moves the time forward; of two equal times the first.
    start = local.replace(tzinfo=rule.zone).astimezone(UTC)
    return RuleDate(local, start, start + timedelta(minutes=rule.duration_minutes))


def expand(rule: SeriesRule, first: date, last: date) -> list[RuleDate]:
    """The meetings of the series from local date `first` to `last`, both inclusive."""
    return [slot_on(rule, day) for day in local_dates(rule, first, last)]


def overlaps(a_start: datetime, a_end: datetime, b_start: datetime, b_end: datetime) -> bool:
    """Whether two half-open intervals share an instant: one that ends as the other begins does not overlap it."""
    return a_start < b_end and b_start < a_end


def next_dates(rule: SeriesRule, today: date, n: int = 8) -> list[NextDate]:
    """The next `n` dates of the rule from `today` on, the skipped ones marked."""
    coming = (day for day in rule.dates() if day >= today)
    return [NextDate(day, day in rule.skip) for day in islice(coming, n)]


def last_date(rule: SeriesRule) -> date | None:
    """The last date of the rule, skipped or not; None for a series with an open end."""
    recurrence = rule.recurrence
    if recurrence is not None and recurrence.count is None and rule.until is None:
        return None
    return max(rule.dates(), default=rule.starts_on)


def count_dates(rule: SeriesRule, today: date) -> int | None:
    """How many meetings are still to come, without the skipped; None for a series with an open end."""
    last = last_date(rule)
    return None if last is None else sum(1 for _ in local_dates(rule, today, last))


def first_date_on_or_after(rule: SeriesRule) -> SeriesRule:
    """The same rule with its first date moved to the first one that is a date of its own."""
    recurrence = rule.recurrence
    if recurrence is None:
        return rule
    return replace(rule, starts_on=next(recurrence.days_from(rule.starts_on), rule.starts_on))
