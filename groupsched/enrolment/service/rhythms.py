"""The rhythm of all dates of a group, as who joins reads it: as its rule says it, else as its dates show it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from groupsched.core.filters import local
from groupsched.core.i18n import _, listed, weekday_name
from groupsched.enrolment.rules import weekly_days, weekly_with_extra
from groupsched.enrolment.service.outcomes import AnyDate, Joined, SeatOutcome
from groupsched.schedule.queries import only_rule
from groupsched.schedule.rules import Repeats, sentence_parts
from groupsched.schedule.words import rhythm

ENOUGH = 16  # dates from which a rhythm can be told
EVERY_DAY, WORKDAYS = range(7), range(5)


def with_rules(outcomes: Iterable[SeatOutcome]) -> list[SeatOutcome]:
    """The same outcomes, those of all dates with the rule of their group: read once a group, and only where the dates do
    not say it plainly, week by week."""
    rule = cache(only_rule)
    return [
        replace(one, rule=rule(one.enrolment.group))
        if isinstance(one, Joined) and not weekly_days(_walls(one), gaps=False)
        else one
        for one in outcomes
    ]


def weekly_words(outcome: Joined) -> str:
    """`Monday and Thursday`, or `day`, in the language of the moment; empty where no weekday says it all."""
    days = _weekdays(outcome)
    return days_in_words(days) if days else ""


def rhythm_words(outcome: Joined) -> str:
    """`every 2 weeks on Thursday`, as the rule says it; empty where there is none that can be said."""
    return rhythm(outcome.rule, times=False) if outcome.rule is not None and outcome.rule.rrule else ""


def weekly_and_more(outcome: Joined) -> tuple[Sequence[int], AnyDate, list[AnyDate]]:
    """The weekdays of the rhythm, its first date, and the one or two dates besides; no days where there is none."""
    days, extra = weekly_with_extra(_walls(outcome))
    first = [one for one in outcome.dates[:ENOUGH] if _wall(one).date() not in extra]
    return days, first[0], [one for one in outcome.dates[:ENOUGH] if one not in first]


def days_in_words(days: Sequence[int]) -> str:
    """`Monday and Thursday`, or `day` for all seven: what comes after "every"."""
    if len(days) == 7:
        return str(_("day"))
    return listed([weekday_name(number) for number in days])


def _walls(outcome: Joined) -> list[datetime]:
    return [_wall(one) for one in outcome.dates[:ENOUGH]]


def _wall(date: AnyDate) -> datetime:
    return local(date.original_start, date.timezone)


def _weekdays(outcome: Joined) -> Sequence[int]:
    parts = sentence_parts(outcome.rule) if outcome.rule is not None else None
    if parts is None or parts.repeats in (Repeats.CUSTOM, Repeats.ONCE):
        return weekly_days(_walls(outcome))
    if parts.interval != 1:
        return ()
    days = {Repeats.DAILY: EVERY_DAY, Repeats.WEEKDAYS: WORKDAYS, Repeats.WEEKLY: parts.weekdays}
    return days.get(parts.repeats, ())
