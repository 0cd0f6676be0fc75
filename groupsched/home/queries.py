"""The dates of a week, as staff see them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.attendance.queries import writable
from groupsched.catalog.models import Facilitator, Group
from groupsched.catalog.queries import readable
from groupsched.catalog.rules import GroupState
from groupsched.core.db import db
from groupsched.home.rules import WEEK
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import with_assigned
from groupsched.schedule.rules import OccurrenceStatus


def week_dates(identity: Identity, monday: date) -> Sequence[Occurrence]:
    """The dates of the week from `monday` on that this identity may see, in order of time, with their places and leaders:
    those of groups that it may read, and those whose sheets it writes. What was put away keeps what took place."""
    sunday = monday + timedelta(WEEK - 1)
    # The day is that of the place; a day more on both sides holds it in every zone, and lets the index find it.
    first, last = (
        datetime.combine(day, time(), UTC) for day in (monday - timedelta(1), sunday + timedelta(2))
    )
    kept = and_(Group.state == GroupState.RETIRED, Occurrence.status != OccurrenceStatus.CANCELLED)
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .options(
            contains_eager(Occurrence.group).joinedload(Group.facilitators).joinedload(Facilitator.person),
            with_assigned(),
            joinedload(Occurrence.place),
        )
        .where(
            Occurrence.program_id == identity.program_id,
            Occurrence.external.is_(False),
            Occurrence.start.between(first, last),
            Occurrence.local_date.between(monday, sunday),
            ~Occurrence.dropped,
            or_(Group.state == GroupState.PUBLISHED, kept),
            or_(readable(identity), writable(identity)),
        )
    )
    return db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)).unique().all()
