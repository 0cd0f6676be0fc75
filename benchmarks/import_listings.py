"""Import of a directory of 2,098 meetings, the same again, and one in which a third differ.

The real feed is taken where GROUPSCHED_REALDATA names its folder; else a made-up one of the same size.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

from benchmarks.report import head, row
from benchmarks.world import fresh_app
from groupsched.access.identity import System
from groupsched.access.models import Program
from groupsched.catalog.service import load_defaults
from groupsched.core.db import db, unit_of_work
from groupsched.exchange.service import ImportReport, import_listings

ROWS = 2098
CODES = (["O", "D"], ["C", "ST"], ["O", "B", "X"], ["O", "SP", "BE"], ["C"], ["O", "ONL"])


def run() -> None:
    """Print the seconds of a first import, of the same feed again, and of a feed with changes."""
    first, later = _feeds()
    head(f"Import of {len(json.loads(first)):,} listings")
    with fresh_app():
        program = _program()
        whole, report = _time(program, first)
        again, _report = _time(program, first)
        changes, _report = _time(program, later)
    row("rows taken, refused", f"{report.added:,}, {report.refused:,}", "")
    row("first import", f"{whole:.1f} s", "at most 10 s", met=whole <= 10)
    row("the same feed again", f"{again:.1f} s", "at most 2 s", met=again <= 2)
    row("the same again, to the first import", f"{again / whole:.2f}", "")
    row("a feed with changes", f"{changes:.1f} s", "")


def _program() -> Program:
    with unit_of_work():
        program = Program(key="bench", name="Bench House", timezone="America/New_York", languages=["en"])
        db.session.add(program)
        db.session.flush()
        load_defaults(program)
    return program


def _time(program: Program, text: str) -> tuple[float, ImportReport]:
    begin = time.perf_counter()
    with unit_of_work():
        report = import_listings(
            System(), program, text, source="bench", fellowship="aa", timezone="America/New_York"
        )
    db.session.remove()
    return time.perf_counter() - begin, report


def _feeds() -> tuple[str, str]:
    folder = os.environ.get("GROUPSCHED_REALDATA")
    if folder:
        real = Path(folder) / "meeting-guide"
        names = ("aasepia-2021-10.json", "aasepia-2022-10.json")
        return tuple((real / name).read_text(encoding="utf-8") for name in names)  # type: ignore[return-value]
    rows = [_listing(number) for number in range(ROWS)]
    changed = [{**one, "name": f"{one['name']}, new"} if n % 3 == 0 else one for n, one in enumerate(rows)]
    return json.dumps(rows), json.dumps(changed)


def _listing(number: int) -> dict[str, Any]:
    return {
        "slug": f"meeting-{number}", "name": f"Meeting {number}", "day": number % 7, "time": f"{6 + number % 16:02}:30",
        "end_time": f"{7 + number % 16:02}:30", "types": CODES[number % len(CODES)], "location": f"Hall {number % 900}",
        "formatted_address": f"{number % 900} Example St, Anytown, PA 19000, USA",
    }  # fmt: skip


if __name__ == "__main__":
    run()
