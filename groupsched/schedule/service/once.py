"""A group meets once at a time: a series leaves out what another of its series has already."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.rules import OccurrenceStatus, SeriesRule
from groupsched.schedule.service.rows import slots_from


def without_met(group: Group, rule: SeriesRule, series: Series | None = None) -> SeriesRule:
    """The rule of this series, or of a new one, that skips the coming dates on which the group meets at the same moment in
    its place by another series."""
    query = select(Occurrence.start).where(
        Occurrence.group_id == group.id,
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.start > clock.now(),
        Occurrence.place_id.is_not_distinct_from(group.place_id),
    )
    if series is not None:
        query = query.where(Occurrence.series_id != series.id)
    return replace(rule, skip=rule.skip | met_besides(rule, set(db.session.scalars(query))))


def met_besides(rule: SeriesRule, met: Collection[datetime]) -> frozenset[date]:
    """The coming days of a rule, skipped ones too, on which it would begin at one of these moments."""
    if not met:
        return frozenset()
    slots = slots_from(replace(rule, skip=frozenset()), clock.today(rule.timezone) - timedelta(days=1))
    return frozenset(day for day, slot in slots.items() if slot.start in met)
