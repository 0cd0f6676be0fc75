"""People of a group who have something else at a time: only ever how many, never who or what."""

from collections import defaultdict

from sqlalchemy import select

from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries.seats import each_pair, holds_seat
from groupsched.enrolment.rules import EnrolmentMode, EnrolmentState, TimeSpan, clashes
from groupsched.schedule.events import PeopleElsewhere
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus


def elsewhere(question: PeopleElsewhere) -> dict[int, int]:
    """How many people with a seat on each of these dates, or of the whole group on new ones, sit in another group then."""
    of_date = _people(question)
    everybody = {person for people in of_date.values() for person in people}
    if not everybody:
        return {}
    seats = _other_seats(question, everybody)
    found = {}
    for number, start, end in question.spans:
        wanted = [TimeSpan(0, start, end)]
        found[number] = sum(bool(clashes(wanted, seats.get(person, ()))) for person in of_date[number])
    return found


def _people(question: PeopleElsewhere) -> dict[int, set[int]]:
    numbers = [number for number, _start, _end in question.spans]
    found: dict[int, set[int]] = {number: set() for number in numbers}
    if any(number < 0 for number in numbers):
        whole = select(Enrolment.person_id).where(
            Enrolment.group_id == question.group_id, Enrolment.mode == EnrolmentMode.WHOLE,
            Enrolment.state == EnrolmentState.ACTIVE,
        )  # fmt: skip
        people = set(db.session.scalars(whole.order_by(Enrolment.id)))
        found |= {number: people for number in numbers if number < 0}
    there = [number for number in numbers if number >= 0]
    if there:
        query = each_pair(Occurrence.id, Enrolment.person_id).where(Occurrence.id.in_(there), holds_seat())
        for number, person in db.session.execute(query.order_by(Occurrence.id, Enrolment.id)):
            found[number].add(person)
    return found


def _other_seats(question: PeopleElsewhere, people: set[int]) -> dict[int, list[TimeSpan]]:
    first = min(start for _number, start, _end in question.spans)
    last = max(end for _number, _start, end in question.spans)
    query = each_pair(Enrolment.person_id, Occurrence.id, Occurrence.start, Occurrence.end).where(
        Enrolment.person_id.in_(people), Occurrence.group_id != question.group_id, holds_seat(),
        Occurrence.status == OccurrenceStatus.SCHEDULED, Occurrence.start < last, Occurrence.end > first,
    )  # fmt: skip
    found = defaultdict[int, list[TimeSpan]](list)
    for person, number, start, end in db.session.execute(query.order_by(Occurrence.start, Occurrence.id)):
        found[person].append(TimeSpan(number, start, end))
    return dict(found)
