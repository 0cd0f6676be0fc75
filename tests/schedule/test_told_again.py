"""Bringing a date back: who is said to be told of it is who had heard that it was cancelled."""

from datetime import datetime, timedelta

import pytest

from groupsched.access.identity import System
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.service import WantedDate, cancel_occurrence, change_occurrence
from tests.factories import delivered
from tests.kept import kept
from tests.schedule.test_scopes import words_of

pytestmark = pytest.mark.on_sqlite
NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")
UNHEARD = "Nobody is told of this: nobody has heard yet that it was called off."


@kept(at=NOW)
def circle(world):
    """Three Fridays in December, Wren in all of them; she knows it."""
    group = world.group("Circle")
    world.dates = world.series(group, datetime(2026, 12, 11, 10), dates=3)
    world.enrol(group, world.client("Wren", email="wren@example.org"))
    delivered()
    db.session.commit()
    return world


def at(minutes):
    return clock.at(NOW + timedelta(minutes=minutes))


def test_bringing_a_date_back_before_the_mail_of_another_change_went_tells_nobody(circle, client):
    page, (first, second, _third) = client.as_(circle.supervisor()), circle.dates
    with at(10):
        change_occurrence(System(), second, WantedDate(start=second.start + timedelta(minutes=30)))
        cancel_occurrence(System(), first, "Heating")
        db.session.commit()
    with at(12):
        address = f"/occurrences/{first.uid}/bring-back"
        ask = words_of(page.get(address).text)
        done = words_of(page.post(address, follow_redirects=True).text)
    assert UNHEARD in ask and "gets a mail" not in ask
    assert UNHEARD in done and "gets a mail" not in done, "the mail that waits says the other change alone"


def test_bringing_a_date_back_tells_whoever_heard_that_it_was_cancelled(circle, client):
    page, first = client.as_(circle.supervisor()), circle.dates[0]
    with at(10):
        cancel_occurrence(System(), first, "Heating")
        db.session.commit()
    with at(20):
        delivered()
        db.session.commit()
    with at(30):
        ask = words_of(page.get(f"/occurrences/{first.uid}/bring-back").text)
        done = words_of(page.post(f"/occurrences/{first.uid}/bring-back", follow_redirects=True).text)
    for words in (ask, done):
        assert "1 person gets a mail." in words and "has not heard yet" not in words
