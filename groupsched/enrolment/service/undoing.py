"""Taking one's own leaving back, as if it had not been."""

from datetime import datetime

from groupsched.access.identity import Identity
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.i18n import _
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import live_of
from groupsched.enrolment.rules import LIVE
from groupsched.enrolment.service.leaving import UNDO_FOR
from groupsched.enrolment.service.messages import about_all, about_leaving, left_key
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.outcomes import CameBack, SeatOutcome
from groupsched.enrolment.service.replanned import about_waiting
from groupsched.enrolment.service.seats import DateFull, held_ahead, take_these
from groupsched.enrolment.service.telling import tell
from groupsched.outbox.service import bring_back, was_heard, withdraw
from groupsched.schedule.service import lock


def undo_leaving(identity: Identity, enrolment: Enrolment) -> list[SeatOutcome]:
    """Take back the last leaving of one's own, of a group or of a date's line: seats, dates that were given up, and the
    place in each line are as they were, and what was not yet told of them goes out after all. Doing it twice has one effect.

    Raises Conflict, and changes nothing, once a seat has gone (`full`), the message has gone out, a date has begun or some
    minutes have passed (`late`), or the person is in the group again (`in-again`); NotFound for anybody else's.
    """
    if enrolment.person_id != identity.person:
        raise NotFound
    lock(enrolment.group_id)
    db.session.refresh(enrolment)
    db.session.refresh(enrolment, ["date_seats"])
    now = clock.now()
    if enrolment.undo_until is None and enrolment.state in LIVE:
        return []
    if enrolment.undo_until is None or enrolment.undo_until <= now or not enrolment.group.published:
        raise _late()
    try:
        with savepoint():
            _put_back(enrolment, now)
    except DateFull as full:
        raise Conflict(
            _("Your seat has gone to somebody else, so it cannot be undone."), code="full"
        ) from full
    record(identity, AuditAction.ENROLMENT_TAKEN_BACK, enrolment, subjects=[enrolment.person_id])
    return tell([CameBack(enrolment), *advance(enrolment.group_id).moved_up])


def _put_back(enrolment: Enrolment, now: datetime) -> None:
    left_at = enrolment.ended_at if enrolment.left_as else None
    assert enrolment.undo_until is not None
    old_news = [*about_all(enrolment), about_waiting(enrolment)]
    bring_back(enrolment.person_id, old_news, enrolment.undo_until - UNDO_FOR)
    if left_at is not None:
        if live_of(enrolment.group_id, enrolment.person_id) is not None:
            raise Conflict(_("You have joined again since. Nothing is left to undo."), code="in-again")
        # Before it is asked: of this and the worker's own claim, one finds the message as the other left it.
        withdraw([about_leaving(enrolment)])
        if was_heard(left_key(enrolment)):
            raise _late()
        enrolment.state, enrolment.ended_at, enrolment.reason = enrolment.left_as or enrolment.state, None, ""
    enrolment.left_as, enrolment.undo_until = None, None
    for seat in enrolment.date_seats:
        if seat.left_as and seat.occurrence.start <= now:
            raise _late()
        seat.state, seat.left_as = seat.left_as or seat.state, None
    db.session.flush()
    if left_at is not None:
        held = held_ahead(enrolment, left_at)
        # A date that began meanwhile was begun without them: its sheet is not written anew.
        if len(held) > len(held_ahead(enrolment, now)):
            raise _late()
        take_these(held)


def _late() -> Conflict:
    return Conflict(_("It is too late to undo this."), code="late")
