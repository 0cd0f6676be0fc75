"""A meeting that others run: into one's own week, and out of it."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.rules import local_path
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.filters import clock_time, short_day
from groupsched.core.i18n import _
from groupsched.enrolment import queries, service
from groupsched.enrolment.routes.blueprint import blueprint, myself, onward, tell


@blueprint.post("/occurrences/<uid>/in-my-week")
@requires(Permission.ENROL_SELF)
def into_week(uid: str) -> Response:
    """Have this date in one's week."""
    date = queries.own_occurrence(current(), uid)
    back = local_path(request.form.get("next")) or url_for(
        "enrolment.date_page", uid=date.group.uid, when=date.original_local
    )
    try:
        service.into_own_week(current(), date, myself())
    except Conflict as refused:
        db.session.rollback()
        tell(refused.message, "warn")
        return redirect(back, 303)
    day, at = short_day(date.start, date.timezone), clock_time(date.start, date.timezone)
    words = _("In your week: %(title)s, %(day)s, %(time)s.", title=date.title, day=day, time=at)
    tell(words, undo=url_for("enrolment.out_of_week", uid=date.uid), fields={"next": back})
    return redirect(back, 303)


@blueprint.post("/occurrences/<uid>/not-in-my-week")
@requires(Permission.ENROL_SELF)
def out_of_week(uid: str) -> Response:
    """Have it no more, or say that one was not there."""
    date = queries.own_occurrence(current(), uid)
    service.out_of_own_week(current(), date, myself())
    tell(_("It is not in your week any more."))
    return redirect(onward(), 303)
