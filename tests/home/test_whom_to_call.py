"""Whom to call: a program begins with what is known of its region, and no page promises a number that is not there."""

from datetime import UTC, datetime, timedelta

import pytest

from groupsched.accounts.service import found_program
from groupsched.catalog.service import save_row
from groupsched.core import clock
from groupsched.core.db import db
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime(2026, 11, 25, 20, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "numbers"), [("America/New_York", ("911", "988")), ("Europe/London", ("", ""))]
)
def test_a_program_begins_with_the_numbers_that_are_known_of_its_region(app, zone, numbers):
    with app.app_context():
        [site] = found_program("Harbor House", zone, "Lantern Street").sites
        assert (site.emergency_number, site.crisis_number) == numbers
        db.session.rollback()


def test_who_administers_is_asked_to_check_them_until_they_have(world, client):
    world.program.region = "US"
    world.site.emergency_number, world.site.crisis_number = "911", "988"
    world.site.version = 1
    ada = world.admin()
    db.session.commit()
    page = client.as_(ada).get("/today").text
    assert "Help numbers to check" in page
    assert "Help numbers missing" not in page
    assert "Help numbers to check" not in client.as_(world.facilitator()).get("/today").text
    save_row(
        world.system, world.site, {"emergency_number": "911", "crisis_number": "988"}, world.site.version
    )
    db.session.commit()
    assert "Help numbers" not in client.as_(ada).get("/today").text


@kept(at=NOW, still=True)
def house(world):
    world.facilitator("Pike", "Mockridge")
    return {"robin": world.client(), "site": world.site, "desk": world.front_desk()}


@pytest.mark.parametrize(
    ("emergency", "crisis"), [("", ""), ("[yours]", "[yours]"), ("911", ""), ("", "988"), ("911", "988")]
)
def test_a_call_that_nobody_takes_promises_no_number_that_is_not_there(house, client, emergency, crisis):
    house["site"].emergency_number, house["site"].crisis_number = emergency, crisis
    house["site"].program_number, house["site"].program_hours = "+1 202 555 0199", "8:00 AM–8:00 PM"
    db.session.commit()
    robin = client.as_(house["robin"])
    mine = robin.post("/my/call", data={"phone": "555 0111"}).headers["Location"]
    with clock.at(NOW + timedelta(minutes=16)):
        page = robin.get(mine).text.split("<footer")[0]
    assert ("somebody answers here right now" in page) is (crisis == "988")
    assert ("go to somebody you trust" in page) is (crisis != "988")
    assert ("tel:988" in page, "tel:911" in page) == (crisis == "988", emergency == "911")
    assert ("emergency number of your country" in page) is (emergency != "911")
    assert "yours" not in page
    assert "+1 202 555 0199" in page
