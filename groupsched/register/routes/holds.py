"""Legal hold: placing and lifting it on the page of a person, and the list of who is on hold."""

from flask import make_response, render_template
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.access.queries import current_program
from groupsched.accounts import service
from groupsched.accounts.models import Person
from groupsched.accounts.queries import hold_of, holds_of_program, record_facts
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.core.web import go
from groupsched.enrolment.queries import sides
from groupsched.register.forms import HoldForm
from groupsched.register.routes.blueprint import blueprint
from groupsched.register.routes.people_forms import load


@blueprint.get("/people/holds")
@requires(Permission.HOLD_WRITE)
def holds() -> str:
    """Who is on hold, since when and why."""
    program = current_program(current())
    if program is None:
        raise NotFound
    rows = holds_of_program(current())
    saw(current(), AuditAction.PERSON_LISTED, [row.person for row in rows])
    return render_template("register/holds.html", rows=rows, zone=program.timezone)


@blueprint.route("/people/<uid>/hold", methods=["GET", "POST"])
@requires(Permission.HOLD_WRITE)
def hold(uid: str) -> Response:
    """Put a person on hold, with a reason."""
    person, form = _person(uid), HoldForm()
    if form.validate_on_submit():
        try:
            service.hold(current(), person, form.reason.data or "")
            return go("register.person", _("On hold: all of this record stays."), uid=uid)  # type: ignore[no-any-return]
        except DomainError as refusal:
            add_refusal(form, refusal)
    return _page(form, person, lifting=False)


@blueprint.route("/people/<uid>/hold/lift", methods=["GET", "POST"])
@requires(Permission.HOLD_WRITE)
def lift_hold(uid: str) -> Response:
    """Lift the hold of a person, with a reason."""
    person, form = _person(uid), HoldForm()
    if form.validate_on_submit():
        try:
            service.lift_hold(current(), person, form.reason.data or "")
            return go("register.person", _("The hold is lifted."), uid=uid)  # type: ignore[no-any-return]
        except DomainError as refusal:
            add_refusal(form, refusal)
    return _page(form, person, lifting=True)


def _person(uid: str) -> Person:
    person, _seen = load(uid)
    if not can(current(), Permission.HOLD_WRITE, record_facts(person)):
        raise NotFound
    return person


def _page(form: HoldForm, person: Person, *, lifting: bool) -> Response:
    if sides(current(), person).client:
        saw(current(), AuditAction.PERSON_OPENED, [person], person)
    page = render_template(
        "register/hold.html", form=form, person=person, lifting=lifting, hold=hold_of(person)
    )
    return make_response(page, 422 if form.errors else 200)
