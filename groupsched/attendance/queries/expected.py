"""Who belongs on a sheet: the roster of the date and, for drop-in groups, who came lately."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from groupsched.accounts.models import Person
from groupsched.attendance.models import Attendee, Sheet
from groupsched.attendance.queries.rows import SheetRow
from groupsched.attendance.rules import (
    LATELY,
    AttendanceStatus,
    RowAnswer,
    RowKind,
    RowOrigin,
    RowState,
    attendee_uid,
)
from groupsched.catalog.rules import Access
from groupsched.core.db import db
from groupsched.enrolment import queries as enrolment
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.rules import DateSeatState, EnrolmentState
from groupsched.schedule.models import Occurrence

REMEMBERED = timedelta(days=365)
"""Whoever was not seen in a group for a year is new in it."""


@dataclass(frozen=True)
class LastSeen:
    """When a person was last here in a group, before a date."""

    person: Person
    last: datetime


def belonging(
    occurrence: Occurrence, stored: Container[int | None] = (), *, opened: bool = False
) -> list[SheetRow]:
    """The rows that opening this sheet would add to the people `stored` on it already.

    People who came lately are gathered once, when the sheet is first opened.
    """
    roster = [entry for entry in enrolment.roster(occurrence) if entry.person.id not in stored]
    known = {entry.person.id for entry in roster}
    later = [
        one for one in joining_later(occurrence) if one.person_id not in stored and one.person_id not in known
    ]
    if opened and not roster and not later:
        return []
    seen = {found.person.id: found for found in seen_before(occurrence)}
    told = told_at(occurrence) if any(entry.given_up for entry in roster) else {}
    rows = [_expected(occurrence, entry, seen, told) for entry in roster]
    rows += [_row(occurrence, one.person, RowKind.NOT_YET, _last(seen, one.person)) for one in later]
    if occurrence.group.access == Access.OPEN and not opened:
        known |= {one.person_id for one in later}
        rows += [
            _lately(occurrence, found) for found in seen.values() if _came_lately(occurrence, found, known)
        ]
    return rows


def joining_later(occurrence: Occurrence) -> Sequence[Enrolment]:
    """Who joined before this meeting was over, for the dates after it."""
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(
            Enrolment.group_id == occurrence.group_id,
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.from_start > occurrence.start,
            Enrolment.created_at < occurrence.end,
        )
        .order_by(Enrolment.id)
    )
    return db.session.scalars(query).all()


def seen_before(occurrence: Occurrence) -> Sequence[LastSeen]:
    """Everybody who was here in this group in the year before this date, with the last time."""
    last = func.max(Occurrence.start)
    here = (
        select(Attendee.person_id, last.label("last"))
        .join(Sheet, Sheet.id == Attendee.sheet_id)
        .join(Occurrence, Occurrence.id == Sheet.occurrence_id)
        .where(
            Occurrence.group_id == occurrence.group_id,
            Occurrence.start < occurrence.start,
            Occurrence.start >= occurrence.start - REMEMBERED,
            Attendee.status == AttendanceStatus.PRESENT,
            Attendee.person_id.is_not(None),
            Attendee.removed_at.is_(None),
        )
        .group_by(Attendee.person_id)
        .subquery()
    )
    query = select(Person, here.c.last).join(here, here.c.person_id == Person.id).order_by(Person.id)
    return [LastSeen(person, moment) for person, moment in db.session.execute(query)]


def came_lately(
    dates: Sequence[Occurrence], known: Mapping[int, Sequence[Person]]
) -> dict[int, list[Person]]:
    """Who stands under "came lately" on the sheets of these dates, by the number of the date and in the order of the sheet,
    without those `known` there: of sheets that are opened already what they hold, of others what opening would add."""
    opened = set(
        db.session.scalars(
            select(Sheet.occurrence_id).where(Sheet.occurrence_id.in_([one.id for one in dates]))
        )
    )
    fresh = [one for one in dates if one.group.access == Access.OPEN and one.id not in opened]
    found: dict[int, dict[int, Person]] = defaultdict(dict)
    for number, person in _stored_lately(opened):
        found[number][person.id] = person
    for one, person in _seen_within(fresh):
        found[one.id][person.id] = person
    return {number: _in_order(people, known.get(number, ())) for number, people in found.items()}


def _stored_lately(dates: Collection[int]) -> Iterable[tuple[int, Person]]:
    query = (
        select(Sheet.occurrence_id, Person)
        .join(Attendee, Attendee.sheet_id == Sheet.id)
        .join(Person, Person.id == Attendee.person_id)
        .where(
            Sheet.occurrence_id.in_(dates),
            Attendee.origin == RowOrigin.CAME_LATELY,
            Attendee.removed_at.is_(None),
        )
    )
    return [(number, person) for number, person in db.session.execute(query)] if dates else []


def _seen_within(dates: Sequence[Occurrence]) -> Iterable[tuple[Occurrence, Person]]:
    """Who was here in the group of each of these dates in the weeks before it."""
    if not dates:
        return
    groups = {one.group_id for one in dates}
    query = (
        select(Occurrence.group_id, Occurrence.start, Person)
        .join(Sheet, Sheet.occurrence_id == Occurrence.id)
        .join(Attendee, Attendee.sheet_id == Sheet.id)
        .join(Person, Person.id == Attendee.person_id)
        .where(
            Occurrence.group_id.in_(groups),
            Occurrence.start >= min(one.start for one in dates) - LATELY,
            Occurrence.start < max(one.start for one in dates),
            Attendee.status == AttendanceStatus.PRESENT,
            Attendee.removed_at.is_(None),
        )
    )
    for group, start, person in db.session.execute(query):
        yield from (
            (one, person)
            for one in dates
            if one.group_id == group and one.start - LATELY <= start < one.start
        )


def _in_order(people: Mapping[int, Person], known: Iterable[Person]) -> list[Person]:
    there = {one.id for one in known}
    rest = [one for one in people.values() if one.id not in there]
    return sorted(rest, key=lambda one: (one.first_name.casefold(), one.last_name.casefold(), one.id))


def told_at(occurrence: Occurrence) -> dict[int, datetime]:
    """When people said that they cannot come to this date, by the number of their enrolment."""
    query = select(DateSeat.enrolment_id, DateSeat.at).where(
        DateSeat.occurrence_id == occurrence.id, DateSeat.state == DateSeatState.GIVEN_UP
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _came_lately(occurrence: Occurrence, found: LastSeen, known: Container[int]) -> bool:
    return found.person.id not in known and found.last >= occurrence.start - LATELY


def _lately(occurrence: Occurrence, found: LastSeen) -> SheetRow:
    return _row(occurrence, found.person, RowKind.LATELY, found.last)


def _expected(
    occurrence: Occurrence,
    entry: enrolment.ExpectedPerson,
    seen: Mapping[int, LastSeen],
    told: Mapping[int, datetime],
) -> SheetRow:
    row = _row(occurrence, entry.person, RowKind.EXPECTED, _last(seen, entry.person))
    if entry.given_up:
        row.state = told_state(entry.person, told.get(entry.enrolment.id, occurrence.start))
    return row


def told_state(person: Person, said: datetime) -> RowState:
    """The state of a row whose person said beforehand that they cannot come."""
    return RowState(0, RowAnswer(AttendanceStatus.CANCELLED, observed_at=said, actor=person.id))


def _last(seen: Mapping[int, LastSeen], person: Person) -> datetime | None:
    return seen[person.id].last if person.id in seen else None


def _row(occurrence: Occurrence, person: Person, standing: RowKind, last: datetime | None) -> SheetRow:
    uid = attendee_uid(occurrence.uid, person.uid)
    return SheetRow(attendee_id=uid, person=person, standing=standing, last_seen=last)


def members_since(occurrence: Occurrence, people: Iterable[int]) -> dict[int, datetime]:
    """The first date of these people in the group of a date, by their number; who is not in it is left out."""
    query = (
        select(Enrolment.person_id, func.min(Enrolment.from_start))
        .where(
            Enrolment.group_id == occurrence.group_id,
            Enrolment.person_id.in_(list(people)),
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.from_start.is_not(None),
        )
        .group_by(Enrolment.person_id)
    )
    return {person: first for person, first in db.session.execute(query) if first is not None}
