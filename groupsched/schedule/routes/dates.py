"""Cancelling one date."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core import clock
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.schedule.forms import CancelForm
from groupsched.schedule.queries import get_occurrence
from groupsched.schedule.routes.blueprint import blueprint, told_since, whom_it_touches
from groupsched.schedule.service import cancel_occurrence as cancel


@blueprint.route("/occurrences/<uid>/cancel", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def cancel_occurrence(uid: str) -> str | Response | tuple[str, int]:
    """Ask why, say how many people will be told, then cancel the date."""
    found = get_occurrence(current(), uid, Permission.GROUP_WRITE)
    form, status = CancelForm(), 200
    if request.method == "POST" and form.validate():
        try:
            since = clock.now()
            cancel(current(), found, form.reason.data or "")
            flash(" ".join([_("Cancelled."), told_since(found.group, since) or _("Nobody had a seat.")]))
            return redirect(url_for("schedule.group", uid=found.group.uid), 303)
        except Conflict:
            raise
        except DomainError as refusal:
            form.reason.errors = [refusal.message]
            status = 422
    touched = whom_it_touches(found.group, [found.id])
    return render_template(
        "schedule/cancel.html", form=form, occurrence=found, group=found.group, touched=touched
    ), status
