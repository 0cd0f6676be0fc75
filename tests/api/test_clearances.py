"""Clearances through the interface."""

from datetime import timedelta

import pytest

from groupsched.core import clock
from tests.factories import ZONE, tomorrow_at


def test_a_clearance_is_noted_opens_the_seat_and_is_ended(world, caller, call):
    robin = world.client("Robin")
    needles = world.group("Needles", modality=world.modality("needles", clearance="needles"))
    world.series(needles, tomorrow_at(10), dates=1)
    wish = {"person_id": robin.uid}
    assert call("POST", f"/groups/{needles.uid}/enrolments", wish).json["code"] == "clearance"
    care, where = caller("care"), f"/people/{robin.uid}/clearances"
    until = (clock.today(ZONE) + timedelta(days=30)).isoformat()
    made = care("POST", where, {"kind": "needles", "until_day": until})
    assert (made.status_code, made.json["kind"], made.json["ended"]) == (201, "needles", False)
    assert care("GET", where).json["items"] == [made.json]
    assert call("POST", f"/groups/{needles.uid}/enrolments", wish).status_code == 201
    ended = care("POST", f"{where}/{made.json['id']}/end")
    assert (ended.status_code, ended.json["ended"]) == (200, True)
    assert care("GET", where).json["items"] == []
    assert care("POST", f"{where}/{made.json['id']}/end").status_code == 404


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    "body",
    [{}, {"kind": "luck"}, {"kind": "touch", "until_day": "2001-01-01"}, {"kind": "touch", "why": "x"}],
)
def test_nonsense_is_refused(world, caller, body):
    robin = world.client("Robin")
    assert caller("care")("POST", f"/people/{robin.uid}/clearances", body).status_code == 422


def test_no_other_scope_reads_or_writes_them(world, caller):
    robin = world.client("Robin")
    for scope in ("read", "people", "enrol", "attend", "admin"):
        asked = caller(scope)
        assert asked("GET", f"/people/{robin.uid}/clearances").status_code in (403, 404)
        body = {"kind": "touch"}
        assert asked("POST", f"/people/{robin.uid}/clearances", body).status_code in (403, 404)
