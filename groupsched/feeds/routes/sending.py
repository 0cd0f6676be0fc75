"""The addresses that calendar programs fetch: no cookie, no log-in, the same refusal for every dead link."""

from flask import Response, make_response, request
from sqlalchemy.exc import DBAPIError

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core.db import end_transaction, should_run_again
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.feeds.routes.blueprint import blueprint
from groupsched.feeds.rules import FetchConditions, accepts_gzip, http_date
from groupsched.feeds.service import FetchAnswer, date_file, fetch, fetch_public

HEADERS = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer", "Vary": "Accept-Encoding"}
PRIVATE = "private, max-age=900"


@blueprint.get("/feeds/<token>.ics")
@requires(Permission.PUBLIC)
def feed(token: str) -> Response:
    """A private calendar, by its secret address."""
    try:
        answer = fetch(token, _asked())
    except DomainError as error:
        return _plain(
            _("This calendar link is not in use.") if error.status == 404 else error.message, error.status
        )
    except DBAPIError as error:
        return _not_now(error)
    return _calendar(answer)


@blueprint.get("/feeds/public.ics")
@requires(Permission.PUBLIC)
def public() -> Response:
    """The published groups, with the filters of /sessions."""
    try:
        answer = fetch_public(current(), request.args.to_dict(flat=False), _asked())
    except DomainError as error:
        return _plain(error.message, error.status)
    except DBAPIError as error:
        return _not_now(error)
    response = _calendar(answer, "public, max-age=900")
    # A cache between keeps one for each language; a cookie may say which.
    response.vary.update(("Accept-Language", "Cookie"))
    return response


@blueprint.get("/calendar/dates/<uid>.ics")
@requires(Permission.PUBLIC)
def date(uid: str) -> Response:
    """One date as a file to add once; a person's own title mode applies."""
    response = make_response(date_file(current(), uid))
    response.mimetype = "text/calendar"
    response.headers["Content-Disposition"] = 'attachment; filename="date.ics"'
    response.headers.update(HEADERS)
    return response


def _asked() -> FetchConditions:
    headers = request.headers
    return FetchConditions(
        headers.get("If-None-Match"),
        headers.get("If-Modified-Since"),
        accepts_gzip(headers.get("Accept-Encoding", "")),
    )


def _calendar(answer: FetchAnswer, cache: str = PRIVATE) -> Response:
    response = Response(answer.body, 304 if answer.body is None else 200, mimetype="text/calendar")
    for name, value in answer_headers(answer, cache):
        response.headers[name] = value
    if answer.body is None:
        del response.headers["Content-Type"]
    return response


def answer_headers(answer: FetchAnswer, cache: str = PRIVATE) -> list[tuple[str, str]]:
    """The headers that belong to the answer itself."""
    headers = [*HEADERS.items(), ("ETag", answer.etag), ("Cache-Control", cache)]
    # A 304 has what caches go by, and no word on the body that does not follow (RFC 9110, 15.4.5).
    if answer.body is None:
        return headers
    headers.append(("Last-Modified", http_date(answer.modified_at)))
    headers.append(("Content-Type", "text/calendar; charset=utf-8"))
    headers.append(("Content-Length", str(len(answer.body))))
    headers.append(("Content-Disposition", 'inline; filename="calendar.ics"'))
    if answer.zipped:
        headers.append(("Content-Encoding", "gzip"))
    return headers


def _not_now(error: DBAPIError) -> Response:
    """A database that does not answer: a calendar program keeps what it has and asks again."""
    if should_run_again(error):
        raise error
    end_transaction()
    return _plain(_("The calendar cannot be read right now. Calendar apps ask again by themselves."), 503)


def _plain(sentence: str, status: int) -> Response:
    response = Response(f"{sentence}\n", status, mimetype="text/plain")
    response.headers.update(HEADERS)
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response
