"""The dates of a week, as staff see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, false, literal, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, can
from groupsched.accounts.queries import glass_opened
from groupsched.attendance.queries import calls_due, writable
from groupsched.care.queries import number_of_calls
from groupsched.catalog.models import Facilitator, Group
from groupsched.catalog.queries import readable
from groupsched.catalog.rules import GroupState
from groupsched.core.db import db
from groupsched.home.rules import WEEK
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import asked_dates, some_asked, with_assigned
from groupsched.schedule.rules import OccurrenceStatus


@dataclass(frozen=True)
class WaitingCounts:
    """How many calls are `due`, how many dates on closed days wait for an answer, how many people asked to be called now, and
    whether anything was opened by break-glass lately that the reader watches over."""

    due: int
    on_closed_days: int
    calls_now: int
    glass: bool


def waiting_counts(identity: Identity, until: datetime, glass_since: datetime) -> WaitingCounts:
    """What waits for this identity, calls that are due before a moment: in one statement, where there are none of these dates."""
    nothing: Any = literal(0)
    calls = calls_due(identity, until).scalar_subquery() if can(identity, Permission.TASK_WRITE) else nothing
    now = number_of_calls(identity).scalar_subquery() if can(identity, Permission.CALL_TAKE) else nothing
    watches = can(identity, Permission.GLASS_READ)
    glass = glass_opened(identity, glass_since).exists() if watches else false()
    due, asked, urgent, opened = db.session.execute(select(calls, some_asked(identity), now, glass)).one()
    return WaitingCounts(due, len(asked_dates(identity)) if asked else 0, urgent, bool(opened))


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
