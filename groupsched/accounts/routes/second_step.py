"""The second step: at the door, in one's own settings, and which roles need it."""

from flask import make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import STAFF, Role, current, current_member
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.accounts import cookie, queries, service
from groupsched.accounts.forms import SecondStepForm, SecondStepRolesForm
from groupsched.accounts.models import Person
from groupsched.accounts.routes.blueprint import blueprint, next_page, start_page
from groupsched.accounts.routes.entering import (
    SALT,
    app_to_add,
    enter,
    known_here,
    new_form_secret,
    refused,
    second_step_page,
)
from groupsched.accounts.words import role_names
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.core.rate_limit import costly
from groupsched.core.web import go, with_wait


@blueprint.post("/sign-in/second-step")
@requires(Permission.PUBLIC)
@costly
def second_step() -> Response:
    """The code of whoever is half way in, or the first code of an app that they have to add."""
    half, form = cookie.half_way(), SecondStepForm()
    if half is None:
        return redirect(url_for("accounts.sign_in", next=next_page("")), 303)  # type: ignore[return-value]
    row, person = half
    codes: list[str] = []
    try:
        if queries.has_factor(person):
            service.check_code(person, form.code.data or "", cookie.browser())
        else:
            codes = _added(person, form)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return with_wait(make_response(second_step_page(person, form), refusal.status), refusal)
    token = service.finish(row, person)
    new_form_secret()
    if not codes:
        return enter(person, token, own_phone=row.own_phone)
    on = next_page(start_page(staff=True))
    return known_here(_codes_page(codes, on), person, token, own_phone=False)


@blueprint.route("/account/second-step", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN, asks_again="/account/second-step")
@costly
def own_second_step() -> Response:
    """Add an app that shows codes, or another one in its place."""
    person, form = _staff(), SecondStepForm()
    if request.method == "GET":
        page = render_template("accounts/own_second_step.html", form=form, **app_to_add(person))
        return make_response(page)
    try:
        codes = _added(person, form)
    except DomainError as refusal:
        return refused(form, "accounts/own_second_step.html", refusal, **app_to_add(person))
    return _codes_page(codes, url_for("accounts.me"))


@blueprint.post("/account/second-step/codes")
@requires(Permission.SIGNED_IN, asks_again="/account")
def new_codes() -> Response:
    """Ten new codes on paper."""
    codes = service.renew_codes(current_member(), queries.own_person(current_member()))
    return _codes_page(codes, url_for("accounts.me"))


@blueprint.post("/account/second-step/remove")
@requires(Permission.SIGNED_IN, asks_again="/account")
def remove_second_step() -> Response:
    """Do without a second step from now on."""
    try:
        service.remove_factor(current_member(), queries.own_person(current_member()))
    except DomainError as refusal:
        return go("accounts.me", refusal.message)  # type: ignore[no-any-return]
    return go("accounts.me", _("You sign in without a second step from now on."))  # type: ignore[no-any-return]


@blueprint.route("/program/second-step", methods=["GET", "POST"])
@requires(Permission.STAFF_WRITE)
def second_step_roles() -> Response:
    """Which roles need one."""
    program = current_program(current())
    if program is None:
        raise NotFound
    form = SecondStepRolesForm(data={"roles": program.factor_roles} if request.method == "GET" else None)
    form.roles.choices = [(role, name) for role, name in role_names().items() if role in STAFF]
    if form.validate_on_submit():
        try:
            service.want_second_step(current_member(), {Role(role) for role in form.roles.data})
            return go("accounts.second_step_roles", _("Saved."))  # type: ignore[no-any-return]
        except DomainError as refusal:
            add_refusal(form, refusal)
    without = queries.staff_without_factor(current())
    page = render_template("accounts/second_step_roles.html", form=form, without=without)
    return make_response(page, 422 if form.errors else 200)


def _added(person: Person, form: SecondStepForm) -> list[str]:
    salt = session.get(SALT)
    if not salt:
        raise DomainError(_("This page was open for long. Scan the square again."), field="code")
    typed = form.code.data or ""
    codes = service.add_factor(service.as_person(person), person, salt, typed, cookie.browser())
    session.pop(SALT, None)
    return codes


def _staff() -> Person:
    person = queries.own_person(current_member())
    if not queries.holds_staff_role(person):
        raise NotFound
    return person


def _codes_page(codes: list[str], on: str) -> Response:
    return make_response(render_template("accounts/recovery_codes.html", codes=codes, on=on))
