"""Series and dates of many listings at once. One date at a time would take minutes for a directory of 2,000 meetings.

Only for external groups: they have no seats, no people and no sheets, so nobody above needs to be told of each date.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, insert, update

from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.rules import SeriesRule, Slot, expand, first_date_on_or_after

HORIZON = timedelta(days=400)
CHUNK = 5000


def add_listed_series(pairs: Iterable[tuple[Group, SeriesRule]], now: datetime) -> int:
    """A series for each group, with its dates from today to the horizon. Returns how many dates there are.

    The groups are external and flushed; a rule's `starts_on` is moved to the first date that is its own.
    """
    made = [(group, rule, _series(group, rule, now)) for group, rule in _with_first_dates(pairs)]
    db.session.add_all(series for _group, _rule, series in made)
    db.session.flush()
    dates = [row for group, rule, series in made for row in _dates(group, rule, series, now)]
    for first in range(0, len(dates), CHUNK):
        db.session.execute(insert(Occurrence), dates[first : first + CHUNK])
    return len(dates)


def end_listed_series(group_ids: Sequence[int], now: datetime) -> None:
    """End the series of these external groups: the dates still to come go, those that were stay."""
    series = update(Series).where(Series.group_id.in_(group_ids), Series.ended_at.is_(None))
    db.session.execute(series.values(ended_at=now, changed_at=now, version=Series.version + 1))
    coming = (Occurrence.group_id.in_(group_ids), Occurrence.external.is_(True), Occurrence.start > now)
    db.session.execute(delete(Occurrence).where(*coming).execution_options(synchronize_session=False))


def move_listed_dates(group: Group, now: datetime) -> None:
    """Put the dates still to come of an external group in the place it has now."""
    coming = (Occurrence.group_id == group.id, Occurrence.external.is_(True), Occurrence.start > now)
    db.session.execute(
        update(Occurrence)
        .where(*coming)
        .values(place_id=group.place_id, changed_at=now, version=Occurrence.version + 1)
        .execution_options(synchronize_session=False)
    )


def _with_first_dates(pairs: Iterable[tuple[Group, SeriesRule]]) -> Iterator[tuple[Group, SeriesRule]]:
    return ((group, first_date_on_or_after(rule)) for group, rule in pairs)


def _series(group: Group, rule: SeriesRule, now: datetime) -> Series:
    return Series(
        group_id=group.id, starts_on=rule.starts_on, start_time=f"{rule.start_time:%H:%M}", rrule=rule.rrule,
        duration_minutes=rule.duration_minutes, timezone=rule.timezone, created_at=now, changed_at=now,
        expanded_to=(now + HORIZON).astimezone(rule.zone).date(),
    )  # fmt: skip


def _dates(group: Group, rule: SeriesRule, series: Series, now: datetime) -> list[dict[str, Any]]:
    common = {
        "program_id": group.program_id, "group_id": group.id, "series_id": series.id, "external": True,
        "timezone": rule.timezone, "place_id": group.place_id, "status": "scheduled", "changed_at": now,
    }  # fmt: skip
    return [common | _slot(slot) for slot in _slots(rule, series.expanded_to)]


@lru_cache(maxsize=4096)
def _slots(rule: SeriesRule, last: date | None) -> tuple[Slot, ...]:
    """Hundreds of meetings share a day and a time: each pattern is expanded once."""
    return tuple(expand(rule, rule.starts_on, last or rule.starts_on))


def _slot(slot: Slot) -> dict[str, Any]:
    local = slot.original_local
    return {
        "original_start": slot.start, "start": slot.start, "end": slot.end,
        "original_local": f"{local:%Y-%m-%dT%H%M}", "local_date": local.date(),
        "local_minute": local.hour * 60 + local.minute,
    }  # fmt: skip
