"""The rows of a sheet: the one structure that a page, a poll and the JSON interface are drawn from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.access.queries import get_program
from groupsched.accounts.models import Person
from groupsched.accounts.rules import CalledName, labels, record_end
from groupsched.attendance.models import Attendee, Sheet
from groupsched.attendance.rules import (
    GRACE,
    STANDING_OF,
    MarkingMode,
    MeetingHours,
    RowAnswer,
    RowKind,
    RowOrigin,
    RowState,
    SheetTotals,
    TallyRow,
    TileState,
    counts,
    is_late,
    left_early,
    shown,
    totals,
)
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import clock_time
from groupsched.core.i18n import _
from groupsched.core.text import fold
from groupsched.schedule.models import Occurrence, Timeslot

ROOMY = 27
HOUR = re.compile(r"\d{1,2}\D\d{2}")


@dataclass
class SheetRow:
    """One person, or guest, on a sheet."""

    attendee_id: str
    person: Person | None
    standing: RowKind
    state: RowState = field(default_factory=RowState)
    guest_name: str = ""
    guest_number: int | None = None
    note: str = ""
    last_seen: datetime | None = None
    changed_in: int = 0
    label: str = ""
    slot: Timeslot | None = None
    online: bool = False

    @property
    def person_id(self) -> str | None:
        """The public id of the person; None for a guest."""
        return self.person.uid if self.person else None

    @property
    def version(self) -> int:
        """What a mark must name as its base version."""
        return self.state.version

    @property
    def line(self) -> TallyRow:
        """The row as rules see it."""
        return TallyRow(self.attendee_id, self.standing, self.state)

    @property
    def counts(self) -> bool:
        """Whether the row is in the denominator."""
        return counts(self.line)

    @property
    def on_paper(self) -> bool:
        """Whether a sheet on paper has a line for it: whoever counts, and who came lately."""
        return self.counts or self.standing is RowKind.LATELY


@dataclass(frozen=True)
class StoredSheet:
    """What is stored of a sheet: its row, and those of the people on it with the people, also those taken off again."""

    sheet: Sheet
    attendees: list[Attendee] = field(default_factory=list)


@dataclass
class SheetView:
    """A sheet as it stands: stored rows, and those that opening it would store.

    Of what was read with it: `said_by`, the number of who had the last word on a row, by its id, with their first `names`; `since`, the first date of
    each person in the group, and `on_arrival`, whether somebody marked it while people came in: None where that is still
    to be asked.
    """

    occurrence: Occurrence
    sheet: Sheet | None
    rows: list[SheetRow] = field(default_factory=list)
    said_by: Mapping[str, int | None] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    since: Mapping[int, datetime] | None = None
    on_arrival: bool | None = None

    @property
    def meeting(self) -> MeetingHours:
        """When people meet."""
        return meeting_of(self.occurrence)

    @property
    def held(self) -> MeetingHours:
        """When they truly met, where somebody wrote it down."""
        meeting, sheet = self.meeting, self.sheet
        began, ended = (sheet.began_at, sheet.ended_at) if sheet else (None, None)
        return replace(meeting, start=began or meeting.start, end=ended or meeting.end)

    @property
    def elapsed(self) -> MeetingHours:
        """As much of it as has passed: minutes are counted inside of this, nobody spent those to come."""
        held = self.held
        return replace(held, end=max(held.start, min(held.end, clock.now())))

    @property
    def marking(self) -> MarkingMode:
        """How it is marked, once somebody has said so."""
        return self.sheet.arrival if self.sheet else MarkingMode.NOT_ASKED

    @property
    def version(self) -> int:
        """Rises with every change of any row; 0 before the sheet is opened."""
        return self.sheet.version if self.sheet else 0

    @property
    def finished(self) -> bool:
        """Whether somebody finished the sheet and nobody opened it again."""
        return self.sheet is not None and self.sheet.finished_at is not None

    @property
    def totals(self) -> SheetTotals:
        """The counters."""
        return totals((row.line for row in self.rows), self.meeting, self.elapsed)

    def row(self, attendee_id: str) -> SheetRow | None:
        """The row of this id."""
        return next((row for row in self.rows if row.attendee_id == attendee_id), None)

    def rows_of(self, attendee_ids: Iterable[str]) -> list[SheetRow]:
        """The rows of these ids, in the order of the sheet."""
        wanted = set(attendee_ids)
        return [row for row in self.rows if row.attendee_id in wanted]

    def shown(self, row: SheetRow) -> TileState:
        """What the tile of a row shows."""
        return shown(row.state, self.meeting)

    def late(self, row: SheetRow) -> bool:
        """Whether the time in is after the grace."""
        return is_late(row.state.answer, self.meeting)

    def left_early(self, row: SheetRow) -> bool:
        """Whether the time out is before the end."""
        return left_early(row.state.answer, self.meeting)


def meeting_of(occurrence: Occurrence) -> MeetingHours:
    """When the people of a date meet, with the grace of its program."""
    program = get_program(occurrence.program_id)
    grace = timedelta(minutes=program.grace_minutes) if program else GRACE
    return MeetingHours(occurrence.start, occurrence.end, grace)


def find_sheet(occurrence: Occurrence, *, lock: bool = False) -> Sheet | None:
    """The sheet of a date, once somebody has opened it; locked for a change."""
    query = select(Sheet).where(Sheet.occurrence_id == occurrence.id)
    if lock:
        # Anew, though the session may know it: from an older version two changes would count up to the same one, and
        # the poll that has seen the first never asks for the second.
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def sheets_of(occurrences: Sequence[Occurrence]) -> dict[int, StoredSheet]:
    """The sheets of these dates that somebody has opened, by the number of the date."""
    query = (
        select(Sheet, Attendee)
        .join(Attendee, Attendee.sheet_id == Sheet.id, isouter=True)
        .where(Sheet.occurrence_id.in_([one.id for one in occurrences]))
    )
    found: dict[int, StoredSheet] = {}
    for sheet, attendee in db.session.execute(_with_people(query)):
        stored = found.setdefault(sheet.occurrence_id, StoredSheet(sheet))
        if attendee is not None:
            stored.attendees.append(attendee)
    return found


def attendees(sheet: Sheet) -> list[Attendee]:
    """The stored rows of a sheet with their people, also those taken off again."""
    return list(db.session.scalars(_with_people(select(Attendee).where(Attendee.sheet_id == sheet.id))))


def _with_people(query: Any) -> Any:
    return (
        query.options(joinedload(Attendee.person), joinedload(Attendee.timeslot).joinedload(Timeslot.person))
        .order_by(Attendee.id)
        .execution_options(populate_existing=True)
    )


def stored_row(attendee: Attendee) -> SheetRow:
    """A stored row. Where two answers stand, only the history knows the second one."""
    answer = RowAnswer(
        status=attendee.status,
        time_in=attendee.time_in,
        time_out=attendee.time_out,
        observed_at=attendee.observed_at,
    )
    return SheetRow(
        attendee_id=attendee.uid,
        person=attendee.person,
        standing=standing(attendee),
        state=RowState(attendee.version, answer, rival=RowAnswer() if attendee.two_answers else None),
        guest_name=attendee.guest_name,
        guest_number=attendee.guest_number,
        note=attendee.note,
        last_seen=attendee.last_seen,
        changed_in=attendee.changed_in,
        slot=attendee.timeslot,
        online=attendee.online,
    )


def standing(attendee: Attendee) -> RowKind:
    """Why a stored row is on its sheet."""
    if attendee.origin == RowOrigin.ENROLLED:
        return RowKind.EXPECTED if attendee.expected else RowKind.NOT_YET
    return STANDING_OF[attendee.origin]


def named(view: SheetView) -> SheetView:
    """Give every row the shortest label that tells it apart from the others."""
    numbers = {row.attendee_id: str(row.guest_number or "") for row in view.rows if row.person is None}
    found = labels(
        CalledName(row.attendee_id, row.person.first_name, row.person.last_name, row.person.record_number)
        if row.person
        else CalledName(row.attendee_id, row.guest_name or _("Guest"), number=numbers[row.attendee_id])
        for row in view.rows
    )
    for row in view.rows:
        row.label = found[row.attendee_id]
    _with_slots(view)
    online = _("Online")
    for row in view.rows:
        row.label = f"{row.label} · {online}" if row.online else row.label
    return view


def _with_slots(view: SheetView) -> None:
    """On a date in slots a label begins with the time; where several treat it ends with whom it is, while tiles have room."""
    slots = [(row, row.slot) for row in view.rows if row.slot is not None]
    several = len({slot.person_id for _row, slot in slots}) > 1 and len(view.rows) <= ROOMY
    for row, slot in slots:
        name = f"{row.label} · {slot.person.first_name}" if several else row.label
        row.label = f"{_hour(slot.start, view.occurrence.timezone)} {name}"


def _hour(moment: datetime, zone: str) -> str:
    """A time without the half of the day, which the head of the sheet says: a tile is narrow."""
    words = clock_time(moment, zone)
    found = HOUR.match(words)
    return found[0] if found else words


def by_first_name(row: SheetRow) -> tuple[int, str, str, str, str, str]:
    """The order of a sheet: who is expected by first name, then who joins later, then who came lately. In slots it is by who
    treats and the time, before all that have none. People of one name stand as the end of their record numbers, which they are
    told apart by."""
    last = {RowKind.NOT_YET: 1, RowKind.LATELY: 2}.get(row.standing, 0)
    slot = f"{row.slot.person_id:012}{row.slot.start:%Y%m%d%H%M}" if row.slot is not None else "\uffff"
    if row.person is None:
        return (
            last,
            slot,
            fold(row.guest_name) or "\uffff",
            f"{row.guest_number or 0:04}",
            "",
            row.attendee_id,
        )
    first, family, number = row.person.first_name, row.person.last_name, record_end(row.person.record_number)
    return last, slot, fold(first), fold(family), number, row.attendee_id
