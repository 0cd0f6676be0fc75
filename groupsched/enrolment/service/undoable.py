"""What can be taken back for some minutes: an act keeps what it changed. Its enrolments share person and `undo_until`."""

from datetime import datetime, timedelta

from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import act_of
from groupsched.enrolment.rules import EnrolmentState

UNDO_FOR = timedelta(minutes=10)
"""How long an act can be taken back, and its messages wait."""


def moment_of(undo_until: datetime) -> datetime:
    """When the act was done that can be taken back until then."""
    return undo_until - UNDO_FOR


def keep(enrolment: Enrolment, undo_until: datetime | None, was: EnrolmentState | None = None) -> None:
    """The enrolment is part of an act that can be taken back until then, or of none that can; `was` is its state before it
    (LEFT: it was not there).

    Call it before its single dates change. An earlier act on it, with all that this one did elsewhere, can be taken back no more.
    """
    if enrolment.undo_until is not None and enrolment.undo_until != undo_until:
        for one in act_of(enrolment):
            let_go(one)
    enrolment.undo_until, enrolment.left_as = undo_until, was if undo_until else None
    db.session.flush()


def overtake(enrolment: Enrolment, occurrence_id: int) -> None:
    """Something else is done with this date: the act that changed it, where one did, can be taken back no more."""
    if any(seat.left_as and seat.occurrence_id == occurrence_id for seat in enrolment.date_seats):
        keep(enrolment, None)


def let_go(enrolment: Enrolment) -> None:
    """Nothing of it can be taken back any more."""
    enrolment.undo_until, enrolment.left_as, enrolment.undo_by_staff = None, None, False
    for seat in enrolment.date_seats:
        seat.left_as = None
    db.session.flush()
