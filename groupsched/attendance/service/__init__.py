"""Verbs of attendance: open a sheet, mark, undo, add a walk-in, finish, open again, did not meet."""

from groupsched.attendance.service.closing import did_not_meet, ensure_begun, finish, reopen
from groupsched.attendance.service.door import DoorAnswer, sign_in_by_code
from groupsched.attendance.service.door_codes import drop_door_code, make_door_code, retire_door_code
from groupsched.attendance.service.following import follow_absences
from groupsched.attendance.service.held import write_hours
from groupsched.attendance.service.house import (
    begin_roll_call,
    end_forgotten_roll_calls,
    end_roll_call,
    mark_out,
)
from groupsched.attendance.service.locked_sheet import new_op_id
from groupsched.attendance.service.marks import (
    MarkBatch,
    everyone_else_here,
    finished_words,
    undo,
    write_note,
)
from groupsched.attendance.service.paper import (
    FreeLine,
    PaperLine,
    enter_paper,
)
from groupsched.attendance.service.queue import MarkResult, actor_of, apply, take
from groupsched.attendance.service.reviewing import count_after_all, leave_out, name_guest
from groupsched.attendance.service.sheets import (
    choose_marking,
    give_reason,
    keep_up_group,
    open_sheet,
    reason_of,
)
from groupsched.attendance.service.signing import sign_roster, take_signature_back
from groupsched.attendance.service.taps import MarkingModeMissing, TapResult, tap
from groupsched.attendance.service.tasks import (
    add_call,
    change_rules,
    finish_task,
    load_absence_rules,
    take_task,
)
from groupsched.attendance.service.walk_in import AddedAttendee, add_walk_in

__all__ = [
    "AddedAttendee",
    "DoorAnswer",
    "FreeLine",
    "MarkBatch",
    "MarkResult",
    "MarkingModeMissing",
    "PaperLine",
    "TapResult",
    "actor_of",
    "add_call",
    "add_walk_in",
    "apply",
    "begin_roll_call",
    "change_rules",
    "choose_marking",
    "count_after_all",
    "did_not_meet",
    "drop_door_code",
    "end_forgotten_roll_calls",
    "end_roll_call",
    "ensure_begun",
    "enter_paper",
    "everyone_else_here",
    "finish",
    "finish_task",
    "finished_words",
    "follow_absences",
    "give_reason",
    "keep_up_group",
    "leave_out",
    "load_absence_rules",
    "make_door_code",
    "mark_out",
    "name_guest",
    "new_op_id",
    "open_sheet",
    "reason_of",
    "reopen",
    "retire_door_code",
    "sign_in_by_code",
    "sign_roster",
    "take",
    "take_signature_back",
    "take_task",
    "tap",
    "undo",
    "write_hours",
    "write_note",
]
