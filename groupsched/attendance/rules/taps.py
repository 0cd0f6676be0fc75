"""What a button of the sheet means: the value it sends, and the operation that comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from groupsched.attendance.rules.marks import AttendanceStatus, Operation, OperationKind, RowAnswer, RowState
from groupsched.attendance.rules.times import (
    MarkingMode,
    MeetingHours,
    early_time_out,
    is_late,
    late_time_in,
    time_in_for,
)


class TapAction(StrEnum):
    """What a tap on a tile or in a row's panel says."""

    OPEN = "open"
    HERE = "here"
    LATE = "late"
    LEFT = "left"
    EXCUSED = "excused"
    CANCELLED = "cancelled"
    ABSENT = "absent"
    CLEAR = "clear"
    TIMES = "times"
    FIRST = "first"
    SECOND = "second"


STATUS_OF = {
    TapAction.HERE: AttendanceStatus.PRESENT, TapAction.LATE: AttendanceStatus.PRESENT, TapAction.LEFT: AttendanceStatus.PRESENT, TapAction.TIMES: AttendanceStatus.PRESENT,
    TapAction.EXCUSED: AttendanceStatus.EXCUSED, TapAction.CANCELLED: AttendanceStatus.CANCELLED, TapAction.ABSENT: AttendanceStatus.ABSENT,
    TapAction.CLEAR: AttendanceStatus.UNMARKED,
}  # fmt: skip

TIMED = {TapAction.HERE, TapAction.LATE, TapAction.LEFT, TapAction.TIMES}
"""Buttons that take times typed beside them."""


@dataclass(frozen=True)
class Tap:
    """A button's value, `row.version.what`: which row, as it was seen, and what is said of it."""

    row: str
    version: int
    what: TapAction


@dataclass(frozen=True)
class TypedTimes:
    """Times typed beside a row; None where a field is empty."""

    time_in: datetime | None = None
    time_out: datetime | None = None


def read_tap(value: str) -> Tap | None:
    """The tap of a button's value; None where it is none.

    >>> read_tap("k7.3.here")
    Tap(row='k7', version=3, what=<TapAction.HERE: 'here'>)
    """
    row, _, rest = value.partition(".")
    version, _, what = rest.partition(".")
    if (
        not row
        or not (version.isascii() and version.isdigit())
        or len(version) > 9
        or what not in list(TapAction)
    ):
        return None
    return Tap(row, int(version), TapAction(what))


def meant(
    op: Operation, what: TapAction, state: RowState, meeting: MeetingHours, marking: MarkingMode, now: datetime,
    typed: TypedTimes | None = None,
) -> Operation:  # fmt: skip
    """The operation with the status and times that the button means on a row in this state.

    "Here" on somebody who is here says: on time, to the end; a time in that was on time stays. Where a colleague
    marked the row meanwhile it only says "here" once more. "Late" keeps a time out, "Left early" a time in. Times
    typed beside such a button come before what it would guess.
    """
    op = _said(op, what, state, meeting, marking, now)
    if typed is None or what not in TIMED:
        return op
    if what is TapAction.TIMES:
        return replace(op, time_in=typed.time_in, time_out=typed.time_out)
    return replace(op, time_in=typed.time_in or op.time_in, time_out=typed.time_out or op.time_out)


def _said(
    op: Operation,
    what: TapAction,
    state: RowState,
    meeting: MeetingHours,
    marking: MarkingMode,
    now: datetime,
) -> Operation:
    if what in (TapAction.FIRST, TapAction.SECOND):
        return choosing(op, state.rival if what is TapAction.SECOND and state.rival else state.answer)
    op, was = replace(op, status=STATUS_OF[what]), state.answer
    if what is TapAction.HERE:
        seen = was.status is AttendanceStatus.PRESENT and op.base_version == state.version
        return replace(op, time_in=meeting.start if is_late(was, meeting) else was.time_in) if seen else op
    if what is TapAction.LATE:
        return replace(
            op, time_in=late_time_in(meeting, now), time_out=_after(was.time_out, late_time_in(meeting, now))
        )
    if what is TapAction.LEFT:
        came = was.time_in or min(time_in_for(marking, meeting, now), meeting.start)
        return replace(op, time_in=came, time_out=max(early_time_out(meeting, now), came))
    return op


def _after(went: datetime | None, came: datetime) -> datetime | None:
    return went if went is not None and went >= came else None


def choosing(op: Operation, answer: RowAnswer) -> Operation:
    """The operation that chooses one of two answers, with the times that were given with it."""
    return replace(
        op, status=answer.status, time_in=answer.time_in, time_out=answer.time_out, kind=OperationKind.RESOLVE
    )
