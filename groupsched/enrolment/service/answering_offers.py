"""Yes or no to a seat that is kept for somebody; and what becomes of it where they say nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import update

from groupsched.access.identity import Identity
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.enrolment.models import Enrolment, SeatHold, SeatOffer
from groupsched.enrolment.queries import ensure_may_change, open_holds
from groupsched.enrolment.rules import DateSeatState, EnrolmentMode, EnrolmentState, OfferState
from groupsched.enrolment.service.apart import apart_here, ask_supervisor
from groupsched.enrolment.service.clearing import ensure_moves_up
from groupsched.enrolment.service.cohort_dates import spell_over, takes_nobody, to_give
from groupsched.enrolment.service.ending_offers import dates_kept, keep_no_more_than_asked, waits_for
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.offers_in_words import about_offer
from groupsched.enrolment.service.often import not_too_often
from groupsched.enrolment.service.outcomes import Joined, JoinedDate, OfferEnded, SeatOutcome
from groupsched.enrolment.service.placing import give_slot
from groupsched.enrolment.service.seats import ComingDate
from groupsched.enrolment.service.telling import tell
from groupsched.enrolment.service.undoable import keep
from groupsched.outbox.service import withdraw
from groupsched.schedule.service import lock


class OfferOver(Conflict):
    """What somebody answers is over: its time is (`late`), or it went on or fell away (`gone`)."""


@dataclass(frozen=True)
class _Answered:
    """An offer under the lock of its group, with what it keeps."""

    offer: SeatOffer
    hold: SeatHold
    scope: list[ComingDate]
    now: datetime

    @property
    def enrolment(self) -> Enrolment:
        return self.offer.enrolment


def accept_offer(identity: Identity, offer: SeatOffer) -> list[SeatOutcome]:
    """Yes: the seat that was kept is theirs. Doing it twice has one effect. Where all were asked, the others hear that it has gone.

    Raises OfferOver where its time is over, or it went on or fell away; Conflict where they may not have it by now, such as without
    a clearance; NotFound for anybody else's.
    """
    open_ = _opened(identity, offer)
    if open_ is None:
        return []
    ensure_moves_up(identity, open_.enrolment, open_.scope)
    _mark(identity, open_, OfferState.ACCEPTED)
    open_.hold.seats -= 1
    others = _end_others(open_) if not open_.hold.seats else []
    keep_no_more_than_asked(open_.hold, open_.now)
    # Whom no mail reaches said it to whoever enters it, and needs not be told of it again.
    person = offer.enrolment.person
    seated = _seat(open_, by_staff=person.id != identity.person and person.by_mail)
    record(identity, AuditAction.OFFER_ACCEPTED, open_.enrolment, subjects=[open_.enrolment.person_id])
    return tell([seated, *others, *advance(open_.hold.group_id).moved_up])


def decline_offer(identity: Identity, offer: SeatOffer) -> list[SeatOutcome]:
    """No: the seat goes on to the next one, and they keep their place in the line. Doing it twice has one effect. Raises as yes."""
    open_ = _opened(identity, offer, OfferState.DECLINED)
    if open_ is None:
        return []
    _mark(identity, open_, OfferState.DECLINED)
    keep_no_more_than_asked(open_.hold, open_.now)
    record(identity, AuditAction.OFFER_DECLINED, open_.enrolment, subjects=[open_.enrolment.person_id])
    return tell(advance(open_.hold.group_id).moved_up)


def end_overdue(group_id: int) -> list[SeatOutcome]:
    """What was kept in a group for somebody whose time is over goes on to the next one; who said "later" until now is asked again. For the worker: of several one does it."""
    lock(group_id)
    due = (Enrolment.group_id == group_id, Enrolment.ask_from <= clock.now())
    again = update(Enrolment).where(*due).values(ask_from=None)
    db.session.execute(again.execution_options(synchronize_session="fetch"))
    return tell(advance(group_id).moved_up)


def _opened(identity: Identity, offer: SeatOffer, same: OfferState = OfferState.ACCEPTED) -> _Answered | None:
    """The offer, locked and as it is now; None where it was answered so already."""
    enrolment = offer.enrolment
    if enrolment.person_id != identity.person:
        ensure_may_change(identity, enrolment)
    not_too_often(identity, enrolment.person_id)
    lock(enrolment.group_id)
    db.session.refresh(offer)
    if offer.state == same:
        return None
    now = clock.now()
    hold = next((one for one in open_holds(enrolment.group_id) if one.id == offer.hold_id), None)
    if offer.state == OfferState.EXPIRED or (offer.until_at is not None and offer.until_at <= now):
        raise OfferOver(
            _("The time to answer is over, and the place went on. You are still on the list."), code="late"
        )
    kept_apart = same == OfferState.ACCEPTED and bool(apart_here([enrolment]))
    if kept_apart and enrolment.person_id != identity.person:
        raise ask_supervisor([enrolment.person_id])
    if kept_apart or offer.state != OfferState.OPEN or hold is None or not waits_for(offer):
        raise OfferOver(_("This place is not kept for you any more."), code="gone")
    scope = dates_kept(hold, to_give(enrolment.group, now))
    if same == OfferState.ACCEPTED and not scope and takes_nobody(enrolment.group):
        raise OfferOver(_("Joining this cohort has closed. You are still on the list."), code="late")
    return _Answered(offer, hold, scope, now)


def _mark(identity: Identity, open_: _Answered, state: OfferState) -> None:
    open_.offer.state, open_.offer.answered_at, open_.offer.by_id = state, open_.now, identity.person
    withdraw([about_offer(open_.offer)])
    db.session.flush()


def _end_others(open_: _Answered) -> list[SeatOutcome]:
    ended: list[SeatOutcome] = []
    for one in open_.hold.offers:
        if one.state == OfferState.OPEN:
            one.state, one.answered_at = OfferState.WITHDRAWN, open_.now
            withdraw([about_offer(one)])
            if one.out_at is not None and one.out_at <= open_.now:
                ended.append(OfferEnded(one.enrolment, open_.scope[0], one))
    db.session.flush()
    return ended


def _seat(open_: _Answered, *, by_staff: bool) -> SeatOutcome:
    """The person has what was kept: all dates, or the one. The counters have it already."""
    enrolment, hold, now = open_.enrolment, open_.hold, open_.now
    keep(enrolment, None)
    if hold.from_start is not None:
        enrolment.state, enrolment.queued_at = EnrolmentState.ACTIVE, None
        spell_over(enrolment.group, open_.scope, hold.from_start).begin(enrolment)
        enrolment.moved_up_at = None
        db.session.flush()
        return Joined(enrolment, open_.scope, by_staff=by_staff)
    seat = next(one for one in enrolment.date_seats if one.occurrence_id == hold.occurrence_id)
    give_slot(seat, enrolment.group, hold.timeslot_id)
    seat.state, seat.at, seat.moved_up_at = DateSeatState.HELD, now, None
    if enrolment.mode == EnrolmentMode.DATES:
        enrolment.state, enrolment.queued_at = EnrolmentState.ACTIVE, None
    db.session.flush()
    date = open_.scope[0]
    if seat.timeslot is not None:
        date = replace(date, start=seat.timeslot.start, end=seat.timeslot.end)
    return JoinedDate(enrolment, date, now, by_staff=by_staff)
