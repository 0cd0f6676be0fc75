"""What is taken and what is free, through the interface."""

from datetime import datetime

from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@kept(at=NOW, still=True)
def tea(world):
    world.studio, world.lead = world.place("Studio"), world.facilitator()
    world.tea = world.group("Tea", led_by=world.lead)
    world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=2)
    return world


def test_what_is_taken_is_listed_by_room_and_by_person(tea, call):
    window = "from=2026-11-26&to=2026-12-20"
    rooms = call("GET", f"/bookings?place={tea.room.uid}&{window}").json["items"]
    assert [one["start"] for one in rooms] == ["2026-11-26T18:00:00-05:00", "2026-12-03T18:00:00-05:00"]
    assert {(one["title"], one["place_id"], one["person_id"]) for one in rooms} == {
        ("Tea", tea.room.uid, None)
    }
    led = call("GET", f"/bookings?person={tea.lead.uid}&{window}&limit=1").json
    assert led["items"][0]["person_id"] == tea.lead.uid and led["next_cursor"]
    assert call("GET", f"/bookings?place=studio&{window}").json["items"] == []
    assert len(call("GET", "/bookings").json["items"]) == 2, "the coming week, the room and who leads"
    assert call("GET", "/bookings?place=nowhere").status_code == 422


def test_free_is_where_neither_the_room_nor_anybody_named_is_taken(tea, call):
    window = "from=2026-11-26&to=2026-11-26"
    both = call("GET", f"/free?minutes=60&place={tea.room.uid}&place=studio&{window}").json["items"]
    spans = [(one["place_id"], one["start"][11:16], one["end"][5:16]) for one in both]
    oak = [(tea.room.uid, "00:00", "11-26T18:00"), (tea.room.uid, "19:30", "11-27T00:00")]
    assert spans == [*oak, (tea.studio.uid, "00:00", "11-27T00:00")]
    led = call("GET", f"/free?minutes=271&site={tea.site.uid}&person={tea.lead.uid}&{window}").json["items"]
    assert {(one["start"][11:16], one["end"][11:16]) for one in led} == {("00:00", "18:00")} and len(led) == 2
    assert call("GET", "/free?from=2026-11-26&to=2027-11-27").status_code == 422
    assert call("GET", "/free?to=2026-11-01").status_code == 422


def all_the_same(body):
    return {**body, "accept_conflicts": True, "reason": "One circle."}


def test_a_group_a_series_and_an_undo_that_run_into_something_are_kept_with_a_reason(tea, call):
    walk = tea.group("Walk", led_by=tea.facilitator("Pike"), place=tea.studio)
    [other] = tea.series(walk, datetime(2026, 11, 26, 18), dates=1)
    path, into_oak = f"/groups/{walk.uid}", {"place_id": tea.room.uid}
    refused = call("PATCH", path, into_oak)
    [clash] = refused.json["conflicts"]
    assert refused.status_code == 409 and refused.json["code"] == "taken"
    assert (clash["kind"], clash["with"], clash["occurrence_id"]) == ("room", "Tea", other.uid)
    assert call("GET", path).json["place_id"] == tea.studio.uid
    assert call("PATCH", path, {**into_oak, "accept_conflicts": True}).status_code == 422
    assert call("PATCH", path, all_the_same(into_oak)).json["place_id"] == tea.room.uid
    assert (
        call("POST", "/groups", all_the_same({"title": "New", "modality": "support-group"})).status_code
        == 201
    )

    rule = {
        "starts_on": "2026-12-03",
        "start_time": "18:30",
        "duration_minutes": 60,
        "timezone": "America/New_York",
    }
    refused = call("POST", f"{path}/series", rule)
    assert refused.status_code == 409
    assert [one["occurrence_id"] for one in refused.json["conflicts"]] == [None], "it is not there yet"
    assert call("POST", f"{path}/series", all_the_same(rule)).status_code == 201

    moved = call("PATCH", f"/occurrences/{tea.dates[1].uid}", {"start": "2026-12-03T21:00:00-05:00"}).json
    refused = call("POST", f"/changes/{moved['change_id']}/undo")
    assert refused.status_code == 409 and refused.json["conflicts"][0]["with"] == "Walk"
    undone = call("POST", f"/changes/{moved['change_id']}/undo", all_the_same({}))
    assert undone.status_code == 200 and len(undone.json["moved"]) == 1
