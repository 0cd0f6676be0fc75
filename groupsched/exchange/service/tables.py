"""A program's own people, groups and seats from a table, row by row, by the verbs that the pages use.

Each row stands alone: one that is refused leaves the others. It is always written; a dry run is the same, taken back by
whoever asked for it.
"""

from collections.abc import Callable

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, ensure
from groupsched.core.db import savepoint
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.exchange.rules import CellUnfit, Table, TableKind, TableRow
from groupsched.exchange.service.outcomes import (
    COLUMN_OF,
    RowAction,
    RowDone,
    RowOutcome,
    TableReport,
    WouldTell,
)
from groupsched.exchange.service.table_groups import GroupTable
from groupsched.exchange.service.table_people import HasItAlready, PeopleTable
from groupsched.exchange.service.table_seats import SeatTable
from groupsched.exchange.service.taking_back import PERMISSION_FOR, note_import
from groupsched.exchange.words import cell_words
from groupsched.outbox.service import silence

WORK: dict[TableKind, type[PeopleTable | GroupTable | SeatTable]] = {
    TableKind.PEOPLE: PeopleTable, TableKind.GROUPS: GroupTable, TableKind.SEATS: SeatTable,
}  # fmt: skip


def bring_table(identity: Identity, table: Table) -> TableReport:
    """Write the rows of a table that can be taken; nobody gets a message. Raises NotFound where this identity may not."""
    ensure(identity, PERMISSION_FOR[table.kind], Facts(program=identity.program_id))
    work = WORK[table.kind](identity)
    with silence():
        rows = tuple(_outcome(row, work.put) for row in table.rows)
    if work.created:
        note_import(identity, table.kind, work.created)
    return TableReport(table.kind, rows, table.ignored, table.guessed)


def _outcome(row: TableRow, put: Callable[[TableRow], RowDone]) -> RowOutcome:
    """One row, alone."""
    name = _name(row)
    try:
        if row.fault is not None:
            raise row.fault
        with savepoint():
            done = put(row)
    except CellUnfit as unfit:
        return RowOutcome(row.line, RowAction.REFUSED, name, unfit.column, unfit.value, cell_words(unfit))
    except NotFound:
        words = _("This is in the program already, and you may not change it.")
        return RowOutcome(row.line, RowAction.REFUSED, name, words=words)
    except DomainError as refusal:
        return _refused(row, name, refusal)
    return RowOutcome(row.line, done.action, name, changes=done.changes, note=done.note, shows=done.shows)


def _refused(row: TableRow, name: str, refusal: DomainError) -> RowOutcome:
    column = COLUMN_OF.get(refusal.field or "", refusal.field or "")
    return RowOutcome(
        row.line, RowAction.REFUSED, name, column, row[column], str(refusal.message),
        changes=refusal.changes if isinstance(refusal, WouldTell) else (),
        shows=refusal.shows if isinstance(refusal, HasItAlready) else None,
    )  # fmt: skip


def _name(row: TableRow) -> str:
    if row["group"]:
        return f"{row['record_number']}: {row['group']}"
    return row["title"] or f"{row['first_name']} {row['last_name']}".strip()
