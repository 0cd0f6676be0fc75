"""A group's series and dates as they stand, read for a plan, with the rows behind them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import Column, exists, false, func, or_, select

from groupsched.catalog.models import Group
from groupsched.catalog.rules import GroupState
from groupsched.core import clock
from groupsched.core.db import Base, db
from groupsched.schedule.models import Occurrence, Series, Timeslot
from groupsched.schedule.queries import spans_over, usual_answer
from groupsched.schedule.rules import (
    DateField,
    SeriesRule,
    Timetable,
    TimetableDate,
    TimetableSeries,
    days_met,
)

HORIZON_DAYS = 400
SLACK_DAYS = 7  # made beyond the horizon, so that a series is extended once a week and not every night


@dataclass(frozen=True)
class TimetableRows:
    """How a group's dates stand, and the rows of them by their keys."""

    timetable: Timetable
    series: Mapping[int, Series]
    dates: Mapping[int, Occurrence]


def horizon() -> date:
    """The last day for which dates are made."""
    return clock.now().date() + timedelta(days=HORIZON_DAYS + SLACK_DAYS)


def met_besides(rule: SeriesRule, met: Collection[datetime]) -> frozenset[date]:
    """The coming days of a rule, skipped ones too, on which it would begin at one of these moments."""
    return days_met(rule, met, clock.now(), horizon())


def timetable_of(group: Group, *, hold: bool = False) -> TimetableRows:
    """Read how the dates of a group stand: all its series, and its dates that are not over; of a draft all dates. To `hold`
    them keeps everybody else from changing them until the transaction ends."""
    dates = _dates(group, hold)
    series = {one.id: (one, kept) for one, kept in _series_of(group)}
    timetable = Timetable(
        tuple(_series(one, kept) for one, kept in series.values()),
        tuple(_date(one, referred, series[one.series_id][0], group) for one, referred in dates),
        place=group.place_id,
        # Of a group in slots nobody sets a number of seats: each date has as many as slots (`slots.py`).
        seats=None if group.has_slots else group.capacity,
        draft=group.state == GroupState.DRAFT,
        horizon=horizon(),
        closures=spans_over(group),
        closed_days=usual_answer(group),
    )
    rows = {number: one for number, (one, _kept) in series.items()}
    return TimetableRows(timetable, rows, {one.id: one for one, _referred in dates})


def _dates(group: Group, hold: bool) -> list[tuple[Occurrence, bool]]:
    """The dates, and whether anything refers to them: a seat on it alone, one given up, a sheet, a task."""
    refers = or_(false(), *(exists().where(column == Occurrence.id) for column in referring()))
    query = select(Occurrence, refers).where(Occurrence.group_id == group.id)
    if group.state != GroupState.DRAFT:
        query = query.where(Occurrence.end > clock.now())
    if hold:
        # Whoever marks somebody on a date refers to it, and may go on: what they wait for, this may wait for in turn.
        query = query.with_for_update(of=Occurrence, key_share=True)
    query = query.order_by(Occurrence.start, Occurrence.id).execution_options(populate_existing=True)
    return [(one, bool(named)) for one, named in db.session.execute(query)]


def _series_of(group: Group) -> list[tuple[Series, date | None]]:
    """The series, each with the day of its last date that a change must not touch: it has begun or has marks. A draft keeps
    only what has marks."""
    begun = [] if group.state == GroupState.DRAFT else [Occurrence.start <= clock.now()]
    latest = (
        select(func.max(Occurrence.original_local))
        .where(Occurrence.series_id == Series.id, or_(Occurrence.frozen.is_(True), *begun))
        .scalar_subquery()
    )
    query = select(Series, latest).where(Series.group_id == group.id).order_by(Series.id)
    found = db.session.execute(query.execution_options(populate_existing=True))
    return [(one, date.fromisoformat(last[:10]) if last else None) for one, last in found]


@cache
def referring() -> tuple[Column[int], ...]:
    """The columns of all rooms that refer to a date; its slots are a part of it."""
    return tuple(_columns())


def _columns() -> Iterator[Column[int]]:
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            # What goes with a date keeps no date.
            goes_with = key.ondelete is not None or table is Timeslot.__table__
            if key.column is Occurrence.__table__.c.id and not goes_with:
                yield key.parent


def _series(one: Series, kept: date | None) -> TimetableSeries:
    own = {DateField(name): _plain(DateField(name), value) for name, value in one.own.items()}
    return TimetableSeries(
        one.id, one.rule, kept, one.ended_at is not None, one.expanded_to, own, one.closed_days
    )


def _plain(what: DateField, value: object) -> object:
    return tuple(value) if what is DateField.LEADS and isinstance(value, list) else value


def _date(one: Occurrence, referred: bool, series: Series, group: Group) -> TimetableDate:
    own = one.own
    assigned = one.assignments if DateField.LEADS in own or DateField.LEADS in series.own else ()
    return TimetableDate(
        one.id,
        one.series_id,
        original=datetime.strptime(one.original_local, "%Y-%m-%dT%H%M"),  # noqa: DTZ007 - wall time
        given=one.original_start,
        start=one.start,
        end=one.end,
        place=one.place_id,
        seats=None if group.has_slots else one.capacity,
        link=one.own_link,
        title=one.own_title,
        leads=tuple(row.person_id for row in assigned),
        note=one.own_note,
        own=own,
        status=one.status,
        dropped=one.dropped,
        reason=one.reason,
        closure=one.closure_id,
        marked=one.frozen,
        held=referred or one.taken > 0,
        referred=referred,
    )
