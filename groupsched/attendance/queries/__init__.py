"""Reads of attendance: whose sheets, their rows, their history, what stands on /today."""

from groupsched.attendance.queries.door import Door, ensure_hand, facts, get_door, writable
from groupsched.attendance.queries.history import Told, history_of
from groupsched.attendance.queries.rows import Row, SheetView, find_sheet
from groupsched.attendance.queries.sheet import first_names, read_sheet

__all__ = [
    "Door", "Row", "SheetView", "Told", "ensure_hand", "facts", "find_sheet", "first_names", "get_door",
    "history_of", "read_sheet", "writable",
]
