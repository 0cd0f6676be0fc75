"""The addresses that calendar programs fetch: no cookie, no log-in, the same refusal for every dead link."""

from flask import Response, make_response, request

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core.errors import DomainError
from groupsched.core.i18n import words
from groupsched.feeds.routes.blueprint import blueprint
from groupsched.feeds.rules import Asked, accepts_gzip, http_date
from groupsched.feeds.service import Answer, date_file, fetch, fetch_public

HEADERS = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer", "Vary": "Accept-Encoding"}


@blueprint.get("/feeds/<token>.ics")
@requires(Permission.PUBLIC)
def feed(token: str) -> Response:
    """A private calendar, by its secret address."""
    try:
        answer = fetch(token, _asked())
    except DomainError as error:
        return _plain(words("errors", "feed_gone") if error.status == 404 else error.message, error.status)
    return _calendar(answer, "private, max-age=900")


@blueprint.get("/feeds/public.ics")
@requires(Permission.PUBLIC)
def public() -> Response:
    """The published groups, with the filters of /sessions."""
    try:
        answer = fetch_public(current(), request.args.to_dict(flat=False), _asked())
    except DomainError as error:
        return _plain(error.message, error.status)
    return _calendar(answer, "public, max-age=900")


@blueprint.get("/calendar/dates/<uid>.ics")
@requires(Permission.PUBLIC)
def date(uid: str) -> Response:
    """One date as a file to add once; a person's own title mode applies."""
    response = make_response(date_file(current(), uid))
    response.mimetype = "text/calendar"
    response.headers["Content-Disposition"] = 'attachment; filename="date.ics"'
    response.headers.update(HEADERS)
    return response


def _asked() -> Asked:
    headers = request.headers
    return Asked(
        headers.get("If-None-Match"),
        headers.get("If-Modified-Since"),
        accepts_gzip(headers.get("Accept-Encoding", "")),
    )


def _calendar(answer: Answer, cache: str) -> Response:
    response = Response(answer.body, 304 if answer.body is None else 200, mimetype="text/calendar")
    headers = response.headers
    headers.update(HEADERS)
    headers["ETag"] = answer.etag
    headers["Last-Modified"] = http_date(answer.modified_at)
    headers["Cache-Control"] = cache
    if answer.body is None:
        del headers["Content-Type"]
        return response
    headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    if answer.zipped:
        headers["Content-Encoding"] = "gzip"
    return response


def _plain(sentence: str, status: int) -> Response:
    response = Response(f"{sentence}\n", status, mimetype="text/plain")
    response.headers.update(HEADERS)
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response
