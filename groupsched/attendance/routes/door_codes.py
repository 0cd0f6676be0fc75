"""Codes for the door: a client's own on their week, given by the desk on their page; the digits are shown once."""

from flask import render_template, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current, current_member
from groupsched.access.policy import Permission, requires
from groupsched.accounts.models import Person
from groupsched.accounts.queries import own_person
from groupsched.attendance import service
from groupsched.attendance.routes.door import blueprint
from groupsched.core.i18n import _
from groupsched.core.web import go
from groupsched.enrolment.queries import get_person


@blueprint.post("/people/<uid>/door-code")
@requires(Permission.CLIENT_WRITE)
def give_code(uid: str) -> str:
    """Give a client a code, in place of the one before."""
    person = get_person(current(), uid)
    return _shown(person, url_for("register.person", uid=uid))


@blueprint.post("/people/<uid>/door-code/retire")
@requires(Permission.CLIENT_WRITE)
def retire_code(uid: str) -> Response:
    """Make a client's code useless."""
    service.retire_door_code(current(), get_person(current(), uid))
    answer: Response = go("register.person", _("The code is worth nothing any more."), uid=uid)
    return answer


@blueprint.post("/my/door-code")
@requires(Permission.ATTENDANCE_READ_OWN)
def own_code() -> str:
    """A code of one's own, in place of the one before."""
    return _shown(own_person(current_member()), url_for("home.my"))


@blueprint.post("/my/door-code/retire")
@requires(Permission.ATTENDANCE_READ_OWN)
def retire_own_code() -> Response:
    """Make one's own code useless."""
    service.retire_door_code(current(), own_person(current_member()))
    answer: Response = go("home.my", _("The code is worth nothing any more."))
    return answer


def _shown(person: Person, back: str) -> str:
    code = service.make_door_code(current(), person)
    return render_template("attendance/door_code.html", code=code, back=back)
