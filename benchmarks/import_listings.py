"""Import of a directory of 2,098 meetings, the same again, and one in which a third differ.

Beside it stand reading the file and one bulk insert of the rows and dates that the import made. The real feed is taken where
GROUPSCHED_REALDATA names its folder; else a made-up one of the same size.
"""

import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from benchmarks.report import Seen, head, ratio, row
from benchmarks.world import ZONE, fresh_app
from groupsched.access.identity import System
from groupsched.access.models import Program
from groupsched.catalog.models import Group, ListingSource, Modality, Place
from groupsched.catalog.rules import ListingFormat
from groupsched.catalog.service import load_defaults
from groupsched.core.db import db, unit_of_work
from groupsched.exchange.service import ImportReport, import_listings
from groupsched.schedule.models import Occurrence, Series

CODES = (["O", "D"], ["C", "ST"], ["O", "B", "X"], ["O", "SP", "BE"], ["C"], ["O", "ONL"])
FILLED = (Place, Group, Series, Occurrence)
Rows = dict[type, list[dict[str, Any]]]


@dataclass(frozen=True)
class Size:
    """How many meetings a made-up directory has."""

    rows: int


FULL = Size(rows=2098)
SMALLEST = Size(rows=6)


def run(size: Size) -> None:
    """Print a first import, the same feed again, and a feed with changes, each beside the least that the first can be."""
    real = _real() if size == FULL else None
    first, later = real or _made_up(size.rows)
    many = len(json.loads(first))
    head(f"Import of {many:,} listings{'' if real else ', made up'}")
    with fresh_app():
        program = _program()
        whole, report = _time(program, first)
        rows = {table: _rows(table) for table in FILLED}
        again, repeated = _time(program, first)
        changes, changed = _time(program, later)
    least = _least(first, rows)
    seen: Seen = {
        "rows that are taken or refused": (report.added + report.refused, many),
        "listings": (len(rows[Group]), report.added),
        "dates": (len(rows[Occurrence]) >= report.added - report.without_dates, True),
        "changed by the same feed": (repeated.added + repeated.changed + repeated.removed, 0),
        "the same in the same feed": (repeated.unchanged, report.added),
        "changed by another feed": (changed.changed > 0, True),
    }
    row(
        "listings · refused · dates",
        f"{report.added:,} · {report.refused:,} · {len(rows[Occurrence]):,}",
        seen=seen,
    )
    ratio("first import, to reading the file and a bulk insert", whole, least, 6, seen=seen, unit="s")
    ratio("the same feed again, to the first import", again, whole, 0.1, seen=seen, unit="s")
    ratio("a feed with changes, to the first import", changes, whole, None, seen=seen, unit="s")


def _program() -> Program:
    with unit_of_work():
        program = Program(key="bench", name="Bench House", timezone=ZONE, languages=["en"])
        db.session.add(program)
        db.session.flush()
        load_defaults(program)
    return program


def _time(program: Program, text: str) -> tuple[float, ImportReport]:
    begin = time.perf_counter()
    with unit_of_work():
        report = import_listings(System(), program, text, source="bench", fellowship="aa", timezone=ZONE)
    db.session.remove()
    return time.perf_counter() - begin, report


# --- the least that an import can be ---------------------------------------------------------------------------


def _rows(table: type) -> list[dict[str, Any]]:
    columns = table.__table__.columns  # type: ignore[attr-defined]
    return [dict(one) for one in db.session.execute(select(*columns)).mappings()]


def _least(text: str, rows: Rows) -> float:
    """Seconds to read the file and insert the same rows, a statement for each table, into an empty database."""
    with fresh_app(), tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_text(text, encoding="utf-8")
        program = _program()
        with unit_of_work():
            db.session.add(
                ListingSource(program_id=program.id, name="bench", format=ListingFormat.MEETING_GUIDE)
            )
        known = {kind.id for kind in db.session.scalars(select(Modality))}
        if not {one["modality_id"] for one in rows[Group]} <= known:
            raise RuntimeError("the kinds of work have other numbers here")
        begin = time.perf_counter()
        json.loads(Path(file.name).read_text(encoding="utf-8"))
        with unit_of_work() as work:
            for table, its_rows in rows.items():
                work.execute(insert(table), its_rows)
        seconds = time.perf_counter() - begin
        if db.session.scalar(select(func.count(Occurrence.id))) != len(rows[Occurrence]):
            raise RuntimeError("not all dates were inserted")
        return seconds


# --- feeds -------------------------------------------------------------------------------------------------------


def _real() -> tuple[str, str] | None:
    folder = os.environ.get("GROUPSCHED_REALDATA")
    if not folder:
        return None
    feeds = [Path(folder) / "meeting-guide" / f"aasepia-{month}.json" for month in ("2021-10", "2022-10")]
    first, later = (feed.read_text(encoding="utf-8") for feed in feeds)
    return first, later


def _made_up(many: int) -> tuple[str, str]:
    rows = [_listing(number) for number in range(many)]
    changed = [{**one, "name": f"{one['name']}, new"} if n % 3 == 0 else one for n, one in enumerate(rows)]
    return json.dumps(rows), json.dumps(changed)


def _listing(number: int) -> dict[str, Any]:
    return {
        "slug": f"meeting-{number}", "name": f"Meeting {number}", "day": number % 7, "time": f"{6 + number % 16:02}:30",
        "end_time": f"{7 + number % 16:02}:30", "types": CODES[number % len(CODES)], "location": f"Hall {number % 900}",
        "formatted_address": f"{number % 900} Example St, Anytown, PA 19000, USA",
    }  # fmt: skip
