"""The gate before every view: it knows the permission, or the view is not served."""

from typing import Any

from flask import Flask, Response, current_app, redirect, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from groupsched.access import identity as identities
from groupsched.access import refusals
from groupsched.access.identity import Anonymous, ApiToken, Identity, Member
from groupsched.access.policy import Facts, Permission, can, may_ever, permission_of
from groupsched.access.queries import current_program, first_program_id, main_site, way_of
from groupsched.core import regions
from groupsched.core.db import SAFE_METHODS, begin_writing
from groupsched.core.errors import SignedOut
from groupsched.core.i18n import LANGUAGES, _, current_language, ngettext
from groupsched.core.web import asks_for_data, error_answer, wants_json

# Answered before anyone is known: files, health, and what flask-smorest serves of its own accord.
OPEN_ENDPOINTS = frozenset({"static", "health.alive", "health.ready", "api-docs.openapi_json"})


def _gate() -> Any:
    answer = _stop()
    if answer is None and request.method not in SAFE_METHODS:
        begin_writing()
    return answer


def _stop() -> Any:
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return None
    view = current_app.view_functions[request.endpoint]
    permission = permission_of(view, request.method)
    if permission is None and request.method == "OPTIONS":
        return None
    if permission is Permission.PUBLIC:
        return None
    if permission is None:
        raise NotFound
    return _turn_away(permission) or _ask_again(view)


def _ask_again(view: Any) -> Response | None:
    """What tells much waits for the password on a phone that stays signed in, what cannot be taken back everywhere."""
    identity = identities.current()
    if not isinstance(identity, Member):
        return None
    back = getattr(view, "asks_again", "")
    much = getattr(view, "tells_much", False) and identity.must_ask_again
    if not much and not (back and not identity.is_fresh):
        return None
    here = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else back or request.path
    return current_app.make_response(redirect(url_for("accounts.confirm", next=here), 303))


def _turn_away(permission: Permission) -> Response | None:
    identity = identities.current()
    if wants_json():
        return _turn_away_program(identity, permission)
    if may_ever(identity, permission):
        return None
    if isinstance(identity, Anonymous) and request.method in ("GET", "HEAD") and not asks_for_data():
        target = request.full_path.rstrip("?")
        return current_app.make_response(redirect(url_for("accounts.sign_in", next=target), 303))
    if isinstance(identity, Anonymous):
        raise SignedOut
    raise NotFound


def _turn_away_program(identity: Identity, permission: Permission) -> Response | None:
    """The JSON interface knows tokens only, never the cookie: 401 without one, 403 without the scope."""
    if not isinstance(identity, ApiToken):
        response = error_answer(401, _("Send a token: Authorization: Bearer …"))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if may_ever(identity, permission):
        return None
    return error_answer(403, _("This token does not have the scope for that."))


def _wrong_method(error: MethodNotAllowed) -> Response:
    """405 with Allow where the page may be seen, else 404 like anything unknown."""
    if not _may_see(error.valid_methods or ()):
        return error_answer(404)
    response = error_answer(405)
    response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _may_see(methods: Any) -> bool:
    adapter = current_app.create_url_adapter(request)
    for method in methods:
        try:
            endpoint, _args = adapter.match(method=method)  # type: ignore[union-attr]
        except HTTPException:
            continue
        permission = permission_of(current_app.view_functions[endpoint], method)
        if endpoint in OPEN_ENDPOINTS or (permission and may_ever(identities.current(), permission)):
            return True
    return False


def _context() -> dict[str, Any]:
    """What every template may use."""
    identity = identities.current()
    program = current_program(identity)
    return {
        "_": _,
        "ngettext": ngettext,
        "identity": identity,
        "program": program,
        "crisis": main_site(program),
        "demo": bool(program and program.demo),
        "languages": LANGUAGES,
        "current_language": current_language(),
        "can": lambda name, facts=None: _template_can(identity, name, facts),
    }


def _template_can(identity: Identity, name: str, facts: Facts | None) -> bool:
    return can(identity, Permission[name], facts)


def init_app(app: Flask) -> None:
    """Put the gate before the views and what it knows into the templates."""
    identities.init_app(app, lambda: Anonymous(program_id=first_program_id()))
    regions.init_app(app, way_of)
    app.before_request(_gate)
    refusals.init_app(app)
    app.register_error_handler(MethodNotAllowed, _wrong_method)
    app.context_processor(_context)
