"""What is to be said is true when it is read: who was never told of a seat hears of it as it is now, in one row."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from groupsched.access.identity import System
from groupsched.catalog.service import fields_of, retire_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.queries import unreached
from groupsched.enrolment.rules import EnrolmentMode
from groupsched.schedule.queries import coming, current_series
from groupsched.schedule.rules import SeriesRule
from groupsched.schedule.service import SeenVersions, add_series, cancel_occurrence, redefine_group
from tests.conftest import identity_of
from tests.factories import ZONE
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")
MONDAYS = SeriesRule(date(2026, 11, 30), time(16), 30, ZONE, "FREQ=WEEKLY;BYDAY=MO")
FOUR = "You have an appointment every Monday at 4:00 PM, from Mon, Nov 30 on."
FIVE = "You have an appointment every Monday at 5:00 PM, from Mon, Nov 30 on."


class House:
    """A group on Mondays; Heron, whom no mail reaches, was added by staff and not told yet."""

    def __init__(self, world):
        world.program.region = "US"
        self.world, self.lead = world, world.facilitator()
        self.group = world.group("Tea", led_by=self.lead)
        add_series(System(), self.group, MONDAYS)
        self.heron = world.client("Heron", "Kettle")
        self.now = NOW
        db.session.commit()

    def later(self):
        """A minute later: nothing happens at one moment with something else."""
        self.now += timedelta(minutes=1)
        return clock.at(self.now)

    @property
    def dates(self):
        return coming(self.group, clock.now(), None)

    def add(self, person=None, *dates):
        mode = EnrolmentMode.DATES if dates else EnrolmentMode.WHOLE
        who = person or self.heron
        with self.later():
            done = service.enrol(self.world.keeper(), self.group, who, mode=mode, occurrences=dates)
        db.session.commit()
        return done.enrolment

    def change(self, **rule):
        series = current_series(self.group)
        seen = SeenVersions(self.group.version, series.version)
        new = replace(series.rule, **rule)
        with self.later():
            redefine_group(System(), self.group, fields_of(self.group), new, seen, publish=False)
        db.session.commit()

    def cancel(self, one):
        with self.later():
            cancel_occurrence(identity_of(self.lead), one, "The heating is out.")
        db.session.commit()

    def retire(self):
        with self.later():
            retire_group(System(), self.group)
        db.session.commit()

    def rows(self, group=None):
        db.session.expire_all()
        return unreached(identity_of(self.lead), group).waiting

    def told(self):
        return [one.words for one in unreached(identity_of(self.lead), self.group).told]

    def says(self):
        return [one.words for one in self.rows()]

    def tick(self):
        (row,) = self.rows()
        service.finish_telling(identity_of(self.lead), row.message.uid)
        db.session.commit()
        return row


@kept(at=NOW, still=True)
def tea(world):
    return House(world)


def test_who_was_not_told_of_a_seat_hears_of_it_as_it_is_after_the_change(tea):
    tea.add()
    assert tea.says() == [FOUR]
    tea.change(start_time=time(17))
    assert tea.says() == [FIVE]
    tea.change(start_time=time(16))
    tea.change(start_time=time(17))
    assert tea.says() == [FIVE]


def test_who_was_told_of_the_seat_hears_of_the_change(tea):
    tea.add()
    tea.tick()
    tea.change(start_time=time(17))
    assert tea.says() == [
        "Your regular appointments have changed:\n"
        "– From Mon, Nov 30 on the time is 5:00–5:30 PM, no longer 4:00–4:30 PM."
    ]


def test_another_day_is_said_as_the_day_it_is(tea):
    tea.add()
    tea.change(starts_on=date(2026, 12, 2), rrule="FREQ=WEEKLY;BYDAY=WE")
    assert tea.says() == ["You have an appointment every Wednesday at 4:00 PM, from Wed, Dec 2 on."]


def test_one_date_of_many_that_does_not_take_place_is_said_behind_in_the_same_row(tea):
    tea.add()
    tea.cancel(tea.dates[1])
    assert tea.says() == [
        f"{FOUR}\nYour appointment on Mon, Dec 7 at 4:00 PM will not take place. We are sorry."
    ]
    tea.change(start_time=time(17))
    assert tea.says() == [
        f"Your appointment on Mon, Dec 7 at 4:00 PM will not take place. We are sorry.\n{FIVE}"
    ]


def test_of_a_group_that_ends_before_anybody_told_them_there_is_nothing_to_say(tea):
    tea.add()
    tea.change(start_time=time(17))
    tea.retire()
    assert tea.says() == []


def test_who_knew_of_the_seat_hears_that_a_changed_group_ends_in_one_sentence_with_their_number(tea):
    tea.change(until=date(2026, 12, 28))
    tea.add()
    tea.tick()
    tea.change(starts_on=date(2026, 12, 2), rrule="FREQ=WEEKLY;BYDAY=WE")
    tea.retire()
    assert tea.says() == [
        "5 of your appointments, from Mon, Nov 30, 4:00 PM on, will not take place. We are sorry."
    ]


def test_who_is_taken_out_hears_that_alone(tea):
    enrolment = tea.add()
    tea.tick()
    tea.change(start_time=time(17))
    service.leave(identity_of(tea.lead), enrolment)
    (words,) = tea.says()
    assert "changed" not in words


def test_a_single_date_that_moves_or_falls_away_before_it_was_told_is_said_as_it_is(tea):
    first, second = tea.dates[:2]
    tea.add(None, first)
    tea.add(None, second)
    tea.cancel(first)
    assert tea.says() == ["You have an appointment on Mon, Dec 7 at 4:00 PM."]
    tea.change(start_time=time(17))
    assert tea.says() == ["You have an appointment on Mon, Dec 7 at 5:00 PM."]


def test_several_dates_that_all_move_are_said_as_they_are(tea):
    tea.add(None, *tea.dates[:2])
    tea.change(start_time=time(17))
    assert tea.says() == ["These are your dates:\n– Mon, Nov 30, 5:00 PM\n– Mon, Dec 7, 5:00 PM"]


def test_each_person_and_group_is_one_row_the_newest_first(tea):
    tea.add()
    reed = tea.world.client("Reed", "Marmalade")
    tea.add(reed)
    assert [one.person.first_name for one in tea.rows()] == ["Reed", "Heron"]
    tea.cancel(tea.dates[1])
    assert [len(one.messages) for one in tea.rows(tea.group)] == [2, 2]


def test_the_tick_of_a_row_is_for_all_that_it_says_and_so_is_its_undo(tea):
    tea.add()
    tea.cancel(tea.dates[1])
    row = tea.tick()
    assert tea.says() == []
    assert tea.told() == [row.words]
    service.take_telling_back(identity_of(tea.lead), row.message.uid)
    assert tea.says() == [row.words]
    assert tea.told() == []


def test_what_came_after_the_page_was_drawn_stays_to_be_told(tea):
    tea.add()
    shown = tea.rows()[0].message.uid
    tea.cancel(tea.dates[1])
    service.finish_telling(identity_of(tea.lead), shown)
    assert tea.says() == ["Your appointment on Mon, Dec 7 at 4:00 PM will not take place. We are sorry."]


def test_what_was_told_a_day_ago_is_in_no_fold(tea):
    tea.add()
    tea.tick()
    with clock.at(NOW + timedelta(hours=25)):
        assert tea.told() == []
