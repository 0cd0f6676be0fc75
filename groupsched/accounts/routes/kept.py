"""A form that meets no sign-in is kept in the page that asks to sign in, never on the server.

Every form says who wrote in it, signed. Only that person gets it back: shown with one button, and with a new secret, so that
nothing is ever sent by itself. What a foreign site posts bears no such signature, and is not kept.
"""

from dataclasses import dataclass

from flask import current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature, Signer
from werkzeug.wrappers import Response

from groupsched.access.identity import Member, current
from groupsched.access.policy import Permission, permission_of
from groupsched.accounts.forms import SignInForm
from groupsched.accounts.rules import local_path
from groupsched.core.errors import SignedOut
from groupsched.core.form_secret import masked, unmasked
from groupsched.core.meanwhile import BEGAN
from groupsched.core.web import asks_for_data, domain_answer, error_answer

KEPT, TO, BY, WRITTEN_BY = "kept-", "kept_to", "kept_by", "written_by"
# Secrets, and what is made anew: none of it is handed on.
NEVER = frozenset({"csrf_token", "password", "current", "code", WRITTEN_BY})
EVENT = "signed-out"  # heard by static/js/stay.js


@dataclass(frozen=True)
class KeptForm:
    """Where a form was to go, what was written, and who wrote it, as the page said: signed."""

    to: str
    by: str
    fields: dict[str, list[str]]

    @property
    def handed_on(self) -> dict[str, str | list[str]]:
        """Hidden fields by which the next page keeps it."""
        return {TO: self.to, BY: self.by} | {KEPT + name: values for name, values in self.fields.items()}

    @property
    def sent(self) -> dict[str, str | list[str]]:
        """Hidden fields with which it goes on where it was to go."""
        return {**self.fields, WRITTEN_BY: self.by}

    @property
    def words(self) -> list[str]:
        """What of it somebody may know again: texts of more than one word."""
        every = (value for name, values in self.fields.items() if name != BEGAN for value in values)
        return list(dict.fromkeys(text.strip() for text in every if len(text.split()) > 1))

    @property
    def page(self) -> str:
        """The page on which a single button stood, where it says so."""
        return next((path for one in self.fields.get("next", ()) if (path := local_path(one))), "")


def written_by() -> str:
    """Who writes in the forms of this page, signed and masked as their secret is; empty for whoever is not signed in."""
    if WRITTEN_BY not in g:
        identity = current()
        signed = _signer().sign(identity.person_uid).decode() if isinstance(identity, Member) else ""
        setattr(g, WRITTEN_BY, masked(signed) if signed else "")
    found: str = g.get(WRITTEN_BY)
    return found


def writer_of(kept: KeptForm | None) -> str:
    """The public id of who wrote a kept form; empty where that cannot be known."""
    try:
        return _signer().unsign(unmasked(kept.by) or "").decode() if kept else ""
    except BadSignature:
        return ""


def handed_on() -> KeptForm | None:
    """The form that the door keeps, when somebody signs in there."""
    to = local_path(request.form.get(TO))
    return _if_known(KeptForm(to, request.form.get(BY, ""), _fields(KEPT))) if to else None


def kept_form() -> KeptForm | None:
    """The form of this request: one that was handed on, or the one that was posted. None where nobody is known to have
    written it."""
    if TO in request.form:
        return handed_on()
    here = request.full_path.rstrip("?")
    return _if_known(KeptForm(here, request.form.get(WRITTEN_BY, ""), _fields("")))


def _if_known(kept: KeptForm) -> KeptForm | None:
    return kept if writer_of(kept) else None


def _fields(prefix: str) -> dict[str, list[str]]:
    named = {name: values for name, values in request.form.lists() if name.startswith(prefix)}
    plain = {name[len(prefix) :]: values for name, values in named.items()}
    return {name: values for name, values in plain.items() if name not in NEVER}


def back_to_writer(person_uid: str) -> KeptForm | None:
    """The kept form of this request for whoever has signed in, if it is theirs."""
    kept = handed_on()
    return kept if kept is not None and writer_of(kept) == person_uid else None


def shown_again(kept: KeptForm, status: int) -> Response:
    """The form that was kept, with the one button that sends it."""
    return make_response(render_template("accounts/kept.html", kept=kept), status)


def signed_out(refusal: SignedOut) -> Response:
    """A form that met no sign-in: the door keeps it. Any other gets what an unknown address gets."""
    if asks_for_data():
        return make_response({"code": EVENT}, 401)
    kept = kept_form()
    if kept is None:
        return domain_answer(refusal)
    return _swapped() or _door(kept)


def form_expired(_error: CSRFError) -> Response:
    """A form whose secret is another's or nobody's: whoever wrote it gets it back, by the door where they are signed out."""
    if asks_for_data():
        code, status = ("csrf", 400) if isinstance(current(), Member) else (EVENT, 401)
        return make_response({"code": code}, status)
    kept = kept_form()
    if kept is None or (_is_public() and TO not in request.form):
        return error_answer(400, "form-expired")
    identity = current()
    if not isinstance(identity, Member):
        return _swapped() or _door(kept)
    if writer_of(kept) != identity.person_uid:
        return error_answer(400, "form-expired")
    return _swapped() or shown_again(kept, 409)


def _is_public() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return view is None or permission_of(view, request.method) is Permission.PUBLIC


def _swapped() -> Response | None:
    """To what htmx asked: the page stays as it is, and says so over it."""
    if "HX-Request" not in request.headers:
        return None
    return Response(status=401, headers={"HX-Trigger": EVENT})


def _door(kept: KeptForm) -> Response:
    page = render_template("accounts/sign_in.html", form=SignInForm(formdata=None), kept=kept)
    return make_response(page, 401)


def _signer() -> Signer:
    return Signer(str(current_app.secret_key), salt="written-by")
