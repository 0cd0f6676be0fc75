"""The rules of a tap live in Python and in a small twin in the page: both answer one table of cases.

`python -m tests.attendance.test_twin` writes the table anew, from what Python says.
"""

import itertools
import json
import shutil
import subprocess
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from groupsched.attendance import rules
from groupsched.attendance.rules import (
    AttendanceStatus,
    MarkingMode,
    MeetingHours,
    Operation,
    RowAnswer,
    RowKind,
    RowState,
    TallyRow,
    TapAction,
    TypedTimes,
)

CASES = Path(__file__).with_name("cases.json")
TWIN = Path(__file__).parents[2] / "groupsched" / "static" / "js" / "sheet-rules.js"
WALL = TWIN.with_name("sheet-wall.js")
START = datetime(2026, 11, 25, 9, tzinfo=UTC)
MEETING = MeetingHours(START, START + timedelta(minutes=90))
GRACE = rules.GRACE

ROWS = [
    ("unmarked", None, None), ("present", -2, None), ("present", 25, None), ("present", 0, 60),
    ("present", 25, 15), ("excused", None, None), ("absent", None, None), ("cancelled", None, None),
]  # fmt: skip
TWO = [("present", 3, None), ("absent", None, None)]
NOWS = (-60 * 24 * 16, -5, 10, 20, 90)
TYPED = [None, (12, None), (None, 70), (14, 70), (None, None)]
GUESSES = (TapAction.HERE, TapAction.LEFT)  # what depends on how the sheet is marked
ALWAYS = [
    what for what in TapAction if what not in (TapAction.OPEN, TapAction.TIMES, TapAction.LATE, *GUESSES)
]

ASK_THE_PAGE = """
import { readFileSync } from "node:fs";
import { endsSoon, meant, mustAsk, shown, lookOf, counted, totals, ordered } from "%s";
import { clockAt } from "%s";
const { meeting, taps, asks, ends, sheets, clocks } = JSON.parse(readFileSync(0, "utf8"));
const told = {
  taps: taps.map(({ what, row, mode, now, typed }) => meant(what, row, meeting, mode, now, typed)),
  clocks: clocks.map(({ shows, start, end, zone }) => clockAt(shows, { start, end }, zone)),
  asks: asks.map(({ mode, now }) => mustAsk(mode, meeting, now)),
  ends: ends.map(({ now }) => endsSoon(meeting, now)),
  sheets: sheets.map(({ rows }) => ({
    shown: rows.map((row) => shown(row, meeting)), look: rows.map((row) => lookOf(row, meeting)),
    counted: rows.map(counted), totals: totals(rows, meeting),
    unmarked: ordered(rows, "unmarked", meeting).map((row) => row.id),
    arrival: ordered(rows, "arrival", meeting).map((row) => row.id),
  })),
};
console.log(JSON.stringify(told));
"""


def at(minutes: int | None) -> datetime | None:
    return None if minutes is None else START + timedelta(minutes=minutes)


def ms(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)


def answer(said: Any) -> RowAnswer:
    status, came, went = said
    return RowAnswer(AttendanceStatus(status), at(came), at(went))


def as_row(said: Any, two: Any = (), **more: Any) -> dict[str, Any]:
    status, came, went = said
    told = {"status": status, "time_in": ms(at(came)), "time_out": ms(at(went))}
    return {**told, "standing": "expected", "two": [as_row(one) for one in two], **more}


def tap_cases() -> list[dict[str, Any]]:
    """Every button on every row, at many times; and with what is typed beside it."""
    plain = [
        *itertools.product(GUESSES, ROWS, MarkingMode, NOWS, [None]),
        *itertools.product([TapAction.LATE], ROWS, [MarkingMode.ARRIVING], NOWS, [None]),
        *itertools.product(ALWAYS, ROWS[1:3], [MarkingMode.ARRIVING], [20], [None]),
    ]
    beside = itertools.product(rules.TIMED, ROWS[:3], [MarkingMode.ARRIVING], (20, 100), TYPED[1:])
    cases = []
    for what, said, mode, now, typed in [*plain, *sorted(beside, key=str)]:
        two = TWO if what in (TapAction.FIRST, TapAction.SECOND) else ()
        case = {"what": what.value, "row": as_row(TWO[0] if two else said, two), "mode": mode.value}
        hours = dict(zip(("time_in", "time_out"), map(ms, map(at, typed)), strict=True)) if typed else None
        case |= {"now": ms(at(now)), "typed": hours}
        case["means"] = meaning(what, TWO[0] if two else said, bool(two), mode, now, typed)
        if case not in cases:
            cases.append(case)
    return cases


def meaning(what: TapAction, said: Any, two: bool, mode: MarkingMode, now: int, typed: Any) -> dict[str, Any]:
    """What Python says: `meant`, and the time in that the server gives where it left it open."""
    moment = START + timedelta(minutes=now)
    state = RowState(3, answer(said), rival=answer(TWO[1]) if two else None)
    op = Operation("op", "row", AttendanceStatus.UNMARKED, moment, base_version=3)
    times = TypedTimes(*map(at, typed)) if typed else None
    op = rules.meant(op, what, state, MEETING, mode, moment, times)
    auto = op.status is AttendanceStatus.PRESENT and op.time_in is None
    came = rules.time_in_for(mode, MEETING, moment) if auto else op.time_in
    return {
        "kind": op.kind.value, "status": op.status.value, "time_in": ms(came), "time_out": ms(op.time_out),
        "auto": auto,
    }  # fmt: skip


def ask_cases() -> list[dict[str, Any]]:
    return [
        {"mode": mode.value, "now": ms(at(now)), "ask": rules.must_ask(mode, MEETING, START + timedelta(minutes=now))}
        for mode in MarkingMode for now in NOWS
    ]  # fmt: skip


def end_cases() -> list[dict[str, Any]]:
    """Whether a finish is asked about, at the edge of the last five minutes and around."""
    return [
        {"now": ms(at(now)), "soon": rules.ends_soon(MEETING, START + timedelta(minutes=now))}
        for now in (20, 84, 85, 90)
    ]


WALLS = [
    # over midnight; while clocks are set back, and forward; where people meet in the morning and type "7:05"
    ("America/New_York", datetime(2026, 12, 2, 4, tzinfo=UTC), 120, [(23, 5), (0, 10), (1, 30), (22, 50)]),
    ("America/New_York", datetime(2026, 11, 1, 4, 30, tzinfo=UTC), 180, [(0, 40), (1, 20), (2, 10)]),
    ("Europe/Madrid", datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 90, [(1, 40), (3, 10)]),
    ("Asia/Kolkata", datetime(2026, 6, 1, 3, 30, tzinfo=UTC), 90, [(9, 0), (10, 31)]),
]


def clock_cases() -> list[dict[str, Any]]:
    """Times as a clock on the wall beside a meeting shows them, with the other half of the day too."""
    cases = []
    for zone, start, length, shown in WALLS:
        meeting = MeetingHours(start, start + timedelta(minutes=length))
        for hour, minute in shown:
            for halves in ([(hour, minute)], [(hour, minute), ((hour + 12) % 24, minute)]):
                at = rules.clock_at([time(*one) for one in halves], meeting, zone)
                cases.append({
                    "shows": [one[0] * 60 + one[1] for one in halves], "zone": zone,
                    "start": ms(meeting.start), "end": ms(meeting.end), "at": ms(at),
                })  # fmt: skip
    return cases


LOOKS = {
    "unmarked": "none",
    "late": "late",
    "excused": "exc",
    "cancelled": "off",
    "absent": "gone",
    "two": "two",
}


def sheet_cases() -> list[dict[str, Any]]:
    """One sheet with every kind of row in every state."""
    given = [(said, kind, two) for kind in RowKind for said, two in [*((r, ()) for r in ROWS), (TWO[0], TWO)]]
    rows = [as_row(said, two, id=f"r{n}", standing=kind.value) for n, (said, kind, two) in enumerate(given)]
    lines = [
        TallyRow(f"r{n}", kind, RowState(1, answer(said), rival=answer(two[1]) if two else None))
        for n, (said, kind, two) in enumerate(given)
    ]
    shown = [rules.shown(line.state, MEETING) for line in lines]
    looks = [
        ("left" if rules.left_early(line.state.answer, MEETING) else "here")
        if seen == "here"
        else LOOKS[seen]
        for seen, line in zip(shown, lines, strict=True)
    ]
    open_rows = set(rules.everyone_else(lines))
    return [{
        "rows": rows, "shown": shown, "look": looks, "counted": [rules.counts(line) for line in lines],
        "totals": rules.totals(lines, MEETING).shown,
        "unmarked": [one.attendee for one in sorted(lines, key=lambda one: one.attendee not in open_rows)],
        "arrival": [one.attendee for one in sorted(lines, key=lambda one: one.state.answer.time_in or MEETING.end)],
    }]  # fmt: skip


def table() -> dict[str, Any]:
    hours = {"start": ms(MEETING.start), "end": ms(MEETING.end), "grace": int(GRACE.total_seconds() * 1000)}
    cases = {
        "taps": tap_cases(),
        "asks": ask_cases(),
        "ends": end_cases(),
        "sheets": sheet_cases(),
        "clocks": clock_cases(),
    }
    return json.loads(json.dumps({"meeting": hours, **cases}))


@pytest.fixture(scope="module")
def cases() -> dict[str, Any]:
    return json.loads(CASES.read_text(encoding="utf-8"))


def test_python_answers_every_case_as_it_is_written_down(cases):
    assert table() == cases


def test_the_page_answers_every_case_as_python_does(cases):
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is missing: apt-get install nodejs")
    command = [node, "--input-type=module", "-e", ASK_THE_PAGE % (TWIN.as_uri(), WALL.as_uri())]
    said = subprocess.run(command, input=json.dumps(cases), capture_output=True, check=True, text=True)
    told = json.loads(said.stdout)
    for case, means in zip(cases["taps"], told["taps"], strict=True):
        assert means == case["means"], case
    for case, at in zip(cases["clocks"], told["clocks"], strict=True):
        assert at == case["at"], case
    assert told["asks"] == [case["ask"] for case in cases["asks"]]
    assert told["ends"] == [case["soon"] for case in cases["ends"]]
    for case, sheet in zip(cases["sheets"], told["sheets"], strict=True):
        assert sheet == {key: value for key, value in case.items() if key != "rows"}


if __name__ == "__main__":
    lines = [
        f'"{key}": '
        + (json.dumps(rows) if key == "meeting" else "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]")
        for key, rows in table().items()
    ]
    CASES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
