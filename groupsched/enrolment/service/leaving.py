"""Leaving a group, giving back one date, and coming to it after all."""

from datetime import datetime

from sqlalchemy import delete, or_

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.enrolment.models import (
    DateSeat,
    Enrolment,
    GroupSwitch,
    SeatOffer,
)
from groupsched.enrolment.queries import (
    ensure_may_change,
    facts_to_enrol,
    kept_apart_on,
    live_of,
    place_in_line,
    standings,
)
from groupsched.enrolment.rules import (
    LIVE,
    Admitted,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    JoinAnswer,
    StandingState,
    Waitlisted,
)
from groupsched.enrolment.service.apart import ask_supervisor
from groupsched.enrolment.service.clearing import ensure_ready
from groupsched.enrolment.service.ending_offers import withdraw_unheard
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.often import not_too_often
from groupsched.enrolment.service.outcomes import (
    CameBack,
    GaveUp,
    JoinedDate,
    Left,
    SeatOutcome,
    SteppedBack,
    Waiting,
)
from groupsched.enrolment.service.placing import give_slot
from groupsched.enrolment.service.removing import as_known
from groupsched.enrolment.service.seats import ahead, give_back, held_ahead, held_dates, take_one
from groupsched.enrolment.service.subjects import about_date
from groupsched.enrolment.service.telling import tell
from groupsched.enrolment.service.undoable import UNDO_FOR, keep, overtake
from groupsched.outbox.service import was_heard
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus
from groupsched.schedule.service import lock


def leave(
    identity: Identity, enrolment: Enrolment, reason: str = "", *, quietly: bool = False
) -> list[SeatOutcome]:
    """Leave all coming dates; what was attended stays. The lines move at once. Doing it twice has one effect.

    Staff may remove a person from a group they may enrol in. For some minutes either can be taken back. Returns what became
    of this enrolment and of those who waited. `quietly` no message tells the person of it. Raises NotFound for anybody
    else's enrolment.
    """
    _may_change(identity, enrolment, enrolment.person)
    if not quietly:
        not_too_often(identity, enrolment.person_id)
    lock(enrolment.group_id)
    db.session.refresh(enrolment)
    if enrolment.state not in LIVE:
        return []
    now, was, by_staff = clock.now(), enrolment.state, enrolment.person_id != identity.person
    said = by_staff or enrolment.mode == EnrolmentMode.DATES
    dates = held_dates(enrolment, now) if said and was == EnrolmentState.ACTIVE else []
    # Of a proposal the person had no word, so its end has none.
    quietly = quietly or enrolment.is_proposal
    end(enrolment, now, reason, undo_until=now + UNDO_FOR)
    enrolment.undo_by_staff = by_staff
    record(identity, AuditAction.ENROLMENT_LEFT, enrolment, subjects=[enrolment.person_id], was=was)
    left = Left(enrolment, now, was, dates, by_staff=by_staff, quiet=quietly, until=enrolment.undo_until)
    left = as_known(left) if by_staff else left
    return tell([left, *advance(enrolment.group_id).moved_up])


def leave_no_trace(identity: Identity, enrolment: Enrolment) -> None:
    """Take out an enrolment that came by mistake: its person hears nothing, the line moves, and the row goes. That nothing
    was done with it is for the caller to know."""
    leave(identity, enrolment, quietly=True)
    seats = delete(DateSeat).where(DateSeat.enrolment_id == enrolment.id)
    offers = delete(SeatOffer).where(SeatOffer.enrolment_id == enrolment.id)
    switches = delete(GroupSwitch).where(
        or_(GroupSwitch.out_of_id == enrolment.id, GroupSwitch.into_id == enrolment.id)
    )
    for rows in (seats, offers, switches):
        db.session.execute(rows.execution_options(synchronize_session=False))
    db.session.expire(enrolment, ["date_seats"])
    db.session.delete(enrolment)
    db.session.flush()


def end(
    enrolment: Enrolment,
    now: datetime,
    reason: str,
    *,
    undo_until: datetime | None = None,
    state: EnrolmentState = EnrolmentState.LEFT,
    kept: bool = False,
) -> None:
    """Give back the coming seats and close the row, as `state`; the caller holds the lock and moves the lines.

    What it ended is `kept` where that can be taken back with the dates of the group, or alone until `undo_until`.
    """
    # Asked before anything changes: an enrolment that has ended, or whose dates say so, holds nothing to give back.
    held = held_ahead(enrolment, now)
    db.session.refresh(enrolment, ["date_seats"])
    was = enrolment.state
    keep(enrolment, undo_until, was)
    enrolment.left_as = was if kept else enrolment.left_as
    for seat in enrolment.date_seats:
        ends = seat.state != DateSeatState.LEFT and seat.occurrence.start > now
        seat.left_as = seat.state if ends and (undo_until or kept) else None
        seat.state = DateSeatState.LEFT if ends else seat.state
        seat.other_pool_at = None
    enrolment.other_pool_at = None
    enrolment.state, enrolment.ended_at, enrolment.reason = state, now, clean_line(reason, 300)
    db.session.flush()
    give_back(held.items())


def cannot_come(
    identity: Identity, occurrence: Occurrence, person: Person, *, undo_until: datetime | None = None
) -> list[SeatOutcome]:
    """Give back the seat of one date; the person stays in the group. Doing it twice has one effect.

    With `undo_until` it is part of an act that can be taken back until then.

    Returns what became of the person's enrolment and of those who waited. Raises Conflict where the person has no seat
    then, or the date is over; NotFound for who may not.
    """
    _may_change(identity, None, person, occurrence)
    not_too_often(identity, person.id)
    lock(occurrence.group_id)
    live = live_of(occurrence.group_id, person.id)
    standing = standings(person.id, [occurrence]).get(occurrence.id)
    if live is None or standing is None or standing.state == StandingState.REQUESTED:
        raise Conflict(_("There is no seat to give back on this date."), code="not-in")
    now = clock.now()
    if occurrence.end <= now:
        raise Conflict(_("This date is over."), code="over")
    if standing.state == StandingState.GIVEN_UP:
        return []
    if occurrence.status == OccurrenceStatus.CANCELLED:
        raise Conflict(_("This date is cancelled: there is nothing to give back."), code="cancelled")
    if live.mode == EnrolmentMode.WHOLE and live.state == EnrolmentState.WAITLISTED:
        raise Conflict(_("You are on the waiting list and have no seat to give back."), code="not-in")
    if standing.state == StandingState.ACTIVE:
        if undo_until:
            keep(live, undo_until, live.state)
        else:
            overtake(live, occurrence.id)
        _say(live, occurrence, DateSeatState.GIVEN_UP, now, DateSeatState.HELD if undo_until else None)
        give_back([(occurrence.id, live.pool_on(occurrence.id))])
        by_staff = person.id != identity.person
        given_up: SeatOutcome = GaveUp(live, occurrence, now, by_staff=by_staff, until=undo_until)
    else:
        until = now + UNDO_FOR if person.id == identity.person else None
        _leave_line(live, occurrence, now, until)
        given_up = SteppedBack(live, occurrence, until=until)
    _record(identity, AuditAction.DATE_SEAT_GIVEN_UP, live, occurrence)
    return tell([given_up, *advance(live.group_id).moved_up])


def _leave_line(live: Enrolment, occurrence: Occurrence, now: datetime, undo_until: datetime | None) -> None:
    """Give up the place in the line of a date; an enrolment of single dates ends with its last one."""
    whole = live.mode == EnrolmentMode.WHOLE
    if not whole and all(
        one.state == DateSeatState.LEFT or one.occurrence_id == occurrence.id for one in live.date_seats
    ):
        return end(live, now, "", undo_until=undo_until)
    keep(live, undo_until, live.state)
    for seat in live.date_seats:
        here = seat.occurrence_id == occurrence.id
        if here:
            seat.left_as = seat.state if undo_until else None
            # Since when they waited stays: with it they get their place back.
            seat.state = DateSeatState.GIVEN_UP if whole else DateSeatState.LEFT
    db.session.flush()
    return None


def can_come_again(identity: Identity, occurrence: Occurrence, person: Person) -> JoinAnswer:
    """Take the seat of a given-up date again, or wait for one. Doing it twice has one effect.

    Raises Conflict where nothing was given up, or the date has begun or is cancelled.
    """
    _may_change(identity, None, person, occurrence)
    not_too_often(identity, person.id)
    lock(occurrence.group_id)
    live = live_of(occurrence.group_id, person.id)
    standing = standings(person.id, [occurrence]).get(occurrence.id)
    if live is None or standing is None:
        raise Conflict(_("There is no seat to take back on this date."), code="not-in")
    if standing.state == StandingState.WAITLISTED:
        return Waitlisted(standing.position)
    if standing.state != StandingState.GIVEN_UP:
        return Admitted()
    now = clock.now()
    if occurrence.status == OccurrenceStatus.CANCELLED:
        raise Conflict(_("This date is cancelled. Please choose another one."), code="cancelled")
    if occurrence.end <= now or occurrence.status != OccurrenceStatus.SCHEDULED:
        raise Conflict(_("This date is over."), code="over")
    kept_apart = kept_apart_on(occurrence, person.id)
    if kept_apart and person.id != identity.person:
        raise ask_supervisor([person.id])
    ensure_ready(
        identity, live.group, person, [one for one in ahead(live.group_id, now) if one.id == occurrence.id]
    )
    overtake(live, occurrence.id)
    offered = withdraw_unheard(live.group, now, [occurrence.id])
    # Whoever waits for this date, and knows that a seat is kept for them, is before those who come back to it: a free seat means
    # that nobody waits, or is asked yet.
    since = next((one.at for one in live.date_seats if one.occurrence_id == occurrence.id), now)
    has_seat = not kept_apart and take_one(occurrence.id, live.pool_on(occurrence.id))
    seat = _say(
        live,
        occurrence,
        DateSeatState.HELD if has_seat else DateSeatState.WAITING,
        now,
    )
    if live.mode == EnrolmentMode.DATES and seat.state == DateSeatState.HELD:
        live.state = EnrolmentState.ACTIVE
    _record(identity, AuditAction.DATE_SEAT_TAKEN_BACK, live, occurrence)
    if offered:
        tell(advance(live.group_id).moved_up)
    if seat.state == DateSeatState.HELD:
        # Who read that they gave it back reads that they have it again: the last word is how it is.
        read = was_heard(person.id, [about_date(live, occurrence)], since)
        by_staff = person.id != identity.person
        again = JoinedDate(live, occurrence, now, by_staff=by_staff) if read else CameBack(live, occurrence)
        tell([again])
        return Admitted()
    position = place_in_line(live, occurrence.id)
    wish = f"{occurrence.uid}:{now:%Y%m%d%H%M%S%f}"
    tell([Waiting(live, occurrence, position, wish, by_staff=person.id != identity.person)])
    return Waitlisted(position)


def _may_change(
    identity: Identity, enrolment: Enrolment | None, person: Person, occurrence: Occurrence | None = None
) -> None:
    if person.id == identity.person:
        return None
    group = enrolment.group if enrolment is not None else occurrence.group if occurrence is not None else None
    if group is None or person.program_id != group.program_id:
        raise NotFound
    if enrolment is not None:
        return ensure_may_change(identity, enrolment)
    return ensure(identity, Permission.ENROL_OTHERS, facts_to_enrol(identity, group, person))


def _say(
    enrolment: Enrolment,
    occurrence: Occurrence,
    state: DateSeatState,
    now: datetime,
    left_as: DateSeatState | None = None,
) -> DateSeat:
    seat = next((s for s in enrolment.date_seats if s.occurrence_id == occurrence.id), None)
    if seat is None:
        seat = DateSeat(occurrence=occurrence, state=state, at=now)
        enrolment.date_seats.append(seat)
    if state == DateSeatState.HELD:
        give_slot(seat, enrolment.group)
    seat.state, seat.left_as, seat.moved_up_at, seat.other_pool_at = state, left_as, None, None
    seat.at = seat.at if left_as else now
    db.session.flush()
    return seat


def _record(identity: Identity, action: AuditAction, enrolment: Enrolment, occurrence: Occurrence) -> None:
    record(identity, action, enrolment, subjects=[enrolment.person_id], date=occurrence.original_local)
