"""Verbs of series: give a group its dates, change the rule, extend the horizon.

A series keeps wall-clock time; its dates are rows made ahead to a rolling horizon. What has passed or has attendance
never changes: where a new rule says something else about the past, the old series ends with its last such date and a
new series of the same group goes on. Rows keep their id, seats and people across a change: they are matched by date.
A coming date that the new rule does not have is deleted where nobody and nothing refers to it, and cancelled, with a
message to its people, where somebody does. A rule that has such a date again brings it back, with its people; what
somebody cancelled, or left out alone, stays cancelled.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from groupsched.access.identity import Identity
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.events import Reach
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, Conflict
from groupsched.core.i18n import _
from groupsched.schedule.events import RuleChange
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.queries import only_rule
from groupsched.schedule.rules import OccurrenceStatus, SeriesRule, cut_after, rest_of, same_until
from groupsched.schedule.service.once import without_met
from groupsched.schedule.service.rows import (
    HORIZON_DAYS,
    drop,
    expanded_to,
    follow_slot,
    insert_dates,
    last_kept,
    lock,
    may_write,
    replaceable,
    restore,
    rows_by_day,
    slots_after,
    slots_from,
    touch,
)
from groupsched.schedule.service.telling import announce, told_once

BACK_DAYS = 731
BATCH = 200


def add_series(identity: Identity, group: Group, rule: SeriesRule) -> Series:
    """Give a group a series of dates, materialised from its first date (two years back at most) to 400 days ahead. It leaves
    out those at which the group meets already."""
    may_write(identity, group)
    rule = without_met(group, rule)
    series = _new_series(group, rule)
    added = _materialise(series, group, rule, rule.starts_on)
    record(identity, AuditAction.SERIES_CREATED, series, group=group.uid)
    announce(group, added=added)
    return series


def change_series(identity: Identity, series: Series, rule: SeriesRule, version: int) -> Series:
    """Let a series follow another rule from now on; returns the series that goes on, which may be a new one.

    `version` is the one the writer saw. Raises ChangedMeanwhile, Conflict for a series that has ended.
    """
    group = series.group
    may_write(identity, group)
    lock(group.id)
    # The version is enough: where it is the one that was seen, so is the rule.
    db.session.refresh(series, ["version", "ended_at"])
    if series.version != version:
        raise ChangedMeanwhile
    if series.ended_at is not None:
        raise Conflict(_("This series has ended. Its dates stay as they were."), code="series-ended")
    rule = without_met(group, rule, series)
    if series.rule == rule:
        return series
    with told_once(group):
        kept, was = last_kept(series), series.rule
        goes_on = _rewrite(series, rule, kept)
        _re_expand(series, goes_on, kept)
        chain = tuple(dict.fromkeys((series.id, goes_on.id)))
        announce(group, rules=[RuleChange(chain, was, goes_on.rule, only_rule(group) == goes_on.rule)])
        record(identity, AuditAction.SERIES_CHANGED, goes_on, group=group.uid, before=series.uid)
    return goes_on


def skip_date(identity: Identity, series: Series, day: date, version: int) -> Series:
    """Leave out one date of a series. Doing it twice has one effect."""
    rule = series.rule
    return change_series(identity, series, _with_skip(rule, rule.skip | {day}), version)


def add_back_date(identity: Identity, series: Series, day: date, version: int) -> Series:
    """Meet again on a date that was left out, unless the group meets then by another series. Doing it twice has one effect."""
    rule = series.rule
    return change_series(identity, series, _with_skip(rule, rule.skip - {day}), version)


def end_series(series: Series) -> None:
    """No date of this series after now: coming ones go as they do when a rule changes. For a group that is retired."""
    if series.ended_at is not None:
        return
    series.ended_at = series.changed_at = clock.now()
    series.version += 1
    series.sequence += 1
    last = last_kept(series)
    if last is not None and series.rrule:
        series.rule = cut_after(series.rule, last)
    db.session.flush()
    coming = replaceable(series, None)
    dropped = drop(coming)
    for row in coming:
        row.dropped = row.status == OccurrenceStatus.CANCELLED
    announce(series.group, dropped=dropped)


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
        group = series.group
        rule = without_met(group, series.rule, series)
        if rule != series.rule:
            series.rule = rule
        first = (series.expanded_to or series.starts_on) + timedelta(days=1)
        announce(group, added=_materialise(series, group, rule, first))
    return len(found)


def follow_group(group: Group, reach_was: Reach | None = None) -> None:
    """Take over a group's seats and place into its coming dates that were not changed by hand. Where people come to it
    another way now than `reach_was`, all of its coming dates are elsewhere."""
    own = and_(Occurrence.edited.is_(False), Occurrence.frozen.is_(False))
    differs = or_(
        Occurrence.capacity.is_distinct_from(group.capacity),
        Occurrence.place_id.is_distinct_from(group.place_id),
    )
    coming = _coming_of(group)
    rows = list(db.session.scalars(coming.where(own, differs) if reach_was is None else coming))
    if not rows:
        return
    with told_once(group, reach_was):
        for row in rows:
            follows = not row.edited and not row.frozen
            if reach_was is not None or (follows and row.place_id != group.place_id):
                row.sequence += 1
            if follows:
                row.capacity, row.place_id = group.capacity, group.place_id
            touch(row)
        db.session.flush()
        announce(group, changed=[row.id for row in rows])


def _with_skip(rule: SeriesRule, skip: frozenset[date]) -> SeriesRule:
    return replace(rule, skip=skip & frozenset(rule.dates(max(skip, default=rule.starts_on))))


def _new_series(group: Group, rule: SeriesRule) -> Series:
    series = Series(group_id=group.id, group=group)
    series.rule = rule
    db.session.add(series)
    db.session.flush()
    return series


def _rewrite(series: Series, rule: SeriesRule, kept: date | None) -> Series:
    """Give the series the new rule, or end it with its last kept date and begin another: the one that goes on."""
    old = series.rule
    series.version += 1
    series.sequence += 1
    series.changed_at = clock.now()
    if kept is None or same_until(old, rule, kept):
        series.rule = rule
        return series
    rest = rest_of(rule, kept + timedelta(days=1))
    series.rule = cut_after(old, kept)
    db.session.flush()
    if rest is None:
        return series
    series.ended_at = clock.now()
    return _new_series(series.group, rest)


def _re_expand(series: Series, goes_on: Series, kept: date | None) -> None:
    """Bring the rows after the last kept date in line with the rule of the series that goes on."""
    group, rule = series.group, goes_on.rule
    goes_on.expanded_to = expanded_to(rule)
    rows, slots = rows_by_day(series, kept), slots_after(group, rule, kept)
    again = [rows[day] for day in slots if day in rows and rows[day].fell_away]
    for row in again:
        restore(row)
    moved = [
        rows[day] for day, slot in slots.items() if day in rows and follow_slot(rows[day], goes_on, slot)
    ]
    db.session.flush()
    dropped = drop(row for day, row in rows.items() if day not in slots)
    _mark_dropped(rows, {*slots, *rule.skip})
    added = insert_dates(goes_on, group, [slot for day, slot in slots.items() if day not in rows])
    db.session.flush()
    restored = [row.id for row in again]
    announce(group, added=added, changed=[row.id for row in moved], dropped=dropped, restored=restored)


def _mark_dropped(rows: dict[date, Occurrence], named: set[date]) -> None:
    """Tell the cancelled dates that the rule does not have from those that it has or leaves out by name."""
    for day, row in rows.items():
        if row.status == OccurrenceStatus.CANCELLED:
            row.dropped = day not in named


def _materialise(series: Series, group: Group, rule: SeriesRule, first: date) -> list[int]:
    earliest = clock.now().date() - timedelta(days=BACK_DAYS)
    added = insert_dates(series, group, list(slots_from(rule, max(first, earliest)).values()))
    series.expanded_to = expanded_to(rule)
    db.session.flush()
    return added


def _coming_of(group: Group) -> Any:
    return (
        select(Occurrence)
        .where(
            Occurrence.group_id == group.id,
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.start > clock.now(),
        )
        .order_by(Occurrence.start, Occurrence.id)
    )
