"""Counting rows: who is in which counter, what finishing does, who is greeted how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from groupsched.attendance.rules.marks import AttendanceStatus, RowState
from groupsched.attendance.rules.times import MeetingHours, is_late, left_early, minutes

LATELY = timedelta(weeks=6)
"""How far back the people of a drop-in group are listed under "Came lately"."""

AWAY = timedelta(weeks=3)
"""After so long somebody is greeted as back."""


class RowKind(StrEnum):
    """Why a person stands on a sheet."""

    EXPECTED = "expected"
    WALK_IN = "walk_in"
    GUEST = "guest"
    LATELY = "lately"
    NOT_YET = "not_yet"


class TileState(StrEnum):
    """What a tile shows; a row is in exactly one of these."""

    UNMARKED = "unmarked"
    HERE = "here"
    LATE = "late"
    EXCUSED = "excused"
    CANCELLED = "cancelled"
    ABSENT = "absent"
    TWO = "two"


class TwoAnswersLeft(ValueError):
    """A sheet cannot be finished while two answers stand for a row and nobody has chosen."""

    def __init__(self, attendees: list[str]) -> None:
        super().__init__("two answers stand")
        self.attendees = attendees


@dataclass(frozen=True)
class TallyRow:
    """A row of the sheet as rules see it."""

    attendee: str
    standing: RowKind
    state: RowState


@dataclass(frozen=True)
class SheetTotals:
    """The counters of a sheet. `expected` counts the rows in the denominator, guests included."""

    shown: Mapping[TileState, int]
    expected: int
    present: int
    left_early: int
    guests: int
    minutes: int

    @property
    def rate(self) -> float | None:
        """Attended of those who were expected and not excused, 0 to 1; None where nobody was."""
        base = self.present + self.shown[TileState.ABSENT] + self.shown[TileState.CANCELLED]
        return self.present / base if base else None


def shown(state: RowState, meeting: MeetingHours) -> TileState:
    """The one counter a row is in; while two answers stand it is in theirs, whichever came first."""
    if state.rival is not None:
        return TileState.TWO
    if state.status is AttendanceStatus.PRESENT:
        return TileState.LATE if is_late(state.answer, meeting) else TileState.HERE
    return TileState(state.status.value)


def counts(line: TallyRow) -> bool:
    """Whether a row is in the denominator: who merely came lately, or joins later, is not until marked."""
    return line.standing not in (RowKind.LATELY, RowKind.NOT_YET) or not line.state.untouched


def totals(lines: Iterable[TallyRow], meeting: MeetingHours) -> SheetTotals:
    """Count the rows of a sheet once."""
    counted = [line for line in lines if counts(line)]
    tally = dict.fromkeys(TileState, 0)
    for line in counted:
        tally[shown(line.state, meeting)] += 1
    here = [
        line for line in counted if line.state.rival is None and line.state.status is AttendanceStatus.PRESENT
    ]
    return SheetTotals(
        shown=tally,
        expected=len(counted),
        present=len(here),
        left_early=sum(left_early(line.state.answer, meeting) for line in here),
        guests=sum(line.standing is RowKind.GUEST for line in here),
        minutes=sum(minutes(line.state.answer, meeting) for line in here),
    )


def everyone_else(lines: Iterable[TallyRow]) -> list[str]:
    """The rows that "Everyone else is here" fills: without a mark and in the denominator."""
    return [line.attendee for line in lines if line.state.untouched and counts(line)]


def finish(lines: Iterable[TallyRow], choices: Mapping[str, AttendanceStatus]) -> dict[str, AttendanceStatus]:
    """What finishing marks: unmarked rows by choice, "Not here" by default, and chosen two answers.

    An untouched row of somebody who merely came lately is never finished as absent.
    Raises TwoAnswersLeft where two answers stand and nobody has chosen.
    """
    lines = list(lines)
    unsettled = [line.attendee for line in lines if line.state.rival and line.attendee not in choices]
    if unsettled:
        raise TwoAnswersLeft(unsettled)
    marks = {attendee: choices.get(attendee, AttendanceStatus.ABSENT) for attendee in everyone_else(lines)}
    settled = {line.attendee: choices[line.attendee] for line in lines if line.state.rival}
    return marks | settled


@dataclass(frozen=True)
class TileHint:
    """A friendly hint on a tile: new today (no weeks), or back after so many weeks."""

    weeks: int = 0


def greeting(last_seen: date | None, today: date, *, known: bool = True) -> TileHint | None:
    """New today where a person was never seen in the group; back after three weeks and more."""
    if last_seen is None:
        return TileHint() if known else None
    away = today - last_seen
    return TileHint(away.days // 7) if away >= AWAY else None
