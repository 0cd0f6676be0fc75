"""A seat that comes free too late to write: staff read it on Today, call who waits, and write down what they said."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment import service
from groupsched.enrolment.models import SeatOffer
from groupsched.enrolment.queries import get_passed_over, live_of, offers_by_phone, roster, waiting_groups
from groupsched.upkeep.service import faults
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-12-09T12:30:00-05:00")
"""An hour and a half before the first date."""


@pytest.fixture
def scene(world):
    """One seat on each of two Wednesdays, which Robin has; Hazel and Indigo wait for the first one alone."""
    with clock.at(NOW - timedelta(days=5)):
        world.desk, world.lead = world.front_desk(), world.facilitator()
        world.art = world.group("Art", capacity=1, line_mode="ask_first", led_by=world.lead)
        world.dates = world.series(world.art, datetime(2026, 12, 9, 14), dates=2)
        world.robin, world.hazel, world.indigo = (
            world.client(name, phone=f"+1 202 555 01{number}")
            for number, name in enumerate(("Robin", "Hazel", "Indigo"), 10)
        )
        world.enrol(world.art, world.robin)
        for person in (world.hazel, world.indigo):
            wait(world, person)
    with clock.at(NOW):
        yield world


def wait(world, person):
    service.enrol(identity_of(person), world.art, person, mode="dates", occurrences=world.dates[:1])
    db.session.commit()


def free_a_seat(world):
    service.cannot_come(identity_of(world.robin), world.dates[0], world.robin)
    db.session.commit()


def proved():
    """Whether each seat that is taken is held by somebody, or kept for who was asked."""
    db.session.commit()
    return faults() == []


def calls(world):
    """Who is to be called, by first name, in the order of the line."""
    numbers = offers_by_phone(world.art, clock.now())
    rows = db.session.scalars(select(SeatOffer).where(SeatOffer.id.in_(numbers)).order_by(SeatOffer.id))
    return [one.enrolment.person.first_name for one in rows]


def row_of(world, person):
    query = select(SeatOffer).where(SeatOffer.enrolment_id == live_of(world.art.id, person.id).id)
    return db.session.scalars(query.order_by(SeatOffer.id.desc())).first()


def test_staff_are_told_how_many_to_call_and_nobody_else_is(scene):
    assert waiting_groups(identity_of(scene.desk)).to_call == []
    free_a_seat(scene)
    for who in (scene.desk, scene.lead):
        assert waiting_groups(identity_of(who)).to_call == [(scene.art, 2)]
    other = scene.facilitator("Sorrel")
    assert waiting_groups(identity_of(other)).to_call == []
    elsewhere = scene.front_desk("Fern", site=scene.another_site())
    assert waiting_groups(identity_of(elsewhere)).to_call == []


def test_who_comes_has_the_seat_and_nobody_is_to_be_called_any_more(scene):
    free_a_seat(scene)
    for _twice in range(2):
        service.take_by_phone(identity_of(scene.desk), row_of(scene, scene.hazel))
        db.session.commit()
    assert [one.person for one in roster(scene.dates[0]) if not one.given_up] == [scene.hazel]
    assert row_of(scene, scene.hazel).state == "accepted"
    assert calls(scene) == []
    assert proved()


def test_who_cannot_come_keeps_the_place_and_the_next_one_is_called(scene):
    free_a_seat(scene)
    assert calls(scene) == ["Hazel", "Indigo"]
    for _twice in range(2):
        service.refuse_by_phone(identity_of(scene.desk), row_of(scene, scene.hazel))
        db.session.commit()
    assert calls(scene) == ["Indigo"]
    assert live_of(scene.art.id, scene.hazel.id).state == "waitlisted"


def test_two_at_the_desk_do_not_give_the_seat_twice(scene):
    free_a_seat(scene)
    service.take_by_phone(identity_of(scene.desk), row_of(scene, scene.hazel))
    db.session.commit()
    with pytest.raises(service.OfferOver):
        service.take_by_phone(identity_of(scene.lead), row_of(scene, scene.indigo))
    db.session.rollback()
    db.session.expire_all()
    assert scene.dates[0].taken == 1


def test_when_the_date_begins_nobody_is_called(scene):
    free_a_seat(scene)
    with clock.at(scene.dates[0].start):
        assert calls(scene) == []
        assert waiting_groups(identity_of(scene.desk)).to_call == []


def test_who_has_something_else_then_is_not_called(scene):
    with clock.at(NOW - timedelta(days=1)):
        other = scene.group("Yoga")
        scene.series(other, datetime(2026, 12, 9, 14), dates=1)
        scene.enrol(other, scene.hazel)
    free_a_seat(scene)
    assert calls(scene) == ["Indigo"]


def test_who_waits_for_every_date_is_called_where_too_little_is_left(scene):
    """Only the last date of the group is left, and it begins soon."""
    with clock.at(scene.dates[1].start - timedelta(hours=3)):
        rowan = scene.client("Rowan")
        service.enrol(identity_of(rowan), scene.art, rowan)
        db.session.commit()
    with clock.at(scene.dates[1].start - timedelta(hours=1)):
        service.leave(identity_of(scene.robin), live_of(scene.art.id, scene.robin.id))
        db.session.commit()
        assert calls(scene) == ["Rowan"]
        service.take_by_phone(identity_of(scene.desk), row_of(scene, rowan))
        db.session.commit()
        assert [one.person for one in roster(scene.dates[1])] == [rowan]
        assert proved()


def test_in_slots_too_late_is_no_clash(world):
    with clock.at(NOW - timedelta(days=1)):
        group = world.in_slots(line_mode="ask_first")
        date = world.series(group, datetime(2026, 12, 9, 14), dates=1, minutes=40)[0]
        people = [world.client(name) for name in ("Robin", "Hazel", "Indigo")]
        for person in people:
            service.enrol(identity_of(person), group, person, mode="dates", occurrences=[date])
            db.session.commit()
    with clock.at(NOW):
        service.cannot_come(identity_of(people[0]), date, people[0])
        db.session.commit()
        assert len(offers_by_phone(group, NOW)) == 1


@pytest.mark.on_sqlite
def test_today_leads_to_the_line_where_the_number_and_both_answers_stand(scene, client):
    free_a_seat(scene)
    desk, page = client.as_(scene.desk), f"/groups/{scene.art.uid}/waiting"
    text = desk.get("/today").get_data(as_text=True)
    assert "A seat came free: please call" in text and "2 people wait for it." in text and page in text
    text = desk.get(page).get_data(as_text=True)
    assert text.count("Please call now") == 2 and "tel:+12025550111" in text
    path = f"/offers/{row_of(scene, scene.hazel).uid}/called"
    assert path in text
    text = desk.post(path, data={"answer": "yes"}, follow_redirects=True).get_data(as_text=True)
    assert "has the seat." in text and "Please call now" not in text
    text = desk.post(
        f"/offers/{row_of(scene, scene.indigo).uid}/called", data={"answer": "yes"}, follow_redirects=True
    ).get_data(as_text=True)
    assert "This place has gone" in text and "Nothing has changed." in text
    assert "please call" not in desk.get("/today").get_data(as_text=True)


@pytest.mark.on_sqlite
def test_nobody_answers_for_themselves_or_from_elsewhere(scene, client):
    free_a_seat(scene)
    row = row_of(scene, scene.hazel)
    path = f"/offers/{row.uid}/called"
    for person in (scene.hazel, scene.indigo, scene.facilitator("Sorrel")):
        assert client.as_(person).post(path, data={"answer": "yes"}).status_code in (403, 404)
    with pytest.raises(NotFound):
        get_passed_over(identity_of(scene.hazel), row.uid)
    assert client.as_(scene.desk).post(f"/offers/{row.uid}/answer", data={"answer": "yes"}).status_code == 404
