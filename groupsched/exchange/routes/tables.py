"""A program's own people, groups and seats from a table: a template, a file, what would happen row by row, yes."""

from datetime import datetime
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import FileField

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.core import clock
from groupsched.core.cells import as_file
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _, _l, ngettext
from groupsched.exchange.models import TableImport
from groupsched.exchange.queries import imports_since
from groupsched.exchange.routes.blueprint import blueprint
from groupsched.exchange.routes.upload import SealedUpload, came_back, fields_of, mark_of
from groupsched.exchange.rules import (
    COLUMNS,
    MOST_ROWS,
    NEEDED,
    TableKind,
    TableUnreadable,
    read_table,
)
from groupsched.exchange.service import (
    TAKE_BACK_FOR,
    RowAction,
    TableReport,
    bring_table,
)
from groupsched.exchange.words import examples, table_words

SHOWN = 5


class TableForm(FlaskForm):  # type: ignore[misc]
    """A table to bring in."""

    file = FileField(_l("File"))


@blueprint.route("/import/people", methods=["GET", "POST"])
@requires(Permission.PEOPLE_IMPORT)
def people_table() -> Any:
    """People from a table."""
    return _table(TableKind.PEOPLE)


@blueprint.route("/import/groups", methods=["GET", "POST"])
@requires(Permission.GROUPS_IMPORT)
def groups_table() -> Any:
    """Groups from a table."""
    return _table(TableKind.GROUPS)


@blueprint.route("/import/seats", methods=["GET", "POST"])
@requires(Permission.PEOPLE_IMPORT)
def seats_table() -> Any:
    """Seats of people who are here, in groups that are here, from a table."""
    return _table(TableKind.SEATS)


@blueprint.get("/import/<kind>.csv")
@requires(Permission.GROUPS_IMPORT)
def template(kind: str) -> Response:
    """A table to fill in: its columns, and no row that somebody could leave in it."""
    if kind not in list(TableKind):
        raise NotFound
    return as_file([COLUMNS[TableKind(kind)]], f"{kind}.csv")


def _table(kind: TableKind) -> Any:
    form = TableForm()
    if request.method == "GET":
        return _page(kind, form)
    try:
        upload = came_back(kind) or _sent(form)
        report = _report(upload, kind)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _page(kind, form), 422
    if "reasons" in request.form:
        db.session.rollback()
        return as_file(_reasons(report), f"{kind}-reasons.csv")
    if "yes" in request.form and mark_of(report) == upload.seen:
        flash(_done(report))
        return redirect(url_for(f"exchange.{kind}_table"), 303)
    # Nothing of a dry run stays.
    db.session.rollback()
    seen = SealedUpload(upload.data, upload.about, mark_of(report))
    changed = "yes" in request.form
    page = render_template(
        "exchange/try_table.html",
        kind=kind,
        report=report,
        about=upload.about,
        fields=fields_of(seen, kind),
        refused=report.having(RowAction.REFUSED),
        changing=report.having(RowAction.CHANGED),
        noted=[row for row in report.rows if row.note],
        first=report.having(RowAction.NEW)[:SHOWN],
        taken=report.counts[RowAction.NEW] + report.counts[RowAction.CHANGED],
        changed=changed,
        until=clock.now() + TAKE_BACK_FOR,
    )
    return page, 409 if changed else 200


def _sent(form: TableForm) -> SealedUpload:
    data = form.file.data.read() if form.file.data else b""
    if not data:
        raise DomainError(_("Choose a file."), field="file")
    return SealedUpload(data, {"file": form.file.data.filename or ""}, "")


def _report(upload: SealedUpload, kind: TableKind) -> TableReport:
    try:
        table = read_table(upload.data, kind)
    except TableUnreadable as unreadable:
        raise DomainError(table_words(unreadable), field="file") from unreadable
    report = bring_table(current(), table)
    saw(current(), AuditAction.PERSON_LISTED, [row.shows for row in report.rows if row.shows is not None])
    return report


def _done(report: TableReport) -> str:
    new, changed = report.counts[RowAction.NEW], report.counts[RowAction.CHANGED]
    if not new and not changed:
        return str(_("Nothing had to change."))
    told = [
        ngettext("%(num)d row is new.", "%(num)d rows are new.", new) if new else "",
        ngettext("%(num)d row was changed.", "%(num)d rows were changed.", changed) if changed else "",
    ]
    return " ".join(one for one in told if one)


def _reasons(report: TableReport) -> list[list[str]]:
    """The rows that need somebody, with the reasons, as a table."""
    rows = [[str(row.line), row.column, row.value, row.words] for row in report.having(RowAction.REFUSED)]
    return [["row", "column", "in_the_file", "why"], *rows]


def _brought(kind: TableKind) -> list[tuple[TableImport, Person | None, datetime]]:
    """The tables of a kind that can be taken back, with who brought them in, and until when they can."""
    rows = imports_since(current(), kind, clock.now() - TAKE_BACK_FOR)
    return [(row, by, row.at + TAKE_BACK_FOR) for row, by in rows]


def _page(kind: TableKind, form: TableForm) -> str:
    db.session.rollback()
    return render_template(
        "exchange/table.html",
        kind=kind,
        form=form,
        columns=COLUMNS[kind],
        needed=NEEDED[kind],
        examples=examples(kind),
        most=MOST_ROWS[kind],
        brought=_brought(kind),
    )
