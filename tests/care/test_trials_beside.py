"""What is secular beside a faith-based date that is tried: shown, and written down; and what stays told of a trial that was undone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.core.db import db
from groupsched.enrolment.models import EquivalentShown
from groupsched.enrolment.queries import slots_on
from groupsched.enrolment.service import take_slot
from tests.care.test_trials import House
from tests.factories import tomorrow_at
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite


@kept
def house(world):
    house = House(world)
    house.faith = house.meets("therapy", 6, 9, "With prayer", orientation="faith")
    secular = world.group(
        "Without prayer", led_by=house.lead, modality=house.faith[0].group.modality, orientation="secular"
    )
    house.secular = world.series(secular, tomorrow_at(11) + timedelta(days=5), dates=2)
    return house


def rows():
    query = select(EquivalentShown.faith_title, EquivalentShown.secular_title, EquivalentShown.occasion)
    return [tuple(row) for row in db.session.execute(query.order_by(EquivalentShown.id))]


def test_beside_a_faith_based_date_the_secular_one_stands_and_taking_it_is_written_down(house, client):
    me = client.as_(house.robin)
    page = me.get("/my/try-three?kind=support&kind=art&kind=therapy").text
    assert "Like this, secular:" in page
    assert "Without prayer" in page
    dates = [house.dates["support"][0].uid, house.dates["art"][0].uid, house.faith[0].uid]
    assert rows() == []
    assert me.post("/my/try-three", data={"date": dates}).status_code == 303
    assert rows() == [("With prayer", "Without prayer", "joining")]


def test_where_no_faith_is_in_it_nothing_is_written(house, client):
    assert client.as_(house.robin).post("/my/try-three", data={"date": house.three()}).status_code == 303
    assert rows() == []


def test_staff_who_begin_it_with_somebody_write_it_down_as_theirs(house, client, world):
    desk = world.front_desk()
    dates = [house.dates["support"][0].uid, house.dates["art"][0].uid, house.faith[0].uid]
    address = f"/people/{house.robin.uid}/try-three"
    assert client.as_(desk).post(address, data={"date": dates}).status_code == 303
    assert rows() == [("With prayer", "Without prayer", "by_staff")]


def test_on_another_day_it_is_shown_and_written_down_too(house, client):
    house.begin()
    me, art = client.as_(house.robin), house.dates["art"][0]
    assert "Like this, secular:" in me.get(f"/my/try-three/{art.uid}").text
    answer = me.post(f"/my/try-three/{art.uid}", data={"date": house.faith[0].uid})
    assert answer.status_code == 303
    assert rows() == [("With prayer", "Without prayer", "joining")]


def test_who_undoes_it_at_once_is_not_told_that_they_left(house, client):
    me = client.as_(house.robin)
    me.post("/my/try-three", data={"date": house.three()})
    me.post("/my/try-three/stop")
    week = me.get("/my").text
    assert "You left." not in week
    assert "You took it back." in week


def test_staff_read_the_time_of_a_slot_on_the_page_of_a_person(house, client, world):
    group = world.in_slots(world.facilitator("Tamsin", "Towelling"), modality=world.support)
    date = world.series(group, tomorrow_at(9), dates=1, minutes=60)[0]
    take_slot(world.system, slots_on(date)[1].slot, house.robin)
    db.session.commit()
    page = client.as_(world.supervisor("Ivy")).get(f"/people/{house.robin.uid}").text
    assert "09:20" in page
    assert "10:00" not in page
