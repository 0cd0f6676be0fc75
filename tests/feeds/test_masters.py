"""Two readers show exactly our dates, across clock changes, whatever is cancelled or moved."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from groupsched.feeds.ics import write
from groupsched.feeds.rules import CalendarFile, EventText, FeedDate, SeriesSpan, SingleDate, told, told_alone
from groupsched.schedule.rules import SeriesRule, expand, parse_rule, slot_on
from tests.feeds.linting import lint, unfold
from tests.feeds.more_readers import libical_reads, vobject_reads
from tests.feeds.readers import Seen, python_reads, thunderbird_reads

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHANGED = datetime(2026, 2, 1, 8, tzinfo=UTC)
WORDS = EventText("Appointment")
ZONES = ["America/New_York", "Europe/Berlin", "Australia/Sydney", "Australia/Lord_Howe", "Africa/Cairo"]
FIRST, LAST = datetime(2025, 12, 15, tzinfo=UTC), datetime(2027, 2, 15, tzinfo=UTC)


def rule_of(
    zone, rrule="FREQ=WEEKLY;BYDAY=TU", start=time(10), minutes=90, starts_on=date(2026, 1, 6), **more
):
    return parse_rule(
        starts_on=starts_on, start_time=start, duration_minutes=minutes, timezone=zone, rrule=rrule, **more
    )


def spell_of(rule, first=date(2025, 1, 1), last=None, exceptions=(), **more):
    by_original = {meeting.original: meeting for meeting in exceptions}
    return SeriesSpan("master", rule, first, last, WORDS, CHANGED, exceptions=by_original, **more)


def meeting_on(rule, day, *, moved=timedelta(), cancelled=False, words=WORDS, **more):
    slot = slot_on(rule, day)
    return FeedDate(
        slot.original_local, slot.start + moved, slot.end + moved, words, CHANGED, cancelled=cancelled, **more
    )


def file_of(*series_spans, now=NOW):
    events = tuple(event for spell in series_spans for event in told(spell, now))
    ics = write(CalendarFile(events, name="My calendar"))
    assert lint(ics) == []
    return ics


def ours(spell, now=NOW):
    """What the calendar should show: the rule's own dates with the exceptions put over them, most plainly."""
    shown = {
        slot.original_local: (slot.start, slot.end, False)
        for slot in expand(spell.rule, spell.first, spell.last or LAST.date())
    }
    for original, meeting in spell.exceptions.items():
        shown[original] = (meeting.start, meeting.end, meeting.cancelled)
        if meeting.cancelled and now >= meeting.end + timedelta(days=7):
            del shown[original]
    return sorted(
        Seen(start, end, "Cancelled: Appointment" if cancelled else "Appointment", cancelled)
        for start, end, cancelled in shown.values()
        if start < LAST and end > FIRST
    )


def assert_readers_agree(*series_spans, now=NOW):
    files = [file_of(spell, now=now) for spell in series_spans]
    from_node = thunderbird_reads(*((ics, FIRST, LAST) for ics in files))
    for spell, ics, seen in zip(series_spans, files, from_node, strict=True):
        expected = ours(spell, now)
        assert expected
        assert python_reads(ics, FIRST, LAST) == expected
        assert vobject_reads(ics, FIRST, LAST) == expected
        # libical 3.0.16 takes a change on the Saturday before the last Sunday for one a day later (America/Nuuk).
        assert spell.rule.timezone == "America/Nuuk" or libical_reads(ics, FIRST, LAST) == expected
        assert seen == expected


@pytest.mark.parametrize("zone", ZONES)
def test_a_series_keeps_its_wall_time_across_the_clock_changes(zone):
    assert_readers_agree(
        spell_of(rule_of(zone)),
        spell_of(rule_of(zone, "FREQ=DAILY;INTERVAL=3", time(18, 15))),
        spell_of(rule_of(zone, "FREQ=MONTHLY;BYDAY=-1FR", time(17), starts_on=date(2026, 1, 30))),
        spell_of(rule_of(zone, "FREQ=MONTHLY;BYMONTHDAY=31", time(8), starts_on=date(2026, 1, 31))),
        spell_of(rule_of(zone, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", time(12), until=date(2026, 12, 1))),
        spell_of(rule_of(zone, "FREQ=WEEKLY;BYDAY=TU;COUNT=30", time(9), skip=[date(2026, 4, 7)])),
    )


def clock_changes(zone, year=2026):
    """The local days of a year on which the clock changes, found by looking at every one."""
    days = [datetime(year, 1, 1, 12, tzinfo=ZoneInfo(zone)) + timedelta(days=n) for n in range(365)]
    return [day.date() for before, day in itertools.pairwise(days) if before.utcoffset() != day.utcoffset()]


@pytest.mark.parametrize("zone", [*ZONES, "America/Santiago", "America/Nuuk"])
def test_a_nightly_series_is_right_in_the_hour_in_which_the_clock_changes(zone):
    starts = [time(hour, minute) for hour in (0, 1, 2, 3, 22, 23) for minute in (0, 30)]
    rules = [
        rule_of(zone, "FREQ=DAILY", start, minutes) for start in starts for minutes in (30, 60, 150, 1440)
    ]
    changes = clock_changes(zone)
    assert len(changes) == 2
    assert_readers_agree(
        *(
            spell_of(rule, day - timedelta(days=3), day + timedelta(days=3))
            for day in changes
            for rule in rules
        )
    )


@pytest.mark.parametrize("zone", ["America/New_York", "Africa/Cairo"])
def test_moved_and_cancelled_dates_are_seen_by_every_reader(zone):
    rule = rule_of(zone)
    exceptions = [
        meeting_on(rule, date(2026, 1, 13), cancelled=True),
        meeting_on(rule, date(2026, 3, 3), cancelled=True),
        meeting_on(rule, date(2026, 3, 10), moved=timedelta(days=1, hours=3)),
        meeting_on(rule, date(2026, 6, 2), moved=timedelta(days=-9)),
        meeting_on(rule, date(2026, 6, 16), cancelled=True, moved=timedelta(hours=2)),
        # moved into the night in which the clock goes back
        meeting_on(rule, date(2026, 10, 27), moved=timedelta(days=4, hours=15, minutes=45)),
    ]
    assert_readers_agree(spell_of(rule, exceptions=exceptions))


def test_a_spell_of_membership_has_no_date_before_its_first_or_after_its_last():
    rule = rule_of("Europe/Berlin", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", starts_on=date(2025, 9, 2))
    open_rule = rule_of("Europe/Berlin", "FREQ=WEEKLY;BYDAY=TU;COUNT=60", starts_on=date(2025, 9, 2))
    assert_readers_agree(
        spell_of(rule, date(2026, 1, 8), date(2026, 6, 11)),
        spell_of(rule, date(2026, 4, 1)),
        spell_of(open_rule, date(2026, 4, 1)),
        spell_of(open_rule, date(2026, 4, 1), date(2026, 5, 5)),
    )


def test_a_first_date_in_the_missing_hour_does_not_spoil_the_master():
    rule = rule_of("America/New_York", "FREQ=DAILY", time(2, 30), 60, starts_on=date(2026, 3, 8))
    assert_readers_agree(spell_of(rule))


def test_a_moved_date_that_is_no_longer_one_of_the_rule_stands_alone():
    rule = rule_of("America/New_York")
    stray = replace(meeting_on(rule, date(2026, 4, 8)), original=datetime(2026, 4, 8, 9))
    spell = spell_of(rule, exceptions=[stray])
    assert_readers_agree(spell)
    assert b"EXDATE" not in file_of(spell)


def test_a_cancelled_date_is_told_for_seven_days_and_then_leaves_no_trace():
    rule = rule_of("America/New_York")
    cancelled = meeting_on(rule, date(2026, 3, 3), cancelled=True)
    spell = spell_of(rule, exceptions=[cancelled])
    before = file_of(spell, now=cancelled.end + timedelta(days=7) - timedelta(seconds=1))
    after = file_of(spell, now=cancelled.end + timedelta(days=7))
    assert b"STATUS:CANCELLED" in before
    assert b"Cancelled: Appointment" in before
    assert b"TRANSPARENT" in before
    assert b"EXDATE" not in before
    assert b"CANCELLED" not in after
    assert b"EXDATE;TZID=America/New_York:20260303T100000" in after


def test_an_override_is_never_below_its_master_in_sequence_or_age():
    rule = rule_of("America/New_York")
    old = replace(
        meeting_on(rule, date(2026, 3, 3), moved=timedelta(hours=1)), changed_at=CHANGED - timedelta(1)
    )
    master, override = told(spell_of(rule, exceptions=[old]), NOW)
    assert override.stamp == master.stamp == CHANGED


def test_a_skipped_date_before_the_first_shown_one_is_not_excluded():
    rule = rule_of("Europe/Berlin", skip=[date(2026, 1, 13), date(2026, 4, 7)])
    ics = file_of(spell_of(rule, date(2026, 2, 1)))
    assert b"EXDATE;TZID=Europe/Berlin:20260407T100000\r\n" in ics


def test_until_is_the_last_local_start_in_utc():
    rule = rule_of("Australia/Sydney", until=date(2026, 5, 5))
    assert "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260505T000000Z" in unfold(file_of(spell_of(rule)))


def test_a_series_whose_every_date_is_excluded_says_nothing():
    rule = rule_of("Europe/Berlin", until=date(2026, 1, 13), skip=[date(2026, 1, 6), date(2026, 1, 13)])
    assert told(spell_of(rule), NOW) == ()


def test_a_date_alone_is_shown_three_months_back_and_a_year_ahead():
    rule = rule_of("Europe/Berlin", "FREQ=DAILY", starts_on=date(2025, 1, 1))
    days = [date(2025, 11, 29), date(2025, 12, 1), date(2027, 3, 2), date(2027, 3, 5)]
    shown = [bool(told_alone(SingleDate("u", meeting_on(rule, day)), NOW)) for day in days]
    assert shown == [False, True, True, False]


def test_old_history_under_other_clock_rules_is_left_out_and_the_rest_stays_one_master():
    # Before 2022 Beirut and Amman, before 2016 Caracas, kept other rules: one yearly rule cannot say both.
    rule = rule_of("Asia/Amman", starts_on=date(2021, 1, 5))
    events = told(spell_of(rule, date(2021, 1, 1)), NOW)
    assert len(events) == 1
    assert events[0].start == datetime(2025, 12, 2, 10, tzinfo=ZoneInfo("Asia/Amman"))


def test_a_zone_that_no_yearly_rule_describes_gives_one_event_a_date_in_utc():
    events = told(spell_of(rule_of("Africa/Cairo")), NOW)
    assert len(events) > 55
    assert not any(event.rrule for event in events)
    assert {event.start.tzinfo for event in events} == {UTC}
    assert len({event.uid for event in events}) == len(events)


def test_the_dates_of_a_series_keep_their_uids_when_others_change():
    rule = rule_of("Africa/Cairo")
    moved = meeting_on(rule, date(2026, 4, 7), moved=timedelta(days=2))
    plain = {event.uid for event in told(spell_of(rule), NOW)}
    changed = {event.uid for event in told(spell_of(rule, exceptions=[moved]), NOW)}
    assert plain == changed


def test_the_series_rule_is_understood_as_the_product_understands_it():
    assert isinstance(rule_of("UTC", rrule=None), SeriesRule)
    single = told(spell_of(rule_of("Europe/Berlin", rrule=None, starts_on=date(2026, 4, 1))), NOW)
    assert [(event.start, event.rrule) for event in single] == [(datetime(2026, 4, 1, 8, tzinfo=UTC), "")]


def test_each_date_that_stands_alone_has_a_uid_of_its_own():
    """Else a calendar keeps the last of them only: dates in an hour that clocks change, in two series and on two days."""
    rule = rule_of("America/New_York", "FREQ=WEEKLY;BYDAY=SU", start=time(1, 30), starts_on=date(2026, 1, 4))
    days = (date(2026, 3, 8), date(2026, 11, 1))
    moved = [meeting_on(rule, day, moved=timedelta(minutes=10)) for day in days]
    for exceptions in ((), moved, [replace(one, original=one.original + timedelta(days=1)) for one in moved]):
        first = spell_of(rule, exceptions=exceptions)
        alone = [
            event.uid
            for spell in (first, replace(first, uid="another"))
            for event in told(spell, NOW)
            if not event.rrule and event.recurrence_id is None
        ]
        assert len(alone) >= 2
        assert len(set(alone)) == len(alone)


@pytest.mark.parametrize(
    ("rrule", "start", "starts_on"),
    [
        ("FREQ=DAILY", time(2, 30), date(2026, 3, 1)),
        ("FREQ=MONTHLY;BYDAY=5TU", time(10), date(2025, 12, 30)),
        ("FREQ=MONTHLY;BYMONTHDAY=31", time(10), date(2026, 1, 31)),
    ],
)
def test_what_some_calendars_do_not_take_as_a_rule_goes_out_as_dates(rrule, start, starts_on):
    """A start in the hour that a clock change leaves out, a fifth Tuesday, a 31st: single events, in UTC."""
    spell = spell_of(rule_of("America/New_York", rrule, start, 60, starts_on=starts_on))
    events = told(spell, NOW)
    assert events and not any(event.rrule or event.recurrence_id for event in events)
    assert {event.start.tzinfo for event in events} == {UTC}
    assert_readers_agree(spell)
    later = {event.uid for event in told(spell, NOW + timedelta(days=40))}
    shown = {event.uid for event in events if event.start > NOW}
    assert shown <= later


def test_a_date_that_somebody_else_leads_leaves_no_trace_in_the_night_of_a_clock_change_either():
    rule = rule_of("Europe/Berlin", "FREQ=DAILY", time(1, 30), 90, starts_on=date(2026, 3, 1))
    gone = frozenset({datetime(2026, 3, 29, 1, 30), datetime(2026, 10, 25, 1, 30)})
    days = {event.start.date() for event in told(spell_of(rule, without=gone), NOW) if not event.rrule}
    assert not days & {date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)}
