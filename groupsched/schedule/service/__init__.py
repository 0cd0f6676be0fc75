"""Verbs of the schedule: series and their rule, single dates."""

from groupsched.schedule.service.booking import (
    DatesTaken,
    LedAndReached,
    book,
    clashes_of,
    deciding,
    takes_room,
    wanted_by,
)
from groupsched.schedule.service.changing import ChangedDates, change_dates, plan_dates
from groupsched.schedule.service.chosen import (
    ChosenLook,
    WantedOfDates,
    change_chosen,
    look_at_chosen,
    standing_of,
)
from groupsched.schedule.service.closures import (
    Ripple,
    WantedClosure,
    answer_of_series,
    called_off,
    close,
    keep_holidays_of,
    opening,
    ripple,
    take_back,
)
from groupsched.schedule.service.conflicts import DateConflict, conflicts_of, rooms_for, rooms_free
from groupsched.schedule.service.dates import (
    SeenDates,
    WantedDate,
    cancel_occurrence,
    change_occurrence,
    freeze,
    hold_still,
    seen_dates,
    set_status,
)
from groupsched.schedule.service.defining import (
    SeenVersions,
    copy_group,
    define_group,
    offer_group,
    redefine_group,
    series_version,
)
from groupsched.schedule.service.deleting import (
    delete_draft,
    delete_unused,
)
from groupsched.schedule.service.following import follow_group, retire_dates
from groupsched.schedule.service.history import parts_of
from groupsched.schedule.service.leading import assign_begun, assign_leaders
from groupsched.schedule.service.listed import (
    add_listed_series,
    end_listed_series,
    move_listed_dates,
)
from groupsched.schedule.service.patterns import may_keep, remove_pattern, rename_pattern, save_pattern
from groupsched.schedule.service.planning import (
    PlannedChange,
    let_in_by,
    plan_change,
)
from groupsched.schedule.service.rows import (
    hold_date,
    lock,
)
from groupsched.schedule.service.series import (
    WantedRule,
    add_back_date,
    add_series,
    change_rule,
    change_series,
    end_series,
    extend_horizon,
    skip_date,
)
from groupsched.schedule.service.taking_back import undo_change
from groupsched.schedule.service.telling import (
    impact_of,
    place_moved,
    told_if_place_moved,
    told_once,
)
from groupsched.schedule.service.timetable import HORIZON_DAYS, TimetableRows, met_besides, timetable_of
from groupsched.schedule.service.topics import (
    add_topics,
    change_topic,
    choose_topics,
    lay_again,
    move_topic,
    order_topics,
    remove_topic,
    undo_topics,
)

__all__ = [
    "HORIZON_DAYS",
    "ChangedDates",
    "ChosenLook",
    "DateConflict",
    "DatesTaken",
    "LedAndReached",
    "PlannedChange",
    "Ripple",
    "SeenDates",
    "SeenVersions",
    "TimetableRows",
    "WantedClosure",
    "WantedDate",
    "WantedOfDates",
    "WantedRule",
    "add_back_date",
    "add_listed_series",
    "add_series",
    "add_topics",
    "answer_of_series",
    "assign_begun",
    "assign_leaders",
    "book",
    "called_off",
    "cancel_occurrence",
    "change_chosen",
    "change_dates",
    "change_occurrence",
    "change_rule",
    "change_series",
    "change_topic",
    "choose_topics",
    "clashes_of",
    "close",
    "conflicts_of",
    "copy_group",
    "deciding",
    "define_group",
    "delete_draft",
    "delete_unused",
    "end_listed_series",
    "end_series",
    "extend_horizon",
    "follow_group",
    "freeze",
    "hold_date",
    "hold_still",
    "impact_of",
    "keep_holidays_of",
    "lay_again",
    "let_in_by",
    "lock",
    "look_at_chosen",
    "may_keep",
    "met_besides",
    "move_listed_dates",
    "move_topic",
    "offer_group",
    "opening",
    "order_topics",
    "parts_of",
    "place_moved",
    "plan_change",
    "plan_dates",
    "redefine_group",
    "remove_pattern",
    "remove_topic",
    "rename_pattern",
    "retire_dates",
    "ripple",
    "rooms_for",
    "rooms_free",
    "save_pattern",
    "seen_dates",
    "series_version",
    "set_status",
    "skip_date",
    "standing_of",
    "take_back",
    "takes_room",
    "timetable_of",
    "told_if_place_moved",
    "told_once",
    "undo_change",
    "undo_topics",
    "wanted_by",
]
