"""The roles of a person: given, and ended after a question where groups end with them."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import Role, current_member
from groupsched.access.policy import Permission, requires
from groupsched.accounts import service
from groupsched.accounts.models import Grant, Person
from groupsched.accounts.service import WitnessNeeded
from groupsched.accounts.words import role_names
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.core import clock
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _, ngettext
from groupsched.core.rate_limit import costly
from groupsched.enrolment.queries import PersonRights, groups_of
from groupsched.register.forms import RoleForm
from groupsched.register.queries import record_of
from groupsched.register.routes.blueprint import blueprint
from groupsched.register.routes.people_forms import (
    days_of,
    fill_roles,
    groups_ending,
    load,
    person_page,
    same_again,
)
from groupsched.register.routes.witness import with_witness


@blueprint.post("/people/<uid>/roles")
@requires(Permission.STAFF_PAGES)
@costly
@with_witness
def give_role(uid: str, *, witnessed: bool) -> Response:
    """Give a role."""
    shown, seen = load(uid)
    form = RoleForm()
    fill_roles(form, shown, seen)
    if not form.role.choices:
        raise NotFound
    if form.validate():
        try:
            start, until = days_of(form, shown)
            role, site = Role(form.role.data), form.site_id.data or None
            service.give_role(
                current_member(), shown, role, site_id=site, start=start, until=until, witnessed=witnessed
            )
            flash(_("The role is given."))
            return redirect(url_for("register.person", uid=uid), 303)  # type: ignore[return-value]
        except WitnessNeeded:
            raise
        except DomainError as refusal:
            add_refusal(form, refusal)
    return make_response(person_page(shown, seen, form), 422)


@blueprint.route("/people/<uid>/roles/<int(max=2147483647):grant_id>/end", methods=["GET", "POST"])
@requires(Permission.STAFF_PAGES)
def end_role(uid: str, grant_id: int) -> str | Response:
    """Ask once, as groups may end with it, then end a role now."""
    shown, seen = load(uid)
    return _ended(shown, grant_id) if request.method == "POST" else _asked(shown, seen, grant_id)


def _asked(shown: Person, seen: PersonRights, grant_id: int) -> str:
    grant = _endable(shown, seen, grant_id)
    record = record_of(current_member(), shown, clock.now()) if seen.client else None
    if record is not None:
        saw(current_member(), AuditAction.PERSON_OPENED, [shown], shown)
    return render_template(
        "register/end_role.html",
        person=shown,
        seen=seen,
        role=role_names()[grant.role],
        record=record,
        ending=groups_ending(shown, record) if grant.role == Role.CLIENT else 0,
    )


def _endable(shown: Person, seen: PersonRights, grant_id: int) -> Grant:
    grant = next((one for one in shown.grants if one.id == grant_id and one.lasts(clock.now())), None)
    if grant is None or not (seen.write_client if grant.role == Role.CLIENT else seen.write_staff):
        raise NotFound
    return grant


def _ended(shown: Person, grant_id: int) -> Response:
    """The answer offers to give it again, and says how many groups ended with the last one of a client."""
    before, words = groups_of(shown.id), _("The role has ended.")
    again = next((same_again(grant, shown) for grant in shown.grants if grant.id == grant_id), {})
    service.end_role(current_member(), shown, grant_id)
    if ended := before - groups_of(shown.id):
        words = ngettext(
            "The role has ended, and %(num)d group with it.",
            "The role has ended, and %(num)d groups with it.",
            ended,
        )
        words += " " + _("Giving it again does not bring them back.")
    undo = url_for("register.give_role", uid=shown.uid)
    flash({"words": words, "undo": undo, "label": _("Give it again"), "fields": again})  # type: ignore[arg-type]
    return redirect(url_for("register.person", uid=shown.uid), 303)  # type: ignore[return-value]
