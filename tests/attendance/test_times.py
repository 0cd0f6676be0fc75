"""Late, left early, the time in of a tap, minutes."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.attendance.rules.marks import AttendanceStatus, RowAnswer
from groupsched.attendance.rules.times import (
    MarkingMode,
    MeetingHours,
    clock_at,
    early_time_out,
    ends_soon,
    is_late,
    late_time_in,
    left_early,
    minutes,
    must_ask,
    time_in_for,
)

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MEETING = MeetingHours(START, START + timedelta(minutes=90))


def at(minute):
    return START + timedelta(minutes=minute)


def here(came=None, went=None):
    return RowAnswer(
        AttendanceStatus.PRESENT,
        time_in=None if came is None else at(came),
        time_out=None if went is None else at(went),
    )


@pytest.mark.parametrize(("came", "late"), [(-5, False), (0, False), (10, False), (11, True), (80, True)])
def test_late_is_a_time_in_after_the_grace_of_ten_minutes(came, late):
    assert is_late(here(came), MEETING) is late


def test_nobody_is_late_without_a_time_or_without_being_here():
    assert not is_late(here(), MEETING)
    assert not is_late(RowAnswer(AttendanceStatus.ABSENT, time_in=at(30)), MEETING)


@pytest.mark.parametrize(("went", "early"), [(89, True), (90, False), (100, False), (None, False)])
def test_left_early_is_a_time_out_before_the_end(went, early):
    assert left_early(here(0, went), MEETING) is early


def test_late_and_left_early_can_both_be_true():
    answer = here(20, 60)
    assert is_late(answer, MEETING)
    assert left_early(answer, MEETING)


@pytest.mark.parametrize(("minute", "asks"), [(-5, False), (10, False), (11, True), (89, True), (90, False)])
def test_the_question_is_asked_between_the_grace_and_the_end(minute, asks):
    assert must_ask(MarkingMode.NOT_ASKED, MEETING, at(minute)) is asks


@pytest.mark.parametrize(("minute", "soon"), [(84, False), (84.9, False), (85, True), (95, True)])
def test_five_minutes_before_its_end_a_meeting_ends_soon(minute, soon):
    assert ends_soon(MEETING, at(minute)) is soon


@pytest.mark.parametrize("marking", [MarkingMode.ARRIVING, MarkingMode.AFTERWARDS])
def test_the_question_is_asked_once(marking):
    assert not must_ask(marking, MEETING, at(20))


def test_a_tap_while_people_arrive_takes_the_time_of_the_tap():
    assert time_in_for(MarkingMode.ARRIVING, MEETING, at(14)) == at(14)
    assert time_in_for(MarkingMode.NOT_ASKED, MEETING, at(-4)) == at(-4)


def test_a_tap_afterwards_takes_the_start():
    assert time_in_for(MarkingMode.AFTERWARDS, MEETING, at(20)) == START
    assert time_in_for(MarkingMode.NOT_ASKED, MEETING, at(200)) == START
    assert time_in_for(MarkingMode.NOT_ASKED, MEETING, at(-121)) == START
    assert time_in_for(MarkingMode.ARRIVING, MEETING, at(200)) == START


def test_the_button_late_is_always_late_and_left_early_always_early():
    for minute in (-30, 5, 14, 89, 90, 400):
        assert is_late(
            RowAnswer(AttendanceStatus.PRESENT, time_in=late_time_in(MEETING, at(minute))), MEETING
        )
        assert left_early(
            RowAnswer(AttendanceStatus.PRESENT, time_out=early_time_out(MEETING, at(minute))), MEETING
        )
    assert late_time_in(MEETING, at(14)) == at(14)
    assert late_time_in(replace(MEETING, grace=timedelta(minutes=20)), at(0)) == at(21), (
        "late by the grace of this group too"
    )
    assert early_time_out(MEETING, at(70)) == at(70)


def test_minutes_are_those_inside_the_meeting():
    assert minutes(here(), MEETING) == 90
    assert minutes(here(-20, 200), MEETING) == 90
    assert minutes(here(20, 80), MEETING) == 60
    assert minutes(RowAnswer(AttendanceStatus.EXCUSED), MEETING) == 0


def test_a_time_is_on_the_day_nearest_to_the_meeting():
    late = MeetingHours(datetime(2026, 11, 25, 23, 30, tzinfo=UTC), datetime(2026, 11, 26, 1, 0, tzinfo=UTC))
    assert clock_at([time.fromisoformat("00:15")], late, "UTC") == datetime(2026, 11, 26, 0, 15, tzinfo=UTC)
    assert clock_at([time.fromisoformat("23:40")], late, "UTC") == datetime(2026, 11, 25, 23, 40, tzinfo=UTC)


def test_a_time_in_the_hour_that_clocks_show_twice_is_the_one_at_which_people_meet():
    start = datetime(2026, 11, 1, 5, 50, tzinfo=UTC)  # 01:50 in New York; ten minutes later it is 01:00 again
    over_the_change = MeetingHours(start, start + timedelta(minutes=90))
    for minute, shown in ((-55, "00:55"), (5, "01:55"), (12, "01:02"), (35, "01:25"), (80, "02:10")):
        assert clock_at(
            [time.fromisoformat(shown)], over_the_change, "America/New_York"
        ) == start + timedelta(minutes=minute)


def test_a_time_is_read_on_the_clock_of_the_place():
    assert clock_at([time.fromisoformat("04:05")], MEETING, "America/New_York") == at(5)


@given(st.integers(-300, 300), st.integers(-300, 300))
def test_minutes_are_never_negative_nor_longer_than_the_meeting(came, went):
    assert 0 <= minutes(here(came, went), MEETING) <= 90


def test_of_two_halves_of_a_day_the_one_is_meant_in_which_people_meet():
    evening = MeetingHours(datetime(2026, 11, 25, 19, tzinfo=UTC), datetime(2026, 11, 25, 20, tzinfo=UTC))
    assert clock_at([time(7, 5), time(19, 5)], evening, "UTC") == datetime(2026, 11, 25, 19, 5, tzinfo=UTC)
