"""Care teams by interface: who calls for them has the scope by its name, and reads and changes the team of a person."""

from datetime import timedelta

from groupsched.audit.models import AuditRow
from groupsched.care.service import hand_over
from groupsched.core import clock
from groupsched.core.db import db
from tests.factories import ZONE


def test_a_team_is_put_together_and_read_with_who_was_there_before(world, caller):
    call, today = caller("care"), clock.today(ZONE)
    robin, pike, fern = world.client(), world.facilitator("Pike"), world.facilitator("Fern")
    address = f"/people/{robin.uid}/care-team"
    assert call("GET", address).json == {"items": [], "next_cursor": None}
    before = world.care_for(robin, pike, days=-7)
    hand_over(world.system, [before], fern, today)
    db.session.commit()
    made = call(
        "POST", address, {"member_id": pike.uid, "role": "peer", "from": str(today + timedelta(days=2))}
    )
    assert made.status_code == 201
    shown = [
        (one["member"]["id"], one["role"], one["from"], one["to"])
        for one in call("GET", address).json["items"]
    ]
    assert shown == [
        (pike.uid, "peer", str(today + timedelta(days=2)), None),
        (fern.uid, "counselor", str(today), None),
        (pike.uid, "counselor", str(today - timedelta(days=7)), str(today - timedelta(days=1))),
    ]
    assert call("GET", address).json["items"][1]["took_over_from"]["id"] == pike.uid
    page = call("GET", f"{address}?limit=2").json
    assert len(call("GET", f"{address}?limit=2&cursor={page['next_cursor']}").json["items"]) == 1
    words = {row.word for row in db.session.query(AuditRow).filter(AuditRow.token_uid.is_not(None))}
    assert words == {"care_team.joined", "person.read"}


def test_no_token_has_the_scope_unless_by_name_and_it_opens_no_record_besides(world, caller):
    robin, pike = world.client(), world.facilitator("Pike")
    address, said = f"/people/{robin.uid}/care-team", {"member_id": pike.uid, "role": "counselor"}
    for others in (("admin",), ("read", "people", "feeds", "schedule", "enrol", "attend", "admin")):
        call = caller(*others)
        assert call("GET", address).status_code == call("POST", address, said).status_code == 403
    call = caller("care")
    assert call("GET", f"/people/{robin.uid}").status_code == 403
    elsewhere = world.another_program()
    for stranger in (elsewhere.client("Holly"), pike):
        assert call("GET", f"/people/{stranger.uid}/care-team").status_code == 404
        assert call("POST", f"/people/{stranger.uid}/care-team", said).status_code == 404


def test_who_cannot_be_on_the_team_is_named_by_the_field_of_the_request(world, caller):
    call, robin, pike = caller("care"), world.client(), world.facilitator("Pike")
    address, said = f"/people/{robin.uid}/care-team", {"member_id": pike.uid, "role": "counselor"}
    for wrong, field in (
        ({"member_id": robin.uid}, "member_id"),
        ({"from": "2199-01-01"}, "from"),
        ({"role": "owner"}, "role"),
    ):
        refused = call("POST", address, said | wrong)
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)
    assert call("POST", address, said).status_code == 201
    assert call("POST", address, said).json["errors"][0]["field"] == "member_id"
