"""How a sheet is kept: what it says now, and every version that it ever said."""

from typing import Any

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.access.policy import ensure
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.facilitation.models import (
    DateRunSheet,
    RunSheetTemplate,
    RunSheetVersion,
)
from groupsched.facilitation.queries import (
    former_of,
    template_facts,
    version_of,
    writing_permission,
)
from groupsched.facilitation.rules import RunSheet, sheet_data, sheet_faults
from groupsched.facilitation.words import fault_words

Kept = RunSheetTemplate | DateRunSheet


def added(
    program_id: int, key: str, sheet: RunSheet, group_id: int | None, by_id: int | None
) -> RunSheetTemplate:
    """A new template with its first version."""
    row = RunSheetTemplate(
        program_id=program_id, key=key, said=sheet_data(sheet), group_id=group_id, number=1
    )
    db.session.add(row)
    db.session.flush()
    note(row, None, by_id)
    return row


def write(identity: Identity, row: Kept, sheet: RunSheet) -> None:
    """Have a sheet say this from now on; saying the same changes nothing."""
    refuse_faults(sheet)
    said = sheet_data(sheet)
    if said != row.said:
        _say(row, said, row.number, identity.person)


def undo(identity: Identity, row: Kept) -> None:
    """Have a sheet say what it said before its last change. Raises Conflict where there was none."""
    former = former_of(row)
    if former is None:
        raise nothing_to_undo()
    was = db.session.scalars(select(RunSheetVersion).where(version_of(row, former))).one()
    _say(row, was.said, was.former, identity.person)


def _say(row: Kept, said: dict[str, Any], former: int | None, by_id: int | None) -> None:
    row.said = said
    row.number += 1
    note(row, former, by_id)


def note(row: Kept, former: int | None, by_id: int | None) -> None:
    """Keep what a sheet says now as a version, with the number of what an undo goes back to."""
    of_template = isinstance(row, RunSheetTemplate)
    version = RunSheetVersion(
        template_id=row.id if of_template else None,
        date_sheet_id=None if of_template else row.id,
        number=row.number,
        former=former,
        said=row.said,
        at=clock.now(),
        by_id=by_id,
    )
    db.session.add(version)
    db.session.flush()


def nothing_to_undo() -> Conflict:
    """That there is nothing to go back to."""
    return Conflict(_("There is nothing to take back."), code="nothing-to-undo")


def refuse_faults(sheet: RunSheet) -> None:
    """Raise DomainError with the first thing that is wrong with a sheet."""
    if faults := sheet_faults(sheet):
        raise DomainError(fault_words(faults[0]), field="phases", code=faults[0].value)


def hold_template(identity: Identity, row: RunSheetTemplate, number: int) -> None:
    """Lock a template that this identity may change. Raises NotFound, or ChangedMeanwhile where its writer saw another number."""
    ensure(identity, writing_permission(row), template_facts(row))
    db.session.refresh(row, ["said", "number", "retired_at"], with_for_update=True)
    if row.number != number:
        raise ChangedMeanwhile
