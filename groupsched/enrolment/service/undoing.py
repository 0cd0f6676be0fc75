"""Taking the last act back, as if it had not been: leaving, coming elsewhere instead, joining more, or a removal by staff."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, select

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.i18n import _
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import act_of, asking_first, facts_to_enrol, live_of
from groupsched.enrolment.rules import LIVE, DateSeatState, EnrolmentMode, EnrolmentState
from groupsched.enrolment.service.apart import ask_supervisor
from groupsched.enrolment.service.changing_groups import drop_switches
from groupsched.enrolment.service.ending_offers import withdraw_unheard
from groupsched.enrolment.service.guests import bring_guests_back
from groupsched.enrolment.service.missed import missed
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.often import not_too_often
from groupsched.enrolment.service.outcomes import CameBack, SeatOutcome
from groupsched.enrolment.service.placing import give_slot
from groupsched.enrolment.service.replanned import about_waiting
from groupsched.enrolment.service.seats import DateFull, HeldSeat, give_back, held_ahead, take_these
from groupsched.enrolment.service.subjects import (
    about_all,
    about_date,
    about_leaving,
    about_reminder,
    about_seat,
)
from groupsched.enrolment.service.telling import tell
from groupsched.enrolment.service.undoable import let_go, moment_of
from groupsched.outbox.service import bring_back, was_heard, withdraw
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import SeatPool
from groupsched.schedule.service import lock


def undo(identity: Identity, enrolment: Enrolment) -> list[SeatOutcome]:
    """Take back the last act on an enrolment, in every group that it touched: seats, dates that were given up, and the place
    in each line are as they were, and what was not yet told of them goes out after all, with what became of the dates meanwhile. Doing it twice has one effect.

    What people did themselves is theirs to undo; a removal by staff anybody may undo who may enrol the person. Raises
    Conflict, and changes nothing, once a seat has gone (`full`), a message of it has gone out, a date has begun or some
    minutes have passed (`late`), or the person is in the group again (`in-again`); NotFound for anybody else's.
    """
    if enrolment.person_id != identity.person:
        ensure(identity, Permission.ENROL_OTHERS, facts_to_enrol(identity, enrolment.group, enrolment.person))
    not_too_often(identity, enrolment.person_id)
    for group_id in sorted({enrolment.group_id, *(one.group_id for one in act_of(enrolment))}):
        lock(group_id)
    db.session.refresh(enrolment)
    _is_theirs(identity, enrolment)
    if enrolment.undo_until is None and enrolment.state in LIVE:
        return []
    now, act = clock.now(), act_of(enrolment)
    if not act or (enrolment.undo_until or now) <= now or not all(one.group.published for one in act):
        raise _late()
    was, at = [(one, one.state) for one in act], moment_of(enrolment.undo_until or now)
    dates = {seat.occurrence_id for one in act for seat in one.date_seats if seat.left_as}
    if any(
        asking_first(one.group.program_id, one.person_id, [one.group_id])
        for one, state in was
        # Asking again is open to everybody: a person answers it.
        if state not in LIVE and one.left_as != EnrolmentState.REQUESTED
    ):
        raise _late() if enrolment.person_id == identity.person else ask_supervisor([enrolment.person_id])
    try:
        with savepoint():
            _put_back(act, at, now)
    except DateFull as full:
        raise Conflict(
            _("Your seat has gone to somebody else, so it cannot be undone."), code="full"
        ) from full
    for one, state in was:
        action = AuditAction.ENROLMENT_TAKEN_BACK if state not in LIVE else AuditAction.ENROLMENT_REVERTED
        record(identity, action, one, subjects=[one.person_id])
    drop_switches(act, now)
    groups = sorted({one.group_id for one in act})
    moved_up = [up for group_id in groups for up in advance(group_id).moved_up]
    unheard = missed(act, [one for one, state in was if state not in LIVE], dates, at)
    return tell([*(CameBack(one) for one in act), *unheard, *moved_up])


def _is_theirs(identity: Identity, enrolment: Enrolment) -> None:
    is_own = enrolment.person_id == identity.person
    if not is_own and enrolment.undo_until is not None and not enrolment.undo_by_staff:
        raise NotFound
    if is_own and enrolment.undo_by_staff:
        raise _late()


def _put_back(act: Sequence[Enrolment], at: datetime, now: datetime) -> None:
    _take_words_back(act, at)
    had = _held(act, at)
    # What the act began is closed first: nobody has two live enrolments in a group, not even for a moment.
    for one in sorted(act, key=lambda one: one.left_as in LIVE):
        _as_before(one, now)
    has = _held(act, at)
    # A date that began meanwhile was begun as it is now: its sheet is not written anew.
    if _begun({date for date, _pool in had ^ has}, now):
        raise _late()
    for one in act:
        withdraw_unheard(one.group, now)
    give_back(had - has)
    take_these(has - had)
    for one in act:
        bring_guests_back(one.group_id, [one.person_id])


def _take_words_back(act: Sequence[Enrolment], at: datetime) -> None:
    """Nobody hears of the act; what it made old news is told after all. Raises Conflict where somebody has heard of it."""
    news = [subject for one in act for subject in _told_by(one)]
    reminders = [
        about_reminder(one, seat.occurrence) for one in act for seat in one.date_seats if seat.left_as
    ]
    # Before it is asked: of this and the worker's own claim, one finds the message as the other left it.
    withdraw([*news, *reminders])
    if was_heard(act[0].person_id, news, at):
        raise _late()
    for one in act:
        bring_back(one.person_id, [*about_all(one), about_waiting(one)], at)


def _told_by(one: Enrolment) -> list[str]:
    """What the messages are about that the act on this enrolment caused."""
    if one.state not in LIVE:
        return [about_leaving(one)]
    dates = [about_date(one, seat.occurrence) for seat in one.date_seats if seat.left_as]
    return [*dates, about_seat(one)] if one.left_as == EnrolmentState.LEFT else dates


def _held(act: Sequence[Enrolment], at: datetime) -> set[HeldSeat]:
    return {(date, pool or SeatPool.ROOM) for one in act for date, pool in held_ahead(one, at).items()}


def _begun(occurrence_ids: Collection[int], now: datetime) -> bool:
    began = exists().where(Occurrence.id.in_(occurrence_ids), Occurrence.start <= now)
    return bool(occurrence_ids) and bool(db.session.scalar(select(began)))


def _as_before(one: Enrolment, now: datetime) -> None:
    if one.state == EnrolmentState.REQUESTED and any(
        seat.left_as == DateSeatState.WAITING for seat in one.date_seats
    ):
        one.mode = EnrolmentMode.DATES
    for seat in one.date_seats:
        if seat.left_as and seat.occurrence.start <= now:
            raise _late()
        if seat.left_as == DateSeatState.HELD:
            give_slot(seat, one.group)
        seat.state = seat.left_as or seat.state
    if one.left_as == EnrolmentState.LEFT:
        one.state, one.ended_at, one.undone = EnrolmentState.LEFT, now, True
    elif one.state not in LIVE:
        if live_of(one.group_id, one.person_id) is not None:
            raise Conflict(_("You have joined again since. Nothing is left to undo."), code="in-again")
        one.state, one.ended_at, one.reason = one.left_as or one.state, None, ""
    elif one.left_as == EnrolmentState.REQUESTED and one.mode == EnrolmentMode.WHOLE:
        one.state, one.from_start, one.until_start = EnrolmentState.REQUESTED, None, None
        one.cohort_id = None
    elif one.left_as and one.mode == EnrolmentMode.DATES:
        seated = any(seat.state == DateSeatState.HELD for seat in one.date_seats)
        one.state = EnrolmentState.ACTIVE if seated else one.left_as
    let_go(one)


def _late() -> Conflict:
    return Conflict(_("It is too late to undo this."), code="late")
