"""A seat that came free too late to write to anybody: staff call who waits, and write down what they said."""

from datetime import datetime

from groupsched.access.identity import Identity
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.i18n import _
from groupsched.enrolment.models import Enrolment, SeatOffer
from groupsched.enrolment.queries import offers_by_phone
from groupsched.enrolment.rules import OfferState
from groupsched.enrolment.service.answering_offers import OfferOver
from groupsched.enrolment.service.apart import apart_here, ask_supervisor
from groupsched.enrolment.service.clearing import ensure_moves_up
from groupsched.enrolment.service.cohort_dates import to_give
from groupsched.enrolment.service.deciding import clashes_of, hold_people
from groupsched.enrolment.service.moving import advance, take_date, take_group
from groupsched.enrolment.service.outcomes import Joined, JoinedDate, SeatOutcome
from groupsched.enrolment.service.seats import ComingDate
from groupsched.enrolment.service.telling import tell
from groupsched.enrolment.service.undoable import keep
from groupsched.schedule.service import lock


def take_by_phone(identity: Identity, offer: SeatOffer) -> list[SeatOutcome]:
    """They were called and come: the seat that is free is theirs. Doing it twice has one effect.

    `offer` is the row that says that it was too late to write. Raises OfferOver where the seat has gone, they wait no more, or
    have something else at that time; Conflict where they may not have it by now, such as without a clearance.
    """
    if not _opened(offer, OfferState.ACCEPTED):
        return []
    enrolment, now = offer.enrolment, clock.now()
    dates = to_give(enrolment.group, now)
    wanted = [one for one in dates if offer.occurrence_id in (None, one.id)]
    if not enrolment.keeps_both and clashes_of(enrolment.group, enrolment.person, wanted):
        raise OfferOver(_("They have something else at that time."), code="clash")
    if apart_here([enrolment]):
        raise ask_supervisor([enrolment.person_id])
    ensure_moves_up(identity, enrolment, wanted)
    seated = _seat(enrolment, offer, wanted, now)
    _answer(identity, offer, OfferState.ACCEPTED, AuditAction.OFFER_ACCEPTED, now)
    return tell([seated, *advance(enrolment.group_id).moved_up])


def refuse_by_phone(identity: Identity, offer: SeatOffer) -> None:
    """They were called and cannot come, or nobody answered: they keep their place, and the next one is called. Doing it twice
    has one effect. Raises OfferOver as taking it does."""
    if _opened(offer, OfferState.DECLINED):
        _answer(identity, offer, OfferState.DECLINED, AuditAction.OFFER_DECLINED, clock.now())


def _opened(offer: SeatOffer, same: OfferState) -> bool:
    """Lock its group; whether the call is still to be answered, not just so answered already."""
    hold_people([offer.enrolment.person_id])
    lock(offer.enrolment.group_id)
    db.session.refresh(offer)
    if offer.state == same:
        return False
    if offer.id not in offers_by_phone(offer.enrolment.group, clock.now()):
        raise OfferOver(_("This place has gone, or they do not wait for it any more."), code="gone")
    return True


def _seat(enrolment: Enrolment, offer: SeatOffer, wanted: list[ComingDate], now: datetime) -> SeatOutcome:
    # Whom no mail reaches knows it from the call, and needs not be told again.
    keep(enrolment, None)
    if offer.occurrence_id is None:
        if take_group(enrolment, wanted, now):
            return Joined(enrolment, wanted, by_staff=enrolment.person.by_mail)
    else:
        seat = next(one for one in enrolment.date_seats if one.occurrence_id == offer.occurrence_id)
        if take_date(seat, now, moved_up_at=None):
            return JoinedDate(enrolment, wanted[0], now, by_staff=enrolment.person.by_mail)
    raise OfferOver(_("This place has gone, or they do not wait for it any more."), code="gone")


def _answer(
    identity: Identity, offer: SeatOffer, state: OfferState, action: AuditAction, now: datetime
) -> None:
    offer.state, offer.answered_at, offer.by_id = state, now, identity.person
    db.session.flush()
    record(identity, action, offer.enrolment, subjects=[offer.enrolment.person_id])
