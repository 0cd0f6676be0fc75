"""A language that does not exist: ⟦every sentence of a page⟧ stands in brackets, so what stands outside was never asked for.

What people and programs typed (names, titles, addresses), the rows of content/, dates and numbers may stand outside.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from babel import Locale
from flask_babel import Domain
from html5lib.constants import voidElements
from sqlalchemy import JSON, String, select

from groupsched.access.identity import Role
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.holidays import between, countries, parts
from groupsched.core.i18n import city_of
from groupsched.core.regions import names, sample, zones
from groupsched.core.resources import content
from groupsched.exchange.forms import fellowship_name
from groupsched.exchange.queries import fellowships
from tests.browser.walk import kind, walk
from tests.factories import ZONE, tomorrow_at

ATTRIBUTES = ("aria-label", "placeholder", "title", "alt", "data-failed")
OUR_OWN = ("groupsched", "English", "Español", "iCalendar", "Google", "Outlook", "Apple", "webcal", "http")
FILES = ("modalities", "messages", "templates_of_groups", "demo")


class Pseudo:
    """Translations into a language that does not exist."""

    def ugettext(self, message: str) -> str:
        return f"⟦{message}⟧" if message else ""

    def ungettext(self, one: str, many: str, number: int) -> str:
        return f"⟦{one if number == 1 else many}⟧"

    def upgettext(self, _context: str, message: str) -> str:
        return self.ugettext(message)

    def unpgettext(self, _context: str, one: str, many: str, number: int) -> str:
        return self.ungettext(one, many, number)


def strings(value: Any) -> Iterator[str]:
    """Every string in data of any depth, cut where a placeholder or a mark of Markdown stands."""
    if isinstance(value, str):
        yield from (part.strip() for part in re.split(r"\{[^}]*\}|\n|%\([a-z_]+\)s", value))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from strings(inner)


def typed() -> set[str]:
    """What stands in the tables."""
    found: set[str] = set()
    for table in db.metadata.sorted_tables:
        columns = [c for c in table.columns if isinstance(c.type, (String, JSON))]
        if columns:
            for row in db.session.execute(select(*columns)):
                found.update(part for value in row for part in strings(value))
    return found


def calendar_words(language: str = "en") -> set[str]:
    """Names of days and months as babel writes them."""
    known = Locale(language)
    tables = [
        known.days["format"],
        known.days["stand-alone"],
        known.months["format"],
        known.months["stand-alone"],
    ]
    return {word for table in tables for width in table.values() for word in width.values() if len(word) > 1}


def places_of_the_world() -> set[str]:
    """Countries, and the cities that stand for their zones, as babel writes them; and how each writes an example."""
    labels = [*zones().values(), *names().values(), *map(sample, names()), *countries().values()]
    return {part for label in labels for part in label.split(", ")}


def public_holidays() -> set[str]:
    """What the library calls the holidays of the program's country, and its parts."""
    today = clock.today(ZONE)
    found = between("GB", "", today - timedelta(days=40), today + timedelta(days=800))
    return {one.name for one in found} | set(parts("GB").values())


def rest_of(words: set[str]) -> Callable[[str], str]:
    """`rest(value)` is what no translation gave of a text, and is none of these words, if it has a word."""
    longest_first = sorted(words, key=len, reverse=True)
    known = re.compile("|".join(re.escape(word) for word in longest_first if len(word) > 1))

    @cache  # of the text alone: a pattern of all that is known counts each time as long as it is
    def rest(value: str) -> str:
        while "⟦" in value and (inner := re.sub(r"⟦[^⟦⟧]*⟧", " ", value)) != value:
            value = inner
        value = known.sub(" ", value)
        return value.strip() if re.search(r"[^\W\d_]{2,}", value) else ""

    return rest


class Elements(HTMLParser):
    """The elements of a page whose ends all stand in it: name, attributes, and the pieces of text between those in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._open:
            self._open[-1][2].append("")
        self.found.append((tag, dict(attrs), [""]))
        if tag not in voidElements:
            self._open.append(self.found[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag not in voidElements:
            assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1][2][-1] += data


def outside(page: str, rest: Callable[[str], str]) -> list[str]:
    """The pieces of text of a page that no translation gave and nobody typed."""
    left = []
    for tag, about, pieces in Elements(page).found:
        if tag in ("script", "style", "code", "pre"):
            continue
        # One sentence may go around the elements in it: ⟦opened the page of <a>Robin</a> again⟧.
        values = ["\n".join(pieces), *(about.get(name) for name in ATTRIBUTES)]
        if tag == "input" and about.get("type") == "submit":
            values.append(about.get("value"))
        for value in filter(None, values):
            if said := rest(value):
                left.append(f"{said!r} in {value.strip()[:80]!r}")
    return left


@pytest.fixture
def house(world: Any) -> Any:
    """A small program with something on every page."""
    lead = world.facilitator()
    group = world.group("Slow qigong", led_by=lead, description="Standing or on a chair.")
    world.series(group, tomorrow_at(10), dates=3)
    world.soon(world.group("Morning circle", led_by=lead))
    world.group("Draft circle", led_by=lead, state="draft")
    world.people = {
        None: None,
        Role.CLIENT: world.client(),
        Role.FACILITATOR: lead,
        Role.FRONT_DESK: world.front_desk(),
        Role.SUPERVISOR: world.supervisor(),
        Role.ADMIN: world.admin(),
    }
    return world


@pytest.mark.on_sqlite
def test_every_word_of_every_page_goes_through_gettext(
    client: Any, house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Domain, "get_translations", lambda self: Pseudo())
    known_words = {
        *typed(),
        *calendar_words(),
        *OUR_OWN,
        *(s for name in FILES for s in strings(content(name))),
    }
    known_words |= {city_of(ZONE), *places_of_the_world(), *public_holidays()}
    known_words |= {fellowship_name(key) for key in fellowships()}
    known_words |= {person.short_name for person in house.people.values() if person}
    rest = rest_of(known_words)
    book, found = client.application.url_map.bind("127.0.0.1"), []
    for role, person in house.people.items():
        browser = client.as_(person) if person else client

        pages: dict[str, str] = {}

        def fetch(path: str, browser: Any = browser, pages: Any = pages) -> tuple[int, str | None]:
            answer = browser.get(path, follow_redirects=True)
            if answer.mimetype != "text/html":
                return answer.status_code, None
            pages[path] = answer.text
            return answer.status_code, answer.text

        for paths in walk(fetch, book).values():
            for path in paths:
                found += [
                    f"{role or 'visitor'} {path} ({kind(book, path)}): {s}"
                    for s in outside(pages[path], rest)
                ]
    assert not found, "\n".join(dict.fromkeys(found))
