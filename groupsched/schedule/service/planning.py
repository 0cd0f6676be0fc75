"""What saving a group would do to its coming dates, before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from groupsched.accounts.models import Person
from groupsched.catalog.models import Group, Place
from groupsched.catalog.queries import leaders
from groupsched.catalog.rules import GroupFields
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import ask
from groupsched.schedule.events import ImpactOf, SeatsToGive, Whereabouts
from groupsched.schedule.models import Occurrence, Series, TimeOff
from groupsched.schedule.queries import where_of
from groupsched.schedule.rules import (
    AddSeries,
    BookingClash,
    DateChange,
    FollowGroup,
    NewRule,
    SeriesRule,
    TimetableDate,
    in_rooms,
    plan,
    slot_plan,
    without_met,
)
from groupsched.schedule.service.away import away_then
from groupsched.schedule.service.booking import LedAndReached, clashes_of
from groupsched.schedule.service.conflicts import people_elsewhere
from groupsched.schedule.service.defining import is_there
from groupsched.schedule.service.slots import CutDate, cut_of, who_loses
from groupsched.schedule.service.telling import who_comes_to_all
from groupsched.schedule.service.timetable import TimetableRows, timetable_of


@dataclass(frozen=True)
class PlannedChange:
    """Which dates would fall away and come, and who would be told: `told` of the change, `let_in` that they have a seat, those
    `losing` it that their slot falls away. What they would run into: `clashes`, and `elsewhere` how many of the people are in
    another group then, by date of the `plan`; and who leads and is `away` on dates that come or move."""

    dropped: tuple[Occurrence, ...] = ()
    added: tuple[TimetableDate, ...] = ()
    told: frozenset[Person] = frozenset()
    let_in: frozenset[Person] = frozenset()
    losing: frozenset[Person] = frozenset()
    clashes: tuple[BookingClash, ...] = ()
    elsewhere: Mapping[int, int] = field(default_factory=dict)
    plan: DateChange | None = None
    away: tuple[TimeOff, ...] = ()


def plan_change(
    group: Group,
    series: Series | None,
    fields: GroupFields,
    place: Place | None,
    rule: SeriesRule,
    rooms: Mapping[datetime, int] | None = None,
) -> PlannedChange | None:
    """What would come of saving these fields, with this room, and this rule, where the dates that begin at the moments of `rooms`
    go there; None where nothing is otherwise."""
    now, rows = clock.now(), timetable_of(group)
    rule = without_met(rows.timetable, rule, now, series.id if series is not None else None)
    if is_there(group, series, fields, rule):
        return None
    there = plan(rows.timetable, FollowGroup(place.id if place else None, fields.capacity), now).after
    laid = plan(there, NewRule(series.id, rule) if series is not None else AddSeries(rule), now)
    whole = in_rooms(DateChange(rows.timetable, laid.after), rooms or {}, now)
    gone = [one for one in whole.gone if one.takes_place]
    dropped = [rows.dates[one.key] for one in [*gone, *whole.dropped] if one.key is not None]
    seats, losing = _seats(whole), frozenset[Person]()
    cut = slot_plan(fields.slot_minutes, fields.slot_gap, fields.slot_breaks)
    if cut is not None:
        seats, losing = who_loses(_cuts(whole, fields, group.program_id), cut)
    let_in = _let_in(
        SeatsToGive(
            group.id,
            tuple(seats.items()),
            fields.capacity,
            # New dates in slots have no more seats than somebody chooses.
            cut is None and (any(one.takes_place for one in whole.added) or bool(whole.restored)),
        )
    )
    moved = _moved(rows, whole, fields, place)
    again = [one.key for one in whole.restored if one.key is not None]
    told = _told([one.id for one in [*moved, *dropped] if one.taken] + again)
    new = [one for one in whole.added if one.takes_place]
    if series is None:
        told |= who_comes_to_all(group, (one.start for one in new))
    added = sorted([*new, *whole.restored], key=lambda one: one.start)
    dropped.sort(key=lambda one: one.start)
    clashes = clashes_of(
        group, whole, LedAndReached(_leaders(group, fields), fields.attendance_mode, fields.needs)
    )
    moving = {row.id for row in moved}
    there_then = [*added, *(one for one in whole.after.dates if one.key in moving)]
    usual = {row.person_id for row in group.facilitators}
    come = set(_leaders(group, fields)) - usual
    return PlannedChange(
        tuple(dropped),
        tuple(added),
        told - let_in - losing,
        let_in,
        losing,
        tuple(clashes),
        people_elsewhere(group, whole),
        whole,
        (*away_then(group, usual, there_then), *away_then(group, come, whole.after.dates)),
    )


def _leaders(group: Group, fields: GroupFields) -> tuple[int, ...]:
    """The numbers of those who would lead; whom nobody knows is refused when it is saved."""
    known = {person.uid: person.id for person in leaders(group.program_id)}
    known |= {row.person.uid: row.person_id for row in group.facilitators}
    return tuple(known[uid] for uid in fields.facilitators if uid in known)


def let_in_by(group: Group, change: DateChange) -> frozenset[Person]:
    """Who of those who wait for a group would get a seat by a change of its dates."""
    more = any(one.takes_place for one in change.added) or bool(change.restored)
    seats = any(was.seats != now.seats for was, now in change.steps)
    if not more and not seats:
        return frozenset()
    return _let_in(SeatsToGive(group.id, tuple(_seats(change).items()), group.capacity, more))


def _stay(change: DateChange) -> list[tuple[TimetableDate, TimetableDate]]:
    """The coming dates that take place as before, before and after."""
    after = {one.key: one for one in change.after.dates}
    both = [(was, after[was.key]) for was in change.before.dates if was.key in after]
    return [
        (was, now) for was, now in both if was.takes_place and now.takes_place and was.start > clock.now()
    ]


def _seats(change: DateChange) -> Mapping[int, int | None]:
    return {now.key: now.seats for _was, now in _stay(change) if now.key is not None}


def _cuts(change: DateChange, fields: GroupFields, program_id: int) -> dict[int, CutDate]:
    """The coming dates as they would be cut into slots."""
    people = {one.uid: one.id for one in leaders(program_id)}
    usual = [people[uid] for uid in fields.facilitators if uid in people]
    return {
        now.key: cut_of(change, was, now, now.leads or usual)
        for was, now in _stay(change)
        if now.key is not None
    }


def _moved(
    rows: TimetableRows, change: DateChange, fields: GroupFields, place: Place | None
) -> list[Occurrence]:
    """The dates that would be at another time or another place."""
    found = [(rows.dates[was.key or 0], was, now) for was, now in _stay(change)]
    return [
        row
        for row, was, now in found
        if (was.start, was.end) != (now.start, now.end) or where_of(row) != _where(row, now, fields, place)
    ]


def _where(row: Occurrence, now: TimetableDate, fields: GroupFields, place: Place | None) -> Whereabouts:
    there = next((one for one in (row.place, place) if one is not None and one.id == now.place), None)
    if there is None and now.place is not None:
        there = db.session.get(Place, now.place)
    place_id, site_id, link = (there.id, there.site_id, there.online_link) if there else (None, None, "")
    return Whereabouts.of(fields.attendance_mode, place_id, site_id, now.link or fields.online_link or link)


def _told(numbers: list[int]) -> frozenset[Person]:
    """Who would hear of these dates: who has a seat or waits."""
    answers = ask(ImpactOf(tuple(numbers), whole_line=True)) if numbers else ()
    return frozenset(person for answer in answers for person in answer.people)


def _let_in(question: SeatsToGive) -> frozenset[Person]:
    return frozenset(person for people in ask(question) for person in people)
