"""Finishing a sheet, its summary, opening it again, a date on which nobody met."""

from datetime import timedelta
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.attendance import queries, service
from groupsched.attendance.forms import SheetReasonForm
from groupsched.attendance.queries import SheetView
from groupsched.attendance.routes.blueprint import (
    back_to_sheet,
    blueprint,
    reader_for,
    reason_missing,
    saw_sheet,
    sent,
    writable_sheet,
)
from groupsched.attendance.rules import (
    AttendanceStatus,
    MarkingMode,
    TileState,
    ends_soon,
    everyone_else,
    minutes,
)
from groupsched.attendance.words import counters, spent_words
from groupsched.catalog.words import row_name
from groupsched.core import clock
from groupsched.core.errors import DomainError
from groupsched.schedule.rules import OccurrenceStatus

JUST = timedelta(minutes=2)
"""So long whoever finished a sheet by mistake takes it back with one tap; after that a reason is asked for."""
CHOICES = (
    AttendanceStatus.ABSENT,
    AttendanceStatus.PRESENT,
    AttendanceStatus.EXCUSED,
    AttendanceStatus.CANCELLED,
)


@blueprint.get("/<uid>/finish")
@requires(Permission.ATTENDANCE_WRITE)
def finish(uid: str) -> str | Response:
    """Who is still not marked, each with a choice; then the sheet is finished."""
    writable = writable_sheet(uid)
    if reason_missing(writable):
        return back_to_sheet(uid)
    view = queries.read_sheet(writable.occurrence)
    if view.finished or writable.occurrence.status != OccurrenceStatus.SCHEDULED:
        return back_to_sheet(uid)
    service.ensure_begun(writable.occurrence)
    return _asks_how(view) or _finish_page(view)


def _asks_how(view: SheetView) -> str:
    """The question how the sheet was marked, where marks stand whose times depend on it."""
    if not queries.asks_how(view):
        return ""
    return render_template("attendance/ask.html", occurrence=view.occurrence, mark="")


def _finish_page(view: SheetView, error: DomainError | None = None) -> str:
    open_rows = view.rows_of(everyone_else(row.line for row in view.rows))
    torn = [row for row in view.rows if view.shown(row) is TileState.TWO]
    reader = reader_for(view, torn)
    saw_sheet(view)
    return render_template(
        "attendance/finish.html", view=view, occurrence=view.occurrence, counters=counters(view), choices=CHOICES,
        soon=ends_soon(view.meeting, clock.now()), open_rows=open_rows, torn=[(row, reader.draw(row)) for row in torn], chosen=request.form, error=error,
        errors=[error] if error else [],
    )  # fmt: skip


@blueprint.post("/<uid>/finish")
@requires(Permission.ATTENDANCE_WRITE)
def finish_now(uid: str) -> Response | tuple[str, int]:
    """Finish the sheet; somebody may have been quicker, then their result is shown."""
    writable = writable_sheet(uid)
    if reason_missing(writable):
        return back_to_sheet(uid)
    how = next((mode for mode in MarkingMode if mode and mode == sent("marking")), None)
    if how is not None:
        service.choose_marking(current(), writable.occurrence, how)
        return redirect(url_for("attendance.finish", uid=uid), 303)
    if asked := _asks_how(queries.read_sheet(writable.occurrence)):
        return asked, 409
    chosen = {
        name.removeprefix("row-"): AttendanceStatus(value)
        for name, value in request.form.items()
        if name.startswith("row-") and value in list(AttendanceStatus)
    }
    try:
        service.finish(current(), writable.occurrence, chosen, seen=True)
    except DomainError as error:
        return _finish_page(queries.read_sheet(writable.occurrence), error), error.status
    return back_to_sheet(uid)


def summary_page(view: SheetView, error: DomainError | None = None) -> str:
    """What came of a date: how many of each, minutes of each person, the last dates, what is next."""
    reader = reader_for(view)
    rows = [
        (row, reader.draw(row), minutes(row.state.answer, view.elapsed)) for row in view.rows if row.counts
    ]
    signed = queries.signatures_of(view) if queries.is_signed(view.occurrence) else None
    finished_by = view.sheet.finished_by_id if view.sheet else None
    finished_at = view.sheet.finished_at if view.sheet else None
    return render_template(
        "attendance/summary.html", view=view, occurrence=view.occurrence, counters=counters(view), rows=rows,
        totals=view.totals, trend=queries.trend_of(view.occurrence), form=SheetReasonForm(formdata=None),
        held=queries.held_date(view), row_name=row_name, spent_words=spent_words, error=error,
        signed=signed, may_unsign=True,
        just_finished=finished_at and finished_by == current().person and clock.now() - finished_at < JUST,
        following=queries.next_date(view.occurrence), by=queries.first_names([finished_by]).get(finished_by or 0, ""),
    )  # fmt: skip


@blueprint.post("/<uid>/reopen")
@requires(Permission.ATTENDANCE_WRITE)
def reopen(uid: str) -> Response | tuple[str, int]:
    """Open a finished sheet again, with a reason; marks stay as they are, or as before a finish that was a mistake."""
    return _with_reason(uid, "reopen", partial(service.reopen, by_mistake=bool(sent("undo"))))


@blueprint.get("/<uid>/did-not-meet")
@requires(Permission.ATTENDANCE_WRITE)
def did_not_meet(uid: str) -> str | Response:
    """Ask why nobody met."""
    writable = writable_sheet(uid)
    if reason_missing(writable):
        return back_to_sheet(uid)
    return _reason_page(writable.occurrence, "did_not_meet", SheetReasonForm(formdata=None))


@blueprint.post("/<uid>/did-not-meet")
@requires(Permission.ATTENDANCE_WRITE)
def did_not_meet_now(uid: str) -> Response | tuple[str, int]:
    """Nobody met, and so nobody was absent."""
    seen = sent("clears", 6)
    verb = partial(service.did_not_meet, clears=int(seen) if seen.isascii() and seen.isdigit() else 0)
    return _with_reason(uid, "did_not_meet", verb)


def _with_reason(uid: str, act: str, verb: Any) -> Response | tuple[str, int]:
    writable, form = writable_sheet(uid), SheetReasonForm()
    if not form.validate_on_submit():
        return _reason_page(writable.occurrence, act, form), 422
    try:
        verb(current(), writable.occurrence, form.reason.data)
    except DomainError as error:
        form.reason.errors = [error.message]
        return _reason_page(writable.occurrence, act, form), error.status
    return back_to_sheet(uid)


def _reason_page(occurrence: Any, act: str, form: SheetReasonForm) -> str:
    here = 0 if act == "reopen" else queries.read_sheet(occurrence).totals.present
    return render_template("attendance/why.html", occurrence=occurrence, act=act, form=form, here=here)
