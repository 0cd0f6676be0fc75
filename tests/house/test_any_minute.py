"""What is running runs and today is today, at minutes that are easily forgotten: tests/clocks names them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.attendance.rules.marks import attendee_uid
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service as enrolment
from groupsched.home.routes.today import day_of
from groupsched.schedule.models import Occurrence
from tests.conftest import identity_of, read_html
from tests.factories import ZONE, tomorrow_at

# One kind of database is enough: the minute is the application's.
pytestmark = [
    pytest.mark.usefixtures("minute"),
    pytest.mark.on_sqlite,
]


@pytest.fixture
def house(world):
    """One date that runs, one in half an hour, one tomorrow at ten; Robin comes to all of them."""
    world.lead, world.robin = world.facilitator(), world.client()
    groups = [world.group(title, led_by=world.lead) for title in ("Tea and talk", "Open studio", "Yoga")]
    world.running = world.soon(groups[0], dates=2)
    world.coming = world.soon(groups[1], in_minutes=30, minutes=45, dates=2)
    world.tomorrow = world.series(groups[2], tomorrow_at(10), dates=2)[0]
    for group in groups:
        enrolment.enrol(identity_of(world.robin), group, world.robin, accept_clash=True)
    db.session.commit()
    return world


def words(node):
    return "|".join(text.strip() for text in node.itertext() if text.strip())


def test_dates_around_now_are_where_they_were_put(house):
    now, today = clock.now(), clock.today(ZONE)
    assert house.running.start <= now - timedelta(minutes=25) and now < house.running.end
    assert timedelta(minutes=28) < house.coming.start - now <= timedelta(minutes=30)
    assert house.tomorrow.local_date == today + timedelta(days=1)
    for one in db.session.scalars(select(Occurrence)):
        there = one.start.astimezone(clock.ZoneInfo(ZONE))
        assert (there.date(), there.hour * 60 + there.minute) == (one.local_date, one.local_minute)


def test_the_pages_of_staff_and_clients_know_what_day_it_is(house, client):
    day, today = day_of(identity_of(house.lead)), clock.today(ZONE)
    assert [card.occurrence.id for card in day.running] == [house.running.id]
    coming = day.coming if house.coming.local_date == today else day.tomorrow
    assert house.coming.id in [card.occurrence.id for card in coming]
    assert house.tomorrow.id in [card.occurrence.id for card in day.tomorrow]
    page = read_html(client.as_(house.robin).get("/my").text)
    strip = next(node for node in page.iter("ol") if node.get("class") == "strip")
    assert [words(item.find("b")) for item in strip if item.get("class") == "today"] == [str(today.day)]
    found = read_html(client.as_(house.robin).get("/sessions?view=list").text)
    headings = [words(node) for node in found.iter("h2") if node.get("class") == "dayrail"]
    tomorrow = today + timedelta(days=1)
    assert any(one.startswith(f"{tomorrow.day}|Tomorrow|") for one in headings), headings
    assert not any("|Today|" in one and not one.startswith(f"{today.day}|") for one in headings), headings
    assert not any("Yesterday" in one for one in headings), headings


def test_a_sheet_is_marked_and_the_time_in_is_now(house, client):
    row = attendee_uid(house.running.uid, house.robin.uid)
    desk = client.as_(house.lead)
    told = desk.post(
        f"/sheet/{house.running.uid}/mark",
        data={"mark": f"{row}.0.here", "marking": "arriving"},
        headers={"Accept": "application/json"},
    )
    assert told.status_code == 200, told.text
    assert "Late" in told.text
