"""Reads of attendance: whose sheets, their rows, their history, and the sheets of a day."""

from groupsched.attendance.queries.expected import (
    belonging,
    members_since,
    told_at,
)
from groupsched.attendance.queries.history import (
    HistoryEntry,
    asks_how,
    histories,
    history_of,
    marked_on_arrival,
    rows_of_batch,
    stored_operations,
    taken_off,
    was_undone,
)
from groupsched.attendance.queries.my_marks import (
    OwnMark,
    marks_seen_by,
    own_marks,
    times_there,
    totals_seen_by,
)
from groupsched.attendance.queries.overview import (
    AttendanceTrend,
    SheetCount,
    counts_of,
    next_date,
    next_of,
    sheets_to_settle,
    trend_of,
    unfinished,
    written_between,
)
from groupsched.attendance.queries.reviewing import get_mark_to_review, marks_to_review
from groupsched.attendance.queries.rows import (
    SheetRow,
    SheetView,
    attendees,
    by_first_name,
    find_sheet,
    named,
    standing,
    stored_row,
)
from groupsched.attendance.queries.sheet import (
    first_names,
    read_sheet,
)
from groupsched.attendance.queries.walk_ins import (
    finds_by_letters,
    walk_in_with,
    walk_ins_matching,
)
from groupsched.attendance.queries.writable import (
    WritableSheet,
    ensure_sheet_right,
    facts,
    get_writable_sheet,
    writable,
)

__all__ = [
    "AttendanceTrend",
    "HistoryEntry",
    "OwnMark",
    "SheetCount",
    "SheetRow",
    "SheetView",
    "WritableSheet",
    "asks_how",
    "attendees",
    "belonging",
    "by_first_name",
    "counts_of",
    "ensure_sheet_right",
    "facts",
    "find_sheet",
    "finds_by_letters",
    "first_names",
    "get_mark_to_review",
    "get_writable_sheet",
    "histories",
    "history_of",
    "marked_on_arrival",
    "marks_seen_by",
    "marks_to_review",
    "members_since",
    "named",
    "next_date",
    "next_of",
    "own_marks",
    "read_sheet",
    "rows_of_batch",
    "sheets_to_settle",
    "standing",
    "stored_operations",
    "stored_row",
    "taken_off",
    "times_there",
    "told_at",
    "totals_seen_by",
    "trend_of",
    "unfinished",
    "walk_in_with",
    "walk_ins_matching",
    "was_undone",
    "writable",
    "written_between",
]
