"""The rhythm of a group in a word."""

from datetime import datetime, timedelta

from groupsched.enrolment.rules.weekdays import weekly_days, weekly_with_extra

THURSDAY = datetime(2026, 12, 3, 10)


def every(days, count=8, start=THURSDAY):
    return [start + timedelta(days=days * n) for n in range(count)]


def test_a_weekly_group_meets_on_its_day():
    assert weekly_days(every(7)) == (3,)


def test_several_days_a_week_are_said_in_their_order():
    assert weekly_days(sorted(every(7) + every(7, start=THURSDAY - timedelta(days=2)))) == (1, 3)


def test_a_daily_group_meets_on_all_days():
    assert weekly_days(every(1, 20)) == (0, 1, 2, 3, 4, 5, 6)


def test_every_second_week_and_single_dates_are_no_weekly_rhythm():
    assert weekly_days(every(14)) == ()
    assert weekly_days(every(7, 1)) == ()
    assert weekly_days([]) == ()


def test_two_times_of_day_are_not_one_rhythm():
    assert weekly_days([THURSDAY, THURSDAY + timedelta(days=7, hours=1)]) == ()


def test_one_extra_date_does_not_lose_the_rhythm():
    extra = THURSDAY + timedelta(days=2)
    assert weekly_with_extra(sorted([*every(7), extra])) == ((3,), (extra.date(),))
    assert weekly_with_extra(every(7)) == ((3,), ())


def test_many_extra_dates_or_one_on_a_day_of_the_rhythm_leave_the_dates_to_speak():
    extra = [THURSDAY + timedelta(days=days) for days in (1, 2, 4)]
    assert weekly_with_extra(sorted([*every(7), *extra])) == ((), ())
    assert weekly_with_extra(sorted([*every(7), THURSDAY + timedelta(hours=3)])) == ((), ())
    assert weekly_with_extra(every(14)) == ((), ())
    assert weekly_with_extra([]) == ((), ())


def test_weeks_left_out_do_not_lose_the_rhythm():
    without_the_second = [one for one in every(7, 10) if one != THURSDAY + timedelta(days=7)]
    assert weekly_days(without_the_second) == (3,)
    assert weekly_with_extra(without_the_second) == ((3,), ())
    assert weekly_days(without_the_second, gaps=False) == ()
    both = sorted(every(7) + every(7, start=THURSDAY - timedelta(days=2)))
    assert weekly_days([both[0], *both[3:]]) == (1, 3)


def test_one_day_that_takes_the_place_of_another_is_not_both():
    assert weekly_days([*every(7, 8), *every(7, 2, start=THURSDAY + timedelta(days=57))]) == ()
    assert weekly_days([THURSDAY + timedelta(days=days) for days in (0, 7, 28, 35, 56, 63)]) == ()
