"""What a button of the sheet means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.attendance.rules.marks import AttendanceStatus, Operation, OperationKind, RowAnswer, RowState
from groupsched.attendance.rules.taps import Tap, TapAction, TypedTimes, meant, read_tap
from groupsched.attendance.rules.times import MarkingMode, MeetingHours, is_late, left_early

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MEETING = MeetingHours(START, START + timedelta(minutes=90))
OP = Operation("op", "row", AttendanceStatus.UNMARKED, START, 0)


def at(minute):
    return START + timedelta(minutes=minute)


def says(what, state=None, *, now=20, typed=None, marking=MarkingMode.ARRIVING):
    state = state or RowState()
    op = replace(OP, base_version=state.version)
    return meant(op, what, state, MEETING, marking, at(now), typed)


def here(came=0, went=None):
    return RowState(1, RowAnswer(AttendanceStatus.PRESENT, at(came), None if went is None else at(went)))


def test_a_button_names_the_row_the_version_it_saw_and_what_is_said():
    assert read_tap("k7.12.here") == Tap("k7", 12, TapAction.HERE)


@pytest.mark.parametrize(
    "value", ["", "k7", "k7.1", "k7.1.dance", ".1.here", "k7.-1.here", "k7.١.here", "k7.9999999999.here"]
)
def test_what_is_no_tap_is_none(value):
    assert read_tap(value) is None


@given(st.text(max_size=40))
def test_any_text_is_a_tap_or_none(value):
    read_tap(value)


def test_here_leaves_the_time_to_the_sheet():
    assert (says(TapAction.HERE).status, says(TapAction.HERE).time_in) == (AttendanceStatus.PRESENT, None)


def test_here_on_somebody_who_came_late_says_they_were_on_time():
    assert says(TapAction.HERE, here(20)).time_in == START


def test_here_on_somebody_who_was_on_time_keeps_the_time_in_and_says_to_the_end():
    op = says(TapAction.HERE, here(4, 60))
    assert (op.time_in, op.time_out) == (at(4), None)


def test_here_by_a_tablet_that_has_not_seen_the_late_mark_of_another_does_not_make_it_on_time():
    assert meant(OP, TapAction.HERE, here(20), MEETING, MarkingMode.ARRIVING, at(21)).time_in is None


@pytest.mark.parametrize("what", [TapAction.HERE, TapAction.LATE, TapAction.LEFT])
def test_times_typed_beside_a_button_come_before_what_it_guesses(what):
    op = says(what, here(4), now=70, typed=TypedTimes(at(25), at(50)))
    assert (op.status, op.time_in, op.time_out) == (AttendanceStatus.PRESENT, at(25), at(50))
    assert says(TapAction.LATE, now=70, typed=TypedTimes()).time_in == at(70)


def test_late_is_late_and_keeps_a_time_out_that_fits():
    op = says(TapAction.LATE, here(0, 60))
    assert (op.time_in, op.time_out) == (at(20), at(60))
    assert says(TapAction.LATE, here(0, 15)).time_out is None


def test_left_early_keeps_the_time_in():
    op = says(TapAction.LEFT, here(4), now=60)
    assert (op.time_in, op.time_out) == (at(4), at(60))


@given(st.sampled_from([TapAction.LATE, TapAction.LEFT]), st.integers(-60, 300), st.integers(-20, 89))
def test_late_and_left_early_mean_it_whenever_they_are_tapped(what, now, came):
    op = says(what, here(came), now=now)
    answer = RowAnswer(op.status, op.time_in, op.time_out)
    assert op.time_out is None or op.time_in <= op.time_out
    assert is_late(answer, MEETING) if what is TapAction.LATE else left_early(answer, MEETING)


@pytest.mark.parametrize(
    ("what", "status"),
    [(TapAction.EXCUSED, AttendanceStatus.EXCUSED), (TapAction.CANCELLED, AttendanceStatus.CANCELLED), (TapAction.ABSENT, AttendanceStatus.ABSENT),
     (TapAction.CLEAR, AttendanceStatus.UNMARKED)],
)  # fmt: skip
def test_each_button_of_the_panel_has_its_status(what, status):
    op = says(what, here(5))
    assert (op.status, op.time_in) == (status, None)


def test_typed_times_make_somebody_present_with_them():
    op = says(TapAction.TIMES, typed=TypedTimes(at(3), at(80)))
    assert (op.status, op.time_in, op.time_out) == (AttendanceStatus.PRESENT, at(3), at(80))


def test_choosing_keeps_the_times_of_the_chosen_answer():
    torn = RowState(2, RowAnswer(AttendanceStatus.ABSENT), rival=RowAnswer(AttendanceStatus.PRESENT, at(4)))
    second = says(TapAction.SECOND, torn)
    assert (second.status, second.time_in, second.kind) == (
        AttendanceStatus.PRESENT,
        at(4),
        OperationKind.RESOLVE,
    )
    assert says(TapAction.FIRST, torn).status is AttendanceStatus.ABSENT
    assert says(TapAction.SECOND, here(3)).status is AttendanceStatus.PRESENT
