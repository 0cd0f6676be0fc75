"""Which date of a changed rule is which of the old one, so that people keep their seats.

A day that both rules have is the same date, and what another end cuts off falls away. Of the days that only one of them has, those of one period (day, week or month,
times the interval) belong together, the nearest first; where there are more old ones than new, those that somebody holds.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from groupsched.schedule.rules.recurrence import Frequency, without_count
from groupsched.schedule.rules.series import SeriesRule

COARSEST = (Frequency.MONTHLY, Frequency.WEEKLY, Frequency.DAILY)
MONDAY, SUNDAY = 0, 6


def paired(
    was: SeriesRule, now: SeriesRule, days: Collection[date], slots: Collection[date], held: Collection[date]
) -> dict[date, date]:
    """For each day of a date to come that only the old rule has: the day of the new rule to which it goes, if there is one.

    >>> from datetime import time
    >>> thursdays = SeriesRule(date(2026, 12, 3), time(11), 60, "UTC", "FREQ=WEEKLY;BYDAY=TH")
    >>> fridays = SeriesRule(date(2026, 12, 4), time(11), 60, "UTC", "FREQ=WEEKLY;BYDAY=FR")
    >>> paired(thursdays, fridays, {date(2026, 12, 10)}, {date(2026, 12, 4), date(2026, 12, 11)}, ())
    {datetime.date(2026, 12, 10): datetime.date(2026, 12, 11)}
    """
    if not days or not slots:
        return {}
    had, has = set(_endless(was).dates(max(slots))), set(_endless(now).dates(max(days)))
    old, new = [day for day in days if day not in has], [day for day in slots if day not in had]
    if not old or not new:
        return {}
    # Weeks begin on Monday for some and on Sunday for others: a Sunday that becomes a Monday is the next day.
    both = [
        _nearest(_by_period(was, now, old, begins), _by_period(was, now, new, begins), held)
        for begins in (MONDAY, SUNDAY)
    ]
    return min(both, key=lambda pairs: (-len(pairs), sum(_distance(*pair) for pair in pairs.items())))


def _endless(rule: SeriesRule) -> SeriesRule:
    """The rule without its end: a date that another end cuts off is none of another day."""
    return replace(rule, rrule=without_count(rule.rrule), until=None) if rule.rrule else rule


def _nearest(
    old: Mapping[object, list[date]], new: Mapping[object, list[date]], held: Collection[date]
) -> dict[date, date]:
    pairs: dict[date, date] = {}
    for period, days in old.items():
        wishes = sorted(
            (day not in held, _distance(day, slot), day, slot) for day in days for slot in new.get(period, ())
        )
        for _free, _far, day, slot in wishes:
            if day not in pairs and slot not in pairs.values():
                pairs[day] = slot
    return dict(sorted(pairs.items()))


def _distance(day: date, slot: date) -> int:
    return abs((slot - day).days)


def _by_period(
    was: SeriesRule, now: SeriesRule, days: Iterable[date], begins: int
) -> dict[object, list[date]]:
    frequency, interval = _period(was, now)
    found: dict[object, list[date]] = {}
    for day in days:
        found.setdefault(_number(was.starts_on, day, frequency, begins) // interval, []).append(day)
    return found


def _period(*rules: SeriesRule) -> tuple[Frequency | None, int]:
    """The coarser step of the rules, and over how many of them; single dates belong together whatever lies between."""
    steps = [rule.recurrence for rule in rules if rule.recurrence is not None]
    for frequency in COARSEST:
        intervals = [step.interval for step in steps if step.frequency is frequency]
        if intervals:
            return frequency, max(intervals)
    return None, 1


def _number(anchor: date, day: date, frequency: Frequency | None, begins: int) -> int:
    """How many days, weeks or months lie between the periods of two days."""
    if frequency is Frequency.DAILY:
        return (day - anchor).days
    if frequency is Frequency.WEEKLY:
        return (_week(day, begins) - _week(anchor, begins)).days // 7
    if frequency is Frequency.MONTHLY:
        return (day.year - anchor.year) * 12 + day.month - anchor.month
    return 0


def _week(day: date, begins: int) -> date:
    return day - timedelta(days=(day.weekday() - begins) % 7)
