"""Seats kept for people whom staff bring: taken for everybody else, used by them first, open to all some days before a date."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.enrolment import service
from groupsched.enrolment.queries import kept_for_referrals, live_of, offer_of, overdue, roster
from groupsched.enrolment.rules import to_keep
from groupsched.operations.worker import round_of_work
from groupsched.schedule.service import cancel_occurrence
from groupsched.upkeep.service import faults
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-12-01T10:00:00-05:00")
WEDNESDAY = datetime(2026, 12, 9, 14)
OPENS = datetime.fromisoformat("2026-12-06T14:00:00-05:00")
"""Three days before the first date."""


@given(st.integers(0, 20), st.integers(0, 20), st.one_of(st.none(), st.integers(0, 30)))
def test_no_more_is_kept_than_is_wanted_or_free(wanted, kept, free):
    then = kept + to_keep(wanted, kept, free)
    assert 0 <= then <= max(wanted, kept)
    assert free is None or then <= kept + free


@pytest.fixture
def scene(world):
    """Four seats on each of two Wednesdays, two of them kept until three days before."""
    with clock.at(NOW):
        world.lead, world.desk = world.facilitator(), world.front_desk()
        world.art = world.group("Art", capacity=4, line_mode="ask_first", led_by=world.lead)
        world.dates = world.series(world.art, WEDNESDAY, dates=2)
        keep(world, 2)
        world.people = [
            world.client(name, email=f"{name.lower()}@example.org")
            for name in ("Robin", "Hazel", "Indigo", "Jo")
        ]
        yield world


def keep(world, seats, days=3):
    service.keep_for_referrals(identity_of(world.lead), world.art, seats, days)
    db.session.commit()


def join(world, person, by=None):
    done = service.enrol(identity_of(by or person), world.art, person)
    db.session.commit()
    return done.enrolment.state


def taken(world):
    db.session.expire_all()
    return [one.taken for one in world.dates]


def kept(world):
    return [one.seats for one in kept_for_referrals(world.art.id) if one.seats]


def proved():
    db.session.commit()
    return faults() == []


def test_for_everybody_else_they_are_taken(scene):
    assert taken(scene) == [2, 2]
    assert [join(scene, one) for one in scene.people[:3]] == ["active", "active", "waitlisted"]
    assert taken(scene) == [4, 4]
    assert proved()


def test_whom_staff_bring_has_one_of_them(scene):
    robin, hazel, indigo, jo = scene.people
    join(scene, robin), join(scene, hazel)
    assert join(scene, indigo, scene.desk) == "active"
    assert (taken(scene), kept(scene)) == ([4, 4], [1, 1])
    assert join(scene, jo, scene.desk) == "active"
    assert (taken(scene), kept(scene)) == ([4, 4], [])
    assert len(roster(scene.dates[0])) == 4
    assert join(scene, scene.client("Basil"), scene.desk) == "waitlisted"
    assert proved()


def test_who_is_brought_and_has_to_wait_leaves_what_is_kept_as_it_was(scene):
    robin, hazel, indigo, jo = scene.people
    join(scene, robin), join(scene, hazel)
    service.enrol(identity_of(scene.desk), scene.art, jo, mode="dates", occurrences=scene.dates[:1])
    service.enrol(identity_of(scene.desk), scene.art, indigo, mode="dates", occurrences=scene.dates[:1])
    db.session.commit()
    assert kept(scene) == [2]
    basil = scene.client("Basil")
    assert join(scene, basil, scene.desk) == "waitlisted"
    assert kept(scene) == [2]
    assert taken(scene) == [4, 4]
    assert proved()


def test_three_days_before_who_waits_is_asked_for_them(scene):
    for one in scene.people[:3]:
        join(scene, one)
    with clock.at(OPENS - timedelta(minutes=1)):
        assert overdue(clock.now()) == []
        round_of_work()
        assert kept(scene) == [2, 2]
    with clock.at(OPENS):
        assert overdue(clock.now()) == [scene.art.id]
        round_of_work()
        assert kept(scene) == [2]
        assert taken(scene) == [2, 4]
        round_of_work()
        assert overdue(clock.now()) == []
        assert proved()
    with clock.at(OPENS + timedelta(days=7)):
        round_of_work()
        assert kept(scene) == []
        assert offer_of(live_of(scene.art.id, scene.people[2].id), clock.now(), out=False) is not None
        assert proved()


def test_none_are_kept_any_more_and_the_line_moves(scene):
    for one in scene.people[:3]:
        join(scene, one)
    keep(scene, 0)
    assert kept(scene) == []
    assert offer_of(live_of(scene.art.id, scene.people[2].id), clock.now(), out=False) is not None
    assert taken(scene) == [3, 3]
    assert proved()


def test_more_are_kept_as_far_as_there_are_free_ones(scene):
    join(scene, scene.people[0])
    keep(scene, 10)
    assert (kept(scene), taken(scene)) == ([3, 3], [4, 4])
    keep(scene, 1, 30)
    assert (kept(scene), taken(scene)) == ([], [1, 1])
    assert proved()


def test_on_new_dates_too_and_not_on_one_that_is_called_off(scene):
    more = scene.series(scene.art, WEDNESDAY + timedelta(days=1), dates=1)
    db.session.commit()
    db.session.expire_all()
    assert [one.taken for one in more] == [2]
    cancel_occurrence(scene.system, scene.dates[0], "Snow")
    db.session.commit()
    assert kept(scene) == [2, 2]
    assert proved()


@pytest.mark.on_sqlite
@pytest.mark.parametrize(("seats", "days"), [(21, 3), (-1, 3), (2, 0), (2, 61)])
def test_nonsense_is_refused(scene, seats, days):
    with pytest.raises(DomainError):
        keep(scene, seats, days)
    db.session.rollback()


def test_only_who_may_change_the_group_and_no_group_with_times_of_its_own(scene):
    for other in (scene.people[0], scene.desk, scene.facilitator("Pike")):
        with pytest.raises(NotFound):
            service.keep_for_referrals(identity_of(other), scene.art, 1, 3)
    slots = scene.in_slots(scene.lead)
    with pytest.raises(Conflict):
        service.keep_for_referrals(identity_of(scene.lead), slots, 1, 3)


@pytest.mark.on_sqlite
def test_the_page_of_the_line_says_and_sets_it(scene, client):
    browser, page = client.as_(scene.lead), f"/groups/{scene.art.uid}/waiting"
    text = browser.get(page).get_data(as_text=True)
    assert "2 seats are kept until" in text and 'value="3"' in text
    done = browser.post(f"/groups/{scene.art.uid}/referrals", data={"seats": "0", "days": "3"})
    assert done.status_code == 303
    assert "No seats are kept in this group now." in browser.get(page).get_data(as_text=True)
    for wrong in ({"seats": "99", "days": "3"}, {"seats": "many", "days": "3"}):
        refused = browser.post(f"/groups/{scene.art.uid}/referrals", data=wrong)
        assert refused.status_code == 422 and 'href="#seats"' in refused.get_data(as_text=True)
    text = client.get(f"/sessions/{scene.art.uid}").get_data(as_text=True)
    assert "4 of 4" in text or "4 free" in text
    assert client.as_(scene.desk).post(f"/groups/{scene.art.uid}/referrals", data={}).status_code in (
        403,
        404,
    )


@pytest.mark.on_sqlite
def test_a_request_for_one_date_says_which_to_both_sides(world, client):
    """Who answers read "Asked for 1 date", and who asked read the date of the group that comes next."""
    robin, lead = world.client(), world.facilitator()
    group = world.group("CBT skills", access="referral", led_by=lead)
    dates = world.series(group, datetime(2026, 12, 3, 10), dates=3)
    with clock.at(datetime.fromisoformat("2026-12-01T12:00:00+00:00")):
        asked = service.enrol(
            identity_of(robin), group, robin, mode="dates", occurrences=dates[1:2]
        ).enrolment
        db.session.commit()
        staff = client.as_(lead)
        for page in (f"/enrolments/{asked.uid}/answer", f"/groups/{group.uid}/people"):
            text = staff.get(page).get_data(as_text=True)
            assert "10 Dec" in text, page
        own = client.as_(robin).get(f"/sessions/{group.uid}/mine").get_data(as_text=True)
        assert "10 December" in own
        assert "3 December" not in own
