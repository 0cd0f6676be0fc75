"""Cohorts of closed groups: which there are, which one can get into, who is in them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.queries import writable
from groupsched.catalog.rules import Access, GroupState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment.models import Cohort, Enrolment
from groupsched.enrolment.queries.lines import in_group_line
from groupsched.enrolment.rules import CohortNews, CohortState, EnrolmentState, cohort_news
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

A_DAY = timedelta(days=1)


def cohorts_of(group: Group) -> list[Cohort]:
    """The cohorts of a closed group in order, read anew: asked under the group's lock too. None of any other group."""
    if group.access != Access.CLOSED:
        return []
    query = select(Cohort).where(Cohort.group_id == group.id).order_by(Cohort.begins_on, Cohort.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def open_cohort(cohorts: Iterable[Cohort]) -> Cohort | None:
    """That of the cohorts of a group into which somebody can get today: there is one at most."""
    return next((one for one in cohorts if one.span.takes(one.today)), None)


def running_cohort(cohorts: Iterable[Cohort]) -> Cohort | None:
    """That of them which runs today."""
    return next((one for one in cohorts if one.span.state(one.today) is CohortState.RUNNING), None)


def cohorts_ahead(groups: Iterable[Group]) -> dict[int, list[Cohort]]:
    """Those cohorts of closed groups that are not over, in order, by the number of the group."""
    closed = {one.id for one in groups if one.access == Access.CLOSED}
    found: dict[int, list[Cohort]] = defaultdict(list)
    if closed:
        query = select(Cohort).where(Cohort.group_id.in_(closed)).order_by(Cohort.begins_on, Cohort.id)
        for one in db.session.scalars(query):
            if one.span.state(one.today) is not CohortState.ENDED:
                found[one.group_id].append(one)
    return dict(found)


@dataclass(frozen=True)
class ShownCohort:
    """The cohort that speaks for a group: the one for which one can ask, else the next one, else the one that runs. `free`: how
    many can still get a seat on all its dates (None: no limit is known)."""

    cohort: Cohort
    free: int | None

    @property
    def asks(self) -> bool:
        """Whether one can ask for it today."""
        return self.cohort.span.asks(self.cohort.today)


def shown_cohorts(groups: Iterable[Group]) -> dict[int, ShownCohort]:
    """Which cohort speaks for each of these groups, by the number of the group; none of those that have none to come."""
    speaks = {group_id: _speaks(own) for group_id, own in cohorts_ahead(groups).items()}
    free = free_in_cohorts(list(speaks.values()), clock.now())
    return {group_id: ShownCohort(one, free.get(one.id)) for group_id, one in speaks.items()}


def _speaks(own: Sequence[Cohort]) -> Cohort:
    asked = next((one for one in own if one.span.asks(one.today)), None)
    return asked or next((one for one in own if one.today < one.span.begins_on), own[-1])


def screening(group: Group) -> bool:
    """Whether one can ask today to be screened for a cohort of a group."""
    return any(one.span.asks(one.today) for one in cohorts_of(group))


def get_cohort(identity: Identity, uid: str) -> Cohort:
    """A cohort of a group that this identity may change. Raises NotFound."""
    query = select(Cohort).where(Cohort.uid == uid).options(joinedload(Cohort.group))
    cohort = db.session.scalar(query)
    if cohort is None:
        raise NotFound
    ensure(identity, Permission.GROUP_WRITE, group_facts(cohort.group))
    return cohort


def cohorts_to_tend(identity: Identity, now: datetime) -> list[tuple[Cohort, CohortNews]]:
    """What waits of the cohorts of the groups that this identity may change, by the title of the group, with the cohort of each."""
    query = (
        select(Cohort)
        .join(Cohort.group)
        .options(contains_eager(Cohort.group))
        .where(
            writable(identity),
            Group.program_id == identity.program_id,
            Group.access == Access.CLOSED,
            Group.state == GroupState.PUBLISHED,
            Cohort.ends_on >= (now - A_DAY).date(),
        )
        .order_by(Group.title, Cohort.begins_on, Cohort.id)
    )
    by_group: dict[int, list[Cohort]] = defaultdict(list)
    for one in db.session.scalars(query):
        by_group[one.group_id].append(one)
    found = []
    for own in by_group.values():
        news = cohort_news([one.span for one in own], own[0].today)
        if news is not None:
            found.append((next(one for one in own if one.span == news[1]), news[0]))
    return found


def in_cohorts(cohorts: Iterable[Cohort]) -> dict[int, list[Enrolment]]:
    """Who has or had a seat in these cohorts, by the number of the cohort, in the order in which they came."""
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(
            Enrolment.cohort_id.in_([one.id for one in cohorts]),
            Enrolment.state.in_((EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)),
        )
        .order_by(Enrolment.created_at, Enrolment.id)
    )
    found: dict[int, list[Enrolment]] = defaultdict(list)
    for one in db.session.scalars(query):
        found[one.cohort_id or 0].append(one)
    return dict(found)


def anybody_in(cohort: Cohort) -> bool:
    """Whether somebody has or had a seat in it, whatever became of that. Who waits past it has none."""
    seated = (Enrolment.cohort_id == cohort.id, Enrolment.from_start.is_not(None))
    query = select(Enrolment.id).where(*seated).limit(1)
    return db.session.scalar(query) is not None


def over_in_cohorts(now: datetime) -> list[int]:
    """The enrolments whose cohort has ended and that say so not yet, by group: each group is locked once."""
    query = select(Enrolment.id).where(Enrolment.state == EnrolmentState.ACTIVE, Enrolment.until_start <= now)
    return list(db.session.scalars(query.order_by(Enrolment.group_id, Enrolment.id)))


def lines_to_open(now: datetime) -> list[int]:
    """The groups with a line and a cohort into which people can get today: who waited for the next one is next now."""
    near = (Cohort.screening_from <= (now + A_DAY).date(), Cohort.joins_until >= (now - A_DAY).date())
    query = (
        select(Cohort)
        .join(Cohort.group)
        .where(
            *near,
            Group.access == Access.CLOSED,
            select(Enrolment.id).where(Enrolment.group_id == Cohort.group_id, in_group_line()).exists(),
        )
        .order_by(Cohort.group_id)
    )
    return sorted({one.group_id for one in db.session.scalars(query) if one.span.takes(one.today)})


def free_in_cohorts(cohorts: Collection[Cohort], now: datetime) -> dict[int, int | None]:
    """How many people can still get a seat on every coming date of each of these cohorts: None is no limit; a cohort without
    coming dates is left out."""
    if not cohorts:
        return {}
    query = (
        select(Occurrence)
        .where(
            Occurrence.group_id.in_({one.group_id for one in cohorts}),
            Occurrence.start > now,
            Occurrence.status == OccurrenceStatus.SCHEDULED,
        )
        .order_by(Occurrence.start, Occurrence.id)
    )
    dates = list(db.session.scalars(query))
    found: dict[int, int | None] = {}
    for one in cohorts:
        first, end = one.span.first_moment(one.timezone), one.span.end_moment(one.timezone)
        own = [date for date in dates if date.group_id == one.group_id and first <= date.start < end]
        if own:
            found[one.id] = min((free for date in own if (free := date.seats.free) is not None), default=None)
    return found
