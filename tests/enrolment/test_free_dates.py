"""Whoever waits for all dates of which some are free takes these by choice, and waits for each of the others by itself."""

from datetime import datetime, timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.enrolment import service
from groupsched.enrolment.queries import FreeSome, free_now, live_of, standings
from groupsched.upkeep.service import faults
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-12-01T10:00:00-05:00")
SINCE = NOW - timedelta(days=2)


@pytest.fixture(params=["at_once", "ask_first", "first_yes"])
def scene(world, request):
    """One seat on each of four Wednesdays. Robin has the first two and no other; Hazel waits for all, then Indigo for the first."""
    with clock.at(SINCE):
        world.art = world.group("Art", capacity=1, line_mode=request.param)
        world.dates = world.series(world.art, datetime(2026, 12, 9, 14), dates=4)
        world.robin, world.hazel, world.indigo = (world.client(name) for name in ("Robin", "Hazel", "Indigo"))
        world.enrol(world.art, world.robin, dates=world.dates[:2])
        world.enrol(world.art, world.hazel)
    with clock.at(NOW - timedelta(days=1)):
        world.enrol(world.art, world.indigo, dates=world.dates[:1])
    with clock.at(NOW):
        yield world


def live(world, person=None):
    db.session.expire_all()
    return live_of(world.art.id, (person or world.hazel).id)


def take(world, who=None):
    done = service.take_free_dates(identity_of(who or world.hazel), live(world))
    db.session.commit()
    return done


def states(world, person=None):
    found = standings((person or world.hazel).id, world.dates)
    return [found[one.id].state.value if one.id in found else None for one in world.dates]


def proved():
    db.session.commit()
    return faults() == []


def test_the_page_says_how_many_are_free_and_takes_them(scene, client):
    assert free_now([live(scene)]).of(live(scene)) == FreeSome(2, 4)
    page = f"/sessions/{scene.art.uid}/mine"
    me = client.as_(scene.hazel)
    text = me.get(page).text
    assert "2 of 4 coming dates have a free seat." in text and "Take the free dates" in text
    assert "2 of 4 coming dates have a free seat." in me.get(f"/sessions/{scene.art.uid}").text
    after = me.post(f"/sessions/{scene.art.uid}/free-dates", follow_redirects=True).text
    assert "You have 2 dates, and wait for each of the others." in after
    assert states(scene) == ["waitlisted", "waitlisted", "active", "active"]
    assert proved()


def test_the_place_in_the_line_of_each_other_date_counts_from_when_they_began_to_wait(scene):
    take(scene)
    assert [seat.at for seat in live(scene).date_seats if seat.state == "waiting"] == [SINCE] * 2
    service.cannot_come(identity_of(scene.robin), scene.dates[0], scene.robin)
    db.session.commit()
    if scene.art.line_mode == "at_once":
        assert states(scene)[0] == "active" and states(scene, scene.indigo)[0] == "waitlisted"
    assert proved()


def test_a_date_at_which_they_have_something_else_they_wait_for(scene):
    other = scene.group("Other")
    scene.series(other, datetime(2026, 12, 23, 14), dates=1)
    scene.enrol(other, scene.hazel)
    take(scene)
    # A line that moves at once gives what is free to who waits for it, whatever they have beside it.
    beside = "active" if scene.art.line_mode == "at_once" else "waitlisted"
    assert states(scene) == ["waitlisted", "waitlisted", beside, "active"]
    assert proved()


def test_where_none_is_free_nothing_changes(scene):
    zed = scene.client("Zed")
    scene.enrol(scene.art, zed, dates=scene.dates[2:])
    with pytest.raises(Conflict) as none:
        take(scene)
    assert none.value.code == "none-free"
    db.session.rollback()
    assert (live(scene).state, live(scene).mode, live(scene).queued_at) == ("waitlisted", "whole", SINCE)


def test_twice_is_once(scene, client):
    for _time in range(2):
        answer = client.as_(scene.hazel).post(f"/sessions/{scene.art.uid}/free-dates", follow_redirects=True)
        assert answer.status_code == 200
    assert states(scene) == ["waitlisted", "waitlisted", "active", "active"]
    assert proved()


def test_who_would_have_to_ask_first_is_offered_nothing(scene, client):
    scene.keep_apart(scene.hazel, scene.art.facilitators[0].person)
    assert free_now([live(scene)]).of(live(scene)) is None
    me = client.as_(scene.hazel)
    assert "Take the free dates" not in me.get(f"/sessions/{scene.art.uid}/mine").text
    answer = me.post(f"/sessions/{scene.art.uid}/free-dates", follow_redirects=True)
    assert answer.status_code == 200
    assert (live(scene).state, live(scene).mode) == ("waitlisted", "whole")
