"""Who cares for somebody reads how they attended, on every sheet of the program and as long as they are on the team."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.access.policy import Permission, can
from groupsched.attendance.queries import person_record
from groupsched.attendance.service import finish
from groupsched.care.service import leave_team
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import client_facts
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import sheet_facts
from tests.conftest import identity_of
from tests.factories import LONG_AGO, ZONE
from tests.kept import kept


@kept
def house(world):
    """Robin was in Fern's group 50 and 20 days ago; Pike cares for Robin, and leads another group."""
    house = {
        "robin": world.client(),
        "reed": world.client("Reed"),
        "pike": world.facilitator("Pike", "Mockridge"),
        "fern": world.facilitator("Fern", "Placeholder"),
        "ivy": world.supervisor("Ivy"),
        "desk": world.front_desk(),
    }
    group = world.group("Evening circle", led_by=house["fern"])
    world.group("Morning circle", led_by=house["pike"])
    past = (clock.now() - timedelta(days=50)).replace(tzinfo=None, hour=10, minute=0)
    dates = world.series(group, past, dates=3, every_days=30)
    world.enrol(group, house["robin"], house["reed"], at=LONG_AGO)
    for date in dates[:2]:
        with clock.at(date.end + timedelta(minutes=5)):
            finish(identity_of(house["fern"]), date)
    db.session.commit()
    house["row"] = world.care_for(house["robin"], house["pike"])
    return house


def agrees(reader, person, whose):
    """What SQL shows of somebody's marks is what the policy allows, date by date; how many those are."""
    identity, about = identity_of(reader), client_facts(whose)
    dates = [one for one in db.session.scalars(select(Occurrence)) if one.end < clock.now()]
    caring = (replace(sheet_facts(one), subject=whose.id, care_team=about.care_team) for one in dates)
    allowed = {
        one.id
        for one, facts in zip(dates, caring, strict=True)
        if can(identity, Permission.ATTENDANCE_READ, facts)
    }
    shown = {mark.occurrence.id for mark in person_record(identity, whose, None)}
    if person != "desk":  # who reads seven days, whatever the policy says of the site
        assert shown == allowed, person
    return len(shown)


def test_the_care_team_reads_every_sheet_of_their_person_and_of_nobody_else(house):
    seen = {
        name: agrees(house[name], name, house["robin"]) for name in ("pike", "fern", "ivy", "desk", "robin")
    }
    assert seen == {"pike": 2, "fern": 2, "ivy": 2, "desk": 0, "robin": 0}
    assert agrees(house["pike"], "pike", house["reed"]) == 0
    with clock.at(clock.now() + timedelta(days=1)):
        leave_team(identity_of(house["ivy"]), house["row"], clock.today(ZONE))
        assert agrees(house["pike"], "pike", house["robin"]) == 0


@pytest.mark.on_sqlite
def test_the_page_of_the_person_says_it_without_a_way_into_sheets_of_others(house, client):
    robin = house["robin"]
    browser = client.as_(house["pike"])
    page = browser.get(f"/people/{robin.uid}").text
    assert "Evening circle" in page.partition('id="attendance"')[2]
    every = browser.get(f"/people/{robin.uid}/attendance").text
    assert "Evening circle" in every
    assert '/record"' not in every
    assert '/record"' in client.as_(house["fern"]).get(f"/people/{robin.uid}/attendance").text
    assert browser.get(f"/people/{house['reed'].uid}/attendance").status_code == 404
