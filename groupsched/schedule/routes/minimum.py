"""A date with few people: it runs anyway."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core.filters import short_day
from groupsched.core.i18n import _
from groupsched.schedule.queries import get_occurrence
from groupsched.schedule.routes.blueprint import blueprint
from groupsched.schedule.service import run_anyway


@blueprint.post("/occurrences/<uid>/run-anyway")
@requires(Permission.GROUP_WRITE)
def runs_anyway(uid: str) -> Response:
    """It takes place, however many come."""
    found = get_occurrence(current(), uid, Permission.GROUP_WRITE)
    run_anyway(current(), found)
    day = short_day(found.start, found.timezone)
    flash(_("%(title)s, %(day)s, takes place.", title=found.group.title, day=day))
    return redirect(url_for("home.today"), 303)
