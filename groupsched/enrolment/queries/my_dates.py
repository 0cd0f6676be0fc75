"""One person's own: their groups, their dates, where they stand."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, can
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts, get_group
from groupsched.catalog.rules import GroupState, Setting
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.states import rank
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries.lines import places_in_line
from groupsched.enrolment.queries.outside import outside_dates
from groupsched.enrolment.queries.seats import each_pair, gave_up, holds_seat
from groupsched.enrolment.rules import (
    LIVE,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    StandingState,
)
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.queries import with_assigned, with_leaders
from groupsched.schedule.rules import TAKES_PLACE_FIRST, OccurrenceStatus, SeatPool

WHEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}")


# Statements on the way of every wish to join are built once: building one takes as long as SQLite needs to answer it.
_LIVE_OF = (
    select(Enrolment)
    .options(joinedload(Enrolment.date_seats))
    .where(
        Enrolment.group_id == bindparam("group"),
        Enrolment.person_id == bindparam("person"),
        Enrolment.state.in_(LIVE),
    )
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True)
class CalendarSeat:
    """What a calendar needs of somebody's seat on a date: its slot where it has one."""

    slot: Timeslot | None


@dataclass(frozen=True)
class Membership:
    """A time in a group, as a calendar needs it.

    A whole spell covers every date of the group that starts at or after `first_start` and before `ended_at` (None:
    still in it), except `given_up`. A spell of chosen dates covers `dates`. Of both there are `seats` where something was said
    of one date. Of a hybrid group the person comes by `pool`, to single dates by another of `pools`. Ids are those of
    occurrences, and that of the `enrolment`, which was made `since`.
    """

    group: Group
    mode: EnrolmentMode
    first_start: datetime | None
    ended_at: datetime | None
    dates: frozenset[int]
    given_up: frozenset[int]
    seats: Mapping[int, CalendarSeat] = field(default_factory=dict)
    pool: SeatPool | None = None
    pools: Mapping[int, SeatPool] = field(default_factory=dict)
    enrolment: int | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class DateStanding:
    """Where a person stands on one date, with their place in line where they wait, and their slot where they have one; in a hybrid
    group how they come (None: not said yet), and whether they wait to come the other way."""

    state: StandingState
    enrolment: Enrolment
    position: int = 0
    slot: Timeslot | None = None
    pool: SeatPool | None = None
    waits_for_other_pool: bool = False


def live_enrolments(person_id: int) -> list[Enrolment]:
    """The enrolments of a person that are not over, with them, their groups and what is said of single dates, by title."""
    query = (
        select(Enrolment)
        .join(Enrolment.group)
        .options(
            joinedload(Enrolment.group).joinedload(Group.modality),
            joinedload(Enrolment.group).joinedload(Group.place),
            joinedload(Enrolment.date_seats).joinedload(DateSeat.occurrence),
            joinedload(Enrolment.person),
            joinedload(Enrolment.cohort),
        )
        .where(Enrolment.person_id == person_id, Enrolment.state.in_(LIVE))
    )
    return list(db.session.scalars(query.order_by(Group.title, Enrolment.id)).unique())


def own_dates(person_id: int, start: datetime, end: datetime, *, given_up: bool = False) -> list[Occurrence]:
    """The dates on which a person holds a seat and that overlap the half-open time from `start` to `end`, in order; and those of
    meetings of others that they have in their week.

    With `given_up` also those they said they cannot come to. Cancelled dates are among them.
    """
    seat = holds_seat() | gave_up() if given_up else holds_seat()
    within = (Occurrence.end > start, Occurrence.start < end)
    seats = each_pair(Occurrence.id).where(Enrolment.person_id == person_id, seat, *within)
    query = (
        select(Occurrence)
        .options(
            joinedload(Occurrence.group).joinedload(Group.modality),
            *with_leaders(),
            joinedload(Occurrence.group).joinedload(Group.place),
            joinedload(Occurrence.place),
            joinedload(Occurrence.laid_topic),
        )
        .where(or_(Occurrence.id.in_(seats), Occurrence.id.in_(outside_dates(person_id))), *within)
        .order_by(Occurrence.start, Occurrence.id)
    )
    return list(db.session.scalars(query).unique())


def dates_at(person_id: int, occurrence: Occurrence) -> list[Occurrence]:
    """The scheduled dates of other groups on which a person holds a seat at the time of this one, in order."""
    found = own_dates(person_id, occurrence.start, occurrence.end)
    elsewhere = (one for one in found if one.group_id != occurrence.group_id)
    return [one for one in elsewhere if one.status == OccurrenceStatus.SCHEDULED]


def dates_of_group(group: Group, uids: Collection[str]) -> dict[str, Occurrence]:
    """Dates of a group by their public ids, in order; what is none of its dates is left out."""
    query = select(Occurrence).where(Occurrence.group_id == group.id, Occurrence.uid.in_(uids))
    rows = db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)) if uids else ()
    return {row.uid: row for row in rows}


def standings(
    person_id: int | None, occurrences: Collection[Occurrence], live: Collection[Enrolment] | None = None
) -> dict[int, DateStanding]:
    """Where a person stands on each of these dates; dates they have nothing to do with are left out. `live`: what of theirs in
    these groups is not over, where that was read already."""
    if person_id is None or not occurrences:
        return {}
    groups = {one.group_id for one in occurrences}
    every = _live_in(person_id, groups) if live is None else live
    by_group = {one.group_id: one for one in every if one.group_id in groups}
    pairs = ((one, by_group[one.group_id]) for one in occurrences if one.group_id in by_group)
    places = places_in_line(list(by_group.values())) if any(map(_waits, by_group.values())) else {}
    found = ((one.id, _standing(enrolment, one, places)) for one, enrolment in pairs)
    return {key: _in_its_pool(standing, key) for key, standing in found if standing is not None}


def _live_in(person_id: int, groups: Collection[int]) -> Collection[Enrolment]:
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.date_seats), joinedload(Enrolment.group))
        .where(Enrolment.person_id == person_id, Enrolment.state.in_(LIVE), Enrolment.group_id.in_(groups))
    )
    return db.session.scalars(query).unique().all()


def _in_its_pool(standing: DateStanding, occurrence_id: int) -> DateStanding:
    one = standing.enrolment
    if not one.group.has_pools:
        return standing
    seat = next((seat for seat in one.date_seats if seat.occurrence_id == occurrence_id), None)
    waits = one.other_pool_at or (seat.other_pool_at if seat is not None else None)
    return replace(standing, pool=one.pool_on(occurrence_id), waits_for_other_pool=waits is not None)


def _waits(enrolment: Enrolment) -> bool:
    waiting = any(seat.state == DateSeatState.WAITING for seat in enrolment.date_seats)
    return waiting or enrolment.state == EnrolmentState.WAITLISTED


def _standing(
    enrolment: Enrolment, occurrence: Occurrence, places: Mapping[tuple[int, int | None], int]
) -> DateStanding | None:
    seat = next((s for s in enrolment.date_seats if s.occurrence_id == occurrence.id), None)
    said = seat.state if seat is not None else None
    if said == DateSeatState.GIVEN_UP:
        return DateStanding(StandingState.GIVEN_UP, enrolment)
    if enrolment.state == EnrolmentState.REQUESTED:
        return (
            DateStanding(StandingState.REQUESTED, enrolment)
            if enrolment.mode == EnrolmentMode.WHOLE or said == DateSeatState.WAITING
            else None
        )
    if said == DateSeatState.WAITING:
        return DateStanding(StandingState.WAITLISTED, enrolment, places[enrolment.id, occurrence.id])
    if enrolment.mode == EnrolmentMode.DATES:
        slot = seat.timeslot if seat is not None and occurrence.group.has_slots else None
        return (
            DateStanding(StandingState.ACTIVE, enrolment, slot=slot) if said == DateSeatState.HELD else None
        )
    if enrolment.state == EnrolmentState.WAITLISTED:
        return DateStanding(StandingState.WAITLISTED, enrolment, places[enrolment.id, None])
    return DateStanding(StandingState.ACTIVE, enrolment) if enrolment.covers(occurrence.start) else None


def memberships(person_id: int) -> list[Membership]:
    """Every time a person was or is in a group, oldest first: what their calendar feed shows."""
    query = (
        select(Enrolment)
        .options(
            selectinload(Enrolment.date_seats).joinedload(DateSeat.timeslot), joinedload(Enrolment.group)
        )
        .where(
            Enrolment.person_id == person_id,
            Enrolment.state.in_((EnrolmentState.ACTIVE, EnrolmentState.COMPLETED, EnrolmentState.LEFT)),
        )
        .order_by(Enrolment.created_at, Enrolment.id)
    )
    spells = (_spell(enrolment) for enrolment in db.session.scalars(query))
    return [spell for spell in spells if spell is not None]


def _spell(enrolment: Enrolment) -> Membership | None:
    said: dict[DateSeatState, set[int]] = {state: set() for state in DateSeatState}
    for seat in enrolment.date_seats:
        said[seat.state].add(seat.occurrence_id)
    first, ended = enrolment.from_start, enrolment.ended_at or enrolment.until_start
    if enrolment.mode == EnrolmentMode.DATES:
        if not said[DateSeatState.HELD]:
            return None
        return Membership(
            enrolment.group,
            EnrolmentMode.DATES,
            None,
            ended,
            frozenset(said[DateSeatState.HELD]),
            frozenset(said[DateSeatState.GIVEN_UP]),
            _seats(enrolment),
            **_ways(enrolment),
        )
    if first is None or (ended is not None and ended <= first):
        return None
    # A date that a whole enrolment waits for again, after giving it up, is not theirs until the seat is.
    away = frozenset(said[DateSeatState.GIVEN_UP] | said[DateSeatState.WAITING])
    return Membership(
        enrolment.group,
        EnrolmentMode.WHOLE,
        first,
        ended,
        frozenset(),
        away,
        _seats(enrolment),
        **_ways(enrolment),
    )


def _ways(enrolment: Enrolment) -> dict[str, Any]:
    """How the person comes to the dates of a hybrid group."""
    pools = {one.occurrence_id: one.pool for one in enrolment.date_seats if one.pool is not None}
    return {"pool": enrolment.pool, "pools": pools, "enrolment": enrolment.id, "since": enrolment.created_at}


def _seats(enrolment: Enrolment) -> dict[int, CalendarSeat]:
    """What was said of each date, its slot also of one that was given up: a calendar says of that time that it is cancelled."""
    slots = enrolment.group.has_slots
    return {
        one.occurrence_id: CalendarSeat(one.timeslot if slots else None)
        for one in enrolment.date_seats
        if one.state != DateSeatState.LEFT
    }


def get_own_group(identity: Identity, uid: str, *, ever: bool = False) -> Group:
    """A group that the identity may see, or that is theirs (`ever`: or was) although it is not listed. Raises NotFound."""
    try:
        return get_group(identity, uid)
    except NotFound:
        query = select(Group).join(Enrolment, Enrolment.group_id == Group.id)
        own = query.where(Group.uid == uid, Enrolment.person_id == (identity.person or 0)).limit(1)
        group = db.session.scalar(own if ever else own.where(Enrolment.state.in_(LIVE)))
        if group is None:
            raise
        return group


def retired_group(identity: Identity, uid: str) -> Group | None:
    """A group that is no longer offered, for whoever could find it while it was, may still see it, or was in it."""
    query = select(Group).options(joinedload(Group.modality))
    group = db.session.scalar(query.where(Group.uid == uid, Group.state == GroupState.RETIRED))
    if group is None or identity.program_id not in (None, group.program_id):
        return None
    listed = group.published_at is not None and group.setting != Setting.PRIVATE and not group.hidden
    mine = exists().where(Enrolment.group_id == group.id, Enrolment.person_id == (identity.person or 0))
    if listed or can(identity, Permission.GROUP_READ, facts(group)) or db.session.scalar(select(mine)):
        return group
    return None


def own_occurrence(identity: Identity, uid: str) -> Occurrence:
    """A date by its public id, of a group that the identity may see or is in. Raises NotFound."""
    occurrence = db.session.scalar(
        select(Occurrence).where(Occurrence.uid == uid).options(joinedload(Occurrence.group))
    )
    if occurrence is None:
        raise NotFound
    get_own_group(identity, occurrence.group.uid)
    return occurrence


def date_of(group: Group, when: str) -> Occurrence:
    """A date of a group by its original local start, `2026-12-03T1000`. Raises NotFound.

    Where two series share a wall clock, the date that takes place comes first. A date whose series meets at another time
    now answers to the address it had, unless another has that.
    """
    if not WHEN.fullmatch(when):
        raise NotFound
    called = or_(Occurrence.original_local == when, Occurrence.former_local.contains(when))
    query = select(Occurrence).where(Occurrence.group_id == group.id, called)
    query = query.options(joinedload(Occurrence.place), joinedload(Occurrence.group), with_assigned())
    query = query.order_by(
        Occurrence.original_local != when, rank(Occurrence.status, TAKES_PLACE_FIRST), Occurrence.id.desc()
    ).limit(1)
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def full_dates(occurrence_ids: Collection[int]) -> list[Occurrence]:
    """Those of these dates that have no free seat in the room or none online, in order."""
    query = select(Occurrence).where(Occurrence.id.in_(occurrence_ids), Occurrence.some_full())
    ordered = query.order_by(Occurrence.start, Occurrence.id)
    return list(db.session.scalars(ordered)) if occurrence_ids else []


def dates_ahead(group: Group) -> list[Occurrence]:
    """The scheduled dates of a group that have not begun, in order."""
    query = select(Occurrence).where(
        Occurrence.group_id == group.id,
        Occurrence.start > clock.now(),
        Occurrence.status == OccurrenceStatus.SCHEDULED,
    )
    return list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)))


def live_of(group_id: int, person_id: int) -> Enrolment | None:
    """A person's enrolment in a group that is not over, read afresh with what it says about single dates."""
    return db.session.scalars(_LIVE_OF, {"group": group_id, "person": person_id}).unique().one_or_none()
