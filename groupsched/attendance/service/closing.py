"""Finishing a sheet, opening it again, and a date on which nobody met."""

from collections.abc import Mapping

from groupsched.access.identity import Identity
from groupsched.attendance.events import SheetFinished, SheetReopened
from groupsched.attendance.models import Sheet
from groupsched.attendance.rules import tally
from groupsched.attendance.rules.marks import Answer, Kind, Operation, RowState, Status
from groupsched.attendance.rules.taps import choosing
from groupsched.attendance.service.book import Book, new_op_id
from groupsched.attendance.service.sheets import begin, keep_up, needed
from groupsched.audit import service as audit
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.events import publish
from groupsched.core.i18n import _, ngettext
from groupsched.schedule import service as schedule
from groupsched.schedule.models import Occurrence


def finish(identity: Identity, occurrence: Occurrence, choices: Mapping[str, Status] | None = None) -> Sheet:
    """Finish a sheet: who is still unmarked is "Not here" unless `choices` (by row id) say otherwise.

    A finished sheet stays as it is and is given back. Raises Conflict before the start, DomainError where two
    answers stand and nobody has chosen.
    """
    book = begin(identity, occurrence)
    if book.sheet.finished_at is not None:
        return book.sheet
    if clock.now() < occurrence.start:
        raise Conflict(_("This session has not started yet."), code="not-started")
    keep_up(book)
    _settle(book, identity, choices or {})
    _close(book, identity)
    return book.sheet


def _settle(book: Book, identity: Identity, choices: Mapping[str, Status]) -> None:
    try:
        marks = tally.finish(book.lines(), choices)
    except tally.Unsettled as torn:
        raise DomainError(
            ngettext(
                "Two answers stand for one person. Please choose one.",
                "Two answers stand for %(num)s people. Please choose one for each.",
                len(torn.attendees),
            ),
            field=f"row-{torn.attendees[0]}",
            code="two-answers",
        ) from torn
    book.read_history(marks)
    for uid, status in marks.items():
        book.take(_last_word(book, identity, uid, status))


def _last_word(book: Book, identity: Identity, uid: str, status: Status) -> Operation:
    op = Operation(
        op_id=new_op_id(), attendee_id=uid, status=status, observed_at=clock.now(),
        base_version=book.rows[uid].version, time_in=book.meeting.start if status is Status.PRESENT else None,
        actor=identity.person, kind=Kind.FINISH,
    )  # fmt: skip
    answer = given_before(book.state(uid), status)
    return choosing(op, answer) if answer else op


def given_before(state: RowState, status: Status) -> Answer | None:
    """Of two answers, the one with this status: its times are kept."""
    if state.rival is None:
        return None
    return next((answer for answer in (state.answer, state.rival) if answer.status is status), None)


def _close(book: Book, identity: Identity) -> None:
    totals = tally.totals(book.lines(), book.meeting)
    sheet = book.sheet
    sheet.finished_at, sheet.finished_by_id, sheet.headcount = clock.now(), identity.person, totals.present
    sheet.version += 1
    schedule.set_status(book.occurrence, "finished")
    audit.record(identity, "sheet.finished", book.occurrence, here=totals.present, expected=totals.expected)
    publish(SheetFinished(book.occurrence.id, sheet.id))


def reopen(identity: Identity, occurrence: Occurrence, reason: str) -> Sheet:
    """Open a finished sheet, or a date marked "did not meet", again. Marks stay as they are.

    Raises DomainError without a reason.
    """
    told = needed(reason)
    if occurrence.status == "did_not_meet":
        schedule.set_status(occurrence, "scheduled")
    book = begin(identity, occurrence)
    if occurrence.status == "finished":
        schedule.set_status(occurrence, "scheduled")
    sheet = book.sheet
    sheet.finished_at, sheet.finished_by_id = None, None
    sheet.reopened_at, sheet.reopen_reason = clock.now(), told
    sheet.version += 1
    audit.record(identity, "sheet.reopened", occurrence)
    publish(SheetReopened(occurrence.id, sheet.id))
    db.session.flush()
    return sheet


def did_not_meet(identity: Identity, occurrence: Occurrence, reason: str) -> None:
    """Nobody met on this date, and so nobody was absent.

    Raises DomainError without a reason, Conflict where somebody is marked as here or the date lies ahead.
    """
    told = needed(reason)
    if occurrence.status == "did_not_meet":
        return
    book = begin(identity, occurrence)
    if clock.now() < occurrence.start:
        raise Conflict(
            _("This session has not started yet. You can cancel the date instead."), code="not-started"
        )
    here = tally.totals(book.lines(), book.meeting).present
    if here:
        raise Conflict(
            ngettext(
                "One person is marked as here. Clear that mark first.",
                "%(num)s people are marked as here. Clear those marks first.",
                here,
            ),
            code="people-here",
        )
    book.sheet.finished_at, book.sheet.finished_by_id = None, None
    book.sheet.version += 1
    schedule.set_status(occurrence, "did_not_meet", told)
    audit.record(identity, "sheet.did_not_meet", occurrence)
