"""Verbs of the schedule: series and their rule, single dates."""

from groupsched.schedule.service.away import (
    away_by,
    away_then,
)
from groupsched.schedule.service.beside import (
    put_beside,
    take_from_beside,
)
from groupsched.schedule.service.booking import (
    DatesTaken,
    LedAndReached,
    book,
    clashes_by,
    clashes_of,
    deciding,
    takes_room,
    wanted_by,
)
from groupsched.schedule.service.candidates import (
    CoverCandidate,
    candidates,
    candidates_of,
)
from groupsched.schedule.service.changing import (
    ChangedDates,
    change_dates,
    plan_dates,
)
from groupsched.schedule.service.chosen import (
    ChosenLook,
    WantedOfDates,
    change_chosen,
    look_at_chosen,
    standing_of,
    unheard_of_chosen,
)
from groupsched.schedule.service.closure_answers import (
    answer_of_series,
    dates_to_decide,
    decide_dates,
    keep_holidays_of,
)
from groupsched.schedule.service.closures import (
    Ripple,
    WantedClosure,
    called_off,
    close,
    opening,
    ripple,
    take_back,
)
from groupsched.schedule.service.conflicts import (
    DateConflict,
    RoomAsked,
    conflicts_of,
    rooms_for,
    rooms_free,
)
from groupsched.schedule.service.copying import (
    CopiedDate,
    CopiedWeek,
    copy_dates,
    copy_of,
)
from groupsched.schedule.service.covering import (
    accept_cover,
    accept_covers,
    ask_for_cover,
    decline_cover,
    give_cover,
    is_awaited,
    withdraw_cover,
)
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
from groupsched.schedule.service.following import (
    follow_group,
    retire_dates,
)
from groupsched.schedule.service.giving import (
    give_covers,
    take_back_covers,
)
from groupsched.schedule.service.history import (
    can_be_undone,
    parts_of,
    took_off_the_list,
)
from groupsched.schedule.service.leading import (
    assign_begun,
    assign_leaders,
)
from groupsched.schedule.service.listed import (
    add_listed_series,
    end_listed_series,
    move_listed_dates,
)
from groupsched.schedule.service.minimum import (
    cancel_few,
    run_anyway,
)
from groupsched.schedule.service.patterns import (
    may_keep,
    remove_pattern,
    rename_pattern,
    save_pattern,
)
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
from groupsched.schedule.service.substitutes import (
    lapse_covers,
)
from groupsched.schedule.service.taking_back import (
    undo_change,
)
from groupsched.schedule.service.telling import (
    impact_of,
    never_heard,
    place_moved,
    told_if_place_moved,
    told_once,
)
from groupsched.schedule.service.time_off import (
    AwayCovers,
    ask_for_all,
    covers_while_away,
    dates_while_away,
    enter_time_off,
    remove_time_off,
    set_hours,
)
from groupsched.schedule.service.timetable import (
    HORIZON_DAYS,
    TimetableRows,
    met_besides,
    timetable_of,
)
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
from groupsched.schedule.service.widening import (
    widen_covers,
)
from groupsched.schedule.service.zones import (
    follow_clock,
    groups_off,
    remember_zone,
    zones_changed,
)

__all__ = [
    "HORIZON_DAYS",
    "AwayCovers",
    "ChangedDates",
    "ChosenLook",
    "CopiedDate",
    "CopiedWeek",
    "CoverCandidate",
    "DateConflict",
    "DatesTaken",
    "LedAndReached",
    "PlannedChange",
    "Ripple",
    "RoomAsked",
    "SeenDates",
    "SeenVersions",
    "TimetableRows",
    "WantedClosure",
    "WantedDate",
    "WantedOfDates",
    "WantedRule",
    "accept_cover",
    "accept_covers",
    "add_back_date",
    "add_listed_series",
    "add_series",
    "add_topics",
    "answer_of_series",
    "ask_for_all",
    "ask_for_cover",
    "assign_begun",
    "assign_leaders",
    "away_by",
    "away_then",
    "book",
    "called_off",
    "can_be_undone",
    "cancel_few",
    "cancel_occurrence",
    "candidates",
    "candidates_of",
    "change_chosen",
    "change_dates",
    "change_occurrence",
    "change_rule",
    "change_series",
    "change_topic",
    "choose_topics",
    "clashes_by",
    "clashes_of",
    "close",
    "conflicts_of",
    "copy_dates",
    "copy_group",
    "copy_of",
    "covers_while_away",
    "dates_to_decide",
    "dates_while_away",
    "decide_dates",
    "deciding",
    "decline_cover",
    "define_group",
    "delete_draft",
    "delete_unused",
    "end_listed_series",
    "end_series",
    "enter_time_off",
    "extend_horizon",
    "follow_clock",
    "follow_group",
    "freeze",
    "give_cover",
    "give_covers",
    "groups_off",
    "hold_date",
    "hold_still",
    "impact_of",
    "is_awaited",
    "keep_holidays_of",
    "lapse_covers",
    "lay_again",
    "let_in_by",
    "lock",
    "look_at_chosen",
    "may_keep",
    "met_besides",
    "move_listed_dates",
    "move_topic",
    "never_heard",
    "offer_group",
    "opening",
    "order_topics",
    "parts_of",
    "place_moved",
    "plan_change",
    "plan_dates",
    "put_beside",
    "redefine_group",
    "remember_zone",
    "remove_pattern",
    "remove_time_off",
    "remove_topic",
    "rename_pattern",
    "retire_dates",
    "ripple",
    "rooms_for",
    "rooms_free",
    "run_anyway",
    "save_pattern",
    "seen_dates",
    "series_version",
    "set_hours",
    "set_status",
    "skip_date",
    "standing_of",
    "take_back",
    "take_back_covers",
    "take_from_beside",
    "takes_room",
    "timetable_of",
    "told_if_place_moved",
    "told_once",
    "took_off_the_list",
    "undo_change",
    "undo_topics",
    "unheard_of_chosen",
    "wanted_by",
    "widen_covers",
    "withdraw_cover",
    "zones_changed",
]
