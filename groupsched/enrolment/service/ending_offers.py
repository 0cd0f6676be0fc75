"""What becomes of seats that are kept for somebody: their time runs out, they wait no more, the seat is gone, or it was never offered."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from groupsched.catalog.models import Group
from groupsched.catalog.rules import LineMode
from groupsched.core.db import db
from groupsched.enrolment.models import SeatHold, SeatOffer
from groupsched.enrolment.queries import cannot_answer, open_holds
from groupsched.enrolment.rules import IN_LINE, DateSeatState, EnrolmentMode, EnrolmentState, OfferState
from groupsched.enrolment.service.apart import apart_here
from groupsched.enrolment.service.offers_in_words import about_offer
from groupsched.enrolment.service.outcomes import OfferEnded, SeatOutcome
from groupsched.enrolment.service.seats import ComingDate, hold_seats, let_go_of
from groupsched.outbox.service import withdraw
from groupsched.schedule.rules import SeatPool


def dates_kept(hold: SeatHold, dates: Iterable[ComingDate]) -> list[ComingDate]:
    """Those of these dates on which a hold keeps seats."""
    if hold.from_start is None:
        return [one for one in dates if one.id == hold.occurrence_id]
    until = hold.until_start
    return [one for one in dates if one.start >= hold.from_start and (until is None or one.start < until)]


def keep_more(group: Group, dates: Sequence[ComingDate], now: datetime) -> None:
    """Where all are asked and the first to say yes has it: what came free since is kept for them too, up to one for each."""
    for hold in open_holds(group.id):
        scope = dates_kept(hold, dates)
        free = [seats for one in scope if (seats := one.seats.free_in(hold.pool)) is not None]
        more = sum(one.state == OfferState.OPEN for one in hold.offers) - hold.seats
        more = min([more, *free])
        if scope and more > 0:
            hold_seats(hold, now, len(scope), more)
            hold.seats += more
    db.session.flush()


def settle(group_id: int, dates: Sequence[ComingDate], now: datetime) -> tuple[list[SeatOutcome], bool]:
    """End what is over of the seats that are kept in a group: whose time ran out, who waits no more or cannot answer, what is gone or no longer
    there. Returns whom to tell, and whether any seat came free. The caller holds the lock, and asks the next ones."""
    found: list[SeatOutcome] = []
    less: dict[int, int] = {}
    holds = open_holds(group_id)
    asked = [offer.enrolment for hold in holds for offer in hold.offers if offer.state == OfferState.OPEN]
    apart, off = apart_here(asked), cannot_answer([one.person_id for one in asked])
    for hold in holds:
        scope = dates_kept(hold, dates)
        gone = not scope or any(_over(one, hold.pool) > less.get(one.id, 0) for one in scope)
        for offer in (one for one in hold.offers if one.state == OfferState.OPEN):
            kept_apart = offer.enrolment.person_id in apart
            if gone or kept_apart or offer.enrolment.person_id in off or not waits_for(offer):
                found += _end(offer, OfferState.WITHDRAWN, scope, now, said=gone or kept_apart)
            elif offer.until_at is not None and offer.until_at <= now:
                found += _end(offer, OfferState.EXPIRED, scope, now, said=True)
            elif offer.until_at is not None and offer.until_at > (begins := _begins(hold, scope)):
                offer.until_at = (
                    begins  # it moved to an earlier hour since: nobody takes a seat on what has begun
                )
        freed = keep_no_more_than_asked(hold, now)
        less |= {one.id: less.get(one.id, 0) + freed for one in scope}
    return found, any(less.values())


def _begins(hold: SeatHold, scope: Sequence[ComingDate]) -> datetime:
    return hold.timeslot.start if hold.timeslot is not None else scope[0].start


def _over(date: ComingDate, pool: SeatPool) -> int:
    """How many more seats of a pool are taken than there are."""
    seats = date.seats
    limit, taken = (
        (seats.online_capacity, seats.online_taken)
        if pool is SeatPool.ONLINE
        else (seats.capacity, seats.room_taken)
    )
    return 0 if limit is None else max(0, taken - limit)


def waits_for(offer: SeatOffer) -> bool:
    """Whether its person still waits for what they were asked."""
    enrolment, hold = offer.enrolment, offer.hold
    if hold is None:
        return False
    if offer.occurrence_id is None:
        whole = enrolment.mode == EnrolmentMode.WHOLE and enrolment.state == EnrolmentState.WAITLISTED
        return whole and (enrolment.pool or SeatPool.ROOM) is hold.pool
    seat = next((one for one in enrolment.date_seats if one.occurrence_id == offer.occurrence_id), None)
    waiting = seat is not None and seat.state == DateSeatState.WAITING and enrolment.state in IN_LINE
    return waiting and (enrolment.pool_on(offer.occurrence_id) or SeatPool.ROOM) is hold.pool


def _end(
    offer: SeatOffer, state: OfferState, scope: Sequence[ComingDate], now: datetime, *, said: bool
) -> list[SeatOutcome]:
    offer.state, offer.answered_at = state, now
    withdraw([about_offer(offer)])
    heard = offer.out_at is not None and offer.out_at <= now
    return [OfferEnded(offer.enrolment, scope[0], offer)] if said and heard and scope else []


def keep_no_more_than_asked(hold: SeatHold, now: datetime) -> int:
    """Give back what a hold keeps for nobody, and close it where nobody is being asked; returns how many seats came free."""
    open_ = sum(one.state == OfferState.OPEN for one in hold.offers)
    freed = max(0, hold.seats - open_)
    let_go_of(hold, freed)
    hold.seats -= freed
    if not hold.seats:
        hold.closed_at = now
    db.session.flush()
    return freed


def withdraw_unheard(group: Group, now: datetime, dates: Collection[int] | None = None) -> bool:
    """Take back the seats, of these dates or all, that are kept for somebody who does not know of it yet; says whether there
    were any. Whoever gave them back may have them again, and of a date that moved they are asked anew; the caller holds the
    lock and moves the lines afterwards."""
    found = False
    for hold in open_holds(group.id) if group.line_mode is not LineMode.AT_ONCE else ():
        if dates is not None and hold.occurrence_id is not None and hold.occurrence_id not in dates:
            continue
        if any(one.out_at is None or one.out_at <= now for one in hold.offers):
            continue
        for offer in hold.offers:
            _end(offer, OfferState.WITHDRAWN, (), now, said=False)
        found = keep_no_more_than_asked(hold, now) > 0 or found
    return found
