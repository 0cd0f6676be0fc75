"""Reads of attendance: whose sheets, their rows, their history, and the sheets of a day."""

from groupsched.attendance.queries.door import Door, ensure_hand, facts, get_door, writable
from groupsched.attendance.queries.expected import member_since
from groupsched.attendance.queries.history import (
    Told,
    history_of,
    marked_on_arrival,
    rows_of_batch,
    taken_off,
    was_undone,
)
from groupsched.attendance.queries.overview import (
    Count,
    Trend,
    counts_of,
    next_date,
    next_of,
    sheets_with_two_answers,
    trend_of,
    unfinished,
    written_between,
)
from groupsched.attendance.queries.own import Mark, own_marks
from groupsched.attendance.queries.people import walk_in_with, walk_ins_matching
from groupsched.attendance.queries.rows import Row, SheetView, find_sheet
from groupsched.attendance.queries.sheet import first_names, read_sheet

__all__ = [
    "Count",
    "Door",
    "Mark",
    "Row",
    "SheetView",
    "Told",
    "Trend",
    "counts_of",
    "ensure_hand",
    "facts",
    "find_sheet",
    "first_names",
    "get_door",
    "history_of",
    "marked_on_arrival",
    "member_since",
    "next_date",
    "next_of",
    "own_marks",
    "read_sheet",
    "rows_of_batch",
    "sheets_with_two_answers",
    "taken_off",
    "trend_of",
    "unfinished",
    "walk_in_with",
    "walk_ins_matching",
    "was_undone",
    "writable",
    "written_between",
]
