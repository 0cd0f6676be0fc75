"""Verbs on the sheet of one date."""

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, Conflict
from groupsched.core.i18n import _
from groupsched.facilitation.models import (
    DateRunSheet,
)
from groupsched.facilitation.queries import (
    SheetOfDate,
    date_facts,
    own_sheet,
    sheet_of_date,
)
from groupsched.facilitation.rules import RunSheet
from groupsched.facilitation.service.kept import nothing_to_undo, undo, write
from groupsched.facilitation.service.running import own_of
from groupsched.schedule.models import Occurrence


def change_date_sheet(
    identity: Identity, occurrence: Occurrence, sheet: RunSheet, number: int
) -> DateRunSheet:
    """Change the sheet of one date; the first change makes it its own. `number` is the one its writer saw, 0 for one that was not its
    own. Raises Conflict for a date that is over, ChangedMeanwhile, DomainError with what is wrong with it."""
    found = _hold_date(identity, occurrence, number)
    own = own_of(identity, found, sheet)
    write(identity, own, sheet)
    record(identity, AuditAction.DATE_SHEET_CHANGED, occurrence)
    return own


def undo_date_sheet(identity: Identity, occurrence: Occurrence, number: int) -> None:
    """Take the last change of a date's sheet back. Raises Conflict where there is none, and as above."""
    found = _hold_date(identity, occurrence, number)
    if found.own is None:
        raise nothing_to_undo()
    undo(identity, found.own)
    record(identity, AuditAction.DATE_SHEET_CHANGED, occurrence)


def drop_date_sheet(identity: Identity, occurrence: Occurrence, number: int) -> None:
    """Give a date the sheet of its group again. Raises Conflict for one that has begun."""
    found = _hold_date(identity, occurrence, number)
    if occurrence.start <= clock.now():
        raise Conflict(_("This date has begun: it keeps its run sheet."), code="begun")
    if found.own is not None:
        db.session.delete(found.own)
        db.session.flush()
        record(identity, AuditAction.DATE_SHEET_CHANGED, occurrence, dropped=True)


def _hold_date(identity: Identity, occurrence: Occurrence, number: int) -> SheetOfDate:
    ensure(identity, Permission.RUN_SHEET_WRITE, date_facts(occurrence))
    db.session.refresh(occurrence, ["start", "end"], with_for_update=True)
    if occurrence.end <= clock.now():
        raise Conflict(_("This date is over: its run sheet stays as it was."), code="over")
    if (own := own_sheet(occurrence)) is not None:
        db.session.refresh(own)
    found = sheet_of_date(occurrence)
    if found.number != number:
        raise ChangedMeanwhile
    return found
