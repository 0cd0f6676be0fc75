"""Series that are parts of one line: the group meets in one rhythm at one time, and something else is otherwise from a day on."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from groupsched.schedule.rules.changing import DateChange
from groupsched.schedule.rules.dates import first_date_on_or_after, last_date
from groupsched.schedule.rules.recurrence import Frequency, without_count
from groupsched.schedule.rules.series import SeriesRule
from groupsched.schedule.rules.splitting import cut_after
from groupsched.schedule.rules.timetable import Timetable, TimetableSeries

DAY = timedelta(days=1)


def later_parts(timetable: Timetable, series: TimetableSeries) -> list[TimetableSeries]:
    """The series that go on in the line of this one once it has ended, in order. One with a date that stays, because somebody is
    marked on it, is a line of its own."""
    found: list[TimetableSeries] = []
    while (last := last_date((found or [series])[-1].rule)) is not None:
        after = [
            one for one in timetable.series
            if not one.ended and one.kept is None and one.rule.starts_on > last and _same_time(one.rule, series.rule)
        ]  # fmt: skip
        if not after:
            break
        found.append(min(after, key=lambda one: one.rule.starts_on))
    return found


def one_line(rules: Sequence[SeriesRule]) -> SeriesRule | None:
    """The rule of the last part, where these are the parts of one line; None where they are several, or none.

    >>> from datetime import time
    >>> autumn = SeriesRule(date(2026, 9, 3), time(10), 60, "UTC", "FREQ=WEEKLY", until=date(2026, 12, 24))
    >>> one_line([autumn, replace(autumn, starts_on=date(2026, 12, 31), until=None)]).starts_on
    datetime.date(2026, 12, 31)
    """
    parts = sorted(rules, key=lambda rule: rule.starts_on)
    for one, other in itertools.pairwise(parts):
        last = last_date(one)
        if last is None or last >= other.starts_on or not _same_time(one, other):
            return None
    return parts[-1] if parts else None


def line_of(timetable: Timetable, series: int) -> dict[int, date]:
    """The parts from this series on by their keys, each with the first day of its rule."""
    first = timetable.series_with(series)
    return {one.key: one.rule.starts_on for one in [first, *later_parts(timetable, first)]}


def follows_earlier(timetable: Timetable, series: TimetableSeries) -> bool:
    """Whether an earlier part of the line of a series has dates to come still."""
    coming = {one.series for one in timetable.dates if one.takes_place}
    earlier = [
        one for one in timetable.series if not one.ended and one.key in coming and one.key != series.key
    ]
    return any(series.key in line_of(timetable, one.key) for one in earlier)


def over_line(
    found: DateChange,
    parts: Sequence[TimetableSeries],
    each: Callable[[Timetable, TimetableSeries], DateChange],
) -> DateChange:
    """A change of a series, done to the later parts of its line too, each with what it has otherwise."""
    there, kept = found.after, found.kept
    for part in parts:
        more = each(there, there.series_with(part.key))
        there, kept = more.after, (*kept, *more.kept)
    return replace(found, after=there, kept=kept)


def until_next(rule: SeriesRule, was: SeriesRule, parts: Sequence[TimetableSeries]) -> SeriesRule:
    """The rule of a part, which leaves to the next what that has: another rhythm reaches up to its week or month."""
    end = last_or_until(was)
    if not parts or rule.recurrence is None or end is None:
        return rule
    first, last, other = parts[0].rule.starts_on, last_date(rule), _rhythm(rule) != _rhythm(was)
    if last is not None and last < first and not (other and rule.until == end):
        return rule
    reach = max(end, _period(rule, first) - DAY) if other else end
    return cut_after(rule, max(rule.starts_on, reach))


def last_or_until(rule: SeriesRule) -> date | None:
    """The day on which a rule ends, as it says itself."""
    return rule.until or last_date(rule)


def says_otherwise(rule: SeriesRule, was: SeriesRule) -> bool:
    """Whether a rule has other days or times than it had, whatever its end."""
    return (rule.start_time, rule.duration_minutes, _rhythm(rule)) != (
        was.start_time, was.duration_minutes, _rhythm(was)
    )  # fmt: skip


def in_step(part: SeriesRule, rule: SeriesRule, was: SeriesRule) -> SeriesRule:
    """The rule of a later part, where the one before it changes so; its own end stays."""
    timed = replace(part, start_time=rule.start_time, duration_minutes=rule.duration_minutes)
    if _rhythm(rule) == _rhythm(was) or part.recurrence is None:
        return timed
    count = part.recurrence.count
    text = without_count(rule.rrule) + (f";COUNT={count}" if count is not None else "")
    before = last_or_until(rule)
    earliest = max(filter(None, [_period(rule, part.starts_on), before and before + DAY]))
    moved = first_date_on_or_after(
        replace(timed, starts_on=earliest, rrule=text, until=None, skip=frozenset())
    )
    by = moved.starts_on - part.starts_on
    until = part.until + max(by, timedelta()) if part.until is not None else None
    skip = {day + by for day in part.skip}
    whole = replace(moved, until=until)
    return replace(whole, skip=frozenset(skip & set(whole.dates(max(skip)))) if skip else frozenset())


def _same_time(one: SeriesRule, other: SeriesRule) -> bool:
    same = (one.start_time, one.duration_minutes, one.timezone) == (
        other.start_time, other.duration_minutes, other.timezone
    )  # fmt: skip
    return same and one.recurrence is not None and _rhythm(one) == _rhythm(other)


def _rhythm(rule: SeriesRule) -> tuple[Any, ...]:
    found = rule.recurrence
    if found is None:
        return ()
    weekly = found.frequency is Frequency.WEEKLY
    days = found.weekdays or ((rule.starts_on.weekday(),) if weekly else ())
    monthly = found.frequency is Frequency.MONTHLY and found.nth is None
    month_day = found.month_day or (rule.starts_on.day if monthly else None)
    return found.frequency, found.interval, days, month_day, found.nth


def _period(rule: SeriesRule, day: date) -> date:
    """The first day of the week, or the month, in which a rule of this kind has a day."""
    found = rule.recurrence
    if found is not None and found.frequency is Frequency.WEEKLY:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if found is not None and found.frequency is Frequency.MONTHLY else day
