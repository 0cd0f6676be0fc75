"""Four independent readers of calendar files. Two take a zone by its name, two as the file describes it: where these differ,
what we say of the zone is wrong."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import icalendar
import pytest
import recurring_ical_events

NODE = Path(__file__).parent.parent / "node"


class Seen(NamedTuple):
    """One event as a reader shows it."""

    start: datetime
    end: datetime
    title: str
    cancelled: bool
    place: str = ""


def python_reads(ics: bytes, first: datetime, last: datetime) -> list[Seen]:
    """Expand with recurring-ical-events, which takes zones by their name."""
    calendar = icalendar.Calendar.from_ical(ics)
    events = recurring_ical_events.of(calendar).between(first, last)
    return sorted(
        Seen(
            event["DTSTART"].dt.astimezone(UTC),
            event["DTEND"].dt.astimezone(UTC),
            str(event["SUMMARY"]),
            event.get("STATUS") == "CANCELLED",
            str(event.get("LOCATION", "")),
        )
        for event in events
    )


def thunderbird_reads(*files: tuple[bytes, datetime, datetime]) -> list[list[Seen]]:
    """Expand with ical.js under Node, which takes zones from the file itself."""
    need_node()
    asked = [
        {"ics": ics.decode(), "from": first.timestamp(), "to": last.timestamp()} for ics, first, last in files
    ]
    done = subprocess.run(
        ["node", "expand.js"], cwd=NODE, input=json.dumps(asked), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return [sorted(_seen(event) for event in events) for events in json.loads(done.stdout)]


def need_node() -> None:
    """Skip, with the line to type, where Node or its packages are missing; in CI that is a failure."""
    if shutil.which("node") and (NODE / "node_modules" / "ical.js").is_dir():
        return
    reason = "ical.js is missing: install Node 18 or newer, then `npm ci --prefix tests/node`"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _seen(event: dict[str, object]) -> Seen:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    start, end = (epoch + timedelta(seconds=int(str(event[name]))) for name in ("start", "end"))
    return Seen(start, end, str(event["title"]), bool(event["cancelled"]), str(event["place"] or ""))
