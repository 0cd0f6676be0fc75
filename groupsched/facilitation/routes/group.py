"""The run sheet of a group: which one it has, and its own."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts, get_group
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _
from groupsched.facilitation import queries, service
from groupsched.facilitation.routes.blueprint import blueprint
from groupsched.facilitation.routes.editor import act_sent, edited, number_sent, page
from groupsched.facilitation.rules import PromptsWanted, RunSheet, RunSheetKind, SheetAct
from groupsched.facilitation.words import in_words, kind_words


def wanted_for(group: Group) -> PromptsWanted:
    """What prompts are looked for in a group."""
    return PromptsWanted(modality=group.modality.key, orientation=group.orientation, size=group.capacity)


@blueprint.get("/groups/<uid>/run-sheet")
@requires(Permission.RUN_SHEET_READ)
def group_sheet(uid: str) -> str:
    """The run sheet that a group has, what else it could have, and its own to write."""
    group = _group(uid, Permission.RUN_SHEET_READ)
    row = queries.template_of(group)
    may_write = can(current(), Permission.RUN_SHEET_WRITE, facts(group))
    is_own = row is not None and row.group_id == group.id
    said = row.sheet if row else RunSheet(RunSheetKind.TIMED, 0)
    return render_template(
        "facilitation/group_sheet.html",
        group=group,
        row=row,
        is_own=is_own,
        may_choose=may_write,
        may_write=may_write and is_own,
        choices=queries.candidates(group) if may_write else [],
        undo=may_write and is_own and row is not None and queries.can_undo(row),
        number=row.number if row else 0,
        kinds=kind_words(),
        here=url_for("facilitation.group_sheet", uid=uid),
        **page(said, None, wanted_for(group), group.program_id),
    )


@blueprint.post("/groups/<uid>/run-sheet")
@requires(Permission.RUN_SHEET_WRITE)
def change_group_sheet(uid: str) -> Response:
    """Do to the run sheet of this group alone what the button says."""
    group, opened = _group(uid, Permission.RUN_SHEET_WRITE), ""
    row = queries.template_of(group)
    if row is None or row.group_id != group.id:
        raise NotFound
    if act_sent() == SheetAct.UNDO:
        service.undo_template(current(), row, number_sent())
    else:
        said, opened = edited(row.sheet, row.program_id)
        service.write_template(current(), row, said, number_sent())
    return _to(group, opened)


@blueprint.post("/groups/<uid>/run-sheet/choose")
@requires(Permission.RUN_SHEET_WRITE)
def choose(uid: str) -> Response:
    """Give the group another run sheet, or that of its kind."""
    group = _group(uid, Permission.RUN_SHEET_WRITE)
    service.choose_sheet(current(), group, request.form.get("run_sheet", ""))
    row = queries.template_of(group)
    flash(
        _("Dates to come have “%(name)s” now.", name=in_words(row.sheet.name))
        if row
        else _("It has none now.")
    )
    return _to(group)


@blueprint.post("/groups/<uid>/run-sheet/own")
@requires(Permission.RUN_SHEET_WRITE)
def begin_own(uid: str) -> Response:
    """Begin a run sheet for this group alone with the one that it has."""
    group = _group(uid, Permission.RUN_SHEET_WRITE)
    service.own_for_group(current(), group)
    flash(_("This run sheet is for this group alone. Change it as you like."))
    return _to(group)


def _group(uid: str, permission: Permission) -> Group:
    group = get_group(current(), uid, permission)
    if group.external:
        raise NotFound
    return group


def _to(group: Group, opened: str = "") -> Response:
    address = url_for("facilitation.group_sheet", uid=group.uid, open=opened or None)
    return redirect(f"{address}#{opened}" if opened else address, 303)  # type: ignore[return-value]
