"""Marks: one tap, everyone else, undo, a note, the question asked once."""

from collections.abc import Sequence
from datetime import datetime, time

from flask import abort, flash, jsonify, render_template, request
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.attendance import queries, service
from groupsched.attendance.forms import NoteForm, SheetReasonForm
from groupsched.attendance.queries import SheetRow, SheetView, WritableSheet
from groupsched.attendance.routes.blueprint import (
    as_json,
    back_to_sheet,
    blueprint,
    reader_for,
    sent,
    writable_sheet,
)
from groupsched.attendance.routes.sheet import sheet_page
from groupsched.attendance.rules import (
    TIMED,
    MarkingMode,
    MeetingHours,
    OperationOutcome,
    Tap,
    TapAction,
    TypedTimes,
    clock_at,
    read_tap,
)
from groupsched.attendance.service import MarkingModeMissing, TapResult
from groupsched.attendance.words import done_words, undone_words
from groupsched.core import regions
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.core.web import asks_for_data

STAYS = {TapAction.LATE, TapAction.LEFT, TapAction.TIMES}
CLOCKS = ("time_in", "time_out")


@blueprint.post("/<uid>/mark")
@requires(Permission.ATTENDANCE_WRITE)
def mark(uid: str) -> Response | tuple[str, int]:
    """One tap: a person is here, or whatever the button of the row's panel says."""
    writable, tapped = writable_sheet(uid), read_tap(request.form.get("mark", ""))
    if tapped is None:
        abort(422, description=_("This mark could not be read. Please load the sheet again."))
    if tapped.what is TapAction.OPEN:
        return back_to_sheet(uid, row=tapped.row)
    try:
        done = _take(writable, tapped)
    except MarkingModeMissing:
        return render_template(
            "attendance/ask.html", occurrence=writable.occurrence, mark=request.form["mark"]
        ), 409
    except DomainError as error:
        if error.field not in CLOCKS or error.status != 422:
            raise
        typed = {name: sent(name) for name in CLOCKS if name in request.form}
        view = queries.read_sheet(writable.occurrence)
        return sheet_page(view, tapped.row, error=error, errors=[error], typed=typed), 422
    return _marked(done, tapped)


def _take(writable: WritableSheet, tapped: Tap) -> TapResult:
    form = request.form
    typed = TypedTimes(*(_typed(name, writable) for name in CLOCKS)) if tapped.what in TIMED else None
    how = next((mode for mode in MarkingMode if mode == form.get("marking")), MarkingMode.NOT_ASKED)
    return service.tap(
        current(), writable.occurrence, tapped, op_id=sent("op"), device=sent("device", 60),
        typed=typed, how=how,
    )  # fmt: skip


def _marked(done: TapResult, tapped: Tap) -> Response:
    if asks_for_data():
        return answered(done.view, [done.row], done.op_id)
    if done.outcome is OperationOutcome.CONFLICT:
        flash(_("Somebody said otherwise a moment ago. Both answers are kept: please choose."), "warn")
    stay = tapped.row if tapped.what in STAYS else None
    return back_to_sheet(done.view.occurrence.uid, done=done.op_id, row=stay, _anchor=f"r{tapped.row}")


def answered(view: SheetView, rows: Sequence[SheetRow], undo: str, told: str = "") -> Response:
    """Rows as they stand now, for the page's module; those taken off the sheet are named as gone."""
    kept = [row for row in rows if view.row(row.attendee_id)]
    gone = [row.attendee_id for row in rows if not view.row(row.attendee_id)]
    snack = {"words": told or done_words(kept, view), "undo": undo}
    return jsonify(as_json(reader_for(view, kept), kept, gone=gone, snack=snack))


def _typed(name: str, writable: WritableSheet) -> datetime | None:
    """A time of the form as a moment; None where it is empty. Raises DomainError where it is no time."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    meeting = MeetingHours(writable.occurrence.start, writable.occurrence.end)
    try:
        return clock_at(regions.read_clock(text), meeting, writable.occurrence.timezone)
    except ValueError:
        example = regions.clock(time(9, 5))
        raise DomainError(_("Write the time like this: %(example)s", example=example), field=name) from None


@blueprint.post("/<uid>/everyone")
@requires(Permission.ATTENDANCE_WRITE)
def everyone(uid: str) -> Response:
    """Everybody without a mark is here, from the start; nobody else changes."""
    writable = writable_sheet(uid)
    done = service.everyone_else_here(current(), writable.occurrence, sent("op"))
    if asks_for_data():
        return answered(done.view, done.rows, done.name)
    return back_to_sheet(uid, done=done.name)


@blueprint.post("/<uid>/undo")
@requires(Permission.ATTENDANCE_WRITE)
def undo(uid: str) -> Response:
    """Take back what one tap did, with all that came of it."""
    writable = writable_sheet(uid)
    name = sent("name")
    done = service.undo(current(), writable.occurrence, name)
    if asks_for_data():
        return answered(done.view, done.rows, "", undone_words(done.view, done.rows))
    return back_to_sheet(uid, done=name)


@blueprint.post("/<uid>/note/<row>")
@requires(Permission.ATTENDANCE_WRITE)
def note(uid: str, row: str) -> Response:
    """Keep a note for staff on one row."""
    writable, form = writable_sheet(uid), NoteForm()
    if not form.validate():
        raise DomainError(
            _(
                "%(field)s can have %(max)s characters. It has %(count)s now.",
                field=_("The note"),
                max=2000,
                count=len(form.note.data or ""),
            )
        )
    written = service.write_note(current(), writable.occurrence, row, form.note.data or "")
    told = _("%(name)s: note kept", name=written.label)
    if asks_for_data():
        return answered(queries.read_sheet(writable.occurrence), [written], "", told)
    flash(told)
    return back_to_sheet(uid, row=row)


@blueprint.post("/<uid>/reason")
@requires(Permission.ATTENDANCE_WRITE)
def reason(uid: str) -> Response | tuple[str, int]:
    """Say why one writes on a sheet at whose door one does not stand."""
    writable, form = writable_sheet(uid), SheetReasonForm()
    if not form.validate_on_submit():
        return render_template("attendance/reason.html", occurrence=writable.occurrence, form=form), 422
    service.give_reason(current(), writable.occurrence, form.reason.data or "")
    return back_to_sheet(uid)
