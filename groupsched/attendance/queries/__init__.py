"""Reads of attendance: whose sheets, their rows, their history, and the sheets of a day."""

from groupsched.attendance.queries.ahead import (
    day_and_next,
    sheets_ahead,
)
from groupsched.attendance.queries.book import (
    HeldSheet,
    LoggedAct,
    SheetBook,
    hold_writable_sheet,
    read_book,
)
from groupsched.attendance.queries.door import (
    door_code_of,
    door_dates,
    door_of,
    person_at_door,
)
from groupsched.attendance.queries.expected import (
    belonging,
    members_of_groups,
    members_since,
    told_at,
)
from groupsched.attendance.queries.held import (
    HeldDate,
    LedBy,
    held_date,
    led_by,
)
from groupsched.attendance.queries.history import (
    HistoryEntry,
    asks_how,
    histories,
    history_of,
    marked_on_arrival,
    rows_of_batch,
    said_last,
    stored_operations,
    taken_off,
    was_undone,
)
from groupsched.attendance.queries.house import (
    HouseStay,
    forgotten_roll_calls,
    house_ahead,
    house_site,
    house_sites,
    in_the_house,
    last_roll_call,
    open_roll_call,
    open_roll_calls,
    out_marks,
)
from groupsched.attendance.queries.makeup import (
    makeup_dates,
)
from groupsched.attendance.queries.my_marks import (
    OwnMark,
    marks_seen_by,
    own_marks,
    times_there,
)
from groupsched.attendance.queries.namesakes import (
    ToldApart,
    namesakes,
)
from groupsched.attendance.queries.overview import (
    AttendanceTrend,
    SheetCount,
    WaitingSheets,
    counts_of,
    next_date,
    next_of,
    trend_of,
    waiting_sheets,
    written_between,
)
from groupsched.attendance.queries.paper import (
    PaperSheet,
    paper_week,
    week_of,
)
from groupsched.attendance.queries.readable import (
    get_readable_date,
    readable,
    reads,
)
from groupsched.attendance.queries.record import (
    PersonMark,
    end_of,
    group_record,
    known_at,
    person_record,
)
from groupsched.attendance.queries.reviewing import (
    get_mark_to_review,
    marks_to_review,
)
from groupsched.attendance.queries.rows import (
    SheetRow,
    SheetView,
    attendees,
    by_first_name,
    find_sheet,
    meeting_of,
    named,
    standing,
    stored_row,
)
from groupsched.attendance.queries.services import (
    GivenService,
    leads_of,
    services_given,
)
from groupsched.attendance.queries.sheet import (
    first_names,
    read_sheet,
    read_sheets,
)
from groupsched.attendance.queries.signing import (
    is_signed,
    roster_of,
    signatures,
    signatures_of,
    signers,
)
from groupsched.attendance.queries.summed import (
    RecordedDate,
    RecordSum,
    by_date,
    by_group,
    by_person,
)
from groupsched.attendance.queries.tasks import (
    UnseenPerson,
    absence_rules,
    call_list,
    calls_due,
    get_task,
    open_call,
    task_facts,
    tasks_seen_by,
    tries_before,
    unseen_people,
)
from groupsched.attendance.queries.topics import (
    topics_met,
)
from groupsched.attendance.queries.walk_ins import (
    finds_by_letters,
    walk_in_with,
    walk_ins_matching,
)
from groupsched.attendance.queries.writable import (
    WritableSheet,
    ensure_sheet_right,
    get_writable_sheet,
    writable,
)
from groupsched.schedule.queries import (
    sheet_facts as facts,
)

__all__ = [
    "AttendanceTrend",
    "GivenService",
    "HeldDate",
    "HeldSheet",
    "HistoryEntry",
    "HouseStay",
    "LedBy",
    "LoggedAct",
    "OwnMark",
    "PaperSheet",
    "PersonMark",
    "RecordSum",
    "RecordedDate",
    "SheetBook",
    "SheetCount",
    "SheetRow",
    "SheetView",
    "ToldApart",
    "UnseenPerson",
    "WaitingSheets",
    "WritableSheet",
    "absence_rules",
    "asks_how",
    "attendees",
    "belonging",
    "by_date",
    "by_first_name",
    "by_group",
    "by_person",
    "call_list",
    "calls_due",
    "counts_of",
    "day_and_next",
    "door_code_of",
    "door_dates",
    "door_of",
    "end_of",
    "ensure_sheet_right",
    "facts",
    "find_sheet",
    "finds_by_letters",
    "first_names",
    "forgotten_roll_calls",
    "get_mark_to_review",
    "get_readable_date",
    "get_task",
    "get_writable_sheet",
    "group_record",
    "held_date",
    "histories",
    "history_of",
    "hold_writable_sheet",
    "house_ahead",
    "house_site",
    "house_sites",
    "in_the_house",
    "is_signed",
    "known_at",
    "last_roll_call",
    "leads_of",
    "led_by",
    "makeup_dates",
    "marked_on_arrival",
    "marks_seen_by",
    "marks_to_review",
    "meeting_of",
    "members_of_groups",
    "members_since",
    "named",
    "namesakes",
    "next_date",
    "next_of",
    "open_call",
    "open_roll_call",
    "open_roll_calls",
    "out_marks",
    "own_marks",
    "paper_week",
    "person_at_door",
    "person_record",
    "read_book",
    "read_sheet",
    "read_sheets",
    "readable",
    "reads",
    "roster_of",
    "rows_of_batch",
    "said_last",
    "services_given",
    "sheets_ahead",
    "signatures",
    "signatures_of",
    "signers",
    "standing",
    "stored_operations",
    "stored_row",
    "taken_off",
    "task_facts",
    "tasks_seen_by",
    "times_there",
    "told_at",
    "topics_met",
    "trend_of",
    "tries_before",
    "unseen_people",
    "waiting_sheets",
    "walk_in_with",
    "walk_ins_matching",
    "was_undone",
    "week_of",
    "writable",
    "written_between",
]
