"""Who belongs on a sheet: the roster of the date and, for drop-in groups, who came lately."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from groupsched.accounts.models import Person
from groupsched.attendance.models import Attendee, Sheet
from groupsched.attendance.queries.rows import SheetRow
from groupsched.attendance.rules import LATELY, AttendanceStatus, RowAnswer, RowKind, RowState, attendee_uid
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
    query = select(Person.id, first_date(occurrence.group_id, Person.id)).where(Person.id.in_(list(people)))
    return {person: first for person, first in db.session.execute(query) if first is not None}


def first_date(
    group_id: int | BindParameter[int], person_id: InstrumentedAttribute[Any]
) -> ColumnElement[datetime | None]:
    """The first date in a group of the person of a row that is read."""
    return (
        select(func.min(Enrolment.from_start))
        .where(
            Enrolment.group_id == group_id,
            Enrolment.person_id == person_id,
            Enrolment.state == EnrolmentState.ACTIVE,
        )
        .correlate(person_id.class_)
        .scalar_subquery()
    )
