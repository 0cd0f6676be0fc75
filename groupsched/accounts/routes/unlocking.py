"""A paired tablet: unlocking it with a PIN, hiding its screen, locking it; and one's own PIN."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import Member, current, current_member
from groupsched.access.policy import Permission, requires
from groupsched.accounts import cookie, paired, queries, service
from groupsched.accounts.forms import PinForm, UnlockForm
from groupsched.accounts.models import Person
from groupsched.accounts.routes.blueprint import blueprint, next_page
from groupsched.accounts.routes.entering import known_here, let_in, new_form_secret, refused
from groupsched.accounts.rules import ScreenState
from groupsched.accounts.service import end_current_sign_in
from groupsched.core import clock
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.form_secret import form_secret
from groupsched.core.i18n import _
from groupsched.core.rate_limit import costly
from groupsched.core.tokens import fingerprint
from groupsched.core.web import asks_for_data, go


def locked_tablet(form: UnlockForm | None = None) -> str | None:
    """The page on which staff unlock this tablet with their PIN; None where it is no tablet, or nobody has a PIN for it."""
    device = paired.present()
    people = queries.unlockers(device) if device is not None else []
    if device is None or not people:
        return None
    form = form or UnlockForm(formdata=None, next=next_page(""), who=request.args.get("who", ""))
    form.who.choices = [(one.uid, one.short_name) for one in people]
    row = paired.row()
    return render_template(
        "accounts/locked.html", form=form, device=device, waiting=row.waiting if row else 0, now=clock.now()
    )


@blueprint.route("/unlock", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@costly
def unlock() -> Response:
    """Sign in with a PIN on a paired tablet. Asked for as data it says whether there is one to unlock, with a secret for that."""
    if request.method == "GET":
        if not asks_for_data():
            return redirect(url_for("accounts.sign_in"), 303)  # type: ignore[return-value]
        return make_response({"paired": paired.present() is not None, "secret": form_secret()})
    form = UnlockForm()
    try:
        person, token = service.unlock(cookie.browser(), form.who.data or "", form.pin.data or "")
    except DomainError as refusal:
        return _refused(form, refusal)
    return _unlocked(person, token) if asks_for_data() else let_in(person, token)


def _refused(form: UnlockForm, refusal: DomainError) -> Response:
    if asks_for_data():
        return make_response({"code": refusal.code, "told": refusal.message}, refusal.status)
    form.pin.errors = [refusal.message]
    page = locked_tablet(form)
    if page is None:
        return redirect(url_for("accounts.sign_in", by="password"), 303)  # type: ignore[return-value]
    return make_response(page, refusal.status)


def _unlocked(person: Person, token: str) -> Response:
    """The page that was covered goes on, where this person had opened it; else the second step, or their own start."""
    before = current()
    if isinstance(before, Member):
        end_current_sign_in(before)
    new_form_secret()
    found = queries.holder_of(fingerprint(token))
    half = found is None or found.half
    told = {
        "who": person.uid,
        "unlock": found.row.uid if found else "",
        "half": half,
        "secret": form_secret(),
    }
    return known_here(make_response(told), person, token, own_phone=False)


@blueprint.post("/screen")
@requires(Permission.SIGNED_IN)
def screen() -> Response:
    """The screen is hidden, or shown again. Gives forms their present secret."""
    identity, said = current_member(), request.form.get("is")
    if said == ScreenState.HIDDEN:
        service.hide_screen(identity)
    elif said == ScreenState.SHOWN:
        service.show_screen(identity)
    else:
        raise NotFound
    return make_response({"who": identity.person_uid, "secret": form_secret()})


@blueprint.post("/lock")
@requires(Permission.PUBLIC)
def lock() -> Response:
    """End this browser's sign-in and leave what it keeps: on a paired tablet a PIN begins the next one."""
    identity = current()
    if isinstance(identity, Member):
        end_current_sign_in(identity)
    new_form_secret()
    if asks_for_data():
        return cookie.forget(make_response({"secret": form_secret()}))
    return cookie.forget(redirect(url_for("accounts.sign_in"), 303))  # type: ignore[arg-type]


@blueprint.route("/account/pin", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@costly
def own_pin() -> Response:
    """Set one's own PIN, with the password and the second step."""
    person, form = _staff(), PinForm()
    about = {
        "has_factor": queries.has_factor(person),
        "has_pin": queries.has_pin(person),
        "login": person.credential.login if person.credential else "",
    }
    if request.method == "GET":
        return make_response(render_template("accounts/pin.html", form=form, **about))
    try:
        service.check_pin_shape(form.pin.data or "")
        service.prove_both(current_member(), form.current.data or "", form.code.data or "", cookie.browser())
        service.set_pin(current_member(), form.pin.data or "")
    except DomainError as refusal:
        return refused(form, "accounts/pin.html", refusal, **about)
    return go("accounts.me", _("Your PIN is set. It opens the tablets on which you have signed in."))  # type: ignore[no-any-return]


@blueprint.post("/account/pin/remove")
@requires(Permission.SIGNED_IN)
def remove_pin() -> Response:
    """Do without a PIN: tablets ask for the password from now on."""
    service.remove_pin(current_member())
    return go("accounts.me", _("Your PIN is removed."))  # type: ignore[no-any-return]


def _staff() -> Person:
    person = queries.own_person(current_member())
    if not queries.holds_staff_role(person):
        raise NotFound
    return person
