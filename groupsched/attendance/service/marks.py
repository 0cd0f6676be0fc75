"""Marks: one row, everyone else, undo, notes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.attendance.models import AttendanceOperation, Attendee, Sheet
from groupsched.attendance.queries import (
    SheetRow,
    SheetView,
    first_names,
    named,
    stored_operations,
    was_undone,
)
from groupsched.attendance.rules import (
    AttendanceStatus,
    MarkingMode,
    MeetingHours,
    Operation,
    OperationKind,
    OperationOutcome,
    QueuedOperation,
    ReviewReason,
    RowOrigin,
    can_come_at,
    can_leave_at,
    everyone_else,
    note_after,
    row_op_id,
    time_in_for,
    too_early,
    undo_of,
)
from groupsched.attendance.service.locked_sheet import LockedSheet, fill, new_op_id, take_off
from groupsched.attendance.service.sheets import begin
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.filters import clock_time
from groupsched.core.i18n import _
from groupsched.core.text import clean_prose
from groupsched.enrolment.queries import kept_apart_on
from groupsched.enrolment.service import ask_supervisor
from groupsched.schedule.models import Occurrence

FAR = timedelta(hours=24)
YEAR = timedelta(days=366)
LARGEST = 2**31 - 1
ID_LENGTH, DEVICE_LENGTH = 36, 60
NOTE = 2000


@dataclass(frozen=True)
class MarkBatch:
    """What one tap did: the rows it changed, the name under which it can be undone, and the sheet as it stands."""

    name: str
    rows: tuple[SheetRow, ...]
    view: SheetView

    @property
    def count(self) -> int:
        """How many rows changed."""
        return len(self.rows)


class NeedsReview(Exception):
    """An act that cannot be taken as it is and is kept until somebody settles it."""

    def __init__(self, reason: ReviewReason) -> None:
        super().__init__(reason)
        self.reason = reason


def answer(locked: LockedSheet, op: Operation) -> OperationOutcome:
    """Take a mark; one that is known is told so. Raises NeedsReview where its row has left the sheet, Conflict where it is of
    somebody nobody expected who is kept apart from somebody there."""
    # Before all else: what was taken in time and comes again, for its answer was lost, is told so on a finished sheet too.
    known = locked.known.get(op.op_id)
    if known is not None:
        same = known.attendee_id == locked.rows[op.attendee_id].id
        return OperationOutcome.DUPLICATE if same else OperationOutcome.CONFLICT
    attendee = locked.rows[op.attendee_id]
    if attendee.removed_at is not None:
        raise NeedsReview(ReviewReason.REMOVED)
    comes_anew = attendee.origin is RowOrigin.CAME_LATELY and op.status is AttendanceStatus.PRESENT
    if comes_anew and attendee.person and not attendee.time_in and is_apart(locked, attendee.person):
        raise ask_supervisor([attendee.person.id])
    outcome = locked.take(op)
    leave_if_cleared(locked, attendee)
    return outcome


def is_apart(locked: LockedSheet, person: Person) -> bool:
    """Whether a client is kept apart from somebody who comes to this date, leads it, or was seen here."""
    here = [
        row.person_id
        for row in locked.rows.values()
        if row.person_id is not None and row.removed_at is None and row.status is AttendanceStatus.PRESENT
    ]
    return kept_apart_on(locked.occurrence, person.id, here)


def leave_if_cleared(locked: LockedSheet, attendee: Attendee) -> None:
    """Who came without a seat and is not marked any more does not stand on the sheet."""
    if locked.state(attendee.uid).untouched and attendee.origin in (RowOrigin.WALK_IN, RowOrigin.GUEST):
        take_off(locked, attendee, clock.now())


def check(op: Operation, meeting: MeetingHours) -> None:
    """Refuse a value nobody can mean. Raises DomainError with the field, NeedsReview for a time far from the session."""
    check_shape(op)
    if not meeting.start - YEAR < op.observed_at < clock.now() + FAR:
        raise NeedsReview(ReviewReason.OUT_OF_BOUNDS)
    # An answer that stands can be chosen, whatever times were taken with it.
    if op.kind is not OperationKind.RESOLVE and not times_fit(op.time_in, op.time_out, meeting):
        raise NeedsReview(ReviewReason.OUT_OF_BOUNDS)
    if op.time_in and op.time_out and op.time_out < op.time_in:
        raise DomainError(_("The time out is before the time in."), field="time_out")


def check_shape(op: Operation | QueuedOperation) -> None:
    """Refuse ids and numbers that no device makes. Raises DomainError with the field."""
    for name, fits in (
        ("op_id", 0 < len(op.op_id) <= ID_LENGTH),
        ("device", len(op.device) <= DEVICE_LENGTH),
    ):
        if not fits:
            raise DomainError(_("This id is empty or too long."), field=name)
    for name, number in (("base_version", op.base_version), ("seq", op.seq)):
        if not 0 <= number <= LARGEST:
            raise DomainError(_("This number is out of range."), field=name)


def times_fit(time_in: datetime | None, time_out: datetime | None, meeting: MeetingHours) -> bool:
    """Whether somebody can have come and left at these times."""
    came = time_in is None or can_come_at(time_in, meeting)
    return came and (time_out is None or can_leave_at(time_out, meeting))


def check_typed(time_in: datetime | None, time_out: datetime | None, meeting: MeetingHours) -> None:
    """Refuse times, of somebody who can type them again, at which nobody came or left. Raises DomainError with the field."""
    if not times_fit(time_in, None, meeting):
        raise DomainError(_("This time is far from the session."), field="time_in")
    if not times_fit(None, time_out, meeting):
        raise DomainError(_("This time is far from the session."), field="time_out")
    if time_in is not None and time_in > max(clock.now(), meeting.start):
        raise DomainError(_("This time is still to come."), field="time_in")


def prepared(locked: LockedSheet, identity: Identity, op: Operation) -> Operation:
    """The operation with who makes it, never who it says; a person who is here has a time in."""
    op = replace(op, actor=identity.person)
    if op.status is AttendanceStatus.PRESENT and op.time_in is None and not op.undoes:
        time_in = time_in_for(marking(locked), locked.meeting, op.observed_at)
        return replace(op, time_in=time_in, auto=True)
    return op


def marking(locked: LockedSheet) -> MarkingMode:
    """How this sheet is marked, once somebody has said so."""
    return locked.sheet.arrival


def open_rows(identity: Identity, occurrence: Occurrence) -> LockedSheet:
    """A sheet that takes marks. Raises Conflict where it is finished, saying by whom and when."""
    locked = begin(identity, occurrence)
    if locked.sheet.finished_at is not None:
        raise Conflict(finished_words(locked.sheet, occurrence), code="finished")
    return locked


def people_may_be_here(locked: LockedSheet, seen: datetime | None = None) -> None:
    """Raises Conflict long before the start, when nobody can be here or have been `seen` here."""
    now = clock.now()
    if too_early(locked.meeting, min(now, seen or now)):
        told = _("This session has not started yet. In the row you can write down that somebody is excused.")
        raise Conflict(told, code="not-started")


def not_oneself(locked: LockedSheet, identity: Identity, uid: str) -> None:
    """Staff rights never reach one's own record. Raises Conflict."""
    if is_oneself(locked, identity, uid):
        raise Conflict(_("You cannot mark yourself. Please ask a colleague."), code="own-row")


def is_oneself(locked: LockedSheet, identity: Identity, uid: str) -> bool:
    """Whether a row is that of the person who marks."""
    return identity.person is not None and locked.rows[uid].person_id == identity.person


def finished_words(sheet: Sheet, occurrence: Occurrence) -> str:
    """Who finished a sheet and when, and the way on."""
    by = sheet.finished_by_id
    name = first_names([by]).get(by or 0) or _("Somebody")
    at = clock_time(sheet.finished_at, occurrence.timezone) if sheet.finished_at else ""
    told = _(
        "%(first_name)s finished this sheet at %(time)s. You can open it again with a reason.",
        first_name=name,
        time=at,
    )
    return str(told)


def everyone_else_here(identity: Identity, occurrence: Occurrence, batch: str = "") -> MarkBatch:
    """Mark everybody without a mark as here from the start; no other row changes. One undo takes it back."""
    locked = open_rows(identity, occurrence)
    batch = batch or new_op_id()
    locked.read_history((), batch=batch)
    filled: list[str] = []
    if not any(known.batch == batch for known in locked.known.values()):
        filled = fill_up(locked, identity, batch, everyone_else(locked.lines()), clock.now())
    db.session.flush()
    view = named(locked.view())
    return MarkBatch(batch, tuple(view.rows_of(filled)), view)


def fill_up(
    locked: LockedSheet, identity: Identity, batch: str, rows: Sequence[str], seen: datetime
) -> list[str]:
    """Mark those of these rows that still have no mark as here from the start. Raises Conflict long before it."""
    people_may_be_here(locked, seen)
    open_still = set(everyone_else(locked.lines()))
    filled = [uid for uid in rows if uid in open_still and not is_oneself(locked, identity, uid)]
    locked.read_history(filled)
    for uid in filled:
        locked.take(_bulk(locked, identity, uid, batch, seen))
    return filled


def _bulk(locked: LockedSheet, identity: Identity, uid: str, batch: str, seen: datetime) -> Operation:
    return Operation(
        op_id=row_op_id(batch, uid), attendee_id=uid, status=AttendanceStatus.PRESENT, observed_at=seen,
        base_version=locked.rows[uid].version, time_in=locked.meeting.start, actor=identity.person,
        kind=OperationKind.BULK, batch=batch,
    )  # fmt: skip


def undo(identity: Identity, occurrence: Occurrence, name: str) -> MarkBatch:
    """Take back a mark, or all marks of one tap, by its name; a walk-in nobody marked otherwise leaves the sheet.

    Asked again, it changes nothing and says what stands. Raises Conflict where somebody has marked every one of
    these rows since, or nothing has that name.
    """
    locked = open_rows(identity, occurrence)
    told = take_back(locked, identity, name, new_op_id(), clock.now())
    db.session.flush()
    return MarkBatch(name, tuple(named(locked.view(removed=True)).rows_of(told)), named(locked.view()))


def take_back(locked: LockedSheet, identity: Identity, name: str, op_id: str, seen: datetime) -> list[str]:
    """The rows on which the tap of this name is taken back, by the tap `op_id`. Raises Conflict as `undo` says."""
    uids = {attendee.id: uid for uid, attendee in locked.rows.items()}
    targets = [
        stored for stored in stored_operations((), op_ids=[name], batch=name)
        if stored.attendee_id in uids and stored.kind != OperationKind.UNDO
    ]  # fmt: skip
    rows = {uids[stored.attendee_id]: stored for stored in targets}
    locked.read_history(rows)
    undone = [uid for uid, stored in rows.items() if take_back_on(locked, identity, uid, stored, op_id, seen)]
    if not undone and not (targets and was_undone(name)):
        raise Conflict(_("This was changed since. Please look at the row."), code="changed-since")
    return undone or list(rows)


def take_back_on(
    locked: LockedSheet, identity: Identity, uid: str, stored: AttendanceOperation, op_id: str, seen: datetime
) -> bool:
    """Take back one mark of one row, whose history was read; False where the row was marked otherwise since."""
    attendee = locked.rows[uid]
    said = Operation(stored.op_id, uid, AttendanceStatus.UNMARKED, seen, attendee.version)
    op = undo_of(said, op_id=row_op_id(op_id, uid), at=seen, actor=identity.person)
    if locked.take(replace(op, batch=op_id)) is not OperationOutcome.APPLIED:
        return False
    leave_if_cleared(locked, attendee)
    return True


def write_note(identity: Identity, occurrence: Occurrence, attendee_id: str, text: str) -> SheetRow:
    """Keep a note for staff on a row. Raises DomainError where it is too long, or the row is unknown."""
    locked = begin(identity, occurrence)
    if attendee_id not in locked.rows:
        fill(locked)
    keep_note(locked, identity, attendee_id, text)
    db.session.flush()
    return named(locked.view()).rows_of([attendee_id])[0]


def keep_note(
    locked: LockedSheet, identity: Identity, uid: str, text: str, was: str | None = None
) -> OperationOutcome:
    """Keep a note on a row; one that was written on `was` is joined to what somebody else wrote meanwhile.

    Raises DomainError where it is too long, or the row is unknown.
    """
    attendee = locked.rows.get(uid)
    if attendee is None:
        raise DomainError(_("This row is not on the sheet."), field="row", code="unknown-row")
    not_oneself(locked, identity, uid)
    text = clean_prose(text)
    outcome = OperationOutcome.APPLIED
    if was is not None:
        outcome, text = note_after(attendee.note, clean_prose(was), text)
    if len(text) > NOTE:
        told = _(
            "%(field)s can have %(max)s characters. It has %(count)s now.",
            field=_("The note"),
            max=NOTE,
            count=len(text),
        )
        raise DomainError(told, field="note", code="too-long")
    if attendee.note != text:
        attendee.note = text
        locked.touch(attendee)
        about = [attendee.person_id] if attendee.person_id else []
        audit.record(identity, AuditAction.NOTE_WRITTEN, locked.occurrence, about)
    return outcome
