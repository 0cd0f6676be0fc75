"""Whom to ask for cover: who may lead groups, with what speaks for and against each, those who fit best first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from groupsched.accounts.models import Person, Qualification
from groupsched.catalog.queries import leaders
from groupsched.core.db import db
from groupsched.schedule.models import Assignment, Occurrence
from groupsched.schedule.queries import away_between, hours_of, with_leaders
from groupsched.schedule.rules import LEADING, CoverFitness, OccurrenceStatus, first_asked, works_then


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
    here = {*occurrence.leader_ids, part_of.id}
    people = [one for one in leaders(occurrence.program_id) if one.id not in here]
    numbers = [one.id for one in people]
    led, busy = _led(occurrence, numbers), _busy(occurrence)
    away = {row.person_id for row in away_between(numbers, occurrence.start, occurrence.end)}
    hours, held = hours_of(numbers), _qualifications([part_of, *people])
    of_group = {row.person_id for row in occurrence.group.facilitators}
    found = []
    for one in people:
        times, last = led.get(one.id, (0, None))
        fitness = CoverFitness(
            led=times,
            co_leads=one.id in of_group,
            qualified=_qualified(held.get(one.id), held.get(part_of.id)),
            busy=one.id in busy,
            away=one.id in away,
            works=works_then(hours.get(one.id, {}), occurrence.start, occurrence.end, occurrence.timezone),
        )
        found.append((one, fitness, last, busy.get(one.id)))
    found.sort(key=lambda row: (*row[1].order, row[0].first_name, row[0].id))
    ticked = first_asked([fitness for _one, fitness, *_rest in found])
    return [CoverCandidate(*row, ticked=place in ticked) for place, row in enumerate(found)]


def _led(occurrence: Occurrence, people: Collection[int]) -> Mapping[int, tuple[int, datetime | None]]:
    """How often these people led the group, and when last."""
    query = (
        select(Assignment.person_id, func.count(), func.max(Occurrence.start))
        .join(Occurrence, Occurrence.id == Assignment.occurrence_id)
        .where(
            Occurrence.group_id == occurrence.group_id,
            Occurrence.start < occurrence.start,
            Occurrence.status != OccurrenceStatus.CANCELLED,
            Assignment.role.in_(LEADING),
            Assignment.person_id.in_(people),
        )
        .group_by(Assignment.person_id)
    )
    return {person: (times, last) for person, times, last in db.session.execute(query)}


def _busy(occurrence: Occurrence) -> dict[int, Occurrence]:
    """What people lead at the time of a date, by their numbers."""
    query = select(Occurrence).where(
        Occurrence.program_id == occurrence.program_id,
        Occurrence.id != occurrence.id,
        Occurrence.external.is_(False),
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.start < occurrence.end,
        Occurrence.end > occurrence.start,
    )
    query = query.options(*with_leaders()).order_by(Occurrence.start.desc(), Occurrence.id)
    return {number: one for one in db.session.scalars(query).unique() for number in one.leader_ids}


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
