"""Dates around now: one running, one later today, one tomorrow, at whatever hour the demo starts."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from groupsched.access.identity import Role
from groupsched.attendance.rules import AttendanceStatus, QueuedOperation
from groupsched.attendance.service import apply, open_sheet
from groupsched.catalog.models import Group, Place
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.service import enrol
from groupsched.operations.demo.cast import DemoCast, story
from groupsched.operations.demo.history import DemoStory
from groupsched.operations.demo.rules import PLANTED, StoryMark
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.queries import series_of
from groupsched.schedule.rules import DateField, OccurrenceStatus, SeriesRule, SetOfDate
from groupsched.schedule.service import add_series, change_dates, skip_date

AHEAD = timedelta(minutes=40)
TABLET = "Front desk tablet"
ARRIVALS = (-4, 2, -1, 5, -7)
"""Minutes around the start at which people of the running date arrived."""


def plant_dates(cast: DemoCast, now: datetime) -> Occurrence:
    """Add the dates around now that are not there yet; returns the one that is running."""
    planted = story()["planted_dates"]
    here = now.astimezone(ZoneInfo(cast.program.timezone))
    running = _there(cast, planted["running_now"], now, running=True)
    if running is None:
        start = PLANTED["running_now"](here)
        with clock.at(start.replace(fold=0).astimezone(UTC) - AHEAD):
            running = _add(cast, planted["running_now"], start)
        _mark_running(cast, running, now)
    for name in ("later_today", "tomorrow"):
        start = PLANTED[name](here)
        if _there(cast, planted[name], now, on=start) is None:
            _add(cast, planted[name], start)
    return running


def _there(
    cast: DemoCast,
    told: Mapping[str, Any],
    now: datetime,
    *,
    running: bool = False,
    on: datetime | None = None,
) -> Occurrence | None:
    """A date of the group that already does what the planted one is for."""
    group = cast.groups[told["series"]]
    query = select(Occurrence).where(
        Occurrence.group_id == group.id, Occurrence.status == OccurrenceStatus.SCHEDULED
    )
    if running:
        query = query.where(Occurrence.start <= now, Occurrence.end > now)
    else:
        query = query.where(Occurrence.start > now, Occurrence.local_date == (on or now).date())
    return db.session.scalars(query.order_by(Occurrence.start).limit(1)).first()


def _add(cast: DemoCast, told: Mapping[str, Any], start: datetime) -> Occurrence:
    """A single date of a group; a regular one that is still to come on that day gives way to it."""
    group = cast.groups[told["series"]]
    for series in series_of(group):
        _give_way(cast, series, start)
    zone = cast.program.timezone
    series = add_series(cast.system, group, SeriesRule(start.date(), start.time(), told["minutes"], zone))
    occurrence = db.session.scalars(select(Occurrence).where(Occurrence.series_id == series.id)).one()
    _put_where_it_is_free(cast, group, occurrence)
    return occurrence


def _give_way(cast: DemoCast, series: Series, start: datetime) -> None:
    if series.ended_at is None and series.rrule and start.date() in series.rule.dates(start.date()):
        skip_date(cast.system, series, start.date(), series.version)


def _put_where_it_is_free(cast: DemoCast, group: Group, occurrence: Occurrence) -> None:
    """The first of the rooms kept for planted dates in which nobody else meets then."""
    busy = select(Occurrence.place_id).where(
        Occurrence.id != occurrence.id,
        Occurrence.program_id == cast.program.id,
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.start < occurrence.end,
        Occurrence.end > occurrence.start,
    )
    taken = set(db.session.scalars(busy))
    if group.place_id not in taken:
        return
    names = {room["key"]: room["name"] for room in story()["rooms"]}
    free = [
        place
        for place in _places(cast, [names[key] for key in story()["planted_dates"]["rooms"]])
        if place not in taken
    ]
    if free:
        change_dates(cast.system, group, SetOfDate(occurrence.id, {DateField.PLACE: free[0]}))


def _places(cast: DemoCast, names: list[str]) -> list[int]:
    query = (
        select(Place.id).where(Place.program_id == cast.program.id, Place.name.in_(names)).order_by(Place.id)
    )
    return list(db.session.scalars(query))


def _mark_running(cast: DemoCast, occurrence: Occurrence, now: datetime) -> None:
    """The running sheet as it looks after half an hour: most are here, one came late, some are not marked yet."""
    told = next(one for one in story()["situations"] if one["key"] == "running-now")["marks"]
    desk_key = next(one["key"] for one in story()["staff"] if Role.FRONT_DESK in one["roles"])
    group, desk = occurrence.group, cast.member(desk_key)
    with clock.at(occurrence.start - timedelta(minutes=20)):
        for situation in story()["situations"]:
            if situation["key"] == "new-today" and situation["client"] in cast.people:
                enrol(cast.system, group, cast.people[situation["client"]], accept_clash=True)
        open_sheet(cast.leader(group), occurrence)
        apply(
            cast.leader(group),
            occurrence,
            _marks(cast, occurrence, told["excused_before"], StoryMark(AttendanceStatus.EXCUSED)),
        )
    with clock.at(min(now, occurrence.start + timedelta(minutes=16))):
        here = [
            mark
            for number, key in enumerate(told["here"])
            for mark in _marks(
                cast,
                occurrence,
                [key],
                StoryMark(AttendanceStatus.PRESENT, after=ARRIVALS[number % len(ARRIVALS)]),
            )
        ]
        late = _marks(cast, occurrence, told["late"], StoryMark(AttendanceStatus.PRESENT, after=14))
        apply(desk, occurrence, [*here, *late])


def _marks(
    cast: DemoCast, occurrence: Occurrence, clients: list[str], said: StoryMark
) -> list[QueuedOperation]:
    people = [cast.people[key] for key in clients if key in cast.people]
    return [DemoStory.operation(occurrence, person.uid, said, TABLET) for person in people]
