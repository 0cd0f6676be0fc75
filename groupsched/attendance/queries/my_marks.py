"""A person's own attendance, as they may read it: what the sheets say of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.attendance.models import Attendee, Sheet
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


def own_marks(person_id: int, begun: datetime, limit: int) -> Sequence[OwnMark]:
    """The last marked dates of a person that had begun, the latest first.

    A date with two answers says nothing until one of them is chosen.
    """
    query = (
        select(Occurrence, Attendee.status)
        .join(Sheet, Sheet.occurrence_id == Occurrence.id)
        .join(Attendee, Attendee.sheet_id == Sheet.id)
        .options(joinedload(Occurrence.group).joinedload(Group.modality))
        .where(
            Attendee.person_id == person_id,
            Attendee.status != AttendanceStatus.UNMARKED,
            Attendee.two_answers.is_(False),
            Attendee.removed_at.is_(None),
            Occurrence.status.in_((OccurrenceStatus.SCHEDULED, OccurrenceStatus.FINISHED)),
            Occurrence.start <= begun,
        )
        .order_by(Occurrence.start.desc(), Occurrence.id.desc())
        .limit(limit)
    )
    return [OwnMark(one, said) for one, said in db.session.execute(query)]
