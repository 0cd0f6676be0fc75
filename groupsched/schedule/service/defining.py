"""A group and its dates as one thing, as the form gives them: made, changed and published in one go."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from groupsched.access.identity import Identity
from groupsched.catalog.models import Group
from groupsched.catalog.rules import GroupFields, cleaned
from groupsched.catalog.service import (
    create_group,
    duplicate_group,
    fields_of,
    publish_group,
    update_group,
)
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.errors import ChangedMeanwhile, Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.queries import current_series, series_of
from groupsched.schedule.rules import (
    AddSeries,
    DateField,
    OccurrenceStatus,
    SeriesRule,
    next_dates,
    rest_of,
    without_met,
)
from groupsched.schedule.service.booking import deciding
from groupsched.schedule.service.changing import change_dates
from groupsched.schedule.service.series import add_series, change_series
from groupsched.schedule.service.telling import told_once
from groupsched.schedule.service.timetable import timetable_of
from groupsched.schedule.service.topics import begin_topics, copy_topics


@dataclass(frozen=True)
class SeenVersions:
    """What the writer saw when they began to write."""

    group: int
    series: int


def define_group(
    identity: Identity,
    fields: GroupFields,
    rule: SeriesRule | None,
    *,
    publish: bool,
    uid: str | None = None,
    keep: str | None = None,
    rooms: Mapping[datetime, int] | None = None,
    topics: Mapping[str, Any] | None = None,
) -> Group:
    """A new group with its dates, published or as a draft, and with the `topics` that a template kept. The same `uid` a second
    time gives the first group back. With the words `keep` it is published although something is taken then; the dates that begin
    at the moments of `rooms` go there.

    Raises Conflict where the `uid` is that of somebody else's group, DatesTaken.
    """
    try:
        with savepoint():
            group = create_group(identity, fields, uid=uid)
    except IntegrityError:
        return _first_with(identity, uid)
    begin_topics(group, topics)
    with deciding(identity, keep, rooms):
        if rule is not None:
            add_series(identity, group, rule)
        if publish:
            offer_group(identity, group)
    return group


def copy_group(identity: Identity, group: Group, uid: str | None = None) -> Group:
    """A draft with the same settings that meets at the same times, from the next date of each on, without people. The same `uid`
    a second time gives the first copy back.

    Raises Conflict where the `uid` is that of somebody else's group.
    """
    try:
        with savepoint():
            copy = duplicate_group(identity, group, uid=uid)
    except IntegrityError:
        return _first_with(identity, uid)
    copy_topics(group, copy)
    for rule, own in _going_on(group):
        change_dates(identity, copy, AddSeries(rule, own))
    return copy


def _going_on(group: Group) -> list[tuple[SeriesRule, dict[DateField, Any]]]:
    """The rules by which a group meets from tomorrow on, each with what its dates have of their own; of single dates the last
    one where nothing repeats."""
    found = []
    for one in timetable_of(group).timetable.series:
        tomorrow = clock.today(one.rule.timezone) + timedelta(days=1)
        first = next((date.day for date in next_dates(one.rule, tomorrow, 1)), None)
        if first is not None and not one.ended:
            found.append((replace(one.rule, starts_on=first, skip=frozenset()), dict(one.own)))
    return [pair for pair in found if pair[0].rrule] or found[-1:]


def _first_with(identity: Identity, uid: str | None) -> Group:
    """The group that the first click made."""
    first = db.session.scalar(select(Group).where(Group.uid == uid, Group.created_by_id == identity.person))
    if first is None:
        raise Conflict(_("This was changed by somebody else at the same moment."))
    return first


def redefine_group(
    identity: Identity,
    group: Group,
    fields: GroupFields,
    rule: SeriesRule | None,
    seen: SeenVersions,
    *,
    publish: bool,
    keep: str | None = None,
    rooms: Mapping[datetime, int] | None = None,
) -> Group:
    """Change a group and the series that goes on, together; the dates that begin at the moments of `rooms` go there. Raises
    ChangedMeanwhile before anything is changed, DatesTaken where something is taken then, unless it is to be kept with the
    words `keep`.

    What is saved already is not saved again: a second click has the answer of the first.
    """
    series = _hold(group)
    publishes = publish and not group.published
    if is_there(group, series, fields, rule) and not publishes:
        return group
    if group.version != seen.group or (series is not None and series.version != seen.series):
        if is_there(group, series, fields, _kept(group, series, rule)) and not publishes:
            return group
        raise ChangedMeanwhile
    with deciding(identity, keep, rooms):
        with told_once(group):
            update_group(identity, group, fields, seen.group)
            if rule is not None and series is None:
                add_series(identity, group, rule)
            elif rule is not None and series is not None:
                change_series(identity, series, rule, seen.series)
        if publish:
            offer_group(identity, group)
    return group


def _kept(group: Group, series: Series | None, rule: SeriesRule | None) -> SeriesRule | None:
    """The rule as it would be kept: without the days on which the group meets then by another series."""
    if rule is None:
        return None
    own = series.id if series is not None else None
    return without_met(timetable_of(group).timetable, rule, clock.now(), own)


def _hold(group: Group) -> Series | None:
    """Lock a group and read it and the series that goes on as they are now: the versions of both are compared with what was
    seen before either is changed."""
    # On SQLite nobody writes since this began to read: nothing is held, and nothing is older than it is now.
    if db.engine.dialect.name == "sqlite":
        return current_series(group)
    db.session.refresh(group, with_for_update={"of": Group})
    return current_series(group, anew=True)


def offer_group(identity: Identity, group: Group) -> Group:
    """Publish a group that has at least one date to come. Raises DomainError with the field that is missing.

    Dates of a draft that have passed never took place: a group begins with the first date after it is offered.
    """
    if group.published_at is None:
        _begin_today(identity, group)
    coming = select(Occurrence.id).where(
        Occurrence.group_id == group.id,
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.end > clock.now(),
    )
    if db.session.scalar(coming.limit(1)) is None:
        raise DomainError(
            _("There is no date to come. Choose when it meets."), field="starts_on", code="no-dates"
        )
    return publish_group(identity, group)


def _begin_today(identity: Identity, group: Group) -> None:
    for series in series_of(group):
        rule = series.rule
        rest = rest_of(rule, clock.today(rule.timezone)) if series.ended_at is None else None
        if rest is not None:
            change_series(identity, series, rest, series.version)


def is_there(group: Group, series: Series | None, fields: GroupFields, rule: SeriesRule | None) -> bool:
    """Whether a group and its series are as these fields and this rule say."""
    kept = replace(fields_of(group), site=fields.site, named_person=fields.named_person)
    return kept == cleaned(fields) and (rule is None or (series is not None and series.rule == rule))


def series_version(series: Series | None) -> int:
    """The version a form remembers; 0 before there are dates."""
    return series.version if series is not None else 0
