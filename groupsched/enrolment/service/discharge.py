"""Whoever is no client any more leaves their groups: seats come free, and the lines move at once; so do those in which somebody
waits whose account is turned off, or on again."""

from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from groupsched.access.identity import Role, System
from groupsched.accounts.models import Grant
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.i18n import _
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.rules import IN_LINE, LIVE, DateSeatState, EnrolmentState
from groupsched.enrolment.service.leaving import end
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.outcomes import AllEnded, Ended, SeatOutcome
from groupsched.enrolment.service.telling import tell
from groupsched.schedule.service import lock


def client_role_ended(person_id: int) -> None:
    """End every enrolment of a person; they are told once, not once a group."""
    found = select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.state.in_(LIVE))
    _end([enrolment.id for enrolment in db.session.scalars(found)])


def end_with_roles(now: datetime) -> None:
    """End the enrolments of people whose role ran out. What they joined after that, as one who was here, stays."""
    lasting = aliased(Grant)
    goes_on = exists().where(
        lasting.person_id == Enrolment.person_id,
        lasting.role == Role.CLIENT,
        lasting.lasts(now),
    )
    ran_out = (Grant.role == Role.CLIENT, ~Grant.lasts(now), Grant.until_at > Enrolment.created_at)
    query = (
        select(Enrolment.id)
        .join(Grant, Grant.person_id == Enrolment.person_id)
        .where(*ran_out, ~goes_on, Enrolment.state.in_(LIVE))
    )
    _end(list(db.session.scalars(query.distinct())))


def _end(numbers: list[int]) -> None:
    """Each group is locked before its rows are read again, the groups in one order: nobody waits in a circle."""
    now = clock.now()
    outcomes: list[SeatOutcome] = []
    last: dict[int, Enrolment] = {}
    query = select(Enrolment).where(Enrolment.id.in_(numbers)).order_by(Enrolment.group_id, Enrolment.id)
    for enrolment in db.session.scalars(query).all() if numbers else ():
        lock(enrolment.group_id)
        db.session.refresh(enrolment)
        if enrolment.state in LIVE:
            proposed = enrolment.is_proposal
            was, house = enrolment.state, System(program_id=enrolment.group.program_id)
            end(enrolment, now, _("The role has ended."))
            record(house, AuditAction.ENROLMENT_LEFT, enrolment, subjects=[enrolment.person_id], was=was)
            outcomes += [] if proposed else [Ended(enrolment)]
            outcomes += advance(enrolment.group_id).moved_up
            if not proposed:
                last[enrolment.person_id] = enrolment
    tell([*outcomes, *(AllEnded(enrolment, now) for enrolment in last.values())])


def account_switched(person_id: int) -> None:
    """Move the lines in which somebody waits whose account was turned off, or on again: what is kept for them goes on to the next
    one, who can answer, and they keep their place."""
    by_date = and_(DateSeat.enrolment_id == Enrolment.id, DateSeat.state == DateSeatState.WAITING)
    waits = or_(Enrolment.state == EnrolmentState.WAITLISTED, exists().where(by_date))
    query = select(Enrolment.group_id).where(
        Enrolment.person_id == person_id, Enrolment.state.in_(IN_LINE), waits
    )
    for group_id in db.session.scalars(query.distinct().order_by(Enrolment.group_id)).all():
        lock(group_id)
        tell(advance(group_id).moved_up)
