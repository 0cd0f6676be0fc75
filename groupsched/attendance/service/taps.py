"""One tap on the page: the button becomes an operation on the row as it stands."""

from dataclasses import dataclass

from groupsched.access.identity import Identity
from groupsched.attendance.queries.history import marked_on_arrival
from groupsched.attendance.queries.rows import Row, SheetView, named
from groupsched.attendance.rules.marks import Operation, Outcome, Status
from groupsched.attendance.rules.taps import STATUS_OF, Tap, Times, What, meant
from groupsched.attendance.rules.times import Marking, must_ask
from groupsched.attendance.service.book import Book, fill, new_op_id
from groupsched.attendance.service.marks import (
    answer,
    check,
    marking,
    not_oneself,
    open_rows,
    people_may_be_here,
    prepared,
)
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.schedule.models import Occurrence


class HowMarked(Conflict):
    """The first mark after the grace: are people arriving, or is the sheet marked afterwards?"""


@dataclass(frozen=True)
class Tapped:
    """What became of a tap, with the sheet as it stands now."""

    op_id: str
    outcome: Outcome
    row: Row
    view: SheetView


def tap(
    identity: Identity, occurrence: Occurrence, tapped: Tap, *, op_id: str = "", device: str = "",
    typed: Times | None = None, how: Marking | None = None,
) -> Tapped:  # fmt: skip
    """Take one tap. `how` answers the question that is asked once for a sheet.

    Raises HowMarked where that answer is missing, Conflict where the sheet takes no marks, DomainError where the
    row is gone or a time cannot be.
    """
    book = open_rows(identity, occurrence)
    if how is not None:
        book.sheet.arrival = how.value
    if tapped.row not in book.rows:
        fill(book)
    if tapped.row not in book.rows:
        raise DomainError(_("This person is not on the sheet any more. Please load it again."), field="mark")
    not_oneself(book, identity, tapped.row)
    if STATUS_OF.get(tapped.what) is Status.PRESENT:
        people_may_be_here(book)
    if tapped.what is What.HERE:
        _settle_how(book)
    op_id = op_id or new_op_id()
    book.read_history([tapped.row], [op_id])
    op = _operation(book, tapped, op_id, device, typed)
    check(op, occurrence)
    outcome = answer(book, prepared(book, identity, op))
    db.session.flush()
    view = named(book.view())
    return Tapped(op_id, outcome, view.row(tapped.row) or book.row(tapped.row), view)


def _operation(book: Book, tapped: Tap, op_id: str, device: str, typed: Times | None) -> Operation:
    now = clock.now()
    op = Operation(
        op_id=op_id, attendee_id=tapped.row, status=Status.UNMARKED, observed_at=now, base_version=tapped.version,
        device=device,
    )  # fmt: skip
    return meant(op, tapped.what, book.state(tapped.row), book.meeting, marking(book), now, typed)


def _settle_how(book: Book) -> None:
    """Ask how the sheet is marked, but not where somebody has marked while people came in."""
    if not must_ask(marking(book), book.meeting, clock.now()):
        return
    if not marked_on_arrival(book.view()):
        raise HowMarked(_("People are arriving now, or are you marking afterwards?"), code="how-marked")
    book.sheet.arrival = Marking.ARRIVING.value
