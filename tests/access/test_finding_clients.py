"""Who may find which client, wherever clients are looked up: one answer on every page."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from groupsched.access.identity import Role
from groupsched.attendance.models import Attendee
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from tests.kept import kept


@kept
def lantern(world):
    """A program of two sites: a group that meets now at the first, and a client of each."""
    world.far = world.another_site()
    world.lead = world.facilitator()
    world.group_here = world.group(led_by=world.lead)
    world.date = world.soon(world.group_here)
    world.near_client = world.client("Rowan", "Teaspoon")
    world.far_client = world.client("Roan", "Elsewhere", site=world.far)
    world.addresses = {
        "people": "/people",
        "enrolling": f"/groups/{world.group_here.uid}/enrol",
        "walk-in": f"/sheet/{world.date.uid}/walk-in",
    }
    return world


PLACES = ["people", "enrolling", "walk-in"]


def found(world, browser, place, letters="ro"):
    """The first names that a search shows."""
    address = world.addresses[place] + ("/find" if place == "walk-in" else "")
    answer = browser.post(address, data={"letters" if place == "enrolling" else "q": letters})
    page = answer.text.split("<main")[1].split('<template id="cover"')[0]
    return re.findall(r"\b(?:Rowan|Roan|Robin)\b(?= )", page)


@pytest.mark.parametrize("place", PLACES)
def test_a_desk_finds_the_clients_of_its_own_site_only(lantern, client, place):
    """The desk of one site found another site's clients by two letters, where it wrote down a walk-in."""
    browser = client.as_(lantern.front_desk())
    assert set(found(lantern, browser, place)) == {"Rowan"}


@pytest.mark.parametrize("place", PLACES)
def test_a_desk_held_in_the_whole_program_and_a_supervisor_find_everybody(lantern, client, place):
    desk = lantern.front_desk()
    desk.grants[0].site_id = None
    db.session.commit()
    for person in (desk, lantern.supervisor()):
        browser = client.as_(person)
        if place == "walk-in":
            browser.post(f"/sheet/{lantern.date.uid}/reason", data={"reason": "Asked to look"})
        assert set(found(lantern, browser, place)) == {"Rowan", "Roan"}, person.name


@pytest.mark.parametrize("place", PLACES)
def test_whoever_leads_a_group_finds_nobody_by_letters(lantern, client, place):
    assert found(lantern, client.as_(lantern.lead), place) == []
    known = {"Rowan"} if place == "walk-in" else set()
    assert set(found(lantern, client.as_(lantern.lead), place, "Rowan")) == known


@pytest.mark.parametrize("place", ["enrolling", "walk-in"])
def test_a_desk_that_leads_another_group_finds_no_more_at_the_door_of_this_one(lantern, client, place):
    both = lantern.person("Wren", "Demopoulos", Role.FRONT_DESK, Role.FACILITATOR)
    lantern.group("Evening group", led_by=both)
    assert set(found(lantern, client.as_(both), place)) == {"Rowan"}


@pytest.mark.parametrize("place", ["enrolling", "walk-in"])
def test_a_client_whom_one_cannot_find_is_not_brought_by_their_id_either(lantern, client, place):
    browser = client.as_(lantern.front_desk())
    for uid in (lantern.far_client.uid, "nobody"):
        data = {"people": [uid], "person": uid, "op": "x", "act": "enrol"}
        # A form of several says that nobody is chosen.
        assert browser.post(lantern.addresses[place], data=data).status_code == {"walk-in": 404}.get(
            place, 422
        )
    kept = [*db.session.scalars(select(Enrolment)), *db.session.scalars(select(Attendee))]
    assert lantern.far_client.id not in {row.person_id for row in kept}


@pytest.mark.parametrize("place", ["enrolling", "walk-in"])
def test_who_is_no_client_any_more_is_found_in_the_register_only(lantern, client, place):
    lantern.near_client.grants[0].until_at = lantern.near_client.grants[0].from_at.replace(year=2021)
    db.session.commit()
    browser = client.as_(lantern.front_desk())
    assert found(lantern, browser, place) == []
    assert set(found(lantern, browser, "people")) == {"Rowan"}


@pytest.mark.parametrize("place", PLACES)
def test_nobody_finds_themselves(lantern, client, place):
    desk = lantern.person("Robin", "Demopoulos", Role.FRONT_DESK, Role.CLIENT)
    colleague = lantern.front_desk("Wren", "Other")
    assert set(found(lantern, client.as_(colleague), place, "rob")) == {"Robin"}
    assert found(lantern, client.as_(desk), place, "rob") == []


# What may be asked for by words in an address: sessions, groups, listings. People never.
WORDS_IN_ADDRESS = {
    "enrolment/_filters.html",
    "schedule/groups.html",
    "exchange/_which.html",
    "facilitation/_shelf.html",
}
# Find puts its filters there; the week a day, a time, and the ids of a room or of who leads.
FIELDS_IN_ADDRESS = {"find.js", "week-move.js"}
# Fields put together for anything but the body of a request, or the reading of the present address.
FIELDS_OF_AN_ADDRESS = r"(?<!\bbody = new )(?<!\bbody: new )\bURLSearchParams\((?!location\.search\))"
ROOT = Path(__file__).parents[2]


def test_no_page_or_script_puts_what_people_are_found_by_into_an_address():
    for path in (ROOT / "templates").rglob("*.html"):
        text, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT / "templates"))
        if name in WORDS_IN_ADDRESS:
            continue
        assert not re.search(r"url_for\([^)]*\b(?:q|letters|who|names)=", text), name
        for form in re.findall(r'(?s)<form[^>]*method="get".*?</form>', text):
            fields = re.findall(r"<input[^>]*>", form)
            assert not [one for one in fields if 'type="search"' in one and "form=" not in one], name
    for path in (ROOT / "groupsched" / "static" / "js").glob("*.js"):
        assert path.name in FIELDS_IN_ADDRESS or not re.search(
            rf"[?&]q=|\bq:|{FIELDS_OF_AN_ADDRESS}", path.read_text(encoding="utf-8")
        ), path.name
