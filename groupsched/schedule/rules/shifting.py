"""The rule of a series of which one date, and with it all of its kind, is to be on another day or at another time."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from groupsched.schedule.rules.changing import ChangeRefused, WhyNot
from groupsched.schedule.rules.dates import first_date_on_or_after
from groupsched.schedule.rules.recurrence import WEEKDAYS, Frequency, Recurrence
from groupsched.schedule.rules.series import SeriesRule

WEEK = timedelta(days=7)


def shifted(rule: SeriesRule, day: date, start: datetime, minutes: int) -> SeriesRule:
    """The rule whose date of this `day` begins at `start` (wall clock) and lasts so long, and all of its kind with it.

    Raises ChangeRefused where no rule says that: a daily one on another day, a weekly one in another week.
    """
    timed = replace(rule, start_time=start.time(), duration_minutes=minutes)
    there, found = start.date(), rule.recurrence
    if there == day:
        return timed
    if found is None:
        return replace(timed, starts_on=there)
    if found.frequency is Frequency.WEEKLY:
        return _weekly(timed, found, day, there)
    if found.frequency is Frequency.MONTHLY and (day.year, day.month) == (there.year, there.month):
        return _monthly(timed, found, there)
    raise ChangeRefused(WhyNot.OTHER_PERIOD)


def _weekly(rule: SeriesRule, found: Recurrence, day: date, there: date) -> SeriesRule:
    weekdays, by = set(found.weekdays or (rule.starts_on.weekday(),)), there - day
    others = weekdays - {day.weekday()}
    crosses = (there - timedelta(days=there.weekday())) != (day - timedelta(days=day.weekday()))
    if abs(by) >= WEEK or there.weekday() in others or (others and crosses and found.interval > 1):
        raise ChangeRefused(WhyNot.OTHER_PERIOD)
    first = rule.starts_on + by if rule.starts_on.weekday() == day.weekday() else rule.starts_on
    moved = replace(
        rule,
        starts_on=first,
        rrule=_text(replace(found, weekdays=tuple(sorted(others | {there.weekday()})))),
        until=rule.until + max(by, timedelta()) if rule.until else None,
        skip=frozenset(one + by if one.weekday() == day.weekday() else one for one in rule.skip),
    )
    return first_date_on_or_after(moved)


def _monthly(rule: SeriesRule, found: Recurrence, there: date) -> SeriesRule:
    if found.nth is None:
        recurrence = replace(found, month_day=there.day)
    else:
        last = found.nth == -1 and (there + WEEK).month != there.month
        nth = -1 if last else (there.day - 1) // 7 + 1
        recurrence = replace(found, weekdays=(there.weekday(),), nth=nth)
    moved = replace(rule, starts_on=rule.starts_on.replace(day=1), rrule=_text(recurrence))
    return first_date_on_or_after(moved)


def _text(found: Recurrence) -> str:
    """A recurrence as the value of an RRULE."""
    days = ",".join(WEEKDAYS[number] for number in found.weekdays)
    parts = {
        "FREQ": found.frequency,
        "INTERVAL": found.interval if found.interval > 1 else "",
        "BYDAY": f"{found.nth or ''}{days}",
        "BYMONTHDAY": found.month_day or "",
        "COUNT": found.count or "",
    }
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)
