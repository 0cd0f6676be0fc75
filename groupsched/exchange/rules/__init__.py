"""Reading other people's listings, and comparing a feed with what was read from it before. Pure."""

from groupsched.exchange.rules.codes import CodeMeaning, CodeTable, RowMeaning, code_table, codes_of
from groupsched.exchange.rules.keys import plain_key
from groupsched.exchange.rules.listings import ENDS, MATTERS, Listing, RefusedRow, SettleScope
from groupsched.exchange.rules.plan import (
    ImportAction,
    ImportPlan,
    KnownListing,
    ListingToWrite,
    fingerprint,
    has_shrunk,
    kind_of,
    plan,
)
from groupsched.exchange.rules.rows import SourceUnreadable, read_feed, read_row, read_rows
from groupsched.exchange.rules.tables import (
    COLUMNS,
    MOST_ROWS,
    NEEDED,
    CellFault,
    CellUnfit,
    SeatWish,
    Table,
    TableFault,
    TableKind,
    TableRow,
    TableUnreadable,
    read_table,
)

__all__ = [
    "COLUMNS",
    "ENDS",
    "MATTERS",
    "MOST_ROWS",
    "NEEDED",
    "CellFault",
    "CellUnfit",
    "CodeMeaning",
    "CodeTable",
    "ImportAction",
    "ImportPlan",
    "KnownListing",
    "Listing",
    "ListingToWrite",
    "RefusedRow",
    "RowMeaning",
    "SeatWish",
    "SettleScope",
    "SourceUnreadable",
    "Table",
    "TableFault",
    "TableKind",
    "TableRow",
    "TableUnreadable",
    "code_table",
    "codes_of",
    "fingerprint",
    "has_shrunk",
    "kind_of",
    "plain_key",
    "plan",
    "read_feed",
    "read_row",
    "read_rows",
    "read_table",
]
