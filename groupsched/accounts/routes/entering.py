"""What every way in ends with: the secret in the browser, the second step where one is to come, and on to where one wanted to
go."""

from typing import Any

import segno
from flask import flash, g, make_response, redirect, render_template, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from groupsched.access.identity import Member, current
from groupsched.accounts import cookie, queries, service
from groupsched.accounts.forms import SecondStepForm
from groupsched.accounts.models import Person
from groupsched.accounts.routes.blueprint import next_page, start_page
from groupsched.accounts.routes.kept import back_to_writer, handed_on, shown_again
from groupsched.accounts.service import end_current_sign_in
from groupsched.core.errors import DomainError
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.core.tokens import fingerprint
from groupsched.core.web import with_wait

SALT = "second_step"
"""Where the browser keeps the beginning of an app that is being added (no secret, see `service/factors.py`)."""


def let_in(person: Person, token: str, *, own_phone: bool = False) -> Response:
    """Answer somebody who has shown who they are: on to the second step, where that is still to come.

    Who was signed in here before is signed out: the browser has lost that secret, a copy of it shall not live on.
    """
    before = current()
    if isinstance(before, Member):
        end_current_sign_in(before)
    new_form_secret()
    found = queries.holder_of(fingerprint(token))
    if found is None or not found.half:
        return enter(person, token, own_phone=own_phone)
    on: Any = redirect(url_for("accounts.sign_in", next=next_page("") or None), 303)
    if handed_on() is not None:
        on = make_response(
            second_step_page(person)
        )  # a form that is kept in the page goes on in the next one
    return cookie.keep(on, token, own_phone=found.row.own_phone)


def enter(person: Person, token: str, *, own_phone: bool = False) -> Response:
    """Answer somebody who is in: on to where they wanted to go, or to what they wrote when they were signed out."""
    staff = queries.holds_staff_role(person)
    kept = back_to_writer(person.uid)
    if kept is None and handed_on() is not None:
        flash(
            _("Somebody else had begun to write here. What they wrote was not sent, and is not kept."), "warn"
        )
    response = shown_again(kept, 200) if kept else redirect(next_page(start_page(staff=staff)), 303)
    return known_here(response, person, token, own_phone=own_phone and not staff)


def known_here(response: Response, person: Person, token: str, *, own_phone: bool) -> Response:
    """Give the browser its secret, and the sign that this person has come in by it."""
    return cookie.remember(cookie.keep(response, token, own_phone=own_phone), person)


def second_step_page(person: Person, form: SecondStepForm | None = None) -> str:
    """The page of whoever is half way in: for a code, or, where the program wants a second step of them, to add one."""
    form = form or SecondStepForm(formdata=None, next=next_page(""))
    values: dict[str, Any] = {"form": form, "kept": handed_on()}
    if queries.has_factor(person):
        return render_template("accounts/second_step.html", **values)
    return render_template("accounts/second_step_first.html", **values, **app_to_add(person))


def app_to_add(person: Person) -> dict[str, Any]:
    """What the page shows to an app that is to be added; the same again until it is."""
    if SALT not in session:
        session[SALT] = service.new_salt()
    offered = service.offer(person, session[SALT])
    qr = segno.make(offered.address, error="m", boost_error=False)
    drawn = Markup(qr.svg_inline(scale=5, border=4, light="#fff", omitsize=True))  # noqa: S704 - our own drawing
    return {"offered": offered, "qr": drawn}


def refused(form: Any, template: str, refusal: DomainError, **values: object) -> Response:
    """The form again, with what is wrong; 429 with the time to wait where there were too many tries."""
    add_refusal(form, refusal)
    return with_wait(make_response(render_template(template, form=form, **values), refusal.status), refusal)


def new_form_secret() -> None:
    """A change of who is signed in changes the secret of forms too: one from before is worth nothing after.

    What was said to the one before is gone with it.
    """
    session.clear()
    for name in ("csrf_token", "form_secret"):
        g.pop(name, None)
