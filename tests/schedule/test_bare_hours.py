"""Somebody writes a bare hour over the time that stood: page and server understand the same, and an odd length is asked about."""

from datetime import UTC, datetime, time

import pytest
from flask import g
from sqlalchemy import select

from groupsched.catalog.models import Group
from groupsched.core import clock, regions
from groupsched.core.db import db
from groupsched.core.regions import clock_near
from groupsched.schedule.models import Occurrence
from tests.schedule.test_scopes import sent

pytestmark = pytest.mark.on_sqlite

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def held(app, world):
    world.program.region = "US"
    db.session.commit()
    with clock.at(NOW):
        yield


def test_a_bare_hour_is_the_one_near_the_time_that_stood(app, world):
    written = [
        ("9", 18),
        ("7", 18),
        ("12", 11),
        ("1", 11),
        ("8", 9),
        ("9 am", 18),
        ("21", 9),
        ("9", 15),
        ("09:00", 18),
        ("12", 18),
        ("3", 9),
    ]
    with app.test_request_context():
        app.preprocess_request()
        found = [clock_near(text, time(stood)).hour for text, stood in written]
        assert found == [21, 19, 12, 13, 8, 9, 21, 9, 9, 12, 15]
        g.way = regions.WayOfWriting("GB")
        assert clock_near("9", time(18)).hour == 9, "where hours are counted to 24, nothing is open"


def test_nine_over_six_in_the_evening_is_nine_in_the_evening(world, browser, said):
    typed = {
        **said,
        "start_time": "9",
        "start_time-stood": "18:00",
        "end_time": "10:00 PM",
        "end_time-stood": "22:00",
    }
    panel = browser.post("/groups/preview", data=typed).text
    assert "9:00–10:00 PM" in panel and "it lasts" not in panel
    again = browser.post("/groups/new?from=none", data={**typed, "act": "update"}).text
    assert 'name="start_time" placeholder="6:00 PM" type="text" value="9:00 PM"' in again
    assert 'name="start_time-stood" value="21:00"' in again


def test_an_unusual_length_is_asked_about_and_nothing_is_lost(world, browser, said):
    typed = {**said, "start_time": "9 AM", "end_time": "10 PM"}
    assert "9:00 AM–10:00 PM: it lasts 13 h." in browser.post("/groups/preview", data=typed).text
    asked = browser.post("/groups/new?from=none", data=typed)
    assert asked.status_code == 422 and "It lasts 13 h. Is that meant?" in asked.text
    assert f'value="{said["title"]}"' in asked.text
    assert browser.post("/groups/new?from=none", data={**typed, "keep_long": "60"}).status_code == 422
    assert browser.post("/groups/new?from=none", data={**typed, "keep_long": "780"}).status_code == 303
    group = db.session.scalars(select(Group).where(Group.plain_title == said["title"])).one()
    date = db.session.scalars(select(Occurrence).where(Occurrence.group_id == group.id)).first()
    page = f"/occurrences/{date.uid}/edit"
    # A length that stands is no question.
    assert (
        browser.post(
            page, data={**sent(browser.get(page).text), "note": "Bring tea", "act": "look"}
        ).status_code
        == 200
    )
    longer = {**sent(browser.get(page).text), "start_time": "8 AM", "act": "save", "looked": "live"}
    refused = browser.post(page, data=longer)
    assert refused.status_code == 422 and "It lasts 14 h. Is that meant?" in refused.text
    assert browser.post(page, data={**longer, "keep_long": "840"}).status_code == 303
