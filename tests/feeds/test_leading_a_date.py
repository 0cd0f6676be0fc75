"""A date that is given to somebody else is in the calendar of who leads it, and not of who leads its group."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from groupsched.catalog.service import fields_of, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.feeds.rules import FeedKind
from groupsched.schedule.rules import ChangeScope, DateField, MoveDate, SetOfDate
from groupsched.schedule.service import change_dates
from tests.conftest import identity_of
from tests.feeds.linting import unfold
from tests.feeds.setting import link_for

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@pytest.fixture(autouse=True)
def _still(app):
    with clock.at(NOW):
        yield


def events(client, path):
    wanted = ("DTSTART;TZID", "DTSTART:", "RECURRENCE", "EXDATE", "LOCATION", "SUMMARY")
    return [line for line in unfold(client.get(path).data) if line.startswith(wanted)]


def test_a_date_is_in_the_calendar_of_who_leads_it(client, world):
    lead, other = world.facilitator(), world.facilitator("Juniper")
    tea = world.group("Tea", led_by=lead)
    second = world.series(tea, datetime(2026, 11, 26, 18), dates=3)[1]
    paths = [link_for(person, titles="full", kind=FeedKind.LEADING)[1] for person in (lead, other)]
    assert sum("Tea" in line for line in events(client, paths[1])) == 0
    change_dates(identity_of(lead), tea, SetOfDate(second.id, {DateField.LEADS: (other.id,)}))
    db.session.commit()
    mine, theirs = (events(client, path) for path in paths)
    assert "EXDATE;TZID=America/New_York:20261203T180000" in mine
    assert [line for line in theirs if line.startswith("DTSTART")] == ["DTSTART:20261203T230000Z"]
    assert [person.id for person in second.leaders] == [other.id]
    move = timedelta(hours=1)
    change_dates(world.system, tea, MoveDate(second.id, second.start + move, second.end + move))
    db.session.commit()
    theirs = events(client, paths[1])
    assert "DTSTART:20261204T000000Z" in theirs, "it follows the date that they lead, whoever's group it is"
    sheet = client.as_(other).get(f"/occurrences/{second.uid}/cancel")
    assert sheet.status_code == 404, "a date is led, its group is not changed, by who stands in for it"


def test_a_room_from_here_on_is_in_every_calendar(client, world):
    tea, loft = world.group("Tea", led_by=world.facilitator()), world.place("Quiet Loft")
    second = world.series(tea, datetime(2026, 11, 26, 18), dates=4)[1]
    robin = world.client()
    world.enrol(tea, robin)
    _feed, path = link_for(robin, titles="full")
    values = {DateField.PLACE: loft.id, DateField.TITLE: "Tea upstairs"}
    change_dates(world.system, tea, SetOfDate(second.id, values, ChangeScope.FOLLOWING))
    db.session.commit()
    lines = events(client, path)
    assert [line for line in lines if line.startswith(("LOCATION", "SUMMARY"))] == [
        "SUMMARY:Tea", r"LOCATION:Oak Room\, Lantern Street", "SUMMARY:Tea upstairs",
        r"LOCATION:Quiet Loft\, Lantern Street",
    ]  # fmt: skip


def test_a_date_that_is_over_stays_in_the_room_in_which_it_was_held(client, world):
    tea, loft, robin = (
        world.group("Tea", led_by=world.facilitator()),
        world.place("Quiet Loft"),
        world.client(),
    )
    world.series(tea, datetime(2026, 11, 26, 18), dates=4)
    world.enrol(tea, robin)
    _feed, path = link_for(robin, titles="full")
    with clock.at(NOW + timedelta(days=4)):
        update_group(world.system, tea, replace(fields_of(tea), place=loft.uid), tea.version)
        db.session.commit()
        rooms = [line for line in events(client, path) if line.startswith(("LOCATION", "RECURRENCE"))]
    assert rooms == [
        r"LOCATION:Quiet Loft\, Lantern Street",
        "RECURRENCE-ID;TZID=America/New_York:20261126T180000",
        r"LOCATION:Oak Room\, Lantern Street",
    ]
