"""Taking a table back: what it brought in goes, as long as nobody used it since; what is used stays, and is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.access.queries import of_program
from groupsched.accounts.models import Person
from groupsched.accounts.service import forget_person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.service import leave_no_trace
from groupsched.exchange.models import TableImport
from groupsched.exchange.queries import Brought, brought_by
from groupsched.exchange.rules import TableKind
from groupsched.schedule.service import delete_unused

TAKE_BACK_FOR = timedelta(hours=24)
"""How long a table can be taken back, and what it brought in is known."""

PERMISSION_FOR = {
    TableKind.PEOPLE: Permission.PEOPLE_IMPORT,
    TableKind.GROUPS: Permission.GROUPS_IMPORT,
    TableKind.SEATS: Permission.PEOPLE_IMPORT,
}
"""What each kind of table needs, to bring it in and to take it back; into which groups somebody may bring people, their own
rights say."""


@dataclass(frozen=True)
class TakenBack:
    """What of a table goes, and what stays as somebody used it."""

    goes: Sequence[Brought]
    stays: Sequence[Brought]


def note_import(identity: Identity, kind: TableKind, created: Sequence[tuple[str, str]]) -> None:
    """Keep for a day what a table brought in."""
    row = TableImport(
        program_id=identity.program_id, by_id=identity.person, kind=kind, rows=len(created),
        created=[list(one) for one in created],
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(identity, AuditAction.TABLE_IMPORTED, row, kind=kind, rows=row.rows)


def get_import(identity: Identity, uid: str) -> TableImport:
    """A table that was brought in, for who may bring such a one in. Raises NotFound."""
    row = of_program(identity, TableImport, uid)
    ensure(identity, PERMISSION_FOR[row.kind], Facts(program=identity.program_id))
    return row


def look_back(row: TableImport) -> TakenBack:
    """What would go and what would stay. Raises Conflict where it cannot be taken back any more."""
    if row.created is None or row.taken_back_at is not None or clock.now() >= row.at + TAKE_BACK_FOR:
        raise Conflict(_("This can no longer be taken back."), code="over")
    found = brought_by(row)
    return TakenBack([one for one in found if one.unused], [one for one in found if not one.unused])


def take_back(identity: Identity, row: TableImport) -> TakenBack:
    """Take a table back. Doing it twice has one effect: the second time is a Conflict."""
    db.session.refresh(row, with_for_update=True)
    found = look_back(row)
    for one in found.goes:
        _undo(identity, one.row)
    row.taken_back_at, row.created = clock.now(), None
    db.session.flush()
    record(
        identity, AuditAction.TABLE_TAKEN_BACK, row,
        kind=row.kind, gone=len(found.goes), stayed=len(found.stays),
    )  # fmt: skip
    return found


def _undo(identity: Identity, row: Person | Group | Enrolment) -> None:
    match row:
        case Person():
            forget_person(identity, row)
        case Group():
            delete_unused(identity, row)
        case Enrolment():
            leave_no_trace(identity, row)


def forget_imports(now: datetime) -> None:
    """Forget what tables brought in that can no longer be taken back. For the worker."""
    old = (TableImport.at <= now - TAKE_BACK_FOR, TableImport.created.is_not(None))
    change = update(TableImport).where(*old).values(created=None)
    db.session.execute(change.execution_options(synchronize_session=False))
