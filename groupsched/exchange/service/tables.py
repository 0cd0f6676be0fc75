"""A program's own people, groups and seats from a table, row by row, by the verbs that the pages use.

Each row stands alone: one that is refused leaves the others. It is always written; a dry run is the same, taken back by
whoever asked for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, ensure
from groupsched.core.db import savepoint
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.exchange.rules import CellUnfit, Table, TableKind, TableRow
from groupsched.exchange.service.table_groups import GroupTable
from groupsched.exchange.service.table_people import HasItAlready, PeopleTable
from groupsched.exchange.service.table_seats import SeatTable
from groupsched.exchange.service.taking_back import PERMISSION_FOR, note_import
from groupsched.exchange.words import cell_words
from groupsched.outbox.service import silence


class RowAction(StrEnum):
    """What becomes of a row of a table."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class RowOutcome:
    """What became (or would become) of a row: its line, what it is about, and for a refused one the cell and why, and the
    number of the person whom these words name."""

    line: int
    action: RowAction
    name: str
    column: str = ""
    value: str = ""
    words: str = ""
    shows: int | None = field(default=None, repr=False)


@dataclass(frozen=True)
class TableReport:
    """What a table did, or would do."""

    kind: TableKind
    rows: tuple[RowOutcome, ...]
    ignored: tuple[str, ...]
    guessed: bool

    def having(self, action: RowAction) -> list[RowOutcome]:
        """The rows of which this became."""
        return [row for row in self.rows if row.action is action]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each."""
        return {action.value: len(self.having(action)) for action in RowAction}


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


def _outcome(row: TableRow, put: Callable[[TableRow], bool | None]) -> RowOutcome:
    """One row, alone. `put` says whether it is new (True), changed (False) or the same as before (None)."""
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
        column = COLUMN_OF.get(refusal.field or "", refusal.field or "")
        shows = refusal.shows if isinstance(refusal, HasItAlready) else None
        return RowOutcome(row.line, RowAction.REFUSED, name, column, row[column], str(refusal.message), shows)
    action = {True: RowAction.NEW, False: RowAction.CHANGED, None: RowAction.SAME}[done]
    return RowOutcome(row.line, action, name)


def _name(row: TableRow) -> str:
    if row["group"]:
        return f"{row['record_number']}: {row['group']}"
    return row["title"] or f"{row['first_name']} {row['last_name']}".strip()


# Where a verb names a field otherwise than its column.
COLUMN_OF = {
    "modality": "kind", "facilitators": "leaders", "capacity": "seats", "structure": "style", "starts_on": "first_date",
    "start_time": "starts", "end_time": "ends", "until": "last_date", "weekdays": "days", "rrule": "repeats",
    "site_id": "site", "duration_minutes": "ends", "tradition": "orientation",
}  # fmt: skip
