"""The waiting lists: the group's own, and behind it the one of each date."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased, contains_eager

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import UtcDateTime, db
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.rules import IN_LINE, DateSeatState, EnrolmentMode, EnrolmentState
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus, SeatPool


def group_line(group_id: int, most: int | None = None, *, to_ask: datetime | None = None) -> list[Enrolment]:
    """Whole enrolments that wait for a seat on every date, the longest waiting first; at most `most` of them, and of those alone
    who may be asked then, `to_ask`: who said "later" keeps the place meanwhile."""
    # Read anew, as all lines are: asked for under the group's lock, and a page may have read them before it was had.
    query = select(Enrolment).where(_in_group_line(group_id)).order_by(Enrolment.queued_at, Enrolment.id)
    if to_ask is not None:
        query = query.where(or_(Enrolment.ask_from.is_(None), Enrolment.ask_from <= to_ask))
    return list(db.session.scalars(query.limit(most).execution_options(populate_existing=True)))


def in_group_line() -> ColumnElement[bool]:
    """The enrolment waits for a seat on every date."""
    return and_(Enrolment.state == EnrolmentState.WAITLISTED, Enrolment.mode == EnrolmentMode.WHOLE)


def _in_group_line(group_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    return and_(Enrolment.group_id == group_id, in_group_line())


def _said(*pools: Any) -> ColumnElement[Any]:
    """Of which pool somebody waits for a seat: who has not said it, for one in the room. Each pool has its own line."""
    return func.coalesce(*pools, SeatPool.ROOM.value)


_BEFORE_IN_LINE = (
    select(func.count())
    .select_from(Enrolment)
    .where(
        _in_group_line(bindparam("group", type_=Integer)),
        _said(Enrolment.pool) == bindparam("pool"),
        tuple_(Enrolment.queued_at, Enrolment.id)
        < tuple_(bindparam("at", type_=UtcDateTime), bindparam("id", type_=Integer)),
    )
)


def line_length(group_id: int, pool: SeatPool | None = None) -> int:
    """How many people wait for every date of a group, for a seat in this pool: without one, in the room."""
    in_pool = _said(Enrolment.pool) == (pool or SeatPool.ROOM).value
    query = select(func.count()).select_from(Enrolment).where(_in_group_line(group_id), in_pool)
    return db.session.scalar(query) or 0


def whole_count(group_id: int) -> int:
    """How many people have a seat on every date of a group."""
    whole = (Enrolment.state == EnrolmentState.ACTIVE, Enrolment.mode == EnrolmentMode.WHOLE)
    # Whoever is in a cohort has none beyond its end.
    every = (*whole, Enrolment.until_start.is_(None))
    query = select(func.count()).select_from(Enrolment).where(Enrolment.group_id == group_id, *every)
    return db.session.scalar(query) or 0


def date_line(occurrence_id: int) -> list[DateSeat]:
    """Those who wait for one date, the longest waiting first."""
    query = (
        select(DateSeat)
        .join(DateSeat.enrolment)
        .where(
            DateSeat.occurrence_id == occurrence_id,
            DateSeat.state == DateSeatState.WAITING,
            Enrolment.state.in_(IN_LINE),
        )
        .options(contains_eager(DateSeat.enrolment))
    )
    fresh = query.order_by(DateSeat.at, DateSeat.id).execution_options(populate_existing=True)
    return list(db.session.scalars(fresh))


def date_lines(group_id: int, now: datetime, *, full: bool = False) -> dict[int, list[DateSeat]]:
    """The lines of those coming dates of a group that have a free seat, or of `full` ones too, by the id of the date."""
    query = (
        select(DateSeat)
        .join(DateSeat.enrolment)
        .join(DateSeat.occurrence)
        .where(
            Occurrence.group_id == group_id,
            Occurrence.start > now,
            true() if full else Occurrence.any_free(),
            DateSeat.state == DateSeatState.WAITING,
            Enrolment.state.in_(IN_LINE),
        )
        .options(contains_eager(DateSeat.enrolment))
        .order_by(DateSeat.at, DateSeat.id)
        .execution_options(populate_existing=True)
    )
    lines: dict[int, list[DateSeat]] = defaultdict(list)
    for seat in db.session.scalars(query):
        lines[seat.occurrence_id].append(seat)
    return lines


def waiting(of: Group | Occurrence) -> list[Enrolment]:
    """Everybody who waits: for the whole group, or for one date (the group's line stands before the date's)."""
    if isinstance(of, Group):
        return group_line(of.id)
    return [*group_line(of.group_id), *(seat.enrolment for seat in date_line(of.id))]


def anybody_waits(group_id: int) -> bool:
    """Whether somebody is in a line of a group, its own or that of a date."""
    whole = select(Enrolment.id).where(_in_group_line(group_id))
    single = (
        select(Enrolment.id)
        .join(DateSeat, DateSeat.enrolment_id == Enrolment.id)
        .where(
            Enrolment.group_id == group_id,
            Enrolment.state.in_(IN_LINE),
            DateSeat.state == DateSeatState.WAITING,
        )
    )
    other_way = or_(Enrolment.other_pool_at.is_not(None), DateSeat.other_pool_at.is_not(None))
    between = (
        select(Enrolment.id)
        .outerjoin(DateSeat, DateSeat.enrolment_id == Enrolment.id)
        .where(Enrolment.group_id == group_id, Enrolment.state.in_(IN_LINE), other_way)
    )
    return bool(db.session.scalar(select(or_(whole.exists(), single.exists(), between.exists()))))


def waiting_for_other_pool(group_id: int) -> list[tuple[Enrolment, DateSeat | None]]:
    """Who has a seat and waits to come the other way, the longest waiting first: to all dates, or to the one of a date's seat."""
    at = func.coalesce(Enrolment.other_pool_at, DateSeat.other_pool_at)
    single = and_(DateSeat.enrolment_id == Enrolment.id, DateSeat.other_pool_at.is_not(None))
    query = (
        select(Enrolment, DateSeat)
        .outerjoin(DateSeat, single)
        .where(Enrolment.group_id == group_id, Enrolment.state.in_(IN_LINE), at.is_not(None))
        .order_by(at, Enrolment.id)
        .execution_options(populate_existing=True)
    )
    return [(enrolment, seat) for enrolment, seat in db.session.execute(query)]


def in_lines_of(group_id: int, occurrence_ids: Collection[int]) -> list[tuple[Enrolment, int | None]]:
    """Who waits for a group, with None, and who waits for one of these dates of it singly, with its number."""
    single = and_(
        DateSeat.enrolment_id == Enrolment.id,
        DateSeat.occurrence_id.in_(occurrence_ids),
        DateSeat.state == DateSeatState.WAITING,
        ~_in_group_line(group_id),
    )
    query = (
        select(Enrolment, DateSeat.occurrence_id)
        .outerjoin(DateSeat, single)
        .where(
            Enrolment.group_id == group_id,
            Enrolment.state.in_(IN_LINE),
            or_(_in_group_line(group_id), DateSeat.id.is_not(None)),
        )
        .order_by(Enrolment.id, DateSeat.occurrence_id)
    )
    return [(enrolment, date) for enrolment, date in db.session.execute(query)]


def place_in_line(enrolment: Enrolment, occurrence_id: int | None = None) -> int:
    """The place of an enrolment in its line, from 1: of the group, or of one date. Who waits for every date stands before those of
    one date where it alone is full: else they are asked for none yet, and whoever waits for the one is asked before them.

    For an enrolment of single dates that names none it is the first one waited for.
    """
    if occurrence_id is None and enrolment.mode == EnrolmentMode.DATES:
        occurrence_id = next(
            (s.occurrence_id for s in enrolment.date_seats if s.state == DateSeatState.WAITING), None
        )
    if occurrence_id is None:
        pool = (enrolment.pool or SeatPool.ROOM).value
        asked = {"group": enrolment.group_id, "at": enrolment.queued_at, "id": enrolment.id, "pool": pool}
        return (db.session.scalar(_BEFORE_IN_LINE, asked) or 0) + 1
    pool = enrolment.pool_on(occurrence_id) or SeatPool.ROOM
    line = date_line(occurrence_id)
    singles = [one.enrolment_id for one in line if (one.pool or one.enrolment.pool or SeatPool.ROOM) is pool]
    behind = singles.index(enrolment.id) if enrolment.id in singles else len(singles)
    another = aliased(Occurrence)
    full = select(another.id).where(_full_ahead(another, clock.now(), pool), another.id != occurrence_id)
    others_full = db.session.scalar(full.where(another.group_id == enrolment.group_id).limit(1)) is not None
    return (0 if others_full else line_length(enrolment.group_id, pool)) + behind + 1


def _full_ahead(date: Any, now: datetime, pool: SeatPool | None = None) -> ColumnElement[bool]:
    """The date, or an alias of it, is to come and has no free seat: of a pool, or by no way."""
    free = date.any_free() if pool is None else date.free_in(pool)
    return and_(date.status == OccurrenceStatus.SCHEDULED, date.start > now, ~free)


def _another_full() -> ColumnElement[bool]:
    """Another date of the group than that of a date's seat is full, for who comes as its person does."""
    another, now = aliased(Occurrence), clock.now()
    own = _said(DateSeat.pool, Enrolment.pool)
    full = or_(*(and_(own == pool.value, _full_ahead(another, now, pool)) for pool in SeatPool))
    query = select(another.id).where(
        another.group_id == Enrolment.group_id, another.id != DateSeat.occurrence_id
    )
    return query.where(full).correlate(Enrolment, DateSeat).exists()


def places_in_line(enrolments: Collection[Enrolment]) -> dict[tuple[int, int | None], int]:
    """The same places for any number of enrolments in one statement, by enrolment and date: None is the group's line.

    The dates of one enrolment come in order.
    """
    ids = [one.id for one in enrolments]
    if not ids:
        return {}
    ahead, beside, before = aliased(Enrolment), aliased(Enrolment), aliased(DateSeat)
    in_group_line = (
        ahead.group_id == Enrolment.group_id,
        ahead.state == EnrolmentState.WAITLISTED,
        ahead.mode == EnrolmentMode.WHOLE,
    )
    up_to_them = tuple_(ahead.queued_at, ahead.id) <= tuple_(Enrolment.queued_at, Enrolment.id)
    counted = select(func.count()).select_from(ahead)
    same_pool = _said(ahead.pool) == _said(Enrolment.pool)
    before_them = counted.where(*in_group_line, up_to_them, same_pool).correlate(Enrolment)
    whole = select(Enrolment.id, null(), before_them.scalar_subquery(), null().label("start")).where(
        Enrolment.id.in_(ids),
        Enrolment.state == EnrolmentState.WAITLISTED,
        Enrolment.mode == EnrolmentMode.WHOLE,
    )
    singles = (
        select(func.count())
        .select_from(before)
        .join(beside, beside.id == before.enrolment_id)
        .where(
            before.occurrence_id == DateSeat.occurrence_id,
            before.state == DateSeatState.WAITING,
            beside.state.in_(IN_LINE),
            _said(before.pool, beside.pool) == _said(DateSeat.pool, Enrolment.pool),
            tuple_(before.at, before.id) <= tuple_(DateSeat.at, DateSeat.id),
        )
        .correlate(DateSeat, Enrolment)
    )
    its_pool = _said(ahead.pool) == _said(DateSeat.pool, Enrolment.pool)
    line = counted.where(*in_group_line, its_pool, ~_another_full()).correlate(Enrolment, DateSeat)
    single = (
        select(
            Enrolment.id,
            DateSeat.occurrence_id,
            line.scalar_subquery() + singles.scalar_subquery(),
            Occurrence.start.label("start"),
        )
        .join(DateSeat.enrolment)
        .join(DateSeat.occurrence)
        .where(Enrolment.id.in_(ids), DateSeat.state == DateSeatState.WAITING)
    )
    rows = db.session.execute(union_all(whole, single).order_by("start"))
    return {(enrolment, date): place for enrolment, date, place, _start in rows}


def first_places(enrolments: Collection[Enrolment]) -> dict[int, int]:
    """The place of each enrolment that waits, by its id: in the group's line, or in that of the first date waited for."""
    found: dict[int, int] = {}
    for (enrolment, _date), place in places_in_line(enrolments).items():
        found.setdefault(enrolment, place)
    return found


_WHOLE, _SINGLE, _FULL = 1, 2, 3


def waiting_counts(occurrences: Collection[Occurrence]) -> dict[int, int]:
    """How many people would be asked for each date before somebody who waits for it next: those in its line, and those in its
    group's where no other date of it is full. One query for any number of dates."""
    whole = (
        select(literal(_WHOLE), Enrolment.group_id, func.count())
        .where(
            Enrolment.group_id.in_({one.group_id for one in occurrences}),
            Enrolment.state == EnrolmentState.WAITLISTED,
            Enrolment.mode == EnrolmentMode.WHOLE,
        )
        .group_by(Enrolment.group_id)
    )
    single = (
        select(literal(_SINGLE), DateSeat.occurrence_id, func.count())
        .join(DateSeat.enrolment)
        .where(
            DateSeat.occurrence_id.in_([one.id for one in occurrences]),
            DateSeat.state == DateSeatState.WAITING,
            Enrolment.state.in_(IN_LINE),
        )
        .group_by(DateSeat.occurrence_id)
    )
    full = (
        select(literal(_FULL), Occurrence.group_id, func.count())
        .where(Occurrence.group_id.in_({one.group_id for one in occurrences}))
        .where(_full_ahead(Occurrence, clock.now()))
        .group_by(Occurrence.group_id)
    )
    rows = db.session.execute(union_all(whole, single, full)).all()
    found = {(what, key): number for what, key, number in rows}
    return {
        one.id: found.get((_SINGLE, one.id), 0)
        + (found.get((_WHOLE, one.group_id), 0) if found.get((_FULL, one.group_id), 0) < 2 else 0)
        for one in occurrences
    }
