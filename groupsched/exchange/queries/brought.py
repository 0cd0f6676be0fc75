"""What tables brought in, as long as they can be taken back, and whether somebody used it since."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, union
from sqlalchemy.orm import selectinload

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.accounts.queries import held
from groupsched.attendance.models import AttendanceOperation, Attendee, Sheet
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import LIVE, EnrolmentState
from groupsched.exchange.models import TableImport
from groupsched.exchange.rules import TableKind
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.queries import current_series_of

MOST_IMPORTS = 10
AT_ONCE = 500
# What points at a row without anybody having used it.
PARTS = {
    "person": frozenset({"grant_held", "audit_subject"}),
    "group_offered": frozenset({"facilitator", "series", "occurrence", "change_made", "group_offered"}),
}


@dataclass(frozen=True)
class Brought:
    """What a row of a table brought in, by its name; `unused`: nobody did anything with it since."""

    row: Person | Group | Enrolment
    name: str
    unused: bool


def imports_since(
    identity: Identity, kind: TableKind, since: datetime
) -> list[tuple[TableImport, Person | None]]:
    """The tables of a kind that came after a moment and were not taken back, with who brought them, the latest first."""
    query = (
        select(TableImport, Person)
        .outerjoin(Person, Person.id == TableImport.by_id)
        .where(
            TableImport.program_id == identity.program_id,
            TableImport.kind == kind,
            TableImport.at > since,
            TableImport.created.is_not(None),
        )
        .order_by(TableImport.id.desc())
        .limit(MOST_IMPORTS)
    )
    return [(row, by) for row, by in db.session.execute(query)]


def brought_by(done: TableImport) -> list[Brought]:
    """What is left of what a table brought in, in the order in which it came; of seats, places in a line first."""
    marks = {str(uid): str(mark) for uid, mark in done.created or ()}
    return {TableKind.PEOPLE: _people, TableKind.GROUPS: _groups, TableKind.SEATS: _seats}[done.kind](marks)


def mark_of_group(group: Group, series: Series | None) -> str:
    """A mark of a group with its dates, which is another one after each change."""
    return f"{group.version}.{series.version if series is not None else 0}"


def _people(marks: Mapping[str, str]) -> list[Brought]:
    rows = [one for one in _rows(Person, marks, Person.grants) if one.gone_at is None]
    used = _pointed_at(Person, rows)
    return [
        Brought(
            one,
            one.name,
            one.id not in used and str(one.version) == marks[one.uid] and len(one.grants) == 1,
        )
        for one in rows
    ]


def _groups(marks: Mapping[str, str]) -> list[Brought]:
    rows = _rows(Group, marks, Group.facilitators)
    used, series = _pointed_at(Group, rows), current_series_of(rows)
    return [
        Brought(
            one, one.title, one.id not in used and mark_of_group(one, series.get(one.id)) == marks[one.uid]
        )
        for one in rows
    ]


def _seats(marks: Mapping[str, str]) -> list[Brought]:
    rows = [one for one in _rows(Enrolment, marks, Enrolment.person, Enrolment.group) if one.state in LIVE]
    people = [one.person_id for one in rows]
    met: set[tuple[int | None, int]] = set()
    kept: set[int] = set()
    for begin in range(0, len(people), AT_ONCE):
        marked = (
            select(Attendee.person_id, Occurrence.group_id)
            .join(Attendee.sheet)
            .join(Sheet.occurrence)
            .where(
                Attendee.person_id.in_(people[begin : begin + AT_ONCE]),
                exists().where(AttendanceOperation.attendee_id == Attendee.id),
            )
        )
        met |= {(person, group) for person, group in db.session.execute(marked)}
        some = Person.id.in_(people[begin : begin + AT_ONCE])
        kept |= set(db.session.scalars(select(Person.id).where(some, held(Person.id))))
    rows.sort(key=lambda one: one.state != EnrolmentState.WAITLISTED)
    return [
        Brought(
            one,
            f"{one.person.name}: {one.group.title}",
            (one.person_id, one.group_id) not in met and one.person_id not in kept,
        )
        for one in rows
    ]


def _rows(table: Any, marks: Collection[str], *related: Any) -> list[Any]:
    found: list[Any] = []
    uids = list(marks)
    for begin in range(0, len(uids), AT_ONCE):
        query = select(table).where(table.uid.in_(uids[begin : begin + AT_ONCE]))
        found += db.session.scalars(query.options(*map(selectinload, related)).order_by(table.id))
    return found


def _pointed_at(table: Any, rows: Collection[Any]) -> set[int]:
    """The numbers of those rows at which a row of any table points, but for what is a part of them."""
    name, ids = table.__tablename__, [one.id for one in rows]
    columns = [
        column
        for other in db.metadata.sorted_tables
        if other.name not in PARTS[name]
        for column in other.columns
        if any(key.column.table.name == name for key in column.foreign_keys)
    ]
    found: set[int] = set()
    for begin in range(0, len(ids), AT_ONCE):
        some = ids[begin : begin + AT_ONCE]
        found |= set(db.session.scalars(union(*(select(one).where(one.in_(some)) for one in columns))))
    return found
