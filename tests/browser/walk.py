"""Where a role can go: the addresses that its own pages link to, one for each kind of page."""

from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from groupsched import create_app
from groupsched.core.config import load

START = (
    "/",
    "/sessions",
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


def links(page: str, at: str) -> list[str]:
    """The addresses of this site that a page links to."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    out = []
    for anchor in tree.iter("a"):
        target = urlsplit(urljoin(f"http://site{at}", anchor.get("href", "")))
        if target.netloc == "site" and target.scheme == "http" and anchor.get("download") is None:
            out.append(target.path + (f"?{target.query}" if target.query else ""))
    return out
