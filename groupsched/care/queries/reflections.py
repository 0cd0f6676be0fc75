"""What of dates somebody is asked, and totals."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.attendance.models import Attendee, Sheet
from groupsched.attendance.rules import AttendanceStatus
from groupsched.care.models import Reflection, ReflectionBatch
from groupsched.care.queries.teams import team_on, today_in
from groupsched.care.rules import (
    AGAIN,
    ASKED_AGAIN,
    NOT_AGAIN,
    CareRole,
    is_no_fit,
    reflected_window,
)
from groupsched.catalog.models import Group
from groupsched.catalog.rules import GroupState, Setting
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment.events import WouldNotGoAgain
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import (
    each_pair,
    holds_seat,
    live_of,
    outside_dates,
    similar,
)
from groupsched.enrolment.rules import EnrolmentState
from groupsched.questionnaires.models import QuestionnaireResponse, ResponseAnswer
from groupsched.questionnaires.queries import responses_seen_by
from groupsched.questionnaires.rules import SHARED, Audience
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import coming
from groupsched.schedule.rules import OccurrenceStatus


def was_there(person_id: int) -> ColumnElement[bool]:
    """Whether somebody was at a date that is over: they were marked present, or had a seat and nobody said that they were not
    there; or it is one of others that they had in their week."""
    mine = exists().where(
        Attendee.sheet_id == Sheet.id, Sheet.occurrence_id == Occurrence.id, Attendee.person_id == person_id
    )
    there = mine.where(Attendee.status == AttendanceStatus.PRESENT)
    elsewhere = mine.where(Attendee.status.not_in((AttendanceStatus.PRESENT, AttendanceStatus.UNMARKED)))
    seated = Occurrence.id.in_(each_pair(Occurrence.id).where(Enrolment.person_id == person_id, holds_seat()))
    return or_(there, and_(seated, ~elsewhere), Occurrence.id.in_(outside_dates(person_id)))


def asked_about(person_id: int, now: datetime) -> Select[Occurrence]:
    """The dates that somebody is asked about now, the latest first: they were there, and said nothing of it yet."""
    first, last = reflected_window(now)
    of_it = (Reflection.person_id == person_id, Reflection.occurrence_id == Occurrence.id)
    waits = or_(Reflection.later_at.is_(None), Reflection.later_at > now - ASKED_AGAIN)
    return (
        select(Occurrence)
        .join(Occurrence.group)
        .options(contains_eager(Occurrence.group))
        .where(
            Occurrence.end >= first,
            Occurrence.end <= last,
            Occurrence.status.in_((OccurrenceStatus.SCHEDULED, OccurrenceStatus.FINISHED)),
            was_there(person_id),
            ~exists().where(*of_it, waits),
        )
        .order_by(Occurrence.end.desc(), Occurrence.id)
    )


def meetings_been_to(person: Person, now: datetime) -> Select[Occurrence]:
    """The dates of meetings that others run that somebody may say they went to, the latest first: of these it is not known who was
    there, so nobody is asked. Not those that they said something of."""
    first, last = reflected_window(now)
    of_it = (Reflection.person_id == person.id, Reflection.occurrence_id == Occurrence.id)
    return (
        select(Occurrence)
        .join(Occurrence.group)
        .options(contains_eager(Occurrence.group))
        .where(
            Occurrence.external,
            Occurrence.program_id == person.program_id,
            Group.state == GroupState.PUBLISHED,
            Group.hidden.is_(False),
            Occurrence.end >= first,
            Occurrence.end <= last,
            Occurrence.status.in_((OccurrenceStatus.SCHEDULED, OccurrenceStatus.FINISHED)),
            ~exists().where(*of_it),
        )
        .order_by(Occurrence.end.desc(), Occurrence.id)
    )


def meetings_of(person: Person, group: Group) -> list[Occurrence]:
    """Those of one group."""
    query = meetings_been_to(person, clock.now()).where(Occurrence.group_id == group.id)
    return list(db.session.scalars(query))


def next_reflection(person_id: int, now: datetime) -> Occurrence | None:
    """The one date that somebody is asked about now: never more than one at a time."""
    return db.session.scalar(asked_about(person_id, now).limit(1))


def reflected_on(person_id: int, uid: str) -> Reflection | None:
    """What somebody said of a date already, a response alone."""
    query = select(Reflection).join(Reflection.occurrence).options(joinedload(Reflection.response))
    mine = (Reflection.person_id == person_id, Reflection.response_id.is_not(None), Occurrence.uid == uid)
    return db.session.scalar(query.where(*mine))


def reflections_shared(identity: Identity, person: Person, most: int) -> list[Reflection]:
    """What somebody said of dates and chose to share with this identity, as one of those who care for them, the latest date first:
    that it is there. What it says is read on its own page, which writes the reading down."""
    query = (
        select(Reflection)
        .join(Reflection.response)
        .join(Reflection.occurrence)
        .join(Occurrence.group)
        .options(
            contains_eager(Reflection.response),
            contains_eager(Reflection.occurrence).contains_eager(Occurrence.group).joinedload(Group.modality),
        )
        .where(
            Reflection.person_id == person.id,
            QuestionnaireResponse.audience.in_(SHARED),
            responses_seen_by(identity),
        )
    )
    latest = query.order_by(Occurrence.start.desc(), Reflection.id.desc()).limit(most)
    return list(db.session.scalars(latest))


def date_to_reflect(person_id: int, uid: str) -> Occurrence:
    """A date that somebody is asked about, that they put off, or of a meeting that others run that they may have been at. Raises
    NotFound for any other, and for one that they said something of."""
    now = clock.now()
    query = asked_about(person_id, now).where(Occurrence.uid == uid)
    later = exists().where(
        Reflection.person_id == person_id,
        Reflection.occurrence_id == Occurrence.id,
        Reflection.later_at.is_not(None),
    )
    found = db.session.scalar(query) or db.session.scalar(
        select(Occurrence).where(Occurrence.uid == uid, Occurrence.end >= reflected_window(now)[0], later)
    )
    if found is None and (person := db.session.get(Person, person_id)) is not None:
        found = db.session.scalar(meetings_been_to(person, now).where(Occurrence.uid == uid))
    if found is None:
        raise NotFound
    return found


def groups_instead(
    identity: Identity, said: Reflection, now: datetime
) -> tuple[Enrolment, list[Occurrence]] | None:
    """Of somebody who said that a group is not for them: their seat in it, and the next date of two groups of its kind with a free seat,
    in which they are not. None where they said no such thing, or have no seat in it that they could change from."""
    if said.response is None or not is_no_fit(said.response.answers):
        return None
    mine = live_of(said.group_id, said.person_id)
    if mine is None or mine.state is not EnrolmentState.ACTIVE or mine.group.setting is Setting.PRIVATE:
        return None
    like = next(iter(coming(mine.group, now, 1)), said.occurrence)
    others = [one for one in similar(identity, like, now) if not one.group.has_slots]
    return mine, [one for one in others if live_of(one.group_id, said.person_id) is None]


def counselors_of(person: Person) -> list[Person]:
    """Who counsels somebody today, by the care team."""
    return [
        row.member for row in team_on(person, today_in(person.program_id)) if row.role is CareRole.COUNSELOR
    ]


def batches_of(group: Group) -> list[ReflectionBatch]:
    """The totals of a group, the oldest first."""
    query = select(ReflectionBatch).where(ReflectionBatch.group_id == group.id)
    return list(db.session.scalars(query.order_by(ReflectionBatch.id)))


def would_not_go_again(question: WouldNotGoAgain) -> frozenset[int]:
    """The groups of which somebody said last that they would not go again."""
    query = (
        select(Reflection.group_id, ResponseAnswer.value)
        .join(ResponseAnswer, ResponseAnswer.response_id == Reflection.response_id)
        .where(Reflection.person_id == question.person_id, ResponseAnswer.item == AGAIN)
    )
    last = {row.group_id: row.value for row in db.session.execute(query.order_by(Reflection.id))}
    return frozenset(group for group, value in last.items() if value in NOT_AGAIN)


def waiting_for_totals(group_id: int) -> list[Reflection]:
    """The reflections on a group that were handed over for totals and stand in none yet, as they came."""
    query = (
        select(Reflection)
        .join(Reflection.response)
        .options(
            contains_eager(Reflection.response).selectinload(QuestionnaireResponse.rows),
            contains_eager(Reflection.response).joinedload(QuestionnaireResponse.published),
        )
        .where(
            Reflection.group_id == group_id,
            Reflection.batch_id.is_(None),
            QuestionnaireResponse.audience == Audience.TOTALS,
            QuestionnaireResponse.handed_over_at.is_not(None),
        )
    )
    return list(
        db.session.scalars(query.order_by(QuestionnaireResponse.handed_over_at, QuestionnaireResponse.id))
    )
