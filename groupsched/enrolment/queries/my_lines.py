"""The lines in which one person stands, where they moved up to a seat, and where they were answered no."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from groupsched.catalog.models import Group
from groupsched.catalog.rules import GroupState, Setting
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries.apart import asking_first
from groupsched.enrolment.queries.lines import places_in_line
from groupsched.enrolment.rules import LIVE, DateSeatState, EnrolmentState
from groupsched.outbox.models import Message
from groupsched.schedule.models import Occurrence

ANSWER_STANDS = timedelta(days=14)
DECLINED = "request_declined"


def own_lines(
    enrolments: Sequence[Enrolment], now: datetime
) -> Iterator[tuple[Enrolment, Occurrence | None, int]]:
    """Every line in which these live enrolments stand, with the place: a group's (None), or that of one date to come."""
    waiting = [one for one in enrolments if _waits(one)]
    by_id = {one.id: one for one in waiting}
    dates = {seat.occurrence_id: seat.occurrence for one in waiting for seat in one.date_seats}
    for (enrolment, number), place in places_in_line(waiting).items():
        date = None if number is None else dates[number]
        if date is None or date.start > now:
            yield by_id[enrolment], date, place


def _waits(one: Enrolment) -> bool:
    waits = any(seat.state == DateSeatState.WAITING for seat in one.date_seats)
    return one.state != EnrolmentState.REQUESTED and (waits or one.state == EnrolmentState.WAITLISTED)


def moved_up(
    enrolments: Sequence[Enrolment], dates: Sequence[Occurrence], now: datetime
) -> Iterator[tuple[Enrolment, Occurrence | None]]:
    """Where a place in line became a seat, until that was seen or the date is over: the date, or for a whole group the first
    of its `dates` since (None: it is far ahead)."""
    for one in enrolments:
        for seat in one.date_seats:
            if seat.moved_up_at and seat.state == DateSeatState.HELD and seat.occurrence.end > now:
                yield one, seat.occurrence
        if (since := one.moved_up_at) is not None:
            own = (date for date in dates if date.group_id == one.group_id and date.start >= since)
            first = next(own, None)
            if first is None or first.end > now:
                yield one, first


def declined(person_id: int, now: datetime) -> list[tuple[Group, Enrolment | None]]:
    """The groups to which a person asked to come and was answered no lately, and has not asked again: where no mail says it,
    their week does. With what they asked, where it was answered with another idea."""
    again = exists().where(
        Enrolment.person_id == person_id,
        Enrolment.group_id == Message.group_id,
        Enrolment.created_at > Message.created_at,
    )
    answered = select(Message.group_id).where(
        Message.person_id == person_id,
        Message.kind == DECLINED,
        Message.created_at > now - ANSWER_STANDS,
        ~again,
    )
    theirs = aliased(Enrolment)
    last = (
        select(func.max(theirs.id))
        .where(theirs.person_id == person_id, theirs.group_id == Group.id)
        .scalar_subquery()
    )
    query = (
        select(Group, Enrolment)
        .outerjoin(
            Enrolment, and_(Enrolment.id == last, Enrolment.idea_words != "", Enrolment.state.not_in(LIVE))
        )
        .where(Group.id.in_(answered))
        .options(joinedload(Group.modality), joinedload(Enrolment.idea))
    )
    return [(group, one) for group, one in db.session.execute(query.order_by(Group.id))]


def other_ideas(enrolment: Enrolment) -> list[Group]:
    """What may suit somebody who asked for a group instead: the listed groups of its program in which they are not, by title; none
    in which somebody is from whom they are kept apart."""
    theirs = select(Enrolment.group_id).where(
        Enrolment.person_id == enrolment.person_id, Enrolment.state.in_(LIVE)
    )
    query = select(Group).where(
        Group.program_id == enrolment.group.program_id,
        Group.state == GroupState.PUBLISHED,
        Group.source_id.is_(None),
        Group.setting != Setting.PRIVATE,
        Group.hidden.is_(False),
        Group.id != enrolment.group_id,
        Group.id.not_in(theirs),
    )
    found = list(db.session.scalars(query.order_by(Group.title, Group.id)))
    apart = asking_first(enrolment.group.program_id, enrolment.person_id, [one.id for one in found])
    return [one for one in found if one.id not in apart]
