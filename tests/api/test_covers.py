"""Cover through the interface: asked, accepted, taken back; and who is away is said where a date moves."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from groupsched.core.db import db
from groupsched.schedule.service import enter_time_off
from tests.conftest import identity_of
from tests.factories import tomorrow_at


def test_cover_is_asked_accepted_and_taken_back(world, call):
    juniper, pike, saffron = (world.facilitator(name) for name in ("Juniper", "Pike", "Saffron"))
    date = world.series(world.group("Qigong", led_by=juniper), tomorrow_at(10), dates=1)[0]
    where = f"/occurrences/{date.uid}/cover"
    assert call("POST", where, {"people": []}).json["errors"][0]["field"] == "people"
    assert call("POST", where, {"people": ["nobody"]}).json["errors"][0]["field"] == "people"
    assert call("POST", where, {"act": "withdraw"}).json["code"] == "no-cover"
    asked = call("POST", where, {"people": [pike.uid, saffron.uid], "reason": "Ill"})
    assert (asked.status_code, asked.json["state"], asked.json["part_of"]["id"]) == (201, "open", juniper.uid)
    assert "Ill" not in asked.text
    accept = f"/covers/{asked.json['id']}/accept"
    assert call("POST", accept, {"person_id": juniper.uid}).status_code == 422
    done = call("POST", accept, {"person_id": pike.uid}).json
    assert (done["state"], done["taken_by"]["id"]) == ("accepted", pike.uid)
    second = call("POST", accept, {"person_id": saffron.uid})
    assert (second.status_code, second.json["code"]) == (409, "taken") and "Pike" in second.json["detail"]
    assert call("POST", where, {"act": "withdraw"}).json["state"] == "withdrawn"
    given = call("POST", where, {"act": "assign", "person_id": saffron.uid}).json
    assert (given["state"], given["taken_by"]["id"]) == ("given", saffron.uid)
    assert call("POST", "/occurrences/unknown/cover", {"people": [pike.uid]}).status_code == 404


def test_a_dry_run_says_who_is_away_and_refuses_nothing(world, call):
    juniper = world.facilitator("Juniper")
    date = world.series(world.group("Qigong", led_by=juniper), tomorrow_at(10), dates=1)[0]
    day = date.start + timedelta(days=2)
    zone = ZoneInfo(date.timezone)
    start = datetime.combine(day.astimezone(zone).date(), time(), zone)
    enter_time_off(identity_of(juniper), juniper, start, start + timedelta(days=1), "By the sea")
    db.session.commit()
    body = {"start": day.isoformat(), "dry_run": True}
    told = call("PATCH", f"/occurrences/{date.uid}", body).json
    assert [one["person_id"] for one in told["away"]] == [juniper.uid] and "By the sea" not in str(told)
    assert call("PATCH", f"/occurrences/{date.uid}", {"start": day.isoformat()}).status_code == 200


def test_a_week_of_somebody_ill_is_given_away_in_one_call_and_taken_back_in_one(world, call):
    juniper, pike, saffron = (world.facilitator(name) for name in ("Juniper", "Pike", "Saffron"))
    dates = world.series(world.group("Qigong", led_by=juniper), tomorrow_at(10), dates=3, every_days=1)
    world.series(world.group("Yoga", led_by=pike), tomorrow_at(10), dates=1)
    to = [(dates[0], pike), (dates[1], pike), (dates[2], saffron)]
    body = {
        "part_of": juniper.uid,
        "dates": [{"occurrence_id": date.uid, "person_id": person.uid} for date, person in to],
    }
    done = call("POST", "/covers/give", body)
    assert done.status_code == 200
    taken = [(one["occurrence_id"], one["taken_by"]["id"]) for one in done.json["covers"]]
    assert taken == [(dates[1].uid, pike.uid), (dates[2].uid, saffron.uid)]
    assert done.json["unchanged"] == [dates[0].uid], "Pike leads yoga then"
    again = call("POST", "/covers/give", body).json
    assert (again["covers"], len(again["unchanged"])) == ([], 3)
    covers = [one["id"] for one in done.json["covers"]]
    back = call("POST", "/covers/take-back", {"covers": covers}).json
    assert [one["state"] for one in back["covers"]] == ["withdrawn"] * 2 and back["unchanged"] == []
    once_more = call("POST", "/covers/take-back", {"covers": covers}).json
    assert (once_more["covers"], len(once_more["unchanged"])) == ([], 2)


def test_only_who_may_give_dates_away_does_so_by_interface(world, call, caller):
    juniper, pike = world.facilitator("Juniper"), world.facilitator("Pike")
    date = world.series(world.group("Qigong", led_by=juniper), tomorrow_at(10), dates=1)[0]
    body = {"part_of": juniper.uid, "dates": [{"occurrence_id": date.uid, "person_id": pike.uid}]}
    assert caller("read")("POST", "/covers/give", body).status_code == 403
    assert call("POST", "/covers/give", body | {"part_of": "nobody"}).json["errors"][0]["field"] == "part_of"
    unknown = [{"occurrence_id": date.uid, "person_id": "nobody"}]
    assert call("POST", "/covers/give", body | {"dates": unknown}).json["errors"][0]["field"] == "dates"
    elsewhere = [{"occurrence_id": "unknown", "person_id": pike.uid}]
    assert call("POST", "/covers/give", body | {"dates": elsewhere}).json == {
        "covers": [],
        "unchanged": ["unknown"],
    }
    assert call("POST", "/covers/give", body | {"dates": []}).status_code == 422
    assert call("POST", "/covers/take-back", {"covers": ["unknown"]}).json == {"covers": [], "unchanged": []}
