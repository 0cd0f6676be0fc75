"""How the interface comes into the application: tokens only, problems as RFC 9457, repeated POSTs with one effect."""

from json import JSONDecodeError
from typing import Any

from flask import Flask, Request, Response, current_app, g, request
from flask_smorest import Api
from sqlalchemy.exc import DBAPIError, IntegrityError

from groupsched.access.identity import ApiToken, Identity, current, load_with
from groupsched.api.routes import BATCH, NOUNS, on_refusal, refuse_unknown_parameters
from groupsched.api.rules import KEY_LENGTH, PREFIX, request_hash
from groupsched.api.schemas import ProblemSchema
from groupsched.api.service import identity_of_token, remember, remembered
from groupsched.core.db import db, meaning
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.core.shapes import keepable
from groupsched.core.web import API_PREFIX, csrf, domain_answer, problem

PROBLEM = "application/problem+json"


class Interface(Api):  # type: ignore[misc]
    """flask-smorest without its hold on the error pages of the whole application, and with our problems in its description."""

    ERROR_SCHEMA = ProblemSchema

    def _register_responses(self) -> None:
        """Describe refusals as they are: problem documents."""
        usual: str = Api.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = usual

    def _register_error_handlers(self) -> None:
        """Errors are answered in core/web.py, as pages or as problems, by the address alone."""


def _bearer(asked: Request) -> Identity | None:
    if not asked.path.startswith(API_PREFIX):
        return None
    scheme, _space, value = asked.headers.get("Authorization", "").partition(" ")
    return identity_of_token(value.strip()) if scheme.lower() == "bearer" and value else None


def _key() -> tuple[int, str] | None:
    identity, key = current(), request.headers.get("Idempotency-Key", "")
    if len(key) > KEY_LENGTH:
        told = _("%(field)s can have %(max)s characters. It has %(count)s now.",
                 field="Idempotency-Key", max=KEY_LENGTH, count=len(key))  # fmt: skip
        raise DomainError(told, field="Idempotency-Key")
    return (identity.token_id, key) if key and isinstance(identity, ApiToken) else None


def _refuse_unreadable() -> Response | None:
    """A body nested without end, or a text that no database keeps, is nonsense like any other; no body is read as nothing."""
    if request.content_length and request.method in ("POST", "PUT", "PATCH") and not request.is_json:
        return problem(415, _("Send JSON: Content-Type: application/json"))
    try:
        # Of a batch each operation is looked at and answered alone.
        texts_fit = keepable(request.get_json(silent=True)) or request.endpoint == BATCH
    except RecursionError:
        return problem(400, _("The request is nested too deep to read."))
    if _has_endless_number():
        return problem(422, _("A number in it has too many digits."))
    return None if texts_fit else problem(422, _("A text holds a character that cannot be kept."))


def _has_endless_number() -> bool:
    """Whether a number is longer than Python reads: JSON knows no limit, and what parses it later would fall over it."""
    try:
        current_app.json.loads(request.get_data() or b"{}")
    except (JSONDecodeError, UnicodeDecodeError, RecursionError):
        return False
    except ValueError:
        return True
    return False


def _answer_again() -> Response | None:
    """The same key with the same request has one effect and the same answer."""
    if request.method != "POST" or not (who := _key()):
        return None
    g.request_hash = request_hash(request.method, request.path, request.get_data())
    before = remembered(*who, g.request_hash)
    if before is None:
        return None
    g.answered_before = True
    return Response(before.body, status=before.status, mimetype="application/json")


def _keep_answer(response: Response) -> Response:
    if "request_hash" not in g or g.get("answered_before") or response.status_code >= 400:
        return response
    who = _key()
    try:
        if who:
            remember(*who, g.request_hash, response.status_code, _without_secret(response))
    except IntegrityError:
        # Before the commit, which comes after this: the same request, sent twice at once, has the effect of one alone.
        db.session.rollback()
        return problem(
            409, _("The same request is being answered at this moment. Send it again."), code="in-flight"
        )
    except DBAPIError as error:
        # After the view no error handler is asked any more: the change is not kept without its answer.
        db.session.rollback()
        return domain_answer(meaning(error))
    return response


def _without_secret(response: Response) -> str:
    """The body to remember. A feed's link is told once and never kept."""
    if request.endpoint != "feeds-api.PersonFeeds":
        return response.get_data(as_text=True)
    told: dict[str, Any] = {**(response.get_json() or {}), "url": None}
    return current_app.json.dumps(told)


def init_app(app: Flask) -> None:
    """Put the interface into the application."""
    app.config.update(
        API_TITLE="groupsched",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    load_with(app, _bearer)
    interface = Interface(app)
    app.extensions["groupsched.api"] = interface
    interface.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    interface.spec.options["security"] = [{"token": []}]
    for noun in NOUNS:
        csrf.exempt(noun.blueprint)
        if not getattr(noun.blueprint, "_got_registered_once", False):
            noun.blueprint.before_request(_refuse_unreadable)
            noun.blueprint.before_request(refuse_unknown_parameters)
            noun.blueprint.before_request(_answer_again)
            noun.blueprint.after_request(_keep_answer)
            noun.blueprint.register_error_handler(DomainError, on_refusal)
        interface.register_blueprint(noun.blueprint, url_prefix=PREFIX)
