"""Reads of the room: who holds a seat, who waits, what can be found."""

from groupsched.enrolment.queries.cards import (
    FoundDate,
    listings,
    nearest,
    similar,
)
from groupsched.enrolment.queries.filtered_dates import (
    asked_dates,
)
from groupsched.enrolment.queries.find import (
    FindPage,
    find_occurrences,
    load,
)
from groupsched.enrolment.queries.leading import (
    groups_of,
    leaders_of,
    people_led_by,
)
from groupsched.enrolment.queries.lines import (
    date_line,
    date_lines,
    group_line,
    line_length,
    place_in_line,
    waiting,
    waiting_counts,
)
from groupsched.enrolment.queries.my_dates import (
    DateStanding,
    Membership,
    date_of,
    dates_ahead,
    get_own_group,
    live_enrolments,
    live_of,
    memberships,
    own_dates,
    own_occurrence,
    own_spans,
    standings,
)
from groupsched.enrolment.queries.roster import (
    ExpectedPerson,
    asking,
    facts,
    get_enrolment,
    is_enrolled,
    may_bring,
    members,
    people_matching,
    person_in_reach,
    roster,
    told_about,
)
from groupsched.enrolment.queries.seats import (
    holds_seat,
)

__all__ = [
    "DateStanding",
    "ExpectedPerson",
    "FindPage",
    "FoundDate",
    "Membership",
    "asked_dates",
    "asking",
    "date_line",
    "date_lines",
    "date_of",
    "dates_ahead",
    "facts",
    "find_occurrences",
    "get_enrolment",
    "get_own_group",
    "group_line",
    "groups_of",
    "holds_seat",
    "is_enrolled",
    "leaders_of",
    "line_length",
    "listings",
    "live_enrolments",
    "live_of",
    "load",
    "may_bring",
    "members",
    "memberships",
    "nearest",
    "own_dates",
    "own_occurrence",
    "own_spans",
    "people_led_by",
    "people_matching",
    "person_in_reach",
    "place_in_line",
    "roster",
    "similar",
    "standings",
    "told_about",
    "waiting",
    "waiting_counts",
]
