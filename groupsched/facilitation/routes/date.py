"""The run sheet of one date, to read and to write."""

from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.catalog.queries import facts
from groupsched.core import clock
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _
from groupsched.facilitation import queries, service
from groupsched.facilitation.routes.blueprint import blueprint
from groupsched.facilitation.routes.editor import act_sent, edited, number_sent, page
from groupsched.facilitation.routes.group import wanted_for
from groupsched.facilitation.rules import RunSheet, RunSheetKind, SheetAct
from groupsched.schedule.models import Occurrence


@blueprint.get("/occurrences/<uid>/run-sheet")
@requires(Permission.RUN_SHEET_READ)
def date_sheet(uid: str) -> str:
    """The run sheet of a date: what its group has, until somebody changes it for this date alone."""
    date = queries.get_date(current(), uid, Permission.RUN_SHEET_READ)
    found, now = queries.sheet_of_date(date), clock.now()
    may_write = can(current(), Permission.RUN_SHEET_WRITE, queries.date_facts(date)) and date.end > now
    said = found.sheet or RunSheet(RunSheetKind.TIMED, queries.minutes_of(date))
    size = date.seats.all or None
    return render_template(
        "facilitation/date_sheet.html",
        o=date,
        found=found,
        over=date.end <= now,
        may_write=may_write and found.sheet is not None,
        may_group=can(current(), Permission.RUN_SHEET_WRITE, facts(date.group)),
        may_drop=may_write and found.own is not None and date.start > now,
        undo=may_write and found.own is not None and queries.can_undo(found.own),
        number=found.number,
        here=url_for("facilitation.date_sheet", uid=uid),
        **page(said, date.start, replace(wanted_for(date.group), size=size), date.program_id),
    )


@blueprint.post("/occurrences/<uid>/run-sheet")
@requires(Permission.RUN_SHEET_WRITE)
def change_date_sheet(uid: str) -> Response:
    """Do to the run sheet of this date what the button says; the first change makes it its own."""
    date, opened = queries.get_date(current(), uid, Permission.RUN_SHEET_WRITE), ""
    if act_sent() == SheetAct.UNDO:
        service.undo_date_sheet(current(), date, number_sent())
    else:
        said, opened = edited(_sheet(date), date.program_id)
        service.change_date_sheet(current(), date, said, number_sent())
    return _to(date, opened)


@blueprint.post("/occurrences/<uid>/run-sheet/drop")
@requires(Permission.RUN_SHEET_WRITE)
def drop_date_sheet(uid: str) -> Response:
    """Give the date the run sheet of its group again."""
    date = queries.get_date(current(), uid, Permission.RUN_SHEET_WRITE)
    service.drop_date_sheet(current(), date, number_sent())
    flash(_("This date has the run sheet of its group again."))
    return _to(date)


@blueprint.post("/occurrences/<uid>/run-sheet/group")
@requires(Permission.RUN_SHEET_WRITE)
def use_for_group(uid: str) -> Response:
    """Use the run sheet of this date for all dates of its group that are to come."""
    date = queries.get_date(current(), uid, Permission.RUN_SHEET_WRITE)
    service.own_for_group(current(), date.group, _sheet(date))
    flash(_("All dates to come that have no run sheet of their own have this one now."))
    return _to(date)


def _sheet(date: Occurrence) -> RunSheet:
    found = queries.sheet_of_date(date).sheet
    if found is None:
        raise NotFound
    return found


def _to(date: Occurrence, opened: str = "") -> Response:
    address = url_for("facilitation.date_sheet", uid=date.uid, open=opened or None)
    return redirect(f"{address}#{opened}" if opened else address, 303)  # type: ignore[return-value]
