"""Signing in and out, and the two hats."""

from flask import flash, g, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response

from groupsched.access.identity import Member, current, current_member
from groupsched.access.policy import Permission, requires
from groupsched.accounts import cookie, queries, service
from groupsched.accounts.forms import SignInForm
from groupsched.accounts.models import Person
from groupsched.accounts.routes.blueprint import blueprint, next_page, start_page
from groupsched.accounts.routes.kept import back_to_writer, handed_on, shown_again
from groupsched.accounts.rules import Hat
from groupsched.accounts.service import TooManyTries, change_hat, end_current_sign_in
from groupsched.core.errors import DomainError
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.core.rate_limit import costly


@blueprint.route("/sign-in", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@costly
def sign_in() -> Response:
    """The door."""
    form = SignInForm(next=next_page(""))
    if request.method == "GET":
        return _door(form, 200)
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
    _new_form_secret()
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


def let_in(person: Person, token: str, *, own_phone: bool = False) -> Response:
    """Answer somebody who has shown who they are: a fresh secret, and on to where they wanted to go, or to what they wrote
    when they were signed out.

    Who was signed in here before is signed out: the browser has lost that secret, a copy of it shall not live on.
    """
    before = current()
    if isinstance(before, Member):
        end_current_sign_in(before)
    _new_form_secret()
    staff = queries.holds_staff_role(person)
    kept = back_to_writer(person.uid)
    if kept is None and handed_on() is not None:
        flash(
            _("Somebody else had begun to write here. What they wrote was not sent, and is not kept."), "warn"
        )
    response = shown_again(kept, 200) if kept else redirect(next_page(start_page(staff=staff)), 303)
    return cookie.keep(response, token, own_phone=own_phone and not staff)


def refused(form: SignInForm, template: str, refusal: DomainError, **values: object) -> Response:
    """The form again, with what is wrong; 429 with the time to wait where there were too many tries."""
    add_refusal(form, refusal)
    response = make_response(render_template(template, form=form, **values), refusal.status)
    if isinstance(refusal, TooManyTries):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def _new_form_secret() -> None:
    """A change of who is signed in changes the secret of forms too: one from before is worth nothing after.

    What was said to the one before is gone with it.
    """
    session.clear()
    for name in ("csrf_token", "form_secret"):
        g.pop(name, None)


def _door(form: SignInForm, status: int) -> Response:
    page = render_template("accounts/sign_in.html", form=form, kept=handed_on())
    return make_response(page, status)
