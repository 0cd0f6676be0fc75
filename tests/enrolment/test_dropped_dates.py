"""A date that a changed rule no longer has leaves lists and calendars, though somebody had a seat on it."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from groupsched.access.identity import System
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import own_dates
from groupsched.enrolment.service import enrol
from groupsched.feeds.service import public
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import coming, current_series
from groupsched.schedule.service import cancel_occurrence, change_series, skip_date
from tests.conftest import identity_of
from tests.feeds.linting import unfold
from tests.feeds.setting import link_for

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@pytest.fixture
def tea(world):
    """Six weekly dates from Thursday 26 November, with Robin in all of them."""
    public._kept.clear()
    with clock.at(NOW):
        world.tea = world.group("Tea", led_by=world.facilitator())
        world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=6)
        world.robin = world.client()
        enrol(identity_of(world.robin), world.tea, world.robin)
        db.session.commit()
        yield world


def follow(tea, rrule):
    series = current_series(tea.tea)
    change_series(System(), series, replace(series.rule, rrule=rrule), series.version)
    db.session.commit()


def days_of(rows):
    return [row.local_date.day for row in rows]


def listed(client):
    """The days that the list of sessions links to."""
    page = client.get("/sessions?from=2026-11-24&to=2027-01-31").text
    return [day for day in range(1, 32) if f"2026-12-{day:02}T1800" in page]


def events(client, path):
    lines = unfold(client.get(path).data)
    return [
        line for line in lines if line.startswith(("DTSTART;TZID=America", "STATUS", "RECURRENCE", "EXDATE"))
    ]


def test_another_weekday_leaves_no_cancelled_dates_in_any_list(client, tea):
    follow(tea, "FREQ=WEEKLY;BYDAY=WE;COUNT=6")
    gone = db.session.query(Occurrence).filter_by(group_id=tea.tea.id, status="cancelled").all()
    assert len(gone) == 6
    assert days_of(coming(tea.tea, NOW)) == [2, 9, 16, 23, 30, 6]
    assert listed(client) == [2, 9, 16, 23, 30]
    assert "Cancelled" not in client.get(f"/sessions/{tea.tea.uid}").text


def test_another_weekday_leaves_no_cancelled_dates_in_public_and_private_calendars(client, tea):
    _feed, path = link_for(tea.robin)
    follow(tea, "FREQ=WEEKLY;BYDAY=WE;COUNT=6")
    for one in ("/feeds/public.ics", path):
        assert events(client, one) == [
            "DTSTART;TZID=America/New_York:20261202T180000",
            "STATUS:CONFIRMED",
        ]


def test_who_had_a_seat_still_finds_on_their_own_page_that_the_date_fell_away(tea):
    follow(tea, "FREQ=WEEKLY;BYDAY=WE;COUNT=6")
    rows = own_dates(tea.robin.id, NOW, datetime.fromisoformat("2026-11-28T00:00:00+00:00"))
    assert [(row.local_date.day, row.status) for row in rows] == [(26, "cancelled")]


def test_a_date_that_was_called_off_goes_too_when_the_rule_has_it_no_longer(tea):
    cancel_occurrence(System(), tea.dates[1], "The heating is out.")
    follow(tea, "FREQ=WEEKLY;BYDAY=WE;COUNT=6")
    assert {row.status for row in coming(tea.tea, NOW)} == {"scheduled"}


def test_a_date_that_is_left_out_or_called_off_stays_in_the_lists_as_cancelled(client, tea):
    series = current_series(tea.tea)
    cancel_occurrence(System(), tea.dates[1], "The heating is out.")
    skip_date(System(), series, date(2026, 12, 10), series.version)
    db.session.commit()
    assert [row.local_date.day for row in coming(tea.tea, NOW) if row.status == "cancelled"] == [3, 10]
    assert listed(client) == [3, 10, 17, 24, 31]
    assert unfold(client.get("/feeds/public.ics").data).count("STATUS:CANCELLED") == 2


def test_a_rule_that_comes_back_brings_its_dates_back_to_the_lists(tea):
    follow(tea, "FREQ=WEEKLY;COUNT=3")
    assert days_of(coming(tea.tea, NOW)) == [26, 3, 10]
    follow(tea, "FREQ=WEEKLY;COUNT=6")
    assert days_of(coming(tea.tea, NOW)) == [26, 3, 10, 17, 24, 31]
