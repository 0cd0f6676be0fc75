"""A program's own templates: save a group as one, rename it, take it off the list."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.catalog.queries import get_group
from groupsched.catalog.service import refuse_external
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _
from groupsched.schedule import service
from groupsched.schedule.forms import PatternForm
from groupsched.schedule.queries import get_saved_pattern
from groupsched.schedule.routes.blueprint import blueprint
from groupsched.schedule.routes.editor_said import said_of

Answer = str | Response | tuple[str, int]


@blueprint.route("/groups/<uid>/save-as-template", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def save_pattern(uid: str) -> Answer:
    """Save a group as a template, under a name."""
    group = get_group(current(), uid, Permission.GROUP_WRITE)
    refuse_external(group)
    form = PatternForm(data={"name": group.title} if request.method == "GET" else None)
    if request.method == "POST" and form.validate():
        saved = service.save_pattern(current(), group, form.name.data or "", said_of(group))
        flash(_("“%(name)s” is saved. New groups can start with it.", name=saved.name))
        return redirect(url_for("schedule.new_group"), 303)
    status = 200 if request.method == "GET" else 422
    return render_template("schedule/save_pattern.html", group=group, saved=None, form=form), status


@blueprint.route("/groups/templates/<uid>", methods=["GET", "POST"])
@requires(Permission.GROUP_CREATE)
def saved_pattern(uid: str) -> Answer:
    """Rename a saved template."""
    saved = get_saved_pattern(current(), uid)
    if not service.may_keep(current(), saved):
        raise NotFound
    form = PatternForm(data={"name": saved.name} if request.method == "GET" else None)
    if request.method == "POST" and form.validate():
        service.rename_pattern(current(), saved, form.name.data or "")
        flash(_("Saved."))
        return redirect(url_for("schedule.new_group"), 303)
    status = 200 if request.method == "GET" else 422
    return render_template("schedule/save_pattern.html", group=None, saved=saved, form=form), status


@blueprint.post("/groups/templates/<uid>/remove")
@requires(Permission.GROUP_CREATE)
def remove_pattern(uid: str) -> Response:
    """Take a saved template off the list."""
    saved = get_saved_pattern(current(), uid)
    service.remove_pattern(current(), saved)
    flash(_("“%(name)s” is off the list. Groups that began with it stay as they are.", name=saved.name))
    return redirect(url_for("schedule.new_group"), 303)
