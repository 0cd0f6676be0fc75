"""Cohorts through the interface."""

from datetime import timedelta

import pytest

from groupsched.core import clock
from tests.factories import ZONE, tomorrow_at


def days(first, **more):
    today = clock.today(ZONE)
    said = {
        "begins_on": today + timedelta(days=first), "ends_on": today + timedelta(days=first + 49), "screening_from": today,
        "screening_until": today + timedelta(days=1), "joins_until": today + timedelta(days=first),
    }  # fmt: skip
    return {name: day.isoformat() for name, day in (said | more).items()}


@pytest.fixture
def cbt(world):
    group = world.group("CBT skills", access="closed", capacity=2)
    world.series(group, tomorrow_at(10) + timedelta(days=6), dates=8)
    return group


def test_a_cohort_is_planned_asked_for_answered_changed_and_read(world, call, cbt):
    where = f"/groups/{cbt.uid}/cohorts"
    made = call("POST", where, {**days(7), "name": "Winter"})
    assert (made.status_code, made.json["state"], made.json["free"]) == (201, "screening", 2)
    asked, other = world.ask(cbt, world.client()), world.ask(cbt, world.client("Sam"))
    yes = call("POST", f"/enrolments/{asked.uid}/answer", {"answer": "accepted"})
    assert (yes.status_code, yes.json["state"]) == (200, "active")
    later = call("POST", f"/enrolments/{other.uid}/answer", {"answer": "next_cohort"})
    assert (later.json["state"], later.json["position"]) == ("waitlisted", 1)
    [row] = call("GET", where).json["items"]
    assert (row["seated"], row["completed"], row["free"]) == (1, 0, 1)
    changed = call("PATCH", f"/cohorts/{row['id']}", {"name": "2"})
    assert (changed.status_code, changed.json["name"], changed.json["version"]) == (200, "2", 2)
    assert call("DELETE", f"/cohorts/{row['id']}").status_code == 409
    no = call("POST", f"/enrolments/{world.ask(cbt, world.client('Kit')).uid}/answer", {"answer": "declined"})
    assert no.json["state"] == "left"


def test_days_that_do_not_fit_and_groups_that_are_open_are_refused(world, call, cbt):
    where = f"/groups/{cbt.uid}/cohorts"
    today = clock.today(ZONE)
    wrong = call("POST", where, days(7, ends_on=today + timedelta(days=1)))
    assert wrong.status_code == 422
    assert call("POST", where, {}).status_code == 422
    assert call("POST", f"/groups/{world.group('Tea').uid}/cohorts", days(7)).json["code"] == "not-closed"
    made = call("POST", where, days(7)).json
    assert call("POST", where, days(8)).status_code == 422
    assert call("DELETE", f"/cohorts/{made['id']}").status_code == 204
    assert call("GET", where).json["items"] == []


def test_other_scopes_and_programs_do_not_reach_them(world, caller, cbt):
    for scope in ("read", "people", "attend", "care"):
        assert caller(scope)("POST", f"/groups/{cbt.uid}/cohorts", days(7)).status_code in (403, 404)
    assert caller("schedule")("PATCH", "/cohorts/unknown", {"name": "x"}).status_code == 404
