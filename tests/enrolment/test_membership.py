"""Who was a member of a group on a day, by date, and the groups that somebody was in before."""

from datetime import date, datetime, timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment import service
from groupsched.enrolment.queries import enrolments_and_before, members_on
from tests.conftest import identity_of
from tests.factories import ZONE
from tests.kept import kept

THIRD = date(2026, 3, 3)
NOW = datetime.fromisoformat("2026-03-10T15:00:00+00:00")


def at(text):
    return clock.at(datetime.fromisoformat(f"{text}-05:00"))


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept(at=datetime.fromisoformat("2026-02-20T15:00:00+00:00"))
def house(world):
    world.ossian = world.facilitator()
    world.tea = world.group("Tea", led_by=world.ossian, capacity=4)
    world.dates = world.series(world.tea, datetime(2026, 2, 24, 10), dates=8)
    world.robin, world.jo, world.basil = world.client(), world.client("Jo"), world.client("Basil")
    return world


def on(house, day, identity=None):
    who = identity or identity_of(house.supervisor())
    return [one.person.first_name for one in members_on(who, house.tea, day, ZONE, NOW.date())]


def left(house, enrolment, moment):
    with at(moment):
        service.leave(house.system, enrolment)
        db.session.commit()


def test_who_came_before_and_left_after_was_a_member_and_the_days_at_both_ends_count(house):
    with at("2026-03-02T09:00"):
        whole = house.enrol(house.tea, house.robin)[0]
    left(house, whole, "2026-03-04T09:00")
    found = {day: on(house, date(2026, 3, day)) for day in (1, 2, 3, 4, 5)}
    assert found == {1: [], 2: ["Robin"], 3: ["Robin"], 4: ["Robin"], 5: []}


def test_a_day_is_that_of_the_house_and_not_of_london(house):
    with at("2026-03-03T23:30"):
        house.enrol(house.tea, house.robin)
    assert on(house, THIRD) == ["Robin"]
    assert on(house, THIRD - timedelta(days=1)) == []


def test_single_dates_count_on_their_day_and_waiting_never(house):
    with at("2026-02-25T09:00"):
        house.enrol(house.tea, house.basil, dates=[house.dates[1]])
        others = house.fill(house.tea)[:3]
        waits = house.enrol(house.tea, house.jo)[0]
    assert waits.state in ("waitlisted", "active")
    found = on(house, THIRD)
    assert "Basil" in found
    assert ("Jo" in found) is (waits.state == "active")
    assert "Basil" not in on(house, THIRD + timedelta(days=1))
    assert others


def test_coming_back_is_two_spells_and_one_name(house):
    with at("2026-03-02T09:00"):
        whole = house.enrol(house.tea, house.robin)[0]
    left(house, whole, "2026-03-03T09:00")
    with at("2026-03-03T18:00"):
        house.enrol(house.tea, house.robin)
    assert on(house, THIRD) == ["Robin"]


def test_who_may_look_back_and_how_far(house):
    with at("2026-02-21T09:00"):
        house.enrol(house.tea, house.robin)
    week_ago, before = NOW.date() - timedelta(days=7), NOW.date() - timedelta(days=8)
    desk, lead = identity_of(house.front_desk()), identity_of(house.ossian)
    assert (on(house, week_ago, desk), on(house, before, desk)) == (["Robin"], [])
    assert on(house, date(2026, 2, 22), lead) == ["Robin"]
    assert on(house, NOW.date() + timedelta(days=1)) == []
    for other in (house.facilitator("Pike", "Mockridge"), house.robin, house.admin()):
        with pytest.raises(NotFound):
            on(house, THIRD, identity_of(other))


def test_groups_before_come_latest_first_with_their_reasons(house):
    with at("2026-02-22T09:00"):
        whole = house.enrol(house.tea, house.robin)[0]
    with at("2026-02-23T09:00"):
        service.leave(house.system, whole, reason="Moved to another town.")
        db.session.commit()
    _live, before = enrolments_and_before(house.robin, 5)
    assert [(one.group.title, one.reason) for one in before] == [("Tea", "Moved to another town.")]


@pytest.mark.on_sqlite
def test_the_page_of_the_group_answers_for_a_day_and_says_how_far_back(house, client):
    with at("2026-03-02T09:00"):
        whole = house.enrol(house.tea, house.robin)[0]
    left(house, whole, "2026-03-05T09:00")
    page = client.as_(house.ossian).get(f"/groups/{house.tea.uid}/people?on=2026-03-03").text
    assert "Robin T." in page
    early = client.as_(house.front_desk()).get(f"/groups/{house.tea.uid}/people?on=2026-01-03").text
    assert "You can look back to" in early


@pytest.mark.on_sqlite
def test_the_page_of_a_person_has_their_enrolments_and_before(house, client):
    with at("2026-02-22T09:00"):
        whole = house.enrol(house.tea, house.robin)[0]
    with at("2026-02-23T09:00"):
        service.leave(house.system, whole, reason="Moved to another town.")
        db.session.commit()
    page = client.as_(house.supervisor()).get(f"/people/{house.robin.uid}").text
    assert "Moved to another town." in page
    other = client.as_(house.facilitator("Pike", "Mockridge")).get(f"/people/{house.robin.uid}")
    assert other.status_code == 404
