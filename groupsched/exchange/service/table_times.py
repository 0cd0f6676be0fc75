"""When a group meets, from the cells of a row: what the row leaves empty stays as it is now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

from groupsched.core import clock
from groupsched.core.filters import short_day
from groupsched.exchange.rules import CellFault, CellUnfit, TableRow
from groupsched.exchange.service.cells import choice, day_of, time_of, weekdays_of
from groupsched.exchange.service.outcomes import CellChange
from groupsched.exchange.words import REPEATS_WORDS
from groupsched.schedule.rules import (
    Ends,
    RepeatChoices,
    Repeats,
    SeriesRule,
    build_rule,
    choices_of,
    end_time,
    expand,
    last_date,
    minutes_between,
    next_dates,
    rest_of,
)
from groupsched.schedule.words import sentence

NEEDED_TIMES = ("first_date", "starts", "ends")
SAYS_WHEN = ("repeats", "days", *NEEDED_TIMES, "last_date")
COMPARED_FOR = timedelta(days=800)
# The days that a repetition has by itself.
OWN_DAYS = {Repeats.DAILY: (0, 1, 2, 3, 4, 5, 6), Repeats.WEEKDAYS: (0, 1, 2, 3, 4)}


def rule_of(row: TableRow, now: SeriesRule | None, zone: str) -> SeriesRule | None:
    """When a group is to meet that meets so `now`; None where its row says nothing of it. `zone` counts for a group without
    dates. Raises CellUnfit, RuleRefused."""
    if not any(row[name] for name in SAYS_WHEN):
        return None
    missing = [name for name in NEEDED_TIMES if not row[name]] if now is None else []
    if missing:
        raise CellUnfit(CellFault.NEEDED_THEN, missing[0])
    choices = _choices(row, choices_of(now) if now else _blank(row, zone))
    rule = build_rule(choices, now.skip if now else ())
    today = clock.today(rule.timezone)
    if now is not None and _goes_on_alike(rule, now, today):
        return now
    begins = today if now is None else min(now.starts_on, today)
    return rest_of(rule, max(rule.starts_on, begins)) or rule


def change_of_rule(row: TableRow, before: SeriesRule | None, after: SeriesRule | None) -> list[CellChange]:
    """What a row changes of when its group meets, as a sentence."""
    if after is None or after == before:
        return []
    today = clock.today(after.timezone)
    was, now = (sentence(rule, since=today) if rule else "" for rule in (before, after))
    if was == now:
        was, now = (_next(rule, today) if rule else "" for rule in (before, after))
    return [CellChange(", ".join(_columns(row, before, after, today)), was, now)]


def _blank(row: TableRow, zone: str) -> RepeatChoices:
    """What a row is laid over where there is nothing yet."""
    return RepeatChoices(day_of(row, "first_date") or date.min, time_of(row, "starts") or time.min, 0, zone)


def _choices(row: TableRow, now: RepeatChoices) -> RepeatChoices:
    starts = time_of(row, "starts") or now.start_time
    choices = replace(
        now,
        starts_on=day_of(row, "first_date") or now.starts_on,
        start_time=starts,
        duration_minutes=_minutes(row, starts, now),
    )
    return _with_end(row, _with_days(row, choices))


def _minutes(row: TableRow, starts: time, now: RepeatChoices) -> int:
    if not row["starts"] and not row["ends"]:
        return now.duration_minutes
    ended = end_time(now.start_time, now.duration_minutes)
    ends = time_of(row, "ends") or ended
    if now.duration_minutes and (starts, ends) == (now.start_time, ended):
        return now.duration_minutes
    minutes = minutes_between(starts, ends)
    if minutes is None:
        column = "ends" if row["ends"] else "starts"
        raise CellUnfit(CellFault.NOT_A_TIME, column, row[column])
    return minutes


def _with_days(row: TableRow, choices: RepeatChoices) -> RepeatChoices:
    said, days = choice(row, "repeats", REPEATS_WORDS), weekdays_of(row, "days")
    repeats = said or choices.repeats
    if days and said is None and repeats in OWN_DAYS:
        repeats = Repeats.WEEKLY
    if days and repeats not in (Repeats.WEEKLY, Repeats.BIWEEKLY, Repeats.WEEKS):
        only = OWN_DAYS.get(repeats, (choices.starts_on.weekday(),))
        if days != only or repeats is Repeats.CUSTOM:
            raise CellUnfit(CellFault.NO_USE, "days", row["days"])
    return replace(choices, repeats=repeats, weekdays=days or choices.weekdays)


def _with_end(row: TableRow, choices: RepeatChoices) -> RepeatChoices:
    last = day_of(row, "last_date")
    if last is None:
        return choices
    if choices.repeats is Repeats.ONCE and last != choices.starts_on:
        raise CellUnfit(CellFault.NO_USE, "last_date", row["last_date"])
    return replace(choices, ends=Ends.ON, until=last, count=None)


def _goes_on_alike(one: SeriesRule, other: SeriesRule, today: date) -> bool:
    """Whether two rules mean the same dates from today on, but for those that are skipped."""
    one, other = (replace(rule, skip=frozenset()) for rule in (one, other))
    if last_date(one) != last_date(other):
        return False
    last = today + COMPARED_FOR
    return expand(one, today, last) == expand(other, today, last)


def _columns(row: TableRow, before: SeriesRule | None, after: SeriesRule, today: date) -> list[str]:
    """The columns whose cells say something else than how the group meets."""
    if before is None:
        return [name for name in SAYS_WHEN if row[name]]
    was, now = choices_of(before), choices_of(after)
    parts: dict[str, Callable[[RepeatChoices], object]] = {
        "repeats": lambda said: (said.repeats, said.every),
        "days": lambda said: said.weekdays,
        "first_date": lambda said: max(said.starts_on, today),
        "starts": lambda said: said.start_time,
        "ends": lambda said: end_time(said.start_time, said.duration_minutes),
        "last_date": lambda said: (said.ends, said.until, said.count),
    }
    found = [name for name, part in parts.items() if row[name] and part(was) != part(now)]
    return found or ["first_date"]


def _next(rule: SeriesRule, today: date) -> str:
    """The day of the next date."""
    return next((short_day(one.day, rule.timezone) for one in next_dates(rule, today, 1)), "")
