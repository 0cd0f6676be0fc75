"""To whom a freed seat is offered, for how long, and that nobody's time runs while they sleep."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from groupsched.enrolment.rules import Quiet, WhoIsNext, first_in_reach, who_is_next, window
from groupsched.enrolment.rules.offering import A_DAY, LONG, MOST_NIGHTS, SHORT, TOO_SOON, after_awake, awake
from groupsched.enrolment.rules.reminding import remind_at

NEW_YORK = ZoneInfo("America/New_York")
NIGHT = Quiet(time(21), time(8), NEW_YORK)
MINUTE = timedelta(minutes=1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "start", "ends"),
    [
        ("2026-12-08T08:40", "2026-12-16T14:00", "2026-12-08T20:40"),
        ("2026-12-08T21:30", "2026-12-16T14:00", "2026-12-09T20:00"),
        ("2026-12-08T20:00", "2026-12-16T14:00", "2026-12-09T19:00"),
        ("2026-12-08T14:00", "2026-12-09T14:00", "2026-12-09T13:00"),
        ("2026-12-08T14:01", "2026-12-09T14:00", "2026-12-08T15:01"),
        ("2026-12-08T12:00", "2026-12-08T14:00", "2026-12-08T13:00"),
        ("2026-12-08T12:01", "2026-12-08T14:00", None),
        ("2026-12-08T22:00", "2026-12-09T10:00", "2026-12-09T09:00"),
        ("2026-12-08T22:00", "2026-12-09T09:30", None),
        ("2026-12-08T20:30", "2026-12-08T23:00", None),
    ],
)
def test_how_long_a_seat_is_kept(asked, start, ends):
    found = window(at(start), at(asked), NIGHT)
    assert (found and found.ends) == (ends and at(ends))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda one: one.replace(tzinfo=UTC))
nights = st.builds(
    Quiet,
    st.sampled_from([time(19), time(21), time(23, 30)]),
    st.sampled_from([time(5), time(8), time(10)]),
    st.sampled_from([NEW_YORK, ZoneInfo("Pacific/Apia"), ZoneInfo("UTC")]),
)


@given(moments, st.integers(0, 60 * 24 * 20), nights)
def test_nobody_is_asked_at_night_and_every_window_ends_before_the_date(now, minutes, quiet):
    start = now + timedelta(minutes=minutes)
    found = window(start, now, quiet)
    if found is None:
        # Too late for an hour of somebody who is awake.
        begins = awake(now, quiet)
        assert start - begins < TOO_SOON or after_awake(begins, SHORT, quiet) > start
        return
    assert not quiet.holds(found.begins) and found.begins >= now
    assert start - found.begins >= TOO_SOON
    assert found.ends <= start
    length = sum(not quiet.holds(found.begins + n * MINUTE) for n in range(_minutes(found)))
    assert length in (60, 12 * 60) or abs(length - 60) <= 1 or abs(length - 720) <= 1
    assert start - found.begins >= A_DAY or length < 62


def _minutes(found):
    # In elapsed minutes, both in UTC.
    return int((found.ends - found.begins) / MINUTE)


@given(moments, nights, st.sampled_from([LONG, SHORT]))
def test_the_clock_stands_still_at_night(now, quiet, length):
    ends = after_awake(now, length, quiet)
    assert ends >= now + length or quiet.holds(now)
    if quiet.holds(now):
        assert ends == after_awake(awake(now, quiet), length, quiet)


def test_of_all_dates_the_first_that_can_still_be_reached_counts():
    starts = [at("2026-12-08T14:00"), at("2026-12-15T14:00")]
    place, found = first_in_reach(starts, at("2026-12-08T13:00"), NIGHT)
    assert (place, found.ends) == (1, at("2026-12-09T12:00") + timedelta(hours=2) - timedelta(hours=2))
    assert first_in_reach(starts[:1], at("2026-12-08T13:00"), NIGHT) is None


lines = st.lists(st.integers(1, 9), unique=True, max_size=6)


@given(
    lines,
    st.dictionaries(st.sampled_from([101, 102, 103]), st.lists(st.integers(11, 19), unique=True, max_size=5)),
    st.dictionaries(st.sampled_from([101, 102, 103]), st.one_of(st.none(), st.integers(0, 4))),
    st.sets(st.tuples(st.integers(1, 19), st.sampled_from([None, 101, 102, 103]))),
    st.booleans(),
)
def test_no_seat_is_promised_twice_and_the_order_holds(line, date_lines, free, unfit, everybody):
    asked = who_is_next(
        line, date_lines, free, lambda one, date: (one, date) not in unfit, everybody=everybody
    )
    fitting = [one for one in line if (one, None) not in unfit]
    assert list(asked.whole) == fitting[: len(asked.whole)]
    for date, seats in free.items():
        chosen = [one for one, where in asked.single if where == date]
        assert chosen == [one for one in date_lines.get(date, ()) if (one, date) not in unfit][: len(chosen)]
        if seats is not None and not everybody:
            assert len(asked.whole) + len(chosen) <= seats
    assert not {*((one, None) for one in asked.whole), *asked.single} & unfit
    assert set(asked.passed) <= unfit
    assert {date for _one, date in asked.single} <= set(free)


def test_who_is_passed_over_is_named_and_the_next_one_asked():
    asked = who_is_next([1, 2], {7: [3, 4]}, {7: 2, 8: 1}, lambda one, date: one not in (1, 3))
    assert asked == WhoIsNext((2,), ((4, 7),), ((1, None), (3, 7)))


def test_nobody_is_passed_over_where_no_seat_is_free():
    assert who_is_next([1], {7: [2]}, {7: 0}, lambda one, date: False) == WhoIsNext()


def test_all_are_asked_where_the_first_yes_has_it():
    asked = who_is_next([], {7: [3, 4, 5]}, {7: 1}, lambda one, date: one != 4, everybody=True)
    assert asked == WhoIsNext((), ((3, 7), (5, 7)), ((4, 7),))


any_hours = st.builds(
    Quiet, st.times(), st.times(), st.sampled_from([NEW_YORK, ZoneInfo("Pacific/Apia"), ZoneInfo("UTC")])
)


@given(moments, st.sampled_from([SHORT, LONG]), any_hours)
@example(datetime(2026, 11, 28, 11, tzinfo=UTC), LONG, Quiet(time(12), time(12, 15), ZoneInfo("UTC")))
@example(datetime(2026, 11, 28, 11, tzinfo=UTC), LONG, Quiet(time(12), time(11, 59), ZoneInfo("UTC")))
@example(datetime(2026, 11, 28, 12, tzinfo=UTC), LONG, Quiet(time(12), time(12), ZoneInfo("UTC")))
def test_whatever_hours_are_quiet_the_time_to_answer_is_as_long_and_ends(now, length, quiet):
    begins = awake(now, quiet)
    ends = after_awake(begins, length, quiet)
    assert begins >= now and not quiet.holds(begins)
    assert begins + length <= ends <= begins + timedelta(days=MOST_NIGHTS + 2)


@given(moments, any_hours)
def test_whatever_hours_are_quiet_nobody_is_reminded_within_them(start, quiet):
    found, at = remind_at(start, SHORT, quiet), start - SHORT
    assert found <= at and (found == at or quiet.holds(at))
    assert at - found <= timedelta(days=1, hours=1)
