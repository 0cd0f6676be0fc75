"""A date that a changed rule no longer has leaves lists and calendars, though somebody had a seat on it."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import own_dates
from groupsched.enrolment.service import enrol
from groupsched.feeds.service import public
from groupsched.outbox.models import Message
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import coming, current_series
from groupsched.schedule.service import cancel_occurrence, change_series, skip_date
from tests.conftest import identity_of
from tests.factories import delivered
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
    page = client.get("/sessions?from=2026-11-24&to=2027-01-31&view=list").text
    return [day for day in range(1, 32) if f"2026-12-{day:02}T1800" in page]


def events(client, path):
    lines = unfold(client.get(path).data)
    return [
        line for line in lines if line.startswith(("DTSTART;TZID=America", "STATUS", "RECURRENCE", "EXDATE"))
    ]


def test_another_weekday_leaves_no_cancelled_dates_in_any_list(client, tea):
    follow(tea, "FREQ=WEEKLY;BYDAY=WE;COUNT=6")
    gone = db.session.query(Occurrence).filter_by(group_id=tea.tea.id, status="cancelled").all()
    assert days_of(gone) == [26], "its week has no Wednesday to come: the others moved within theirs"
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


BIWEEKLY = {"rrule": "FREQ=WEEKLY;INTERVAL=2"}
WEDNESDAYS = {"rrule": "FREQ=WEEKLY;BYDAY=WE"}
LAST = {"until": date(2026, 12, 3)}
ANOTHER_LAST = {"until": date(2026, 12, 24)}


def lay(tea, **said):
    """The series with another rule, and the mails of it sent: what Robin, who has every date, and Reed read of it."""
    series = current_series(tea.tea)
    change_series(System(), series, replace(series.rule, **said), series.version)
    db.session.commit()
    delivered()
    return [read(person) for person in (tea.robin, tea.reed)]


def read(person):
    """What somebody read last: its kind and its sentences."""
    query = select(Message).where(Message.person_id == person.id).order_by(Message.id.desc())
    last = db.session.scalars(query).first()
    return last.kind, last.fields.get("changes", "").replace("– ", "").split("\n")


@pytest.fixture(params=[NOW, NOW.replace(day=3)], ids=["not begun", "begun"])
def open_tea(request, world):
    """Weekly dates without an end, with Robin in all of them and Reed on that of 17 December alone."""
    with clock.at(NOW.replace(month=10) if request.param != NOW else NOW):
        world.tea = world.group("Tea")
        first = 26 if request.param == NOW else 5
        world.dates = world.series(world.tea, datetime(2026, 11, first, 18), dates=None)
        world.robin, world.reed = (world.client(n, email=f"{n}@example.org") for n in ("robin", "reed"))
        world.enrol(world.tea, world.robin)
        world.enrol(
            world.tea, world.reed, dates=[one for one in world.dates if one.local_date == date(2026, 12, 17)]
        )
    with clock.at(NOW):
        delivered()
        yield world


@pytest.mark.parametrize(
    ("away", "was"),
    [(WEDNESDAYS, "every Wednesday"), (BIWEEKLY, "every 2 weeks on Thursday"), (LAST, "")],
    ids=["weekday", "biweekly", "last date"],
)
def test_a_rule_that_is_taken_back_brings_its_dates_back_with_their_people(open_tea, away, was):
    tea = open_tea
    before = [(one.start, one.taken) for one in coming(tea.tea, NOW, None)]
    _, reed_read = lay(tea, **away)
    (kind, lines), reed = lay(tea, rrule="FREQ=WEEKLY;BYDAY=TH", until=None, starts_on=date(2026, 11, 26))
    rows = coming(tea.tea, NOW, None)
    assert [(one.start, one.taken) for one in rows][: len(before)] == before
    assert {one.status for one in rows} == {"scheduled"}
    assert kind == "series_moved"
    said = f" on you have one every Thursday 18:00–19:30, no longer {was}."
    alone = "The one every Thursday 18:00–19:30 has no last date any more."
    assert said in lines[0] if was else lines == [alone]
    # Another weekday carried the date of 17 December along; every second week from 5 November on still had it.
    assert reed[0] == {"cancelled": "takes_place", "moved": "moved"}.get(reed_read[0], "enrolled_date")


def test_a_later_last_date_brings_back_those_until_then(open_tea):
    own = [one for one in open_tea.dates if one.local_date == date(2026, 12, 24)]
    open_tea.enrol(open_tea.tea, open_tea.reed, dates=own)
    lay(open_tea, until=date(2026, 12, 3))
    robin, reed = lay(open_tea, until=date(2026, 12, 24))
    assert [(row.local_date.day, row.status) for row in coming(open_tea.tea, NOW)] == [
        (day, "scheduled") for day in (26, 3, 10, 17, 24)
    ]
    assert robin == ("series_moved", ["The last date is Thu 24 Dec at 18:00, no longer Thu 3 Dec."])
    again = "It takes place after all."
    assert reed == ("series_changed", [f"Thu {day} Dec, 18:00: {again}" for day in (17, 24)])


def test_what_somebody_called_off_or_left_out_stays_cancelled_when_the_rule_comes_back(open_tea):
    tea = open_tea
    of_day = {row.local_date.day: row for row in coming(tea.tea, NOW, 5)}
    cancel_occurrence(System(), of_day[10], "The heating is out.")
    lay(tea, skip=frozenset([date(2026, 12, 3)]))
    lay(tea, until=date(2026, 12, 17))
    lay(tea, until=None)
    lay(tea, rrule="FREQ=WEEKLY;BYDAY=WE", starts_on=date(2026, 11, 25))
    lay(tea, rrule="FREQ=WEEKLY;BYDAY=TH", starts_on=date(2026, 11, 26))
    assert [(row.local_date.day, row.status) for row in coming(tea.tea, NOW, 5)] == [
        (26, "scheduled"), (3, "cancelled"), (10, "cancelled"), (17, "scheduled"), (24, "scheduled"),
    ]  # fmt: skip
