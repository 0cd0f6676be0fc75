"""Into groups by interface: each date has its own answer, and a refusal is about what was asked."""

from datetime import datetime, timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from tests.factories import tomorrow_at
from tests.kept import kept


class Offer:
    """A group with one seat and three dates to come, in a program that enrols by interface."""

    def __init__(self, world, call):
        self.world, self.call = world, call
        self.group = world.group(capacity=1)
        self.dates = world.series(self.group, tomorrow_at(10) + timedelta(days=1), dates=3)
        self.robin = world.client()

    def ask(self, person, *dates, mode="dates", **fields):
        body = {
            "person_id": person.uid,
            "mode": mode,
            "dates": [getattr(one, "uid", one) for one in dates],
            **fields,
        }
        return self.call("POST", f"/groups/{self.group.uid}/enrolments", body)


@kept
def offer(world, call):
    return Offer(world, call)


@pytest.mark.on_sqlite
def test_who_waits_for_one_of_several_dates_is_told_date_by_date(offer):
    offer.ask(offer.world.client("Hazel"), offer.dates[1])
    answer = offer.ask(offer.robin, *reversed(offer.dates))
    assert (answer.status_code, answer.json["state"]) == (201, "active")
    first, second, third = offer.dates
    assert answer.json["dates"] == [
        {"occurrence_id": first.uid, "state": "active", "position": None, "slot_id": None, "pool": None},
        {"occurrence_id": second.uid, "state": "waitlisted", "position": 1, "slot_id": None, "pool": None},
        {"occurrence_id": third.uid, "state": "active", "position": None, "slot_id": None, "pool": None},
    ]
    assert offer.ask(offer.robin, *offer.dates).json == answer.json


@pytest.mark.on_sqlite
def test_dates_that_one_had_are_told_with_those_that_are_new(offer):
    offer.ask(offer.robin, offer.dates[0])
    told = offer.ask(offer.robin, offer.dates[2]).json["dates"]
    assert [(one["occurrence_id"], one["state"]) for one in told] == [
        (offer.dates[0].uid, "active"), (offer.dates[2].uid, "active"),
    ]  # fmt: skip


@pytest.mark.on_sqlite
def test_of_the_whole_group_only_what_differs_is_told(offer):
    assert offer.ask(offer.robin, mode="whole").json["dates"] == []
    offer.call("POST", f"/occurrences/{offer.dates[1].uid}/cannot-come", {"person_id": offer.robin.uid})
    told = offer.ask(offer.robin, mode="whole").json
    assert (told["state"], [one["state"] for one in told["dates"]]) == ("active", ["given_up"])
    waits = offer.ask(offer.world.client("Hazel"), mode="whole").json
    assert (waits["state"], waits["position"], waits["dates"]) == ("waitlisted", 1, [])


@pytest.mark.on_sqlite
def test_the_answer_for_many_dates_costs_no_more_than_for_one(offer, statements):
    counts = []
    for name, dates in (("Ash", offer.dates[:1]), ("Basil", offer.dates)):
        person = offer.world.client(name)
        before = len(statements())
        offer.ask(person, *dates)
        counts.append(len([one for one in statements()[before:] if one.startswith("SELECT")]))
    assert counts[1] <= counts[0] + 2 * len(offer.dates)


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("status", "words"), [("scheduled", "has begun or is over"), ("cancelled", "is cancelled")]
)
def test_a_date_that_is_gone_is_what_the_refusal_is_about(offer, status, words):
    gone, coming = offer.dates[0], offer.dates[1]
    if status == "scheduled":
        gone.start, gone.end = clock.now() - timedelta(minutes=5), clock.now() + timedelta(hours=1)
    gone.status = status
    db.session.commit()
    for asked, field in (([gone], "dates.0"), ([coming, gone], "dates.1")):
        refused = offer.ask(offer.robin, *asked)
        assert refused.status_code == 409
        assert words in refused.json["detail"]
        assert [row["field"] for row in refused.json["errors"]] == [field]
    assert offer.ask(offer.robin, coming).status_code == 201


def test_a_date_that_began_since_one_has_it_is_no_reason_to_refuse(offer):
    first = offer.ask(offer.robin, *offer.dates[:2])
    offer.dates[0].start = clock.now() - timedelta(minutes=5)
    db.session.commit()
    again = offer.ask(offer.robin, *offer.dates[:2])
    assert (again.status_code, again.json["id"]) == (201, first.json["id"])


@pytest.mark.on_sqlite
def test_a_page_that_posts_a_date_which_is_over_says_so_of_that_date(offer, client):
    gone = offer.dates[0]
    gone.start, gone.end = clock.now() - timedelta(hours=2), clock.now() - timedelta(hours=1)
    db.session.commit()
    form = {"what": "dates", "dates": [gone.original_local]}
    page = client.as_(offer.robin).post(f"/sessions/{offer.group.uid}/join", data=form)
    assert page.status_code == 409
    assert "has begun or is over" in page.text
    assert "There are no coming dates" not in page.text


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mode": "dates", "dates": []}, "dates"), ({"mode": "dates", "dates": ["nothing"]}, "dates.0"),
        ({"mode": "whole", "dates": ["HERE"]}, "mode"), ({"dates": ["HERE"]}, "mode"), ({"mode": "dates", "dates": ["HERE", "ELSEWHERE"]}, "dates.1"),
        ({"mode": "dates", "dates": ["HERE", 7]}, "dates.1"), ({"mode": "some"}, "mode"), ({"dates": "HERE"}, "dates"),
    ],
)  # fmt: skip
def test_dates_that_cannot_be_meant_are_refused_with_their_field(offer, change, field):
    elsewhere = offer.world.series(offer.world.group(), tomorrow_at(12), dates=1)[0]
    known = {"HERE": offer.dates[0].uid, "ELSEWHERE": elsewhere.uid}
    body = {**change, "person_id": offer.robin.uid}
    if isinstance(body.get("dates"), list):
        body["dates"] = [known.get(one, one) for one in body["dates"]]
    refused = offer.call("POST", f"/groups/{offer.group.uid}/enrolments", body)
    assert (refused.status_code, [row["field"] for row in refused.json["errors"]]) == (422, [field])


def test_a_hybrid_group_says_its_pools_and_takes_how_somebody_comes(world, call):
    room = world.room.uid
    said = {
        "title": "Both ways",
        "modality": "support-group",
        "attendance_mode": "hybrid",
        "capacity": 2,
        "place_id": room,
    }
    made = call("POST", "/groups", said | {"online_link": "https://meet.example.org/room"}).json
    # Who knows no pools has not opened the group to everybody.
    assert (made["capacity"], made["online_capacity"]) == (2, 2)
    group = world.group(attendance_mode="hybrid", capacity=2, online_capacity=1)
    date, _later = world.series(group, tomorrow_at(10), dates=2)
    robin, hazel = world.client(), world.client("Hazel")
    path = f"/groups/{group.uid}/enrolments"
    first = call("POST", path, {"person_id": robin.uid, "pool": "online"}).json
    second = call("POST", path, {"person_id": hazel.uid}).json
    assert (first["pool"], second["pool"]) == ("online", None)
    seats = call("GET", f"/occurrences/{date.uid}").json["seats"]
    assert seats == {
        "capacity": 3, "taken": 2, "waiting": 0,
        "room": {"capacity": 2, "taken": 1}, "online": {"capacity": 1, "taken": 1},
    }  # fmt: skip
    refused = call("PATCH", f"/enrolments/{second['id']}", {"pool": "online"})
    assert refused.status_code == 409
    waits = call("PATCH", f"/enrolments/{second['id']}", {"pool": "online", "wait": True}).json
    assert (waits["state"], waits["pool"], waits["waits_for_other_pool"]) == ("active", None, True)
    one_date = {"pool": "room", "occurrence_id": date.uid}
    told = call("PATCH", f"/enrolments/{first['id']}", one_date).json
    assert [(one["occurrence_id"], one["pool"]) for one in told["dates"]] == [(date.uid, "room")]


def test_a_program_changes_somebodys_group_in_one_step(world, call):
    circle, yoga, robin = world.group("Circle"), world.group("Writing", capacity=1), world.client()
    for number, group in enumerate((circle, yoga)):
        world.series(group, tomorrow_at(9 + 2 * number), dates=2)
    [old] = world.enrol(circle, robin)
    address = f"/enrolments/{old.uid}/switch"
    assert call("POST", address, {"to_group_id": circle.uid}).status_code == 409
    assert call("POST", address, {"to_group_id": "nothing"}).status_code == 404
    done = call("POST", address, {"to_group_id": yoga.uid, "why": "fit"})
    assert (done.status_code, done.json["state"], done.json["out_of"]) == (
        201,
        "active",
        {"id": old.uid, "state": "left"},
    )
    hazel = world.client("Hazel")
    [hers] = world.enrol(circle, hazel)
    waits = call("POST", f"/enrolments/{hers.uid}/switch", {"to_group_id": yoga.uid}).json
    assert (waits["state"], waits["position"], waits["out_of"]["state"]) == ("waitlisted", 1, "active")


def test_a_kept_seat_is_told_taken_or_passed_on_by_interface(world, call):
    group = world.group(capacity=1, line_mode="ask_first")
    world.series(group, tomorrow_at(10) + timedelta(days=3), dates=3)
    path = f"/groups/{group.uid}/enrolments"
    people = [world.client(name) for name in ("Robin", "Hazel", "Indigo")]
    first, second, third = (call("POST", path, {"person_id": one.uid}).json["id"] for one in people)
    assert call("GET", f"/enrolments/{second}").json["offer"] is None
    assert call("POST", f"/enrolments/{second}/offer/accept").json["code"] == "no-offer"
    call("DELETE", f"/enrolments/{first}")
    told = call("GET", f"/enrolments/{second}").json
    assert (told["state"], told["offer"]["occurrence_id"]) == ("offered", None)
    assert datetime.fromisoformat(told["offer"]["expires_at"]) > clock.now()
    assert call("GET", f"/enrolments/{third}").json["state"] == "waitlisted"
    passed = call("POST", f"/enrolments/{second}/offer/decline").json
    assert (passed["state"], passed["position"], passed["offer"]) == ("waitlisted", 1, None)
    for _twice in range(2):
        assert call("POST", f"/enrolments/{third}/offer/accept").json["state"] == "active"
    assert call("POST", f"/enrolments/{second}/offer/accept").status_code == 409
