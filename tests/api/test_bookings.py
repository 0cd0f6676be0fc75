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
    window = "from=2026-11-26T00:00:00Z&to=2026-12-20T00:00:00Z"
    rooms = call("GET", f"/bookings?place={tea.room.uid}&{window}").json["items"]
    assert [one["start"] for one in rooms] == ["2026-11-26T18:00:00-05:00", "2026-12-03T18:00:00-05:00"]
    assert {(one["title"], one["place_id"], one["person_id"]) for one in rooms} == {
        ("Tea", tea.room.uid, None)
    }
    led = call("GET", f"/bookings?person={tea.lead.uid}&{window}&limit=1").json
    assert led["items"][0]["person_id"] == tea.lead.uid and led["next_cursor"]
    assert call("GET", f"/bookings?place={tea.studio.uid}&{window}").json["items"] == []
    assert len(call("GET", "/bookings").json["items"]) == 2, "the coming week, the room and who leads"
    assert call("GET", "/bookings?place=nowhere").status_code == 422


def test_free_is_where_neither_the_room_nor_anybody_named_is_taken(tea, call):
    window = "from=2026-11-26T22:00:00Z&to=2026-11-27T02:00:00Z"
    both = call("GET", f"/free?minutes=60&place={tea.room.uid}&place={tea.studio.uid}&{window}").json["items"]
    spans = [(one["place_id"], one["start"][11:16], one["end"][11:16]) for one in both]
    oak = [(tea.room.uid, "17:00", "18:00"), (tea.room.uid, "19:30", "21:00")]
    assert spans == [*oak, (tea.studio.uid, "17:00", "21:00")]
    led = call("GET", f"/free?minutes=61&site={tea.site.uid}&person={tea.lead.uid}&{window}").json["items"]
    assert {(one["start"][11:16], one["end"][11:16]) for one in led} == {("19:30", "21:00")} and len(led) == 2
    assert call("GET", f"/free?minutes=60&{window}&to=2027-11-27T02:00:00Z").status_code == 422
    assert (
        call("GET", "/free?minutes=60&from=2026-11-26T22:00:00Z&to=2027-11-27T02:00:00Z").status_code == 422
    )
