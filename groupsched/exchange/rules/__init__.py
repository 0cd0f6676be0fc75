"""Reading other people's listings, and comparing a feed with what was read from it before. Pure."""

from groupsched.exchange.rules.codes import CodeTable, Meaning, Sayings, code_table, codes_of
from groupsched.exchange.rules.listings import Listing, Mode, Refused
from groupsched.exchange.rules.plan import Known, Plan, Taken, fingerprint, plan
from groupsched.exchange.rules.rows import FeedBroken, read_feed, read_row, read_rows

__all__ = [
    "CodeTable",
    "FeedBroken",
    "Known",
    "Listing",
    "Meaning",
    "Mode",
    "Plan",
    "Refused",
    "Sayings",
    "Taken",
    "code_table",
    "codes_of",
    "fingerprint",
    "plan",
    "read_feed",
    "read_row",
    "read_rows",
]
