"""One way to search: whichever box the words are typed into, they find the same people and the same groups."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import insert, select

from groupsched.access.identity import System
from groupsched.accounts.models import Person
from groupsched.accounts.service import PersonFields, change_person
from groupsched.api.service import create_token
from groupsched.catalog.models import Group
from groupsched.catalog.service import fields_of, save_row, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.search import Findable
from groupsched.core.text import searchable
from groupsched.exchange.service import import_listings
from groupsched.feeds.service import public
from tests.conftest import identity_of
from tests.exchange.test_rules import row
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")  # Wednesday, 08:00 at the house
PEOPLE = [("Ángel", "Núñez"), ("Éva", "Kovács"), ("José", "García"), ("Łukasz", "Wróbel"), ("Shea", "O’Neil"), ("Robin", "Teacup")]  # fmt: skip
TITLES = ["Women’s circle", "Círculo de tarde", "Café & té", "Co-Dependents", "Quiet hour"]


@pytest.fixture(autouse=True)
def _still():
    public._kept.clear()
    with clock.at(NOW):
        yield


def token(world, client):
    _row, secret = create_token(System(), world.program, "tests", ["read", "people"])
    db.session.commit()
    return lambda path: client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"}).json


# --- people ---


@kept
def door(world, client):
    """A date that people of all spellings are expected on, and another group that none of them is in."""
    world.lead, world.boss, world.browser = world.facilitator(), world.supervisor(), client
    world.desk = world.front_desk()
    world.people = {first: world.client(first, last) for first, last in PEOPLE}
    world.date = world.soon(world.group(led_by=world.lead))
    world.elsewhere = world.soon(world.group("Elsewhere", led_by=world.lead))
    world.enrol(world.date.group, *world.people.values(), at=world.date.start - timedelta(days=1))
    return world


def shown(door, page):
    return {first for first, person in door.people.items() if person.uid in page.text}


def register(door, typed):
    return shown(door, door.browser.as_(door.boss).post("/people", data={"q": typed}))


def bring(door, typed):
    path = f"/groups/{door.elsewhere.group.uid}/enrol"
    return shown(door, door.browser.as_(door.boss).post(path, data={"letters": typed}))


def walk_in(door, typed):
    path = f"/sheet/{door.elsewhere.uid}/walk-in/find"
    return shown(door, door.browser.as_(door.desk).post(path, data={"q": typed}))


def sheet(door, typed):
    page = door.browser.as_(door.lead).post(f"/sheet/{door.date.uid}/search", data={"q": typed}).text
    return {first for first, person in door.people.items() if f"<strong>{person.short_name}</strong>" in page}


def interface(door, typed):
    found = {one["id"] for one in token(door, door.browser)(f"/people?q={quote(typed)}")["items"]}
    return {first for first, person in door.people.items() if person.uid in found}


WHO = {
    "Ángel": "Ángel", "angel": "Ángel", "ÁNGEL": "Ángel", "A\u0301ngel": "Ángel", "nunez ang": "Ángel",
    "Éva": "Éva", "eva": "Éva", "josé": "José", "jos gar": "José", " José   García ": "José", "García-José": "José",
    "lukasz": "Łukasz", "Łuk": "Łukasz", "wrobel": "Łukasz", "O’Neil": "Shea", "O'Neil": "Shea", "oneil": "Shea",
    "shea neil": "Shea", "rob\u200bin": "Robin", "robin garcia": None, "cup": None, "9999999%": None, "__": None,
}  # fmt: skip


@pytest.mark.parametrize("place", [register, bring, walk_in, sheet, interface], ids=lambda one: one.__name__)
def test_a_person_is_found_however_the_name_is_typed(door, place):
    found = {typed: place(door, typed) for typed in WHO}
    assert found == {typed: {first} if first else set() for typed, first in WHO.items()}


@pytest.mark.parametrize("place", [register, bring, walk_in, interface], ids=lambda one: one.__name__)
def test_a_person_is_found_by_the_record_number_and_by_its_end(door, place):
    """Numbers as the product gives them, of letters and figures, typed as one likes."""
    eva = door.people["Éva"]
    assert place(door, eva.record_number) == place(door, eva.record_number[-4:].lower()) == {"Éva"}
    for number, one in enumerate(door.people.values()):
        one.record_number = f"XKWQZA{number:02}"  # as they are given, two may end alike
    eva.record_number = "XKWQZH7T"
    db.session.commit()
    assert (place(door, "7t"), place(door, "7"), place(door, "zh7")) == ({"Éva"}, set(), set())


# --- groups ---


@kept
def house(world, client):
    """Groups of our own by these titles, and listings by the same."""
    world.browser, world.boss = client, world.supervisor()
    world.lead = world.facilitator("Zoë", "Sampleton")
    for title in TITLES:
        world.series(world.group(title, led_by=world.lead), datetime(2026, 11, 26, 18), dates=1)
    feed = json.dumps([row(slug=str(number), name=title) for number, title in enumerate(TITLES)])
    import_listings(System(), world.program, feed, source="north", timezone="America/New_York")
    db.session.commit()
    return world


def told(text):
    plain = text.replace("&#39;", "'").replace("&amp;", "&")
    return {title for title in TITLES if f">{title}" in plain or f"SUMMARY:{title}" in plain}


def groups(house, typed):
    return told(house.browser.as_(house.boss).get(f"/groups?q={quote(typed)}").text)


def sessions(house, typed):
    return told(house.browser.get(f"/sessions?q={quote(typed)}").text)


def calendar(house, typed):
    return told(house.browser.get(f"/feeds/public.ics?q={quote(typed)}").text)


def review(house, typed):
    return told(house.browser.as_(house.boss).get(f"/import/review?q={quote(typed)}").text)


def dates(house, typed):
    return {one["title"] for one in token(house, house.browser)(f"/occurrences?q={quote(typed)}")["items"]}


WHAT = {
    "women’s": "Women’s circle", "women's": "Women’s circle", "womens": "Women’s circle", "WOMEN": "Women’s circle",
    "circle  women": "Women’s circle", "circulo": "Círculo de tarde", "CÍRCULO": "Círculo de tarde",
    "cafe": "Café & té", "té café": "Café & té", "codependents": "Co-Dependents", "co-dep": "Co-Dependents",
    "dependents": "Co-Dependents", "omen": None, "&": None, "%": None,
}  # fmt: skip


@pytest.mark.parametrize("place", [groups, sessions, calendar, review, dates], ids=lambda one: one.__name__)
def test_a_group_is_found_however_its_title_is_typed(house, place):
    found = {typed: place(house, typed) for typed in WHAT}
    assert found == {typed: {title} if title else set() for typed, title in WHAT.items()}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("place", ["/groups", "/sessions", "/feeds/public.ics"])
def test_a_group_is_found_by_its_words_in_any_language(world, client, place, language):
    group = world.group(
        "Sunrise", orientation="faith", tradition="Quaker",
        texts={"es": {"title": "Ñandú al alba", "tradition": "Cuáquera", "not_asked": "Secreto"}},
    )  # fmt: skip
    world.series(group, datetime(2026, 11, 26, 18), dates=1)
    browser = client.as_(world.supervisor()) if place == "/groups" else client
    shown = {"en": "Sunrise", "es": "Ñandú al alba"}[language]
    words = ("sunrise", "nandu", "ÑANDÚ", "alba sunrise", "quaker", "cuaquera", "secreto")
    found = {
        word: shown in browser.get(f"{place}?q={quote(word)}", headers={"Accept-Language": language}).text
        for word in words
    }
    assert found == {word: word != "secreto" for word in words}


def test_a_new_title_in_spanish_is_found_at_once(card):
    address = "/sessions?q=puerta&to=2026-12-01"
    assert "Open door" not in card.browser.get(address).text
    texts = {"es": {"title": "Puerta abierta"}}
    update_group(card.system, card.studio, replace(fields_of(card.studio), texts=texts), card.studio.version)
    db.session.commit()
    assert "Open door" in card.browser.get(address).text
    assert "Puerta abierta" in card.browser.get(address, headers={"Accept-Language": "es"}).text


# --- every word of a card ---


@kept
def card(world, client):
    """A card that says something in every place where a card can, and one that says nothing of the kind."""
    world.browser = client
    art = world.modality(
        "art", kind="art",
        texts={"en": {"name": "Clay work", "summary": "Hands make vessels."}, "es": {"name": "Taller de barro"}},
    )  # fmt: skip
    world.leader = world.facilitator("Ángel", "Sampleton")
    world.studio = world.group(
        "Open door", modality=art, led_by=world.leader, structure="relaxed", orientation="faith", tradition="Quaker",
        description="We glaze bowls.", tags=["newcomers", "chair"], languages=["es"], audience=["veterans"],
        place=world.place("Fern Loft", address="12 Quay Street", step_free=True),
    )  # fmt: skip
    world.series(world.studio, datetime(2026, 11, 30, 9), dates=1)
    other = world.group("Late talk", led_by=world.facilitator("Ossian", "Placeholder"), attendance_mode="online", place=None)  # fmt: skip
    world.series(other, datetime(2026, 11, 26, 19), dates=1)
    return world


ON_CARD = [
    "door", "angel", "Ángel", "clay", "barro", "art", "arte", "relaxed", "faith-based", "faith", "quaker",
    "monday", "mondays", "lunes", "morning", "mornings", "mañana", "glaze", "newcomers", "step-free", "fern", "quay",
    "Spanish", "español", "veterans", "glaze monday angel", "quaker mornings art",
]  # fmt: skip


@pytest.mark.parametrize("asked", ["/sessions?q={}&from=2026-11-25&to=2026-12-01", "/feeds/public.ics?q={}"])
def test_every_word_of_a_card_finds_it_and_no_other(card, asked):
    pages = {word: card.browser.get(asked.format(quote(word))).text for word in ON_CARD}
    assert [word for word, page in pages.items() if "Open door" not in page or "Late talk" in page] == []


def test_the_interface_finds_it_by_the_same_words(card):
    ask = token(card, card.browser)
    found = {
        word: [one["title"] for one in ask(f"/occurrences?q={quote(word)}")["items"]] for word in ON_CARD
    }
    assert found == {word: ["Open door"] for word in ON_CARD}


@pytest.mark.parametrize(
    "word", ["Sampleton", "vessels", "secular", "structured", "evening", "online", "doors"]
)
def test_a_word_that_is_not_on_the_card_does_not(card, word):
    assert "Open door" not in card.browser.get(f"/sessions?q={word}&from=2026-11-25&to=2026-12-01").text


def test_what_a_kind_of_work_is_finds_a_group_that_says_nothing_of_itself(card):
    card.studio.description = ""
    db.session.commit()
    assert "Open door" in card.browser.get("/sessions?q=vessels&to=2026-12-01").text


def test_a_leader_and_a_kind_of_work_are_found_by_a_new_name_at_once(card):
    assert "Open door" in card.browser.get("/sessions?q=angel&to=2026-12-01").text
    change_person(
        identity_of(card.admin()), card.leader, PersonFields("Łucja", "Sampleton", site_id=card.site.id)
    )
    save_row(identity_of(card.admin("Bo")), card.studio.modality, {"texts": {"en": {"name": "Weaving"}}}, 1)
    db.session.commit()
    assert "Open door" in card.browser.get("/sessions?q=lucja weaving&to=2026-12-01").text
    assert "Open door" not in card.browser.get("/sessions?q=angel&to=2026-12-01").text


# --- what is stored ---


def test_a_row_is_found_by_what_it_says_now_however_it_was_written(world):
    robin, group = world.client("Robin", "Teacup"), world.group("Morning group", state="draft")
    robin.last_name, group.description = "Ørsted", "Women’s tea"
    db.session.execute(insert(Person), [_plain(robin, number, "Éva") for number in (1, 2)])
    db.session.execute(insert(Group), [_listed(group, number) for number in (1, 2)])
    db.session.commit()
    db.session.expire_all()
    assert db.session.scalars(select(Person.folded).order_by(Person.id)).all() == [
        " robin orsted",
        " eva",
        " eva",
    ]
    assert db.session.scalars(select(Group.folded).order_by(Group.id)).all() == [
        " morning group womens tea women s", " cafe", " cafe",
    ]  # fmt: skip


def _plain(person, number, name):
    return {"program_id": person.program_id, "first_name": name, "record_number": f"x{number}"}


def _listed(group, number):
    return {
        "program_id": group.program_id,
        "modality_id": group.modality_id,
        "title": "Café",
        "source_slug": str(number),
    }


def test_no_statement_changes_what_is_found_without_folding_it():
    """A loaded row follows by itself; an UPDATE of a whole table would not."""
    import ast
    from pathlib import Path

    columns = {name for kind in Findable.__subclasses__() for name in kind.found_by}
    found_by = columns | {name.removeprefix("plain_") for name in columns}
    wrong = []
    for path in (Path(__file__).parents[2] / "groupsched").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "values":
                named = {word.arg for word in node.keywords}
                if named & found_by and "folded" not in named:
                    wrong.append(f"{path.name}:{node.lineno}")
    assert len(columns) == 8
    assert not wrong


def test_everything_that_is_stored_is_folded_as_the_code_folds_now(card):
    for kind in Findable.__subclasses__():
        for one in db.session.scalars(select(kind)):
            assert one.folded == searchable(*one.words(vars(one)))
