"""Taking the last act back: a plain form that leads on, and says which way is left where it is too late."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.catalog.queries import is_public
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _, listed
from groupsched.enrolment import queries, service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import UndoableAct
from groupsched.enrolment.routes.blueprint import blueprint, tell
from groupsched.enrolment.routes.leaving import come_again, rejoin
from groupsched.enrolment.routes.people import called
from groupsched.enrolment.rules import DateSeatState, EnrolmentState, UndoableKind
from groupsched.schedule.models import Occurrence

# Sent with the undo of a request, which somebody may have answered since.
ASKED = "asked"


@blueprint.post("/enrolments/<uid>/undo")
@requires(Permission.ENROL_SELF)
def undo(uid: str) -> Response:
    """Take back what one did last; where it is too late, say so, and which way is left."""
    enrolment = queries.get_enrolment(current(), uid)
    act = UndoableAct(queries.act_of(enrolment) or [enrolment])
    kind, into = act.kind, act.into
    if ASKED in request.form and enrolment.state != EnrolmentState.REQUESTED:
        tell(_("It was answered meanwhile, so it cannot be undone."), "warn")
        return redirect(url_for("enrolment.mine", uid=enrolment.group.uid), 303)
    titles = listed(list(dict.fromkeys(str(one.group.title) for one in act.parts)))
    try:
        service.undo(current(), enrolment)
    except Conflict as refused:
        # What comes of it is a redirect, and that would commit what was done before the refusal.
        db.session.rollback()
        if kind is UndoableKind.ASKED_MORE:
            tell(" ".join([refused.message, _("You can take the whole request back below.")]), "warn")
            return redirect(url_for("enrolment.mine", uid=enrolment.group.uid), 303)
        if kind in (UndoableKind.SWITCHED, UndoableKind.JOINED_MORE) and refused.code != "in-again":
            return _too_late_to_go_back(act, into, refused)
        return _too_late_to_come_back(enrolment, refused)
    tell(_("Undone. With %(title)s, all is as it was.", title=titles))
    return redirect(url_for("enrolment.mine", uid=enrolment.group.uid), 303)


def _too_late_to_come_back(enrolment: Enrolment, refused: Conflict) -> Response:
    group = enrolment.group
    label = _("Put me on the waiting list") if refused.code == "full" else _("Join again")
    tell(refused.message, "warn", **({} if refused.code == "in-again" else rejoin(enrolment, label)))
    to_group = url_for("enrolment.group_page", uid=group.uid)
    return redirect(to_group if is_public(group) else url_for("home.my"), 303)


def _too_late_to_go_back(act: UndoableAct, into: Enrolment, refused: Conflict) -> Response:
    """The new dates can be given back one by one; the old one can be taken again, or its line."""
    words = _("You can give each date back below.")
    old: dict[str, Any] = {}
    for one in _given_up(act):
        old = come_again(one, gone=refused.code == "full")
    tell(f"{refused.message} {words}", "warn", **old)
    return redirect(url_for("enrolment.mine", uid=into.group.uid), 303)


def _given_up(act: UndoableAct) -> list[Occurrence]:
    seats = [seat for one in act.parts for seat in one.date_seats]
    return [one.occurrence for one in seats if one.left_as and one.state == DateSeatState.GIVEN_UP]


@blueprint.post("/enrolments/<uid>/remove/undo")
@requires(Permission.ENROL_OTHERS)
def undo_removal(uid: str) -> Response:
    """Take back that staff took somebody out of a group; where it is too late, say so, and which way is left."""
    enrolment = queries.get_enrolment(current(), uid)
    group, name = enrolment.group, called(enrolment)
    try:
        service.undo(current(), enrolment)
    except service.AskSupervisor:
        raise
    except Conflict as refused:
        db.session.rollback()
        tell(_too_late_for_staff(refused.code, name), "warn")
    else:
        tell(_("Undone. With %(name)s, all is as it was.", name=name))
    return redirect(url_for("enrolment.roster", uid=group.uid), 303)


def _too_late_for_staff(code: str | None, name: str) -> str:
    match code:
        case "full":
            return _(
                "The seat has gone to somebody else, so it cannot be undone. To bring %(name)s back, enrol them again: they "
                "then wait at the end of the line.",
                name=name,
            )
        case "in-again":
            return _("%(name)s is in this group again. Nothing is left to undo.", name=name)
    return _(
        "It is too late to undo this. To bring %(name)s back, enrol them again; where it is full they wait.",
        name=name,
    )
