"""One person's page joins what the rooms below know of them, and shows it to whom it may."""

import pytest

from groupsched.attendance.rules import AttendanceStatus
from groupsched.attendance.service import finish
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import dates_ahead, place_in_line, places_in_line
from groupsched.enrolment.service import enrol
from groupsched.register.queries import record_of
from tests.attendance.conftest import Morning
from tests.conftest import identity_of
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite


@kept
def robin(world):
    """Robin is in Tea, waits for Art, asks for Closed doors, and came to a date of Tea that ran."""
    world.ossian, world.pike, world.sup = (
        world.facilitator(),
        world.facilitator("Pike", "Placebo"),
        world.supervisor(),
    )
    world.robin = world.client()
    world.tea = world.group("Tea", led_by=world.ossian)
    world.art = world.group("Art", led_by=world.pike, capacity=1)
    world.referral = world.group("Closed doors", led_by=world.pike, access="referral")
    world.ran = world.soon(world.tea)
    for group in (world.tea, world.art, world.referral):
        world.soon(group, in_minutes=600, dates=2)
    for group in (world.tea, world.art, world.referral):
        db.session.refresh(group)
    enrol(identity_of(world.sup), world.art, world.client("Ash", "Doily"))
    for group in (world.tea, world.art):
        enrol(identity_of(world.sup), group, world.robin, accept_clash=True)
    enrol(identity_of(world.robin), world.referral, world.robin, accept_clash=True)
    db.session.commit()
    return world


def page(client, reader, person):
    return " ".join(client.as_(reader).get(f"/people/{person.uid}").text.split())


def test_a_supervisor_sees_groups_lines_requests_and_dates(robin, client):
    seen = page(client, robin.sup, robin.robin)
    for words in ("Every date since", "On the waiting list, number 1", "Asked to join", "Coming dates"):
        assert words in seen


def test_a_facilitator_sees_their_own_groups_only(robin, client):
    seen = page(client, robin.ossian, robin.robin)
    assert "Tea" in seen
    assert "Art" not in seen
    assert "Closed doors" not in seen


def test_attendance_is_told_by_the_sheets_one_may_write_on(world, client):
    morning = Morning(world)
    finish(morning.leader, morning.occurrence)
    pike, sup = world.facilitator("Pike", "Placebo"), world.supervisor()
    enrol(
        identity_of(sup),
        world.soon(world.group("Art", led_by=pike), in_minutes=600).group,
        morning.ash,
        accept_clash=True,
    )
    db.session.commit()
    seen = record_of(identity_of(sup), morning.ash, clock.now())
    assert seen.totals == {AttendanceStatus.ABSENT: 1}
    assert [mark.occurrence for mark in seen.marks] == [morning.occurrence]
    assert record_of(morning.leader, morning.ash, clock.now()).totals == seen.totals
    assert record_of(identity_of(pike), morning.ash, clock.now()).totals == {}
    assert "Not here" in page(client, sup, morning.ash)


def test_staff_enrol_from_the_page_and_come_back_to_it(robin, client):
    yoga = robin.group("Yoga", led_by=robin.ossian)
    robin.soon(yoga, in_minutes=900)
    browser = client.as_(robin.sup)
    answer = browser.post(f"/people/{robin.robin.uid}/groups", data={"group": yoga.uid})
    assert answer.location.endswith(f"/people/{robin.robin.uid}")
    assert "is in Yoga" in browser.get(answer.location).text
    assert (
        db.session.query(Enrolment).filter_by(group_id=yoga.id, person_id=robin.robin.id).one().state
        == "active"
    )


def test_enrolling_in_no_group_is_said_and_enrols_in_none(robin, client):
    browser = client.as_(robin.sup)
    answer = browser.post(f"/people/{robin.robin.uid}/groups", data={"group": ""})
    assert answer.status_code == 422
    assert "Choose a group of the list." in answer.text
    assert db.session.query(Enrolment).filter_by(person_id=robin.robin.id).count() == 3


def test_what_clashes_is_said_and_a_box_lets_it_be(robin, client):
    same_time = robin.group("Choir", led_by=robin.ossian)
    robin.soon(same_time, in_minutes=600)
    browser, address = client.as_(robin.sup), f"/people/{robin.robin.uid}/groups"
    answer = browser.post(address, data={"group": same_time.uid})
    assert answer.status_code == 409
    assert "at the same time" in answer.text
    assert browser.post(address, data={"group": same_time.uid, "accept_clash": "y"}).status_code == 303


def test_nobody_is_brought_into_a_group_that_is_not_theirs(robin, client):
    browser = client.as_(robin.ossian)
    other = robin.group("Choir", led_by=robin.pike)
    robin.soon(other, in_minutes=600)
    assert browser.post(f"/people/{robin.robin.uid}/groups", data={"group": other.uid}).status_code == 404
    assert browser.post(f"/people/{robin.robin.uid}/groups", data={"group": "nonsense"}).status_code == 404


def test_an_administrator_meets_no_groups(robin, client):
    assert client.as_(robin.admin()).get(f"/people/{robin.robin.uid}").status_code == 404


@pytest.mark.parametrize("groups", [1, 12])
def test_the_page_asks_the_same_of_the_database_however_many_groups(world, client, statements, groups):
    sup, robin = world.supervisor(), world.client()
    for number in range(groups):
        group = world.group(f"Group {number}", led_by=world.facilitator(f"Lead{number}"), capacity=1)
        world.soon(group, in_minutes=600, dates=3)
        if number % 2:
            enrol(identity_of(sup), group, world.client(f"First{number}"), accept_clash=True)
        enrol(identity_of(sup), group, robin, accept_clash=True)
    db.session.commit()
    browser = client.as_(sup)
    before = len(statements())
    assert browser.get(f"/people/{robin.uid}").status_code == 200
    asked = statements()[before:]
    assert len(asked) <= 20, "\n".join(asked)


def test_places_in_line_are_the_same_one_by_one_and_all_at_once(world):
    sup = identity_of(world.supervisor())
    group = world.group("Art", capacity=1)
    world.soon(group, in_minutes=600, dates=2)
    people = [world.client(f"Person{number}") for number in range(5)]
    dates = dates_ahead(group)
    for number, person in enumerate(people):
        mode = "dates" if number % 2 else "whole"
        enrol(sup, group, person, mode=mode, occurrences=dates if number % 2 else (), accept_clash=True)
    db.session.commit()
    waiting = db.session.query(Enrolment).filter_by(group_id=group.id).all()
    places = places_in_line(waiting)
    assert len(places) == 6
    for (enrolment, date), place in places.items():
        one = next(row for row in waiting if row.id == enrolment)
        assert place == place_in_line(one, date)
