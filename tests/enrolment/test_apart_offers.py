"""Two people kept apart where seats are offered, given back and taken again: no way leads around it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.catalog.service import fields_of, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.enrolment import service
from groupsched.enrolment.models import SeatOffer
from groupsched.enrolment.queries import live_of, offer_of, roster, standings
from groupsched.enrolment.rules import GuestRelation
from groupsched.outbox.models import Message
from groupsched.schedule.service import give_cover
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")
OUT = NOW + timedelta(minutes=11)


@pytest.fixture(params=["ask_first", "first_yes"])
def house(world, request):
    """Jo and Xen have the two seats of the tea group; Robin, who is kept apart from Jo, waits, then Pia."""
    with clock.at(NOW - timedelta(days=1)):
        world.tea = world.group("Tea", capacity=2, line_mode=request.param)
        world.dates = world.series(world.tea, datetime(2026, 12, 3, 10), dates=4)
        names = {"jo": "Jo", "xen": "Xen", "robin": "Robin", "pia": "Pia"}
        for key, name in names.items():
            setattr(world, key, world.client(name, email=f"{key}@example.org"))
            world.enrol(world.tea, getattr(world, key))
    with clock.at(NOW):
        yield world


def leave(house, person):
    service.leave(identity_of(person), live_of(house.tea.id, person.id))
    db.session.commit()


def offers(state="open"):
    query = select(SeatOffer).join(SeatOffer.enrolment).where(SeatOffer.state == state).order_by(SeatOffer.id)
    return [one.enrolment.person.first_name for one in db.session.scalars(query)]


def told(person):
    waits = select(Message.kind).where(Message.person_id == person.id, Message.withdrawn_at.is_(None))
    return list(db.session.scalars(waits.order_by(Message.id)))


def offer_to(house, person):
    return offer_of(live_of(house.tea.id, person.id), clock.now(), out=False)


def test_whoever_is_kept_apart_from_a_member_is_passed_over_and_told_nothing(house):
    house.keep_apart(house.robin, house.jo)
    leave(house, house.xen)
    assert offers() == ["Pia"]
    assert offers("passed_over") == ["Robin"]
    assert told(house.robin) == ["waitlisted"]
    row = db.session.scalars(select(SeatOffer).where(SeatOffer.state == "passed_over")).one()
    assert row.clash_id == house.dates[0].id, "to staff it reads as a date that does not fit"


def test_of_two_who_wait_the_second_is_not_asked_beside_the_first(house):
    house.keep_apart(house.robin, house.pia)
    leave(house, house.xen)
    leave(house, house.jo)
    assert offers() == ["Robin"]
    with clock.at(OUT):
        service.decline_offer(identity_of(house.robin), offer_to(house, house.robin))
        db.session.commit()
        assert offers() == ["Pia"]


def test_what_was_offered_before_they_were_kept_apart_is_had_no_more(house):
    leave(house, house.xen)
    offer = offer_to(house, house.robin)
    house.keep_apart(house.robin, house.jo)
    with clock.at(OUT):
        with pytest.raises(Conflict) as own:
            service.accept_offer(identity_of(house.robin), offer)
        assert own.value.code == "gone"
        db.session.rollback()
        with pytest.raises(Conflict) as desk:
            service.accept_offer(identity_of(house.front_desk()), offer)
        assert desk.value.code == "ask_supervisor"
        db.session.rollback()
        service.end_overdue(house.tea.id)
        db.session.commit()
        assert offers() == ["Pia"] and "Robin" in offers("withdrawn")


def test_who_said_that_they_cannot_come_waits_for_that_date_from_then_on(house):
    first = house.dates[0]
    leave(house, house.robin)
    leave(house, house.pia)
    service.cannot_come(identity_of(house.jo), first, house.jo)
    db.session.commit()
    with clock.at(NOW + timedelta(minutes=20)):
        house.keep_apart(house.xen, house.jo)
        with pytest.raises(Conflict) as desk:
            service.can_come_again(identity_of(house.front_desk()), first, house.jo)
        assert desk.value.code == "ask_supervisor"
        db.session.rollback()
        service.can_come_again(identity_of(house.jo), first, house.jo)
        db.session.commit()
        assert standings(house.jo.id, [first])[first.id].state == "waitlisted"
        assert [one.person for one in roster(first) if not one.given_up] == [house.xen]


def test_nobody_leads_beside_whom_they_are_kept_apart_from_and_may_instead(house):
    ossian, hollis = house.facilitator(), house.facilitator("Hollis", "Placecard")
    house.keep_apart(ossian, hollis)
    group = house.group("Coffee", led_by=ossian)
    dates = house.series(group, datetime(2026, 12, 4, 10), dates=2)
    fields = fields_of(group)
    with pytest.raises(Conflict):
        update_group(
            house.system, group, replace(fields, facilitators=(ossian.uid, hollis.uid)), group.version
        )
    db.session.rollback()
    give_cover(house.keeper(), dates[0], hollis)


def test_a_guest_counts_too_for_who_leads_and_for_more_dates(house):
    ossian = house.facilitator()
    house.guests(house.tea)
    leave(house, house.robin)
    leave(house, house.pia)
    leave(house, house.xen)
    wish = service.GuestWish("Nan", GuestRelation.PARENT, house.dates[:1], word=True, adult=True)
    guest = service.ask_for_guest(identity_of(house.jo), house.tea, house.jo, wish)
    service.confirm_guest(identity_of(house.front_desk()), guest, asked_alone=True, agreed=True)
    db.session.commit()
    house.keep_apart(guest.person, ossian)
    with pytest.raises(Conflict):
        give_cover(house.keeper(), house.dates[0], ossian)
    db.session.rollback()
    other = house.group("Coffee", led_by=ossian)
    house.series(other, datetime(2026, 12, 10, 11, 30), dates=1)
    house.keep_apart(guest.person, house.xen, minutes=30)
    house.enrol(other, house.xen)
    with pytest.raises(Conflict) as refused:
        service.ask_for_guest(
            identity_of(house.jo), house.tea, house.jo, replace(wish, dates=house.dates[:2])
        )
    assert refused.value.code == "full"


def test_the_page_of_the_change_reads_as_of_a_group_that_asks(house, client):
    other = house.group("Coffee")
    house.series(other, datetime(2026, 12, 4, 10), dates=4)
    house.enrol(other, house.robin)
    leave(house, house.robin)
    asks = house.group("Cocoa", access="referral")
    house.series(asks, datetime(2026, 12, 5, 10), dates=4)
    house.keep_apart(house.robin, house.jo)
    page = client.as_(house.robin).get(f"/sessions/{house.tea.uid}/switch").text
    like = client.as_(house.robin).get(f"/sessions/{asks.uid}/switch").text
    said = "A person answers first"
    assert said in like and said in page
