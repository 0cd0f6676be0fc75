"""A group meets once at a time: a series leaves out what another of its series has already."""

from dataclasses import replace
from datetime import timedelta

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
    met = set(db.session.scalars(query))
    if not met:
        return rule
    slots = slots_from(rule, clock.today(rule.timezone) - timedelta(days=1))
    return replace(rule, skip=rule.skip | {day for day, slot in slots.items() if slot.start in met})
