"""A sheet opened for writing: locked, with its rows, and the one place where an operation changes a row."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from groupsched.attendance.models import AttendanceOperation, Attendee, Sheet
from groupsched.attendance.queries import (
    SheetBook,
    SheetRow,
    SheetView,
    attendees,
    belonging,
    by_first_name,
    find_sheet,
    histories,
    meeting_of,
    read_book,
    standing,
    stored_operations,
    stored_row,
)
from groupsched.attendance.rules import (
    STANDING_OF,
    AttendanceStatus,
    MeetingHours,
    Operation,
    OperationKind,
    OperationOutcome,
    RowKind,
    RowOrigin,
    RowState,
    TallyRow,
    arriving,
    fold,
    is_late,
    left_early,
    merge,
    settled_state,
    told_op_id,
)
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.schedule import service as schedule
from groupsched.schedule.models import Occurrence

STORED = (
    "version", "changed_in", "status", "observed_at", "time_in", "time_out", "late", "left_early", "two_answers",
)  # fmt: skip
ORIGINS = {kind: origin for origin, kind in STANDING_OF.items()}


@dataclass
class LockedSheet:
    """A locked sheet with its rows, by their public ids; `states` are the folds of what was loaded."""

    occurrence: Occurrence
    sheet: Sheet
    rows: dict[str, Attendee]
    states: dict[str, RowState] = field(default_factory=dict)
    known: dict[str, AttendanceOperation] = field(default_factory=dict)
    paired_device_id: int | None = None  # from which it is written on
    since: Mapping[int, datetime] | None = None
    on_arrival: bool | None = None

    @property
    def meeting(self) -> MeetingHours:
        """When people meet."""
        return meeting_of(self.occurrence)

    def view(self, *, removed: bool = False) -> SheetView:
        """The sheet as it stands in this transaction, without labels; with the rows taken off if asked for."""
        kept = [uid for uid, row in self.rows.items() if removed or row.removed_at is None]
        rows = sorted((self.row(uid) for uid in kept), key=by_first_name)
        return SheetView(
            self.occurrence,
            self.sheet,
            rows,
            self._said_by(),
            since=self.since,
            on_arrival=self.on_arrival,
        )

    def _said_by(self) -> dict[str, int | None]:
        return {uid: state.by for uid, state in self.states.items() if state.version}

    def row(self, uid: str) -> SheetRow:
        """One row as it stands in this transaction."""
        return replace(stored_row(self.rows[uid]), state=self.state(uid))

    def lines(self) -> list[TallyRow]:
        """The rows as rules see them; of two answers only that they stand, unless the history was read."""
        kept = [attendee for attendee in self.rows.values() if attendee.removed_at is None]
        return [TallyRow(attendee.uid, standing(attendee), self.state(attendee.uid)) for attendee in kept]

    def state(self, uid: str) -> RowState:
        """The state of a row: the fold of its history where that was read, else what is stored."""
        folded = self.states.get(uid)
        return self._settled(folded) if folded else stored_row(self.rows[uid]).state

    def _settled(self, state: RowState) -> RowState:
        return settled_state(state, self.sheet.arrival, self.meeting)

    def read_history(self, uids: Iterable[str], op_ids: Iterable[str] = (), batch: str = "") -> None:
        """Load and fold the history of these rows, and whatever already has one of these op ids."""
        uids = [uid for uid in uids if uid in self.rows]
        touched = [self.rows[uid].id for uid in uids if self.rows[uid].version]
        self._learn(stored_operations(touched, op_ids=op_ids, batch=batch), uids)

    def read_for(self, uids: Iterable[str], op_ids: Iterable[str]) -> SheetBook:
        """Read the rows anew, with the history of these, and what is known of acts with these ids."""
        wanted = set(uids)
        book = read_book(self.occurrence, self.sheet, wanted, list(op_ids))
        self.rows = {attendee.uid: attendee for attendee in book.rows}
        self.since, self.on_arrival = book.since, book.on_arrival
        self._learn(book.operations, wanted & self.rows.keys())
        return book

    def _learn(self, stored: Sequence[AttendanceOperation], uids: Collection[str]) -> None:
        self.known.update((operation.op_id, operation) for operation in stored)
        found = histories(stored, {self.rows[uid].id: uid for uid in uids})
        folded = fold(operation for history in found.values() for operation in history)
        self.states.update({uid: folded.get(uid, RowState()) for uid in uids})

    def take(self, op: Operation) -> OperationOutcome:
        """Merge one operation into its row and write it into the history; what changes nothing is not written."""
        attendee = self.rows[op.attendee_id]
        # The fold, never the stored row, which knows neither its last operation nor a second answer: whoever calls this
        # has read the history of the row.
        before = self.states.get(op.attendee_id) or RowState()
        outcome, after = merge(before, op)
        if after.version == before.version:
            return outcome
        self.sheet.version += 1
        self.states[op.attendee_id] = after
        self._store(attendee, after)
        self._write(attendee, op, outcome)
        return outcome

    def follow_marking(self) -> None:
        """How the sheet is marked was said: times in that the clock gave follow, typed ones stay."""
        here = [
            uid for uid, row in self.rows.items() if row.version and row.status is AttendanceStatus.PRESENT
        ]
        self.read_history(here)
        for uid in here:
            if self.rows[uid].time_in != self.state(uid).answer.time_in:
                self.sheet.version += 1
                self._store(self.rows[uid], self.states[uid])

    def touch(self, attendee: Attendee) -> None:
        """Have the next poll tell of this row."""
        self.sheet.version += 1
        attendee.changed_in = self.sheet.version

    def _store(self, attendee: Attendee, state: RowState) -> None:
        answer = self._settled(state).answer
        attendee.version, attendee.changed_in = state.version, self.sheet.version
        attendee.status, attendee.observed_at = answer.status, answer.observed_at
        attendee.time_in, attendee.time_out = answer.time_in, answer.time_out
        attendee.late, attendee.left_early = is_late(answer, self.meeting), left_early(answer, self.meeting)
        attendee.two_answers = state.rival is not None
        # Rows with the same columns are written in one statement.
        for name in STORED:
            flag_modified(attendee, name)

    def _write(self, attendee: Attendee, op: Operation, outcome: OperationOutcome) -> None:
        undone = self.known.get(op.undoes)
        stored = AttendanceOperation(
            op_id=op.op_id,
            attendee_id=attendee.id,
            kind=op.kind,
            batch=op.batch,
            undoes_id=undone.id if undone else None,
            status=op.status,
            time_in=op.time_in,
            time_out=op.time_out,
            observed_at=op.observed_at,
            base_version=op.base_version,
            device=op.device,
            paired_device_id=self.paired_device_id,
            seq=op.seq,
            actor_id=op.actor,
            outcome=outcome,
            after=op.after,
            auto=op.auto,
        )
        db.session.add(stored)
        self.known[op.op_id] = stored
        first, last = arriving(self.meeting)
        if (
            op.kind is OperationKind.MARK
            and op.status is AttendanceStatus.PRESENT
            and first <= op.observed_at <= last
        ):
            self.on_arrival = True
        schedule.hold_still(self.occurrence, any(self._was_met(row) for row in self.rows.values()))

    def _was_met(self, row: Attendee) -> bool:
        """Whether a row says that the date took place: an excuse, or "not here" of a date to come, says nothing of it."""
        if row.removed_at is not None:
            return False
        begun = row.status is AttendanceStatus.ABSENT and self.occurrence.start <= clock.now()
        return row.two_answers or row.status is AttendanceStatus.PRESENT or begun


def new_op_id() -> str:
    """The id of an operation made here, where no device has made one."""
    return str(uuid4())


def open_book(occurrence: Occurrence) -> LockedSheet:
    """The sheet of a date, locked; made and filled from the roster where nobody has opened it yet."""
    sheet = find_sheet(occurrence, lock=True)
    if sheet is not None:
        return LockedSheet(occurrence, sheet, {attendee.uid: attendee for attendee in attendees(sheet)})
    sheet = _new_sheet(occurrence)
    locked = LockedSheet(occurrence, sheet, {attendee.uid: attendee for attendee in attendees(sheet)})
    if not locked.rows:
        fill(locked)
    return locked


def _new_sheet(occurrence: Occurrence) -> Sheet:
    """Two people may open the same sheet at once: the constraint decides who makes it."""
    try:
        with savepoint():
            sheet = Sheet(occurrence_id=occurrence.id, occurrence=occurrence)
            db.session.add(sheet)
            db.session.flush()
            return sheet
    except IntegrityError:
        return db.session.scalars(
            select(Sheet).where(Sheet.occurrence_id == occurrence.id).with_for_update()
        ).one()


def fill(locked: LockedSheet) -> None:
    """Add the rows of everybody who belongs on the sheet and is not on it."""
    present: set[int | str | None] = {row.person_id for row in locked.rows.values() if row.removed_at is None}
    present |= set(locked.rows)
    missing = belonging(locked.occurrence, present, opened=bool(locked.rows))
    if missing:
        store_rows(locked, missing)


def store_rows(locked: LockedSheet, rows: Iterable[SheetRow]) -> None:
    """Put rows on the sheet, or back on it; a "can't come" said beforehand is a row's first operation."""
    rows = list(rows)
    locked.sheet.version += 1
    stored = [_stored(locked, row) for row in rows]
    db.session.flush()
    for attendee, row in zip(stored, rows, strict=True):
        if row.state.status is AttendanceStatus.CANCELLED and row.state.answer.observed_at:
            write_told(locked, attendee, row.state.answer.observed_at)


def _stored(locked: LockedSheet, row: SheetRow) -> Attendee:
    attendee = locked.rows.get(row.attendee_id)
    if attendee is None:
        attendee = Attendee(
            uid=row.attendee_id,
            sheet_id=locked.sheet.id,
            version=0,
            status=AttendanceStatus.UNMARKED,
            person=row.person,
        )
        locked.rows[attendee.uid] = attendee
        db.session.add(attendee)
    attendee.guest_name = row.guest_name
    attendee.timeslot, attendee.timeslot_id = row.slot, row.slot.id if row.slot is not None else None
    attendee.online = row.online
    if row.standing is RowKind.GUEST and attendee.guest_number is None:
        taken = [other.guest_number or 0 for other in locked.rows.values()]
        attendee.guest_number = max(taken) + 1
    attendee.origin = ORIGINS.get(row.standing, RowOrigin.ENROLLED)
    attendee.expected = row.standing is not RowKind.NOT_YET
    attendee.last_seen, attendee.removed_at = row.last_seen, None
    attendee.changed_in = locked.sheet.version
    return attendee


def write_told(locked: LockedSheet, attendee: Attendee, said: datetime) -> None:
    """Write down a person's own "can't come" as an operation of theirs, once."""
    op = Operation(
        op_id=told_op_id(attendee.uid, said), attendee_id=attendee.uid, status=AttendanceStatus.CANCELLED, observed_at=said,
        base_version=attendee.version, device="own", actor=attendee.person_id, kind=OperationKind.TOLD,
    )  # fmt: skip
    if attendee.version:
        locked.read_history([attendee.uid], [op.op_id])
    if op.op_id not in locked.known:
        locked.take(op)


def take_off(locked: LockedSheet, attendee: Attendee, at: datetime) -> None:
    """Take an untouched row off the sheet; its history stays."""
    attendee.removed_at = at
    locked.touch(attendee)
