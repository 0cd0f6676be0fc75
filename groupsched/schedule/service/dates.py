"""Verbs of single dates: cancel one, and what the sheet says of one."""

from collections.abc import Iterable

from groupsched.access.identity import Identity
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.events import ask
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.schedule.events import Impact, ImpactOf
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus
from groupsched.schedule.service.rows import cancel, hold_date, may_write, touch

REASON_LENGTH = 300


def cancel_occurrence(
    identity: Identity, occurrence: Occurrence, reason: str, *, dry_run: bool = False
) -> Impact:
    """Cancel one date and have its people told; returns whom it touches. Cancelling twice has one effect.

    Raises DomainError without a reason (a dry run needs none), Conflict where the date is over or has attendance.
    """
    may_write(identity, occurrence.group)
    if not dry_run:
        hold_date(occurrence)
    impact = impact_of([occurrence.id])
    if occurrence.status == OccurrenceStatus.CANCELLED:
        return impact
    if occurrence.status != OccurrenceStatus.SCHEDULED or _met(occurrence):
        raise Conflict(
            _("This date has begun or is over. On its sheet you can say that you did not meet."), code="over"
        )
    words = clean_line(reason)
    if not words and not dry_run:
        raise DomainError(
            _("Say why, in a few words. People will read it."), field="reason", code="reason-missing"
        )
    if len(words) > REASON_LENGTH:
        raise DomainError(_("This is too long. Please shorten it."), field="reason", code="too-long")
    if not dry_run:
        record(identity, AuditAction.OCCURRENCE_CANCELLED, occurrence, people=len(impact.people))
        cancel(occurrence, words)
    return impact


def _met(occurrence: Occurrence) -> bool:
    """Whether it is too late to cancel: it is over, or has begun with somebody in it. What was marked before does not count."""
    now = clock.now()
    return occurrence.end <= now or (occurrence.frozen and occurrence.start <= now)


def impact_of(occurrence_ids: Iterable[int], *, whole_line: bool = False) -> Impact:
    """Whom a change of these dates touches, as the rooms above answer; with those who wait for every date, if asked."""
    ids = tuple(occurrence_ids)
    return Impact.sum(ask(ImpactOf(ids, whole_line)), dates=len(ids))


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
