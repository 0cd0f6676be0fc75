"""Verbs of the room: join, leave, cannot come, answer a request. Seats are exact; the lines move in the same transaction."""

from groupsched.enrolment.service.changes import (
    catalogue_changed,
    dates_changed,
    group_retired,
    occurrence_cancelled,
)
from groupsched.enrolment.service.deciding import (
    ClashFound,
    JoinOutcome,
    preview,
)
from groupsched.enrolment.service.discharge import (
    client_role_ended,
    end_with_roles,
)
from groupsched.enrolment.service.joining import (
    accept_request,
    decline_request,
    enrol,
    enrol_many,
)
from groupsched.enrolment.service.leaving import (
    can_come_again,
    cannot_come,
    leave,
)
from groupsched.enrolment.service.moving import (
    advance,
    move_lines,
)
from groupsched.enrolment.service.telling import (
    days_in_words,
)

__all__ = [
    "ClashFound",
    "JoinOutcome",
    "accept_request",
    "advance",
    "can_come_again",
    "cannot_come",
    "catalogue_changed",
    "client_role_ended",
    "dates_changed",
    "days_in_words",
    "decline_request",
    "end_with_roles",
    "enrol",
    "enrol_many",
    "group_retired",
    "leave",
    "move_lines",
    "occurrence_cancelled",
    "preview",
]
