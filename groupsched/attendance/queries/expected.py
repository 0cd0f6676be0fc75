"""Who belongs on a sheet: the roster of the date and, for drop-in groups, who came lately."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

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
from groupsched.core.i18n import _
from groupsched.core.text import fold
from groupsched.enrolment import queries as enrolment
from groupsched.enrolment.models import DateSeat, Enrolment, Guest, GuestDate
from groupsched.enrolment.rules import DateSeatState, EnrolmentState
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import SeatPool

REMEMBERED = timedelta(days=365)
"""Whoever was not seen in a group for a year is new in it."""


@dataclass(frozen=True)
class LastSeen:
    """When a person was last here in a group, before a date."""

    person: Person
    last: datetime


@dataclass(eq=False)
class NewRows:
    """A sheet that is looked at, and whom the roster of its date would add to it: `stored` are the numbers of the people on it, and
    the ids of its rows."""

    occurrence: Occurrence
    stored: Container[int | str | None] = ()
    opened: bool = False
    roster: list[enrolment.ExpectedPerson] = field(default_factory=list)
    later: list[Enrolment] = field(default_factory=list)
    guests: list[GuestDate] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether there is nobody to add."""
        return self.opened and not self.roster and not self.later and not self.guests

    def find(self, roster: list[enrolment.ExpectedPerson], later: list[Enrolment]) -> None:
        """Take those of the roster, and of those who joined for later, who are not on the sheet."""
        self.roster = [entry for entry in roster if entry.person.id not in self.stored]
        known = {entry.person.id for entry in self.roster}
        self.later = [one for one in later if one.person_id not in self.stored and one.person_id not in known]

    def rows(self, seen: Mapping[int, LastSeen], told: Mapping[tuple[int, int], datetime]) -> list[SheetRow]:
        """Their rows; who came lately too, while the sheet is not opened."""
        date = self.occurrence
        rows = [_expected(date, entry, seen, told) for entry in self.roster]
        rows += [_row(date, one.person, RowKind.NOT_YET, _last(seen, one.person)) for one in self.later]
        rows += [
            row for one in self.guests if (row := _guest(date, one.guest)).attendee_id not in self.stored
        ]
        if date.group.access == Access.OPEN and not self.opened:
            known = {entry.person.id for entry in self.roster} | {one.person_id for one in self.later}
            rows += [_lately(date, found) for found in seen.values() if _came_lately(date, found, known)]
        return rows


def belonging(
    occurrence: Occurrence, stored: Container[int | str | None] = (), *, opened: bool = False
) -> list[SheetRow]:
    """The rows that opening this sheet would add to the people `stored` on it already.

    People who came lately are gathered once, when the sheet is first opened.
    """
    return belonging_to([NewRows(occurrence, stored, opened)])[occurrence.id]


def belonging_to(sheets: Sequence[NewRows]) -> dict[int, list[SheetRow]]:
    """The same of many sheets at once, by the number of the date, in as many statements as of one."""
    dates = [one.occurrence for one in sheets]
    rosters, later = enrolment.rosters(dates), joining_later(dates)
    for one in sheets:
        one.find(rosters[one.occurrence.id], later[one.occurrence.id])
    for guest in enrolment.guests_on([one.id for one in dates]):
        next(one for one in sheets if one.occurrence.id == guest.occurrence_id).guests.append(guest)
    asked = [one for one in sheets if not one.nothing]
    seen = seen_before([one.occurrence for one in asked]) if asked else {}
    told = told_at([one.occurrence for one in asked if any(entry.given_up for entry in one.roster)])
    return {
        one.occurrence.id: one.rows(seen[one.occurrence.id], told) if one in asked else [] for one in sheets
    }


def joining_later(occurrences: Sequence[Occurrence]) -> dict[int, list[Enrolment]]:
    """Who joined before a meeting was over, for the dates after it, by the number of the date."""
    query = (
        select(Occurrence.id, Enrolment)
        .join(Enrolment, Enrolment.group_id == Occurrence.group_id)
        .options(joinedload(Enrolment.person))
        .where(
            Occurrence.id.in_([one.id for one in occurrences]),
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.from_start > Occurrence.start,
            Enrolment.created_at < Occurrence.end,
        )
        .order_by(Enrolment.id)
    )
    found: dict[int, list[Enrolment]] = {one.id: [] for one in occurrences}
    for number, one in db.session.execute(query):
        found[number].append(one)
    return found


def seen_before(occurrences: Sequence[Occurrence]) -> dict[int, dict[int, LastSeen]]:
    """Everybody who was here in the group of a date in the year before it, with the last time, by number of date and person."""
    asked, last = aliased(Occurrence), func.max(Occurrence.start)
    here = (
        select(asked.id.label("date"), Attendee.person_id, last.label("last"))
        .join(Sheet, Sheet.id == Attendee.sheet_id)
        .join(Occurrence, Occurrence.id == Sheet.occurrence_id)
        .join(asked, and_(asked.group_id == Occurrence.group_id, Occurrence.start < asked.start))
        .where(
            asked.id.in_([one.id for one in occurrences]),
            Occurrence.start >= min(one.start for one in occurrences) - REMEMBERED,
            Attendee.status == AttendanceStatus.PRESENT,
            Attendee.person_id.is_not(None),
            Attendee.removed_at.is_(None),
        )
        .group_by(asked.id, Attendee.person_id)
        .subquery()
    )
    query = select(here.c.date, Person, here.c.last).join(here, here.c.person_id == Person.id)
    starts = {one.id: one.start for one in occurrences}
    found: dict[int, dict[int, LastSeen]] = {number: {} for number in starts}
    for number, person, moment in db.session.execute(query.order_by(Person.id)):
        if moment >= starts[number] - REMEMBERED:
            found[number][person.id] = LastSeen(person, moment)
    return found


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
    seen_of = seen_before(fresh) if fresh else {}
    found: dict[int, dict[int, Person]] = defaultdict(dict)
    for number, person in _stored_lately(opened):
        found[number][person.id] = person
    for one in fresh:
        lately = [seen.person for seen in seen_of[one.id].values() if seen.last >= one.start - LATELY]
        found[one.id] = {person.id: person for person in lately}
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


def _in_order(people: Mapping[int, Person], known: Iterable[Person]) -> list[Person]:
    there = {one.id for one in known}
    rest = [one for one in people.values() if one.id not in there]
    return sorted(rest, key=lambda one: (fold(one.first_name), fold(one.last_name), one.id))


def told_at(occurrences: Sequence[Occurrence]) -> dict[tuple[int, int], datetime]:
    """When people said that they cannot come to a date, by the number of the date and of their enrolment."""
    if not occurrences:
        return {}
    query = select(DateSeat.occurrence_id, DateSeat.enrolment_id, DateSeat.at).where(
        DateSeat.occurrence_id.in_([one.id for one in occurrences]), DateSeat.state == DateSeatState.GIVEN_UP
    )
    return {(row[0], row[1]): row[2] for row in db.session.execute(query)}


def _came_lately(occurrence: Occurrence, found: LastSeen, known: Container[int]) -> bool:
    return found.person.id not in known and found.last >= occurrence.start - LATELY


def _lately(occurrence: Occurrence, found: LastSeen) -> SheetRow:
    return _row(occurrence, found.person, RowKind.LATELY, found.last)


def _expected(
    occurrence: Occurrence,
    entry: enrolment.ExpectedPerson,
    seen: Mapping[int, LastSeen],
    told: Mapping[tuple[int, int], datetime],
) -> SheetRow:
    row = _row(occurrence, entry.person, RowKind.EXPECTED, _last(seen, entry.person))
    row.slot, row.online = entry.slot, entry.pool is SeatPool.ONLINE
    if entry.given_up:
        row.state = told_state(entry.person, told.get((occurrence.id, entry.enrolment.id), occurrence.start))
    return row


def told_state(person: Person, said: datetime) -> RowState:
    """The state of a row whose person said beforehand that they cannot come."""
    return RowState(0, RowAnswer(AttendanceStatus.CANCELLED, observed_at=said, actor=person.id))


def _last(seen: Mapping[int, LastSeen], person: Person) -> datetime | None:
    return seen[person.id].last if person.id in seen else None


def _row(occurrence: Occurrence, person: Person, standing: RowKind, last: datetime | None) -> SheetRow:
    uid = attendee_uid(occurrence.uid, person.uid)
    return SheetRow(attendee_id=uid, person=person, standing=standing, last_seen=last)


def _guest(occurrence: Occurrence, guest: Guest) -> SheetRow:
    """The row of a guest: of them nothing stands on it but whose guest they are."""
    uid = attendee_uid(occurrence.uid, guest.uid)
    name = _("Guest of %(name)s", name=guest.host.short_name)
    return SheetRow(attendee_id=uid, person=None, standing=RowKind.GUEST, guest_name=name[:80])


def members_since(occurrence: Occurrence, people: Iterable[int]) -> dict[int, datetime]:
    """The first date of these people in the group of a date, by their number; who is not in it is left out."""
    query = select(Person.id, first_date(occurrence.group_id, Person.id)).where(Person.id.in_(list(people)))
    return {person: first for person, first in db.session.execute(query) if first is not None}


def members_of_groups(groups: Iterable[int], people: Iterable[int]) -> dict[int, dict[int, datetime]]:
    """The first dates of people in groups, by the number of the group and of the person."""
    query = (
        select(Enrolment.group_id, Enrolment.person_id, func.min(Enrolment.from_start))
        .where(
            Enrolment.group_id.in_(list(groups)),
            Enrolment.person_id.in_(list(people)),
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.from_start.is_not(None),
        )
        .group_by(Enrolment.group_id, Enrolment.person_id)
    )
    found: dict[int, dict[int, datetime]] = defaultdict(dict)
    for group, person, first in db.session.execute(query):
        if first is not None:
            found[group][person] = first
    return found


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
