"""What a change does to dates, from their timetable alone: no database, no clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from groupsched.schedule.rules import (
    AddBackDay,
    AddSeries,
    BringBack,
    CancelDate,
    ChangeRefused,
    ChangeScope,
    DateField,
    EndAfter,
    FollowGroup,
    MoveDate,
    NewRule,
    RetireDates,
    RuleFrom,
    SeriesRule,
    SetOfDate,
    SkipDay,
    Timetable,
    TimetableDate,
    TimetableSeries,
    expand,
    plan,
)

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
THURSDAYS = SeriesRule(date(2026, 11, 5), time(11), 60, "UTC", "FREQ=WEEKLY;BYDAY=TH")
THIS, FOLLOWING, ALL = ChangeScope
ROOM, LOFT = 1, 2


@pytest.fixture
def timetable():
    """Thursdays from 5 November, of which three are over, until the end of the year; all of them held."""
    return of(THURSDAYS)


def of(rule, **fields):
    made = Timetable(
        (TimetableSeries(7, rule, expanded_to=date(2026, 12, 31)),),
        place=ROOM,
        seats=12,
        horizon=date(2026, 12, 31),
    )
    slots = [slot for slot in expand(rule, rule.starts_on, made.horizon) if slot.start > NOW]
    dates = [
        replace(made.made(made.series[0], slot), key=key, held=True, **fields)
        for key, slot in enumerate(slots, 1)
    ]
    kept = max(
        (slot.original_local.date() for slot in expand(rule, rule.starts_on, NOW.date())), default=None
    )
    return replace(made, dates=tuple(dates), series=(replace(made.series[0], kept=kept),))


def days(dates):
    return [one.start.strftime("%d.%m. %H:%M") for one in dates if one.takes_place]


def with_date(timetable, key, **fields):
    return replace(
        timetable, dates=tuple(replace(one, **fields) if one.key == key else one for one in timetable.dates)
    )


def test_another_weekday_carries_every_date_within_its_week_and_ends_the_series(timetable):
    rule = replace(THURSDAYS, starts_on=date(2026, 11, 4), rrule="FREQ=WEEKLY;BYDAY=FR")
    found = plan(timetable, NewRule(7, rule), NOW)
    assert [(was.key, was.day.day, now.day.day) for was, now in found.moved] == [
        (1, 26, 27), (2, 3, 4), (3, 10, 11), (4, 17, 18), (5, 24, 25),
    ]  # fmt: skip
    assert (found.ends, found.goes_on) == ([7], 0)
    assert found.dropped[0].day == date(2026, 12, 31), "there is no Friday of that week before the horizon"


def test_of_two_days_a_week_the_one_that_stays_keeps_its_people_and_the_other_goes_nearest():
    both = of(replace(THURSDAYS, starts_on=date(2026, 11, 30), rrule="FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4"))
    rule = replace(both.series[0].rule, starts_on=date(2026, 12, 3), rrule="FREQ=WEEKLY;BYDAY=TH,FR;COUNT=4")
    found = plan(both, NewRule(7, rule), NOW)
    assert [(was.day.day, now.day.day) for was, now in found.moved] == [(30, 4), (7, 11)]
    assert not found.dropped and not found.added and not found.gone


def test_no_date_is_another_because_its_number_in_the_month_happens_to_fit():
    monthly = replace(THURSDAYS, starts_on=date(2026, 12, 10), rrule="FREQ=MONTHLY;BYMONTHDAY=10")
    found = plan(of(THURSDAYS), NewRule(7, monthly), NOW)
    stays = [one for one in found.after.dates if one.takes_place]
    assert [(one.key, one.day) for one in stays] == [(3, date(2026, 12, 10))]
    third = replace(monthly, starts_on=date(2026, 12, 15), rrule="FREQ=MONTHLY;BYDAY=3TU")
    found = plan(of(THURSDAYS), NewRule(7, third), NOW)
    assert [(was.day.day, now.day.day) for was, now in found.moved] == [(17, 15)], "the nearest of its month"


def test_a_sunday_that_becomes_a_monday_is_the_next_day():
    sundays = replace(THURSDAYS, starts_on=date(2026, 11, 29), rrule="FREQ=WEEKLY;COUNT=3")
    mondays = replace(sundays, starts_on=date(2026, 11, 30))
    found = plan(of(sundays), NewRule(7, mondays), NOW)
    assert [(was.day.day, now.day.day) for was, now in found.moved] == [(29, 30), (6, 7), (13, 14)]


def test_a_date_changed_by_hand_follows_what_was_not_changed_on_it(timetable):
    there = with_date(timetable, 2, place=LOFT, own=frozenset({DateField.PLACE}))
    there = with_date(
        there, 3, start=there.dates[2].start + timedelta(hours=3), own=frozenset({DateField.START})
    )
    later = NewRule(7, replace(THURSDAYS, start_time=time(12), duration_minutes=90))
    found = plan(there, later, NOW)
    second, third = found.after.date_with(2), found.after.date_with(3)
    assert (second.place, second.start.hour) == (LOFT, 12)
    assert (third.start.hour, third.end - third.start) == (14, timedelta(minutes=90))
    assert [one.key for one in found.kept_by_hand] == [2, 3]
    both = frozenset({DateField.PLACE, DateField.START})
    found = plan(there, replace(later, overwrite=both), NOW)
    assert {(one.place, one.start.hour, one.own) for one in found.after.dates} == {(ROOM, 12, frozenset())}


def test_what_has_begun_or_has_marks_is_never_touched(timetable):
    marked = with_date(timetable, 2, marked=True)
    marked = replace(marked, series=(replace(marked.series[0], kept=date(2026, 12, 3)),))
    for change in (
        NewRule(7, replace(THURSDAYS, start_time=time(12))),
        SetOfDate(3, {DateField.PLACE: LOFT}, ALL),
        CancelDate(1, "Ill", ALL),
        RetireDates(),
        FollowGroup(LOFT, 3),
    ):
        found = plan(marked, change, NOW)
        assert found.after.date_with(2) == marked.date_with(2)
        assert found.changes
    with pytest.raises(ChangeRefused):
        plan(marked, SetOfDate(2, {DateField.PLACE: LOFT}), NOW)


def test_one_date_moves_alone_and_back(timetable):
    there = timetable.dates[0].start + timedelta(days=1)
    found = plan(timetable, MoveDate(1, there, there + timedelta(hours=1)), NOW)
    moved = found.after.date_with(1)
    assert (moved.start, moved.given, moved.own) == (there, timetable.dates[0].given, {DateField.START})
    back = plan(found.after, MoveDate(1, moved.given, moved.given + timedelta(hours=1)), NOW)
    assert back.after == timetable
    for wrong in (NOW - timedelta(minutes=1), timetable.dates[1].start + timedelta(minutes=30)):
        with pytest.raises(ChangeRefused):
            plan(timetable, MoveDate(1, wrong, wrong + timedelta(hours=1)), NOW)


def test_from_here_on_leaves_what_is_before_and_ends_its_series(timetable):
    third = timetable.dates[2]
    there = third.start - timedelta(days=1, hours=1)
    found = plan(timetable, MoveDate(3, there, there + timedelta(minutes=90), FOLLOWING), NOW)
    assert days(found.after.dates)[:4] == ["26.11. 11:00", "03.12. 11:00", "09.12. 10:00", "16.12. 10:00"]
    assert found.after.series_with(7).rule.until == date(2026, 12, 3)
    assert [one.key for one in found.after.dates][:4] == [1, 2, 3, 4]
    found = plan(timetable, SetOfDate(3, {DateField.PLACE: LOFT}, FOLLOWING), NOW)
    assert [one.place for one in found.after.dates] == [ROOM, ROOM, LOFT, LOFT, LOFT, LOFT]
    assert {one.own for one in found.after.dates} == {frozenset()}, "it is the series that says so"
    assert found.after.series_with(0).own == {DateField.PLACE: LOFT}


def test_the_whole_series_is_all_that_is_to_come(timetable):
    found = plan(timetable, SetOfDate(3, {DateField.SEATS: 5}, ALL), NOW)
    assert {one.seats for one in found.after.dates} == {5} and not found.ends
    there = timetable.dates[2].start + timedelta(hours=2)
    found = plan(timetable, MoveDate(3, there, there + timedelta(hours=1), ALL), NOW)
    assert {one.start.hour for one in found.after.dates} == {13}


def test_a_date_is_cancelled_brought_back_left_out_and_added_back(timetable):
    off = plan(timetable, CancelDate(2, "The heating is out."), NOW)
    assert [one.key for one in off.cancelled] == [2] and not off.dropped
    assert plan(off.after, BringBack(2), NOW).after == timetable
    out = plan(timetable, SkipDay(7, date(2026, 12, 3)), NOW)
    assert [(one.key, one.dropped) for one in out.dropped] == [(2, False)]
    assert plan(out.after, BringBack(2), NOW).after == timetable
    free = with_date(timetable, 2, held=False)
    out = plan(free, SkipDay(7, date(2026, 12, 3)), NOW)
    assert [(one.key, one.dropped) for one in out.dropped] == [(2, True)]
    again = plan(out.after, AddBackDay(7, date(2026, 12, 3)), NOW)
    assert [one.key for one in again.restored] == [2] and again.after == free
    with pytest.raises(ChangeRefused):
        plan(timetable, CancelDate(1, "Late"), NOW + timedelta(days=5))


def test_an_end_an_extra_date_and_retiring(timetable):
    ends = plan(timetable, EndAfter(7, date(2026, 12, 10)), NOW)
    assert [one.day.day for one in ends.dropped] == [17, 24, 31]
    assert plan(ends.after, EndAfter(7, None), NOW).after.dates == timetable.dates
    extra = plan(timetable, AddSeries(SeriesRule(date(2026, 12, 5), time(10), 60, "UTC")), NOW)
    assert [(one.day.day, one.series) for one in extra.added] == [(5, 0)]
    at_the_same_time = replace(THURSDAYS, starts_on=date(2026, 12, 3), rrule="")
    assert not plan(timetable, AddSeries(at_the_same_time), NOW).added
    over = plan(timetable, RetireDates(), NOW)
    assert not days(over.after.dates) and over.ends == [7]


def test_a_plan_is_of_this_date():
    assert TimetableDate(1, 7, datetime(2026, 12, 3, 11), NOW, NOW, NOW).day == date(2026, 12, 3)


def test_a_line_of_parts_is_moved_and_called_off_as_one_and_another_time_is_not(timetable):
    split = plan(timetable, SetOfDate(4, {DateField.PLACE: LOFT}, FOLLOWING), NOW).after
    (first, later) = split.series
    assert (first.ended, first.rule.until, later.rule.starts_on) == (
        False,
        date(2026, 12, 10),
        date(2026, 12, 17),
    )
    named = replace(later, key=8)
    dates = tuple(replace(one, series=8) if one.series == later.key else one for one in split.dates)
    parts = replace(split, series=(first, named), dates=dates)
    evening = replace(THURSDAYS, start_time=time(18), starts_on=date(2026, 12, 17))
    two = plan(parts, AddSeries(evening), NOW).after
    there = two.date_with(2).start + timedelta(days=1, hours=2)
    moved = plan(two, MoveDate(2, there, there + timedelta(hours=1), FOLLOWING), NOW)
    assert [now.start.strftime("%d. %H") for _was, now in moved.moved] == [
        "04. 13",
        "11. 13",
        "18. 13",
        "25. 13",
    ]
    assert [now.place for _was, now in moved.moved] == [ROOM, ROOM, LOFT, LOFT]
    assert [one.start.hour for one in moved.after.dates if one.key is None] == [18, 18, 18]
    off = plan(two, CancelDate(1, "Snow.", ALL), NOW)
    assert len(off.cancelled) == 6 and all(one.key for one in off.cancelled)
    open_end = replace(THURSDAYS, starts_on=date(2026, 12, 3))
    again = plan(parts, RuleFrom(2, open_end, {}, FOLLOWING), NOW)
    assert not again.changes, "what the later part has is not met twice"
