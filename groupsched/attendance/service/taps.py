"""One tap on the page: the button becomes an operation on the row as it stands."""

from dataclasses import dataclass

from groupsched.access.identity import Identity
from groupsched.attendance.queries import SheetRow, SheetView, marked_on_arrival, named
from groupsched.attendance.rules import (
    STATUS_OF,
    AttendanceStatus,
    MarkingMode,
    Operation,
    OperationKind,
    OperationOutcome,
    Tap,
    TapAction,
    TypedTimes,
    meant,
    must_ask,
)
from groupsched.attendance.service.locked_sheet import LockedSheet, fill, new_op_id
from groupsched.attendance.service.marks import (
    NeedsReview,
    answer,
    check,
    check_typed,
    marking,
    not_oneself,
    open_rows,
    people_may_be_here,
    prepared,
)
from groupsched.attendance.service.sheets import mark_so
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.schedule.models import Occurrence


class MarkingModeMissing(Conflict):
    """The first mark after the grace: are people arriving, or is the sheet marked afterwards?"""


@dataclass(frozen=True)
class TapResult:
    """What became of a tap, with the sheet as it stands now."""

    op_id: str
    outcome: OperationOutcome
    row: SheetRow
    view: SheetView


def tap(
    identity: Identity, occurrence: Occurrence, tapped: Tap, *, op_id: str = "", device: str = "",
    typed: TypedTimes | None = None, how: MarkingMode = MarkingMode.NOT_ASKED,
) -> TapResult:  # fmt: skip
    """Take one tap. `how` answers the question that is asked once for a sheet.

    Raises MarkingModeMissing where that answer is missing, Conflict where the sheet takes no marks, DomainError where the
    row is gone or a time cannot be.
    """
    locked = open_rows(identity, occurrence)
    if how is not MarkingMode.NOT_ASKED:
        mark_so(locked, how)
    if tapped.row not in locked.rows:
        fill(locked)
    if tapped.row not in locked.rows:
        raise _gone()
    not_oneself(locked, identity, tapped.row)
    if STATUS_OF.get(tapped.what) is AttendanceStatus.PRESENT:
        people_may_be_here(locked)
    if tapped.what is TapAction.HERE:
        _settle_how(locked)
    op_id = op_id or new_op_id()
    locked.read_history([tapped.row], [op_id])
    op = _operation(locked, tapped, op_id, device, typed)
    if op.kind is not OperationKind.RESOLVE:
        check_typed(op.time_in, op.time_out, locked.meeting)
    try:
        check(op, locked.meeting)
        outcome = answer(locked, prepared(locked, identity, op))
    except NeedsReview as gone:
        raise _gone() from gone
    db.session.flush()
    view = named(locked.view())
    return TapResult(op_id, outcome, view.row(tapped.row) or locked.row(tapped.row), view)


def _gone() -> DomainError:
    return DomainError(_("This person is not on the sheet any more. Please load it again."), field="mark")


def _operation(
    locked: LockedSheet, tapped: Tap, op_id: str, device: str, typed: TypedTimes | None
) -> Operation:
    now = clock.now()
    op = Operation(
        op_id=op_id, attendee_id=tapped.row, status=AttendanceStatus.UNMARKED, observed_at=now, base_version=tapped.version,
        device=device,
    )  # fmt: skip
    return meant(op, tapped.what, locked.state(tapped.row), locked.meeting, marking(locked), now, typed)


def _settle_how(locked: LockedSheet) -> None:
    """Ask how the sheet is marked, but not where somebody has marked while people came in."""
    if not must_ask(marking(locked), locked.meeting, clock.now()):
        return
    if not marked_on_arrival(locked.view()):
        raise MarkingModeMissing(
            _("People are arriving now, or are you marking afterwards?"), code="how-marked"
        )
    locked.sheet.arrival = MarkingMode.ARRIVING
