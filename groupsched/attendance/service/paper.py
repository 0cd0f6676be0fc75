"""What a sheet on paper says, entered afterwards: a mark a line, with the times that were written, and guests of the free lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from groupsched.access.identity import Identity
from groupsched.attendance.rules import (
    AttendanceStatus,
    MeetingHours,
    Operation,
    RowAnswer,
    can_come_at,
    can_leave_at,
)
from groupsched.attendance.service.locked_sheet import LockedSheet, fill, new_op_id
from groupsched.attendance.service.marks import is_oneself, open_rows, people_may_be_here
from groupsched.attendance.service.walk_in import add_walk_in
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.schedule.models import Occurrence


@dataclass(frozen=True)
class PaperLine:
    """One line of a sheet as it was filled in; `row` and `version` as the writer saw them. A line without a mark is none."""

    row: str
    version: int
    status: AttendanceStatus | None
    time_in: datetime | None = None
    time_out: datetime | None = None


@dataclass(frozen=True)
class FreeLine:
    """A name on one of the free lines: a guest. The same `op_id` twice adds nobody twice."""

    op_id: str
    name: str
    time_in: datetime | None = None
    time_out: datetime | None = None


def enter_paper(
    identity: Identity, occurrence: Occurrence, lines: Sequence[PaperLine], free: Iterable[FreeLine] = ()
) -> int:
    """Write a filled sheet down; whoever was here without a time was here from the start. Returns how many rows changed.

    What stands already as the paper says it stays untouched. A row that somebody else marked otherwise meanwhile keeps both
    answers. Raises NotFound, Conflict (finished, cancelled, not begun), DomainError for a time at which nobody came or left.
    """
    filled = list(lines)
    for one in free:
        row = add_walk_in(identity, occurrence, None, one.name, one.op_id).row
        filled.append(
            PaperLine(row.attendee_id, row.version, AttendanceStatus.PRESENT, one.time_in, one.time_out)
        )
    locked = open_rows(identity, occurrence)
    people_may_be_here(locked)
    if any(line.row not in locked.rows for line in filled):
        fill(locked)
    known = [line for line in filled if line.row in locked.rows and line.status is not None]
    locked.read_history([line.row for line in known])
    batch = new_op_id()
    changed = sum(_enter(locked, identity, line, batch) for line in known)
    db.session.flush()
    return changed


def _enter(locked: LockedSheet, identity: Identity, line: PaperLine, batch: str) -> bool:
    op = _operation(locked, identity, line, batch)
    if is_oneself(locked, identity, line.row) or _says_so(locked.state(line.row).answer, op):
        return False
    _check(op, locked.meeting, line.row)
    locked.take(op)
    return True


def _operation(locked: LockedSheet, identity: Identity, line: PaperLine, batch: str) -> Operation:
    here = line.status is AttendanceStatus.PRESENT
    return Operation(
        op_id=new_op_id(), attendee_id=line.row, status=line.status or AttendanceStatus.UNMARKED, observed_at=clock.now(),
        base_version=line.version, time_in=(line.time_in or locked.meeting.start) if here else None,
        time_out=line.time_out if here else None, actor=identity.person, batch=batch,
    )  # fmt: skip


def _says_so(answer: RowAnswer, op: Operation) -> bool:
    return (answer.status, answer.time_in, answer.time_out) == (op.status, op.time_in, op.time_out)


def _check(op: Operation, meeting: MeetingHours, row: str) -> None:
    """Refuse times at which nobody came or left. Raises DomainError with the field of the line."""
    if op.time_in is not None and not can_come_at(op.time_in, meeting):
        raise DomainError(_("This time is far from the session."), field=f"in-{row}")
    if op.time_out is not None and not can_leave_at(op.time_out, meeting):
        raise DomainError(_("This time is far from the session."), field=f"out-{row}")
    if op.time_in and op.time_out and op.time_out < op.time_in:
        raise DomainError(_("The time out is before the time in."), field=f"out-{row}")
