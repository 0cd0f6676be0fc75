"""A seat is kept for somebody, and something else happens before they answer."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from groupsched.access.identity import Role
from groupsched.accounts.service.people import end_role
from groupsched.catalog.service import fields_of, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.queries import standings
from groupsched.outbox.models import Message
from groupsched.schedule.rules import ChangeScope
from groupsched.schedule.service import WantedDate, change_occurrence
from tests.conftest import identity_of
from tests.enrolment.test_offers import (
    OUT,
    WEDNESDAY,
    answer,
    leave,
    leave_line,
    offer_to,
    proved,
    scene,
    states,
    taken,
    waits_for,
)
from tests.factories import delivered

__all__ = ["scene"]


def change_group(world, **fields):
    update_group(world.system, world.art, replace(fields_of(world.art), **fields), world.art.version)
    db.session.commit()


def give_back(world, date):
    service.cannot_come(identity_of(world.robin), date, world.robin)
    db.session.commit()


def moved(world, date, by):
    wanted = WantedDate(start=date.start + by, end=date.end + by, scope=ChangeScope.THIS)
    change_occurrence(world.keeper(), date, wanted)
    db.session.commit()


def test_more_seats_ask_the_next_one_as_well(scene):
    leave(scene, scene.robin)
    with clock.at(OUT):
        change_group(scene, capacity=2)
        assert states(scene) == [("Hazel", "open"), ("Indigo", "open")]
        assert taken(scene) == [2, 2, 2]
        answer(service.accept_offer, scene.indigo, offer_to(scene, scene.indigo, out=False))
        answer(service.accept_offer, scene.hazel, offer_to(scene, scene.hazel))
        assert taken(scene) == [2, 2, 2] and proved()


def test_where_there_are_fewer_seats_the_last_who_was_asked_is_asked_no_more(scene):
    change_group(scene, capacity=2)
    leave(scene, scene.robin)
    with clock.at(OUT):
        assert states(scene) == [("Hazel", "open"), ("Indigo", "open")]
        change_group(scene, capacity=1)
        assert sorted(states(scene)) == [("Hazel", "open"), ("Indigo", "withdrawn")]
        assert taken(scene) == [1, 1, 1] and proved()


def test_a_date_that_moves_stays_kept_and_its_person_hears_when_it_is_now(scene):
    leave_line(scene)
    first = scene.dates[0]
    waits_for(scene, scene.hazel, first)
    give_back(scene, first)
    with clock.at(OUT):
        moved(scene, first, timedelta(days=1))
        assert taken(scene)[0] == 1
        about = select(Message).where(Message.person_id == scene.hazel.id, Message.withdrawn_at.is_(None))
        mails = db.session.scalars(about.order_by(Message.id)).all()
        assert any("10 Dec" in str(one.fields) for one in mails), [(m.kind, m.fields) for m in mails]
        answer(service.accept_offer, scene.hazel, offer_to(scene, scene.hazel, out=False))
        assert standings(scene.hazel.id, [first])[first.id].state == "active"
        assert proved()


def test_a_date_that_moves_nearer_is_not_kept_beyond_its_begin(scene):
    leave_line(scene)
    first = scene.dates[0]
    waits_for(scene, scene.hazel, first)
    give_back(scene, first)
    with clock.at(OUT):
        moved(scene, first, clock.now() + timedelta(hours=3) - first.start)
        offer = offer_to(scene, scene.hazel, out=False)
        assert offer is None or offer.until_at <= first.start


def test_who_is_no_client_any_more_is_asked_no_more(scene):
    leave(scene, scene.robin)
    with clock.at(OUT):
        (grant,) = [one for one in scene.hazel.grants if one.role == Role.CLIENT]
        end_role(scene.system, scene.hazel, grant.id)
        db.session.commit()
        assert states(scene) == [("Hazel", "withdrawn"), ("Indigo", "open")]
        assert taken(scene) == [1, 1, 1] and proved()


def test_where_the_line_moves_up_at_once_again_who_was_asked_may_still_say_yes(scene):
    leave(scene, scene.robin)
    with clock.at(OUT):
        change_group(scene, line_mode="at_once")
        assert states(scene) == [("Hazel", "open")]
        answer(service.accept_offer, scene.hazel, offer_to(scene, scene.hazel))
        assert taken(scene) == [1, 1, 1] and proved()


def test_who_has_something_else_by_then_says_yes_all_the_same(scene):
    leave(scene, scene.robin)
    with clock.at(OUT):
        other = scene.group("Yoga")
        scene.series(other, WEDNESDAY, dates=1)
        service.enrol(identity_of(scene.hazel), other, scene.hazel, accept_clash=True)
        db.session.commit()
        answer(service.accept_offer, scene.hazel, offer_to(scene, scene.hazel))
        assert taken(scene) == [1, 1, 1] and proved()


def test_before_it_is_out_the_mail_tells_the_date_as_it_has_moved(scene):
    leave_line(scene)
    first = scene.dates[0]
    waits_for(scene, scene.hazel, first)
    give_back(scene, first)
    with clock.at(OUT - timedelta(minutes=5)):
        moved(scene, first, timedelta(days=1))
        about = select(Message).where(Message.person_id == scene.hazel.id, Message.withdrawn_at.is_(None))
        waiting = [one for one in db.session.scalars(about.order_by(Message.id)) if one.kind == "offer"]
        assert ["10 Dec" in str(one.fields) for one in waiting] == [True]
        assert proved()


def test_who_read_that_they_gave_it_back_reads_that_they_have_it_again(scene):
    leave_line(scene)
    give_back(scene, scene.dates[0])
    delivered()
    service.can_come_again(identity_of(scene.robin), scene.dates[0], scene.robin)
    db.session.commit()
    about = select(Message.kind).where(Message.person_id == scene.robin.id, Message.withdrawn_at.is_(None))
    assert list(db.session.scalars(about.order_by(Message.id)))[-2:] == ["cannot_come", "enrolled_date"]
