"""Keep apart and guests through the interface."""

from groupsched.core import clock
from groupsched.core.db import db
from tests.factories import ZONE, tomorrow_at


def test_a_pair_is_kept_and_listed_without_its_reason_by_the_scope_care_alone(world, caller):
    robin, jo = world.client("Robin"), world.client("Jo", "Marmalade")
    care = caller("care")
    body = {"people": [robin.uid, jo.uid], "reason": "A quarrel.", "minutes": 15}
    made = care("POST", "/keep-apart", body)
    assert (made.status_code, made.json["minutes"]) == (201, 15)
    assert made.json["from_day"] == clock.today(ZONE).isoformat()
    listed = care("GET", "/keep-apart")
    assert [one["id"] for one in listed.json["items"]] == [made.json["id"]]
    assert "quarrel" not in made.text + listed.text
    assert care("POST", "/keep-apart", body).json["code"] == "already"
    for wrong in (
        {**body, "people": [robin.uid, "nobody"]},
        {**body, "people": [robin.uid]},
        {**body, "reason": ""},
    ):
        assert care("POST", "/keep-apart", wrong).status_code == 422
    for scope in ("read", "people", "enrol", "admin"):
        assert caller(scope)("GET", "/keep-apart").status_code in (403, 404)


def test_an_enrolment_of_a_pair_reads_ask_the_supervisor(world, call):
    robin, jo = world.client("Robin"), world.client("Jo", "Marmalade")
    tea = world.group("Tea")
    world.series(tea, tomorrow_at(10), dates=2)
    world.enrol(tea, jo)
    world.keep_apart(robin, jo)
    refused = call("POST", f"/groups/{tea.uid}/enrolments", {"person_id": robin.uid})
    assert (refused.status_code, refused.json["code"]) == (409, "ask_supervisor")
    assert "Jo" not in refused.text


def test_guests_are_written_down_and_listed_with_the_scope_enrol(world, caller):
    jo = world.client("Jo", "Marmalade")
    family = world.group("Family")
    dates = world.series(family, tomorrow_at(18), dates=2)
    world.enrol(family, jo)
    where, enrol = f"/groups/{family.uid}/guests", caller("enrol")
    body = {
        "client_id": jo.uid, "first_name": "Nan", "relation": "parent",
        "dates": [dates[0].uid], "word": True, "adult": True,
    }  # fmt: skip
    assert enrol("POST", where, body).json["code"] == "no_guests"
    world.guests(family)
    made = enrol("POST", where, body)
    assert (made.status_code, made.json["state"], made.json["dates"]) == (201, "asked", [dates[0].uid])
    assert enrol("GET", where).json["items"] == [made.json]
    assert enrol("POST", where, {**body, "word": False}).json["code"] == "no_word"
    assert enrol("POST", where, {**body, "dates": ["unknown"]}).status_code == 422
    assert caller("read")("POST", where, body).status_code in (403, 404)
    db.session.rollback()


def test_a_pair_is_ended_from_today_and_twice_is_once(world, caller):
    robin, jo = world.client("Robin"), world.client("Jo", "Marmalade")
    pair, care = world.keep_apart(robin, jo), caller("care")
    for _twice in range(2):
        ended = care("POST", f"/keep-apart/{pair.uid}/end")
        assert (ended.status_code, ended.json["until_day"]) == (200, clock.today(ZONE).isoformat())
    assert care("POST", "/keep-apart/unknown/end").status_code == 404
    for scope in ("read", "people", "enrol", "admin"):
        assert caller(scope)("POST", f"/keep-apart/{pair.uid}/end").status_code in (403, 404)


def test_a_guest_is_confirmed_with_both_notes_and_ended(world, caller):
    jo, family = world.client("Jo", "Marmalade"), world.group("Family", capacity=2)
    dates = world.series(family, tomorrow_at(18), dates=1)
    world.enrol(family, jo)
    world.guests(family)
    enrol = caller("enrol")
    body = {
        "client_id": jo.uid, "first_name": "Nan", "relation": "parent",
        "dates": [dates[0].uid], "word": True, "adult": True,
    }  # fmt: skip
    guest = enrol("POST", f"/groups/{family.uid}/guests", body).json["id"]
    where = f"/guests/{guest}"
    refused = enrol("POST", f"{where}/confirm", {"asked_alone": True, "agreed": False})
    assert (refused.status_code, refused.json["code"]) == (422, "not_agreed")
    assert enrol("POST", f"{where}/confirm", {"asked_alone": True}).status_code == 422
    for _twice in range(2):
        done = enrol("POST", f"{where}/confirm", {"asked_alone": True, "agreed": True})
        assert (done.status_code, done.json["state"]) == (200, "comes")
    db.session.refresh(dates[0])
    assert dates[0].taken == 2
    assert enrol("POST", f"{where}/end").json["state"] == "ended"
    db.session.refresh(dates[0])
    assert dates[0].taken == 1
    assert enrol("POST", "/guests/unknown/end").status_code == 404
    assert caller("read")("POST", f"{where}/end").status_code in (403, 404)
