"""Closed days through the interface: what is tried is what is done, and taken back."""

from tests.factories import tomorrow_at


def test_what_is_tried_is_what_is_done_and_it_is_taken_back(world, call):
    first = tomorrow_at(10)
    circle, talk = world.group("Circle"), world.group("Talk")
    dates = world.series(circle, first, dates=3), world.series(talk, first.replace(hour=14), dates=3)
    world.enrol(circle, world.client())
    body = {
        "site_id": world.site.uid, "name": "Snow", "starts": dates[0][0].start.isoformat(),
        "ends": dates[1][0].end.isoformat(), "keep": [dates[1][0].uid],
    }  # fmt: skip
    dry = call("POST", "/closures", body | {"dry_run": True}).json
    assert (dry["id"], dry["ripple"]["dates"], dry["ripple"]["people_told"]) == (None, 1, 1)
    assert call("GET", "/closures").json["items"] == []
    done = call("POST", "/closures", body)
    assert (done.status_code, done.json["ripple"]) == (201, dry["ripple"])
    (listed,) = call("GET", "/closures").json["items"]
    assert (listed["name"], listed["starts"]) == ("Snow", dry["starts"])
    off = call("GET", f"/occurrences/{dates[0][0].uid}").json
    assert (off["status"], off["reason"]) == ("cancelled", "Snow")
    assert call("GET", f"/occurrences/{dates[1][0].uid}").json["status"] == "scheduled"
    assert call("POST", "/closures", body).json["code"] == "closed-already"
    tried = call("DELETE", f"/closures/{listed['id']}?dry_run=1").json["ripple"]
    back = call("DELETE", f"/closures/{listed['id']}").json["ripple"]
    assert back == tried and back["occurrence_ids"] == [dates[0][0].uid]
    assert call("GET", f"/occurrences/{dates[0][0].uid}").json["status"] == "scheduled"
    assert call("DELETE", f"/closures/{listed['id']}").status_code == 404
    past = body | {"starts": "2020-01-01T00:00:00Z", "ends": "2020-01-02T00:00:00Z"}
    assert call("POST", "/closures", past).json["errors"][0]["field"] == "starts"
    assert call("POST", "/closures", body | {"site_id": "nowhere"}).json["errors"][0]["field"] == "site_id"
