"""Verbs of series: give a group its dates, change the rule, leave a day out. Each is a change of dates (`changing.py`).

A series keeps wall-clock time; its dates are rows made ahead to a rolling horizon. What has passed or has attendance
never changes: where a new rule says something else about the past, the old series ends with its last such date and a
new series of the same group goes on. Rows keep their id, seats and people across a change (`rules/matching.py`).
A coming date that the new rule does not have is deleted where nobody and nothing refers to it, and cancelled, with a
message to its people, where somebody does. A rule that has such a date again brings it back, with its people; what
somebody cancelled, or left out alone, stays cancelled.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile
from groupsched.schedule.models import Series
from groupsched.schedule.rules import (
    AddBackDay,
    AddSeries,
    Change,
    ExtendSeries,
    NewRule,
    SeriesRule,
    SkipDay,
)
from groupsched.schedule.service.changing import change_dates, follow
from groupsched.schedule.service.timetable import HORIZON_DAYS, TimetableRows

BATCH = 200


def add_series(identity: Identity, group: Group, rule: SeriesRule) -> Series:
    """Give a group a series of dates, materialised from its first date (two years back at most) to 400 days ahead. It leaves
    out those at which the group meets already."""
    return _series(change_dates(identity, group, AddSeries(rule)).series)


def change_series(identity: Identity, series: Series, rule: SeriesRule, version: int) -> Series:
    """Let a series follow another rule from now on; returns the series that goes on, which may be a new one.

    `version` is the one the writer saw. Raises ChangedMeanwhile, Conflict for a series that has ended.
    """
    return _seen(identity, series, version, lambda: NewRule(series.id, rule))


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
