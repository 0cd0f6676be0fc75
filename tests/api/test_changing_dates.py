"""A date is changed through the interface as it is anywhere: tried first, for one of three scopes, undone until it is heard of."""

from datetime import datetime, timedelta

import pytest

from groupsched.core import clock
from groupsched.outbox.delivery import deliver_due
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@kept(at=NOW, still=True)
def tea(world):
    world.tea = world.group("Tea", led_by=world.facilitator())
    world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=4)
    world.robin = world.client(email="robin@example.org")
    world.enrol(world.tea, world.robin)
    return world


def test_what_is_tried_is_what_is_done_and_undone(tea, call):
    second = tea.dates[1]
    path = f"/occurrences/{second.uid}"
    body = {"start": "2026-12-02T17:00:00-05:00", "scope": "following", "title": "Tea early", "capacity": 5}
    dry = call("PATCH", path, {**body, "dry_run": True}).json
    assert dry["occurrence"]["start"] == "2026-12-03T18:00:00-05:00"
    done = call("PATCH", path, body).json
    same = ("dates", "moved", "added", "dropped", "kept", "people_told", "conflicts")
    assert {name: dry[name] for name in same} == {name: done[name] for name in same}
    assert [one["start"][:16] for one in done["moved"]] == [
        f"2026-12-{day}T17:00" for day in ("02", "09", "16")
    ]
    shown = done["occurrence"]
    assert (shown["title"], shown["seats"]["capacity"], shown["seats"]["taken"]) == ("Tea early", 5, 1)
    undone = call("POST", f"/changes/{done['change_id']}/undo", {}).json
    assert len(undone["moved"]) == 3
    again = call("GET", path).json
    assert (again["start"], again["title"]) == ("2026-12-03T18:00:00-05:00", "Tea")
    moved = call("PATCH", path, {"start": "2026-12-03T19:00:00-05:00"}).json
    with clock.at(NOW + timedelta(hours=1)):
        deliver_due()
        late = call("POST", f"/changes/{moved['change_id']}/undo", {})
    assert late.status_code == 409 and "have heard" in late.text


def test_one_date_is_moved_led_by_another_cancelled_and_brought_back(tea, call):
    second, loft, other = tea.dates[1], tea.place("Quiet Loft"), tea.facilitator("Juniper")
    path = f"/occurrences/{second.uid}"
    body = {"place_id": loft.uid, "lead_id": other.uid, "start": "2026-12-04T18:00:00-05:00"}
    done = call("PATCH", path, body).json
    assert (done["dates"], done["people_told"], done["occurrence"]["moved"]) == (1, 1, True)
    assert [person.id for person in second.leaders] == [other.id]
    assert (
        call("PATCH", path, {"status": "cancelled", "reason": "Snow"}).json["occurrence"]["status"]
        == "cancelled"
    )
    back = call("PATCH", path, {"status": "scheduled"}).json
    assert (back["occurrence"]["status"], len(back["added"])) == ("scheduled", 1)
    assert back["occurrence"]["place_id"] == loft.uid
    rest = call("PATCH", path, {"status": "cancelled", "scope": "following", "reason": "Holidays"}).json
    assert (rest["dates"], len(rest["dropped"])) == (3, 3)


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "status"),
        ({"status": "scheduled", "title": "Tea"}, 422, "status"),
        ({"start": "2026-11-01T18:00:00-05:00"}, 409, None),
        ({"start": "2026-12-03T18:00:00"}, 422, "start"),
        ({"end": "2026-12-03T17:00:00-05:00"}, 422, "end"),
        ({"start": "2026-11-26T18:30:00-05:00"}, 409, None),
        ({"start": "2026-12-20T18:00:00-05:00", "scope": "all"}, 409, None),
        ({"place_id": "nowhere"}, 422, "place_id"),
        ({"lead_id": "nobody"}, 422, "lead_id"),
        ({"online_link": "javascript:alert(1)"}, 422, "online_link"),
        ({"capacity": 0}, 422, "capacity"),
        ({"title": "Tea", "version": 7}, 409, None),
    ],
)
def test_what_cannot_be_says_why_and_changes_nothing(tea, call, body, status, field):
    second = tea.dates[1]
    before = call("GET", f"/occurrences/{second.uid}").json
    answer = call("PATCH", f"/occurrences/{second.uid}", body)
    assert answer.status_code == status, answer.json
    if field:
        assert field in str(answer.json["errors"])
    assert call("GET", f"/occurrences/{second.uid}").json == before


@pytest.mark.on_sqlite
def test_the_history_says_who_changed_what_and_what_can_be_undone_still(tea, call):
    path, history = f"/occurrences/{tea.dates[1].uid}", f"/groups/{tea.tea.uid}/changes"
    call("PATCH", path, {"start": "2026-12-03T19:00:00-05:00"})
    done = call("PATCH", path, {"status": "cancelled", "reason": "Snow"}).json
    last, first, made = call("GET", history).json["items"]
    assert (last["id"], last["text"]) == (done["change_id"], "Cancelled Thu 3 Dec: Snow")
    assert first["text"].startswith("Moved Thu 3 Dec") and first["scope"] == "this"
    assert [one["can_be_undone"] for one in (last, first, made)] == [True, True, False]
    call("POST", f"/changes/{last['id']}/undo", {})
    page = call("GET", f"{history}?limit=1").json
    assert page["items"][0]["undoes"] is True
    rest = call("GET", f"{history}?limit=9&cursor={page['next_cursor']}").json
    assert [one["id"] for one in rest["items"]] == [last["id"], first["id"], made["id"]]


def test_what_is_taken_then_is_said_with_what_it_is_and_changed_only_with_a_reason(world, call):
    studio, loft = world.place("Studio"), world.place("Loft", capacity=5)
    boss = world.facilitator("Marigold")
    with clock.at(NOW):
        hidden = world.group("Quiet hour", led_by=boss, hidden=True)
        tea = world.group("Tea", led_by=world.facilitator(), place=studio)
        start = datetime(2026, 12, 3, 10)
        [taken], [date] = world.series(hidden, start, dates=1), world.series(tea, start, dates=1)
        robin = world.client()
        world.enrol(hidden, robin)
        world.enrol(tea, robin)
        path, body = f"/occurrences/{date.uid}", {"place_id": world.room.uid}
        dry = call("PATCH", path, {**body, "dry_run": True}).json
        [room] = dry["conflicts"]
        assert (room["kind"], room["occurrence_id"], room["with"]) == ("room", date.uid, "Quiet hour")
        assert room["place_id"] == world.room.uid and set(room["free_rooms"]) == {loft.uid, studio.uid}
        refused = call("PATCH", path, body)
        assert refused.status_code == 409 and refused.json["conflicts"] == dry["conflicts"]
        assert call("GET", path).json["place_id"] == studio.uid
        assert call("PATCH", path, {**body, "accept_conflicts": True}).status_code == 422
        kept = call("PATCH", path, {**body, "accept_conflicts": True, "reason": "One circle."})
        assert kept.status_code == 200 and kept.json["conflicts"] == [room]
        later = {"start": "2026-12-03T11:00:00-05:00", "dry_run": True}
        people = [one for one in call("PATCH", path, later).json["conflicts"] if one["kind"] == "client"]
        assert [(one["people"], one["with"]) for one in people] == [(1, None)]
        assert taken.start == date.start


def test_the_rule_of_a_series_is_changed_from_a_day_on_tried_first_and_ended(tea, call):
    [series] = call("GET", f"/groups/{tea.tea.uid}/series").json["items"]
    path = f"/groups/{tea.tea.uid}/series/{series['id']}"
    body = {"from": "2026-12-02", "rrule": "FREQ=WEEKLY;BYDAY=FR;COUNT=3", "start_time": "17:00"}
    dry = call("PATCH", path, {**body, "dry_run": True}).json
    assert call("GET", f"/groups/{tea.tea.uid}/series").json["items"] == [series]
    done = call("PATCH", path, body).json
    assert {name: dry[name] for name in ("moved", "dropped", "people_told")} == {
        name: done[name] for name in ("moved", "dropped", "people_told")
    }
    assert [one["start"][:16] for one in done["moved"]] == [
        f"2026-12-{day}T17:00" for day in ("04", "11", "18")
    ]
    assert done["people_told"] == 1 and done["series"]["starts_on"] == "2026-12-04"
    goes_on = f"/groups/{tea.tea.uid}/series/{done['series']['id']}"
    ended = call("DELETE", f"{goes_on}?from=2026-12-11").json
    assert [one["start"][:10] for one in ended["dropped"]] == ["2026-12-11", "2026-12-18"]
    wrong = call("PATCH", goes_on, {"rrule": "FREQ=SECONDLY"})
    assert wrong.status_code == 422
    assert (
        call("PATCH", goes_on, {"from": "2099-01-01", "start_time": "10:00"}).json["errors"][0]["field"]
        == "from"
    )
    other = tea.group("Other", led_by=tea.facilitator())
    assert call("DELETE", f"/groups/{other.uid}/series/{series['id']}").status_code == 404
