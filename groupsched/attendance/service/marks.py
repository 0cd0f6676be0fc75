"""Marks: batches of operations, everyone else, undo, notes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from groupsched.access.identity import Identity
from groupsched.attendance.models import Sheet
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
    RowOrigin,
    can_come_at,
    can_leave_at,
    everyone_else,
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
from groupsched.schedule.models import Occurrence

FAR = timedelta(hours=24)
YEAR = timedelta(days=366)
LARGEST = 2**31 - 1
ID_LENGTH, DEVICE_LENGTH = 36, 60
NOTE = 2000


@dataclass(frozen=True)
class MarkResult:
    """The answer to one operation, with the row as it stands now; why, and no row where none is known, if it was refused."""

    op_id: str
    outcome: OperationOutcome
    row: SheetRow | None
    refusal: DomainError | None = None


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


def apply(identity: Identity, occurrence: Occurrence, operations: Sequence[Operation]) -> list[MarkResult]:
    """Take a batch of marks, oldest first; each is answered alone, and one that is known changes nothing.

    What nobody can mean is answered with `refused` and why; the others stand. On a finished sheet nothing more is taken:
    what is new is answered with `conflict`. Raises NotFound, Conflict (date cancelled, reason needed).
    """
    locked = begin(identity, occurrence)
    if any(op.attendee_id not in locked.rows for op in operations):
        fill(locked)  # a row may be as new as an enrolment of this minute
    locked.read_history([op.attendee_id for op in operations], [op.op_id for op in operations])
    answers = [_answer_alone(locked, identity, op) for op in operations]
    db.session.flush()
    view = named(locked.view())
    return [
        MarkResult(op.op_id, outcome, view.row(op.attendee_id) or _gone(locked, op), refusal)
        for op, (outcome, refusal) in zip(operations, answers, strict=True)
    ]


def _answer_alone(
    locked: LockedSheet, identity: Identity, op: Operation
) -> tuple[OperationOutcome, DomainError | None]:
    try:
        _ensure_can_be_taken(locked, identity, op)
    except DomainError as refusal:
        return OperationOutcome.REFUSED, refusal
    return answer(locked, prepared(locked, identity, op)), None


def _ensure_can_be_taken(locked: LockedSheet, identity: Identity, op: Operation) -> None:
    if op.attendee_id not in locked.rows:
        raise DomainError(_("This row is not on the sheet."), field="attendee_id")
    not_oneself(locked, identity, op.attendee_id)
    # What was taken once is told so when it comes again, though the date may have been moved since.
    if op.op_id in locked.known:
        return
    check(op, locked.meeting)
    if op.status is AttendanceStatus.PRESENT:
        people_may_be_here(locked, op.observed_at)


def answer(locked: LockedSheet, op: Operation) -> OperationOutcome:
    # Before all else: what was taken in time and comes again, for its answer was lost, is told so on a finished sheet too.
    known = locked.known.get(op.op_id)
    if known is not None:
        same = known.attendee_id == locked.rows[op.attendee_id].id
        return OperationOutcome.DUPLICATE if same else OperationOutcome.CONFLICT
    if locked.sheet.finished_at is not None or locked.rows[op.attendee_id].removed_at is not None:
        return OperationOutcome.CONFLICT
    return locked.take(op)


def _gone(locked: LockedSheet, op: Operation) -> SheetRow | None:
    return locked.row(op.attendee_id) if op.attendee_id in locked.rows else None


def check(op: Operation, meeting: MeetingHours) -> None:
    """Refuse a value nobody can mean. Raises DomainError with the field."""
    for name, fits in (
        ("op_id", 0 < len(op.op_id) <= ID_LENGTH),
        ("device", len(op.device) <= DEVICE_LENGTH),
    ):
        if not fits:
            raise DomainError(_("This id is empty or too long."), field=name)
    for name, number in (("base_version", op.base_version), ("seq", op.seq)):
        if not 0 <= number <= LARGEST:
            raise DomainError(_("This number is out of range."), field=name)
    if not meeting.start - YEAR < op.observed_at < clock.now() + FAR:
        raise DomainError(_("This time is far from the session."), field="observed_at")
    if (
        op.kind is not OperationKind.RESOLVE
    ):  # an answer that stands can be chosen, whatever times were taken with it
        check_times(op.time_in, op.time_out, meeting)
    if op.time_in and op.time_out and op.time_out < op.time_in:
        raise DomainError(_("The time out is before the time in."), field="time_out")


def check_times(time_in: datetime | None, time_out: datetime | None, meeting: MeetingHours) -> None:
    """Refuse times at which nobody came or left. Raises DomainError with the field."""
    if time_in is not None and not can_come_at(time_in, meeting):
        raise DomainError(_("This time is far from the session."), field="time_in")
    if time_out is not None and not can_leave_at(time_out, meeting):
        raise DomainError(_("This time is far from the session."), field="time_out")


def prepared(locked: LockedSheet, identity: Identity, op: Operation) -> Operation:
    """The operation with who makes it, never who it says; a person who is here has a time in."""
    op = replace(op, actor=identity.person)
    if op.status is AttendanceStatus.PRESENT and op.time_in is None and not op.undoes:
        return replace(op, time_in=time_in_for(marking(locked), locked.meeting, op.observed_at))
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
    if any(known.batch == batch for known in locked.known.values()):
        return MarkBatch(batch, (), named(locked.view()))
    people_may_be_here(locked)
    filled = [uid for uid in everyone_else(locked.lines()) if not is_oneself(locked, identity, uid)]
    locked.read_history(filled)
    for uid in filled:
        locked.take(_bulk(locked, identity, uid, batch))
    db.session.flush()
    view = named(locked.view())
    return MarkBatch(batch, tuple(view.rows_of(filled)), view)


def _bulk(locked: LockedSheet, identity: Identity, uid: str, batch: str) -> Operation:
    return Operation(
        op_id=new_op_id(), attendee_id=uid, status=AttendanceStatus.PRESENT, observed_at=clock.now(),
        base_version=locked.rows[uid].version, time_in=locked.meeting.start, actor=identity.person,
        kind=OperationKind.BULK, batch=batch,
    )  # fmt: skip


def undo(identity: Identity, occurrence: Occurrence, name: str) -> MarkBatch:
    """Take back a mark, or all marks of one tap, by its name; a walk-in nobody marked otherwise leaves the sheet.

    Asked again, it changes nothing and says what stands. Raises Conflict where somebody has marked every one of
    these rows since, or nothing has that name.
    """
    locked = open_rows(identity, occurrence)
    uids = {attendee.id: uid for uid, attendee in locked.rows.items()}
    targets = [
        stored for stored in stored_operations((), op_ids=[name], batch=name)
        if stored.attendee_id in uids and stored.kind != OperationKind.UNDO
    ]  # fmt: skip
    locked.read_history([uids[stored.attendee_id] for stored in targets])
    undone = [
        uids[one.attendee_id]
        for one in targets
        if _take_back(locked, identity, uids[one.attendee_id], one.op_id)
    ]
    if not undone and not (targets and was_undone(name)):
        raise Conflict(_("This was changed since. Please look at the row."), code="changed-since")
    db.session.flush()
    told = undone or [uids[one.attendee_id] for one in targets]
    return MarkBatch(name, tuple(named(locked.view(removed=True)).rows_of(told)), named(locked.view()))


def _take_back(locked: LockedSheet, identity: Identity, uid: str, op_id: str) -> bool:
    attendee = locked.rows[uid]
    said = Operation(op_id, uid, AttendanceStatus.UNMARKED, clock.now(), attendee.version)
    op = undo_of(said, op_id=new_op_id(), at=clock.now(), actor=identity.person)
    if locked.take(op) is not OperationOutcome.APPLIED:
        return False
    if locked.states[uid].untouched and attendee.origin in (RowOrigin.WALK_IN, RowOrigin.GUEST):
        take_off(locked, attendee, clock.now())
    return True


def write_note(identity: Identity, occurrence: Occurrence, attendee_id: str, text: str) -> SheetRow:
    """Keep a note for staff on a row. Raises DomainError where it is too long, or the row is unknown."""
    text = clean_prose(text)
    if len(text) > NOTE:
        told = _(
            "%(field)s can have %(max)s characters. It has %(count)s now.",
            field=_("The note"),
            max=NOTE,
            count=len(text),
        )
        raise DomainError(told, field="note", code="too-long")
    locked = begin(identity, occurrence)
    if attendee_id not in locked.rows:
        fill(locked)
    attendee = locked.rows.get(attendee_id)
    if attendee is None:
        raise DomainError(_("This row is not on the sheet."), field="row")
    not_oneself(locked, identity, attendee_id)
    if attendee.note != text:
        attendee.note = text
        locked.touch(attendee)
        audit.record(
            identity, AuditAction.NOTE_WRITTEN, occurrence, [attendee.person_id] if attendee.person_id else []
        )
    db.session.flush()
    return named(locked.view()).rows_of([attendee_id])[0]
