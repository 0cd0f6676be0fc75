"""A site as its program says it: where it is, and whom people call in an emergency."""

import pytest

from groupsched.access.models import Site
from groupsched.catalog.service import save_row
from groupsched.core.db import db

pytestmark = pytest.mark.on_sqlite

SAID = {
    "name": "Harbor House", "timezone": "America/New_York", "address": "1 Quay Street", "step_free": "y", "emergency_number": "911",
    "crisis_number": "988", "program_number": "+1 202 555 0199", "program_hours": "08:00–20:00",
}  # fmt: skip


def address(site):
    return f"/catalog/houses/{site.uid}"


def test_an_administrator_fills_in_the_numbers_and_every_client_reads_them(world, client):
    before = client.as_(world.client()).get("/sessions").text
    assert "Need help right now?" not in before
    admin = client.as_(world.admin())
    saved = admin.post(address(world.site), data={**SAID, "version": world.site.version})
    assert (saved.status_code, saved.headers["Location"]) == (303, "/catalog/places")
    page = client.as_(world.client()).get("/sessions").text
    assert 'href="tel:911"' in page
    assert 'href="tel:+12025550199"' in page
    assert "Emergency: 911 or 988" in admin.get("/catalog/places").text
    assert "changed the site" in client.as_(world.supervisor()).get("/audit").text


def test_until_then_the_administrator_is_told_and_nobody_else(world, client):
    admin, facilitator = client.as_(world.admin()), client.as_(world.facilitator())
    assert "Fill in the numbers" in admin.get("/today").text
    assert "Help numbers missing" in admin.get("/catalog/places").text
    assert "Fill in the numbers" not in facilitator.get("/today").text
    admin.post(
        address(world.site),
        data={**SAID, "version": world.site.version, "crisis_number": "[your crisis line]"},
    )
    assert "Fill in the numbers" in admin.get("/today").text
    admin.post(address(world.site), data={**SAID, "version": world.site.version})
    assert "Fill in the numbers" not in admin.get("/today").text


def test_who_saves_second_learns_of_it_and_keeps_their_words(world, client):
    admin = client.as_(world.admin())
    seen = world.site.version
    admin.post(address(world.site), data={**SAID, "version": seen})
    late = admin.post(address(world.site), data={**SAID, "version": seen, "address": "2 Quay Street"})
    assert late.status_code == 409
    assert "Somebody else saved this" in late.text
    assert "2 Quay Street" in late.text
    assert db.session.get(Site, world.site.id, populate_existing=True).address == "1 Quay Street"


@pytest.mark.parametrize("wrong", [{"name": ""}, {"emergency_number": "9" * 61}, {"name": "Other House"}])
def test_what_does_not_fit_is_said_and_the_rest_is_kept(world, client, wrong):
    world.another_site("other")
    answer = client.as_(world.admin()).post(address(world.site), data={**SAID, "version": 1, **wrong})
    assert answer.status_code == 422
    assert "1 Quay Street" in answer.text


def test_nobody_else_finds_the_page(world, client):
    elsewhere = world.another_program()
    strangers = (
        None,
        world.client(),
        world.facilitator(),
        world.front_desk(),
        world.supervisor(),
        elsewhere.admin(),
    )
    for person in strangers:
        browser = client.as_(person) if person else client
        assert (
            browser.post(address(world.site), data={**SAID, "version": world.site.version}).status_code == 404
        )
        assert browser.get(address(world.site)).status_code == (404 if person else 303)
    admin = client.as_(world.admin())
    assert admin.get("/catalog/houses/nothing").status_code == 404
    assert admin.delete(address(world.site)).status_code == 405


def test_the_numbers_are_those_of_the_first_site_alone(world, client):
    second = world.another_site()
    save_row(world.system, second, {"crisis_number": "113"}, second.version)
    db.session.commit()
    admin = client.as_(world.admin())
    assert "Whom to call" in admin.get(address(world.site)).text
    assert "Whom to call" not in admin.get(address(second)).text
    assert admin.post(address(second), data={**SAID, "version": second.version}).status_code == 303
    found = db.session.get(Site, second.id, populate_existing=True)
    assert (found.name, found.crisis_number) == ("Harbor House", "113")
    assert admin.get("/catalog/places").text.count("Help numbers missing") == 1
