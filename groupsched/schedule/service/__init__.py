"""Verbs of the schedule: series and their rule, single dates."""

from groupsched.schedule.service.away import away_then
from groupsched.schedule.service.beside import put_beside, take_from_beside
from groupsched.schedule.service.candidates import CoverCandidate, candidates
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
from groupsched.schedule.service.covering import (
    accept_cover,
    ask_for_cover,
    decline_cover,
    give_cover,
    is_awaited,
    withdraw_cover,
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
from groupsched.schedule.service.substitutes import lapse_covers
from groupsched.schedule.service.taking_back import undo_change
from groupsched.schedule.service.telling import (
    impact_of,
    place_moved,
    told_if_place_moved,
    told_once,
)
from groupsched.schedule.service.time_off import (
    ask_for_all,
    dates_while_away,
    enter_time_off,
    remove_time_off,
    set_hours,
)
from groupsched.schedule.service.timetable import HORIZON_DAYS, met_besides

__all__ = [
    "HORIZON_DAYS",
    "ChangedDates",
    "CoverCandidate",
    "PlannedChange",
    "Ripple",
    "SeenVersions",
    "WantedClosure",
    "WantedDate",
    "accept_cover",
    "add_back_date",
    "add_listed_series",
    "add_series",
    "answer_of_series",
    "ask_for_all",
    "ask_for_cover",
    "assign_begun",
    "assign_leaders",
    "away_then",
    "called_off",
    "cancel_occurrence",
    "candidates",
    "change_dates",
    "change_occurrence",
    "change_series",
    "close",
    "copy_group",
    "dates_while_away",
    "decline_cover",
    "define_group",
    "delete_draft",
    "delete_unused",
    "end_listed_series",
    "enter_time_off",
    "extend_horizon",
    "follow_group",
    "freeze",
    "give_cover",
    "hold_date",
    "hold_still",
    "impact_of",
    "is_awaited",
    "keep_holidays_of",
    "lapse_covers",
    "lock",
    "met_besides",
    "move_listed_dates",
    "offer_group",
    "opening",
    "parts_of",
    "place_moved",
    "plan_change",
    "plan_dates",
    "put_beside",
    "redefine_group",
    "remove_time_off",
    "retire_dates",
    "ripple",
    "series_version",
    "set_hours",
    "set_status",
    "skip_date",
    "take_back",
    "take_from_beside",
    "told_if_place_moved",
    "told_once",
    "undo_change",
    "withdraw_cover",
]
