"""Dates as one reader sees them: what their card says, where they stand, what would clash, what is the secular equal."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, extract, func, or_, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity, Member
from groupsched.catalog.models import Group, Modality
from groupsched.catalog.rules import Access, AttendanceMode, GroupState, Orientation, Setting, Vocabulary
from groupsched.catalog.words import term_names
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.i18n import text_of
from groupsched.enrolment.queries.apart import asking_first
from groupsched.enrolment.queries.cohorts import ShownCohort, shown_cohorts
from groupsched.enrolment.queries.lines import waiting_counts
from groupsched.enrolment.queries.my_dates import DateStanding, standings
from groupsched.enrolment.queries.spans import own_spans
from groupsched.enrolment.rules import (
    CHOICES,
    OTHER,
    PARTS,
    CardAction,
    CardFacts,
    StandingState,
    TimeSpan,
    clashes,
    label_of,
    like_days,
    part_of_day,
    room_open,
    seen_access,
)
from groupsched.enrolment.words import cohort_seats, cohort_words
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus, SeatPool, sees_link

NEAR = timedelta(days=8)
MOST_LIKE = 6


@dataclass(frozen=True)
class FoundDate:
    """One date for one reader; `access` says how they join, and `cohort` in which, where the
    group runs as cohorts."""

    occurrence: Occurrence
    label: CardAction
    standing: DateStanding | None
    waiting: int
    clash: TimeSpan | None
    access: Access
    cohort: ShownCohort | None = None

    def __getattr__(self, name: str) -> Any:
        """Plain facts come from the date, else from its group."""
        if name.startswith("__"):
            raise AttributeError(name)
        here = self.occurrence
        return getattr(here, name) if hasattr(here, name) else getattr(here.group, name)

    @property
    def cohort_said(self) -> str:
        """The cohort that speaks for the group, in words, with its free seats while one can ask; empty where it runs as none."""
        shown = self.cohort
        if shown is None:
            return ""
        one = shown.cohort
        words = cohort_words(one.span, one.today, one.timezone)
        seats = cohort_seats(shown.free) if shown.asks else ""
        return f"{words} {seats}" if seats else words

    @property
    def kind(self) -> str:
        return self.group.modality.kind  # type: ignore[no-any-return]

    @property
    def zone(self) -> str:
        return self.occurrence.timezone

    @property
    def summary(self) -> str:
        """What the group says of itself, else its kind of session; nothing of ours about a meeting that others run."""
        own = self.group.description
        return own if own or self.group.external else text_of(self.group.modality.texts, "summary")

    @property
    def begun(self) -> bool:
        """It runs: nobody can keep a seat any more."""
        return self.occurrence.start <= clock.now()

    @property
    def cancelled(self) -> bool:
        return self.occurrence.status == OccurrenceStatus.CANCELLED

    @property
    def free(self) -> int | None:
        return self.occurrence.seats.free

    @property
    def counted(self) -> bool:
        """Seats are shown for our own groups that have a limit."""
        shown = not self.cancelled and not self.occurrence.external and self.group.setting != Setting.PRIVATE
        return shown and self.occurrence.seats.all is not None

    @property
    def mine(self) -> StandingState | None:
        return self.standing.state if self.standing else None

    @property
    def position(self) -> int:
        """The place one has in line, or would have."""
        return self.standing.position if self.standing and self.standing.position else self.waiting + 1

    @property
    def at(self) -> Any:
        """The place of this date."""
        return self.occurrence.place or self.group.place

    @property
    def pool(self) -> SeatPool | None:
        """How the reader comes; None: not said yet, or there is one way."""
        return self.standing.pool if self.standing else None

    @property
    def online(self) -> bool:
        """Whether its place is a call for the reader."""
        return self.group.attendance_mode == AttendanceMode.ONLINE or self.pool is SeatPool.ONLINE

    @property
    def by_link(self) -> bool:
        """Whether the reader may come through the link, or has to say it yet."""
        return self.online or (self.group.has_pools and sees_link(self.pool))

    @property
    def room(self) -> str:
        """The address of the online room, when it is open to the reader."""
        return room_of(self.occurrence, self.standing)

    @property
    def by_phone(self) -> bool:
        """A meeting that others run has a number to dial and no online room."""
        return self.group.by_phone

    @property
    def who(self) -> list[str]:
        """First names of those who lead; never of a listing."""
        return [person.first_name for person in self.occurrence.leaders]

    @property
    def needs(self) -> set[str]:
        """What makes it easy to get in: of the group, and of the place of this date."""
        step_free = {"step-free"} if self.at is not None and self.at.step_free else set()
        return {tag for tag in self.group.tags if tag in CHOICES["needs"]} | step_free

    @property
    def getting_in(self) -> list[str]:
        """The same in the program's words, in the order of the filter."""
        return term_names(
            self.group.program_id, Vocabulary.TAG, (key for key in CHOICES["needs"] if key in self.needs)
        )


def room_of(occurrence: Occurrence, standing: DateStanding | None) -> str:
    """The address of the online room, for whoever has a seat and while it is shown; empty for all others."""
    seated = standing is not None and standing.state == StandingState.ACTIVE and sees_link(standing.pool)
    is_open = room_open(occurrence.start, occurrence.end, clock.now())
    if not seated or not is_open or occurrence.status != OccurrenceStatus.SCHEDULED:
        return ""
    return occurrence.link


def listings(identity: Identity, occurrences: Sequence[Occurrence]) -> list[FoundDate]:
    """These dates as the identity sees them, in the given order."""
    where = standings(identity.person, occurrences)
    full = [one for one in occurrences if one.seats.free == 0]
    lines = waiting_counts(full) if full else {}
    clash = clashing(identity.person, [one for one in occurrences if one.id not in where])
    ask_first = asking_first(identity.program_id, identity.person, {one.group_id for one in occurrences})
    cohorts = shown_cohorts({one.group for one in occurrences})
    access = {
        one.id: seen_access(
            one.group.access, kept_apart=one.group_id in ask_first, screening=_asks(cohorts.get(one.group_id))
        )
        for one in occurrences
    }
    return [
        FoundDate(
            one,
            _label(identity, one, where.get(one.id), one.id in clash, access[one.id]),
            where.get(one.id),
            lines.get(one.id, 0),
            clash.get(one.id),
            access[one.id],
            cohorts.get(one.group_id),
        )
        for one in occurrences
    ]


def _asks(shown: ShownCohort | None) -> bool:
    return shown is not None and shown.asks


def _label(
    identity: Identity, occurrence: Occurrence, standing: DateStanding | None, clashing: bool, access: Access
) -> CardAction:
    group = occurrence.group
    card = CardFacts(
        access=access,
        setting=group.setting,
        capacity=occurrence.capacity,
        taken=occurrence.taken,
        online_capacity=occurrence.online_capacity,
        online_taken=occurrence.online_taken,
        mine=standing.state if standing else None,
        cancelled=occurrence.status == OccurrenceStatus.CANCELLED,
        external=occurrence.external,
        clashing=clashing,
        may_join=isinstance(identity, Member) and not identity.is_staff and occurrence.start > clock.now(),
    )
    return label_of(card)


def clashing(person_id: int | None, occurrences: Collection[Occurrence]) -> dict[int, TimeSpan]:
    """For each date that runs into one of the person's own, the first such date."""
    ours = [one for one in occurrences if not one.external]
    if person_id is None or not ours:
        return {}
    mine = own_spans(person_id, min(one.start for one in ours), max(one.end for one in ours))
    wanted = [TimeSpan(one.id, one.start, one.end) for one in ours]
    found: dict[int, TimeSpan] = {}
    for clash in clashes(wanted, mine):
        found.setdefault(clash.wanted.key, clash.mine)
    return found


def paired_dates(
    occurrences: Collection[Occurrence], now: datetime, *, no_faith: bool = False
) -> dict[int, Occurrence]:
    """For dates of groups that were paired by hand, the faith-based one with a secular one: the other's date nearest in time,
    within eight days, that has not begun. No faith-based one beside a secular one for who wants none (`no_faith`)."""
    said = [
        one
        for one in occurrences
        if one.group.orientation in ((Orientation.FAITH,) if no_faith else OTHER) and not one.external
    ]
    if not said:
        return {}
    first, last = min(one.start for one in said), max(one.start for one in said)
    secular = {one.group_id for one in said if one.group.orientation == Orientation.SECULAR}
    named = {one.group.secular_pair_id for one in said if one.group.orientation == Orientation.FAITH}
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .options(joinedload(Occurrence.group), joinedload(Occurrence.place))
        .where(
            or_(
                Occurrence.group_id.in_(named - {None}),
                and_(Group.secular_pair_id.in_(secular), Group.orientation == Orientation.FAITH),
            ),
            Occurrence.start.between(max(now, first - NEAR), last + NEAR),
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Group.state == GroupState.PUBLISHED,
            Group.hidden.is_(False),
            Group.setting != Setting.PRIVATE,
        )
    )
    offered = list(db.session.scalars(query))
    found = {one.id: nearest([other for other in offered if _paired(one, other)], one.start) for one in said}
    return {key: pair for key, pair in found.items() if pair is not None}


def _paired(one: Occurrence, other: Occurrence) -> bool:
    faith, secular = (one, other) if one.group.orientation == Orientation.FAITH else (other, one)
    return faith.group.secular_pair_id == secular.group_id


def nearest(offered: Sequence[Occurrence], moment: datetime) -> Occurrence | None:
    """The date that starts nearest to a moment."""
    return min(offered, key=lambda one: (abs(one.start - moment), one.id), default=None)


def similar(
    identity: Identity, occurrence: Occurrence, now: datetime, *, orientation: Orientation | None = None
) -> list[Occurrence]:
    """Two coming dates of other groups of the same kind that have a free seat: of each group the one nearest in time, and
    the nearest of them first.

    With an `orientation` only of groups that say so, in the same part of the day and on a like day. A group that asks first is
    none of them, nor one that does so to this reader.
    """
    away = func.abs(extract("epoch", Occurrence.start) - int(occurrence.start.timestamp()))
    nearest_first = (away, Occurrence.id)
    offered = (
        select(
            Occurrence.id,
            func.row_number().over(partition_by=Occurrence.group_id, order_by=nearest_first).label("nth"),
        )
        .join(Occurrence.group)
        .join(Group.modality)
        .where(
            Occurrence.program_id == identity.program_id,
            Occurrence.external.is_(False),
            Occurrence.start.between(max(now, occurrence.start - NEAR), occurrence.start + NEAR),
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.any_free(),
            Group.id != occurrence.group_id,
            Group.state == GroupState.PUBLISHED,
            Group.hidden.is_(False),
            Group.setting != Setting.PRIVATE,
            Group.access.in_((Access.OPEN, Access.ENROL)),
            Modality.kind == occurrence.group.modality.kind,
            *(_alike(occurrence, orientation) if orientation is not None else ()),
        )
        .subquery()
    )
    query = (
        select(Occurrence)
        .join(offered, and_(offered.c.id == Occurrence.id, offered.c.nth == 1))
        .options(joinedload(Occurrence.group), joinedload(Occurrence.place))
    )
    # One more than two for each that is left out: they are few.
    found = list(db.session.scalars(query.order_by(*nearest_first).limit(MOST_LIKE)))
    ask_first = asking_first(identity.program_id, identity.person, {one.group_id for one in found})
    return [one for one in found if one.group_id not in ask_first][:2]


def _alike(occurrence: Occurrence, orientation: Orientation) -> tuple[ColumnElement[bool], ...]:
    """Dates of groups that say so, in the part of the day of this one, on days that are like its day."""
    begin, end = PARTS[part_of_day(time(occurrence.local_minute // 60 % 24))]
    like = like_days(CHOICES["day"][occurrence.local_date.weekday()])
    near = (occurrence.local_date + timedelta(days) for days in range(-NEAR.days, NEAR.days + 1))
    days = [day for day in near if CHOICES["day"][day.weekday()] in like]
    return (
        Group.orientation == orientation,
        Occurrence.local_date.in_(days),
        Occurrence.local_minute >= begin,
        Occurrence.local_minute < end,
    )
