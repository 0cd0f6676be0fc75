"""When news is mailed to somebody on staff: outside quiet hours, at once or in one mail in the morning."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from groupsched.enrolment.rules import Quiet
from groupsched.operations.rules import StaffNews, news_to_send

ZONE = timezone(timedelta(hours=-5))
QUIET = Quiet(time(21), time(8), ZoneInfo("America/New_York"))


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def news(moment):
    return StaffNews("staff_request", "one", moment, frozenset({1}), "/today", moment, "UTC")


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(20, 59, False), (21, 0, True), (0, 0, True), (7, 59, True), (8, 0, False), (12, 0, False)],
)
def test_quiet_hours_begin_and_end_on_the_minute(hour, minute, quiet):
    assert QUIET.holds(at(25, hour, minute)) is quiet
    one = news(at(24, 6))
    assert bool(news_to_send([one], at(25, hour, minute), QUIET, daily=False, since=None)) is not quiet


def test_quiet_hours_end_in_the_morning_of_the_same_day_on_the_clock_of_the_place():
    assert QUIET.ended(at(24, 23)) == at(24, 8)
    assert QUIET.ended(at(24, 0)) == at(24, 8)


def test_one_mail_a_day_waits_for_the_next_morning_and_then_says_all():
    early, late = news(at(24, 8)), news(at(24, 8, 1))
    assert news_to_send([late], at(24, 20), QUIET, daily=True, since=None) == []
    assert news_to_send([early, late], at(24, 9), QUIET, daily=True, since=None) == [early, late]
    assert news_to_send([late], at(25, 8), QUIET, daily=True, since=None) == [late]


@pytest.mark.parametrize("daily", [True, False])
def test_what_a_mail_a_day_has_said_is_not_said_again(daily):
    said, new = news(at(24, 8)), news(at(24, 8, 1))
    assert news_to_send([said, new], at(25, 9), QUIET, daily=daily, since=at(24, 8)) == [new]
    assert news_to_send([said], at(25, 9), QUIET, daily=daily, since=at(24, 8)) == []
