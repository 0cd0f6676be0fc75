"""Signing in and out, and the two hats."""

from flask import flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from groupsched.access.identity import Member, current, current_member
from groupsched.access.policy import Permission, requires
from groupsched.accounts import cookie, service
from groupsched.accounts.forms import SignInForm
from groupsched.accounts.routes.blueprint import blueprint, next_page, start_page
from groupsched.accounts.routes.entering import let_in, new_form_secret, refused, second_step_page
from groupsched.accounts.routes.kept import handed_on
from groupsched.accounts.routes.unlocking import locked_tablet
from groupsched.accounts.rules import Hat
from groupsched.accounts.service import change_hat, end_current_sign_in
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.core.rate_limit import costly


@blueprint.route("/sign-in", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@costly
def sign_in() -> Response:
    """The door."""
    form = SignInForm(next=next_page(""))
    if request.method == "GET":
        half = cookie.half_way()
        return make_response(second_step_page(half[1])) if half else _tablet() or _door(form, 200)
    if not form.validate():
        return _door(form, 422)
    try:
        person, token = service.sign_in(
            form.login.data or "", form.password.data or "", cookie.browser(), own_phone=form.own_phone.data
        )
    except DomainError as refusal:
        return refused(form, "accounts/sign_in.html", refusal, kept=handed_on())
    return let_in(person, token, own_phone=form.own_phone.data)


@blueprint.post("/sign-out")
@requires(Permission.PUBLIC)
def sign_out() -> Response:
    """Close this browser's sign-in. Asked twice, or without one, it answers the same."""
    identity = current()
    if isinstance(identity, Member):
        end_current_sign_in(identity)
    new_form_secret()
    flash(_("You are signed out."))
    answer = cookie.forget(redirect("/sign-in", 303))
    # Not "storage": what a tablet still has to send waits there for the next sign-in.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.post("/hat")
@requires(Permission.SIGNED_IN)
def hat() -> Response:
    """Go on as staff, or as oneself."""
    identity = current_member()
    as_self = request.form.get("as") == Hat.SELF
    change_hat(identity, as_self=as_self)
    flash(_("You are here as yourself now.") if as_self else _("You are here as staff now."))
    return redirect(start_page(staff=not as_self), 303)


def _tablet() -> Response | None:
    """On a paired tablet staff unlock with their PIN, unless somebody asks for the password."""
    locked = locked_tablet() if request.args.get("by") != "password" else None
    return make_response(locked) if locked is not None else None


def _door(form: SignInForm, status: int) -> Response:
    page = render_template("accounts/sign_in.html", form=form, kept=handed_on())
    return make_response(page, status)
