"""Where a role can go: the addresses that its own pages link to, one for each kind of page."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from groupsched import create_app
from groupsched.core.config import load

START = (
    "/",
    "/sessions",
    "/sessions?view=list",
    "/sessions?view=week",
    "/sessions?view=month",
    "/my",
    "/today",
    "/calendar",
    "/account",
    "/privacy",
    "/groups",
    "/groups/new",
    "/people",
    "/people/new",
    "/catalog",
    "/catalog/places",
    "/import/people",
    "/import/groups",
    "/import/listings",
    "/import/review",
    "/outbox",
    "/sign-in",
    "/no-such-page",
    "/cover",
    "/api/v1/",
)
NOT_PAGES = ("static", "feeds.feed", "feeds.public")
EACH = 2


def routes() -> MapAdapter:
    """The address book of the product."""
    app: Flask = create_app(load({}, instance="/nowhere", secret_key="w" * 40))
    return app.url_map.bind("127.0.0.1")


def kind(book: MapAdapter, path: str) -> str:
    """Which kind of page an address is: the name of its view, or "" where GET leads to none."""
    try:
        endpoint, _arguments = book.match(path, method="GET")
    except HTTPException:
        return ""
    return str(endpoint)


def walk(fetch: Any, book: MapAdapter, limit: int = 80) -> dict[str, list[str]]:
    """Follow links from the known first pages; `fetch(path)` gives (status, html or None). At most EACH of a kind."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    waiting = list(START)
    while waiting and len(seen) < limit:
        path = waiting.pop(0)
        name = kind(book, urlsplit(path).path) or "nothing"
        if (
            path in seen
            or name.startswith(NOT_PAGES)
            or (len(found.get(name, [])) >= EACH and path not in START)
        ):
            continue
        seen.add(path)
        status, page = fetch(path)
        if page is None or (status >= 400 and name != "nothing"):
            continue
        found.setdefault(name, []).append(path)
        waiting += [link for link in links(page, path) if link not in seen]
    return found


class _Links(HTMLParser):
    """The links of a page that are followed: not those that save a file."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "a" and "download" not in about:
            self.found.append(about.get("href") or "")


def links(page: str, at: str) -> list[str]:
    """The addresses of this site that a page links to."""
    reader, out = _Links(), []
    reader.feed(page)
    for href in reader.found:
        target = urlsplit(urljoin(f"http://site{at}", href))
        if target.netloc == "site" and target.scheme == "http":
            out.append(target.path + (f"?{target.query}" if target.query else ""))
    return out
