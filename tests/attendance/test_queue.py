"""The queue of a device: every act is answered, none is lost, none counts twice, whatever the line does."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groupsched.attendance import queries, service
from groupsched.attendance.models import AttendanceOperation, Attendee, MarkToReview, SheetOperation
from groupsched.attendance.rules import (
    AttendanceStatus,
    MarkingMode,
    Operation,
    OperationKind,
    OperationOutcome,
    QueuedKind,
    QueuedOperation,
    RowKind,
    RowState,
    attendee_uid,
    fold,
    merge,
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
    assert (
        put(morning, here(morning, morning.ash), act(QueuedKind.FINISH, choices=seen))
        == [(APPLIED, None)] * 2
    )
    assert put(morning, act(QueuedKind.FINISH, choices={})) == [(APPLIED, None)], "it is finished"


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


@pytest.mark.parametrize("body", [None, [], {}, {"operations": []}, {"operations": [1] * 101}, {"x": 1}])
def test_what_is_no_batch_is_told(client, morning, body):
    browser = client.as_(morning.ossian)
    answer = browser.post(
        f"/sheet/{morning.occurrence.uid}/operations", json=body, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422 and answer.json["code"] == "does-not-fit"


# --- any order, repetition and loss --------------------------------------------------------------------------------

KINDS = ("here", "late", "absent", "excused", "clear", "bulk", "undo", "guest", "note", "how", "remove")
ACTS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(KINDS), st.integers(0, 3)), min_size=1, max_size=14
)
STATUSES = {
    "here": PRESENT,
    "late": PRESENT,
    "absent": ABSENT,
    "excused": EXCUSED,
    "clear": AttendanceStatus.UNMARKED,
}


class Device:
    """A tablet that acts on the sheet as it last saw it, and sends whatever was not answered."""

    def __init__(self, name, rows):
        self.name, self.rows = name, rows
        self.seen = dict.fromkeys(rows, 0)
        self.pending, self.made = [], []

    def do(self, kind, number, at):
        row = self.rows[number]
        before = next((one for one in reversed(self.pending) if row in (one.attendee_id, *one.rows)), None)
        common = {"device": self.name, "seq": len(self.made), "at": at}
        marks = [one for one in self.made if one.kind in (QueuedKind.MARK, QueuedKind.BULK, QueuedKind.GUEST)]
        if kind in STATUSES:
            after = before.op_id if before else ""
            op = act(
                attendee_id=row, status=STATUSES[kind], base_version=self.seen[row], after=after, **common
            )
        elif kind == "bulk":
            op = act(QueuedKind.BULK, rows=tuple(self.rows), **common)
        elif kind == "undo" and marks:
            op = act(QueuedKind.UNDO, undoes=marks[-1].op_id, **common)
        elif kind == "note":
            op = act(QueuedKind.NOTE, attendee_id=row, text=f"{self.name}{len(self.made)}", **common)
        elif kind == "how":
            op = act(QueuedKind.HOW, mode=MarkingMode.AFTERWARDS, **common)
        else:
            op = act(QueuedKind.GUEST, name=self.name, **common)
        self.pending.append(op)
        self.made.append(op)


def send(morning, device, how_many, answered):
    """A batch goes out; its answer may be lost, then it goes out again."""
    batch = device.pending[:how_many]
    if not batch:
        return
    service.apply(morning.leader, morning.occurrence, batch)
    if answered:
        device.pending = device.pending[len(batch) :]
        view = queries.read_sheet(morning.occurrence)
        device.seen = {row: view.row(row).version for row in device.rows}


class Server:
    """The rules alone: rows, what is known, and the history in the order it was taken."""

    def __init__(self):
        self.rows, self.history, self.outcomes = {}, [], {}

    def take(self, op):
        if op.op_id in self.outcomes:
            return
        before = self.rows.get(op.attendee_id, RowState())
        self.outcomes[op.op_id], self.rows[op.attendee_id] = merge(before, op)
        self.history.append(op)


STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["here", "absent", "excused", "clear", "bulk", "undo", "send"]), st.integers(0, 1)),
    max_size=24,
)  # fmt: skip


class RuleDevice:
    """A tablet as the rules know it: it shows what it was told, with what it did since."""

    def __init__(self, name):
        self.name, self.told, self.shows, self.pending, self.count = name, {}, {}, [], 0

    def make(self, what, row):
        shows, mine = self.shows.get(row, RowState()), [one for one in self.pending if one.attendee_id == row]
        kind = {"bulk": OperationKind.BULK, "undo": OperationKind.UNDO}.get(what, OperationKind.MARK)
        op = Operation(
            op_id=f"{self.name}{self.count + 1}", attendee_id=row, status=STATUSES.get(what, PRESENT), observed_at=NOON, kind=kind,
            base_version=self.told.get(row, RowState()).version, after=mine[-1].op_id if mine else "",
            undoes=shows.last if what == "undo" else "",
        )  # fmt: skip
        if what == "undo" and not op.undoes:
            return
        _, after = merge(shows, op)
        if after.version == shows.version:
            return  # the page has no button for what changes nothing
        self.shows[row] = after
        self.count += 1
        self.pending.append(op)

    def send(self, server, answered):
        for op in self.pending:
            server.take(op)
        if answered:
            self.pending, self.told, self.shows = [], dict(server.rows), dict(server.rows)


@settings(max_examples=int(os.environ.get("GROUPSCHED_INTERLEAVINGS", "2000")), deadline=None)
@given(steps=STEPS, answers=st.lists(st.booleans(), min_size=24, max_size=24))
def test_by_the_rules_every_order_repetition_and_loss_ends_in_the_state_that_the_history_says(steps, answers):
    server, devices = Server(), [RuleDevice(name) for name in "abc"]
    for (which, what, row), answered in zip(steps, answers, strict=False):
        if what == "send":
            devices[which].send(server, answered)
        else:
            devices[which].make(what, f"row{row}")
    for device in devices:
        device.send(server, False)
        device.send(server, True)
    assert fold(server.history) == server.rows
    assert len(server.outcomes) == sum(device.count for device in devices)
    for op in server.history:
        if op.kind is OperationKind.MARK and len({one.op_id[0] for one in server.history}) == 1:
            assert server.outcomes[op.op_id] is APPLIED, "a tablet alone never meets a second answer"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(
    max_examples=int(os.environ.get("GROUPSCHED_INTERLEAVINGS", "25")), deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(acts=ACTS, line=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 5), st.booleans()), max_size=12))
def test_whatever_the_line_does_every_act_is_kept_once_and_all_tablets_end_in_one_state(morning, acts, line):
    service.open_sheet(morning.leader, morning.occurrence)
    with db.session.begin_nested() as outer:
        rows = [of(morning, one) for one in morning.people]
        devices = [Device(f"t{number}", rows) for number in range(3)]
        sends = iter(line)
        for number, kind, row in acts:
            devices[number].do(kind, row, clock.now())
            which = next(sends, None)
            if which:
                send(morning, devices[which[0]], *which[1:])
        for device in devices:
            send(morning, device, 100, True)
            send(morning, replace_pending(device), 100, False)
        made = {one.op_id for device in devices for one in device.made}
        logged = [one.op_id for one in db.session.query(SheetOperation)]
        assert sorted(logged) == sorted(made), "every act once"
        view = queries.read_sheet(morning.occurrence)
        locked = {one.uid: one.version for one in db.session.query(Attendee)}
        assert all(row.version == locked[row.attendee_id] for row in view.rows)
        assert {row.label for row in view.rows if row.standing is RowKind.EXPECTED} == {
            "Ash D.", "Basil C.", "Jo Mar.", "Jo Mat.",
        }  # fmt: skip
        outer.rollback()
    db.session.expire_all()


def replace_pending(device):
    """The same device that never heard an answer."""
    device.pending = [replace(one) for one in device.made]
    return device
