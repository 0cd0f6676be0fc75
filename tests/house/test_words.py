"""A language that does not exist: ⟦every sentence of a page⟧ stands in brackets, so what stands outside was never asked for.

What people and programs typed (names, titles, addresses), the rows of content/, dates and numbers may stand outside.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import html5lib
import pytest
from babel import Locale
from flask_babel import Domain
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


@cache
def rest_of(value: str, known: re.Pattern[str]) -> str:
    """What no translation gave of a text, and nobody typed, if it has a word."""
    while "⟦" in value and (inner := re.sub(r"⟦[^⟦⟧]*⟧", " ", value)) != value:
        value = inner
    value = known.sub(" ", value)
    return value.strip() if re.search(r"[^\W\d_]{2,}", value) else ""


def outside(page: str, known: re.Pattern[str]) -> list[str]:
    """The pieces of text of a page that no translation gave and nobody typed."""
    left = []
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "code", "pre"):
            continue
        # One sentence may go around the elements in it: ⟦opened the page of <a>Robin</a> again⟧.
        values = ["\n".join([element.text or "", *(child.tail or "" for child in element)])]
        values += [element.get(name) for name in ATTRIBUTES]
        if element.tag == "input" and element.get("type") == "submit":
            values.append(element.get("value"))
        for value in filter(None, values):
            if rest := rest_of(value, known):
                left.append(f"{rest!r} in {value.strip()[:80]!r}")
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


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
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
    known = re.compile(
        "|".join(re.escape(w) for w in sorted(known_words, key=len, reverse=True) if len(w) > 1)
    )
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
                    for s in outside(pages[path], known)
                ]
    assert not found, "\n".join(dict.fromkeys(found))
