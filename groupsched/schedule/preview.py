"""What a schedule will mean, for the panel beside the form and the page of a group: sentence, next dates, how many."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date

from groupsched.core import clock
from groupsched.core.filters import short_day
from groupsched.core.i18n import _
from groupsched.schedule.models import Series
from groupsched.schedule.rules import NextDate, RuleRefused, SeriesRule, count_dates, next_dates
from groupsched.schedule.words import sentence

SHOWN = 8


def sentence_of(series: Series) -> str:
    """When a series meets, in the language of the page, without skipped dates that have passed."""
    rule = series.rule
    return sentence(rule, since=clock.today(rule.timezone))


@dataclass(frozen=True)
class PreviewedDate:
    """One line of the panel: `gone` is a skipped date, `key` what its button sends; `fixed` has no button."""

    day: str
    key: str
    gone: bool
    note: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class SchedulePreview:
    """`total` is the number of dates to come, None for an open end; `problem` says what is missing instead."""

    sentence: str = ""
    zone: str = ""
    dates: tuple[PreviewedDate, ...] = ()
    total: int | None = 0
    problem: str = ""
    skipped: tuple[date, ...] = ()

    @property
    def met(self) -> int:
        """How many of the shown dates take place."""
        return sum(1 for row in self.dates if not row.gone)

    @property
    def left_out(self) -> int:
        """How many of the shown dates are skipped; those that were cancelled are another matter."""
        return sum(1 for row in self.dates if row.gone and not row.fixed)


def preview_of(
    make: Callable[[], SeriesRule],
    off: Set[date] = frozenset(),
    besides: Callable[[SeriesRule], frozenset[date]] = lambda rule: frozenset(),
    closed: Callable[[SeriesRule], Mapping[date, str]] = lambda rule: {},
) -> SchedulePreview:
    """The plan of the rule that `make` gives, or the sentence with which it was refused; `off` are cancelled dates, `besides`
    tells on which days of a rule the group meets by another one, `closed` on which it is closed, and why."""
    try:
        rule = make()
    except RuleRefused as refusal:
        return SchedulePreview(problem=_(refusal.text, **refusal.values))
    return preview_of_rule(rule, off, besides(rule), closed(rule))


def preview_of_rule(
    chosen: SeriesRule,
    off: Set[date] = frozenset(),
    besides: frozenset[date] = frozenset(),
    closed: Mapping[date, str] | None = None,
) -> SchedulePreview:
    """The plan of a rule from today on, without the days on which the group meets `besides`; what comes on a `closed` day does
    not take place."""
    shut = {day: why for day, why in (closed or {}).items() if day not in off | besides}
    rule, today = replace(chosen, skip=chosen.skip | besides), clock.today(chosen.timezone)
    rows = tuple(
        _met_besides(found, rule.timezone)
        if found.day in besides
        else _planned(found, found.day in off, rule.timezone, shut.get(found.day, ""))
        for found in next_dates(rule, today, SHOWN)
    )
    total = count_dates(rule, today)
    return SchedulePreview(
        sentence=sentence(rule, since=today),
        zone=rule.timezone,
        dates=rows,
        total=None if total is None else total - len(_in_rule(off | shut.keys(), rule)),
        problem="" if rows else _("All these dates have passed."),
        skipped=tuple(sorted(chosen.skip)),
    )


def _met_besides(found: NextDate, zone: str) -> PreviewedDate:
    """A date that another series of the group has: there is nothing to skip or to add back here."""
    words = _("Takes place at this time anyway")
    return PreviewedDate(short_day(found.day, zone), found.day.isoformat(), False, words, True)


def _planned(found: NextDate, is_off: bool, zone: str, closed: str) -> PreviewedDate:
    note = _("Cancelled") if is_off else _("Skipped") if found.skipped else ""
    if closed and not note:
        note, is_off = _("Closed: %(why)s", why=closed), True
    return PreviewedDate(
        short_day(found.day, zone), found.day.isoformat(), found.skipped or is_off, note, is_off
    )


def _in_rule(days: Set[date], rule: SeriesRule) -> Set[date]:
    return (days & set(rule.dates(max(days)))) - rule.skip if days else days
