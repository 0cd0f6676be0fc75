"""Verbs of the room: join, leave, cannot come, answer a request. Seats are exact; the lines move in the same transaction."""

from groupsched.enrolment.service.answering import (
    OtherIdea,
    accept_request,
    decline_request,
)
from groupsched.enrolment.service.answering_offers import (
    OfferOver,
    accept_offer,
    decline_offer,
    end_overdue,
)
from groupsched.enrolment.service.apart import (
    ApartWish,
    AskSupervisor,
    ask_supervisor,
    end_apart,
    keep_apart,
    keep_on,
    leaders_come,
    leads_date,
)
from groupsched.enrolment.service.by_phone import (
    refuse_by_phone,
    take_by_phone,
)
from groupsched.enrolment.service.changes import (
    dates_changed,
    group_retired,
    retiring_undone,
)
from groupsched.enrolment.service.changing_groups import (
    change_groups,
    finish_switch,
    keep_both,
)
from groupsched.enrolment.service.choosing_pool import (
    PoolAnswer,
    choose_pool,
    forget_pools,
)
from groupsched.enrolment.service.clearing import (
    adds_only_words,
    asked_at_door,
    clearance_asked,
    confirm_alone,
    end_clearance,
    end_confirmation,
    is_clinician,
    note_clearance,
    one_alone_words,
)
from groupsched.enrolment.service.cohort_dates import (
    takes_nobody,
)
from groupsched.enrolment.service.cohorts import (
    CohortPlan,
    change_cohort,
    plan_cohort,
    proposed_days,
    take_cohort_away,
)
from groupsched.enrolment.service.deciding import (
    ClashFound,
    JoinOutcome,
    answer_of,
    date_refusal,
    hold_people,
    preview,
)
from groupsched.enrolment.service.discharge import (
    account_switched,
    client_role_ended,
    end_with_roles,
)
from groupsched.enrolment.service.equivalents import (
    note_beside,
    note_compared,
)
from groupsched.enrolment.service.guests import (
    GuestWish,
    ask_for_guest,
    confirm_guest,
    consent_to_guest,
    decline_guest,
    end_guest,
    follow_hosts,
    set_guest_seats,
)
from groupsched.enrolment.service.in_each import (
    NotEach,
    enrol_in_each,
)
from groupsched.enrolment.service.joining import (
    enrol,
)
from groupsched.enrolment.service.leaving import (
    can_come_again,
    cannot_come,
    leave,
    leave_no_trace,
)
from groupsched.enrolment.service.led_instead import (
    led_instead,
)
from groupsched.enrolment.service.messages import (
    answered_by,
)
from groupsched.enrolment.service.moving import (
    line_behind,
    line_behind_all,
    move_lines,
    see_moved_up,
    who_would_move_up,
    would_move_up,
)
from groupsched.enrolment.service.one_date import (
    give_back_by_link,
)
from groupsched.enrolment.service.outcomes import (
    Offered,
)
from groupsched.enrolment.service.outside import (
    into_own_week,
    out_of_own_week,
)
from groupsched.enrolment.service.placing import (
    keep_people_in_slots,
)
from groupsched.enrolment.service.proposing import (
    propose,
)
from groupsched.enrolment.service.referrals import (
    keep_for_referrals,
)
from groupsched.enrolment.service.reminding import (
    remind,
)
from groupsched.enrolment.service.removing import (
    hears_of_removal,
)
from groupsched.enrolment.service.replanned_words import (
    bullets,
)
from groupsched.enrolment.service.requesting import (
    say_with_request,
)
from groupsched.enrolment.service.revised import (
    catalogue_changed,
)
from groupsched.enrolment.service.rhythms import (
    days_in_words,
)
from groupsched.enrolment.service.screening import (
    end_cohorts,
    open_line,
    wait_for_next_cohort,
)
from groupsched.enrolment.service.several import (
    enrol_many,
)
from groupsched.enrolment.service.slots import (
    take_slot,
)
from groupsched.enrolment.service.suggesting import (
    bring_suggestion_back,
    put_suggestion_aside,
    use_suggestion_rule,
    want_no_faith,
)
from groupsched.enrolment.service.switching import (
    switch,
)
from groupsched.enrolment.service.telling import (
    seat_gone,
)
from groupsched.enrolment.service.undoable import (
    UNDO_FOR,
)
from groupsched.enrolment.service.undoing import (
    undo,
)
from groupsched.enrolment.service.unheard import (
    who_never_heard,
)
from groupsched.enrolment.service.unreached import (
    finish_telling,
    take_telling_back,
)
from groupsched.enrolment.service.waiting_on import (
    ask_as_before,
    ask_later,
    only_single_dates,
    take_free_dates,
)

__all__ = [
    "UNDO_FOR", "ApartWish", "AskSupervisor", "ClashFound", "CohortPlan", "GuestWish", "JoinOutcome", "NotEach",
    "OfferOver", "Offered", "OtherIdea", "PoolAnswer", "accept_offer", "accept_request", "account_switched",
    "adds_only_words", "answer_of", "answered_by", "ask_as_before", "ask_for_guest", "ask_later", "ask_supervisor",
    "asked_at_door", "bring_suggestion_back", "bullets", "can_come_again", "cannot_come", "catalogue_changed",
    "change_cohort", "change_groups", "choose_pool", "clearance_asked", "client_role_ended", "confirm_alone",
    "confirm_guest", "consent_to_guest", "date_refusal", "dates_changed", "days_in_words", "decline_guest",
    "decline_offer", "decline_request", "end_apart", "end_clearance", "end_cohorts", "end_confirmation", "end_guest",
    "end_overdue", "end_with_roles", "enrol", "enrol_in_each", "enrol_many", "finish_switch", "finish_telling",
    "follow_hosts", "forget_pools", "give_back_by_link", "group_retired", "hears_of_removal", "hold_people",
    "into_own_week", "is_clinician", "keep_apart", "keep_both", "keep_for_referrals", "keep_on",
    "keep_people_in_slots", "leaders_come", "leads_date", "leave", "leave_no_trace", "led_instead", "line_behind",
    "line_behind_all", "move_lines", "note_beside", "note_clearance", "note_compared", "one_alone_words",
    "only_single_dates", "open_line", "out_of_own_week", "plan_cohort", "preview", "propose", "proposed_days",
    "put_suggestion_aside", "refuse_by_phone", "remind", "retiring_undone", "say_with_request", "seat_gone",
    "see_moved_up", "set_guest_seats", "switch", "take_by_phone", "take_cohort_away", "take_free_dates", "take_slot",
    "take_telling_back", "takes_nobody", "undo", "use_suggestion_rule", "wait_for_next_cohort", "want_no_faith",
    "who_never_heard", "who_would_move_up", "would_move_up",
]  # fmt: skip
