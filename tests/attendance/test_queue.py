"""The queue of a device: every act is answered, none is lost, none counts twice, whatever the line does."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from groupsched.attendance import queries, service
from groupsched.attendance.models import AttendanceOperation, Attendee, MarkToReview
from groupsched.attendance.rules import (
    AttendanceStatus,
    MarkingMode,
    OperationOutcome,
    QueuedKind,
    QueuedOperation,
    attendee_uid,
    note_after,
)
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.service import cancel_occurrence

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
PRESENT, ABSENT, EXCUSED = AttendanceStatus.PRESENT, AttendanceStatus.ABSENT, AttendanceStatus.EXCUSED
APPLIED, CONFLICT, REFUSED = OperationOutcome.APPLIED, OperationOutcome.CONFLICT, OperationOutcome.REFUSED
DUPLICATE, REVIEW = OperationOutcome.DUPLICATE, OperationOutcome.REVIEW


def act(kind=QueuedKind.MARK, **fields):
    return QueuedOperation(
        op_id=fields.pop("op_id", None) or str(uuid4()),
        kind=kind,
        observed_at=fields.pop("at", None) or clock.now(),
        device=fields.pop("device", "tablet"),
        **fields,
    )


def of(morning, person):
    return attendee_uid(morning.occurrence.uid, person.uid)


def here(morning, person, **fields):
    return act(attendee_id=of(morning, person), status=PRESENT, **fields)


def put(morning, *acts, by=None):
    results = service.apply(by or morning.leader, morning.occurrence, acts)
    return [(one.outcome, one.code) for one in results]


def state(morning, person):
    row = queries.read_sheet(morning.occurrence).row(of(morning, person))
    return row.state if row else None


def shown(morning):
    view = queries.read_sheet(morning.occurrence)
    return {row.label: row.state.status.value for row in view.rows}


def test_a_second_tap_of_the_same_device_follows_its_first_though_neither_was_answered(morning):
    first = here(morning, morning.ash)
    second = act(attendee_id=of(morning, morning.ash), status=EXCUSED, after=first.op_id)
    assert put(morning, first, second) == [(APPLIED, None)] * 2
    assert state(morning, morning.ash).rival is None


def test_a_tap_on_a_row_that_another_tablet_marked_meanwhile_is_two_answers_whatever_came_before_it(morning):
    """The device's first act changed nothing there, so its second cannot pass for having seen the row."""
    put(morning, act(attendee_id=of(morning, morning.ash), status=ABSENT, device="other"))
    bulk = act(QueuedKind.BULK, rows=(of(morning, morning.ash), of(morning, morning.basil)))
    late = here(morning, morning.ash, after=bulk.op_id)
    assert put(morning, bulk, late) == [(APPLIED, None), (CONFLICT, None)]
    assert state(morning, morning.ash).rival.status is PRESENT
    again = act(attendee_id=of(morning, morning.ash), status=EXCUSED, after=late.op_id)
    assert put(morning, again) == [(CONFLICT, None)], "who tapped had not seen the two answers"


def test_two_who_said_the_same_unseen_stay_two_when_one_of_them_says_otherwise(morning):
    """Ana marked Here; a tablet without a line marked Here too, then Not here: her word is not lost with its own."""
    put(morning, here(morning, morning.ash, device="Ana's"))
    first = here(morning, morning.ash)
    then = act(attendee_id=of(morning, morning.ash), status=ABSENT, after=first.op_id)
    assert put(morning, first, then) == [(APPLIED, None), (CONFLICT, None)]
    assert (state(morning, morning.ash).status, state(morning, morning.ash).rival.status) == (PRESENT, ABSENT)


def test_a_mark_taken_back_without_a_line_and_made_again_overwrites_nobody(morning):
    put(morning, act(attendee_id=of(morning, morning.ash), status=ABSENT, device="Ana's"))
    first = here(morning, morning.ash)
    undo = act(QueuedKind.UNDO, undoes=first.op_id)
    again = here(morning, morning.ash, after=undo.op_id)
    assert put(morning, first, undo, again) == [(CONFLICT, None), (APPLIED, None), (CONFLICT, None)]
    assert (state(morning, morning.ash).status, state(morning, morning.ash).rival.status) == (ABSENT, PRESENT)


def test_everyone_else_is_whom_the_tapper_saw_and_undo_takes_back_all_of_it_by_its_own_name(morning):
    bulk = act(QueuedKind.BULK, rows=(of(morning, morning.ash), of(morning, morning.mar)))
    put(morning, act(attendee_id=of(morning, morning.mar), status=EXCUSED), bulk)
    assert shown(morning) == {
        "Ash D.": "present", "Basil C.": "unmarked", "Jo Mar.": "excused", "Jo Mat.": "unmarked",
    }  # fmt: skip
    undo = act(QueuedKind.UNDO, undoes=bulk.op_id)
    again = here(morning, morning.ash, after=undo.op_id)
    assert put(morning, undo, undo, again) == [(APPLIED, None), (DUPLICATE, None), (APPLIED, None)]
    assert shown(morning)["Jo Mar."] == "excused"
    assert put(morning, act(QueuedKind.UNDO, undoes=bulk.op_id)) == [(APPLIED, None)], (
        "it is taken back already"
    )


def test_undo_takes_back_what_it_names_and_nothing_that_was_said_since(morning):
    first = here(morning, morning.ash)
    put(morning, first, here(morning, morning.basil))
    put(morning, act(attendee_id=of(morning, morning.ash), status=ABSENT, base_version=1, device="other"))
    assert put(morning, act(QueuedKind.UNDO, undoes=first.op_id)) == [(CONFLICT, None)]
    assert (state(morning, morning.ash).status, state(morning, morning.basil).status) == (ABSENT, PRESENT)


def test_a_guest_comes_once_however_often_it_is_sent_and_can_be_taken_off_and_put_back(morning):
    guest = act(QueuedKind.GUEST, name="Sam")
    assert put(morning, guest, guest) == [(APPLIED, None), (DUPLICATE, None)]
    uid = attendee_uid(morning.occurrence.uid, guest.op_id)
    removal = act(QueuedKind.REMOVE, attendee_id=uid)
    put(morning, removal, removal)
    assert "Sam" not in shown(morning)
    put(morning, act(QueuedKind.UNDO, undoes=removal.op_id))
    assert shown(morning)["Sam"] == "present"
    assert put(morning, act(QueuedKind.REMOVE, attendee_id=of(morning, morning.ash))) == [
        (REFUSED, "not-removable")
    ]


def test_a_guest_whose_mark_is_cleared_leaves_the_sheet_and_the_others_keep_their_numbers(morning):
    guests = [act(QueuedKind.GUEST) for _ in range(3)]
    put(morning, *guests)
    uid = attendee_uid(morning.occurrence.uid, guests[0].op_id)
    put(morning, act(attendee_id=uid, status=AttendanceStatus.UNMARKED, base_version=1))
    assert [label for label in shown(morning) if label.startswith("Guest")] == ["Guest 2", "Guest 3"]
    put(morning, act(QueuedKind.FINISH, choices={of(morning, one): ABSENT for one in morning.people}))
    assert queries.read_sheet(morning.occurrence).totals.shown["absent"] == 4


def test_who_was_typed_without_a_line_is_on_the_sheet_and_asks_who_it_is(morning):
    typed = act(QueuedKind.WALK_IN, name="Yuri C")
    assert put(morning, typed, typed) == [(REVIEW, "who-is-it"), (REVIEW, None)]
    assert shown(morning)["Yuri C"] == "present"
    assert db.session.query(MarkToReview).one().attendee_id


def test_a_walk_in_whom_one_may_not_find_is_refused(morning):
    sorrel = morning.world.client("Sorrel", "Bramble")
    assert put(morning, act(QueuedKind.WALK_IN, person=sorrel.uid)) == [(REFUSED, "unknown-person")]


@pytest.mark.parametrize(
    ("now", "was", "text", "outcome", "kept"),
    [
        ("", "", "Tea", APPLIED, "Tea"), ("Tea", "Tea", "", APPLIED, ""), ("Tea", "", "Tea", APPLIED, "Tea"),
        ("Tea", "", "Coat", CONFLICT, "Tea\n\nCoat"), ("Tea\n\nCoat", "", "Coat", CONFLICT, "Tea\n\nCoat"),
        ("Tea", "Old", "", CONFLICT, "Tea"),
    ],
)  # fmt: skip
def test_two_notes_are_both_kept_and_one_that_comes_again_is_not_doubled(now, was, text, outcome, kept):
    assert note_after(now, was, text) == (outcome, kept)


def test_two_tablets_write_a_note_on_one_row(morning):
    notes = [
        act(QueuedKind.NOTE, attendee_id=of(morning, morning.ash), text=text) for text in ("Tea", "Coat")
    ]
    assert put(morning, *notes, notes[1]) == [(APPLIED, None), (CONFLICT, None), (DUPLICATE, None)]
    assert db.session.query(Attendee).filter_by(uid=of(morning, morning.ash)).one().note == "Tea\n\nCoat"


def test_times_follow_how_the_sheet_is_marked_whenever_that_is_said_and_typed_ones_stay(morning):
    start = morning.occurrence.start
    typed = start + timedelta(minutes=12)
    put(morning, here(morning, morning.ash), here(morning, morning.basil, time_in=typed))
    came = state(morning, morning.ash).answer.time_in
    assert came > start
    put(morning, act(QueuedKind.HOW, mode=MarkingMode.AFTERWARDS))
    assert [state(morning, one).answer.time_in for one in (morning.ash, morning.basil)] == [start, typed]
    put(morning, act(QueuedKind.HOW, mode=MarkingMode.ARRIVING))
    assert state(morning, morning.ash).answer.time_in == came
    first = db.session.query(AttendanceOperation).order_by(AttendanceOperation.id).first()
    assert put(morning, act(QueuedKind.UNDO, undoes=first.op_id)) == [(APPLIED, None)], (
        "the mark is still the last"
    )


def test_finishing_leaves_nobody_out_who_was_cleared_or_came_meanwhile(morning):
    seen = {of(morning, one): ABSENT for one in (morning.basil, morning.mar, morning.mat)}
    assert put(morning, act(QueuedKind.FINISH, choices=seen)) == [(REFUSED, "left-choices")]
    tapped = clock.now() - timedelta(minutes=10)
    assert (
        put(morning, here(morning, morning.ash), act(QueuedKind.FINISH, choices=seen, at=tapped))
        == [(APPLIED, None)] * 2
    )
    assert put(morning, act(QueuedKind.FINISH, choices={})) == [(APPLIED, None)], "it is finished"
    sheet = queries.find_sheet(morning.occurrence)
    assert sheet.finished_at == tapped, "when somebody tapped it, not when it came"
    service.reopen(morning.leader, morning.occurrence, "Basil was in the kitchen")
    put(morning, act(QueuedKind.FINISH, choices={}, at=tapped))
    assert sheet.finished_at == sheet.reopened_at, "what follows a finish is looked for since then"


def test_what_comes_after_the_finish_waits_for_review_as_it_was_sent_and_is_answered_alike_again(morning):
    service.finish(morning.leader, morning.occurrence)
    late, undo = here(morning, morning.ash), act(QueuedKind.UNDO, undoes="nothing")
    for code in ("finished", None):
        assert put(morning, late, undo) == [(REVIEW, code)] * 2
    kept = db.session.query(MarkToReview).order_by(MarkToReview.id).all()
    assert [one.op_id for one in kept] == [late.op_id, undo.op_id]


def test_an_early_word_freezes_nothing_and_a_mark_taken_back_lets_the_date_go(morning):
    with clock.at(morning.occurrence.start - timedelta(hours=1)):
        put(morning, act(attendee_id=of(morning, morning.basil), status=EXCUSED))
        put(morning, act(attendee_id=of(morning, morning.mar), status=ABSENT))
        assert not morning.occurrence.frozen
        early = here(morning, morning.ash)
        put(morning, early)
        assert morning.occurrence.frozen
        cancel_occurrence(morning.leader, morning.occurrence, "Ill", dry_run=True)
        put(morning, act(QueuedKind.UNDO, undoes=early.op_id))
        assert not morning.occurrence.frozen


def test_a_guest_is_not_here_days_ahead(morning):
    with clock.at(morning.occurrence.start - timedelta(days=16)):
        assert put(morning, act(QueuedKind.GUEST, name="Sam")) == [(REFUSED, "not-started")]


# --- by the page's endpoint ----------------------------------------------------------------------------------------


def sent(morning, **fields):
    return {
        "op_id": str(uuid4()), "kind": "mark", "observed_at": clock.now().isoformat(), "device": "t", "seq": 1, **fields,
    }  # fmt: skip


def post(client, morning, *operations):
    return client.post(
        f"/sheet/{morning.occurrence.uid}/operations",
        json={"operations": operations},
        headers={"Accept": "application/json"},
    )


def test_the_page_hears_of_each_act_and_of_the_rows_it_was_about(client, morning):
    browser = client.as_(morning.ossian)
    ash = of(morning, morning.ash)
    good = sent(morning, attendee_id=ash, status="present", base_version=0, auto=True)
    guest, bad = sent(morning, kind="guest", name="Sam"), {"op_id": "x"}
    told = post(browser, morning, good, guest, bad, "nonsense").json
    assert [one["outcome"] for one in told["results"]] == ["applied", "applied", "refused", "refused"]
    assert {row["label"] for row in told["rows"]} == {"Ash D.", "Sam"}
    [row] = [row for row in told["rows"] if row["id"] == ash]
    assert (row["status"], row["own"], row["removable"], row["found"]) == (
        "present",
        False,
        False,
        "ash door",
    )
    assert told["now"] and told["finished"] is False and told["ask"] is True
    gone = post(browser, morning, sent(morning, kind="undo", undoes=guest["op_id"])).json
    assert gone["gone"] == [attendee_uid(morning.occurrence.uid, guest["op_id"])]


def test_who_is_signed_out_hears_it_as_data_before_anything_is_looked_up(client, morning):
    for answer in (
        post(client, morning, sent(morning)),
        client.get(f"/sheet/{morning.occurrence.uid}/rows", headers={"Accept": "application/json"}),
        client.get("/sheet/nothing/rows", headers={"Accept": "application/json"}),
    ):
        assert (answer.status_code, answer.json) == (401, {"code": "signed-out"})


def test_who_may_not_write_hears_that_there_is_no_such_sheet(client, morning):
    answer = post(client.as_(morning.world.facilitator("Juniper", "Placeholder")), morning, sent(morning))
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


@pytest.mark.on_sqlite
@pytest.mark.parametrize("body", [None, [], {}, {"operations": []}, {"operations": [1] * 101}, {"x": 1}])
def test_what_is_no_batch_is_told(client, morning, body):
    browser = client.as_(morning.ossian)
    answer = browser.post(
        f"/sheet/{morning.occurrence.uid}/operations", json=body, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422 and answer.json["code"] == "does-not-fit"
