"""Cutting a rule in two at a date: what was, and what goes on."""

from dataclasses import replace
from datetime import date

from groupsched.schedule.rules.dates import expand
from groupsched.schedule.rules.recurrence import without_count
from groupsched.schedule.rules.series import SeriesRule


def rest_of(rule: SeriesRule, first: date) -> SeriesRule | None:
    """The rule from its first date on or after `first`: the dates before are counted off. None where none is left.

    >>> from datetime import time
    >>> rest_of(SeriesRule(date(2026, 12, 1), time(10), 60, "UTC", "FREQ=WEEKLY;COUNT=4"), date(2026, 12, 9)).rrule
    'FREQ=WEEKLY;COUNT=2'
    """
    for before, day in enumerate(rule.dates()):
        if day >= first:
            skip = frozenset(skipped for skipped in rule.skip if skipped >= day)
            return replace(rule, starts_on=day, rrule=_fewer(rule, before), skip=skip)
    return None


def cut_after(rule: SeriesRule, last: date) -> SeriesRule:
    """The rule up to `last`: COUNT gives way to an end date."""
    if not rule.rrule:
        return rule
    return replace(
        rule,
        rrule=without_count(rule.rrule),
        until=last,
        skip=frozenset(skipped for skipped in rule.skip if skipped <= last),
    )


def same_until(one: SeriesRule, other: SeriesRule, last: date) -> bool:
    """Whether two rules have the same meetings up to `last`: then one may take the other's place."""
    first = min(one.starts_on, other.starts_on)
    return expand(one, first, last) == expand(other, first, last)


def _fewer(rule: SeriesRule, before: int) -> str:
    recurrence = rule.recurrence
    if recurrence is None or recurrence.count is None or not before:
        return rule.rrule
    return f"{without_count(rule.rrule)};COUNT={recurrence.count - before}"
