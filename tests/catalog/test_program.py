"""A program as its administrator edits it: its name, its own front page, its region, and a second site."""

import pytest

from groupsched.access.models import Program, Site
from groupsched.core.db import db

pytestmark = pytest.mark.on_sqlite

SAID = {
    "name": "Harbor House",
    "region": "US",
    "timezone": "America/New_York",
    "sentence_en": "Tea is on.",
    "sentence_es": "",
}


def test_a_program_speaks_for_itself_on_its_front_page(world, client):
    assert "There is a seat in the circle." in client.get("/").text
    admin = client.as_(world.admin())
    saved = admin.post("/catalog/program", data={**SAID, "version": "1"})
    assert (saved.status_code, saved.location) == (303, "/catalog/program")
    for language in ("en", "es"):
        page = client.get("/", headers={"Accept-Language": language}).text
        assert "Tea is on." in page
        assert "Harbor House" in page
    assert "Groups, quiet rooms" not in client.get("/").text
    admin.post("/catalog/program", data={**SAID, "sentence_es": "Hay té.", "version": "2"})
    assert "Hay té." in client.get("/", headers={"Accept-Language": "es"}).text
    assert (
        "changed name, front page, region or zone of the program"
        in client.as_(world.supervisor()).get("/audit").text
    )


def test_a_region_is_chosen_by_what_it_writes_and_holds_at_once(world, client):
    world.soon(world.group("Tea"), in_minutes=600)
    admin = client.as_(world.admin())
    assert "United States: Thu, Jan 1, 2:30 PM" in admin.get("/catalog/program").text
    assert "M</span>" not in client.get("/sessions").text
    admin.post("/catalog/program", data={**SAID, "version": "1"})
    page = client.get("/sessions").text
    assert "AM" in page or "PM" in page


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"region": "XX"}, {"timezone": "Mars/Base"}, {"sentence_en": "x" * 301}, {"version": "7"}],
)
def test_what_does_not_fit_is_said_and_changes_nothing(world, client, wrong):
    answer = client.as_(world.admin()).post("/catalog/program", data={**SAID, "version": "1", **wrong})
    assert answer.status_code == (409 if "version" in wrong else 422)
    assert "aria-invalid" in answer.text or "Somebody else saved this" in answer.text
    assert db.session.get(Program, world.program.id, populate_existing=True).name == "Harbor House"
    assert db.session.get(Program, world.program.id).texts == {}


@pytest.mark.parametrize("role", ["client", "facilitator", "front_desk", "supervisor"])
def test_nobody_else_edits_the_program(world, client, role):
    browser = client.as_(getattr(world, role)())
    assert browser.get("/catalog/program").status_code in (403, 404)
    assert browser.post("/catalog/sites/new", data={"name": "Annex", "timezone": "UTC"}).status_code in (
        403,
        404,
    )
    assert "/catalog/program" not in browser.get("/catalog").text


def test_a_second_site_is_added_with_a_zone_of_its_own(world, client):
    admin = client.as_(world.admin())
    page = admin.get("/catalog/sites/new").text
    assert 'selected value="America/New_York"' in page
    assert "crisis_number" not in page, "pages show the numbers of the first site"
    added = admin.post(
        "/catalog/sites/new",
        data={"name": "Annex", "timezone": "America/Chicago", "address": "2 Quay Street"},
    )
    assert added.location == "/catalog/places"
    site = db.session.query(Site).filter_by(name="Annex").one()
    assert (site.timezone, site.key, site.program_id) == ("America/Chicago", "annex", world.program.id)
    db.session.expire_all()
    assert "Annex" in admin.get("/catalog/places").text
    assert "added the site" in client.as_(world.supervisor()).get("/audit").text
    twice = admin.post("/catalog/sites/new", data={"name": "annex", "timezone": "UTC"})
    assert twice.status_code == 422
    assert "There is one with this name already." in twice.text
