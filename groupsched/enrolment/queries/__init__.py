"""Reads of the room: who holds a seat, who waits, what can be found."""

from groupsched.enrolment.queries.apart import (
    asking_first,
    ever_apart_from,
    get_pair,
    in_pairs,
    keeps_apart,
    kept_apart_on,
    kept_pairs,
    leads_kept_apart,
    meeting,
    others_of,
    pair_facts,
    pairs_among,
    pairs_kept,
    pairs_of,
    partners,
    reason_of,
    today_of,
    where_they_meet,
)
from groupsched.enrolment.queries.bringing import (
    PeopleToBring,
    groups_with_people,
    in_already,
    people_in_both,
    people_listed,
    people_of,
    people_to_bring,
)
from groupsched.enrolment.queries.by_phone import (
    offers_by_phone,
)
from groupsched.enrolment.queries.cards import (
    FoundDate,
    clashing,
    listings,
    nearest,
    paired_dates,
    room_of,
    similar,
)
from groupsched.enrolment.queries.clients import (
    PersonRights,
    client_facts,
    clients_seen_by,
    coming_dates,
    enrolments_and_before,
    enrolments_of,
    facts,
    facts_to_enrol,
    findable_clients,
    get_person,
    groups_of,
    groups_to_bring_into,
    seen_by,
    shows,
    sides,
)
from groupsched.enrolment.queries.cohorts import (
    ShownCohort,
    anybody_in,
    cohorts_ahead,
    cohorts_of,
    cohorts_to_tend,
    free_in_cohorts,
    get_cohort,
    in_cohorts,
    lines_to_open,
    open_cohort,
    over_in_cohorts,
    running_cohort,
    screening,
    shown_cohorts,
)
from groupsched.enrolment.queries.complementary import (
    adding_only,
    care_of,
    clearances_of,
    cleared,
    confirmation_of,
    left_with_complementary,
    other_care,
    uncleared,
)
from groupsched.enrolment.queries.courses import (
    FOREVER,
    CourseProgress,
    next_course,
    progress_of,
)
from groupsched.enrolment.queries.elsewhere import (
    elsewhere,
)
from groupsched.enrolment.queries.equivalents import (
    beside,
    beside_joined,
    beside_proposed,
    first_proposed,
    groups_by_belief,
    shown_between,
    shown_to,
)
from groupsched.enrolment.queries.filtered_dates import (
    asked_dates,
)
from groupsched.enrolment.queries.find import (
    FindPage,
    find_occurrences,
    load,
)
from groupsched.enrolment.queries.find_by_group import (
    FoundGroups,
    compared,
    find_groups,
)
from groupsched.enrolment.queries.found import (
    client_at_door,
    clients_at_door,
    clients_by_letters,
    names_open,
    people_meant,
    person_before,
)
from groupsched.enrolment.queries.free_now import (
    FreeNow,
    FreeSome,
    free_now,
)
from groupsched.enrolment.queries.guests import (
    get_guest,
    guest_seats,
    guest_times,
    guests_in_my_week,
    guests_of,
    guests_of_group,
    guests_on,
    known_guest,
)
from groupsched.enrolment.queries.kept import (
    MOST_MENDED,
)
from groupsched.enrolment.queries.known import (
    chooses_by_letters,
)
from groupsched.enrolment.queries.lines import (
    anybody_waits,
    date_line,
    date_lines,
    first_places,
    group_line,
    in_lines_of,
    line_length,
    place_in_line,
    places_in_line,
    waiting,
    waiting_counts,
    waiting_for_other_pool,
    whole_count,
)
from groupsched.enrolment.queries.membership import (
    earliest_day,
    in_group_on,
    members_on,
)
from groupsched.enrolment.queries.my_dates import (
    CalendarSeat,
    DateStanding,
    Membership,
    date_of,
    dates_ahead,
    dates_at,
    dates_of_group,
    full_dates,
    get_own_group,
    live_enrolments,
    live_of,
    memberships,
    own_dates,
    own_occurrence,
    retired_group,
    standings,
)
from groupsched.enrolment.queries.my_lines import (
    declined,
    moved_up,
    other_ideas,
    own_lines,
)
from groupsched.enrolment.queries.offers import (
    TurnsHad,
    cannot_answer,
    ended_offers,
    first_date_of,
    get_offer,
    get_passed_over,
    keeping,
    kept_for_referrals,
    last_offer_of,
    offer_of,
    offered_in,
    offers_of,
    offers_to,
    open_holds,
    overdue,
    referral_pool,
    turns_had,
)
from groupsched.enrolment.queries.often import (
    latest_acts,
)
from groupsched.enrolment.queries.one_date import (
    DateByLink,
    date_by_link,
    language_of_link,
)
from groupsched.enrolment.queries.outside import (
    facts_of_others,
    in_own_week,
    outside_dates,
)
from groupsched.enrolment.queries.roster import (
    ExpectedPerson,
    WaitingGroups,
    asking,
    come_to_all,
    concerned_by,
    ensure_may_change,
    get_enrolment,
    is_enrolled,
    may_bring,
    members,
    person_in_reach,
    roster,
    rosters,
    said_with_requests,
    told_about,
    touched_by,
    waiting_groups,
)
from groupsched.enrolment.queries.seats import (
    comes_by,
    each_pair,
    gave_up,
    guests_seated,
    holds_seat,
    pool_held,
    seats_kept,
)
from groupsched.enrolment.queries.seekers import (
    Seeker,
    seekers,
    who_sought_many,
)
from groupsched.enrolment.queries.slots import (
    DateInSlot,
    SlotTaken,
    free_slots,
    get_slot,
    in_own_slots,
    own_slot,
    own_slots,
    slot_holders,
    slots_on,
)
from groupsched.enrolment.queries.spans import (
    own_spans,
)
from groupsched.enrolment.queries.suggesting import (
    SuggestedGroup,
    put_aside,
    rules_off,
    says_something,
    suggested,
    tried_by,
    wants_no_faith,
)
from groupsched.enrolment.queries.switches import (
    CareTeamMate,
    care_team_beside,
    next_switch_to_finish,
    only_been,
    open_switch,
    switched,
    switches_of,
    to_switch_from,
)
from groupsched.enrolment.queries.together import (
    lives_of,
    spans_of,
)
from groupsched.enrolment.queries.understood import (
    unknown_values,
)
from groupsched.enrolment.queries.undoable import (
    UndoableAct,
    act_of,
    just_removed,
    undoable,
)
from groupsched.enrolment.queries.unreached import (
    PeopleToTell,
    UnreachedPerson,
    get_unreached,
    unreached,
)

__all__ = [
    "FOREVER", "MOST_MENDED", "CalendarSeat", "CareTeamMate", "CourseProgress", "DateByLink", "DateInSlot",
    "DateStanding", "ExpectedPerson", "FindPage", "FoundDate", "FoundGroups", "FreeNow", "FreeSome", "Membership",
    "PeopleToBring", "PeopleToTell", "PersonRights", "Seeker", "ShownCohort", "SlotTaken", "SuggestedGroup",
    "TurnsHad", "UndoableAct", "UnreachedPerson", "WaitingGroups", "act_of", "adding_only", "anybody_in",
    "anybody_waits", "asked_dates", "asking", "asking_first", "beside", "beside_joined", "beside_proposed",
    "cannot_answer", "care_of", "care_team_beside", "chooses_by_letters", "clashing", "clearances_of", "cleared",
    "client_at_door", "client_facts", "clients_at_door", "clients_by_letters", "clients_seen_by", "cohorts_ahead",
    "cohorts_of", "cohorts_to_tend", "come_to_all", "comes_by", "coming_dates", "compared", "concerned_by",
    "confirmation_of", "date_by_link", "date_line", "date_lines", "date_of", "dates_ahead", "dates_at",
    "dates_of_group", "declined", "each_pair", "earliest_day", "elsewhere", "ended_offers", "enrolments_and_before",
    "enrolments_of", "ensure_may_change", "ever_apart_from", "facts", "facts_of_others", "facts_to_enrol",
    "find_groups", "find_occurrences", "findable_clients", "first_date_of", "first_places", "first_proposed",
    "free_in_cohorts", "free_now", "free_slots", "full_dates", "gave_up", "get_cohort", "get_enrolment", "get_guest",
    "get_offer", "get_own_group", "get_pair", "get_passed_over", "get_person", "get_slot", "get_unreached",
    "group_line", "groups_by_belief", "groups_of", "groups_to_bring_into", "groups_with_people", "guest_seats",
    "guest_times", "guests_in_my_week", "guests_of", "guests_of_group", "guests_on", "guests_seated", "holds_seat",
    "in_already", "in_cohorts", "in_group_on", "in_lines_of", "in_own_slots", "in_own_week", "in_pairs",
    "is_enrolled", "just_removed", "keeping", "keeps_apart", "kept_apart_on", "kept_for_referrals", "kept_pairs",
    "known_guest", "language_of_link", "last_offer_of", "latest_acts", "leads_kept_apart", "left_with_complementary",
    "line_length", "lines_to_open", "listings", "live_enrolments", "live_of", "lives_of", "load", "may_bring",
    "meeting", "members", "members_on", "memberships", "moved_up", "names_open", "nearest", "next_course",
    "next_switch_to_finish", "offer_of", "offered_in", "offers_by_phone", "offers_of", "offers_to", "only_been",
    "open_cohort", "open_holds", "open_switch", "other_care", "other_ideas", "others_of", "outside_dates",
    "over_in_cohorts", "overdue", "own_dates", "own_lines", "own_occurrence", "own_slot", "own_slots", "own_spans",
    "pair_facts", "paired_dates", "pairs_among", "pairs_kept", "pairs_of", "partners", "people_in_both",
    "people_listed", "people_meant", "people_of", "people_to_bring", "person_before", "person_in_reach",
    "place_in_line", "places_in_line", "pool_held", "progress_of", "put_aside", "reason_of", "referral_pool",
    "retired_group", "room_of", "roster", "rosters", "rules_off", "running_cohort", "said_with_requests",
    "says_something", "screening", "seats_kept", "seekers", "seen_by", "shown_between", "shown_cohorts", "shown_to",
    "shows", "sides", "similar", "slot_holders", "slots_on", "spans_of", "standings", "suggested", "switched",
    "switches_of", "to_switch_from", "today_of", "told_about", "touched_by", "tried_by", "turns_had", "uncleared",
    "undoable", "unknown_values", "unreached", "waiting", "waiting_counts", "waiting_for_other_pool",
    "waiting_groups", "wants_no_faith", "where_they_meet", "who_sought_many", "whole_count",
]  # fmt: skip
