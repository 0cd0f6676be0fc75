"""A batch of marks by interface: each operation is answered alone, in its order."""

from datetime import timedelta

import pytest

from groupsched.attendance.models import AttendanceOperation, MarkToReview, Sheet
from groupsched.core import clock
from groupsched.core.db import db
from tests.api.conftest import operation
from tests.kept import kept


class Door:
    """A sheet whose session begins in half an hour, and a program at its door."""

    def __init__(self, world, call):
        self.world, self.call = world, call
        self.group = world.group()
        self.date = world.soon(self.group, in_minutes=30)
        for name in ("Ash", "Basil", "Clove"):
            self.enrol(self.group, name)
        self.path = f"/occurrences/{self.date.uid}/attendance"
        self.rows = [row["attendee_id"] for row in self.sheet()["items"]]

    def enrol(self, group, name):
        person = {"person_id": self.world.client(name).uid}
        assert self.call("POST", f"/groups/{group.uid}/enrolments", person).status_code == 201

    def sheet(self):
        return self.call("GET", self.path).json

    def send(self, *operations, **headers):
        answer = self.call("POST", f"{self.path}/operations", {"operations": list(operations)}, **headers)
        assert answer.status_code == 200, answer.json
        return answer.json["results"]


@kept
def door(world, call):
    return Door(world, call)


@pytest.mark.on_sqlite
def test_one_mark_of_another_sheet_is_refused_and_the_others_stand(door):
    elsewhere = door.world.group("Elsewhere")
    door.world.soon(elsewhere, in_minutes=30)
    good, bad = operation(door.rows[0], status="absent"), operation("no-row-of-this-sheet")
    results = door.send(good, bad, operation(door.rows[1]))
    assert [one["outcome"] for one in results] == ["applied", "refused", "applied"]
    assert results[1]["row"] is None and results[1]["reason"]
    assert [row["field"] for row in results[1]["errors"]] == ["operations.1.attendee_id"]
    assert [row["status"] for row in door.sheet()["items"]] == ["absent", "present", "unmarked"]


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"status": "here"}, ".status"), ({"status": None}, ".status"), ({"op_id": "seven"}, ".op_id"), ({"attendee_id": 7}, ".attendee_id"),
        ({"observed_at": "yesterday"}, ".observed_at"), ({"observed_at": "2026-12-01T10:00:00"}, ".observed_at"),
        ({"observed_at": "0001-01-01T00:00:00+14:00"}, ".observed_at"), ({"observed_at": "9999-12-31T23:59:59-12:00"}, ".observed_at"),
        ({"time_in": "soon"}, ".time_in"), ({"base_version": -1}, ".base_version"), ({"seq": 10**30}, ".seq"),
        ({"device": "x" * 61}, ".device"), ({"device": "a\0b"}, ""), ({"device": "\ud800"}, ""), ({"surprise": 1}, ".surprise"),
        ({"kind": "dance"}, ".kind"), ({"kind": "undo"}, ".undoes"),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_shape_is_answered_alone_with_its_field(door, change, field):
    results = door.send(
        operation(door.rows[0]), {**operation(door.rows[1]), **change}, operation(door.rows[2])
    )
    assert [one["outcome"] for one in results] == ["applied", "refused", "applied"]
    assert {row["field"] for row in results[1]["errors"]} == {f"operations.1{field}"}
    assert results[1]["reason"] == results[1]["errors"][0]["message"]


@pytest.mark.on_sqlite
@pytest.mark.parametrize("nonsense", [None, 7, "mark", [], [None], {}, True])
def test_what_is_no_operation_at_all_is_answered_in_its_place(door, nonsense):
    results = door.send(nonsense, operation(door.rows[0]))
    assert [one["outcome"] for one in results] == ["refused", "applied"]
    assert results[0]["op_id"] is None and results[0]["errors"]


@pytest.mark.on_sqlite
def test_the_kind_of_an_operation_is_a_mark_where_it_is_not_said(door):
    assert door.send(operation(door.rows[0], kind="mark"))[0]["outcome"] == "applied"


def test_a_batch_sent_again_has_the_same_answers_and_one_effect(door):
    good, bad = operation(door.rows[0]), operation(door.rows[1], status="here")
    first = door.send(good, bad, **{"Idempotency-Key": "b1"})
    assert door.send(good, bad, **{"Idempotency-Key": "b1"}) == first
    again = door.send(good, {**bad, "status": "present"}, good)
    assert [one["outcome"] for one in again] == ["duplicate", "applied", "duplicate"]
    assert db.session.query(AttendanceOperation).count() == 2


@pytest.mark.on_sqlite
def test_nobody_is_present_nine_days_ahead_and_nothing_is_written_of_it(world, call):
    group = world.group()
    date = world.soon(group, in_minutes=9 * 24 * 60)
    call("POST", f"/groups/{group.uid}/enrolments", {"person_id": world.client().uid})
    path = f"/occurrences/{date.uid}/attendance"
    before = call("GET", path).json
    answer = call("POST", f"{path}/operations", [operation(before["items"][0]["attendee_id"])])
    [result] = answer.json["results"]
    assert (result["outcome"], result["code"], result["row"]["status"]) == (
        "refused",
        "not-started",
        "unmarked",
    )
    assert call("GET", path).json == before
    assert answer.json["version"] == before["version"] == 0
    assert db.session.query(Sheet).count() == 0
    excused = call(
        "POST", f"{path}/operations", [operation(before["items"][0]["attendee_id"], status="excused")]
    )
    assert excused.json["results"][0]["outcome"] == "applied"


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("field", "hours", "outcome"),
    [
        ("time_in", -3, "review"), ("time_in", -1, "applied"), ("time_in", 4, "review"), ("time_in", 23, "review"),
        ("time_out", 2, "applied"), ("time_out", 23, "review"), ("time_out", -30, "review"),
    ],
)  # fmt: skip
def test_a_time_long_before_or_after_the_session_waits_for_review(door, field, hours, outcome):
    moment = (door.date.start + timedelta(hours=hours)).isoformat()
    [result] = door.send(operation(door.rows[0], **{field: moment}))
    assert result["outcome"] == outcome
    assert (result["code"], bool(result["reason"])) == (
        (None, False) if outcome == "applied" else ("out-of-bounds", True)
    )


@pytest.mark.on_sqlite
def test_where_two_answers_stand_both_are_said_until_somebody_chooses(door):
    came = (door.date.start - timedelta(minutes=5)).isoformat()
    assert door.send(operation(door.rows[0], time_in=came))[0]["row"]["answers"] == []
    [torn] = door.send(operation(door.rows[0], status="absent", device="tablet-2"))
    for row in (torn["row"], door.sheet()["items"][0]):
        assert [one["status"] for one in row["answers"]] == ["present", "absent"]
        assert row["answers"][0]["time_in"] and row["answers"][1]["time_in"] is None
        assert all(one["observed_at"] for one in row["answers"])
        assert row["status"] == "present"
    [chosen] = door.send(operation(door.rows[0], status="absent", base_version=torn["row"]["version"]))
    assert (chosen["outcome"], chosen["row"]["status"], chosen["row"]["answers"]) == ("applied", "absent", [])


def test_what_comes_to_a_cancelled_date_waits_for_review_and_a_batch_has_its_size(door):
    body = {"operations": [operation(door.rows[0])] * 501}
    for wrong in (body, {"operations": []}, {"operations": "all"}, {}, {"marks": []}):
        assert door.call("POST", f"{door.path}/operations", wrong).status_code == 422
    door.call("PATCH", f"/occurrences/{door.date.uid}", {"status": "cancelled", "reason": "Snow"})
    late = operation(door.rows[0])
    for _ in range(2):
        [told] = door.send(late)
        assert (told["outcome"], told["code"] in ("cancelled", None)) == ("review", True)
    kept = db.session.query(MarkToReview).one().sent
    assert [kept[name] for name in ("op_id", "attendee_id", "status")] == [
        late[name] for name in ("op_id", "attendee_id", "status")
    ]


def test_a_batch_on_an_open_sheet_costs_few_statements_however_long(door, statements):
    door.send(operation(door.rows[0], status="excused"))
    marks = [operation(row) for row in door.rows]
    before = len(statements())
    door.send(*marks, operation("nobody"), {"op_id": 1})
    assert len([one for one in statements()[before:] if one.startswith("SELECT")]) <= 7


def test_marks_of_a_finished_sheet_wait_for_review_and_bad_ones_are_refused(door):
    assert door.send(operation(door.rows[0]))[0]["outcome"] == "applied"
    sheet = db.session.query(Sheet).one()
    sheet.finished_at = clock.now()
    db.session.commit()
    results = door.send(operation(door.rows[1]), operation(door.rows[2], status="here"))
    assert [one["outcome"] for one in results] == ["review", "refused"]
