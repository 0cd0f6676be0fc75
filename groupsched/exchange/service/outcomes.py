"""What becomes of the rows of a table."""

from dataclasses import dataclass, field
from enum import StrEnum

from groupsched.core.errors import Conflict
from groupsched.exchange.rules import TableKind


class RowAction(StrEnum):
    """What becomes of a row of a table."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class CellChange:
    """What a row changes: the column, and what it says before and after, in words."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class RowDone:
    """What was done with a row that could be taken: what it changed, what somebody should look at, and the number of the
    person whom these words name."""

    action: RowAction
    changes: tuple[CellChange, ...] = ()
    note: str = ""
    shows: int | None = None


SAME = RowDone(RowAction.SAME)


@dataclass(frozen=True)
class RowOutcome:
    """What became (or would become) of a row: its line, what it is about, and what it changes or would; for a refused one
    the cell and why. `shows` is the number of the person whom these words name."""

    line: int
    action: RowAction
    name: str
    column: str = ""
    value: str = ""
    words: str = ""
    changes: tuple[CellChange, ...] = ()
    note: str = ""
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


class WouldTell(Conflict):
    """A row whose `changes` somebody would hear of: nobody gets a message because of a table."""

    def __init__(self, words: str, changes: tuple[CellChange, ...]) -> None:
        super().__init__(words, code="would-tell")
        self.changes = changes


# Where a verb names a field otherwise than its column.
COLUMN_OF = {
    "modality": "kind", "facilitators": "leaders", "capacity": "seats", "structure": "style", "starts_on": "first_date",
    "start_time": "starts", "end_time": "ends", "until": "last_date", "weekdays": "days", "rrule": "repeats",
    "site_id": "site", "duration_minutes": "ends", "tradition": "orientation",
}  # fmt: skip
