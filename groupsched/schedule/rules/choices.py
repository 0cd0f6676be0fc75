"""From the choices of the form to a rule, and back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum

from groupsched.schedule.rules.dates import first_date_on_or_after
from groupsched.schedule.rules.recurrence import (
    MAX_INTERVAL,
    WEEKDAYS,
    Frequency,
    Recurrence,
    RuleRefused,
    without_count,
)
from groupsched.schedule.rules.series import SeriesRule, parse_rule

WORKDAYS = (0, 1, 2, 3, 4)


class Repeats(StrEnum):
    """How a group repeats, as the form asks it. CUSTOM keeps a rule that the form cannot say."""

    ONCE = "once"
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    WEEKS = "weeks"
    MONTHLY = "monthly"
    CUSTOM = "custom"


class MonthlyBy(StrEnum):
    """What the first date says about a monthly schedule: its day, its weekday's place, or the last of its weekday."""

    DAY = "day"
    NTH = "nth"
    LAST = "last"


class Ends(StrEnum):
    """How a series ends."""

    AFTER = "after"
    ON = "on"
    OPEN = "open"


class SaveAct(StrEnum):
    """What the buttons below the form do with a group."""

    PUBLISH = "publish"
    DRAFT = "draft"
    SAVE = "save"


@dataclass(frozen=True)
class RepeatChoices:
    """What a person chose. Weekdays count from Monday = 0; `every` is the number of weeks for Repeats.WEEKS."""

    starts_on: date
    start_time: time
    duration_minutes: int
    timezone: str
    repeats: Repeats = Repeats.WEEKLY
    weekdays: tuple[int, ...] = ()
    every: int = 1
    monthly_by: MonthlyBy = MonthlyBy.DAY
    ends: Ends = Ends.OPEN
    count: int | None = None
    until: date | None = None
    custom: str = ""


def build_rule(choices: RepeatChoices, skip: Iterable[date] = ()) -> SeriesRule:
    """The rule for the choices. Where the first date is not one of them, the series starts on the first that is.

    Raises RuleRefused like parse_rule, with the fields `weekdays`, `every` and `count` besides.
    """
    rrule = _with_end(choices, _repetition(choices))
    until = choices.until if rrule and choices.ends is Ends.ON else None
    if rrule and choices.ends is Ends.ON and until is None:
        raise RuleRefused("Choose the date on which it ends.", "until")
    draft = SeriesRule(
        choices.starts_on, choices.start_time, choices.duration_minutes, choices.timezone, rrule
    )
    return parse_rule(
        starts_on=first_date_on_or_after(draft).starts_on,
        start_time=choices.start_time,
        duration_minutes=choices.duration_minutes,
        timezone=choices.timezone,
        rrule=rrule,
        until=until,
        skip=skip,
    )


def choices_of(rule: SeriesRule) -> RepeatChoices:
    """The choices that make this rule, so that it can be edited; CUSTOM where the form has no words for it."""
    recurrence = rule.recurrence
    base = RepeatChoices(
        rule.starts_on, rule.start_time, rule.duration_minutes, rule.timezone, until=rule.until
    )
    if recurrence is None:
        return replace(base, repeats=Repeats.ONCE)
    ends = Ends.AFTER if recurrence.count else Ends.ON if rule.until else Ends.OPEN
    base = replace(
        base, ends=ends, count=recurrence.count, weekdays=recurrence.weekdays or (rule.starts_on.weekday(),)
    )
    for found in _readings(base, recurrence):
        if _makes(found, rule):
            return found
    return replace(base, repeats=Repeats.CUSTOM, custom=without_count(rule.rrule))


def first_on(weekdays: Iterable[int], today: date) -> date:
    """The first of these days of the week after today.

    >>> first_on([1, 3], date(2026, 12, 1)).isoformat()
    '2026-12-03'
    """
    tomorrow = today + timedelta(days=1)
    return min(tomorrow + timedelta(days=(day - tomorrow.weekday()) % 7) for day in weekdays)


def _readings(base: RepeatChoices, recurrence: Recurrence) -> list[RepeatChoices]:
    """The choices that could have made a recurrence, simplest first."""
    if recurrence.frequency is Frequency.DAILY:
        return [replace(base, repeats=Repeats.DAILY)]
    if recurrence.frequency is Frequency.MONTHLY:
        return [replace(base, repeats=Repeats.MONTHLY, monthly_by=by) for by in MonthlyBy]
    if recurrence.interval > 1:
        repeats = Repeats.BIWEEKLY if recurrence.interval == 2 else Repeats.WEEKS
        return [replace(base, repeats=repeats, every=recurrence.interval)]
    return [replace(base, repeats=repeats) for repeats in (Repeats.WEEKDAYS, Repeats.WEEKLY)]


def _makes(choices: RepeatChoices, rule: SeriesRule) -> bool:
    """Whether the choices make the same dates: the same start, end and meaning of the repetition."""
    try:
        made = build_rule(choices)
    except RuleRefused:
        return False
    return (made.starts_on, made.until, _meaning(made)) == (rule.starts_on, rule.until, _meaning(rule))


def _meaning(rule: SeriesRule) -> Recurrence | None:
    """The recurrence with what the first date implies written out."""
    found = rule.recurrence
    if found is None or found.frequency is Frequency.DAILY:
        return found
    if found.frequency is Frequency.WEEKLY:
        return replace(found, weekdays=found.weekdays or (rule.starts_on.weekday(),))
    return found if found.nth else replace(found, month_day=found.month_day or rule.starts_on.day)


def _repetition(choices: RepeatChoices) -> str:
    """The RRULE without its end; empty for a single date."""
    match choices.repeats:
        case Repeats.ONCE:
            return ""
        case Repeats.CUSTOM:
            return without_count(choices.custom)
        case Repeats.DAILY:
            return "FREQ=DAILY"
        case Repeats.WEEKDAYS:
            return f"FREQ=WEEKLY;BYDAY={_days(WORKDAYS)}"
        case Repeats.MONTHLY:
            return f"FREQ=MONTHLY;{_monthly(choices)}"
    return _weekly(choices)


def _weekly(choices: RepeatChoices) -> str:
    if not choices.weekdays:
        raise RuleRefused("Choose at least one day of the week.", "weekdays")
    every = {Repeats.WEEKLY: 1, Repeats.BIWEEKLY: 2}.get(choices.repeats, choices.every)
    if not 1 <= every <= MAX_INTERVAL:
        raise RuleRefused("Choose a number of weeks from 1 to %(most)s.", "every", most=MAX_INTERVAL)
    interval = f"INTERVAL={every};" if every > 1 else ""
    return f"FREQ=WEEKLY;{interval}BYDAY={_days(choices.weekdays)}"


def _monthly(choices: RepeatChoices) -> str:
    day = choices.starts_on
    weekday = WEEKDAYS[day.weekday()]
    if choices.monthly_by is MonthlyBy.DAY:
        return f"BYMONTHDAY={day.day}"
    if choices.monthly_by is MonthlyBy.LAST:
        return f"BYDAY=-1{weekday}"
    return f"BYDAY={(day.day - 1) // 7 + 1}{weekday}"


def _days(weekdays: Iterable[int]) -> str:
    return ",".join(WEEKDAYS[number] for number in sorted(set(weekdays)))


def _with_end(choices: RepeatChoices, rrule: str) -> str:
    if not rrule or choices.ends is not Ends.AFTER:
        return rrule
    if choices.count is None or not 1 <= choices.count <= 999:
        raise RuleRefused("Choose a number of times from 1 to 999.", "count")
    return f"{rrule};COUNT={choices.count}"


def end_time(start: time, minutes: int) -> time:
    """The wall clock `minutes` after `start`, past midnight too.

    >>> end_time(time(23, 30), 90)
    datetime.time(1, 0)
    """
    hour, minute = divmod(start.hour * 60 + start.minute + minutes, 60)
    return time(hour % 24, minute)


def minutes_between(start: time, end: time) -> int | None:
    """Minutes from one wall-clock time to another, None where the end is not after the start.

    Past midnight only up to six hours: an end twelve hours early is a slip, not a night.

    >>> minutes_between(time(18), time(19, 30)), minutes_between(time(23), time(1)), minutes_between(time(18), time(6))
    (90, 120, None)
    """
    minutes = (end.hour * 60 + end.minute) - (start.hour * 60 + start.minute)
    if minutes > 0:
        return minutes
    return minutes + 24 * 60 if 0 < minutes + 24 * 60 <= 6 * 60 else None
