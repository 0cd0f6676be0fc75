"""Where an act needs a second person: the page that asks for them, with what was to be done kept in it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from groupsched.access.identity import current_member
from groupsched.accounts import cookie
from groupsched.accounts.service import Witness, WitnessNeeded, bear_witness
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.fields import add_refusal
from groupsched.core.web import with_wait
from groupsched.register.forms import WitnessForm
from groupsched.register.routes.people_forms import load

ASKED = "witness_login"
NEVER = frozenset({"csrf_token", "written_by", "witness_login", "witness_password", "witness_code"})

View = Callable[..., Any]


def with_witness(view: View) -> View:
    """Let a view about a person (`uid`) ask for a second person where its verb raises WitnessNeeded.

    The view is called with `witnessed`, and, where somebody has said yes, once more with what was sent the first time.
    """

    @wraps(view)
    def asking(uid: str, **values: Any) -> Any:
        if ASKED in request.form:
            return _with_their_yes(view, uid, values)
        try:
            return view(uid, witnessed=False, **values)
        except WitnessNeeded:
            db.session.rollback()
            return _page(uid, WitnessForm(formdata=None), 200)

    return asking


def _with_their_yes(view: View, uid: str, values: dict[str, Any]) -> Any:
    form, (person, _seen) = WitnessForm(), load(uid)
    said = Witness(
        form.witness_login.data or "", form.witness_password.data or "", form.witness_code.data or ""
    )
    try:
        bear_witness(current_member(), person, said, cookie.browser())
    except DomainError as refusal:
        db.session.rollback()
        add_refusal(form, refusal)
        return with_wait(_page(uid, form, refusal.status), refusal)
    return view(uid, witnessed=True, **values)


def _page(uid: str, form: WitnessForm, status: int) -> Response:
    person, _seen = load(uid)
    kept = {name: texts for name, texts in request.form.lists() if name not in NEVER}
    page = render_template("register/witness.html", form=form, person=person, kept=kept)
    return make_response(page, status)
