"""Making the dates that come within the horizon, beside one bulk insert of the same rows."""

from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from benchmarks.report import head, ratio
from benchmarks.world import fill, fresh_app, program
from groupsched.core import clock
from groupsched.core.db import db, unit_of_work
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.service import extend_horizon
from groupsched.schedule.service.timetable import horizon

DAYS = 30


@dataclass(frozen=True)
class Size:
    """How many weekly series there are."""

    series: int


FULL = Size(series=20_000)
SMALLEST = Size(series=3)


def run(size: Size) -> None:
    """Print thirty days more for all series, in batches, beside the bulk insert."""
    head(f"Horizon: {size.series:,} weekly series by {DAYS} days")
    with fresh_app():
        fill(program(), size.series, weeks=1)
        with unit_of_work() as work:
            work.execute(update(Series).values(expanded_to=horizon() - timedelta(days=DAYS)))
        last = db.session.scalar(select(func.max(Occurrence.id)))
        begin, batches = perf_counter(), 0
        while _extended():
            batches += 1
        ours = perf_counter() - begin
        rows = _rows_after(last)
        beside = _seconds_of_inserting(rows)
    weeks = DAYS // 7
    seen = {
        "four or five dates of each series": (
            weeks * size.series <= len(rows) <= (weeks + 1) * size.series,
            True,
        ),
        "each series": (len({row["series_id"] for row in rows}), size.series),
    }
    name = f"{len(rows):,} dates in {batches:,} batches, to a bulk insert"
    ratio(name, ours, beside, 3, seen=seen, unit="s")


def _extended() -> int:
    with unit_of_work():
        return extend_horizon(clock.now())


def _rows_after(last: int | None) -> list[dict[str, Any]]:
    columns = Occurrence.__table__.columns
    query = select(*columns).where(Occurrence.id > last)
    return [dict(row) for row in db.session.execute(query).mappings()]


def _seconds_of_inserting(rows: list[dict[str, Any]]) -> float:
    """The same rows once more, after those that were made are gone."""
    with unit_of_work() as work:
        work.execute(delete(Occurrence).where(Occurrence.id >= rows[0]["id"]))
    begin = perf_counter()
    with unit_of_work() as work:
        for first in range(0, len(rows), 5000):
            work.execute(insert(Occurrence), rows[first : first + 5000])
    return perf_counter() - begin
