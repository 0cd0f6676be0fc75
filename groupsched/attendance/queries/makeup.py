"""What could make up for a missed date: soon, of the same service type, with a free seat, without a clash."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.accounts.models import Person
from groupsched.catalog.models import Group, Modality
from groupsched.catalog.rules import Access, GroupState
from groupsched.core.db import db
from groupsched.enrolment.queries import asking_first, clashing, enrolments_of
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

WITHIN = timedelta(days=7)
SHOWN = 3
LOOKED_AT = 60


def makeup_dates(person: Person, missed: Group | None, now: datetime) -> list[Occurrence]:
    """The next dates that somebody could come to instead: at most three, none of a group they are in, or that they
    would have to ask first because of somebody there."""
    own = enrolments_of(person)
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .join(Group.modality)
        .options(
            contains_eager(Occurrence.group).contains_eager(Group.modality),
            contains_eager(Occurrence.group).joinedload(Group.facilitators),
            joinedload(Occurrence.place),
        )
        .where(
            Occurrence.program_id == person.program_id,
            Occurrence.external.is_(False),
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.start > now,
            Occurrence.start < now + WITHIN,
            Occurrence.any_free(),
            Group.state == GroupState.PUBLISHED,
            Group.hidden.is_(False),
            Group.access.in_((Access.OPEN, Access.ENROL)),
            Group.id.not_in([one.group_id for one in own]),
            *_alike(missed),
        )
        .order_by(Occurrence.start, Occurrence.id)
        .limit(LOOKED_AT)
    )
    found = list(db.session.scalars(query).unique())
    busy = clashing(person.id, found)
    apart = asking_first(person.program_id, person.id, {one.group_id for one in found})
    return [one for one in found if one.id not in busy and one.group_id not in apart][:SHOWN]


def _alike(missed: Group | None) -> list[ColumnElement[bool]]:
    """The same service type, where the missed group has one."""
    kind = missed.counted_as if missed else None
    if kind is None:
        return []
    return [func.coalesce(Group.service_type_id, Modality.service_type_id) == kind.id]
