"""Cancelling one date."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _, ngettext
from groupsched.schedule.forms import CancelForm
from groupsched.schedule.queries import get_occurrence
from groupsched.schedule.routes.blueprint import blueprint
from groupsched.schedule.service import cancel_occurrence as cancel
from groupsched.schedule.service import impact_of


@blueprint.route("/occurrences/<uid>/cancel", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def cancel_occurrence(uid: str) -> str | Response | tuple[str, int]:
    """Ask why, say how many people will be told, then cancel the date."""
    found = get_occurrence(current(), uid, Permission.GROUP_WRITE)
    form, status = CancelForm(), 200
    if request.method == "POST" and form.validate():
        try:
            flash(_told(len(cancel(current(), found, form.reason.data or "").people)))
            return redirect(url_for("schedule.group", uid=found.group.uid), 303)
        except Conflict:
            raise
        except DomainError as refusal:
            form.reason.errors = [refusal.message]
            status = 422
    return render_template(
        "schedule/cancel.html", form=form, occurrence=found, group=found.group, impact=impact_of([found.id])
    ), status


def _told(people: int) -> str:
    if not people:
        return _("Cancelled. Nobody had a seat.")
    return ngettext(
        "Cancelled. %(num)s person will be told.", "Cancelled. %(num)s people will be told.", people
    )
