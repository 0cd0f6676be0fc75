"""What is known of many people at once, before they join a group: one statement each, however many they are."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries.seats import each_pair, holds_seat
from groupsched.enrolment.rules import LIVE, TimeSpan
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus


def lives_of(group_id: int, person_ids: Collection[int]) -> dict[int, Enrolment]:
    """Their enrolments in a group that are not over, by person, read afresh with what they say about single dates."""
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.date_seats), joinedload(Enrolment.person))
        .where(
            Enrolment.group_id == group_id,
            Enrolment.person_id.in_(person_ids),
            Enrolment.state.in_(LIVE),
        )
        .execution_options(populate_existing=True)
    )
    return {one.person_id: one for one in db.session.scalars(query).unique()}


def spans_of(
    person_ids: Collection[int], start: datetime, end: datetime, *, but: int
) -> dict[int, list[TimeSpan]]:
    """The scheduled dates on which each of them holds a seat in groups other than `but`, as intervals with titles."""
    query = (
        each_pair(Enrolment.person_id, Occurrence.id, Occurrence.start, Occurrence.end, Group.title)
        .join(Group, Group.id == Occurrence.group_id)
        .where(
            Enrolment.person_id.in_(person_ids),
            Occurrence.group_id != but,
            holds_seat(),
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.end > start,
            Occurrence.start < end,
        )
        .order_by(Occurrence.start, Occurrence.id)
    )
    found: dict[int, list[TimeSpan]] = defaultdict(list)
    for person_id, *span in db.session.execute(query):
        found[person_id].append(TimeSpan(*span))
    return found
