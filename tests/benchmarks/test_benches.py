"""Every bench runs over as little as it can and sees in each row what the row says; one that does not stops."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import feed
from benchmarks.__main__ import NAMES
from benchmarks.report import NotAsSaid, ratio, row
from groupsched.access.identity import Role
from tests.browser.conftest import chromium

ROOT = Path(__file__).parents[2]
ROWS = {
    "feed": 15, "rendering": 3, "find": 14, "race": 4, "sheet": 4, "taps": 9, "tablets": 10, "start": 2, "import_listings": 4,
    "horizon": 1, "conflicts": 2, "edit": 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def printed():
    """What each bench printed; they ran one after the other in one process."""
    chromium()  # one of them taps in a browser
    command = [sys.executable, "-m", "benchmarks", "--smallest", *NAMES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(zip(NAMES, done.stdout.strip().split("\n\n"), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_each_row_is_measured_and_printed_with_its_goal(printed, name):
    assert printed[name].count("   goal ") >= ROWS[name], printed[name]


def test_a_row_that_measures_something_else_than_it_says_stops_the_bench(capsys):
    with pytest.raises(NotAsSaid, match="program, 200: events is 0, not 400"):
        ratio("program, 200", 1.0, 2.0, 0.5, seen={"events": (0, 400)})
    with pytest.raises(NotAsSaid):
        row("memory", "1 MiB", seen={"pages": (3, 4)})
    assert capsys.readouterr().out == ""


def test_a_ratio_shows_both_sides_and_whether_its_goal_is_met(capsys):
    ratio("half", 0.001, 0.002, 0.5, seen={"events": (2, 2)})
    ratio("more", 0.003, 0.002, 0.5, seen={})
    first, second = capsys.readouterr().out.splitlines()
    assert "1.00 : 2.00 ms = 0.50 x" in first
    assert first.endswith("met")
    assert second.endswith("MISSED")


def test_a_feed_of_an_empty_calendar_is_not_measured(monkeypatch):
    """The bench told of a met goal while its leader, without the role, had a calendar without an event."""
    grant = feed.Grant
    monkeypatch.setattr(feed, "Grant", lambda **about: grant(**{**about, "role": Role.CLIENT}))
    with pytest.raises(NotAsSaid, match="the feeds: personal: BEGIN:VEVENT is 0, not 2"):
        feed.run(feed.SMALLEST)
