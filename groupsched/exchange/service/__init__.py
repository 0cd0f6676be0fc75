"""Bringing other people's listings in, and settling by hand what they do not say."""

from groupsched.exchange.service.importing import SHRUNK, ImportReport, ImportRow, Progress, import_listings
from groupsched.exchange.service.outcomes import CellChange, RowAction, RowOutcome, TableReport
from groupsched.exchange.service.settling import settle
from groupsched.exchange.service.sources import SOURCE_LENGTH, change_source
from groupsched.exchange.service.tables import bring_table
from groupsched.exchange.service.taking_back import (
    TAKE_BACK_FOR,
    TakenBack,
    forget_imports,
    get_import,
    look_back,
    take_back,
)

__all__ = [
    "SHRUNK",
    "SOURCE_LENGTH",
    "TAKE_BACK_FOR",
    "CellChange",
    "ImportReport",
    "ImportRow",
    "Progress",
    "RowAction",
    "RowOutcome",
    "TableReport",
    "TakenBack",
    "bring_table",
    "change_source",
    "forget_imports",
    "get_import",
    "import_listings",
    "look_back",
    "settle",
    "take_back",
]
