"""Whoever comes to every date hears of another time and of an extra date, once, and how many do is said before."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.queries import changes_made, coming
from groupsched.schedule.service import add_series, undo_change
from tests.conftest import identity_of
from tests.enrolment.test_told_changes import NOW, THURSDAYS, House
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

TUESDAYS = replace(THURSDAYS, starts_on=date(2026, 12, 1), start_time=time(18), rrule="FREQ=WEEKLY;BYDAY=TU")


@kept(at=NOW, still=True)
def tea(world):
    return House(world, THURSDAYS)


def add(tea, rule):
    add_series(identity_of(tea.lead), tea.group, rule)
    db.session.commit()


def test_another_time_is_told_once_with_its_days_and_times_and_undo_takes_it_back(tea):
    """They got dozens of seats, and "Nobody is told of this"."""
    single = tea.world.client("Hazel", email="hazel@example.org")
    tea.world.enrol(tea.group, single, dates=coming(tea.group, NOW, 1))
    tea.sent()
    with clock.at(NOW + timedelta(minutes=20)):
        add(tea, TUESDAYS)
        assert tea.changes() == ["From Tue, Dec 1 on you also have one every Tuesday 6:00–7:30 PM."]
        assert tea.changes(tea.reed) == [
            "Desde el mar 1 dic también tienes una cada martes de 6:00 a 7:30 p.m."
        ]
        assert tea.waits(single) == [], "who has single dates has none of these"
        undo_change(identity_of(tea.lead), changes_made(tea.group)[0])
        assert tea.waits() == tea.waits(tea.reed) == []


def test_extra_dates_are_named_together_and_what_becomes_of_them_is_one_mail(tea):
    add(tea, replace(TUESDAYS, rrule=""))
    assert tea.changes() == ["You also have one on Tue, Dec 1, 6:00–7:30 PM."]
    add(tea, replace(TUESDAYS, rrule="", starts_on=date(2026, 12, 5)))
    said = ["You also have one on Tue, Dec 1, 6:00–7:30 PM and Sat, Dec 5, 6:00–7:30 PM."]
    assert tea.changes() == said
    tea.change({"start_time": time(12)})
    assert "From Thu, Nov 26 on the time is 12:00–1:30 PM, no longer 11:00 AM–12:30 PM." in tea.changes()
    assert said[0] in tea.changes()
    with clock.at(NOW + timedelta(minutes=10)):
        tea.sent()
        assert tea.waits() == []


def test_how_many_are_told_is_said_before_it_is_saved(tea, client):
    asked = {
        "starts_on": "2026-12-01", "start_time": "18:00", "end_time": "19:30", "repeats": "weekly", "every": "1",
        "weekdays": "1", "ends": "open", "place": "", "lead": "",
    }  # fmt: skip
    panel = client.as_(tea.lead).post(f"/groups/{tea.group.uid}/series/preview", data=asked).text
    assert "2 people get a mail." in panel and "Nobody is told" not in panel
    assert tea.waits() == []
