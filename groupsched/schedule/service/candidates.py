"""Whom to ask for cover: who may lead groups, with what speaks for and against each, those who fit best first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from groupsched.accounts.models import Person, Qualification
from groupsched.catalog.queries import leaders
from groupsched.core.db import db
from groupsched.schedule.models import Assignment, Occurrence, TimeOff
from groupsched.schedule.queries import away_between, hours_of, with_leaders
from groupsched.schedule.rules import (
    LEADING,
    CoverFitness,
    HoursSpan,
    OccurrenceStatus,
    first_asked,
    overlaps,
    works_then,
)


@dataclass(frozen=True)
class CoverCandidate:
    """Somebody who may lead a date instead; `last_led`: when they led the group last; `meets`: what they lead then."""

    person: Person
    fitness: CoverFitness
    last_led: datetime | None = None
    meets: Occurrence | None = None
    ticked: bool = False


def candidates(occurrence: Occurrence, part_of: Person) -> list[CoverCandidate]:
    """Everybody who could lead a date instead of somebody, those who fit best first; the first that fit are ticked."""
    return candidates_of([occurrence], part_of)[occurrence.id]


def candidates_of(dates: Sequence[Occurrence], part_of: Person) -> dict[int, list[CoverCandidate]]:
    """The same of each of these dates of one program, by number, however many there are in as many statements."""
    if not dates:
        return {}
    people = [one for one in leaders(dates[0].program_id) if one.id != part_of.id]
    known = _known(dates, part_of, people)
    return {one.id: _of_date(one, people, known) for one in dates}


@dataclass(frozen=True)
class _Known:
    """What is known of people between the first and the last of some dates: how often they led which group and when last, what
    they lead then, when they are away and work, and whether they hold what is needed."""

    led: Mapping[tuple[int, int], tuple[int, datetime]]
    meets: Sequence[Occurrence]
    away: Sequence[TimeOff]
    hours: Mapping[int, Mapping[int, HoursSpan]]
    qualified: frozenset[int]


def _known(dates: Sequence[Occurrence], part_of: Person, people: Sequence[Person]) -> _Known:
    first, last = min(one.start for one in dates), max(one.end for one in dates)
    numbers, held = [one.id for one in people], _qualifications([part_of, *people])
    return _Known(
        _led(dates, numbers),
        _meets(dates[0].program_id, first, last),
        away_between(numbers, first, last),
        hours_of(numbers),
        frozenset(number for number in numbers if _qualified(held.get(number), held.get(part_of.id))),
    )


def _of_date(occurrence: Occurrence, people: Sequence[Person], known: _Known) -> list[CoverCandidate]:
    of_group = {row.person_id for row in occurrence.group.facilitators}
    start, end = occurrence.start, occurrence.end
    away = {row.person_id for row in known.away if overlaps(row.starts_at, row.ends_at, start, end)}
    then = (
        one for one in known.meets if one.id != occurrence.id and overlaps(one.start, one.end, start, end)
    )
    busy = {number: one for one in then for number in one.leader_ids}
    found = []
    for one in people:
        if one.id in occurrence.leader_ids:
            continue
        times, last = known.led.get((occurrence.group_id, one.id), (0, None))
        fitness = CoverFitness(
            led=times,
            co_leads=one.id in of_group,
            qualified=one.id in known.qualified,
            busy=one.id in busy,
            away=one.id in away,
            works=works_then(known.hours.get(one.id, {}), start, end, occurrence.timezone),
        )
        found.append((one, fitness, last, busy.get(one.id)))
    found.sort(key=lambda row: (*row[1].order, row[0].first_name, row[0].id))
    ticked = first_asked([fitness for _one, fitness, *_rest in found])
    return [CoverCandidate(*row, ticked=place in ticked) for place, row in enumerate(found)]


def _led(
    dates: Sequence[Occurrence], people: Collection[int]
) -> Mapping[tuple[int, int], tuple[int, datetime]]:
    """How often these people led the groups of dates before the first of them, and when last, by group and person."""
    query = (
        select(Occurrence.group_id, Assignment.person_id, func.count(), func.max(Occurrence.start))
        .join(Occurrence, Occurrence.id == Assignment.occurrence_id)
        .where(
            Occurrence.group_id.in_({one.group_id for one in dates}),
            Occurrence.start < min(one.start for one in dates),
            Occurrence.status != OccurrenceStatus.CANCELLED,
            Assignment.role.in_(LEADING),
            Assignment.person_id.in_(people),
        )
        .group_by(Occurrence.group_id, Assignment.person_id)
    )
    return {(group, person): (times, last) for group, person, times, last in db.session.execute(query)}


def _meets(program_id: int, first: datetime, last: datetime) -> list[Occurrence]:
    """What takes place between these moments, the latest first."""
    query = select(Occurrence).where(
        Occurrence.program_id == program_id,
        Occurrence.external.is_(False),
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.start < last,
        Occurrence.end > first,
    )
    query = query.options(*with_leaders()).order_by(Occurrence.start.desc(), Occurrence.id)
    return list(db.session.scalars(query).unique())


def _qualifications(people: Collection[Person]) -> dict[int, Qualification]:
    held = select(Person).where(
        Person.id.in_([one.id for one in people]), Person.qualification_id.is_not(None)
    )
    rows = db.session.scalars(held.options(joinedload(Person.qualification)))
    return {row.id: row.qualification for row in rows if row.qualification is not None}


def _qualified(theirs: Qualification | None, needed: Qualification | None) -> bool:
    """Whether somebody holds what is held by who leads: the same, or any that is clinical where that is."""
    if needed is None or (theirs is not None and theirs.id == needed.id):
        return True
    return theirs is not None and (theirs.clinical or not needed.clinical)
