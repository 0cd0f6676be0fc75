"""Asking for a seat where somebody says yes first, and the row with which being in a group begins."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.rules import (
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    Requested,
)
from groupsched.enrolment.service.deciding import (
    JoinOutcome,
)
from groupsched.enrolment.service.outcomes import Asked, Joined
from groupsched.enrolment.service.seats import ComingDate
from groupsched.enrolment.service.undoable import UNDO_FOR, keep
from groupsched.questionnaires.models import QuestionnaireVersion
from groupsched.questionnaires.rules import Given
from groupsched.questionnaires.service import respond


def request(
    identity: Identity,
    group: Group,
    person: Person,
    live: Enrolment | None,
    mode: EnrolmentMode,
    dates: Sequence[ComingDate],
) -> JoinOutcome:
    """Ask for a seat, or for more dates beside those that were asked for already."""
    if live is not None and live.state == EnrolmentState.REQUESTED:
        return _ask_for_more(identity, live, mode, dates)
    if live is not None:
        raise Conflict(
            _("You are in this group already. For other dates, ask who leads it: they can add them for you."),
            code="in-already",
        )
    enrolment = new_enrolment(identity, group, person, mode, EnrolmentState.REQUESTED)
    if mode == EnrolmentMode.DATES:
        enrolment.date_seats = [
            DateSeat(occurrence_id=date.id, state=DateSeatState.WAITING) for date in dates
        ]
    db.session.flush()
    record_joining(identity, AuditAction.ENROLMENT_REQUESTED, enrolment)
    first = min(one.start for one in dates) if mode == EnrolmentMode.DATES else None
    return JoinOutcome(enrolment, Requested(), [Asked(enrolment, clock.now(), dates[0].timezone, first)])


def _ask_for_more(
    identity: Identity, request: Enrolment, mode: EnrolmentMode, dates: Sequence[ComingDate]
) -> JoinOutcome:
    """The same request, for these dates besides or for all of them: one person answers all of it. Until they do it can be taken
    back for some minutes; that it was for single dates, those keep for which it was."""
    keep(request, clock.now() + UNDO_FOR, EnrolmentState.REQUESTED)
    said = {seat.occurrence_id: seat for seat in request.date_seats}
    for seat in request.date_seats:
        seat.left_as = seat.state if mode == EnrolmentMode.WHOLE else None
    for date in dates if mode == EnrolmentMode.DATES else ():
        if date.id not in said:
            said[date.id] = DateSeat(occurrence_id=date.id)
            request.date_seats.append(said[date.id])
        said[date.id].left_as, said[date.id].state = DateSeatState.LEFT, DateSeatState.WAITING
    request.mode = mode
    db.session.flush()
    record_joining(identity, AuditAction.ENROLMENT_REQUESTED, request)
    return JoinOutcome(request, Requested(), [])


def say_with_request(
    identity: Identity, enrolment: Enrolment, version: QuestionnaireVersion, answers: Mapping[str, Given]
) -> None:
    """Keep what somebody said when they asked for a seat, for whoever answers them; nothing, where all was left blank. Said once: it
    does not change while somebody may be reading it. Raises NotFound for a request that is not one's own."""
    if enrolment.person_id != identity.person:
        raise NotFound
    said = {key: given for key, given in answers.items() if not given.is_blank}
    if enrolment.state != EnrolmentState.REQUESTED or enrolment.response_id is not None or not said:
        return
    response = respond(identity, enrolment.person, version, said, version.form.shared_with)
    enrolment.response, enrolment.response_id = response, response.id
    db.session.flush()


def new_enrolment(
    identity: Identity,
    group: Group,
    person: Person,
    mode: EnrolmentMode,
    state: EnrolmentState,
    queued_at: datetime | None = None,
) -> Enrolment:
    """A new row of somebody in a group, in this state."""
    enrolment = Enrolment(
        group=group,
        person=person,
        mode=mode,
        state=state,
        queued_at=queued_at,
        by_id=identity.person,
        date_seats=[],
    )
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def record_joining(identity: Identity, action: AuditAction, enrolment: Enrolment, **more: Any) -> None:
    """Write down what was done with an enrolment."""
    said = {"mode": enrolment.mode, "state": enrolment.state, **more}
    record(identity, action, enrolment, subjects=[enrolment.person_id], **said)


def let_in_late(identity: Identity, outcomes: Iterable[JoinOutcome], why: str) -> None:
    """Note why these people got into a cohort that had closed; who was in it, or waits, is left out."""
    for one in outcomes:
        if any(isinstance(happened, Joined) for happened in one.happened):
            one.enrolment.late_reason = clean_line(why, 300)
            record(identity, AuditAction.ENROLMENT_ADMITTED, one.enrolment, [one.enrolment.person_id])
