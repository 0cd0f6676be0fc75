"""Opening a sheet, keeping it in step with the enrolments, how it is marked, and why a supervisor may."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from groupsched.access.identity import Identity, Member
from groupsched.attendance.models import Attendee, Sheet, SheetReason
from groupsched.attendance.queries import HeldSheet, ensure_sheet_right, find_sheet, told_at
from groupsched.attendance.rules import (
    AttendanceStatus,
    MarkingMode,
    Operation,
    OperationKind,
    RowOrigin,
    SheetRight,
    undo_of,
)
from groupsched.attendance.service.locked_sheet import (
    LockedSheet,
    fill,
    new_op_id,
    open_book,
    take_off,
    write_told,
)
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.enrolment import queries as enrolment
from groupsched.schedule import service as schedule
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus, SeatPool

LONGEST = 300
CLOSED = {OccurrenceStatus.CANCELLED, OccurrenceStatus.DID_NOT_MEET}


def open_sheet(identity: Identity, occurrence: Occurrence) -> Sheet:
    """The sheet of a date with a row for everybody who belongs on it. Raises NotFound, Conflict."""
    locked = begin(identity, occurrence)
    keep_up(locked)
    db.session.flush()
    return locked.sheet


def begin(identity: Identity, occurrence: Occurrence) -> LockedSheet:
    """Open a sheet for writing.

    Raises NotFound for whoever may not, Conflict where the date is cancelled or a reason must come first.
    """
    locked = hold(identity, occurrence)
    if occurrence.status in CLOSED:
        raise Conflict(_closed_words(occurrence), code=occurrence.status)
    return locked


def hold(identity: Identity, occurrence: Occurrence) -> LockedSheet:
    """The sheet of a date, locked, whatever became of the date. Raises NotFound, Conflict where a reason must come first."""
    right = ensure_sheet_right(identity, occurrence)
    # The group before the sheet, as the verbs of enrolment lock them. Only then is it sure that nobody cancels the date.
    schedule.hold_date(occurrence)
    locked = open_book(occurrence)
    locked.paired_device_id = paired_of(identity)
    if right is SheetRight.REASON and reason_of(identity, occurrence) is None:
        raise _reason_needed()
    return locked


def paired_of(identity: Identity) -> int | None:
    """The number of the paired device from which somebody writes."""
    device = identity.device if isinstance(identity, Member) else None
    return device.id if device is not None else None


def held_sheet(held: HeldSheet) -> LockedSheet:
    """The same of a sheet that is locked already; its rows are still to be read."""
    if held.right is SheetRight.REASON and held.reason is None:
        raise _reason_needed()
    return LockedSheet(held.occurrence, held.sheet, {})


def _reason_needed() -> Conflict:
    told = _("Please give a short reason. It is kept in the history.")
    return Conflict(told, code="reason-needed", field="reason")


def _closed_words(occurrence: Occurrence) -> str:
    if occurrence.status == OccurrenceStatus.CANCELLED:
        return str(_("This date is cancelled. There is nothing to mark."))
    return str(_("This date is marked as “did not meet”. You can open it again with a reason."))


def reason_of(identity: Identity, occurrence: Occurrence) -> str | None:
    """The reason this person gave for writing on the sheet of a date at whose door they do not stand."""
    query = select(SheetReason.reason).join(Sheet, Sheet.id == SheetReason.sheet_id)
    query = query.where(Sheet.occurrence_id == occurrence.id, SheetReason.person_id == identity.person)
    return db.session.scalar(query)


def give_reason(identity: Identity, occurrence: Occurrence, reason: str) -> None:
    """Say why one writes on this sheet: asked of a supervisor, once a sheet. Raises NotFound, DomainError."""
    if ensure_sheet_right(identity, occurrence) is not SheetRight.REASON:
        return
    told = needed(reason)
    locked = open_book(occurrence)
    if reason_of(identity, occurrence) is None:
        db.session.add(SheetReason(sheet_id=locked.sheet.id, person_id=identity.person, reason=told))
        audit.record(identity, AuditAction.SHEET_REASON_GIVEN, occurrence)


def needed(reason: str) -> str:
    """A reason with words in it. Raises DomainError with the field."""
    told = clean_line(reason, LONGEST)
    if not told:
        raise DomainError(
            _("Please give a short reason. It is kept in the history."), field="reason", code="reason-needed"
        )
    return told


def choose_marking(identity: Identity, occurrence: Occurrence, marking: MarkingMode) -> None:
    """How the marks of this sheet are made from now on: as people arrive, or afterwards."""
    mark_so(begin(identity, occurrence), marking)


def mark_so(locked: LockedSheet, marking: MarkingMode) -> None:
    """How an open sheet is marked: times in that the clock gave follow."""
    if locked.sheet.arrival is not marking:
        locked.sheet.arrival = marking
        locked.follow_marking()
        locked.sheet.version += 1


def keep_up(locked: LockedSheet) -> None:
    """Bring the rows in step with the enrolments: who joined, who left untouched, who cannot come, who can again."""
    fill(locked)
    roster = {entry.person.id: entry for entry in enrolment.roster(locked.occurrence)}
    told = told_at([locked.occurrence])
    for attendee in [row for row in locked.rows.values() if row.removed_at is None and row.person_id]:
        _follow(locked, attendee, roster.get(attendee.person_id or 0), told)


def _follow(
    locked: LockedSheet,
    attendee: Attendee,
    entry: enrolment.ExpectedPerson | None,
    told: Mapping[tuple[int, int], datetime],
) -> None:
    untouched = attendee.status == AttendanceStatus.UNMARKED and not attendee.two_answers
    if entry is None:
        if untouched and attendee.origin == RowOrigin.ENROLLED and attendee.expected:
            take_off(locked, attendee, clock.now())
        return
    if attendee.origin == RowOrigin.CAME_LATELY or not attendee.expected:
        attendee.origin, attendee.expected = RowOrigin.ENROLLED, True
        locked.touch(attendee)
    number = entry.slot.id if entry.slot is not None else None
    if attendee.timeslot_id != number:
        attendee.timeslot, attendee.timeslot_id = entry.slot, number
        locked.touch(attendee)
    if attendee.online is not (entry.pool is SeatPool.ONLINE):
        attendee.online = entry.pool is SeatPool.ONLINE
        locked.touch(attendee)
    if entry.given_up and untouched:
        said = told.get((locked.occurrence.id, entry.enrolment.id), clock.now())
        write_told(locked, attendee, said)
    elif not entry.given_up and attendee.status == AttendanceStatus.CANCELLED:
        _take_back_told(locked, attendee)


def _take_back_told(locked: LockedSheet, attendee: Attendee) -> None:
    """Somebody can come after all: their own word is undone, never a mark that staff made."""
    locked.read_history([attendee.uid])
    last = locked.known.get(locked.state(attendee.uid).last)
    if last is not None and last.kind == OperationKind.TOLD:
        said = Operation(
            last.op_id, attendee.uid, AttendanceStatus.CANCELLED, last.observed_at, last.base_version
        )
        locked.take(undo_of(said, op_id=new_op_id(), at=clock.now(), actor=attendee.person_id, device="own"))


def keep_up_group(group_id: int) -> None:
    """An enrolment of this group changed: every sheet that is open keeps up, so that tablets hear of it."""
    query = (
        select(Occurrence.id)
        .join(Sheet, Sheet.occurrence_id == Occurrence.id)
        .where(
            Occurrence.group_id == group_id,
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.end > clock.now(),
            Sheet.finished_at.is_(None),
        )
        .order_by(Occurrence.start)
    )
    for number in db.session.scalars(query).all():
        occurrence = db.session.get_one(Occurrence, number)
        if find_sheet(occurrence) is not None:
            keep_up(open_book(occurrence))
