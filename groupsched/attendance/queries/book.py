"""A sheet that takes what a device kept: locked in one question, and read in a second with all that is asked of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload, lazyload

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.accounts.models import Person
from groupsched.attendance.models import AttendanceOperation, Attendee, Sheet, SheetOperation, SheetReason
from groupsched.attendance.queries.expected import first_date
from groupsched.attendance.queries.history import said_while
from groupsched.attendance.queries.rows import meeting_of
from groupsched.attendance.queries.writable import WritableSheet, ensure_sheet_right
from groupsched.attendance.rules import OperationOutcome, arriving
from groupsched.catalog.models import Group
from groupsched.core.db import UtcDateTime, db
from groupsched.schedule.models import Occurrence

BETWEEN = " "


@dataclass(frozen=True)
class HeldSheet(WritableSheet):
    """The same, with its date, group and sheet locked, and the reason that was given for writing on it."""

    sheet: Sheet
    reason: str | None


@dataclass(frozen=True)
class LoggedAct:
    """How an act was answered that came before, and of which date."""

    outcome: OperationOutcome
    occurrence_id: int


@dataclass
class SheetBook:
    """The rows of a sheet, taken off or not, the histories that were asked for, and what is known of the acts.

    `since` is the first date of each person in the group; `taken` the number of the row on which an act stands in a history.
    """

    rows: list[Attendee] = field(default_factory=list)
    operations: list[AttendanceOperation] = field(default_factory=list)
    since: dict[int, datetime] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    logged: dict[str, LoggedAct] = field(default_factory=dict)
    on_arrival: bool = False


def hold_writable_sheet(identity: Identity, uid: str) -> HeldSheet | None:
    """Lock a sheet, and before it its group and date, as the verbs of enrolment do; None where nobody has opened it yet.

    Raises NotFound where it is not for this identity.
    """
    found = db.session.execute(_held_query(), {"uid": uid, "person": identity.person}).unique().one_or_none()
    if found is None:
        return None
    occurrence, sheet, reason, _program = found
    return HeldSheet(occurrence, ensure_sheet_right(identity, occurrence), sheet, reason)


@cache
def _held_query() -> Select[*tuple[Any, ...]]:
    """Made once: it takes as long to put together as to ask."""
    mine = and_(SheetReason.sheet_id == Sheet.id, SheetReason.person_id == bindparam("person", type_=Integer))
    return (
        select(Occurrence, Sheet, SheetReason.reason, Program)
        .join(Occurrence.group)
        .join(Sheet, Sheet.occurrence_id == Occurrence.id)
        .join(Program, Program.id == Occurrence.program_id)
        .outerjoin(SheetReason, mine)
        .where(Occurrence.uid == bindparam("uid"), Occurrence.external.is_(False))
        .options(
            contains_eager(Occurrence.group).joinedload(Group.facilitators),
            joinedload(Occurrence.assignments),
            lazyload(Program.sites),
        )
        # What is not locked is read as it was before the wait for the rest; who leads is looked at again in the end.
        .with_for_update(of=(Group, Occurrence, Sheet))
        .execution_options(populate_existing=True)
    )


def read_book(
    occurrence: Occurrence, sheet: Sheet, uids: Collection[str], op_ids: Collection[str]
) -> SheetBook:
    """The rows of a locked sheet, the histories of those with these ids, and what became of these acts if they came before."""
    begin, end = arriving(meeting_of(occurrence))
    asked = {"sheet": sheet.id, "group": occurrence.group_id, "begin": begin, "end": end}
    found = db.session.execute(_book_query(), {**asked, "uids": list(uids), "op_ids": list(op_ids)})
    return _book(found.all())


@cache
def _book_query() -> Select[*tuple[Any, ...]]:
    uids: BindParameter[Any] = bindparam("uids", expanding=True)
    op_ids: BindParameter[Any] = bindparam("op_ids", expanding=True)
    sheet = bindparam("sheet", type_=Integer)
    history = and_(AttendanceOperation.attendee_id == Attendee.id, Attendee.uid.in_(uids))
    called = (Person.uid, Person.first_name, Person.last_name, Person.record_number, Person.folded)
    return (
        select(
            Attendee,
            AttendanceOperation,
            first_date(bindparam("group", type_=Integer), Attendee.person_id),
            _joined(SheetOperation, SheetOperation.outcome, SheetOperation.occurrence_id, op_ids=op_ids),
            _joined(AttendanceOperation, AttendanceOperation.attendee_id, op_ids=op_ids),
            said_while(
                sheet, bindparam("begin", type_=UtcDateTime), bindparam("end", type_=UtcDateTime)
            ).exists(),
        )
        .select_from(Sheet)
        .outerjoin(Attendee, Attendee.sheet_id == Sheet.id)
        .outerjoin(AttendanceOperation, history)
        .options(joinedload(Attendee.person).load_only(*called))
        .where(Sheet.id == sheet)
        .order_by(Attendee.id, AttendanceOperation.id)
        .execution_options(populate_existing=True)
    )


def _joined(
    table: type[SheetOperation | AttendanceOperation],
    *columns: InstrumentedAttribute[Any],
    op_ids: BindParameter[Any],
) -> ColumnElement[str]:
    """Of the acts with these ids the id and these columns, in one text: so that they come with the rows, few as they are."""
    words: ColumnElement[str] = table.op_id + ""
    for column in columns:
        words = words + BETWEEN + cast(column, String)
    return select(func.aggregate_strings(words, BETWEEN)).where(table.op_id.in_(op_ids)).scalar_subquery()


def _book(found: Sequence) -> SheetBook:
    book = SheetBook()
    for attendee, operation, since, *_same in found:
        if attendee is not None and (not book.rows or book.rows[-1] is not attendee):
            book.rows.append(attendee)
        if operation is not None:
            book.operations.append(operation)
        if since is not None:
            book.since[attendee.person_id] = since
    *_row, logged, taken, book.on_arrival = found[0]  # the same in every row, and a sheet gives one at least
    acts, marks = (text.split(BETWEEN) if text else [] for text in (logged, taken))
    book.logged = {
        op_id: LoggedAct(OperationOutcome(outcome), int(number))
        for op_id, outcome, number in zip(acts[::3], acts[1::3], acts[2::3], strict=True)
    }
    book.taken = {op_id: int(number) for op_id, number in zip(marks[::2], marks[1::2], strict=True)}
    return book
