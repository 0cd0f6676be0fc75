"""What the sheets say of one person: to themselves, to staff who write on those sheets, and to their care team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager

from groupsched.access.identity import Identity
from groupsched.attendance.models import Attendee, Sheet
from groupsched.attendance.queries.caring import in_own_care
from groupsched.attendance.queries.writable import writable
from groupsched.attendance.rules import AttendanceStatus
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.states import rank
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus


@dataclass(frozen=True)
class OwnMark:
    """A date that took place and what was marked of a person."""

    occurrence: Occurrence
    status: AttendanceStatus


def own_marks(person_id: int, begun: datetime, limit: int) -> Sequence[OwnMark]:
    """The last marked dates of a person that had begun, the latest first.

    A date with two answers says nothing until one of them is chosen.
    """
    return _read(_marked(person_id, begun), limit)


def times_there(person_id: int, group_id: int, begun: datetime) -> int:
    """How often a person was at dates of a group that had begun."""
    there = _marked(person_id, begun).where(
        Attendee.status == AttendanceStatus.PRESENT, Occurrence.group_id == group_id
    )
    return db.session.scalar(there.with_only_columns(func.count())) or 0


def marks_seen_by(identity: Identity, person_id: int, begun: datetime, limit: int) -> Sequence[OwnMark]:
    """The same for staff: on sheets that this identity may write on, however old, or on all where it cares for the person."""
    return _read(_marked(person_id, begun).where(_shows_to(identity)), limit)


def totals_seen_by(identity: Identity, person_id: int, begun: datetime) -> dict[AttendanceStatus, int]:
    """How often a person was marked how, on all those sheets."""
    seen = _marked(person_id, begun).where(_shows_to(identity))
    counted = seen.with_only_columns(Attendee.status, func.count().label("number")).group_by(Attendee.status)
    counted = counted.order_by(rank(Attendee.status, AttendanceStatus))
    return {row.status: row.number for row in db.session.execute(counted)}


def _shows_to(identity: Identity) -> ColumnElement[bool]:
    return or_(writable(identity), in_own_care(identity))


def _read(query: Select[Occurrence, AttendanceStatus], limit: int) -> Sequence[OwnMark]:
    query = query.options(contains_eager(Occurrence.group).joinedload(Group.modality))
    query = query.order_by(Occurrence.start.desc(), Occurrence.id.desc()).limit(limit)
    return [OwnMark(one, said) for one, said in db.session.execute(query)]


def _marked(person_id: int, begun: datetime) -> Select[Occurrence, AttendanceStatus]:
    return (
        select(Occurrence, Attendee.status)
        .join(Occurrence.group)
        .join(Sheet, Sheet.occurrence_id == Occurrence.id)
        .join(Attendee, Attendee.sheet_id == Sheet.id)
        .where(
            Attendee.person_id == person_id,
            Attendee.status != AttendanceStatus.UNMARKED,
            Attendee.two_answers.is_(False),
            Attendee.removed_at.is_(None),
            Occurrence.status.in_((OccurrenceStatus.SCHEDULED, OccurrenceStatus.FINISHED)),
            Occurrence.start <= begun,
        )
    )
