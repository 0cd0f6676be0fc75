"""Dates moved by hand and a rule that changes before anybody heard: the mail tells of both, and of nothing that was undone."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.queries import changes_made, coming
from groupsched.schedule.rules import ChangeScope
from groupsched.schedule.service import WantedDate, change_occurrence, undo_change
from tests.enrolment.test_told_changes import NOW, THURSDAYS, House

pytestmark = pytest.mark.on_sqlite

HALF_AN_HOUR, DAY = timedelta(minutes=30), timedelta(days=1)


@pytest.fixture
def tea(world):
    with clock.at(NOW):
        yield House(world, replace(THURSDAYS, starts_on=date(2026, 12, 3)))


def moved(tea, number, by, scope=ChangeScope.THIS):
    one = coming(tea.group, clock.now(), None)[number]
    wanted = WantedDate(start=one.start + by, end=one.end + by, scope=scope)
    change_occurrence(tea.world.keeper(), one, wanted)
    db.session.commit()


def test_dates_moved_by_hand_are_told_beside_the_rule_that_changed_after_them(tea):
    moved(tea, 1, timedelta(hours=4))
    moved(tea, 3, -DAY)
    tea.change({"start_time": time(11, 30)})
    assert tea.changes() == [
        "From Thu, Dec 3 on the time is 11:30 AM–1:00 PM, no longer 11:00 AM–12:30 PM.",
        "Thu, Dec 10, 11:00 AM: The new time is Thu, Dec 10, 3:00 PM.",
        "Thu, Dec 24, 11:00 AM: The new time is Wed, Dec 23, 11:00 AM.",
    ]


def test_the_first_day_of_a_new_time_is_one_on_which_it_is_so(tea):
    moved(tea, 0, timedelta(hours=4))
    tea.change({"start_time": time(11, 30)})
    assert tea.changes() == [
        "From Thu, Dec 10 on the time is 11:30 AM–1:00 PM, no longer 11:00 AM–12:30 PM.",
        "Thu, Dec 3, 11:00 AM: The new time is Thu, Dec 3, 3:00 PM.",
    ]


def test_a_rule_that_was_undone_is_in_no_later_mail(tea):
    moved(tea, 2, timedelta(hours=4))
    with clock.at(NOW + timedelta(minutes=1)):
        moved(tea, 1, HALF_AN_HOUR, ChangeScope.FOLLOWING)
    with clock.at(NOW + timedelta(minutes=2)):
        undo_change(tea.world.keeper(), changes_made(tea.group)[0])
        db.session.commit()
    with clock.at(NOW + timedelta(minutes=3)):
        moved(tea, 4, DAY)
    ((kind, lines),) = tea.waits()
    assert kind == "series_changed" and lines == [
        "Thu, Dec 17, 11:00 AM: The new time is Thu, Dec 17, 3:00 PM.",
        "Thu, Dec 31, 11:00 AM: The new time is Fri, Jan 1, 2027, 11:00 AM.",
    ]
