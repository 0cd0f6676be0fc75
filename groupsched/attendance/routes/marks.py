"""Marks: one tap, everyone else, undo, a note, the question asked once."""

from collections.abc import Sequence
from datetime import datetime

from flask import abort, flash, jsonify, render_template, request
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.attendance import queries, service
from groupsched.attendance.forms import NoteForm, ReasonForm
from groupsched.attendance.queries import Door, Row, SheetView
from groupsched.attendance.routes.blueprint import (
    as_json,
    asks_for_json,
    back_to_sheet,
    blueprint,
    door_of,
    sent,
)
from groupsched.attendance.routes.sheet import sheet_page
from groupsched.attendance.rules.marks import Outcome
from groupsched.attendance.rules.taps import TIMED, Tap, Times, What, read_tap
from groupsched.attendance.rules.times import Marking, Meeting, clock_at
from groupsched.attendance.service import HowMarked, Tapped
from groupsched.attendance.words import done_words, undone_words
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _, words

STAYS = {What.LATE, What.LEFT, What.TIMES}
CLOCKS = ("time_in", "time_out")


@blueprint.post("/<uid>/mark")
@requires(Permission.ATTENDANCE_WRITE)
def mark(uid: str) -> Response | tuple[str, int]:
    """One tap: a person is here, or whatever the button of the row's panel says."""
    door, tapped = door_of(uid), read_tap(request.form.get("mark", ""))
    if tapped is None:
        abort(422, description=_("This mark could not be read. Please load the sheet again."))
    if tapped.what is What.OPEN:
        return back_to_sheet(uid, row=tapped.row)
    try:
        done = _take(door, tapped)
    except HowMarked:
        return render_template(
            "attendance/ask.html", occurrence=door.occurrence, mark=request.form["mark"]
        ), 409
    except DomainError as error:
        if error.field not in CLOCKS or error.status != 422:
            raise
        typed = {name: sent(name) for name in CLOCKS if name in request.form}
        view = queries.read_sheet(door.occurrence)
        return sheet_page(view, tapped.row, error=error, errors=[error], typed=typed), 422
    return _marked(done, tapped)


def _take(door: Door, tapped: Tap) -> Tapped:
    form = request.form
    typed = Times(*(_typed(name, door) for name in CLOCKS)) if tapped.what in TIMED else None
    how = Marking(form["marking"]) if form.get("marking") in list(Marking) else None
    return service.tap(
        current(), door.occurrence, tapped, op_id=sent("op"), device=sent("device", 60),
        typed=typed, how=how,
    )  # fmt: skip


def _marked(done: Tapped, tapped: Tap) -> Response:
    if asks_for_json():
        return answered(done.view, [done.row], done.op_id)
    if done.outcome is Outcome.CONFLICT:
        flash(_("Somebody said otherwise a moment ago. Both answers are kept: please choose."), "warn")
    stay = tapped.row if tapped.what in STAYS else None
    return back_to_sheet(done.view.occurrence.uid, done=done.op_id, row=stay, _anchor=f"r{tapped.row}")


def answered(view: SheetView, rows: Sequence[Row], undo: str, told: str = "") -> Response:
    """Rows as they stand now, for the page's module; those taken off the sheet are named as gone."""
    kept = [row for row in rows if view.row(row.attendee_id)]
    gone = [row.attendee_id for row in rows if not view.row(row.attendee_id)]
    snack = {"words": told or done_words(kept, view), "undo": undo}
    return jsonify(as_json(view, kept, gone=gone, snack=snack))


def _typed(name: str, door: Door) -> datetime | None:
    """A time of the form as a moment; None where it is empty. Raises DomainError where it is no time."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    meeting = Meeting(door.occurrence.start, door.occurrence.end)
    moment = clock_at(text, meeting, door.occurrence.timezone)
    if moment is None:
        raise DomainError(words("errors", "time_format", example="09:05"), field=name)
    return moment


@blueprint.post("/<uid>/everyone")
@requires(Permission.ATTENDANCE_WRITE)
def everyone(uid: str) -> Response:
    """Everybody without a mark is here, from the start; nobody else changes."""
    door = door_of(uid)
    done = service.everyone_else_here(current(), door.occurrence, sent("op"))
    if asks_for_json():
        return answered(done.view, done.rows, done.name)
    return back_to_sheet(uid, done=done.name)


@blueprint.post("/<uid>/undo")
@requires(Permission.ATTENDANCE_WRITE)
def undo(uid: str) -> Response:
    """Take back what one tap did, with all that came of it."""
    door = door_of(uid)
    name = sent("name")
    done = service.undo(current(), door.occurrence, name)
    if asks_for_json():
        return answered(done.view, done.rows, "", undone_words(done.view, done.rows))
    return back_to_sheet(uid, done=name)


@blueprint.post("/<uid>/note/<row>")
@requires(Permission.ATTENDANCE_WRITE)
def note(uid: str, row: str) -> Response:
    """Keep a note for staff on one row."""
    door, form = door_of(uid), NoteForm()
    if not form.validate():
        raise DomainError(
            words("errors", "too_long", field=_("The note"), max=2000, count=len(form.note.data or ""))
        )
    written = service.write_note(current(), door.occurrence, row, form.note.data or "")
    told = _("%(name)s: note kept", name=written.label)
    if asks_for_json():
        return answered(queries.read_sheet(door.occurrence), [written], "", told)
    flash(told)
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
