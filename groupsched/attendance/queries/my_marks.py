"""What the sheets say of one person: to themselves, to staff who write on those sheets, and to their care team."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import contains_eager

from groupsched.access.identity import Identity
from groupsched.attendance.models import Attendee, Sheet
from groupsched.attendance.queries.caring import in_own_care
from groupsched.attendance.queries.writable import writable
from groupsched.attendance.rules import AttendanceStatus
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus


@dataclass(frozen=True)
class OwnMark:
    """A date that took place and what was marked of a person."""

    occurrence: Occurrence
    status: AttendanceStatus


@dataclass(frozen=True)
class MarksSeen:
    """The last marks of a person that show to a colleague, the latest first, and how often they were marked how on all sheets
    that do, in the order of the states."""

    latest: Sequence[OwnMark]
    totals: Mapping[AttendanceStatus, int]


def own_marks(person_id: int, begun: datetime, limit: int) -> Sequence[OwnMark]:
    """The last marked dates of a person that had begun, the latest first.

    A date with two answers says nothing until one of them is chosen.
    """
    rows = db.session.execute(_latest(_marked(person_id, begun), limit))
    return [OwnMark(one, said) for one, said in rows]


def times_there(person_id: int, group_id: int, begun: datetime) -> int:
    """How often a person was at dates of a group that had begun."""
    there = _marked(person_id, begun).where(
        Attendee.status == AttendanceStatus.PRESENT, Occurrence.group_id == group_id
    )
    return db.session.scalar(there.with_only_columns(func.count())) or 0


def marks_seen_by(identity: Identity, person_id: int, begun: datetime, limit: int) -> MarksSeen:
    """The same for staff: on sheets that this identity may write on, however old, or on all where it cares for the person; with
    how often the person was marked how on all of them. One statement."""
    # Counted beside each row before the last ones are taken.
    totals = [func.sum(case((Attendee.status == one, 1), else_=0)).over() for one in AttendanceStatus]
    query = _marked(person_id, begun).where(_shows_to(identity)).add_columns(*totals)
    rows = db.session.execute(_latest(query, limit)).all()
    counts = zip(AttendanceStatus, rows[0][2:], strict=True) if rows else ()
    return MarksSeen(
        [OwnMark(row[0], row[1]) for row in rows], {one: int(many) for one, many in counts if many}
    )


def _shows_to(identity: Identity) -> ColumnElement[bool]:
    return or_(writable(identity), in_own_care(identity))


def _latest(query: Any, limit: int) -> Any:
    query = query.options(contains_eager(Occurrence.group).joinedload(Group.modality))
    return query.order_by(Occurrence.start.desc(), Occurrence.id.desc()).limit(limit)


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
