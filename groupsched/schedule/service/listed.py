"""Series and dates of many listings at once. One at a time would take minutes for a directory of 2,000 meetings.

Only for external groups: they have no seats, no people and no sheets, so nobody above is told of each date.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, exists, insert, or_, update

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.rules import OccurrenceStatus, SeriesRule, expand, first_date_on_or_after, made_until
from groupsched.schedule.service.applying import times
from groupsched.schedule.service.timetable import horizon, referring

CHUNK = 5000


def add_listed_series(pairs: Iterable[tuple[Group, SeriesRule]]) -> int:
    """A series for each external group, with its dates up to the horizon. Returns how many dates there are.

    The groups are flushed; a rule's `starts_on` is moved to the first date that is its own.
    """
    made = [(group, first_date_on_or_after(rule)) for group, rule in pairs]
    series = [
        Series(group_id=group.id, expanded_to=made_until(rule, horizon()), rule=rule) for group, rule in made
    ]
    db.session.add_all(series)
    db.session.flush()
    rows = [row for (group, rule), one in zip(made, series, strict=True) for row in _dates(group, rule, one)]
    for first in range(0, len(rows), CHUNK):
        db.session.execute(insert(Occurrence.__table__), rows[first : first + CHUNK])  # type: ignore[arg-type]
    return len(rows)


def end_listed_series(group_ids: Sequence[int]) -> None:
    """End the series of these external groups: the dates still to come go, those that were stay. One that somebody has in their week
    is cancelled."""
    now = clock.now()
    series = update(Series).where(Series.group_id.in_(group_ids), Series.ended_at.is_(None))
    db.session.execute(series.values(ended_at=now, changed_at=now, version=Series.version + 1))
    coming = (Occurrence.group_id.in_(group_ids), Occurrence.external.is_(True), Occurrence.start > now)
    had = or_(*(exists().where(column == Occurrence.id) for column in referring()))
    quietly = {"synchronize_session": False}
    cancelled = {
        "status": OccurrenceStatus.CANCELLED,
        "cancelled_at": now,
        "changed_at": now,
        "version": Occurrence.version + 1,
    }
    db.session.execute(
        update(Occurrence).where(*coming, had).values(**cancelled).execution_options(**quietly)
    )
    db.session.execute(delete(Occurrence).where(*coming, ~had).execution_options(**quietly))


def move_listed_dates(group: Group) -> None:
    """Put the dates still to come of an external group in the place it has now."""
    now = clock.now()
    coming = (Occurrence.group_id == group.id, Occurrence.external.is_(True), Occurrence.start > now)
    moved = update(Occurrence).where(*coming, Occurrence.place_id.is_distinct_from(group.place_id))
    values = {"place_id": group.place_id, "changed_at": now, "version": Occurrence.version + 1}
    db.session.execute(moved.values(**values).execution_options(synchronize_session=False))


def _dates(group: Group, rule: SeriesRule, series: Series) -> list[dict[str, Any]]:
    common = {
        "program_id": group.program_id, "group_id": group.id, "series_id": series.id, "external": True,
        "timezone": rule.timezone, "place_id": group.place_id, "changed_at": series.changed_at,
    }  # fmt: skip
    return [common | times for times in _times(rule, horizon())]


@lru_cache(maxsize=4096)
def _times(rule: SeriesRule, last: date) -> tuple[dict[str, Any], ...]:
    """Hundreds of meetings share a day and a time: each pattern is expanded once."""
    return tuple(
        times(slot.original_local, slot.start, slot.start, slot.end, rule.timezone)
        for slot in expand(rule, rule.starts_on, last)
    )
