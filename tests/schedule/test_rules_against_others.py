"""Our dates and instants against two independent expanders, across clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from groupsched.schedule.rules import RuleRefused, expand, local_dates, parse_rule

ZONES = ("America/New_York", "Europe/Berlin", "Australia/Sydney", "Australia/Lord_Howe", "Africa/Cairo")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = date(2027, 12, 31)


def _weekly(days, interval):
    return f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={','.join(days)}"


def _monthly(day):
    choices = [f"BYMONTHDAY={day.day}", f"BYDAY={(day.day - 1) // 7 + 1}{DAYS[day.weekday()]}"]
    if (day + timedelta(days=7)).month != day.month:
        choices.append(f"BYDAY=-1{DAYS[day.weekday()]}")
    return st.sampled_from(choices)


@st.composite
def rules(draw, hours=(0, 23)):
    """A rule that begins on one of its own dates, any time of day, any of five zones."""
    starts_on = draw(st.dates(date(2025, 1, 1), date(2026, 12, 31)))
    interval = draw(st.integers(1, 8))
    others = draw(st.sets(st.sampled_from(DAYS), max_size=4))
    rrule = draw(
        st.one_of(
            st.just(""),
            st.just(f"FREQ=DAILY;INTERVAL={interval}"),
            st.just(_weekly(sorted(others | {DAYS[starts_on.weekday()]}, key=DAYS.index), interval)),
            _monthly(starts_on).map(lambda part: f"FREQ=MONTHLY;INTERVAL={interval};{part}"),
        )
    )
    end = draw(st.sampled_from(("open", "count", "until"))) if rrule else "open"
    if end == "count":
        rrule += f";COUNT={draw(st.integers(1, 60))}"
    until = starts_on + timedelta(days=draw(st.integers(0, 500))) if end == "until" else None
    start_time = time(draw(st.integers(*hours)), draw(st.integers(0, 59)))
    skip = [starts_on + timedelta(days=n) for n in draw(st.sets(st.integers(0, 60), max_size=5))]
    return parse_rule(
        starts_on=starts_on,
        start_time=start_time,
        duration_minutes=draw(st.integers(1, 600)),
        timezone=draw(st.sampled_from(ZONES)),
        rrule=rrule,
        until=until,
        skip=skip,
    )


def dateutil_dates(rule):
    """The same rule by dateutil, in naive local time."""
    start = datetime.combine(rule.starts_on, rule.start_time)
    if not rule.rrule:
        days = [rule.starts_on]
    else:
        text = rule.rrule + (f";UNTIL={rule.until:%Y%m%d}T235959" if rule.until else "")
        days = [
            found.date()
            for found in rrulestr(text, dtstart=start).between(start, datetime(2028, 1, 1), inc=True)
        ]
    return [day for day in days if day not in rule.skip and day <= LAST]


def instants(day, rule):
    """The UTC start of a date, found without fold: the earliest instant whose wall clock is not before the time."""
    zone, wanted = ZoneInfo(rule.timezone), datetime.combine(day, rule.start_time)
    noon = datetime.combine(day, time(12), UTC)
    offsets = {(noon + timedelta(hours=h)).astimezone(zone).utcoffset() for h in range(-48, 49)}
    exact = [
        moment
        for offset in offsets
        if (moment := (wanted - offset).replace(tzinfo=UTC)).astimezone(zone).replace(tzinfo=None) == wanted
    ]
    return min(exact) if exact else max((wanted - offset).replace(tzinfo=UTC) for offset in offsets)


@settings(max_examples=300, deadline=None)
@given(rules())
def test_dates_and_instants_agree_with_dateutil_in_five_zones(rule):
    days = dateutil_dates(rule)
    assert list(local_dates(rule, date(2000, 1, 1), LAST)) == days
    slots = expand(rule, date(2000, 1, 1), LAST)
    assert [slot.start for slot in slots] == [instants(day, rule) for day in days]
    assert all(slot.end - slot.start == timedelta(minutes=rule.duration_minutes) for slot in slots)


@settings(max_examples=60, deadline=None)
@given(rules(hours=(4, 20)))
def test_instants_agree_with_a_calendar_reader(rule):
    zone = ZoneInfo(rule.timezone)
    event = Event()
    event.add("uid", "one@example.org")
    start = datetime.combine(rule.starts_on, rule.start_time, zone)
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=1))
    if rule.rrule:
        text = rule.rrule
        if rule.until:
            last = datetime.combine(rule.until, rule.start_time, zone).astimezone(UTC)
            text += f";UNTIL={last:%Y%m%dT%H%M%SZ}"
        event["rrule"] = text
    for day in sorted(rule.skip):
        event.add("exdate", datetime.combine(day, rule.start_time, zone))
    calendar = Calendar()
    calendar.add_component(event)
    read = recurring_ical_events.of(Calendar.from_ical(calendar.to_ical())).between(rule.starts_on, LAST)
    ours = [slot.start for slot in expand(rule, rule.starts_on, LAST - timedelta(days=1))]
    assert (
        sorted(found["DTSTART"].dt.astimezone(UTC) for found in read if found["DTSTART"].dt.date() < LAST)
        == ours
    )


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60), st.from_regex(r"FREQ=(WEEKLY|MONTHLY|DAILY)(;[A-Z]{2,9}=[-+0-9A-Z,]{0,9}){0,3}")
    ),
    st.dates(),
    st.integers(-10, 3000),
)
def test_any_text_and_any_date_is_a_rule_or_a_refusal(text, day, minutes):
    try:
        rule = parse_rule(
            starts_on=day,
            start_time=time(9),
            duration_minutes=minutes,
            timezone="Africa/Cairo",
            rrule=text,
            until=None,
        )
    except RuleRefused:
        return
    found = list(local_dates(rule, day, day + timedelta(days=800)))
    assert len(found) == len(set(found)) <= 801


@given(rules(), st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.integers(0, 900))
@settings(max_examples=100, deadline=None)
def test_a_window_is_a_cut_of_the_whole(rule, first, length):
    assume(first + timedelta(days=length) <= LAST)
    last = first + timedelta(days=length)
    whole = [day for day in local_dates(rule, date(2000, 1, 1), LAST) if first <= day <= last]
    assert list(local_dates(rule, first, last)) == whole
