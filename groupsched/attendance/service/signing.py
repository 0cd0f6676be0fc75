"""Signing the roster: initials and the moment of the tap, and taking that back."""

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.attendance.models import Attendee, RosterSignature
from groupsched.attendance.queries import is_signed
from groupsched.attendance.rules import AttendanceStatus, initials_of
from groupsched.attendance.service.sheets import begin
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.schedule.models import Occurrence


def sign_roster(
    identity: Identity, occurrence: Occurrence, row: str, initials: str, device: str = ""
) -> RosterSignature:
    """Keep the initials of somebody who was here, as signed now; whoever has signed keeps what stands.

    Raises NotFound for an unknown row or a roster that is not signed, DomainError for what are no initials, Conflict for
    somebody who is not marked as here.
    """
    attendee = _row_of(identity, occurrence, row)
    if attendee.two_answers or attendee.status is not AttendanceStatus.PRESENT:
        raise Conflict(_("Only who is marked as here signs."), code="not-here")
    known = _standing(attendee)
    if known is not None:
        return known
    letters = initials_of(initials)
    if letters is None:
        raise DomainError(_("Two to four letters, such as RT."), field="initials", code="initials")
    made = RosterSignature(
        attendee_id=attendee.id, initials=letters, device=device, by_id=identity.person, signed_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    audit.record(identity, AuditAction.SHEET_SIGNED, occurrence, _about(attendee))
    return made


def take_signature_back(identity: Identity, occurrence: Occurrence, row: str) -> None:
    """Take the signature of a row back, if one stands; it stays written down that it did. Raises NotFound."""
    attendee = _row_of(identity, occurrence, row)
    known = _standing(attendee)
    if known is not None:
        known.taken_back_at, known.taken_back_by_id = clock.now(), identity.person
        db.session.flush()
        audit.record(identity, AuditAction.SHEET_UNSIGNED, occurrence, _about(attendee))


def _row_of(identity: Identity, occurrence: Occurrence, row: str) -> Attendee:
    attendee = begin(identity, occurrence).rows.get(row)
    if attendee is None or attendee.removed_at is not None or not is_signed(occurrence):
        raise NotFound
    return attendee


def _standing(attendee: Attendee) -> RosterSignature | None:
    query = select(RosterSignature).where(
        RosterSignature.attendee_id == attendee.id, RosterSignature.taken_back_at.is_(None)
    )
    return db.session.scalar(query)


def _about(attendee: Attendee) -> list[int]:
    return [attendee.person_id] if attendee.person_id else []
