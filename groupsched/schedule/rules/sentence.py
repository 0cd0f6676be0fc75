"""What a sentence says of a series: which repetition, which days, which end, which skipped dates. The words are in words.py."""

from dataclasses import dataclass, replace
from datetime import date, time
from itertools import groupby

from groupsched.schedule.rules.choices import WORKDAYS, Repeats, end_time
from groupsched.schedule.rules.dates import last_date
from groupsched.schedule.rules.recurrence import Frequency, Recurrence, RuleRefused
from groupsched.schedule.rules.series import SeriesRule

MOST_SKIPS = 8
FIFTH = 5
SHORTEST = 28
"""So many days has every month."""
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True)
class SentenceParts:
    """What a sentence says. `repeats` is ONCE, DAILY, WEEKDAYS, WEEKLY, MONTHLY or, for a rule that is not understood,
    CUSTOM, of which nothing else is said; `interval` counts its days, weeks or months.

    Weekdays count from Monday = 0. A month has its `month_day`, or `nth` (1 to 5, or -1 for the last) of one weekday.
    `until` is the last date, None without an end; `begun` where it started before now. `short`: it leaves out the months
    that have no such day. `skipped` are dates month by month, `more` how many of them are not said.
    """

    starts_on: date
    start: time
    end: time
    timezone: str
    repeats: Repeats
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    nth: int | None = None
    count: int | None = None
    until: date | None = None
    begun: bool = False
    short: bool = False
    skipped: tuple[tuple[date, ...], ...] = ()
    more: int = 0


def sentence_parts(rule: SeriesRule, since: date | None = None) -> SentenceParts:
    """Decide what is said of a series; skipped dates before `since` are left out."""
    end = end_time(rule.start_time, rule.duration_minutes)
    begun = since is not None and rule.starts_on < since
    parts = SentenceParts(rule.starts_on, rule.start_time, end, rule.timezone, Repeats.CUSTOM, begun=begun)
    try:
        recurrence = rule.recurrence
    except RuleRefused:
        return parts
    if recurrence is None or recurrence.count == 1:
        parts = replace(parts, repeats=Repeats.ONCE)
    else:
        parts = _with_end(_repeating(parts, recurrence), rule, recurrence)
        parts = _from_first(parts, rule, since)
    return _with_skipped(
        parts,
        sorted(day for day in rule.skip if day >= parts.starts_on and (since is None or day >= since)),
    )


def _repeating(parts: SentenceParts, recurrence: Recurrence) -> SentenceParts:
    parts = replace(parts, interval=recurrence.interval)
    if recurrence.frequency is Frequency.DAILY:
        return replace(parts, repeats=Repeats.DAILY)
    if recurrence.frequency is Frequency.WEEKLY:
        return _weekly(parts, recurrence.weekdays or (parts.starts_on.weekday(),))
    parts = replace(parts, repeats=Repeats.MONTHLY)
    if recurrence.nth is not None:
        return replace(parts, nth=recurrence.nth, weekdays=recurrence.weekdays, short=recurrence.nth == FIFTH)
    day = recurrence.month_day or parts.starts_on.day
    return replace(parts, month_day=day, short=day > SHORTEST)


def _weekly(parts: SentenceParts, days: tuple[int, ...]) -> SentenceParts:
    """Seven days of each week are every day, its five working days have a word of their own."""
    shorter = {EVERY_DAY: Repeats.DAILY, WORKDAYS: Repeats.WEEKDAYS} if parts.interval == 1 else {}
    return replace(parts, repeats=shorter.get(days, Repeats.WEEKLY), weekdays=days)


def _with_end(parts: SentenceParts, rule: SeriesRule, recurrence: Recurrence) -> SentenceParts:
    last = last_date(rule)
    if last is None:
        return parts
    return replace(parts, count=recurrence.count, until=rule.until or last)


def _from_first(parts: SentenceParts, rule: SeriesRule, since: date | None) -> SentenceParts:
    """Said from its first date that is not skipped; of a number of times, so many fewer."""
    if rule.starts_on not in rule.skip:
        return parts
    for before, day in enumerate(rule.dates()):
        if day not in rule.skip:
            left = parts.count - before if parts.count is not None else None
            return replace(parts, starts_on=day, count=left, begun=since is not None and day < since)
    return parts


def _with_skipped(parts: SentenceParts, days: list[date]) -> SentenceParts:
    """The skipped dates; of many the first few, and how many more there are."""
    shown = days if len(days) <= MOST_SKIPS else days[: MOST_SKIPS - 1]
    months = groupby(shown, key=lambda day: (day.year, day.month))
    return replace(
        parts, skipped=tuple(tuple(group) for _month, group in months), more=len(days) - len(shown)
    )
