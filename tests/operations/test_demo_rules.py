"""The story of the demo: planted dates fit any hour, and the same seed makes the same world."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from groupsched.core.resources import content
from groupsched.operations.demo import rules
from groupsched.schedule.rules import RuleDate, SeriesRule, slot_on

NEW_YORK = ZoneInfo("America/New_York")
hours = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31))


def running_now(now: datetime) -> RuleDate:
    start = rules.running_now(now.astimezone(NEW_YORK))
    assert start.minute % 5 == 0
    return slot_on(SeriesRule(start.date(), start.time(), 90, NEW_YORK.key), start.date())


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
@example(datetime(2026, 11, 1, 6, 54, tzinfo=UTC))  # in the hour that clocks show again
@example(datetime(2027, 3, 14, 7, 5, tzinfo=UTC))  # five minutes after clocks went forward
def test_one_date_runs_at_any_hour(now: datetime) -> None:
    running = running_now(now)
    assert running.start + timedelta(minutes=25) <= now < running.end


def test_it_began_half_an_hour_ago() -> None:
    now = datetime(2026, 11, 25, 20, 3, tzinfo=UTC)
    assert running_now(now).start == datetime(2026, 11, 25, 19, 35, tzinfo=UTC)


@given(hours)
def test_one_date_is_still_to_come_today_at_any_hour_that_has_a_quarter_left(wall: datetime) -> None:
    start = rules.later_today(wall)
    assert start > wall
    assert start.minute % 15 == 0
    if wall.hour * 60 + wall.minute < 23 * 60 + 45:
        assert start.date() == wall.date()


@pytest.mark.parametrize(
    ("wall", "start"),
    [("09:00", "11:30"), ("09:05", "11:30"), ("09:10", "11:45"), ("21:30", "23:00"), ("23:05", "23:15")],
)
def test_the_later_date_is_two_and_a_half_hours_away_and_not_after_eleven(wall: str, start: str) -> None:
    assert f"{rules.later_today(datetime.fromisoformat(f'2026-11-25T{wall}')):%H:%M}" == start


def test_tomorrow_is_at_ten() -> None:
    assert rules.tomorrow(datetime(2026, 12, 31, 23, 59)) == datetime(2027, 1, 1, 10)


def test_the_rules_of_the_story_are_written_as_calendars_write_them() -> None:
    series = {one["key"]: rules.rrule(one) for one in content("demo")["series"]}
    assert series["structured-support"] == "FREQ=WEEKLY;BYDAY=MO,WE,FR"
    assert series["family-evening"] == "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"
    assert series["cbt-cohort"] == "FREQ=WEEKLY;BYDAY=TU;COUNT=8"


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_a_cohort_of_eight_is_half_way_on_any_day(today: date) -> None:
    cohort = next(one for one in content("demo")["series"] if one["key"] == "cbt-cohort")
    first = rules.first_day(cohort, today)
    assert first.weekday() == 1
    assert sum(first + timedelta(weeks=n) < today for n in range(8)) == 4


def test_the_same_seed_makes_the_same_world() -> None:
    patterns = content("demo")["attendance_patterns"]
    marks = [rules.mark(20, f"art/{n}", patterns["patchy"]) for n in range(400)]
    assert marks == [rules.mark(20, f"art/{n}", patterns["patchy"]) for n in range(400)]
    assert marks != [rules.mark(21, f"art/{n}", patterns["patchy"]) for n in range(400)]


def test_marks_follow_the_percentages_of_the_pattern() -> None:
    patterns = content("demo")["attendance_patterns"]
    for name, pattern in patterns.items():
        if name == "note":
            continue
        marks = [rules.mark(20, f"{name}/{n}", pattern) for n in range(2000)]
        statuses = Counter(one.status for one in marks)
        for status in ("present", "excused", "absent", "cancelled"):
            assert abs(statuses[status] / 20 - pattern[status]) < 4, (name, status)
        assert abs(sum(one.after > 10 for one in marks) / 20 - pattern["late"]) < 4, name


def test_a_client_who_is_away_was_last_seen_so_many_days_ago() -> None:
    patterns, now = content("demo")["attendance_patterns"], datetime(2026, 11, 24, 10)
    assert rules.away("away", patterns["away"], now - timedelta(days=15), now)
    assert not rules.away("away", patterns["away"], now - timedelta(days=17), now)
    assert rules.away("mornings", patterns["mornings"], now - timedelta(days=1), now)
    assert not rules.away("mornings", patterns["mornings"], now - timedelta(weeks=4), now)
    assert not rules.away("returning", patterns["returning"], now - timedelta(days=1), now)
    assert rules.away("returning", patterns["returning"], now - timedelta(weeks=4), now)
    assert not rules.away("steady", patterns["steady"], now, now)
