"""Reading a sheet: what is stored, what opening it would add, and which of two answers stand."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from groupsched.accounts.models import Person
from groupsched.attendance.models import Attendee, Sheet
from groupsched.attendance.queries.expected import NewRows, belonging_to
from groupsched.attendance.queries.history import histories, stored_operations
from groupsched.attendance.queries.rows import (
    SheetView,
    StoredSheet,
    attendees,
    by_first_name,
    named,
    sheets_of,
    stored_row,
)
from groupsched.attendance.rules import fold, settled_state
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence


def read_sheet(occurrence: Occurrence, stored: Sheet | None = None) -> SheetView:
    """The sheet of a date whose door is open to whoever asks; `stored` where it was read already. Reading it changes nothing."""
    known = {occurrence.id: StoredSheet(stored, attendees(stored))} if stored else sheets_of([occurrence])
    return _views([occurrence], known)[0]


def read_sheets(occurrences: Sequence[Occurrence]) -> list[SheetView]:
    """The sheets of many dates, in their order, in about as many statements as one."""
    return _views(occurrences, sheets_of(occurrences))


def _views(occurrences: Sequence[Occurrence], sheets: dict[int, StoredSheet]) -> list[SheetView]:
    views, new = [], []
    for one in occurrences:
        stored = sheets.get(one.id)
        sheet, rows = (stored.sheet, stored.attendees) if stored else (None, [])
        views.append(view := view_of(one, sheet, rows))
        present: set[int | str | None] = {one.person_id for one in rows if one.removed_at is None}
        present |= {one.uid for one in rows}
        new += [NewRows(one, present, sheet is not None)] if not view.finished else []
    added = belonging_to(new) if new else {}
    for view in views:
        view.rows += added.get(view.occurrence.id, [])
        view.rows.sort(key=by_first_name)
        named(view)
    return views


def view_of(occurrence: Occurrence, sheet: Sheet | None, stored: Sequence[Attendee]) -> SheetView:
    """The stored rows as a sheet, without those taken off; both answers where two stand; no labels yet."""
    kept = [attendee for attendee in stored if attendee.removed_at is None]
    view = SheetView(occurrence, sheet, [stored_row(attendee) for attendee in kept])
    torn = {attendee.id: attendee.uid for attendee in kept if attendee.two_answers}
    if torn:
        found = histories(stored_operations(torn), torn)
        for row in view.rows:
            if row.attendee_id in found:
                folded = fold(found[row.attendee_id])[row.attendee_id]
                row.state = settled_state(folded, view.marking, view.meeting)
    return view


def first_names(people: Iterable[int | None]) -> dict[int, str]:
    """The first names of these people by number: who gave which answer."""
    wanted = {number for number in people if number is not None}
    if not wanted:
        return {}
    query = select(Person.id, Person.first_name).where(Person.id.in_(wanted))
    return {row[0]: row[1] for row in db.session.execute(query)}
