"""Marks: one tap, everyone else, undo, a note, the question asked once."""

from datetime import datetime

from flask import abort, flash, jsonify, render_template, request
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.attendance import queries, service
from groupsched.attendance.forms import NoteForm, ReasonForm
from groupsched.attendance.queries import Door, SheetView
from groupsched.attendance.routes.blueprint import as_json, asks_for_json, back_to_sheet, blueprint, door_of
from groupsched.attendance.routes.sheet import sheet_page
from groupsched.attendance.rules.marks import Operation, Outcome, Status
from groupsched.attendance.rules.taps import Tap, Times, What, meant, read_tap
from groupsched.attendance.rules.times import Marking, clock_at, must_ask
from groupsched.attendance.words import done_words
from groupsched.core import clock
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.filters import clock_time
from groupsched.core.i18n import _, words

STAYS = {What.LATE, What.LEFT, What.TIMES}


@blueprint.post("/<uid>/mark")
@requires(Permission.ATTENDANCE_WRITE)
def mark(uid: str) -> Response | str | tuple[str, int]:
    """One tap: a person is here, or whatever the button of the row's panel says."""
    door, tap = door_of(uid), read_tap(request.form.get("mark", ""))
    if tap is None:
        abort(422, description=_("This mark could not be read. Please load the sheet again."))
    if tap.what is What.OPEN:
        return back_to_sheet(uid, row=tap.row)
    if request.form.get("marking") in list(Marking):
        service.choose_marking(current(), door.occurrence, Marking(request.form["marking"]))
    view = queries.read_sheet(door.occurrence)
    refuse_finished(view)
    if tap.what is What.HERE and must_ask(marking_of(view), view.meeting, clock.now()):
        return render_template("attendance/ask.html", occurrence=door.occurrence, mark=request.form["mark"]), 409
    return _marked(door, view, tap)


def _marked(door: Door, view: SheetView, tap: Tap) -> Response | tuple[str, int]:
    try:
        op = operation(view, tap)
        (result,) = service.apply(current(), door.occurrence, [op])
    except DomainError as error:
        if tap.what is not What.TIMES or error.status != 422:
            raise
        return sheet_page(view, tap.row, error=error.message, errors=[error], typed=request.form), 422
    if asks_for_json():
        return answered(door, [tap.row], op.op_id)
    if result.outcome is Outcome.CONFLICT:
        flash(_("Somebody said otherwise a moment ago. Both answers are kept: please choose."), "warn")
    stay = tap.row if tap.what in STAYS else None
    return back_to_sheet(door.occurrence.uid, done=op.op_id, row=stay, _anchor=f"r{tap.row}")


def answered(door: Door, attendee_ids: list[str], done: str) -> Response:
    """Rows as they stand now, for the page's module."""
    view = queries.read_sheet(door.occurrence)
    rows = view.rows_of(attendee_ids)
    gone = [one for one in attendee_ids if view.row(one) is None]
    snack = {"words": done_words(rows, view) if rows else _("Taken back"), "undo": done}
    return jsonify(as_json(view, rows, gone=gone, snack=snack))


def marking_of(view: SheetView) -> Marking | None:
    """How this sheet is marked, once somebody has said so."""
    return Marking(view.sheet.arrival) if view.sheet and view.sheet.arrival else None


def refuse_finished(view: SheetView) -> None:
    """A finished sheet says who finished it and when. Raises Conflict."""
    if view.sheet is None or view.sheet.finished_at is None:
        return
    by = view.sheet.finished_by_id
    told = words(
        "errors", "sheet_finished",
        first_name=queries.first_names([by]).get(by or 0, _("Somebody")),
        time=view_time(view),
    )  # fmt: skip
    raise Conflict(told, code="finished")


def view_time(view: SheetView) -> str:
    """When the sheet was finished, on the clock of the place."""
    assert view.sheet is not None
    assert view.sheet.finished_at is not None
    return clock_time(view.sheet.finished_at, view.occurrence.timezone)


def operation(view: SheetView, tap: Tap) -> Operation:
    """The operation that a tap means. The device names it where it can, so that a retry is known."""
    row = view.row(tap.row)
    if row is None:
        abort(422, description=_("This person is not on the sheet any more. Please load it again."))
    op = Operation(
        op_id=request.form.get("op", "")[:36] or service.new_op_id(), attendee_id=tap.row, status=Status.UNMARKED,
        observed_at=clock.now(), base_version=tap.version, device=request.form.get("device", "")[:60],
    )  # fmt: skip
    typed = Times(_typed("time_in", view), _typed("time_out", view)) if tap.what is What.TIMES else None
    return meant(op, tap.what, row.state, view.meeting, marking_of(view), clock.now(), typed)


def _typed(name: str, view: SheetView) -> datetime | None:
    """A time of the form as a moment; None where it is empty. Raises DomainError where it is no time."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    moment = clock_at(text, view.meeting, view.occurrence.timezone)
    if moment is None:
        raise DomainError(words("errors", "time_format", example="09:05"), field=name)
    return moment


@blueprint.post("/<uid>/everyone")
@requires(Permission.ATTENDANCE_WRITE)
def everyone(uid: str) -> Response:
    """Everybody without a mark is here, from the start; nobody else changes."""
    door = door_of(uid)
    done = service.everyone_else_here(current(), door.occurrence, request.form.get("op", "")[:36])
    if asks_for_json():
        return answered(door, [row.attendee_id for row in done.rows], done.name)
    return back_to_sheet(uid, done=done.name)


@blueprint.post("/<uid>/undo")
@requires(Permission.ATTENDANCE_WRITE)
def undo(uid: str) -> Response:
    """Take back what one tap did, with all that came of it."""
    door = door_of(uid)
    name = request.form.get("name", "")[:36]
    done = service.undo(current(), door.occurrence, name)
    if asks_for_json():
        return answered(door, [row.attendee_id for row in done.rows], "")
    return back_to_sheet(uid, done=name)


@blueprint.post("/<uid>/note/<row>")
@requires(Permission.ATTENDANCE_WRITE)
def note(uid: str, row: str) -> Response:
    """Keep a note for staff on one row."""
    door, form = door_of(uid), NoteForm()
    if not form.validate():
        raise DomainError(words("errors", "too_long", field=_("The note"), max=2000, count=len(form.note.data or "")))
    service.write_note(current(), door.occurrence, row, form.note.data or "")
    return back_to_sheet(uid, row=row)


@blueprint.post("/<uid>/reason")
@requires(Permission.ATTENDANCE_WRITE)
def reason(uid: str) -> Response | tuple[str, int]:
    """Say why one writes on a sheet at whose door one does not stand."""
    door, form = door_of(uid), ReasonForm()
    if not form.validate_on_submit():
        return render_template("attendance/reason.html", occurrence=door.occurrence, form=form), 422
    service.give_reason(current(), door.occurrence, form.reason.data or "")
    return back_to_sheet(uid)
