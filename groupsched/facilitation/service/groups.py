"""Verbs on which sheet a group has."""

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.service import choose_run_sheet
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.core.tokens import public_id
from groupsched.facilitation.models import (
    RunSheetTemplate,
)
from groupsched.facilitation.queries import (
    candidates,
    sheet_of_date,
    template_of,
)
from groupsched.facilitation.rules import RunSheet
from groupsched.facilitation.service.kept import added, hold_template, write
from groupsched.facilitation.service.running import own_of, running


def choose_sheet(identity: Identity, group: Group, key: str) -> None:
    """Give a group a sheet by its key; empty: that of its kind. A date that runs keeps the one it has. Raises DomainError for a key
    that it cannot have."""
    ensure(identity, Permission.RUN_SHEET_WRITE, group_facts(group))
    if key and all(one.key != key for one in candidates(group)):
        raise DomainError(_("Choose one of the run sheets."), field="run_sheet", code="no-sheet")
    for occurrence in running(group.program_id, group.id):
        found = sheet_of_date(occurrence)
        if found.sheet is not None:
            own_of(identity, found, found.sheet)
    choose_run_sheet(identity, group, key)


def own_for_group(identity: Identity, group: Group, sheet: RunSheet | None = None) -> RunSheetTemplate:
    """The sheet of this group alone, which it has from now on: the one that it had so far, or this one; where it has one of its own
    already, that one says it from now on. Raises Conflict where there is nothing to begin with."""
    ensure(identity, Permission.RUN_SHEET_WRITE, group_facts(group))
    had = template_of(group)
    if had is not None and had.group_id == group.id:
        if sheet is not None:
            hold_template(identity, had, had.number)
            write(identity, had, sheet)
            record(identity, AuditAction.RUN_SHEET_CHANGED, had)
        return had
    begun = sheet or (had.sheet if had else None)
    if begun is None:
        raise Conflict(_("Choose a run sheet first."), code="no-sheet")
    row = added(group.program_id, f"own-{public_id()}", begun, group.id, identity.person)
    record(identity, AuditAction.RUN_SHEET_CREATED, row)
    choose_sheet(identity, group, row.key)
    return row
