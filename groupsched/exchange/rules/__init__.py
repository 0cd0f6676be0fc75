"""Reading other people's listings, and comparing a feed with what was read from it before. Pure."""

from groupsched.exchange.rules.codes import CodeMeaning, CodeTable, RowMeaning, code_table, codes_of
from groupsched.exchange.rules.listings import ENDS, MATTERS, Listing, RefusedRow, SettleScope
from groupsched.exchange.rules.plan import (
    ImportAction,
    ImportPlan,
    KnownListing,
    ListingToWrite,
    fingerprint,
    has_shrunk,
    plan,
)
from groupsched.exchange.rules.rows import SourceUnreadable, read_feed, read_row, read_rows

__all__ = [
    "ENDS",
    "MATTERS",
    "CodeMeaning",
    "CodeTable",
    "ImportAction",
    "ImportPlan",
    "KnownListing",
    "Listing",
    "ListingToWrite",
    "RefusedRow",
    "RowMeaning",
    "SettleScope",
    "SourceUnreadable",
    "code_table",
    "codes_of",
    "fingerprint",
    "has_shrunk",
    "plan",
    "read_feed",
    "read_row",
    "read_rows",
]
