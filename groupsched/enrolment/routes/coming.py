"""How one comes to a hybrid group: into the room or online."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.i18n import _
from groupsched.enrolment import queries, service
from groupsched.enrolment.routes.blueprint import blueprint, onward, own_group, tell
from groupsched.enrolment.rules import EnrolmentState
from groupsched.enrolment.service import PoolAnswer
from groupsched.schedule.rules import SeatPool


@blueprint.post("/sessions/<uid>/pool")
@requires(Permission.ENROL_SELF)
def come_by(uid: str) -> Response:
    """Come into the room or online, to all dates or to one; where that is full one keeps one's seat, and may wait for the other."""
    group, back = own_group(uid), onward()
    live = queries.live_of(group.id, current().person or 0)
    said, when = request.form.get("pool", ""), request.form.get("date", "")
    if live is None or said not in list(SeatPool):
        raise NotFound
    pool, date = SeatPool(said), queries.date_of(group, when) if when else None
    try:
        done = service.choose_pool(current(), live, pool, date, wait=bool(request.form.get("wait")))
    except Conflict as refused:
        # What comes of it is a redirect, and that would commit what was done before the refusal.
        db.session.rollback()
        _say_refused(uid, refused, {"pool": pool, "date": when, "wait": "1", "next": back})
        return redirect(back, 303)
    tell(_words(done, pool, waits=live.state == EnrolmentState.WAITLISTED))
    return redirect(back, 303)


def _say_refused(uid: str, refused: Conflict, again: dict[str, str]) -> None:
    """Why not; where it is full, with the way to wait for it."""
    if refused.code != "full":
        tell(refused.message, "warn")
        return
    to = url_for("enrolment.come_by", uid=uid)
    tell(refused.message, "warn", undo=to, label=_("Change it when a seat is free"), fields=again)


def _words(done: PoolAnswer, pool: SeatPool, *, waits: bool) -> str:
    if done is PoolAnswer.WAITS:
        return _("You keep your seat. As soon as one is free, it is changed.")
    if waits:
        return (
            _("You wait for a seat online.")
            if pool is SeatPool.ONLINE
            else _("You wait for a seat in the room.")
        )
    return _("You come online.") if pool is SeatPool.ONLINE else _("You come into the room.")
