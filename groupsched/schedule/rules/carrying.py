"""A series that is changed from one of its dates on: what of its rule is ahead, and how another one goes on from what was."""

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from groupsched.schedule.rules.changing import ChangeScope, DateChange
from groupsched.schedule.rules.dates import first_date_on_or_after
from groupsched.schedule.rules.laying import kept_until
from groupsched.schedule.rules.recurrence import clean_rrule, without_count
from groupsched.schedule.rules.series import SeriesRule, parse_rule
from groupsched.schedule.rules.splitting import rest_of, same_until
from groupsched.schedule.rules.timetable import TIMES, DateField, TimetableDate, TimetableSeries

DAY = timedelta(days=1)


def rule_ahead(series: TimetableSeries, one: TimetableDate, scope: ChangeScope) -> SeriesRule:
    """The rule of a series from one of its dates on, or from its next one: a number of times counts those alone."""
    kept = kept_until(series, one.day if scope is ChangeScope.FOLLOWING else None)
    return (rest_of(series.rule, kept + DAY) if kept is not None else None) or series.rule


def in_rooms(found: DateChange, rooms: Mapping[datetime, int], now: datetime) -> DateChange:
    """The same change, after which the coming dates that begin at these moments have rooms of their own."""

    def there(one: TimetableDate) -> TimetableDate:
        room = rooms.get(one.start) if one.takes_place and found.after.changeable(one, now) else None
        return one if room in (None, one.place) else replace(one, place=room, own=one.own | {DateField.PLACE})

    return (
        replace(found, after=replace(found.after, dates=tuple(map(there, found.after.dates))))
        if rooms
        else found
    )


def first_day(series: TimetableSeries, ahead: SeriesRule, since: date | None, today: date) -> date:
    """From which day on a rule that takes the place of the one `ahead` may meet: in the same week, and not before today."""
    kept, monday = kept_until(series, since), ahead.starts_on - timedelta(days=ahead.starts_on.weekday())
    floor = max(filter(None, [monday, today, kept and kept + DAY]))
    return min(floor, ahead.starts_on)


def rule_with(base: SeriesRule, said: Mapping[str, Any], earliest: date) -> SeriesRule:
    """The rule with what was `said` of it otherwise, by the names of its fields. Where nothing is said of its first date, that is
    the one it has, if it still fits, else the first that fits from the day `earliest` on. Raises RuleRefused."""
    parts = {one.name: getattr(base, one.name) for one in fields(base)} | dict(said)
    if "starts_on" not in said:
        text = clean_rrule(parts["rrule"] or "")
        same = text == base.rrule
        first = SeriesRule(base.starts_on if same else earliest, base.start_time, 1, base.timezone, text)
        parts["starts_on"] = first_date_on_or_after(first).starts_on
    return parse_rule(**parts)


def carried(series: TimetableSeries, ahead: SeriesRule, kept: date | None) -> SeriesRule:
    """The rule of what is ahead with what was before it, where both are one rule: then the series goes on as it is.

    >>> from datetime import time
    >>> was = SeriesRule(date(2026, 12, 1), time(10), 60, "UTC", "FREQ=WEEKLY;COUNT=4")
    >>> later = SeriesRule(date(2026, 12, 15), time(10), 60, "UTC", "FREQ=WEEKLY;COUNT=5")
    >>> carried(TimetableSeries(1, was), later, date(2026, 12, 8)).rrule
    'FREQ=WEEKLY;COUNT=7'
    """
    was, count = series.rule, ahead.recurrence.count if ahead.recurrence is not None else None
    if kept is None or ahead.recurrence is None or was.recurrence is None:
        return ahead
    before = sum(1 for _day in was.dates(kept))
    plain = without_count(ahead.rrule)
    text = f"{plain};COUNT={count + before}" if count is not None else plain
    skip = ahead.skip | {day for day in was.skip if day <= kept}
    whole = replace(ahead, starts_on=was.starts_on, rrule=text, skip=skip)
    goes_on = same_until(was, whole, kept) and rest_of(whole, kept + DAY) == ahead
    return whole if goes_on else ahead


def giving_up(was: SeriesRule, now: SeriesRule, which: Collection[DateField]) -> frozenset[DateField]:
    """What the date with which all others are changed has of its own no more: what was said of it, its times among it."""
    timed = (was.start_time, was.duration_minutes) != (now.start_time, now.duration_minutes)
    return frozenset(which) | (TIMES if timed else frozenset())
