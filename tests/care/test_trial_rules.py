"""Three kinds in two weeks: dates that fit beside each other, and how far somebody is."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.attendance.rules import AttendanceStatus
from groupsched.care.rules import (
    TRIED_KINDS,
    TWO_WEEKS,
    TrialDateFacts,
    TrialDateState,
    TrialState,
    TryDate,
    apart,
    by_kind,
    date_state,
    free_of,
    plan,
    stands,
    trial_state,
    with_first,
)
from groupsched.catalog.rules import ModalityKind
from groupsched.enrolment.rules import OtherCare, TimeSpan

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
COMING, BEEN, MISSED = TrialDateState.COMING, TrialDateState.BEEN, TrialDateState.MISSED
KINDS = st.sampled_from([ModalityKind.ART, ModalityKind.QUIET, ModalityKind.MOVEMENT])


def a_date(key, hours, length=1, kind=ModalityKind.ART, *, adds=False):
    start = NOW + timedelta(hours=hours)
    return TryDate(key, key, kind, start, start + timedelta(hours=length), start.date(), adds)


@st.composite
def dates(draw, most=8):
    spans = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5), KINDS), max_size=most))
    return [a_date(key, hours, length, kind) for key, (hours, length, kind) in enumerate(spans, 1)]


@given(dates(), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5)), max_size=5))
def test_what_runs_into_what_somebody_has_is_not_offered_and_everything_else_is(found, has):
    busy = [
        TimeSpan(-key, NOW + timedelta(hours=begins), NOW + timedelta(hours=begins + length))
        for key, (begins, length) in enumerate(has, 1)
    ]
    free = free_of(found, busy)
    assert free == sorted(free, key=lambda one: (one.start, one.key))
    assert {one.key for one in free} == {
        one.key for one in found if all(one.end <= own.start or own.end <= one.start for own in busy)
    }


@given(dates(5), dates(5), dates(5))
def test_a_plan_has_one_of_each_and_no_two_at_once_and_none_is_found_only_where_there_is_none(
    one, two, three
):
    wanted = [one, two, three]
    found = plan(wanted)
    together = [
        chosen
        for chosen in product(*wanted)
        if all(apart(a, b) for n, a in enumerate(chosen) for b in chosen[n + 1 :])
    ]
    if found is None:
        assert not together
        return
    assert found in together
    on_three_days = [chosen for chosen in together if len({a.day for a in chosen}) == 3]
    assert not on_three_days or found == on_three_days[0], (
        "three days, and the earlier in its list the better"
    )


def test_what_somebody_chose_stays_where_it_can():
    monday, tuesday = a_date(1, 24), a_date(2, 48)
    quiet = a_date(3, 72, kind=ModalityKind.QUIET)
    assert plan([[monday, tuesday], [quiet]]) == (monday, quiet)
    assert plan([with_first([monday, tuesday], {tuesday.key}), [quiet]]) == (tuesday, quiet)
    at_once = a_date(4, 48, kind=ModalityKind.QUIET)
    assert plan([with_first([monday, tuesday], {tuesday.key}), [at_once]]) == (monday, at_once)


def test_kinds_stand_in_their_usual_order_and_an_appointment_about_medicines_is_none():
    found = by_kind([a_date(1, 5, kind=ModalityKind.QUIET), a_date(2, 9, kind=ModalityKind.SUPPORT)])
    assert list(found) == [ModalityKind.SUPPORT, ModalityKind.QUIET]
    assert ModalityKind.MEDICAL not in TRIED_KINDS
    assert len(TRIED_KINDS) == len(ModalityKind) - 1


@pytest.mark.parametrize(
    ("adding", "care", "answer"),
    [
        (3, OtherCare(False, 0, False), False),
        (2, OtherCare(False, 0, False), True),  # the third is other care
        (3, OtherCare(True, 0, False), True),
        (3, OtherCare(False, 0, True), True),
    ],
)
def test_three_that_only_add_to_other_care_do_not_stand_alone(adding, care, answer):
    three = [a_date(n, n * 30, adds=n <= adding) for n in (1, 2, 3)]
    assert stands(three, care) is answer


def facts(*, hours=1, takes_place=True, seated=True, waiting=False, mark=None, reflected=False):
    return TrialDateFacts(NOW + timedelta(hours=hours), takes_place, seated, waiting, mark, reflected)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (facts(), TrialDateState.COMING),
        (facts(hours=-1), TrialDateState.BEEN),
        (facts(hours=0), TrialDateState.BEEN),
        (facts(hours=-1, mark=AttendanceStatus.UNMARKED), TrialDateState.BEEN),
        (facts(hours=-1, mark=AttendanceStatus.ABSENT), TrialDateState.MISSED),
        (facts(hours=1, mark=AttendanceStatus.EXCUSED), TrialDateState.MISSED),
        (facts(hours=1, mark=AttendanceStatus.PRESENT), TrialDateState.BEEN),
        (facts(hours=-1, seated=False, reflected=True), TrialDateState.BEEN),
        (facts(seated=False, waiting=True), TrialDateState.WAITING),
        (facts(hours=-1, seated=False, waiting=True), TrialDateState.GIVEN_BACK),
        (facts(seated=False), TrialDateState.GIVEN_BACK),
        (facts(takes_place=False), TrialDateState.CANCELLED),
        (facts(hours=-1, mark=AttendanceStatus.CANCELLED, seated=False), TrialDateState.GIVEN_BACK),
    ],
)
def test_what_became_of_a_date_is_told_by_seat_mark_and_what_was_said(said, state):
    assert date_state(said, NOW) is state


@pytest.mark.parametrize(
    ("states", "days", "state"),
    [
        ([COMING, BEEN, BEEN], 1, TrialState.GOING),
        ([COMING, BEEN, BEEN], 20, TrialState.GOING),
        ([TrialDateState.WAITING, BEEN, BEEN], 1, TrialState.GOING),
        ([BEEN, BEEN, BEEN], 5, TrialState.CHOOSING),
        ([BEEN, MISSED, BEEN], 5, TrialState.GOING),
        ([BEEN, MISSED, BEEN], 14, TrialState.CHOOSING),
        ([BEEN, BEEN, BEEN], 28, TrialState.OVER),
        ([TrialDateState.GIVEN_BACK] * 3, 3, TrialState.GOING),
    ],
)
def test_how_far_somebody_is(states, days, state):
    began = NOW - timedelta(days=days)
    assert trial_state(states, began, NOW, ended=False, kept=False) is state
    assert trial_state(states, began, NOW, ended=True, kept=False) is TrialState.OVER
    assert trial_state(states, began, NOW, ended=False, kept=True) is TrialState.KEPT


def test_two_weeks_are_fourteen_days():
    assert date(2026, 11, 30) + TWO_WEEKS == date(2026, 12, 14)
