"""The door: clients sign themselves in with a code on a paired tablet. No list, no link, no name."""

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from groupsched.access.identity import Member, PairedDevice, current
from groupsched.access.models import Site
from groupsched.access.policy import Permission, requires
from groupsched.accounts import paired
from groupsched.attendance import queries, service
from groupsched.attendance.rules import DoorWord
from groupsched.attendance.service import DoorAnswer
from groupsched.core.errors import NotFound
from groupsched.core.filters import clock_time
from groupsched.core.i18n import _
from groupsched.core.rate_limit import costly
from groupsched.core.web import asks_for_data

blueprint = Blueprint("door", __name__)
TYPED = 20


@blueprint.get("/door")
@requires(Permission.PUBLIC)
def door() -> str:
    """The keys for a code; while somebody of the staff is signed in on the tablet, the way to begin."""
    _device, _site = _here()
    page = "attendance/door_begin.html" if isinstance(current(), Member) else "attendance/door.html"
    return render_template(page)


@blueprint.post("/door")
@requires(Permission.PUBLIC)
@costly
def come_in() -> Response | str:
    """Whoever has this code is here. The same answer, and the same page, whatever went wrong."""
    device, site = _here()
    zone = site.timezone
    answer = service.sign_in_by_code(device, site, request.form.get("code", "")[:TYPED])
    told = _said(answer, zone)
    if asks_for_data():
        return jsonify({"word": answer.word, "told": told})
    return render_template("attendance/door_answer.html", answer=answer, told=told)


def _here() -> tuple[PairedDevice, Site]:
    """The tablet at the door and its site. Raises NotFound on any other browser, and where nobody signs themselves in."""
    device = paired.present()
    site = queries.door_of(device)
    if device is None or site is None:
        raise NotFound
    return device, site


def _said(answer: DoorAnswer, zone: str) -> str:
    if answer.word is DoorWord.THANKS:
        return _("Thank you, you are signed in.")
    if answer.word is DoorWord.LATER and answer.opens:
        return _("It is early. You can sign in from %(time)s on.", time=clock_time(answer.opens, zone))
    return _("Please see the desk.")
