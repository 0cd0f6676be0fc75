"""A group as a course: how far it has come, and which one of the same kind comes next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, joinedload

from groupsched.catalog.models import Group
from groupsched.catalog.rules import Access, GroupState, Setting
from groupsched.core.db import db
from groupsched.core.filters import local
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import LIVE, weekly_days
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

FOREVER = timedelta(days=300)
"""Dates are made farther ahead than this: a group whose last one is nearer has an end."""

_TAKES_PLACE = (OccurrenceStatus.SCHEDULED, OccurrenceStatus.FINISHED)


@dataclass(frozen=True)
class CourseProgress:
    """How many dates of a course have been, and how many it has; `weekly`: each is another week."""

    held: int
    dates: int
    weekly: bool


def progress_of(group: Group, now: datetime) -> CourseProgress | None:
    """How far a group has come that has an end; None for one that goes on, or has not begun."""
    query = select(Occurrence.original_start, Occurrence.end, Occurrence.timezone).where(
        Occurrence.group_id == group.id, Occurrence.status.in_(_TAKES_PLACE)
    )
    rows = db.session.execute(query.order_by(Occurrence.start, Occurrence.id)).all()
    held = sum(row.end <= now for row in rows)
    if not held or rows[-1].end > now + FOREVER:
        return None
    weekly = len(weekly_days([local(row.original_start, row.timezone) for row in rows])) == 1
    return CourseProgress(held, len(rows), weekly)


def next_course(group: Group, person_id: int, now: datetime) -> Occurrence | None:
    """The first date of the next group of the same kind that has not begun, that anybody may join or ask for, and in which
    the person is not."""
    sooner = aliased(Occurrence)
    begun = exists().where(
        sooner.group_id == Occurrence.group_id,
        sooner.start < Occurrence.start,
        sooner.status.in_(_TAKES_PLACE),
    )
    mine = exists().where(
        Enrolment.group_id == Occurrence.group_id,
        Enrolment.person_id == person_id,
        Enrolment.state.in_(LIVE),
    )
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .options(joinedload(Occurrence.group))
        .where(
            Group.program_id == group.program_id,
            Group.id != group.id,
            Group.modality_id == group.modality_id,
            Group.state == GroupState.PUBLISHED,
            Group.hidden.is_(False),
            Group.setting != Setting.PRIVATE,
            Group.access.in_((Access.OPEN, Access.ENROL, Access.REFERRAL)),
            Occurrence.external.is_(False),
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.start > now,
            ~begun,
            ~mine,
        )
    )
    return db.session.scalars(query.order_by(Occurrence.start, Occurrence.id).limit(1)).first()
