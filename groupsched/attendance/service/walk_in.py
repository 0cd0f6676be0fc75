"""People who come without a place: a client of the house, or a guest."""

from dataclasses import dataclass
from datetime import datetime

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.attendance.queries import SheetRow, named
from groupsched.attendance.rules import (
    AttendanceStatus,
    Operation,
    OperationKind,
    RowKind,
    attendee_uid,
    counts,
)
from groupsched.attendance.service.locked_sheet import LockedSheet, fill, new_op_id, store_rows
from groupsched.attendance.service.marks import is_apart, open_rows, people_may_be_here, prepared
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.text import clean_line
from groupsched.enrolment.service import ask_supervisor
from groupsched.schedule.models import Occurrence

NAME = 80


@dataclass(frozen=True)
class AddedAttendee:
    """Who was added and marked, under which name that can be undone, and by how many the group is over its size."""

    row: SheetRow
    name: str
    count: int
    over: int


def add_walk_in(
    identity: Identity, occurrence: Occurrence, person: Person | None, guest_name: str = "", op_id: str = ""
) -> AddedAttendee:
    """Put a client, or (without a person) a guest, on the sheet and mark them as here.

    Capacity is a note and never a block. The same `op_id` twice adds nobody twice; somebody who stands on the
    sheet already is only marked.
    """
    locked = open_rows(identity, occurrence)
    op_id = op_id or new_op_id()
    uid = come_in(locked, identity, person, guest_name, op_id, clock.now())
    db.session.flush()
    row = next(row for row in named(locked.view()).rows if row.attendee_id == uid)
    count = sum(counts(line) and line.state.status is AttendanceStatus.PRESENT for line in locked.lines())
    seats = occurrence.seats.all
    return AddedAttendee(row, op_id, count, max(count - seats, 0) if seats else 0)


def come_in(
    locked: LockedSheet,
    identity: Identity,
    person: Person | None,
    guest_name: str,
    op_id: str,
    seen: datetime,
) -> str:
    """The row of a client, or of a guest, who came without a seat: stored where it was not, and here. Raises Conflict
    long before the start."""
    people_may_be_here(locked, seen)
    if person is not None and attendee_uid(locked.occurrence.uid, person.uid) not in locked.rows:
        fill(locked)
    uid = stand(locked, person, guest_name, op_id)
    locked.read_history([uid], [op_id])
    if op_id not in locked.known:
        locked.take(_here(locked, identity, uid, op_id, seen))
        if person is not None:
            audit.record(identity, AuditAction.WALK_IN_ADDED, locked.occurrence, [person])
    return uid


def stand(locked: LockedSheet, person: Person | None, guest_name: str, op_id: str) -> str:
    """The id of the row, stored where it was not on the sheet. Raises Conflict for a client who is kept apart from somebody
    there."""
    uid = attendee_uid(locked.occurrence.uid, person.uid if person else op_id)
    attendee = locked.rows.get(uid)
    if attendee is None or attendee.removed_at is not None:
        if person is not None and is_apart(locked, person):
            raise ask_supervisor([person.id])
        standing = RowKind.WALK_IN if person else RowKind.GUEST
        name = "" if person else clean_line(guest_name, NAME)
        store_rows(locked, [SheetRow(attendee_id=uid, person=person, standing=standing, guest_name=name)])
    return uid


def _here(locked: LockedSheet, identity: Identity, uid: str, op_id: str, seen: datetime) -> Operation:
    op = Operation(
        op_id=op_id, attendee_id=uid, status=AttendanceStatus.PRESENT, observed_at=seen,
        base_version=locked.rows[uid].version, kind=OperationKind.MARK,
    )  # fmt: skip
    return prepared(locked, identity, op)
