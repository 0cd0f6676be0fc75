"""The written form, octet by octet."""

from dataclasses import replace
from datetime import date, time, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.feeds.ics import write
from groupsched.feeds.rules import CalendarFile, EventText, told
from groupsched.feeds.rules.model import Event
from tests.feeds.linting import lint, unfold
from tests.feeds.test_masters import CHANGED, NOW, meeting_on, rule_of, spell_of


def event_of(title, **more):
    return Event("uid", NOW, NOW, EventText(title), CHANGED, **more)


@pytest.mark.parametrize("letter", ["x", "é", "漢", "🌿"])
def test_long_lines_fold_between_characters(letter):
    for length in range(20, 180):
        ics = write(CalendarFile((event_of(letter * length),)))
        assert lint(ics) == []
        assert f"SUMMARY:{letter * length}" in unfold(ics)


@given(st.text(st.sampled_from("ab,;\\\né漢🌿"), min_size=60, max_size=400))
def test_no_line_folds_inside_a_character_or_an_escape(words):
    ics = write(
        CalendarFile((Event("uid", NOW, NOW, EventText("x", description=words), CHANGED),), name=words)
    )
    assert lint(ics) == []
    for piece in ics.split(b"\r\n "):
        last = piece.rpartition(b"\r\n")[2].decode()
        assert (len(last) - len(last.rstrip("\\"))) % 2 == 0, last
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    assert f"DESCRIPTION:{escaped}" in unfold(ics)


def test_commas_semicolons_backslashes_and_line_breaks_are_escaped():
    words = EventText("a,b;c\\d", description="one\ntwo")
    lines = unfold(write(CalendarFile((Event("uid", NOW, NOW, words, CHANGED),))))
    assert r"SUMMARY:a\,b\;c\\d" in lines
    assert r"DESCRIPTION:one\ntwo" in lines


def test_a_feed_has_a_name_and_says_how_often_to_look_and_a_single_date_does_not():
    feed, single = (
        unfold(write(CalendarFile((), name="One, two"))),
        unfold(write(CalendarFile((event_of("x"),)))),
    )
    assert feed[3:7] == [
        "NAME:One\\, two", "X-WR-CALNAME:One\\, two", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
    ]  # fmt: skip
    assert not [name for name in single if name.startswith(("NAME", "X-WR-CALNAME", "REFRESH", "X-PUB"))]


def test_a_personal_feed_is_marked_private_and_a_public_one_is_not():
    assert b"CLASS:PRIVATE" in write(CalendarFile((event_of("x"),)))
    assert b"CLASS" not in write(CalendarFile((event_of("x"),), private=False))


def test_every_event_says_the_last_change_and_never_the_present():
    written = unfold(write(CalendarFile((event_of("x"),))))
    assert "DTSTAMP:20260201T080000Z" in written
    assert "LAST-MODIFIED:20260201T080000Z" in written


def test_a_zone_is_told_once_from_the_year_before_its_first_time():
    rule = rule_of("America/New_York")
    spell = spell_of(rule, exceptions=[meeting_on(rule, date(2026, 3, 10), cancelled=True)])
    lines = unfold(write(CalendarFile(told(spell, NOW))))
    assert lines.count("TZID:America/New_York") == 1
    start = lines.index("BEGIN:DAYLIGHT")
    assert lines[start : lines.index("END:DAYLIGHT")] == [
        "BEGIN:DAYLIGHT", "DTSTART:20250309T020000", "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3", "TZNAME:EDT",
        "TZOFFSETFROM:-0500", "TZOFFSETTO:-0400",
    ]  # fmt: skip


def test_a_zone_without_summer_time_is_one_observance():
    lines = unfold(write(CalendarFile(told(spell_of(rule_of("Asia/Kolkata")), NOW))))
    assert "BEGIN:DAYLIGHT" not in lines
    assert lines.count("BEGIN:STANDARD") == 1
    assert "TZOFFSETTO:+0530" in lines


def as_icalendar_writes(ics):
    """The same file, read and written again by icalendar: its lines, without regard to their order."""
    return sorted(unfold(icalendar.Calendar.from_ical(ics).to_ical()))


def parts_sorted(line):
    """A rule with its parts in one order: icalendar has an order of its own."""
    return ";".join(sorted(line.removeprefix("RRULE:").split(";"))) if line.startswith("RRULE:") else line


def test_every_line_is_the_one_that_icalendar_would_write():
    rule = rule_of(
        "America/New_York", "FREQ=DAILY", time(1, 30), 90, skip=[date(2026, 4, 7), date(2026, 4, 8)]
    )
    exceptions = [
        meeting_on(rule, date(2026, 3, 10), cancelled=True),
        meeting_on(rule, date(2026, 3, 20), moved=timedelta(hours=30)),
    ]
    words = EventText(
        "Tea, talk; and \\ é", "Oak Room, 2", "One\ntwo, three" * 20, "https://example.org/a,b;c?d=e"
    )
    events = told(replace(spell_of(rule, exceptions=exceptions), words=words), NOW)
    ics = write(CalendarFile(events, name="Mine, yours"))
    assert sorted(map(parts_sorted, unfold(ics))) == sorted(map(parts_sorted, as_icalendar_writes(ics)))
    assert len(events) == 5
