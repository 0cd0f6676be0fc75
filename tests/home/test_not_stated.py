"""Today names groups that say nothing yet of faith, or of how they go: to those who may say it."""

import pytest

from groupsched.core.db import db
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite


@kept
def house(world):
    """A group that says both, one that says nothing of faith, one nothing of how it goes; each has a leader of its own."""
    world.lead, world.other = world.facilitator("Ossian"), world.facilitator("Juniper")
    world.group("Says both", led_by=world.lead)
    world.mute = world.group("Says no faith", orientation=None, led_by=world.lead)
    world.group("Says no form", structure=None, led_by=world.other)
    return world


def told(client, person):
    page = client.as_(person).get("/today").text
    return page.partition("Not stated yet")[2].partition("</ul>")[0]


def test_a_supervisor_is_told_of_all_and_who_leads_of_their_own(house, client):
    named = told(client, house.supervisor())
    assert "Says no faith" in named and "Says no form" in named and "Says both" not in named
    assert f"/groups/{house.mute.uid}/edit" in named
    assert "Says no faith" in told(client, house.lead) and "Says no form" not in told(client, house.lead)
    assert told(client, house.front_desk()) == ""


def test_what_nobody_finds_need_not_say_it_and_what_was_said_is_not_asked_again(house, client):
    for title, fields in {
        "Draft": {"state": "draft"}, "One-to-one": {"setting": "private"}, "Hidden": {"hidden": True},
    }.items():  # fmt: skip
        house.group(title, orientation=None, **fields)
    house.listing("Church basement")
    named = told(client, house.supervisor())
    assert not any(title in named for title in ("Draft", "One-to-one", "Hidden", "Church"))
    house.mute.orientation = "secular"
    db.session.commit()
    assert "Says no faith" not in told(client, house.supervisor())
