"""Who was there for which topic of a group, as the sheets say it."""

from collections import defaultdict

from sqlalchemy import select

from groupsched.attendance.models import Attendee, Sheet
from groupsched.attendance.rules import AttendanceStatus
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus


def topics_met(group_id: int, person_id: int | None = None) -> dict[int, set[int]]:
    """The numbers of the topics on whose dates people of a group were there, by the number of the person; of one alone if
    asked. Call it behind ATTENDANCE_READ, or of oneself."""
    query = (
        select(Attendee.person_id, Occurrence.topic_id)
        .join(Sheet, Sheet.id == Attendee.sheet_id)
        .join(Occurrence, Occurrence.id == Sheet.occurrence_id)
        .where(
            Occurrence.group_id == group_id,
            Occurrence.topic_id.is_not(None),
            Occurrence.status.not_in((OccurrenceStatus.CANCELLED, OccurrenceStatus.DID_NOT_MEET)),
            Attendee.status == AttendanceStatus.PRESENT,
            Attendee.removed_at.is_(None),
            Attendee.person_id == person_id if person_id is not None else Attendee.person_id.is_not(None),
        )
        .distinct()
    )
    found: dict[int, set[int]] = defaultdict(set)
    for person, topic in db.session.execute(query):
        found[person or 0].add(topic or 0)
    return found
