"""Bringing other people's listings in, and settling by hand what they do not say."""

from groupsched.exchange.service.importing import SHRUNK, ImportReport, ImportRow, Progress, import_listings
from groupsched.exchange.service.settling import settle
from groupsched.exchange.service.sources import SOURCE_LENGTH, change_source
from groupsched.exchange.service.tables import RowAction, RowOutcome, TableReport, bring_table

__all__ = [
    "SHRUNK",
    "SOURCE_LENGTH",
    "ImportReport",
    "ImportRow",
    "Progress",
    "RowAction",
    "RowOutcome",
    "TableReport",
    "bring_table",
    "change_source",
    "import_listings",
    "settle",
]
