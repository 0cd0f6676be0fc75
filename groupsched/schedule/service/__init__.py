"""Verbs of the schedule: series and their rule, single dates."""

from groupsched.schedule.service.dates import (
    cancel_occurrence,
    freeze,
    hold_still,
    impact_of,
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
from groupsched.schedule.service.leading import assign_begun, assign_leaders
from groupsched.schedule.service.listed import (
    add_listed_series,
    end_listed_series,
    move_listed_dates,
)
from groupsched.schedule.service.once import met_besides
from groupsched.schedule.service.planning import (
    PlannedChange,
    plan_change,
)
from groupsched.schedule.service.rows import (
    HORIZON_DAYS,
    hold_date,
    lock,
)
from groupsched.schedule.service.series import (
    add_back_date,
    add_series,
    change_series,
    end_series,
    extend_horizon,
    follow_group,
    skip_date,
)
from groupsched.schedule.service.telling import (
    place_moved,
    told_if_place_moved,
    told_once,
)

__all__ = [
    "HORIZON_DAYS",
    "PlannedChange",
    "SeenVersions",
    "add_back_date",
    "add_listed_series",
    "add_series",
    "assign_begun",
    "assign_leaders",
    "cancel_occurrence",
    "change_series",
    "copy_group",
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
    "lock",
    "met_besides",
    "move_listed_dates",
    "offer_group",
    "place_moved",
    "plan_change",
    "redefine_group",
    "series_version",
    "set_status",
    "skip_date",
    "told_if_place_moved",
    "told_once",
]
