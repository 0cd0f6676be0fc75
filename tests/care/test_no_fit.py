"""After a date that was not for somebody: groups like it, one step into each, and nothing that has to change."""

from datetime import timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import live_of
from groupsched.enrolment.service import leave
from tests.conftest import identity_of
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite


@kept
def house(world):
    robin = world.client()
    group, other, full = (
        world.group("Evening circle"),
        world.group("Morning circle"),
        world.group("Full", capacity=1),
    )
    date = world.soon(group, in_minutes=-120, minutes=90)
    for one in (other, full):
        world.series(one, clock.now().replace(tzinfo=None) + timedelta(days=2), dates=3)
    world.enrol(full, world.client("Somebody", "Else"))
    world.enrol(group, robin, at=clock.now() - timedelta(hours=3))
    return {"robin": robin, "group": group, "other": other, "date": date}


@pytest.fixture
def robin(house, client):
    return client.as_(house["robin"])


def said(browser, house, again):
    data = {"answer": "save", "audience": "only_me", "a-again": again}
    return browser.post(f"/my/reflections/{house['date'].uid}", data=data).headers["Location"]


@pytest.mark.parametrize("again", ["would_not", "not_likely"])
def test_who_says_that_it_does_not_fit_is_led_to_others_with_one_step_into_each(house, robin, again):
    to = said(robin, house, again)
    assert to == f"/my/reflections/{house['date'].uid}/another"
    page = robin.get(to).text
    assert "Nothing is counted against you" in page
    assert "Morning circle" in page
    assert "Full" not in page
    mine = live_of(house["group"].id, house["robin"].id)
    step = f"/sessions/{house['other'].uid}/switch?from={mine.uid}"
    assert step in page
    assert "Evening circle" in robin.get(step).text
    assert "Stay in Evening circle" in page


@pytest.mark.parametrize("again", ["maybe", "would"])
def test_who_does_not_say_so_goes_back_to_their_week(house, robin, again):
    assert said(robin, house, again) == "/my"
    assert robin.get(f"/my/reflections/{house['date'].uid}/another").status_code == 404


def test_who_has_no_seat_to_change_from_is_not_asked_to(house, robin):
    assert said(robin, house, "would_not") != "/my"
    leave(identity_of(house["robin"]), live_of(house["group"].id, house["robin"].id))
    db.session.commit()
    assert robin.get(f"/my/reflections/{house['date'].uid}/another").status_code == 404


def test_a_group_that_one_is_in_already_is_no_other_one(house, world, robin):
    world.enrol(house["other"], house["robin"])
    page = robin.get(said(robin, house, "would_not")).text
    assert "Morning circle" not in page
    assert "On the page of each group you can change into it in one step." in page


def test_what_somebody_said_is_theirs_alone(house, client, robin, world):
    to = said(robin, house, "would_not")
    assert client.as_(world.client("Finch", "Teacup")).get(to).status_code == 404
    db.session.expire_all()
    assert live_of(house["group"].id, house["robin"].id) is not None, "nothing has changed by saying it"


def test_the_page_asks_the_database_at_most_twelve_times(house, robin, statements):
    to = said(robin, house, "would_not")
    db.session.close()
    before = len(statements())
    assert robin.get(to).status_code == 200
    assert len(statements()) - before <= 12
