"""How somebody waits on who said no to a seat, or of whose dates some are free: as before, not before a day, for single dates alone,
or with those that are free."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.access.queries import get_program
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries import cohorts_of, ensure_may_change
from groupsched.enrolment.rules import DateSeatState, EnrolmentMode, EnrolmentState
from groupsched.enrolment.service.deciding import clashes_of
from groupsched.enrolment.service.joining import enrol, open_lines
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.often import not_too_often
from groupsched.enrolment.service.outcomes import SeatOutcome
from groupsched.enrolment.service.seats import ComingDate, ahead
from groupsched.enrolment.service.telling import tell
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import lock

FAR = timedelta(days=366)


def ask_later(identity: Identity, enrolment: Enrolment, day: date) -> None:
    """Keep the place in the line of a group, and ask for no seat before that day. Raises DomainError for a day that is not ahead,
    or more than a year; Conflict where they do not wait for every date."""
    _waits(identity, enrolment)
    today = clock.today(_zone(enrolment))
    if not today < day <= today + FAR:
        raise DomainError(_("Choose a day within the next year."), field="day", code="day")
    then = datetime.combine(day, time(), ZoneInfo(_zone(enrolment))).astimezone(clock.UTC)
    enrolment.ask_from = max(then, enrolment.ask_from or then) if enrolment.cohort_id is not None else then
    _said(identity, enrolment)


def ask_as_before(identity: Identity, enrolment: Enrolment) -> list[SeatOutcome]:
    """Keep the place, and ask for the next seat. Raises Conflict where they do not wait for every date."""
    _waits(identity, enrolment)
    if enrolment.ask_from is None or enrolment.cohort_id is not None:
        return []
    enrolment.ask_from = None
    _said(identity, enrolment)
    return tell(advance(enrolment.group_id).moved_up)


def only_single_dates(identity: Identity, enrolment: Enrolment) -> list[SeatOutcome]:
    """Wait no more for every date: for each coming date by itself, since they began to wait. Raises Conflict where they do not wait
    for every date, or there is none to come."""
    _waits(identity, enrolment)
    _for_each_date(enrolment, ahead(enrolment.group_id, clock.now()))
    _said(identity, enrolment)
    return tell(advance(enrolment.group_id).moved_up)


def take_free_dates(identity: Identity, enrolment: Enrolment) -> int:
    """Take those coming dates that are free and at which they have nothing else, and wait for each of the others by itself, since
    they began to wait for all; says how many they have. Raises Conflict where they do not wait for every date, may not simply join, or none is free."""
    _waits(identity, enrolment)
    group, person = enrolment.group, enrolment.person
    dates = open_lines(group)
    free = [one for one in dates if one.seats.free_in(enrolment.pool) != 0]
    busy = {one.wanted.key for one in clashes_of(group, person, free)}
    chosen = [one.id for one in free if one.id not in busy]
    if not chosen:
        raise Conflict(_("No date is free for you now. You keep your place."), code="none-free")
    # Not for these too: they would be kept for them, until they answer.
    _for_each_date(enrolment, dates, but=chosen)
    query = select(Occurrence).where(Occurrence.id.in_(chosen)).order_by(Occurrence.start, Occurrence.id)
    rows = db.session.scalars(query).all()
    enrol(identity, group, person, mode=EnrolmentMode.DATES, occurrences=rows, wait=False)
    return len(rows)


def _for_each_date(enrolment: Enrolment, dates: Sequence[ComingDate], but: Collection[int] = ()) -> None:
    since = enrolment.queued_at or clock.now()
    if not dates or enrolment.group.has_slots or cohorts_of(enrolment.group):
        raise Conflict(_("There are no coming dates to wait for."), code="no-dates")
    said = {one.occurrence_id: one for one in enrolment.date_seats}
    enrolment.mode, enrolment.queued_at, enrolment.ask_from = EnrolmentMode.DATES, None, None
    for one in (each for each in dates if each.id not in but):
        if (seat := said.get(one.id)) is None:
            seat = DateSeat(occurrence_id=one.id)
            enrolment.date_seats.append(seat)
        seat.state, seat.at = DateSeatState.WAITING, since
    db.session.flush()


def _waits(identity: Identity, enrolment: Enrolment) -> None:
    if enrolment.person_id != identity.person:
        ensure_may_change(identity, enrolment)
    not_too_often(identity, enrolment.person_id)
    lock(enrolment.group_id)
    db.session.refresh(enrolment)
    if enrolment.state != EnrolmentState.WAITLISTED or enrolment.mode != EnrolmentMode.WHOLE:
        raise Conflict(_("You do not wait for every date of this group any more."), code="not-waiting")


def _said(identity: Identity, enrolment: Enrolment) -> None:
    db.session.flush()
    record(identity, AuditAction.ENROLMENT_REARRANGED, enrolment, subjects=[enrolment.person_id])


def _zone(enrolment: Enrolment) -> str:
    program = get_program(enrolment.group.program_id)
    return program.timezone if program else "UTC"
