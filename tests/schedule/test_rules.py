"""When a group meets: the vocabulary, the dates, the instants, the sentence."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from groupsched.schedule.rules import (
    NextDate,
    RuleRefused,
    SeriesRule,
    count_dates,
    expand,
    last_date,
    local_dates,
    next_dates,
    overlaps,
    parse_rule,
    slot_on,
)
from tests.schedule.refusals import is_said_well

FAR = date(2030, 1, 1)


def rule(rrule="FREQ=WEEKLY;BYDAY=WE", starts_on=date(2026, 12, 2), **fields):
    given = {"start_time": time(10), "duration_minutes": 90, "timezone": "America/New_York"} | fields
    return parse_rule(starts_on=starts_on, rrule=rrule, **given)


def dates(of, first=date(2000, 1, 1), last=FAR):
    return list(local_dates(of, first, last))


def refused(field=None, **fields):
    with pytest.raises(RuleRefused) as found:
        rule(**fields)
    assert is_said_well(found.value), found.value
    if field:
        assert found.value.field == field
    return found.value.reason


def test_no_rrule_means_one_date():
    for empty in (None, "", "  "):
        assert dates(rule(empty)) == [date(2026, 12, 2)]


def test_weekly_without_days_takes_the_weekday_of_the_first_date():
    assert dates(rule("FREQ=WEEKLY;COUNT=2")) == [date(2026, 12, 2), date(2026, 12, 9)]


def test_every_second_week_on_two_days():
    found = dates(rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,WE;COUNT=4"))
    assert found == [date(2026, 12, 2), date(2026, 12, 4), date(2026, 12, 16), date(2026, 12, 18)]


def test_the_fifth_tuesday_skips_months_without_one():
    found = dates(rule("FREQ=MONTHLY;BYDAY=5TU;COUNT=3", date(2026, 12, 29)))
    assert found == [date(2026, 12, 29), date(2027, 3, 30), date(2027, 6, 29)]


def test_the_thirty_first_skips_shorter_months_and_february_29_skips_years():
    assert dates(rule("FREQ=MONTHLY;COUNT=3", date(2027, 1, 31))) == [
        date(2027, 1, 31), date(2027, 3, 31), date(2027, 5, 31),
    ]  # fmt: skip
    assert dates(rule("FREQ=MONTHLY;INTERVAL=12;COUNT=2", date(2024, 2, 29)), last=date(2033, 1, 1)) == [
        date(2024, 2, 29), date(2028, 2, 29),
    ]  # fmt: skip


def test_the_last_friday_can_be_written_in_two_ways():
    last = [date(2026, 12, 25), date(2027, 1, 29), date(2027, 2, 26)]
    assert dates(rule("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", date(2026, 12, 25))) == last
    assert dates(rule("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1;COUNT=3", date(2026, 12, 25))) == last


def test_a_count_counts_the_skipped_dates():
    found = rule("FREQ=WEEKLY;BYDAY=WE;COUNT=4", skip=[date(2026, 12, 9), date(2026, 12, 10)])
    assert found.skip == {date(2026, 12, 9)}, "a date that is not in the rule is dropped"
    assert dates(found) == [date(2026, 12, 2), date(2026, 12, 16), date(2026, 12, 23)]
    assert last_date(found) == date(2026, 12, 23)
    assert count_dates(found, date(2026, 12, 3)) == 2


def test_a_rule_without_any_date_ends_where_it_begins():
    kept = SeriesRule(date(2026, 2, 1), time(10), 60, "UTC", "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30;COUNT=2")
    assert dates(kept, last=date(2199, 1, 1)) == []
    assert last_date(kept) == date(2026, 2, 1)


def test_an_open_end_has_no_last_date_and_no_number():
    assert last_date(rule()) is None
    assert count_dates(rule(), date(2026, 12, 1)) is None


def test_until_is_a_local_date_and_includes_it():
    assert dates(rule(until=date(2026, 12, 16)))[-1] == date(2026, 12, 16)
    assert dates(rule(until=date(2026, 12, 15)))[-1] == date(2026, 12, 9)


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261216", date(2026, 12, 16)),
        ("20261216T100000", date(2026, 12, 16)),
        ("20261216T095959", date(2026, 12, 15)),
        ("20261216T150000Z", date(2026, 12, 16)),
        ("20261216T145959Z", date(2026, 12, 15)),
        ("20261217T030000Z", date(2026, 12, 16)),
    ],
)
def test_an_until_in_the_rule_becomes_the_last_local_date(until, last):
    found = rule(f"FREQ=WEEKLY;BYDAY=WE;UNTIL={until}")
    assert found.until == last
    assert found.rrule == "FREQ=WEEKLY;BYDAY=WE"


def test_the_next_dates_mark_what_is_skipped():
    found = next_dates(rule(skip=[date(2026, 12, 16)]), date(2026, 12, 3), 3)
    assert found == [
        NextDate(date(2026, 12, 9), False), NextDate(date(2026, 12, 16), True), NextDate(date(2026, 12, 23), False),
    ]  # fmt: skip


def test_the_wall_clock_stays_when_the_clocks_change():
    starts = [
        slot.start for slot in expand(rule(starts_on=date(2026, 3, 4)), date(2026, 3, 4), date(2026, 3, 11))
    ]
    assert starts == [datetime(2026, 3, 4, 15, tzinfo=UTC), datetime(2026, 3, 11, 14, tzinfo=UTC)]


def test_a_time_that_does_not_exist_moves_forward():
    slot = slot_on(rule(None, date(2026, 3, 8), start_time=time(2, 30)), date(2026, 3, 8))
    assert slot.original_local == datetime(2026, 3, 8, 2, 30)
    assert slot.start.astimezone(ZoneInfo("America/New_York")).time() == time(3, 30)


def test_a_time_that_occurs_twice_is_the_first():
    slot = slot_on(rule(None, date(2026, 11, 1), start_time=time(1, 30)), date(2026, 11, 1))
    assert slot.start == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_meeting_over_a_clock_change_keeps_its_length():
    slot = slot_on(
        rule(None, date(2026, 10, 31), start_time=time(23, 30), duration_minutes=240), date(2026, 10, 31)
    )
    assert (slot.end - slot.start).total_seconds() == 240 * 60


def test_a_meeting_that_ends_as_the_next_begins_does_not_overlap_it():
    ten, eleven, twelve = (datetime(2026, 12, 2, hour, tzinfo=UTC) for hour in (10, 11, 12))
    assert not overlaps(ten, eleven, eleven, twelve)
    assert not overlaps(eleven, twelve, ten, eleven)
    assert overlaps(ten, twelve, eleven, twelve)
    assert overlaps(eleven, twelve, ten, twelve)


@pytest.mark.parametrize(
    "rrule",
    [
        "FREQ=YEARLY", "FREQ=HOURLY", "FREQ=SECONDLY;COUNT=999", "WEEKLY", "FREQ", "FREQ=", ";", "RRULE:",
        "FREQ=DAILY;BYHOUR=1,2,3", "FREQ=DAILY;BYMINUTE=0", "FREQ=DAILY;BYSECOND=1", "FREQ=DAILY;BYDAY=MO",
        "FREQ=WEEKLY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=53", "FREQ=WEEKLY;INTERVAL=-1", "FREQ=WEEKLY;INTERVAL=x",
        "FREQ=WEEKLY;COUNT=0", "FREQ=WEEKLY;COUNT=1000", "FREQ=WEEKLY;COUNT=99999999999999", "FREQ=WEEKLY;COUNT=²",
        "FREQ=WEEKLY;COUNT=2;UNTIL=20261231", "FREQ=WEEKLY;UNTIL=soon", "FREQ=WEEKLY;UNTIL=20261331",
        "FREQ=WEEKLY;UNTIL=00010101T000000", "FREQ=WEEKLY;UNTIL=99991231T235959Z", "FREQ=WEEKLY;BYDAY=2WE",
        "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=", "FREQ=WEEKLY;BYMONTHDAY=2", "FREQ=WEEKLY;BYSETPOS=1",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU", "FREQ=WEEKLY;WKST=XX", "FREQ=WEEKLY;FREQ=DAILY", "FREQ=WEEKLY;X-A=1",
        "FREQ=MONTHLY;BYDAY=WE", "FREQ=MONTHLY;BYDAY=1WE,3WE", "FREQ=MONTHLY;BYDAY=0WE", "FREQ=MONTHLY;BYDAY=6WE",
        "FREQ=MONTHLY;BYDAY=-2WE", "FREQ=MONTHLY;BYDAY=1WE;BYSETPOS=1", "FREQ=MONTHLY;BYDAY=WE;BYSETPOS=9",
        "FREQ=MONTHLY;BYMONTHDAY=1,15", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYMONTHDAY=2;BYDAY=1WE", "FREQ=MONTHLY;BYMONTHDAY=2;BYSETPOS=1", "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=MONTHLY;BYMONTH=2", "FREQ=WEEKLY;BYDAY=WE" + ";" * 300 + "COUNT=2", "x" * 5000, "FREQ=WEEKLY\0", "XFREQ=WEEKLY", "FREQ=WEEKLYX",
    ],
)  # fmt: skip
def test_what_is_outside_the_vocabulary_is_refused_with_a_sentence(rrule):
    assert " " in refused(rrule=rrule)


def test_the_largest_rules_are_taken():
    assert rule("FREQ=WEEKLY;COUNT=999").recurrence.count == 999
    assert rule("freq=weekly; interval=52 ;byday=we").recurrence.interval == 52
    assert rule("FREQ=WEEKLY;WKST=SU;BYDAY=WE").rrule
    assert rule("rrule: FREQ=WEEKLY;BYDAY=WE;").rrule == "FREQ=WEEKLY;BYDAY=WE"
    assert rule("FREQ=MONTHLY;BYDAY=+1WE").recurrence.nth == 1
    assert rule("FREQ=MONTHLY;BYDAY=WE;BYSETPOS=+1").recurrence.nth == 1


def test_the_refusal_names_the_field():
    refused("starts_on", starts_on=date(2026, 12, 3))
    refused("starts_on", starts_on=date(1999, 12, 29))
    refused("starts_on", starts_on=date(9999, 12, 31))
    refused("start_time", start_time=time(10, 0, 30))
    refused("start_time", start_time=time(10, tzinfo=UTC))
    refused("duration_minutes", duration_minutes=0)
    refused("duration_minutes", duration_minutes=1441)
    for zone in (
        "Mars/Olympus",
        "../etc/passwd",
        "",
        "EST5EDT",
        "Factory",
        "localtime",
        "x" * 4000,
        "America/New_York\0",
    ):
        refused("timezone", timezone=zone)
    refused("until", until=date(2026, 12, 1))
    refused("until", until=date(2028, 12, 3))
    refused("until", rrule=None, until=date(2026, 12, 9))
    refused("until", rrule="FREQ=WEEKLY;COUNT=2", until=date(2026, 12, 9))
    refused("until", rrule="FREQ=WEEKLY;UNTIL=20261216", until=date(2026, 12, 9))
    refused("skip", skip=[date.fromordinal(740000 + n) for n in range(1000)])


def test_two_years_are_the_longest_an_end_date_may_lie_ahead():
    assert rule(until=date(2028, 12, 2)).until == date(2028, 12, 2)


def test_a_rule_that_is_kept_but_not_understood_is_refused_when_it_is_used():
    kept = SeriesRule(date(2026, 12, 2), time(10), 60, "UTC", "FREQ=YEARLY")
    with pytest.raises(RuleRefused):
        dates(kept)
