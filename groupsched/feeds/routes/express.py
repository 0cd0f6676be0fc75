"""The short way for a fetch whose bytes are stored: one SELECT, before Flask is woken.

A calendar program asks every hour, for years, for bytes that rarely change. Here the request is answered from the
link's row alone. Whatever is not plain (a link that is unknown, has to be rendered again or noted as fetched, a
foreign host, another method) goes the long way through `sending.feed`, which also lends its headers, so that both
ways answer alike.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.tokens import fingerprint
from groupsched.core.web import host_name, settings
from groupsched.feeds.queries import StoredFeed, ready_query
from groupsched.feeds.routes.sending import HEADERS, answer_headers
from groupsched.feeds.rules import FetchConditions, accepts_gzip
from groupsched.feeds.service import FetchAnswer, answer_of, was_noted

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]
PREFIX, SUFFIX = "/feeds/", ".ics"
PUBLIC = "/feeds/public.ics"
NOT_ALLOWED = [
    *HEADERS.items(), ("Allow", "GET, HEAD, OPTIONS"), ("Content-Type", "text/plain; charset=utf-8"),
    ("Cache-Control", "no-store"),
]  # fmt: skip
_NEAR, _EXACT = re.compile(r"/+feeds(/|$)", re.IGNORECASE), re.compile(r"/feeds/[^/]+\.ics")


class ExpressFeeds:
    """A WSGI application around the product's own."""

    def __init__(self, app: Flask, long_way: Wsgi) -> None:
        self._app, self._long_way = app, long_way
        with app.app_context():
            self._engine: Engine = db.engine
            self._hosts = settings().hosts
        self._queries = {body: _compiled(self._engine, body) for body in ("", "body", "zipped")}
        self._headers: list[tuple[str, str]] = []

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer(environ)
        if answer is None:
            return self._else(environ, start_response)
        headers = [*self._common_headers(), *answer_headers(answer)]
        start_response("304 NOT MODIFIED" if answer.body is None else "200 OK", headers)
        return [answer.body] if answer.body and environ["REQUEST_METHOD"] == "GET" else []

    def _else(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """The long way. What only looks like the address of a calendar is answered as a link that is unknown: a calendar program
        reads no page, and nobody learns from an answer how close they came."""
        path = environ.get("PATH_INFO", "")
        if (
            not _NEAR.match(path)
            or path == PUBLIC
            or host_name(environ.get("HTTP_HOST", "")) not in self._hosts
        ):
            return self._long_way(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD", "OPTIONS"):
            words = b"A calendar is only read.\n"
            headers = [*self._common_headers(), *NOT_ALLOWED, ("Content-Length", str(len(words)))]
            start_response("405 METHOD NOT ALLOWED", headers)
            return [words]
        if not _EXACT.fullmatch(path):
            environ = {**environ, "PATH_INFO": f"{PREFIX}-{SUFFIX}", "REQUEST_URI": "", "RAW_URI": ""}
        return self._long_way(environ, start_response)

    def _answer(self, environ: Environ) -> FetchAnswer | None:
        token = self._token(environ)
        if not token:
            return None
        asked = FetchConditions(
            environ.get("HTTP_IF_NONE_MATCH"),
            environ.get("HTTP_IF_MODIFIED_SINCE"),
            accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")),
        )
        now = clock.now()
        try:
            found = self._find(token, "" if asked.conditional else asked.wanted)
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error):
            return None  # the long way has the words for it
        if found is None or not found.fresh(now) or not was_noted(found, now):
            return None
        answer = answer_of(found, asked)
        return answer if answer.body or asked.holds(found.etag, found.modified_at) else None

    def _token(self, environ: Environ) -> str:
        path = environ.get("PATH_INFO", "")
        if not (path.startswith(PREFIX) and path.endswith(SUFFIX)):
            return ""
        host = host_name(environ.get("HTTP_HOST", ""))
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or host not in self._hosts:
            return ""
        return str(path[len(PREFIX) : -len(SUFFIX)])

    def _find(self, token: str, body: str) -> StoredFeed | None:
        """Run the one SELECT on a connection of the pool, without a transaction of SQLAlchemy's around it."""
        text, parameters = self._queries[body]
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(text, parameters(fingerprint(token)))
            row = cursor.fetchone()
            cursor.close()
        finally:
            connection.close()
        return StoredFeed(*(_aware(value) for value in row)) if row else None

    def _common_headers(self) -> list[tuple[str, str]]:
        """The headers that every answer of the product has, learned once from the product itself."""
        if not self._headers:
            with self._app.test_request_context(f"{PREFIX}x{SUFFIX}"):
                learned = self._app.process_response(self._app.response_class()).headers
            ours = {
                "content-type",
                "content-length",
                "cache-control",
                "vary",
                "referrer-policy",
                "set-cookie",
            }
            self._headers = [(name, value) for name, value in learned if name.lower() not in ours]
        return self._headers


def init_app(app: Flask) -> None:
    """Lay the short way around the application, inside of what trusts a proxy's word on the host."""
    outer = app.wsgi_app
    if isinstance(outer, ProxyFix):
        outer.app = ExpressFeeds(app, outer.app)
    else:
        app.wsgi_app = ExpressFeeds(app, outer)  # type: ignore[method-assign]


def _compiled(engine: Engine, body: str) -> tuple[str, Callable[[str], Any]]:
    """The text of the query for this database, and what turns a token's hash into its parameters."""
    compiled = ready_query(body).compile(dialect=engine.dialect)
    names = getattr(compiled, "positiontup", None)
    known = dict(compiled.params)

    def parameters(token_hash: str) -> Any:
        filled = {**known, "token_hash": token_hash}
        return tuple(filled[name] for name in names) if names else filled

    return str(compiled), parameters


def _aware(value: Any) -> Any:
    """A moment as the database driver gives it, aware; on SQLite it is a text without a zone."""
    if isinstance(value, str) and len(value) >= 19 and value[4:5] == "-" and value[10:11] == " ":
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return bytes(value) if isinstance(value, memoryview) else value
