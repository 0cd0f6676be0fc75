"""Verbs on the sheets of a program."""

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.tokens import public_id
from groupsched.facilitation.models import (
    RunSheetTemplate,
)
from groupsched.facilitation.rules import RunSheet
from groupsched.facilitation.service.kept import added, hold_template, refuse_faults, undo, write
from groupsched.facilitation.service.running import keep_running


def add_template(identity: Identity, sheet: RunSheet) -> RunSheetTemplate:
    """A new sheet of the program. Raises DomainError with what is wrong with it."""
    ensure(identity, Permission.RUN_SHEETS_WRITE, Facts(program=identity.program_id))
    refuse_faults(sheet)
    row = added(identity.program_id or 0, f"own-{public_id()}", sheet, None, identity.person)
    record(identity, AuditAction.RUN_SHEET_CREATED, row)
    return row


def write_template(identity: Identity, row: RunSheetTemplate, sheet: RunSheet, number: int) -> None:
    """Change a sheet of the program or of a group: dates that have begun keep what it said. `number` is the one its writer saw.
    Raises ChangedMeanwhile, DomainError with what is wrong with it."""
    hold_template(identity, row, number)
    write(identity, row, sheet)
    record(identity, AuditAction.RUN_SHEET_CHANGED, row)


def undo_template(identity: Identity, row: RunSheetTemplate, number: int) -> None:
    """Take the last change back, and the one before with the next. Raises Conflict where there is none."""
    hold_template(identity, row, number)
    undo(identity, row)
    record(identity, AuditAction.RUN_SHEET_CHANGED, row)


def retire_template(identity: Identity, row: RunSheetTemplate, *, back: bool = False) -> None:
    """Take a sheet out: groups that had it have that of their kind from now on, what has begun keeps it. Or bring it `back`."""
    hold_template(identity, row, row.number)
    if (row.retired_at is None) == back:
        return
    if not back:
        keep_running(identity, row)
    row.retired_at = None if back else clock.now()
    db.session.flush()
    record(identity, AuditAction.RUN_SHEET_CHANGED if back else AuditAction.RUN_SHEET_RETIRED, row)
