"""What became of the dates of somebody while they were out of a group for a moment: they hear it once they are in again."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import told_about
from groupsched.enrolment.rules import EnrolmentMode
from groupsched.enrolment.service.outcomes import Joined, JoinedDate, Replanned, SeatOutcome
from groupsched.enrolment.service.replanned import before
from groupsched.enrolment.service.seats import held_dates
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus


def missed(
    act: Sequence[Enrolment], back: Collection[Enrolment], dates: Collection[int], since: datetime
) -> list[SeatOutcome]:
    """What the person of an act that was taken back did not hear: dates that were cancelled since it, by name; of any other
    change, all that they have now. It counts of the groups in which they are `back`, and else of these `dates`."""
    groups = {one.group_id for one in act}
    query = select(Occurrence.id).where(
        Occurrence.group_id.in_(groups),
        Occurrence.start > clock.now(),
        Occurrence.changed_at > since,
        Occurrence.version > 1,
    )
    changed = db.session.scalars(query).all()
    own = defaultdict[Enrolment, list[Occurrence]](list)
    for enrolment, date in told_about(changed, in_line=False) if changed else ():
        if enrolment in back or (enrolment in act and date.id in dates):
            own[enrolment].append(date)
    return [outcome for enrolment, found in own.items() for outcome in _told(enrolment, found)]


def _told(enrolment: Enrolment, dates: Sequence[Occurrence]) -> list[SeatOutcome]:
    gone = [one for one in dates if one.status == OccurrenceStatus.CANCELLED]
    told: list[SeatOutcome] = []
    if gone:
        told.append(Replanned(enrolment, gone, {one.id: before(one) for one in gone}, None))
    if len(gone) < len(dates):
        told += _as_it_is(enrolment, dates)
    return told


def _as_it_is(enrolment: Enrolment, dates: Sequence[Occurrence]) -> list[SeatOutcome]:
    now = clock.now()
    if enrolment.mode == EnrolmentMode.WHOLE:
        return [Joined(enrolment, held_dates(enrolment, now), at=now, by_staff=True)]
    moved = [one for one in dates if one.status == OccurrenceStatus.SCHEDULED]
    return [JoinedDate(enrolment, one, now, by_staff=True) for one in moved]
