"""Reads of the room: who holds a seat, who waits, what can be found."""

from groupsched.enrolment.queries.find import Found, find_occurrences, window_of
from groupsched.enrolment.queries.lines import date_line, group_line, place_in_line, waiting, waiting_counts
from groupsched.enrolment.queries.own import (
    Spell,
    Standing,
    live_enrolments,
    memberships,
    own_dates,
    spans_of,
    standings,
)
from groupsched.enrolment.queries.roster import (
    Expected,
    facts,
    get_enrolment,
    is_enrolled,
    members,
    people_matching,
    person_in_reach,
    roster,
    told_about,
)

__all__ = [
    "Expected",
    "Found",
    "Spell",
    "Standing",
    "date_line",
    "facts",
    "find_occurrences",
    "get_enrolment",
    "group_line",
    "is_enrolled",
    "live_enrolments",
    "members",
    "memberships",
    "own_dates",
    "people_matching",
    "person_in_reach",
    "place_in_line",
    "roster",
    "spans_of",
    "standings",
    "told_about",
    "waiting",
    "waiting_counts",
    "window_of",
]
