"""The merge rule and the fold of a history."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.attendance.rules.marks import (
    AttendanceStatus,
    Operation,
    OperationKind,
    OperationOutcome,
    RowState,
    fold,
    merge,
    undo_of,
)

TEN = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def mark(op_id, status=AttendanceStatus.PRESENT, *, base=0, minute=0, attendee="a", **more):
    at = TEN + timedelta(minutes=minute)
    here = status is AttendanceStatus.PRESENT
    times = {"time_in": at if here else None} | more
    return Operation(op_id, attendee, status, observed_at=at, base_version=base, **times)


def after(*ops):
    return fold(ops)["a"]


def test_a_row_starts_unmarked_which_is_not_absent():
    assert RowState().status is AttendanceStatus.UNMARKED
    assert RowState().untouched


def test_a_mark_on_the_current_version_applies():
    outcome, state = merge(RowState(), mark("1"))
    assert outcome is OperationOutcome.APPLIED
    assert (state.status, state.version, state.answer.time_in) == (AttendanceStatus.PRESENT, 1, TEN)


def test_the_same_op_id_twice_changes_nothing():
    once = after(mark("1"))
    assert after(mark("1"), mark("1", AttendanceStatus.ABSENT, base=1)) == once


def test_two_people_who_saw_the_same_are_merged_to_the_earliest_in_and_the_latest_out():
    first = mark("1", minute=5, time_out=TEN + timedelta(minutes=60))
    second = mark("2", minute=3, time_out=TEN + timedelta(minutes=50))
    state = after(first, replace(second, time_in=TEN + timedelta(minutes=3)))
    assert state.rival is None
    assert state.answer.time_in == TEN + timedelta(minutes=3)
    assert state.answer.time_out == TEN + timedelta(minutes=60)


def test_a_stale_and_different_answer_keeps_the_servers_and_stands_beside_it():
    first = mark("1", actor=1)
    outcome, state = merge(after(first), mark("2", AttendanceStatus.ABSENT, actor=2, minute=1))
    assert outcome is OperationOutcome.CONFLICT
    assert state.status is AttendanceStatus.PRESENT
    assert state.rival is not None
    assert state.rival.status is AttendanceStatus.ABSENT
    assert (state.answer.actor, state.rival.actor) == (1, 2)


def test_a_mark_by_somebody_who_saw_both_answers_settles_them():
    torn = after(mark("1"), mark("2", AttendanceStatus.ABSENT))
    outcome, state = merge(torn, mark("3", AttendanceStatus.ABSENT, base=torn.version))
    assert outcome is OperationOutcome.APPLIED
    assert state.rival is None
    assert state.status is AttendanceStatus.ABSENT


def test_a_second_voice_for_the_rival_joins_the_rival():
    torn = after(mark("1", AttendanceStatus.ABSENT), mark("2", minute=4))
    outcome, state = merge(torn, mark("3", minute=2))
    assert outcome is OperationOutcome.CONFLICT
    assert state.status is AttendanceStatus.ABSENT
    assert state.rival is not None
    assert state.rival.time_in == TEN + timedelta(minutes=2)


def test_a_version_the_server_never_gave_is_stale():
    outcome, state = merge(after(mark("1")), mark("2", AttendanceStatus.EXCUSED, base=9))
    assert outcome is OperationOutcome.CONFLICT
    assert state.status is AttendanceStatus.PRESENT


@pytest.mark.parametrize(
    "status",
    [AttendanceStatus.EXCUSED, AttendanceStatus.CANCELLED, AttendanceStatus.ABSENT, AttendanceStatus.PRESENT],
)
def test_bulk_never_overwrites_a_mark_made_before(status):
    before = after(mark("1", status))
    outcome, state = merge(before, mark("2", base=before.version, kind=OperationKind.BULK))
    assert outcome is OperationOutcome.CONFLICT
    assert state == before


def test_bulk_leaves_two_answers_alone():
    torn = after(mark("1", AttendanceStatus.UNMARKED), mark("2"))
    assert merge(torn, mark("3", base=torn.version, kind=OperationKind.BULK))[1] == torn


def test_times_belong_to_people_who_were_here():
    state = after(mark("1", AttendanceStatus.EXCUSED, time_in=TEN))
    assert state.answer.time_in is None


def undo(op, op_id="u"):
    return undo_of(op, op_id=op_id, at=TEN, actor=1)


def test_undo_is_made_over_the_version_that_its_mark_made():
    assert undo(mark("2", base=3)).base_version == 4
    assert undo_of(mark("2"), op_id="u", at=TEN, actor=1, device="Tablet").device == "Tablet"


def test_undo_restores_the_earlier_state_under_a_new_version():
    first, second = mark("1", AttendanceStatus.EXCUSED), mark("2", base=1)
    state = after(first, second, undo(second))
    assert state.status is AttendanceStatus.EXCUSED
    assert state.version == 3


def test_undo_of_a_choice_brings_both_answers_back():
    torn = after(mark("1"), mark("2", AttendanceStatus.ABSENT))
    choice = mark("3", base=torn.version)
    state = after(mark("1"), mark("2", AttendanceStatus.ABSENT), choice, undo(choice))
    assert (state.answer, state.rival) == (torn.answer, torn.rival)


def test_undo_steps_back_once_more_after_an_undo():
    first, second = mark("1", AttendanceStatus.EXCUSED), mark("2", base=1)
    state = after(first, second, undo(second, "u1"), undo(first, "u2"))
    assert state.untouched


def test_undo_does_nothing_once_somebody_else_has_marked_the_row():
    first, second = mark("1"), mark("2", AttendanceStatus.ABSENT, base=1)
    state = after(first, second)
    outcome, same = merge(state, undo(first))
    assert outcome is OperationOutcome.CONFLICT
    assert same == state


def test_undo_of_what_is_not_known_does_nothing():
    assert merge(RowState(), undo(mark("1")))[0] is OperationOutcome.CONFLICT


STATUSES = st.sampled_from(list(AttendanceStatus))
OPERATIONS = st.lists(
    st.builds(
        lambda number, attendee, status, base, minute, kind: mark(
            f"op{number}", status, base=base, minute=minute, attendee=attendee, kind=kind
        ),
        st.integers(0, 30),
        st.sampled_from("abc"),
        STATUSES,
        st.integers(0, 5),
        st.integers(-10, 40),
        st.sampled_from([OperationKind.MARK, OperationKind.BULK]),
    ),
    max_size=15,
    unique_by=lambda op: op.op_id,
)


@given(OPERATIONS)
def test_the_order_between_different_people_makes_no_difference(ops):
    by_person = sorted(ops, key=lambda op: op.attendee_id)
    assert fold(ops) == fold(by_person)


@given(OPERATIONS, st.data())
def test_retries_at_any_later_moment_change_nothing(ops, data):
    again = list(ops)
    for op in ops:
        place = data.draw(st.integers(again.index(op) + 1, len(again)))
        again.insert(place, op)
    assert fold(again) == fold(ops)


@given(OPERATIONS)
def test_a_version_grows_with_each_operation_that_counts_and_is_never_reused(ops):
    states: dict[str, RowState] = {}
    for op in ops:
        before = states.get(op.attendee_id, RowState())
        _, states[op.attendee_id] = merge(before, op)
        grown = states[op.attendee_id].version - before.version
        assert grown == (0 if states[op.attendee_id] == before else 1)


@given(OPERATIONS, STATUSES)
def test_undoing_the_latest_mark_gives_back_the_answers_before_it(ops, status):
    before = fold(ops).get("a", RowState())
    latest = mark("latest", status, base=before.version)
    state = fold([*ops, latest, undo(latest)])["a"]
    assert (state.answer, state.rival) == (before.answer, before.rival)
