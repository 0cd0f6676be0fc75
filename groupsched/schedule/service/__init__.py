"""Verbs of the schedule: series and their rule, single dates."""

from groupsched.schedule.service.changing import ChangedDates, change_dates, plan_dates
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
from groupsched.schedule.service.dates import (
    WantedDate,
    cancel_occurrence,
    change_occurrence,
    freeze,
    hold_still,
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
from groupsched.schedule.service.minimum import cancel_few, run_anyway
from groupsched.schedule.service.planning import (
    PlannedChange,
    plan_change,
)
from groupsched.schedule.service.rows import (
    hold_date,
    lock,
)
from groupsched.schedule.service.series import (
    add_back_date,
    add_series,
    change_series,
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
from groupsched.schedule.service.timetable import HORIZON_DAYS, met_besides

__all__ = [
    "HORIZON_DAYS",
    "ChangedDates",
    "PlannedChange",
    "Ripple",
    "SeenVersions",
    "WantedClosure",
    "WantedDate",
    "add_back_date",
    "add_listed_series",
    "add_series",
    "answer_of_series",
    "assign_begun",
    "assign_leaders",
    "called_off",
    "cancel_few",
    "cancel_occurrence",
    "change_dates",
    "change_occurrence",
    "change_series",
    "close",
    "copy_group",
    "define_group",
    "delete_draft",
    "delete_unused",
    "end_listed_series",
    "extend_horizon",
    "follow_group",
    "freeze",
    "hold_date",
    "hold_still",
    "impact_of",
    "keep_holidays_of",
    "lock",
    "met_besides",
    "move_listed_dates",
    "offer_group",
    "opening",
    "parts_of",
    "place_moved",
    "plan_change",
    "plan_dates",
    "redefine_group",
    "retire_dates",
    "ripple",
    "run_anyway",
    "series_version",
    "set_status",
    "skip_date",
    "take_back",
    "told_if_place_moved",
    "told_once",
    "undo_change",
]
