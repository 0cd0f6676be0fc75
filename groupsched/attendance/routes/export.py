"""Out to a record or billing system: a table of what was given to whom. No claim is made here."""

from collections.abc import Iterable, Iterator
from datetime import date

from flask import render_template
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.attendance import queries
from groupsched.attendance.forms import ServiceExportForm
from groupsched.attendance.queries import GivenService
from groupsched.attendance.routes.record import blueprint
from groupsched.attendance.routes.tables import hour, notice
from groupsched.attendance.rules import month_of, span_of
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.catalog.words import row_name
from groupsched.core import clock
from groupsched.core.cells import as_file
from groupsched.core.errors import NotFound

SERVICE_COLUMNS = (
    "record_number", "service_type", "kind", "date", "start", "end", "minutes", "units", "unit", "unit_source", "leader",
    "credential", "head_count", "initials", "signed_at",
)  # fmt: skip


@blueprint.get("/attendance/export")
@requires(Permission.ATTENDANCE_EXPORT)
def export() -> str:
    """Which days, and what for."""
    last = month_of(_today())
    form = ServiceExportForm(formdata=None, data={"first": last.first, "last": _today()})
    return render_template("attendance/export.html", form=form)


def _today() -> date:
    program = current_program(current())
    if program is None:
        raise NotFound
    return clock.today(program.timezone)


@blueprint.post("/attendance/export")
@requires(Permission.ATTENDANCE_EXPORT)
def export_now() -> Response | tuple[str, int]:
    """The table; that it was taken, of whom and what for, is written down with it."""
    form = ServiceExportForm()
    span = span_of(form.first.data, form.last.data, _today()) if form.validate() else None
    if span is None:
        return render_template("attendance/export.html", form=form), 422
    rows = queries.services_given(current(), span)
    audit.record(
        current(), AuditAction.SERVICE_EXPORTED, current_program(current()), [row.person for row in rows],
        purpose=form.purpose.data, rows=len(rows), first=span.first.isoformat(), last=span.last.isoformat(),
    )  # fmt: skip
    return as_file(service_table(rows), "services.csv")


def service_table(rows: Iterable[GivenService]) -> Iterator[list[str]]:
    """The notice, the names of the columns as programs read them, a row for each person on each date."""
    yield notice()
    yield list(SERVICE_COLUMNS)
    for row in rows:
        unit, service, leader, sheet = row.group.unit, row.group.counted_as, row.leader, row.view.sheet
        held, zone = row.view.held, row.view.occurrence.timezone
        yield [
            row.person.record_number,
            service.key if service else "",
            row.group.modality.key,
            row.view.occurrence.local_date.isoformat(),
            *(hour(moment, zone) for moment in (held.start, held.end)),
            str(row.minutes),
            "" if row.units is None else str(row.units),
            row_name(unit) if unit else "",
            unit.source if unit else "",
            leader.person.name if leader else "",
            leader.held.key if leader and leader.held else "",
            str(sheet.headcount) if sheet and sheet.headcount is not None else "",
            *((row.signature.initials, hour(row.signature.signed_at, zone)) if row.signature else ("", "")),
        ]
