"""A person's own account: settings, password, where they are signed in."""

from collections.abc import Iterable
from datetime import time

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from groupsched.access.identity import current, current_member
from groupsched.access.policy import Permission, requires
from groupsched.accounts import cookie, queries, service
from groupsched.accounts.forms import ConfirmForm, PasswordForm, SettingsForm
from groupsched.accounts.models import Person
from groupsched.accounts.routes.blueprint import blueprint, next_page
from groupsched.accounts.routes.entering import refused
from groupsched.accounts.rules import (
    EVENINGS,
    MORNINGS,
    PRIVACY_NOTICE,
    ReminderWish,
    StaffMail,
    shortest_password,
)
from groupsched.accounts.service import change_own, change_password, end_all_sign_ins
from groupsched.core import regions
from groupsched.core.errors import DomainError
from groupsched.core.i18n import COOKIE, LANGUAGES, _, force_locale
from groupsched.core.meanwhile import keep_untouched
from groupsched.core.rate_limit import costly
from groupsched.core.web import go, settings

YEAR = 365 * 24 * 3600


@blueprint.route("/account", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN, tells_much=True)
def me() -> Response | str:
    """One's own settings."""
    identity = current_member()
    person = queries.own_person(identity)
    form, leads = SettingsForm(obj=person), queries.gets_staff_mail(person)
    form.language.choices = list(LANGUAGES.items())
    form.staff_mail.choices = _staff_mails()
    form.quiet_from.choices, form.quiet_until.choices = _hours(EVENINGS), _hours(MORNINGS)
    if form.validate_on_submit():
        # The page may be old: a link in a mail ends messages too.
        keep_untouched(form, SettingsForm(formdata=None, obj=person))
        wish = ReminderWish(
            form.reminds_day.data,
            form.reminds_hours.data,
            form.quiet_from.data or "",
            form.quiet_until.data or "",
        )
        chosen = form.staff_mail.data
        change_own(
            identity,
            language=form.language.data,
            wants_mail=form.wants_mail.data,
            reminders=wish,
            staff_mail=StaffMail(chosen) if leads and chosen in list(StaffMail) else None,
        )
        with force_locale(form.language.data):
            return _speak(go("accounts.me", _("Saved.")), form.language.data)
    page = render_template(
        "accounts/me.html",
        form=form,
        person=person,
        leads=leads,
        zone=queries.zone_of(person),
        sign_ins=queries.sign_ins(person),
        here=identity.sign_in_id,
        unseen=person.privacy_seen < PRIVACY_NOTICE,
        second_step=_second_step(person),
        has_pin=queries.has_pin(person) if queries.holds_staff_role(person) else None,
    )
    return make_response(page, 422 if form.errors else 200)


def _second_step(person: Person) -> dict[str, object] | None:
    """What the page says of the second step; None for whom there is none."""
    has = queries.has_factor(person)
    if not has and not queries.holds_staff_role(person):
        return None
    left = queries.recovery_codes_left(person) if has else 0
    return {"on": has, "codes": left, "needed": queries.must_have_factor(person)}


def _staff_mails() -> list[tuple[str, str]]:
    return [
        (StaffMail.AT_ONCE, _("At once")),
        (StaffMail.DAILY, _("One a day")),
        (StaffMail.NONE, _("None")),
    ]


def _hours(offered: Iterable[str]) -> list[tuple[str, str]]:
    return [(hour, regions.clock(time.fromisoformat(hour))) for hour in offered]


@blueprint.post("/account/sign-ins/<uid>/end")
@requires(Permission.SIGNED_IN, asks_again="/account")
def end_sign_in(uid: str) -> Response:
    """End one of one's own sign-ins."""
    service.end_sign_in(current_member(), uid)
    return go("accounts.me", _("That browser is signed out."))


@blueprint.post("/account/sign-ins/end-others")
@requires(Permission.SIGNED_IN, asks_again="/account")
def end_other_sign_ins() -> Response:
    """End every sign-in but this one."""
    identity = current_member()
    end_all_sign_ins(identity.person_id, but=identity.sign_in_id)
    return go("accounts.me", _("All other browsers are signed out."))


@blueprint.route("/account/password", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@costly
def password() -> Response:
    """Change one's password."""
    identity = current_member()
    person = queries.own_person(identity)
    form, about = PasswordForm(), _about(person)
    if request.method == "GET":
        return make_response(render_template("accounts/password.html", form=form, **about))
    try:
        token = change_password(identity, form.current.data or "", form.password.data or "", cookie.browser())
    except DomainError as refusal:
        return refused(form, "accounts/password.html", refusal, **about)
    words = _("Your new password is set. Every other browser is signed out.")
    return cookie.remember(cookie.keep(go("accounts.me", words), token), queries.own_person(identity))


def _about(person: Person) -> dict[str, object]:
    """What the page needs of a person, taken out before the transaction ends."""
    staff = queries.holds_staff_role(person)
    return {
        "shortest": shortest_password(staff=staff),
        "login": person.credential.login if person.credential else "",
    }


@blueprint.route("/account/confirm", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@costly
def confirm() -> Response:
    """The password once more, before a page that tells much on a phone that stays signed in, or an act that asks for it."""
    identity, form = current_member(), ConfirmForm(next=next_page(""))
    person = queries.own_person(identity)
    about = {**_about(person), "has_factor": queries.has_factor(person), "long": identity.must_ask_again}
    if request.method == "GET":
        return make_response(render_template("accounts/confirm.html", form=form, **about))
    try:
        service.confirm(identity, form.current.data or "", cookie.browser())
    except DomainError as refusal:
        return refused(form, "accounts/confirm.html", refusal, **about)
    return redirect(next_page("/my"), 303)


@blueprint.post("/language")
@requires(Permission.PUBLIC)
def language() -> Response:
    """Change the language: of this browser, and of the person where one is signed in."""
    chosen = request.form.get("language", "")
    response = redirect(next_page("/"), 303)
    if chosen not in LANGUAGES:
        return response
    if not current().is_anonymous:
        person = queries.own_person(current_member())
        change_own(current_member(), language=chosen, wants_mail=person.wants_mail)
    return _speak(response, chosen)


def _speak(response: Response, chosen: str) -> Response:
    response.set_cookie(COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=settings().secure)
    return response
