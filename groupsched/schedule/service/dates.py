"""Verbs of single dates: cancel one, and what the sheet says of one."""

from groupsched.access.identity import Identity
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.schedule.events import Impact
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import CancelDate, Change, OccurrenceStatus
from groupsched.schedule.service.changing import change_dates, plan_dates, plan_in
from groupsched.schedule.service.rows import may_write, touch
from groupsched.schedule.service.telling import impact_of
from groupsched.schedule.service.timetable import TimetableRows

REASON_LENGTH = 300


def cancel_occurrence(
    identity: Identity, occurrence: Occurrence, reason: str, *, dry_run: bool = False
) -> Impact:
    """Cancel one date and have its people told; returns whom it touches. Cancelling twice has one effect.

    Raises DomainError without a reason (a dry run needs none), Conflict where the date is over or has attendance.
    """
    wanted = CancelDate(occurrence.id, clean_line(reason))
    if dry_run:
        may_write(identity, occurrence.group)
        if plan_dates(occurrence.group, wanted).plan.changes:
            _check_length(wanted.reason)
        return impact_of([occurrence.id])

    def made(rows: TimetableRows) -> Change:
        if plan_in(rows, wanted).changes:
            _check_reason(wanted.reason)
        return wanted

    return change_dates(identity, occurrence.group, made).impact


def _check_reason(words: str) -> None:
    if not words:
        raise DomainError(
            _("Say why, in a few words. People will read it."), field="reason", code="reason-missing"
        )
    _check_length(words)


def _check_length(words: str) -> None:
    if len(words) > REASON_LENGTH:
        raise DomainError(_("This is too long. Please shorten it."), field="reason", code="too-long")


def freeze(occurrence: Occurrence) -> None:
    """Attendance exists: time and status of this date no longer follow its series."""
    if not occurrence.frozen:
        occurrence.frozen = True
        touch(occurrence)


def hold_still(occurrence: Occurrence, met: bool) -> None:
    """Whether the sheet of a scheduled date says that people met: then it stays where it is, else it follows its series."""
    if met:
        freeze(occurrence)
    elif occurrence.frozen and occurrence.status == OccurrenceStatus.SCHEDULED:
        occurrence.frozen = False
        touch(occurrence)


def set_status(occurrence: Occurrence, status: OccurrenceStatus, reason: str = "") -> None:
    """What the sheet found out about a date: finished, did not meet (with a reason), or scheduled again."""
    if (occurrence.status, occurrence.reason) != (status, reason):
        occurrence.status, occurrence.reason, occurrence.frozen = status, reason[:REASON_LENGTH], True
        touch(occurrence)
        db.session.flush()
