"""Many sheets at once: counts for /today, what waits for somebody, the trend of a group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.attendance.models import Attendee, MarkToReview, Sheet
from groupsched.attendance.queries.writable import writable
from groupsched.attendance.rules import WINDOW, AttendanceStatus, RowOrigin
from groupsched.catalog.models import Group
from groupsched.catalog.rules import GroupState
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import with_leaders
from groupsched.schedule.rules import OccurrenceStatus

TREND = 12


@dataclass(frozen=True)
class SheetCount:
    """The counters of one sheet in short. `two` rows wait for a choice."""

    expected: int
    here: int
    late: int
    unmarked: int
    two: int


@dataclass(frozen=True)
class AttendanceTrend:
    """How many were here on one finished date, of how many in the denominator."""

    start: datetime
    here: int
    expected: int


def written_between(identity: Identity, start: datetime, end: datetime) -> Sequence[Occurrence]:
    """The dates whose sheets this identity writes and that touch [start, end), in order of time."""
    query = _mine(identity).where(Occurrence.end > start, Occurrence.start < end)
    query = query.options(joinedload(Occurrence.laid_topic))
    return db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)).unique().all()


def next_of(identity: Identity, after: datetime) -> Occurrence | None:
    """The first date of this identity's that starts later."""
    query = _mine(identity).where(Occurrence.start >= after, Occurrence.status == OccurrenceStatus.SCHEDULED)
    return db.session.scalars(query.order_by(Occurrence.start, Occurrence.id).limit(1)).unique().first()


def next_date(occurrence: Occurrence) -> Occurrence | None:
    """The next planned date of the same group."""
    query = select(Occurrence).where(
        Occurrence.group_id == occurrence.group_id,
        Occurrence.start > occurrence.start,
        Occurrence.status == OccurrenceStatus.SCHEDULED,
    )
    return db.session.scalars(query.order_by(Occurrence.start, Occurrence.id).limit(1)).first()


def _mine(identity: Identity) -> Select[Occurrence]:
    return (
        select(Occurrence)
        .join(Group, Group.id == Occurrence.group_id)
        .options(
            joinedload(Occurrence.group).joinedload(Group.modality),
            *with_leaders(),
            joinedload(Occurrence.place),
        )
        .where(
            writable(identity),
            Occurrence.external.is_(False),
            ~Occurrence.dropped,
            Group.state == GroupState.PUBLISHED,
        )
    )


def counts_of(occurrences: Iterable[Occurrence]) -> dict[int, SheetCount]:
    """The counters of the sheets that were opened, by the number of the occurrence."""
    torn = Attendee.two_answers.is_(True)
    here = Attendee.status == AttendanceStatus.PRESENT
    untouched = Attendee.status == AttendanceStatus.UNMARKED
    outside = or_(Attendee.origin == RowOrigin.CAME_LATELY, Attendee.expected.is_(False))

    def many(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((and_(*conditions), 1), else_=0)), 0)

    query = (
        select(
            Sheet.occurrence_id,
            many(~(outside & untouched & ~torn)),
            many(here, ~torn),
            many(here, ~torn, Attendee.late.is_(True)),
            many(untouched, ~torn, ~outside),
            many(torn),
        )
        .join(Attendee, Attendee.sheet_id == Sheet.id)
        .where(Sheet.occurrence_id.in_([one.id for one in occurrences]), Attendee.removed_at.is_(None))
        .group_by(Sheet.occurrence_id)
    )
    return {
        number: SheetCount(*(int(value) for value in found)) for number, *found in db.session.execute(query)
    }


@dataclass(frozen=True)
class WaitingSheets:
    """The `dates` between two moments, in order; and those of the last 7 days whose sheets wait for somebody, the oldest first: with two answers on them, whether they run or
    are over; those that are over, had people, and that nobody finished; and how many marks came where they could not be taken,
    whenever that was."""

    dates: Sequence[Occurrence]
    torn: Sequence[Occurrence]
    unfinished: Sequence[Occurrence]
    late_marks: int


def waiting_sheets(identity: Identity, now: datetime, start: datetime, end: datetime) -> WaitingSheets:
    """What waits on the sheets that this identity writes, with its dates that touch [start, end), in one statement."""
    between = and_(Occurrence.end > start, Occurrence.start < end)
    rivals = (
        select(Sheet.occurrence_id).join(Attendee, Attendee.sheet_id == Sheet.id).where(Attendee.two_answers)
    )
    torn = and_(Occurrence.id.in_(rivals), Occurrence.start <= now + timedelta(hours=1))
    unfinished = and_(
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.end <= now,
        Sheet.finished_at.is_(None),
        or_(Occurrence.taken > 0, Sheet.id.is_not(None)),
    )
    late = (
        select(func.count(MarkToReview.id))
        .where(MarkToReview.occurrence_id == Occurrence.id, MarkToReview.settled_at.is_(None))
        .scalar_subquery()
    )
    lately = Occurrence.end > now - WINDOW
    query = (
        _mine(identity)
        .outerjoin(Sheet, Sheet.occurrence_id == Occurrence.id)
        .options(joinedload(Occurrence.laid_topic))
        .add_columns(between, and_(lately, torn), and_(lately, unfinished), late)
        .where(or_(between, and_(lately, or_(torn, unfinished)), late > 0))
        .order_by(Occurrence.start, Occurrence.id)
    )
    found = db.session.execute(query).unique().all()
    dates, torn_ones, over = ([row[0] for row in found if row[flag]] for flag in (1, 2, 3))
    return WaitingSheets(dates, torn_ones, over, sum(row[4] for row in found))


def trend_of(occurrence: Occurrence) -> list[AttendanceTrend]:
    """The last finished dates of a group up to this one, the earliest first."""
    query = (
        select(Occurrence)
        .join(Sheet, Sheet.occurrence_id == Occurrence.id)
        .where(
            Occurrence.group_id == occurrence.group_id,
            Occurrence.start <= occurrence.start,
            Sheet.finished_at.is_not(None),
        )
        .order_by(Occurrence.start.desc())
        .limit(TREND)
    )
    dates = list(db.session.scalars(query))[::-1]
    counts = counts_of(dates)
    none = SheetCount(0, 0, 0, 0, 0)
    return [
        AttendanceTrend(one.start, counts.get(one.id, none).here, counts.get(one.id, none).expected)
        for one in dates
    ]
