"""When a date truly began and ended: written on its sheet, for minutes and for the record."""

from datetime import datetime

from groupsched.access.identity import Identity
from groupsched.attendance.models import Sheet
from groupsched.attendance.service.sheets import begin
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.schedule.models import Occurrence


def write_hours(
    identity: Identity, occurrence: Occurrence, began: datetime | None, ended: datetime | None
) -> Sheet:
    """Write down when people truly began and ended; None: as planned. Marks and their times stay.

    Raises NotFound and Conflict as for any writing, DomainError where the end is not after the start.
    """
    first, last = began or occurrence.start, ended or occurrence.end
    if last <= first:
        raise DomainError(_("The end is after the start."), field="ended", code="order")
    sheet = begin(identity, occurrence).sheet
    if (sheet.began_at, sheet.ended_at) != (began, ended):
        sheet.began_at, sheet.ended_at = began, ended
        sheet.version += 1
        audit.record(identity, AuditAction.SHEET_TIMED, occurrence)
        db.session.flush()
    return sheet
