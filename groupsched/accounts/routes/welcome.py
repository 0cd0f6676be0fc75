"""One-time links and printed codes: setting a password, for the first time or anew."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.policy import Permission, requires
from groupsched.accounts import cookie, queries
from groupsched.accounts.forms import CodeForm, FirstPasswordForm, ForgotForm
from groupsched.accounts.models import Person
from groupsched.accounts.routes.blueprint import blueprint
from groupsched.accounts.routes.entering import let_in, refused
from groupsched.accounts.rules import CODE_LENGTH, PRIVACY_NOTICE, read_code, shortest_password
from groupsched.accounts.service import (
    TooManyTries,
    acknowledge_privacy,
    as_person,
    ask_for_reset,
    check_password,
    look_up_invitation,
    names_of,
    person_of_invitation,
    redeem_invitation,
)
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.core.rate_limit import costly
from groupsched.core.web import answer_in_even_time


@blueprint.route("/welcome", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@costly
def welcome_code() -> Response:
    """Type the code of a slip by hand."""
    form = CodeForm()
    if request.method == "GET":
        return make_response(render_template("accounts/code.html", form=form))
    code = read_code(form.code.data or "")
    try:
        look_up_invitation(code or "", cookie.browser())
    except DomainError as refusal:
        said = DomainError(_wrong_code(code), field="code") if refusal.status == 404 else refusal
        return refused(form, "accounts/code.html", said)
    return redirect(url_for("accounts.welcome", token=code), 303)


def _wrong_code(code: str | None) -> str:
    """What to do with a code that opens nothing. Whether there ever was such a code is not said."""
    if code is None:
        return _("A code has %(count)s letters and figures. Check each letter.", count=CODE_LENGTH)
    return _(
        "Check each letter. If the code is right, it was used or has run out: ask at the desk for a new one."
    )


@blueprint.route("/welcome/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@costly
def welcome(token: str) -> Response:
    """Choose a password. Used, run out and unknown links lead to the same page."""
    try:
        person = person_of_invitation(token)
        form = FirstPasswordForm()
        if request.method == "GET":
            return make_response(render_template("accounts/welcome.html", form=form, **_about(person)))
        return _redeem(token, form, person)
    except NotFound:
        return make_response(render_template("accounts/used.html"), 404)


def _redeem(token: str, form: FirstPasswordForm, person: Person) -> Response:
    about, must_see = _about(person), person.privacy_seen < PRIVACY_NOTICE
    if must_see and not form.privacy.data:
        _refuse_weak(form, person)
        refusal = DomainError(_("Please read it, then tick the box."), field="privacy")
        return refused(form, "accounts/welcome.html", refusal, **about)
    try:
        person, secret = redeem_invitation(token, form.password.data or "", cookie.browser())
    except NotFound:
        raise
    except DomainError as refusal:
        return refused(form, "accounts/welcome.html", refusal, **about)
    if must_see:
        acknowledge_privacy(as_person(person), PRIVACY_NOTICE)
    return let_in(person, secret)


def _refuse_weak(form: FirstPasswordForm, person: Person) -> None:
    """Say what is wrong with the password too, so that nobody is sent back twice."""
    try:
        staff = queries.holds_staff_role(person)
        check_password(form.password.data or "", staff=staff, names=names_of(person))
    except DomainError as refusal:
        add_refusal(form, refusal)


@blueprint.route("/forgot", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@costly
def forgot() -> Response:
    """Ask for a link. Neither the answer nor its time says whether there is such a person."""
    form = ForgotForm()
    if request.method == "GET":
        return make_response(render_template("accounts/forgot.html", form=form))
    answer_in_even_time()
    try:
        ask_for_reset(form.login.data or "", cookie.browser())
    except TooManyTries as refusal:
        return refused(form, "accounts/forgot.html", refusal)
    return redirect(url_for("accounts.forgot_sent"), 303)


@blueprint.get("/forgot/sent")
@requires(Permission.PUBLIC)
def forgot_sent() -> str:
    """What happens next, for everybody the same."""
    return render_template("accounts/forgot_sent.html")


def _about(person: Person) -> dict[str, object]:
    """What the page needs of a person, taken out before the transaction ends."""
    credential = person.credential
    return {
        "login": credential.login if credential else "",
        "first_name": person.first_name,
        "shortest": shortest_password(staff=queries.holds_staff_role(person)),
        "must_see": person.privacy_seen < PRIVACY_NOTICE,
        "again": bool(credential and credential.password_hash),
    }
