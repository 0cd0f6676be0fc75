"""What every answer has in common: host check, headers, CSRF, limits, error pages, health."""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, UnsupportedMediaType
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from groupsched.core import packing, rate_limit
from groupsched.core.config import Settings
from groupsched.core.db import SAFE_METHODS, db, meaning
from groupsched.core.errors import DomainError, TooOften
from groupsched.core.form_secret import MaskedSecret
from groupsched.core.i18n import LANGUAGES, _, current_language
from groupsched.core.rate_limit import read_address

API_PREFIX = "/api/"
DRAIN_VARIABLE = "GROUPSCHED_DRAIN_MARKER"  # names a file that is there while the server is stopping
MEGABYTE = 1024 * 1024
BIGGEST_NUMBER = 2**31 - 1  # what a column of numbers can hold
EVEN_SECONDS = 0.3  # longer than it takes to write a link into the outbox

Answer = TypeVar("Answer", bound=AnyResponse)
View = TypeVar("View", bound=Callable[..., Any])
PARTS_OF_PAGES = ("css/", "js/", "fonts/", "vendor/")
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)

csrf = MaskedSecret()
health = Blueprint("health", __name__)

PROBLEM = "application/problem+json"


def settings() -> Settings:
    """The settings of the running application."""
    found: Settings = current_app.extensions["groupsched.settings"]
    return found


def wants_json() -> bool:
    """Whether this request is answered in JSON: decided by its address alone."""
    return request.path.startswith(API_PREFIX)


def asks_for_data() -> bool:
    """Whether a page's own module asks, and reads the answer as data."""
    return request.accept_mimetypes.best == "application/json"


def sent_json() -> Any:
    """The JSON of the body; None for what is none, or is nested without end."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def host_name(host: str) -> str:
    """The name in a Host header, without port; empty for what is no host at all.

    >>> host_name("sessions.example.org:8443"), host_name("[::1]:5000"), host_name("[")
    ('sessions.example.org', '::1', '')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _check_host() -> None:
    if host_name(request.host) not in settings().hosts and not _is_probe():
        raise BadRequest("This address is not the one this program is served at.")


def _is_probe() -> bool:
    """Whether somebody who may asks how the process is: a probe knows its address, and no name."""
    if request.blueprint != health.name:
        return False
    address = read_address(request.remote_addr or "")
    return address is not None and (address.is_loopback or any(address in net for net in settings().probes))


def _check_path() -> None:
    """An address with a control character in it is unknown: no database has such an id, and some fail on the question."""
    if any(ord(character) < 32 for character in request.path):
        raise NotFound


def takes_json(view: View) -> View:
    """Mark a page's view that is sent JSON."""
    view.takes_json = True  # type: ignore[attr-defined]
    return view


def _check_body() -> None:
    """Pages are sent forms. A form reads JSON too, whatever stands in its fields, and falls over what is no text."""
    if request.method in SAFE_METHODS or not request.is_json or wants_json():
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and not getattr(view, "takes_json", False):
        raise UnsupportedMediaType


def answer_in_even_time() -> None:
    """Have this request answered EVEN_SECONDS after now, whatever it found: how long it took tells nothing."""
    g.answer_at = time.monotonic() + EVEN_SECONDS


def _wait_for_even_time(response: Response) -> Response:
    """Runs when the transaction has ended: what was written down took its time already."""
    left = g.pop("answer_at", 0) - time.monotonic()
    if left > 0:
        time.sleep(left)
    return response


def _is_part_of_a_page() -> bool:
    """Whether this is a style sheet, a module or a font: the page that has it rules it, and there are a dozen of them."""
    named = str((request.view_args or {}).get("filename", ""))
    return request.endpoint == "static" and named.startswith(PARTS_OF_PAGES)


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if not _is_part_of_a_page():
        headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        # Not `no-referrer`: over https the check of forms reads where they come from, and would refuse every one.
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    if settings().secure:
        below = "; includeSubDomains" if settings().hsts_subdomains else ""
        headers.setdefault("Strict-Transport-Security", f"max-age=31536000{below}")
    return response


# --- errors ----------------------------------------------------------------------------------------------------


def error_answer(status: int, message: str = "", *, field: str | None = None, code: str = "") -> Response:
    """The page or the problem document (RFC 9457) for an error."""
    if wants_json():
        return problem(status, message, field=field, code=code)
    return Response(_error_page(status, message), status=status, mimetype="text/html")


def _error_page(status: int, message: str) -> str:
    """A page of the product; what is our own fault (5xx) is drawn without asking the database anything."""
    if status < 500:
        return render_template(f"errors/{_page(status)}.html", message=message)
    template = current_app.jinja_env.get_template(f"errors/{_page(status)}.html")
    return template.render(message=message, _=_, languages=LANGUAGES, current_language=current_language())


def _page(status: int) -> int:
    return (
        status if status in (400, 404, 405, 409, 413, 422, 429, 500, 503) else (400 if status < 500 else 500)
    )


def problem(
    status: int,
    message: str,
    *,
    field: str | None = None,
    code: str = "",
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """An RFC 9457 problem document; `errors` names fields by their path."""
    from http import HTTPStatus

    document: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if message:
        document["detail"] = message
    if code:
        document["code"] = code
    found = errors or ([{"field": field, "message": message}] if field else [])
    if found:
        document["errors"] = found
    response = jsonify(document)
    response.status_code = status
    response.mimetype = PROBLEM
    return response


def domain_answer(error: DomainError) -> Response:
    """The page, the problem document or the data for a refusal."""
    if asks_for_data() and not wants_json():
        missing = "not-found" if error.status == 404 else "refused"
        return make_response({"code": error.code or missing, "told": error.message}, error.status)
    response = error_answer(error.status, error.message, field=error.field, code=error.code)
    if error.status == 503:
        response.headers["Retry-After"] = "5"
    return with_wait(response, error)


def with_wait(response: Answer, error: DomainError) -> Answer:
    """The answer, which says how long to wait where a limit is reached."""
    if isinstance(error, TooOften):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _on_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    messages = getattr(error, "data", {}).get("messages")
    if messages and wants_json():
        return problem(
            status,
            _("The request does not fit. Every field that does not is named."),
            errors=list(field_errors(messages)),
        )
    # A feed, a page or an object that is not there all answer alike; the sentence never says which.
    response = error_answer(status, "" if status == 404 else (error.description or ""))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def field_errors(messages: Any, path: str = "") -> Iterator[dict[str, str]]:
    """A tree of messages of a schema as rows of path and sentence: `repeat.days.0`. Of a parameter that may be given
    several times the name says enough."""
    if isinstance(messages, dict):
        for name, below in messages.items():
            if not path and name == "query":
                yield from ({**row, "field": row["field"].partition(".")[0]} for row in field_errors(below))
                continue
            outermost = not path and name in ("json", "headers")
            yield from field_errors(below, "" if outermost else f"{path}.{name}".lstrip("."))
    else:
        yield from ({"field": path, "message": str(sentence)} for sentence in messages)


def _on_flood(_error: RateLimitExceeded) -> Response:
    """Too many requests from one address: drawn without asking the database anything."""
    if wants_json():
        response = problem(
            429, _("That was a lot of requests. Please wait a moment."), code="too-many-requests"
        )
    else:
        response = Response(_error_page(503, ""), status=429, mimetype="text/html")
    response.headers["Retry-After"] = str(rate_limit.seconds_left())
    return response


def _on_csrf(_error: CSRFError) -> Response:
    return error_answer(400, "form-expired")


def _on_database(error: DBAPIError) -> Response:
    db.session.rollback()
    g.pop("asides", None)
    return domain_answer(meaning(error))


def _on_crash(error: Exception) -> Response:
    db.session.rollback()
    if current_app.testing:
        raise error
    current_app.logger.exception("an unexpected error")
    return error_answer(500)


def go(endpoint: str, words: str, **values: str) -> Any:
    """Go on to a page after a change, with a line of what was done."""
    flash(words)
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[arg-type]


def older_than() -> int | None:
    """The number from which a list goes on (`?before=`); nonsense is the beginning."""
    number = request.args.get("before", type=int)
    return number if number is not None and 0 < number <= BIGGEST_NUMBER else None


# --- health ----------------------------------------------------------------------------------------------------


@health.get("/healthz")
def alive() -> Response:
    """The process lives."""
    return Response("ok\n", mimetype="text/plain")


@health.get("/readyz")
def ready() -> Response:
    """The database answers and is migrated."""
    from groupsched.core.schema import current_revision, head_revision

    marker = os.environ.get(DRAIN_VARIABLE)
    if marker and os.path.exists(marker):
        return Response("stopping\n", status=503, mimetype="text/plain")
    try:
        db.session.execute(text("SELECT 1"))
        fits = current_revision() == head_revision()
    except DBAPIError:
        return Response("the database does not answer\n", status=503, mimetype="text/plain")
    return Response(
        "ready\n" if fits else "the database is not migrated\n", 200 if fits else 503, mimetype="text/plain"
    )


def init_app(app: Flask, given: Settings) -> None:
    """Headers last, host check first; errors of every kind have a page."""
    app.extensions["groupsched.settings"] = given
    app.config.update(
        SECRET_KEY=given.secret_key,
        MAX_CONTENT_LENGTH=2 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        # `__Host-` is for a cookie of this host and of every path: with a Domain or another Path browsers drop it, wordless.
        SESSION_COOKIE_NAME="__Host-form" if given.secure else "form",
        SESSION_COOKIE_SECURE=given.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A form lives as long as the sign-in: a sheet stays open for hours, and its marks may not be lost to its age.
        WTF_CSRF_TIME_LIMIT=None,
    )
    if given.proxies:
        hops = given.proxies
        setattr(app, "wsgi_app", ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops))  # noqa: B010
    app.before_request(_check_host)
    app.before_request(_check_path)
    app.before_request(_check_body)
    app.after_request(_wait_for_even_time)
    packing.init_app(app)
    app.after_request(_headers)
    csrf.init_app(app)
    rate_limit.init_app(app, given.limiter_url)
    app.register_error_handler(DomainError, domain_answer)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(RateLimitExceeded, _on_flood)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(DBAPIError, _on_database)
    app.register_error_handler(Exception, _on_crash)
    app.register_blueprint(health)


def own_pages_of(blueprint: Blueprint) -> None:
    """Say on every answer of a blueprint that it is ours, and in which language: the worker of the sheets
    (static/worker/sheets.js) tells by it what a captive portal put in its place."""
    blueprint.after_request(_is_ours)


def _is_ours(response: Response) -> Response:
    response.headers["X-Shell"] = current_language()
    return response


def is_part() -> bool:
    """Whether htmx asks for the part of a page that it swaps; a reload after going back wants the whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
