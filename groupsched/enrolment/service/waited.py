"""Whoever joins what they wait for, or had single dates of."""

from collections.abc import Collection, Sequence

from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import ended_offers
from groupsched.enrolment.rules import DateSeatState, EnrolmentMode, EnrolmentState
from groupsched.enrolment.service.deciding import JoinOutcome
from groupsched.enrolment.service.offers_in_words import about_offer
from groupsched.enrolment.service.outcomes import Joined, JoinedDate, Waiting
from groupsched.enrolment.service.seats import ComingDate
from groupsched.outbox.service import withdraw


def takes_what_is_free(live: Enrolment, mode: EnrolmentMode, dates: Sequence[ComingDate]) -> bool:
    """Whether somebody takes the very thing that they wait for, and does not change to something else."""
    if mode == EnrolmentMode.WHOLE:
        return live.mode == EnrolmentMode.WHOLE and live.state == EnrolmentState.WAITLISTED
    waiting = {seat.occurrence_id for seat in live.date_seats if seat.state == DateSeatState.WAITING}
    return live.state != EnrolmentState.REQUESTED and any(one.id in waiting for one in dates)


def waits_for(live: Enrolment, dates: Sequence[ComingDate]) -> bool:
    """Whether somebody waits for one of these dates by itself, or for all of them."""
    waiting = {seat.occurrence_id for seat in live.date_seats if seat.state == DateSeatState.WAITING}
    in_line = live.state == EnrolmentState.WAITLISTED and live.mode == EnrolmentMode.WHOLE
    return live.state != EnrolmentState.REQUESTED and (in_line or any(one.id in waiting for one in dates))


def has_it_now(live: Enrolment | None, outcome: JoinOutcome) -> None:
    """Whoever waited has a seat by now: nothing tells them any more that the time to say yes to it is over, or that it has gone."""
    dates = {one.date.id for one in outcome.happened if isinstance(one, JoinedDate)}
    whole = any(isinstance(one, Joined) for one in outcome.happened)
    if live is not None and (whole or dates):
        withdraw([about_offer(one) for one in ended_offers(live, None if whole else dates)])


def not_taken(outcome: JoinOutcome, used: Collection[int]) -> list[int]:
    """Of the dates on which a seat was kept for who is brought, those that they wait for."""
    waits = [one for one in outcome.happened if isinstance(one, Waiting)]
    if outcome.enrolment.mode == EnrolmentMode.WHOLE:
        return sorted(used) if waits else []
    return sorted({one.date.id for one in waits} & set(used))


def has_date_ahead(live: Enrolment, dates: Sequence[ComingDate]) -> bool:
    """Whether somebody with single dates has a seat on one of these, or waits for one."""
    coming = {one.id for one in dates}
    theirs = (DateSeatState.HELD, DateSeatState.WAITING)
    return any(seat.occurrence_id in coming and seat.state in theirs for seat in live.date_seats)
