"""The run sheets of a program."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.core.errors import NotFound
from groupsched.core.i18n import LANGUAGES, _
from groupsched.core.text import clean_line, clean_prose
from groupsched.facilitation import queries, service
from groupsched.facilitation.models import RunSheetTemplate
from groupsched.facilitation.routes.blueprint import blueprint
from groupsched.facilitation.routes.editor import LINE, NAME, act_sent, edited, number_sent, page
from groupsched.facilitation.rules import PromptsWanted, SheetAct
from groupsched.facilitation.words import in_words, kind_words


@blueprint.get("/run-sheets")
@requires(Permission.CATALOG_READ)
def all_sheets() -> str:
    """Every run sheet of the program, by what it is for."""
    rows = queries.library_rows(current().program_id)
    return render_template(
        "facilitation/all.html",
        rows=[(row, row.sheet) for row in rows if row.retired_at is None],
        retired=[(row, row.sheet) for row in rows if row.retired_at is not None],
        kinds=kind_words(),
        said=in_words,
    )


@blueprint.get("/run-sheets/<uid>")
@requires(Permission.CATALOG_READ)
def sheet(uid: str) -> str:
    """A run sheet of the program, to read or to write."""
    row = _row(uid)
    may_write = can(current(), Permission.RUN_SHEETS_WRITE, queries.template_facts(row))
    return render_template(
        "facilitation/program_sheet.html",
        row=row,
        kinds=kind_words(),
        may_write=may_write and row.retired_at is None,
        may_bring_back=may_write and row.retired_at is not None,
        undo=may_write and queries.can_undo(row),
        number=row.number,
        here=url_for("facilitation.sheet", uid=uid),
        **page(row.sheet, None, PromptsWanted(), row.program_id),
    )


@blueprint.post("/run-sheets/<uid>")
@requires(Permission.RUN_SHEETS_WRITE)
def change_sheet(uid: str) -> Response:
    """Do to the run sheet what the button says."""
    row, opened = _row(uid, to_write=True), ""
    if act_sent() == SheetAct.UNDO:
        service.undo_template(current(), row, number_sent())
    else:
        said, opened = edited(row.sheet, row.program_id)
        service.write_template(current(), row, said, number_sent())
    return _to(row, opened)


@blueprint.post("/run-sheets/<uid>/words")
@requires(Permission.RUN_SHEETS_WRITE)
def change_words(uid: str) -> Response:
    """Keep what the run sheet is called, what it is for and how long it is."""
    row = _row(uid, to_write=True)
    name = {code: clean_line(request.form.get(f"name-{code}", ""), NAME) for code in LANGUAGES}
    intro = {code: clean_prose(request.form.get(f"intro-{code}", ""), LINE) for code in LANGUAGES}
    sent = request.form.get("total", "")
    minutes = (
        int(sent) if sent.isascii() and sent.isdigit() and 0 < int(sent[:4]) <= 480 else row.sheet.minutes
    )
    said = replace(row.sheet, name={**row.sheet.name, **_said(name)}, intro=_said(intro), minutes=minutes)
    service.write_template(current(), row, said, number_sent())
    flash(_("Saved. Dates that have begun keep what they have."))
    return _to(row)


@blueprint.post("/run-sheets/<uid>/copy")
@requires(Permission.RUN_SHEETS_WRITE)
def copy_sheet(uid: str) -> Response:
    """Begin another run sheet with what this one says."""
    was = _row(uid).sheet
    name = {code: _("%(name)s, copy", name=words)[:NAME] for code, words in was.name.items()}
    row = service.add_template(current(), replace(was, name=name))
    flash(_("This is the copy. Give it a name of its own."))
    return _to(row)


@blueprint.post("/run-sheets/<uid>/retire")
@requires(Permission.RUN_SHEETS_WRITE)
def retire_sheet(uid: str) -> Response:
    """Take the run sheet out, or bring it back."""
    row, back = _row(uid, to_write=True), bool(request.form.get("back"))
    service.retire_template(current(), row, back=back)
    out = _("It is taken out. Its groups have the run sheet of their kind now.")
    flash(_("It can be chosen again.") if back else out)
    return _to(row)


def _row(uid: str, *, to_write: bool = False) -> RunSheetTemplate:
    row = queries.get_template(current(), uid, to_write=to_write)
    if row.group_id is not None:
        raise NotFound
    return row


def _said(words: dict[str, str]) -> dict[str, str]:
    return {code: one for code, one in words.items() if one}


def _to(row: RunSheetTemplate, opened: str = "") -> Response:
    address = url_for("facilitation.sheet", uid=row.uid, open=opened or None)
    return redirect(f"{address}#{opened}" if opened else address, 303)  # type: ignore[return-value]
