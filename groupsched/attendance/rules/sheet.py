"""What a sheet says: who may write on it, what tiles show, and its counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, StrEnum, auto

from groupsched.attendance.rules.marks import AttendanceStatus, RowState
from groupsched.attendance.rules.times import MeetingHours, is_late, left_early, minutes

# --- Counting rows: who is in which counter, what finishing does, who is greeted how.

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


class RowOrigin(StrEnum):
    """How a person came to stand on a sheet: enrolled, or how they came without."""

    ENROLLED = "enrolled"
    CAME_LATELY = "came_lately"
    WALK_IN = "walk_in"
    GUEST = "guest"


# Who stands on a sheet without being enrolled.
STANDING_OF = {
    RowOrigin.CAME_LATELY: RowKind.LATELY, RowOrigin.WALK_IN: RowKind.WALK_IN, RowOrigin.GUEST: RowKind.GUEST,
}  # fmt: skip


class SheetSort(StrEnum):
    """How the rows of a sheet are ordered where it is not by first name."""

    LAST = "last"
    UNMARKED = "unmarked"
    ARRIVAL = "arrival"


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
    return TileState(state.status)


def counts(line: TallyRow) -> bool:
    """Whether a row is in the denominator: who nobody expected (came lately, joins later, a guest whose mark was cleared)
    is not until marked."""
    return line.standing is RowKind.EXPECTED or not line.state.untouched


def is_here(line: TallyRow) -> bool:
    """Whether somebody is marked as here, and nobody says otherwise."""
    return line.state.rival is None and line.state.status is AttendanceStatus.PRESENT


def totals(lines: Iterable[TallyRow], meeting: MeetingHours, held: MeetingHours | None = None) -> SheetTotals:
    """Count the rows of a sheet once; minutes are those inside the hours that were `held`, else planned."""
    counted = [line for line in lines if counts(line)]
    tally = dict.fromkeys(TileState, 0)
    for line in counted:
        tally[shown(line.state, meeting)] += 1
    here = [line for line in counted if is_here(line)]
    return SheetTotals(
        shown=tally,
        expected=len(counted),
        present=len(here),
        left_early=sum(left_early(line.state.answer, meeting) for line in here),
        guests=sum(line.standing is RowKind.GUEST for line in here),
        minutes=sum(minutes(line.state.answer, held or meeting) for line in here),
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


# --- Who may write on a sheet, and until when.

WINDOW = timedelta(days=7)
"""How long after its end a sheet stays with those who stand at the door."""


class SheetRight(Enum):
    """What somebody may do to a sheet: write, write with a reason, or not know of it."""

    FREE = auto()
    REASON = auto()
    NONE = auto()


def sheet_right(
    *, leads: bool, at_the_desk: bool, oversees: bool, end: datetime, now: datetime
) -> SheetRight:
    """Who leads the date and the desk of the site write for 7 days; who leads it later with a reason, a supervisor always so."""
    if (leads or at_the_desk) and now < end + WINDOW:
        return SheetRight.FREE
    return SheetRight.REASON if leads or oversees else SheetRight.NONE
