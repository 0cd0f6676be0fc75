"""The pages of care teams: who opens them, what they say, and their undo."""

import re
from datetime import timedelta

import pytest

from groupsched.care import queries
from groupsched.care.rules import CareRole
from groupsched.core import clock
from tests.factories import ZONE
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite


@kept
def house(world):
    robin, holly = world.client(), world.client("Holly", "Kettle")
    pike, fern, ivy = (
        world.facilitator("Pike", "Mockridge"),
        world.facilitator("Fern", "Placeholder"),
        world.supervisor("Ivy"),
    )
    group = world.group("Evening circle", led_by=fern)
    world.series(group, clock.now().replace(tzinfo=None) + timedelta(days=2))
    world.enrol(group, robin)
    for person in (robin, holly):
        world.care_for(person, pike, days=-30)
    return {
        "robin": robin,
        "holly": holly,
        "pike": pike,
        "fern": fern,
        "ivy": ivy,
        "desk": world.front_desk(),
    }


def undo_of(answer):
    """The address and hidden fields of the undo that the last answer offers."""
    form = re.search(
        r'<form method="post" action="(/[^"]*(?:return|take-back))"[^>]*>(.*?)</form>', answer.text, re.S
    )
    return form[1], re.findall(r'name="(rows)" value="(\w+)"', form[2])


def team(person):
    return {row.member.first_name: row.role for row in queries.team_on(person, clock.today(ZONE))}


def test_a_counselor_reads_the_page_and_groups_of_who_is_in_their_care_and_nobody_elses(house, client):
    client = client.as_(house["pike"])
    page = client.get(f"/people/{house['robin'].uid}").text
    assert "Evening circle" in page
    assert "Pike Mockridge" in page
    assert "/roster" not in page, "who else is in the group does not show"
    listed = client.get("/people").text
    assert "Robin Teacup" in listed
    assert "Holly Kettle" in listed
    client = client.as_(house["fern"])
    assert client.get(f"/people/{house['holly'].uid}").status_code == 404
    for path in (f"/people/{house['robin'].uid}/care-team",):
        assert client.get(path).status_code == 404, "leading a group of theirs is not caring for them"
    client = client.as_(house["desk"])
    assert client.get(f"/people/{house['robin'].uid}/care-team").status_code == 404
    assert "Care team" not in client.get(f"/people/{house['robin'].uid}").text


def test_a_team_is_put_together_ended_and_taken_back_and_a_refusal_keeps_what_was_chosen(house, client):
    robin, fern = house["robin"], house["fern"]
    client = client.as_(house["ivy"])
    address = f"/people/{robin.uid}/care-team"
    said = {"colleague": fern.uid, "role": "peer", "from_day": ""}
    assert client.post(address, data=said | {"colleague": ""}).status_code == 422
    refused = client.post(address, data=said | {"from_day": "2199-01-01"})
    assert refused.status_code == 422
    assert "within a year" in refused.text
    assert re.search(rf'<option selected value="{fern.uid}">', refused.text)
    assert (
        "Fern Placeholder is on the care team." in client.post(address, data=said, follow_redirects=True).text
    )
    assert team(robin) == {"Pike": CareRole.COUNSELOR, "Fern": CareRole.PEER}
    row = next(one for one in queries.rows_of(robin) if one.member == fern)
    ended = client.post(f"{address}/{row.uid}/leave", follow_redirects=True)
    assert team(robin) == {"Pike": CareRole.COUNSELOR}
    back, _rows = undo_of(ended)
    assert "is on the care team again" in client.post(back, follow_redirects=True).text
    assert team(robin) == {"Pike": CareRole.COUNSELOR, "Fern": CareRole.PEER}


def test_a_counselor_who_hands_over_sees_them_no_longer_and_whoever_supervises_takes_it_back(house, client):
    robin, holly, pike, fern = (house[name] for name in ("robin", "holly", "pike", "fern"))
    rows = {row.client.first_name: row.uid for row in queries.in_care(pike, None)}
    client = client.as_(pike)
    assert "Hand over" in client.get("/in-my-care").text
    nobody = client.post("/in-my-care", data={"colleague": fern.uid})
    assert "Choose whom to hand over." in nobody.text
    done = client.post(
        "/in-my-care", data={"colleague": fern.uid, "rows": rows["Robin"]}, follow_redirects=True
    )
    assert "1 person is handed over to Fern Placeholder." in done.text
    assert "Robin Teacup" not in done.text
    assert client.get(f"/people/{robin.uid}").status_code == 404
    assert (team(robin), team(holly)) == ({"Fern": CareRole.COUNSELOR}, {"Pike": CareRole.COUNSELOR})
    client = client.as_(house["ivy"])
    assert "took over from Pike Mockridge" in client.get(f"/people/{robin.uid}/care-team").text
    both = client.post(
        "/in-my-care",
        data={"of": pike.uid, "colleague": house["ivy"].uid, "rows": [rows["Holly"]]},
        follow_redirects=True,
    )
    back, fields = undo_of(both)
    client.post(back, data={"rows": [uid for _name, uid in fields]})
    assert team(holly) == {"Pike": CareRole.COUNSELOR}


def test_a_client_reads_who_cares_for_them_and_a_newcomer_where_to_ask(house, client, world):
    newcomer = world.client("New", "Comer")
    mine = client.as_(house["robin"]).get("/my/care-team").text
    assert "Pike" in mine
    assert "Counselor" in mine
    assert "Nobody is on your care team yet." in client.as_(newcomer).get("/my/care-team").text
