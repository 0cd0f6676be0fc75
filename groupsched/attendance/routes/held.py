"""When a date truly began and ended, beside its summary."""

from flask import flash
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.attendance import queries, service
from groupsched.attendance.routes.blueprint import (
    back_to_sheet,
    blueprint,
    reason_missing,
    sent,
    writable_sheet,
)
from groupsched.attendance.routes.closing import summary_page
from groupsched.attendance.routes.typed import typed_moment
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _


@blueprint.post("/<uid>/hours")
@requires(Permission.ATTENDANCE_WRITE)
def hours(uid: str) -> Response | tuple[str, int]:
    """Write down when people truly began and ended."""
    writable = writable_sheet(uid)
    if reason_missing(writable):
        return back_to_sheet(uid)
    one = writable.occurrence
    try:
        began, ended = (typed_moment(sent(name), one, name) for name in ("began", "ended"))
        service.write_hours(current(), one, began, ended)
    except Conflict:
        raise
    except DomainError as refusal:
        db.session.rollback()
        return summary_page(queries.read_sheet(one), refusal), refusal.status
    flash(_("Kept."))
    return back_to_sheet(uid)
