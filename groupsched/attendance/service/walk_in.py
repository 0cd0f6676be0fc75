"""People who come without a place: a client of the house, or a guest."""

from dataclasses import dataclass

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.attendance.queries.rows import Row, named
from groupsched.attendance.rules.ids import attendee_uid
from groupsched.attendance.rules.marks import Kind, Operation, Status
from groupsched.attendance.rules.tally import Standing, counts
from groupsched.attendance.rules.times import time_in_for
from groupsched.attendance.service.book import Book, fill, new_op_id, store_rows
from groupsched.attendance.service.marks import marking, open_rows
from groupsched.audit import service as audit
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence

NAME = 80


@dataclass(frozen=True)
class Added:
    """Who was added and marked, under which name that can be undone, and by how many the group is over its size."""

    row: Row
    name: str
    count: int
    over: int


def add_walk_in(
    identity: Identity, occurrence: Occurrence, person: Person | None, guest_name: str = "", op_id: str = ""
) -> Added:
    """Put a client, or (without a person) a guest, on the sheet and mark them as here.

    Capacity is a note and never a block. The same `op_id` twice adds nobody twice; somebody who stands on the
    sheet already is only marked.
    """
    book = open_rows(identity, occurrence)
    op_id = op_id or new_op_id()
    if person is not None and attendee_uid(occurrence.uid, person.uid) not in book.rows:
        fill(book)
    uid = _stand(book, person, guest_name, op_id)
    book.read_history([uid], [op_id])
    if op_id not in book.known:
        book.take(_here(book, identity, uid, op_id))
        if person is not None:
            audit.record(identity, "sheet.walk_in", occurrence, [person])
    db.session.flush()
    row = next(row for row in named(book.view()).rows if row.attendee_id == uid)
    count = sum(counts(line) and line.state.status is Status.PRESENT for line in book.lines())
    return Added(row, op_id, count, max(count - occurrence.capacity, 0) if occurrence.capacity else 0)


def _stand(book: Book, person: Person | None, guest_name: str, op_id: str) -> str:
    """The id of the row, stored where it was not on the sheet."""
    uid = attendee_uid(book.occurrence.uid, person.uid if person else op_id)
    attendee = book.rows.get(uid)
    if attendee is None or attendee.removed_at is not None:
        standing = Standing.WALK_IN if person else Standing.GUEST
        name = "" if person else " ".join(guest_name.split())[:NAME]
        store_rows(book, [Row(attendee_id=uid, person=person, standing=standing, guest_name=name)])
    return uid


def _here(book: Book, identity: Identity, uid: str, op_id: str) -> Operation:
    now = clock.now()
    return Operation(
        op_id=op_id, attendee_id=uid, status=Status.PRESENT, observed_at=now, base_version=book.rows[uid].version,
        time_in=time_in_for(marking(book), book.meeting, now), actor=identity.person, kind=Kind.MARK,
    )  # fmt: skip
