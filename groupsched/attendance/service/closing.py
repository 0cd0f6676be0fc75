"""Finishing a sheet, opening it again, and a date on which nobody met."""

from collections.abc import Mapping
from datetime import datetime

from groupsched.access.identity import Identity
from groupsched.attendance import rules
from groupsched.attendance.models import Sheet
from groupsched.attendance.rules import (
    AttendanceStatus,
    Operation,
    OperationKind,
    RowAnswer,
    RowState,
    TwoAnswersLeft,
    choosing,
)
from groupsched.attendance.service.locked_sheet import LockedSheet, new_op_id
from groupsched.attendance.service.marks import is_oneself, leave_if_cleared, take_back_on
from groupsched.attendance.service.sheets import begin, keep_up, needed
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _, ngettext
from groupsched.schedule import service as schedule
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus


def finish(
    identity: Identity,
    occurrence: Occurrence,
    choices: Mapping[str, AttendanceStatus] | None = None,
    *,
    seen: bool = False,
) -> Sheet:
    """Finish a sheet: who is still unmarked is "Not here" unless `choices` (by row id) say otherwise.

    A finished sheet stays as it is and is given back. Raises Conflict before the start, DomainError where two answers stand and
    nobody has chosen, or where the choices are of everybody who was `seen` without a mark, and somebody else has none now.
    """
    locked = begin(identity, occurrence)
    finish_locked(locked, identity, choices or {}, seen=seen)
    return locked.sheet


def finish_locked(
    locked: LockedSheet,
    identity: Identity,
    choices: Mapping[str, AttendanceStatus],
    *,
    seen: bool,
    at: datetime | None = None,
) -> None:
    """Finish a sheet that is open for writing, as `finish` says; `at` is when it was tapped, where it came later."""
    if locked.sheet.finished_at is not None:
        return
    ensure_begun(locked.occurrence)
    keep_up(locked)
    if seen:
        _nobody_left_out(locked, choices)
    _settle(locked, identity, choices)
    _close(locked, identity, at or clock.now())


def ensure_begun(occurrence: Occurrence) -> None:
    """Raises Conflict before the start of a date, whose sheet cannot be finished yet."""
    if clock.now() < occurrence.start:
        raise Conflict(_("This session has not started yet."), code="not-started")


def _nobody_left_out(locked: LockedSheet, choices: Mapping[str, AttendanceStatus]) -> None:
    left = [uid for uid in rules.everyone_else(locked.lines()) if uid not in choices]
    if left:
        told = ngettext(
            "One person is not marked any more, or has just come on the sheet. Please choose.",
            "%(num)s people are not marked any more, or have just come on the sheet. Please choose.",
            len(left),
        )
        raise DomainError(told, field=f"row-{left[0]}", code="left-choices")


def _nothing_said_of_oneself(
    locked: LockedSheet, identity: Identity, marks: Mapping[str, AttendanceStatus]
) -> None:
    """An own row that nobody marked ends as every other one; more than that, and which of two answers stands, a colleague says."""
    for uid in [uid for uid in marks if is_oneself(locked, identity, uid)]:
        if marks[uid] is not AttendanceStatus.ABSENT or locked.state(uid).rival is not None:
            told = _("You cannot mark yourself. Please ask a colleague.")
            raise DomainError(told, field=f"row-{uid}", code="own-row")


def _settle(locked: LockedSheet, identity: Identity, choices: Mapping[str, AttendanceStatus]) -> None:
    try:
        marks = rules.finish(locked.lines(), choices)
    except TwoAnswersLeft as torn:
        raise DomainError(
            ngettext(
                "Two answers stand for one person. Please choose one.",
                "Two answers stand for %(num)s people. Please choose one for each.",
                len(torn.attendees),
            ),
            field=f"row-{torn.attendees[0]}",
            code="two-answers",
        ) from torn
    _nothing_said_of_oneself(locked, identity, marks)
    locked.read_history(marks)
    for uid, status in marks.items():
        locked.take(_last_word(locked, identity, uid, status))


def _last_word(locked: LockedSheet, identity: Identity, uid: str, status: AttendanceStatus) -> Operation:
    op = Operation(
        op_id=new_op_id(), attendee_id=uid, status=status, observed_at=clock.now(),
        base_version=locked.rows[uid].version, time_in=locked.meeting.start if status is AttendanceStatus.PRESENT else None,
        actor=identity.person, kind=OperationKind.FINISH,
    )  # fmt: skip
    answer = given_before(locked.state(uid), status)
    return choosing(op, answer) if answer else op


def given_before(state: RowState, status: AttendanceStatus) -> RowAnswer | None:
    """Of two answers, the one with this status: its times are kept."""
    if state.rival is None:
        return None
    return next((answer for answer in (state.answer, state.rival) if answer.status is status), None)


def _close(locked: LockedSheet, identity: Identity, tapped: datetime) -> None:
    # Never before it began, nor before it was opened again: what follows a finish is looked for since then.
    earliest = locked.sheet.reopened_at or locked.occurrence.start
    totals = rules.totals(locked.lines(), locked.meeting)
    sheet = locked.sheet
    sheet.finished_at, sheet.finished_by_id, sheet.headcount = (
        max(tapped, earliest),
        identity.person,
        totals.present,
    )
    sheet.version += 1
    schedule.set_status(locked.occurrence, OccurrenceStatus.FINISHED)
    schedule.assign_leaders(locked.occurrence, clock.now())
    audit.record(
        identity, AuditAction.SHEET_FINISHED, locked.occurrence, here=totals.present, expected=totals.expected
    )


def reopen(identity: Identity, occurrence: Occurrence, reason: str, *, by_mistake: bool = False) -> Sheet:
    """Open a finished sheet, or a date marked "did not meet", again. Marks stay as they are.

    Where it was finished `by_mistake`, who is "Not here" by the finish alone is not marked again, as before it. Raises
    DomainError without a reason.
    """
    told = needed(reason)
    schedule.hold_date(occurrence)
    if occurrence.status == OccurrenceStatus.DID_NOT_MEET:
        schedule.set_status(occurrence, OccurrenceStatus.SCHEDULED)
    locked = begin(identity, occurrence)
    if occurrence.status == OccurrenceStatus.FINISHED:
        schedule.set_status(occurrence, OccurrenceStatus.SCHEDULED)
    sheet = locked.sheet
    if by_mistake and sheet.finished_at is not None:
        _unmark_finished(locked, identity)
    sheet.finished_at, sheet.finished_by_id = None, None
    sheet.reopened_at, sheet.reopen_reason = clock.now(), told
    sheet.version += 1
    audit.record(identity, AuditAction.SHEET_REOPENED, occurrence)
    db.session.flush()
    return sheet


def _unmark_finished(locked: LockedSheet, identity: Identity) -> None:
    """Nobody said of them that they are not here: this finish did, none before it."""
    absent = [uid for uid in locked.rows if locked.state(uid).status is AttendanceStatus.ABSENT]
    locked.read_history(absent)
    since, undone = locked.sheet.reopened_at, new_op_id()
    for uid in absent:
        last = locked.known.get(locked.state(uid).last)
        if last is None or last.kind is not OperationKind.FINISH or (since and last.observed_at < since):
            continue
        take_back_on(locked, identity, uid, last, undone, clock.now())


def did_not_meet(identity: Identity, occurrence: Occurrence, reason: str, *, clears: int = 0) -> None:
    """Nobody met on this date, and so nobody was absent. Who is marked as here is cleared; their history stays.

    Raises DomainError without a reason, Conflict where the date lies ahead, or where as many as `clears`, which were seen,
    are not marked as here.
    """
    told = needed(reason)
    if occurrence.status == OccurrenceStatus.DID_NOT_MEET:
        return
    locked = begin(identity, occurrence)
    if clock.now() < occurrence.start:
        raise Conflict(
            _("This session has not started yet. You can cancel the date instead."), code="not-started"
        )
    _clear_here(locked, identity, clears)
    locked.sheet.finished_at, locked.sheet.finished_by_id = None, None
    locked.sheet.version += 1
    schedule.set_status(occurrence, OccurrenceStatus.DID_NOT_MEET, told)
    audit.record(identity, AuditAction.SHEET_NOT_HELD, occurrence)


def _clear_here(locked: LockedSheet, identity: Identity, seen: int) -> None:
    here = [line.attendee for line in locked.lines() if rules.is_here(line)]
    if len(here) not in (0, seen):
        told = ngettext(
            "One person is marked as here. Say that this mark is cleared.",
            "%(num)s people are marked as here. Say that these marks are cleared.",
            len(here),
        )
        raise Conflict(told, code="people-here")
    locked.read_history(here)
    for uid in here:
        locked.take(_cleared(locked, identity, uid))
        leave_if_cleared(locked, locked.rows[uid])


def _cleared(locked: LockedSheet, identity: Identity, uid: str) -> Operation:
    return Operation(
        op_id=new_op_id(), attendee_id=uid, status=AttendanceStatus.UNMARKED, observed_at=clock.now(),
        base_version=locked.rows[uid].version, actor=identity.person, kind=OperationKind.MARK,
    )  # fmt: skip
