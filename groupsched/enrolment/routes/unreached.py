"""Whom no mail reached: the tick that somebody told them, and its undo."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.rules import local_path
from groupsched.core.errors import ChangedMeanwhile
from groupsched.core.i18n import _
from groupsched.enrolment import service
from groupsched.enrolment.routes.blueprint import blueprint, tell


@blueprint.post("/messages/<uid>/told")
@requires(Permission.TELLING_WRITE)
def told(uid: str) -> Response:
    """Somebody told the person what their message says."""
    back = _back()
    try:
        found = service.finish_telling(current(), uid)
    except ChangedMeanwhile:
        tell(_("Meanwhile something has changed. Please look here for what to say now."), "warn")
        return redirect(back, 303)
    undo = url_for("enrolment.told_undo", uid=uid)
    tell(_("%(name)s was told.", name=found.name), undo=undo, fields={"next": back})
    return redirect(back, 303)


@blueprint.post("/messages/<uid>/told/undo")
@requires(Permission.TELLING_WRITE)
def told_undo(uid: str) -> Response:
    """They were not told after all."""
    found = service.take_telling_back(current(), uid)
    tell(_("%(name)s still has to be told.", name=found.name))
    return redirect(_back(), 303)


def _back() -> str:
    return local_path(request.form.get("next")) or url_for("home.today")
