"""The clock that a run of the tests may be given: GROUPSCHED_TEST_CLOCK=2026-11-01T05:40:00Z is where each test begins."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

NAME = "GROUPSCHED_TEST_CLOCK"
IS_SET = NAME in os.environ

FORGOTTEN = {
    "after-midnight": "2026-11-27T05:10:00Z",  # 00:10 in New York; four weeks before it was 01:10
    "shown-again": "2026-11-01T06:20:00Z",  # 01:20, for the second time that night
    "year-ends": "2027-01-01T04:58:00Z",  # 23:58 in the old year, where in UTC it is over
}
"""Minutes at which what asks for `minute` runs each time."""


def set_clock() -> time_machine.travel:
    """The moment that the environment names, from where the clock ticks: for `with`, or to `start()`."""
    moment = datetime.fromisoformat(os.environ[NAME])
    if moment.tzinfo is None:
        raise ValueError(f"{NAME} needs a zone: 2026-11-01T05:40:00Z")
    return time_machine.travel(moment)


def of_started_processes() -> dict[str, str]:
    """The environment in which every Python agrees with a travelling clock: it finds `sitecustomize` beside this file."""
    ahead: timedelta = datetime.now(UTC) - time_machine.escape_hatch.datetime.datetime.now(UTC)
    path = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"GROUPSCHED_TEST_AHEAD": str(ahead.total_seconds()), "PYTHONPATH": os.pathsep.join(path)}
