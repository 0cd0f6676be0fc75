"""Counters, denominators, finishing and greetings."""

from datetime import UTC, date, datetime, timedelta

import pytest

from groupsched.attendance.rules.marks import Answer, RowState, Status
from groupsched.attendance.rules.tally import (
    Greeting,
    Line,
    Shown,
    Standing,
    Unsettled,
    counts,
    everyone_else,
    finish,
    greeting,
    shown,
    totals,
)
from groupsched.attendance.rules.times import Meeting

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MEETING = Meeting(START, START + timedelta(minutes=90))


def state(status=Status.UNMARKED, came=0, went=None, rival=None):
    out = None if went is None else START + timedelta(minutes=went)
    answer = Answer(status, time_in=START + timedelta(minutes=came), time_out=out)
    return RowState(version=1, answer=answer, rival=Answer(rival) if rival else None)


def line(name, status=Status.UNMARKED, standing=Standing.EXPECTED, **more):
    return Line(name, standing, state(status, **more))


SHEET = [
    line("ash", Status.PRESENT),
    line("basil", Status.PRESENT, came=14),
    line("clover"),
    line("hazel", Status.EXCUSED),
    line("heron", Status.PRESENT, rival=Status.ABSENT),
    line("linnet", Status.CANCELLED),
    line("robin", Status.PRESENT, went=60),
    line("guest", Status.PRESENT, Standing.GUEST),
    line("lately", standing=Standing.LATELY),
    line("not yet", standing=Standing.NOT_YET),
]


def test_each_row_is_in_exactly_one_counter():
    found = totals(SHEET, MEETING)
    assert found.shown == {
        Shown.UNMARKED: 1,
        Shown.HERE: 3,
        Shown.LATE: 1,
        Shown.EXCUSED: 1,
        Shown.CANCELLED: 1,
        Shown.ABSENT: 0,
        Shown.TWO: 1,
    }
    assert sum(found.shown.values()) == found.expected == 8


def test_totals_count_people_guests_and_minutes():
    found = totals(SHEET, MEETING)
    assert (found.present, found.left_early, found.guests) == (4, 1, 1)
    assert found.minutes == 90 + 76 + 60 + 90


def test_two_answers_count_as_two_answers_whichever_came_first():
    here_first = state(Status.PRESENT, rival=Status.ABSENT)
    absent_first = state(Status.ABSENT, rival=Status.PRESENT)
    assert shown(here_first, MEETING) is shown(absent_first, MEETING) is Shown.TWO


def test_an_excused_person_is_left_out_of_the_rate():
    assert totals([line("a", Status.PRESENT), line("b", Status.EXCUSED)], MEETING).rate == 1
    assert totals([line("a", Status.PRESENT), line("b", Status.ABSENT)], MEETING).rate == 0.5
    assert totals([line("a", Status.EXCUSED)], MEETING).rate is None


@pytest.mark.parametrize("standing", [Standing.LATELY, Standing.NOT_YET])
def test_an_untouched_row_of_somebody_not_expected_is_in_no_denominator(standing):
    assert not counts(line("a", standing=standing))
    assert counts(line("a", Status.PRESENT, standing))


def test_everyone_else_is_here_fills_only_rows_without_a_mark():
    assert everyone_else(SHEET) == ["clover"]


def test_finishing_makes_the_unmarked_not_here_and_touches_no_other_row():
    assert finish(SHEET, {"heron": Status.PRESENT}) == {"clover": Status.ABSENT, "heron": Status.PRESENT}


def test_finishing_takes_the_choice_made_for_a_row():
    choices = {"heron": Status.ABSENT, "clover": Status.EXCUSED, "ash": Status.ABSENT}
    assert finish(SHEET, choices) == {"clover": Status.EXCUSED, "heron": Status.ABSENT}


def test_finishing_waits_for_a_choice_where_two_answers_stand():
    with pytest.raises(Unsettled) as refused:
        finish(SHEET, {})
    assert refused.value.attendees == ["heron"]


def test_a_person_never_seen_in_the_group_is_new_today():
    assert greeting(None, date(2026, 11, 25)) == Greeting()
    assert greeting(None, date(2026, 11, 25), known=False) is None


@pytest.mark.parametrize(("days", "weeks"), [(20, None), (21, 3), (27, 3), (28, 4)])
def test_a_person_away_for_three_weeks_is_back(days, weeks):
    today = date(2026, 11, 25)
    said = greeting(today - timedelta(days=days), today)
    assert (said.weeks if said else None) == weeks
