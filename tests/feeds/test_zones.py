"""A zone is told as two yearly changes, exactly as zoneinfo has it, or not at all."""

import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from groupsched.feeds.rules.zones import parse_footer, zone_rule

# Zones whose future is written in their footer, with everything odd that a footer can hold.
SAYABLE = [
    "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Phoenix", "America/Anchorage",
    "America/Halifax", "America/St_Johns", "America/Nuuk", "America/Santiago", "Europe/London", "Europe/Dublin",
    "Europe/Berlin", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Jerusalem", "Asia/Beirut",
    "Pacific/Auckland", "Pacific/Honolulu", "UTC",
]  # fmt: skip


def offset_by(rule, moment):
    """The offset of a moment by the rule alone."""
    turns = [
        (turn.instant(year), turn.offset_to) for year in (moment.year - 1, moment.year) for turn in rule.turns
    ]
    past = [turn for turn in sorted(turns) if turn[0] <= moment]
    return past[-1][1] if past else rule.offset


@pytest.mark.parametrize("key", SAYABLE)
def test_every_hour_of_two_years_has_the_offset_of_zoneinfo(key):
    rule, moment = zone_rule(key, 2026, 2027), datetime(2026, 1, 1, tzinfo=UTC)
    for hour in range(24 * 730):
        that = moment + timedelta(hours=hour)
        assert offset_by(rule, that) == that.astimezone(ZoneInfo(key)).utcoffset(), that


@pytest.mark.parametrize("key", ["Africa/Cairo", "Africa/Casablanca"])
def test_a_zone_that_two_yearly_rules_cannot_say_is_not_said(key):
    assert zone_rule(key, 2026, 2027) is None


def test_a_rule_does_not_hold_over_years_in_which_the_law_was_another():
    assert zone_rule("America/New_York", 2005, 2027) is None
    assert zone_rule("America/New_York", 2007, 2027) is not None


def test_an_onset_stands_in_the_wall_time_of_the_old_offset():
    spring, autumn = zone_rule("America/New_York", 2026, 2026).turns
    assert (spring.onset(2026), spring.offset_from, spring.offset_to) == (
        datetime(2026, 3, 8, 2), timedelta(hours=-5), timedelta(hours=-4)
    )  # fmt: skip
    assert autumn.onset(2026) == datetime(2026, 11, 1, 2)
    assert not autumn.daylight


@pytest.mark.parametrize(
    ("key", "rules"),
    [
        ("America/New_York", {"FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"}),
        ("Europe/Berlin", {"FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"}),
        ("Asia/Jerusalem", {"FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=23,24,25,26,27,28,29;BYDAY=FR",
                            "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"}),
        ("Asia/Kolkata", set()),
    ],
)  # fmt: skip
def test_a_change_is_a_yearly_rule(key, rules):
    assert {turn.rrule for turn in zone_rule(key, 2026, 2026).turns} == rules


def test_summer_is_the_larger_offset_where_the_law_says_winter_is_the_exception():
    names = {(turn.name, turn.daylight) for turn in zone_rule("Europe/Dublin", 2026, 2026).turns}
    assert names == {("IST", True), ("GMT", False)}


@pytest.mark.parametrize("footer", ["", "EST5EDT", "nonsense", "EST5EDT,J60,J300", "EST5EDT,M2.5.0,M11.1.0"])
def test_a_footer_outside_the_vocabulary_gives_nothing(footer):
    assert parse_footer("X", footer) is None


def test_where_the_system_has_no_zones_the_packaged_ones_say_the_same():
    ours = {key: zone_rule(key, 2026, 2027) for key in SAYABLE}
    zone_rule.cache_clear()
    zoneinfo.reset_tzpath(to=[])
    try:
        assert {key: zone_rule(key, 2026, 2027) for key in SAYABLE} == ours
    finally:
        zoneinfo.reset_tzpath()
        zone_rule.cache_clear()
