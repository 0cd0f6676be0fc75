"""A week on paper, and what was written on it entered afterwards in the same order."""

from collections.abc import Iterator
from datetime import timedelta

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.attendance import queries, service
from groupsched.attendance.queries import SheetView
from groupsched.attendance.routes.blueprint import (
    back_to_sheet,
    reason_missing,
    saw_sheet,
    sent,
    writable_sheet,
)
from groupsched.attendance.routes.blueprint import blueprint as of_sheet
from groupsched.attendance.routes.record import asked_day, blueprint
from groupsched.attendance.routes.typed import typed_moment
from groupsched.attendance.rules import AttendanceStatus
from groupsched.attendance.service import FreeLine, PaperLine
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import ngettext
from groupsched.core.text import clean_line
from groupsched.core.tokens import public_id
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

FREE_LINES = 6
NAME = 80


@blueprint.get("/paper")
@requires(Permission.ATTENDANCE_WRITE)
def week() -> str:
    """The sheets of a week for the printer: as lists, or as slips of which each shows one name."""
    program = current_program(current())
    if program is None:
        raise NotFound
    day = asked_day("week") or clock.today(program.timezone)
    sheets, people = queries.paper_week(current(), day, program.timezone)
    audit.saw(current(), AuditAction.PAPER_PRINTED, people, program)
    monday, sunday = queries.week_of(day)
    return render_template(
        "attendance/paper_week.html", sheets=sheets, monday=monday, sunday=sunday, zone=program.timezone,
        slips=request.args.get("how") == "slips", free_lines=FREE_LINES,
        before=monday - timedelta(days=7), after=monday + timedelta(days=7),
    )  # fmt: skip


@of_sheet.get("/<uid>/from-paper")
@requires(Permission.ATTENDANCE_WRITE)
def from_paper(uid: str) -> str | Response:
    """The lines of the paper in their order, each with a mark and two times; free lines for guests."""
    writable = writable_sheet(uid)
    if reason_missing(writable):
        return back_to_sheet(uid)
    view = queries.read_sheet(writable.occurrence)
    if view.finished or writable.occurrence.status != OccurrenceStatus.SCHEDULED:
        return back_to_sheet(uid)
    return _paper_page(view)


def _paper_page(view: SheetView, error: DomainError | None = None) -> str:
    saw_sheet(view)
    return render_template(
        "attendance/from_paper.html", view=view, occurrence=view.occurrence, error=error, chosen=request.form,
        rows=[row for row in view.rows if row.on_paper], free=[public_id() for _line in range(FREE_LINES)],
    )  # fmt: skip


@of_sheet.post("/<uid>/from-paper")
@requires(Permission.ATTENDANCE_WRITE)
def enter_paper(uid: str) -> Response | tuple[str, int]:
    """Write the paper down; then the sheet shows what stands."""
    writable = writable_sheet(uid)
    if reason_missing(writable):
        return back_to_sheet(uid)
    one = writable.occurrence
    try:
        changed = service.enter_paper(current(), one, list(_lines(one)), list(_free(one)))
    except DomainError as refusal:
        db.session.rollback()
        view = queries.read_sheet(one)
        if view.finished:
            flash(refusal.message, "warn")
            return back_to_sheet(uid)
        return _paper_page(view, refusal), refusal.status
    flash(ngettext("%(num)s line is written down.", "%(num)s lines are written down.", changed))
    return back_to_sheet(uid)


def _lines(one: Occurrence) -> Iterator[PaperLine]:
    for name, value in request.form.items():
        row = name.removeprefix("row-")
        if name != row and value in list(AttendanceStatus):
            version = request.form.get(f"v-{row}", 0, type=int)
            came, went = (typed_moment(sent(f"{what}-{row}"), one, f"{what}-{row}") for what in ("in", "out"))
            yield PaperLine(row, version, AttendanceStatus(value), came, went)


def _free(one: Occurrence) -> Iterator[FreeLine]:
    for number in range(FREE_LINES):
        name = clean_line(request.form.get(f"name-{number}", ""), NAME)
        if name:
            fields = (f"in-free-{number}", f"out-free-{number}")
            came, went = (typed_moment(sent(field), one, field) for field in fields)
            yield FreeLine(sent(f"op-{number}"), name, came, went)
