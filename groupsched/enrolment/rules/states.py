"""Where a person stands with a group, and with one date of it."""

from enum import StrEnum


class EnrolmentState(StrEnum):
    """A person in a group, from asking to leaving. Coming back is a new enrolment."""

    REQUESTED = "requested"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    ACTIVE = "active"
    COMPLETED = "completed"
    LEFT = "left"


LIVE = frozenset(
    {EnrolmentState.REQUESTED, EnrolmentState.WAITLISTED, EnrolmentState.OFFERED, EnrolmentState.ACTIVE}
)
"""An enrolment that is not over."""

NOT_YET = frozenset({EnrolmentState.REQUESTED, EnrolmentState.WAITLISTED, EnrolmentState.OFFERED})
"""An enrolment that is no seat yet: its person asks, waits or is asked."""

IN_LINE = frozenset({EnrolmentState.WAITLISTED, EnrolmentState.ACTIVE})
"""An enrolment that may wait for single dates: who is in the whole group may wait for a date they gave up."""


class EnrolmentMode(StrEnum):
    """Every date of the group, or chosen ones."""

    WHOLE = "whole"
    DATES = "dates"


class JoinWish(StrEnum):
    """For what somebody asks on a page: every date, the date of the page, chosen dates, those with a free place, or those
    at a time when the person has nothing else."""

    WHOLE = "whole"
    DATE = "date"
    DATES = "dates"
    FREE = "free"
    NO_CLASH = "no_clash"


class DateSeatState(StrEnum):
    """What an enrolment says of one date: a seat, a wish for one, a seat given up, or that it ended before the date."""

    HELD = "held"
    WAITING = "waiting"
    GIVEN_UP = "given_up"
    LEFT = "left"


class StandingState(StrEnum):
    """Where a person stands on one date, all told."""

    ACTIVE = "active"
    GIVEN_UP = "given_up"
    WAITLISTED = "waitlisted"
    REQUESTED = "requested"


class UndoableKind(StrEnum):
    """What was done: a group left, one left that was joined a moment before, its line, a request taken back, no thanks said to a proposal, the line of a date left, dates
    joined or asked for besides others, or one date instead of another."""

    LEFT = "left"
    JOINING_UNDONE = "joining_undone"
    GROUP_LINE_LEFT = "group_line_left"
    REQUEST_LEFT = "request_left"
    DECLINED = "declined"
    LINE_LEFT = "line_left"
    JOINED_MORE = "joined_more"
    ASKED_MORE = "asked_more"
    SWITCHED = "switched"
