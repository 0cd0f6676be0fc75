"""Verbs of series: give a group its dates, change the rule, leave a day out. Each is a change of dates (`changing.py`).

A series keeps wall-clock time; its dates are rows made ahead to a rolling horizon. What has passed or has attendance
never changes: where a new rule says something else about the past, the old series ends with its last such date and a
new series of the same group goes on. Rows keep their id, seats and people across a change (`rules/matching.py`).
A coming date that the new rule does not have is cancelled, with a message to its people where it has some, and listed
nowhere else. A rule that has such a date again brings it back, with its people; what somebody cancelled, or left out alone
while people held it, stays cancelled.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile
from groupsched.schedule.events import Impact
from groupsched.schedule.models import Series
from groupsched.schedule.rules import (
    TIMES,
    AddBackDay,
    AddSeries,
    Change,
    ChangeScope,
    EndAfter,
    ExtendSeries,
    NewRule,
    RuleFrom,
    RuleRefused,
    SeriesRule,
    SkipDay,
    first_day,
    rule_ahead,
    rule_with,
)
from groupsched.schedule.service.changing import ChangedDates, change_dates, follow, plan_dates
from groupsched.schedule.service.rows import may_write
from groupsched.schedule.service.telling import impact_of
from groupsched.schedule.service.timetable import HORIZON_DAYS, TimetableRows, timetable_of

BATCH = 200


def add_series(identity: Identity, group: Group, rule: SeriesRule, *, keep: str | None = None) -> Series:
    """Give a group a series of dates, materialised from its first date (two years back at most) to 400 days ahead. It leaves
    out those at which the group meets already. With the words `keep` it is added although something is taken then.

    Raises DatesTaken."""
    return _series(change_dates(identity, group, AddSeries(rule), keep=keep).series)


def change_series(identity: Identity, series: Series, rule: SeriesRule, version: int) -> Series:
    """Let a series follow another rule from now on; returns the series that goes on, which may be a new one.

    `version` is the one the writer saw. Raises ChangedMeanwhile, Conflict for a series that has ended.
    """
    return _seen(identity, series, version, lambda: NewRule(series.id, rule))


@dataclass(frozen=True)
class WantedRule:
    """Which rule somebody wants of a series: what is `said` of it otherwise, by the names of its fields, from now on or from its
    first date of the day `since` on. `overwrite`: dates that were changed by hand give it up for that. `keep`: the words with
    which it is done although something is taken then. `version` is the one that the writer saw, if they say."""

    said: Mapping[str, Any]
    since: date | None = None
    overwrite: bool = False
    keep: str | None = None
    version: int | None = None


def change_rule(
    identity: Identity, series: Series, wanted: WantedRule, *, dry_run: bool = False
) -> ChangedDates:
    """Let a series follow another rule, and have its people told; a dry run only says what it would do.

    Raises ChangedMeanwhile, Conflict where it cannot be, DatesTaken where something is taken then, RuleRefused.
    """

    def change(rows: TimetableRows) -> Change:
        return _rule_of(rows, series, wanted)

    return _shown(identity, series, change, wanted.version, wanted.keep, dry_run)


def end_series(
    identity: Identity, series: Series, last: date, version: int | None = None, *, dry_run: bool = False
) -> ChangedDates:
    """Let a series end with its last date of a day, and have its people told; a dry run only says what it would do. The same
    errors."""
    return _shown(identity, series, lambda _rows: EndAfter(series.id, last), version, None, dry_run)


def _shown(
    identity: Identity,
    series: Series,
    change: Callable[[TimetableRows], Change],
    version: int | None,
    keep: str | None,
    dry_run: bool,
) -> ChangedDates:
    """Change a series, with whom that touches."""
    may_write(identity, series.group)

    def made(rows: TimetableRows) -> Change:
        if version is not None and rows.series[series.id].version != version:
            raise ChangedMeanwhile
        return change(rows)

    planned = plan_dates(series.group, made(timetable_of(series.group)))
    told = planned.plan.told
    impact = impact_of(told, whole_line=True) if told else Impact()
    if not dry_run:
        planned = change_dates(identity, series.group, made, keep=keep)
    return replace(planned, impact=impact)


def _rule_of(rows: TimetableRows, series: Series, wanted: WantedRule) -> Change:
    here, since = rows.timetable.series_with(series.id), wanted.since
    given_up = TIMES if wanted.overwrite else frozenset()
    if since is None:
        return NewRule(series.id, rule_with(here.rule, wanted.said, here.rule.starts_on), given_up)
    dates = (one for one in rows.timetable.dates if one.series == series.id and one.day >= since)
    one = next((one for one in dates if one.takes_place), None)
    if one is None or one.key is None:
        raise RuleRefused("The series has no date from that day on.", "from")
    ahead = rule_ahead(here, one, ChangeScope.FOLLOWING)
    earliest = first_day(here, ahead, one.day, clock.today(series.timezone))
    return RuleFrom(one.key, rule_with(ahead, wanted.said, earliest), {}, ChangeScope.FOLLOWING, given_up)


def skip_date(identity: Identity, series: Series, day: date, version: int) -> Series:
    """Leave out one date of a series. Doing it twice has one effect."""
    return _seen(identity, series, version, lambda: SkipDay(series.id, day))


def add_back_date(identity: Identity, series: Series, day: date, version: int) -> Series:
    """Meet again on a date that was left out, unless the group meets then by another series. Doing it twice has one effect."""
    return _seen(identity, series, version, lambda: AddBackDay(series.id, day))


def extend_horizon(now: datetime) -> int:
    """Make the dates that have come within the horizon, for one batch of series; returns how many series were extended.

    The worker calls it, each time in a transaction of its own, until nothing is left.
    """
    wanted = now.date() + timedelta(days=HORIZON_DAYS)
    due = select(Series).join(Series.group).where(Series.ended_at.is_(None), Series.expanded_to < wanted)
    due = due.order_by(Series.group_id, Series.id).limit(BATCH).execution_options(populate_existing=True)
    # With its group, and never waiting: a series held while the worker waits for a group would keep whoever changes
    # both from going on, and each would wait for the other. What is passed by is found again in the next round.
    found = list(db.session.scalars(due.with_for_update(skip_locked=True, of=(Series, Group))))
    for series in found:
        follow(series.group, ExtendSeries(series.id))
    return len(found)


def _seen(identity: Identity, series: Series, version: int, change: Callable[[], Change]) -> Series:
    """Change a series of which the writer saw this version."""

    def made(rows: TimetableRows) -> Change:
        if rows.series[series.id].version != version:
            raise ChangedMeanwhile
        return change()

    return _series(change_dates(identity, series.group, made).series)


def _series(found: Series | None) -> Series:
    if found is None:
        raise AssertionError("a change of a rule has a series that goes on")
    return found
