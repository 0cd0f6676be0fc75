"""Settling a mark that came where it could not be taken: it counts after all, or it is left as it is."""

from dataclasses import replace
from datetime import datetime

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.attendance import rules
from groupsched.attendance.models import Attendee, MarkToReview
from groupsched.attendance.rules import (
    AttendanceStatus,
    Operation,
    OperationKind,
    QueuedOperation,
    ReviewReason,
    RowOrigin,
    Settlement,
    from_sent,
)
from groupsched.attendance.service.locked_sheet import LockedSheet, fill, new_op_id, take_off
from groupsched.attendance.service.marks import NeedsReview, not_oneself
from groupsched.attendance.service.queue import OpenQueue, carry_out
from groupsched.attendance.service.sheets import hold
from groupsched.attendance.service.walk_in import stand
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.schedule import service as schedule
from groupsched.schedule.rules import OccurrenceStatus

CLOSED = {ReviewReason.CANCELLED, ReviewReason.DID_NOT_MEET}


def leave_out(identity: Identity, mark: MarkToReview) -> None:
    """The sheet stays as it is. Settled twice is settled once. Raises Conflict for a mark of oneself."""
    _of_somebody_else(hold(identity, mark.occurrence), identity, mark)
    _settle(identity, mark, Settlement.LEFT)


def count_after_all(identity: Identity, mark: MarkToReview) -> None:
    """Do what the mark says, now that somebody has looked at it: on a finished sheet too, which stays finished.

    A cancelled date, or one on which nobody met, took place after all and waits to be finished. Raises NotFound, DomainError
    where it cannot be done, Conflict where the date still lies ahead or the mark is of oneself.
    """
    locked = hold(identity, mark.occurrence)
    _of_somebody_else(locked, identity, mark)
    if mark.settled_at is not None:
        return
    if mark.reason in CLOSED:
        _took_place(locked)
    op = _now_meant(locked, mark)
    queue = OpenQueue(identity, locked, {})
    locked.read_history([op.attendee_id], [op.op_id])
    try:
        carry_out(queue, op)
    except NeedsReview as still:
        raise Conflict(
            _("This cannot be counted any more. Please look at the sheet."), code="stale"
        ) from still
    if locked.sheet.finished_at is not None:
        locked.sheet.headcount = rules.totals(locked.lines(), locked.meeting).present
    _settle(identity, mark, Settlement.TAKEN)


def name_guest(identity: Identity, mark: MarkToReview, person: Person) -> None:
    """Who was typed at the door is this client: what was marked of the guest is theirs. Both histories are kept."""
    locked = hold(identity, mark.occurrence)
    guest = next((row for row in locked.rows.values() if row.id == mark.attendee_id), None)
    if mark.settled_at is not None or guest is None:
        return
    merge_guest(locked, identity, guest, person)
    _settle(identity, mark, Settlement.TAKEN)


def merge_guest(locked: LockedSheet, identity: Identity, guest: Attendee, person: Person) -> None:
    """A guest of a sheet turns out to be a client. What colleagues marked of the client stands; else the guest's mark is theirs."""
    fill(locked)
    uid = stand(locked, person, "", new_op_id())
    locked.read_history([uid, guest.uid])
    theirs, said = locked.state(uid), locked.state(guest.uid).answer
    if theirs.untouched and said.status is AttendanceStatus.PRESENT:
        locked.take(
            Operation(
                op_id=new_op_id(), attendee_id=uid, status=said.status, observed_at=said.observed_at or clock.now(),
                base_version=locked.rows[uid].version, time_in=said.time_in, time_out=said.time_out,
                actor=identity.person, kind=OperationKind.RESOLVE,
            )
        )  # fmt: skip
    if guest.note and not locked.rows[uid].note:
        locked.rows[uid].note = guest.note
    take_off(locked, guest, clock.now())
    audit.record(identity, AuditAction.WALK_IN_ADDED, locked.occurrence, [person])


def _of_somebody_else(locked: LockedSheet, identity: Identity, mark: MarkToReview) -> None:
    if mark.attendee is not None:
        not_oneself(locked, identity, mark.attendee.uid)


def _took_place(locked: LockedSheet) -> None:
    occurrence = locked.occurrence
    if occurrence.start > clock.now():
        raise Conflict(_("This session has not started yet."), code="not-started")
    if occurrence.status in (OccurrenceStatus.CANCELLED, OccurrenceStatus.DID_NOT_MEET):
        schedule.set_status(occurrence, OccurrenceStatus.SCHEDULED)


def _now_meant(locked: LockedSheet, mark: MarkToReview) -> QueuedOperation:
    """The act as it is meant now: on the row as it stands, at a time that can be."""
    op = from_sent(mark.sent)
    row = locked.rows.get(op.attendee_id)
    if row is not None and row.removed_at is not None:
        row.removed_at = None
        if row.origin is RowOrigin.ENROLLED:
            row.origin = RowOrigin.WALK_IN
        locked.touch(row)
    op = replace(op, actor="", after="", base_version=row.version if row else 0)
    if mark.reason is ReviewReason.OUT_OF_BOUNDS:
        return replace(op, observed_at=_in_bounds(locked, mark.received_at), time_in=None, time_out=None)
    return op


def _in_bounds(locked: LockedSheet, at: datetime) -> datetime:
    return min(max(at, locked.meeting.start), locked.meeting.end)


def _settle(identity: Identity, mark: MarkToReview, how: Settlement) -> None:
    if mark.settled_at is not None:
        return
    mark.settled_at, mark.settled_by_id, mark.settled_as = clock.now(), identity.person, how
    people = [mark.attendee.person_id] if mark.attendee and mark.attendee.person_id else []
    audit.record(identity, AuditAction.SHEET_SETTLED, mark.occurrence, people)
    db.session.flush()
