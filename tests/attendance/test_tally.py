"""Counters, denominators, finishing and greetings."""

from datetime import UTC, date, datetime, timedelta

import pytest

from groupsched.attendance.rules.marks import AttendanceStatus, RowAnswer, RowState
from groupsched.attendance.rules.sheet import (
    RowKind,
    TallyRow,
    TileHint,
    TileState,
    TwoAnswersLeft,
    counts,
    everyone_else,
    finish,
    greeting,
    shown,
    totals,
)
from groupsched.attendance.rules.times import MeetingHours

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MEETING = MeetingHours(START, START + timedelta(minutes=90))


def state(status=AttendanceStatus.UNMARKED, came=0, went=None, rival=None):
    out = None if went is None else START + timedelta(minutes=went)
    answer = RowAnswer(status, time_in=START + timedelta(minutes=came), time_out=out)
    return RowState(version=1, answer=answer, rival=RowAnswer(rival) if rival else None)


def line(name, status=AttendanceStatus.UNMARKED, standing=RowKind.EXPECTED, **more):
    return TallyRow(name, standing, state(status, **more))


SHEET = [
    line("ash", AttendanceStatus.PRESENT),
    line("basil", AttendanceStatus.PRESENT, came=14),
    line("clover"),
    line("hazel", AttendanceStatus.EXCUSED),
    line("heron", AttendanceStatus.PRESENT, rival=AttendanceStatus.ABSENT),
    line("linnet", AttendanceStatus.CANCELLED),
    line("robin", AttendanceStatus.PRESENT, went=60),
    line("guest", AttendanceStatus.PRESENT, RowKind.GUEST),
    line("lately", standing=RowKind.LATELY),
    line("not yet", standing=RowKind.NOT_YET),
]


def test_each_row_is_in_exactly_one_counter():
    found = totals(SHEET, MEETING)
    assert found.shown == {
        TileState.UNMARKED: 1,
        TileState.HERE: 3,
        TileState.LATE: 1,
        TileState.EXCUSED: 1,
        TileState.CANCELLED: 1,
        TileState.ABSENT: 0,
        TileState.TWO: 1,
    }
    assert sum(found.shown.values()) == found.expected == 8


def test_totals_count_people_guests_and_minutes():
    found = totals(SHEET, MEETING)
    assert (found.present, found.left_early, found.guests) == (4, 1, 1)
    assert found.minutes == 90 + 76 + 60 + 90


def test_two_answers_count_as_two_answers_whichever_came_first():
    here_first = state(AttendanceStatus.PRESENT, rival=AttendanceStatus.ABSENT)
    absent_first = state(AttendanceStatus.ABSENT, rival=AttendanceStatus.PRESENT)
    assert shown(here_first, MEETING) is shown(absent_first, MEETING) is TileState.TWO


def test_an_excused_person_is_left_out_of_the_rate():
    assert (
        totals([line("a", AttendanceStatus.PRESENT), line("b", AttendanceStatus.EXCUSED)], MEETING).rate == 1
    )
    assert (
        totals([line("a", AttendanceStatus.PRESENT), line("b", AttendanceStatus.ABSENT)], MEETING).rate == 0.5
    )
    assert totals([line("a", AttendanceStatus.EXCUSED)], MEETING).rate is None


@pytest.mark.parametrize("standing", [RowKind.LATELY, RowKind.NOT_YET])
def test_an_untouched_row_of_somebody_not_expected_is_in_no_denominator(standing):
    assert not counts(line("a", standing=standing))
    assert counts(line("a", AttendanceStatus.PRESENT, standing))


def test_everyone_else_is_here_fills_only_rows_without_a_mark():
    assert everyone_else(SHEET) == ["clover"]


def test_finishing_makes_the_unmarked_not_here_and_touches_no_other_row():
    assert finish(SHEET, {"heron": AttendanceStatus.PRESENT}) == {
        "clover": AttendanceStatus.ABSENT,
        "heron": AttendanceStatus.PRESENT,
    }


def test_finishing_takes_the_choice_made_for_a_row():
    choices = {
        "heron": AttendanceStatus.ABSENT,
        "clover": AttendanceStatus.EXCUSED,
        "ash": AttendanceStatus.ABSENT,
    }
    assert finish(SHEET, choices) == {"clover": AttendanceStatus.EXCUSED, "heron": AttendanceStatus.ABSENT}


def test_finishing_waits_for_a_choice_where_two_answers_stand():
    with pytest.raises(TwoAnswersLeft) as refused:
        finish(SHEET, {})
    assert refused.value.attendees == ["heron"]


def test_a_person_never_seen_in_the_group_is_new_today():
    assert greeting(None, date(2026, 11, 25)) == TileHint()
    assert greeting(None, date(2026, 11, 25), known=False) is None


@pytest.mark.parametrize(("days", "weeks"), [(20, None), (21, 3), (27, 3), (28, 4)])
def test_a_person_away_for_three_weeks_is_back(days, weeks):
    today = date(2026, 11, 25)
    said = greeting(today - timedelta(days=days), today)
    assert (said.weeks if said else None) == weeks
