"""A seat that comes free is kept for who waits until they answer: nobody has it twice, and nobody loses their place by a no."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.catalog.service import retire_group, update_group
from groupsched.catalog.service.groups import fields_of
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.enrolment import service
from groupsched.enrolment.models import SeatHold, SeatOffer
from groupsched.enrolment.queries import (
    live_of,
    offer_of,
    offers_to,
    place_in_line,
    roster,
    standings,
    undoable,
    unreached,
)
from groupsched.operations.worker import round_of_work
from groupsched.outbox.models import Message
from groupsched.schedule.service import cancel_occurrence
from groupsched.upkeep.service import faults
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-12-01T10:00:00-05:00")
WEDNESDAY = datetime(2026, 12, 9, 14)
OUT = NOW + timedelta(minutes=10)


@pytest.fixture
def scene(world):
    """One seat on each of three Wednesdays, which Robin has; Hazel waits for all of them, then Indigo."""
    with clock.at(NOW - timedelta(days=2)):
        world.art = world.group("Art", capacity=1, line_mode="ask_first")
        world.dates = world.series(world.art, WEDNESDAY, dates=3)
        names = ["Robin", "Hazel", "Indigo"]
        world.robin, world.hazel, world.indigo = (
            world.client(name, email=f"{name.lower()}@example.org") for name in names
        )
        world.enrol(world.art, world.robin)
        world.enrol(world.art, world.hazel)
        world.enrol(world.art, world.indigo)
    with clock.at(NOW):
        yield world


def leave(world, person):
    service.leave(identity_of(person), live_of(world.art.id, person.id))
    db.session.commit()


def offer_to(world, person, **more):
    return offer_of(live_of(world.art.id, person.id), clock.now(), **more)


def answer(verb, person, offer, by=None):
    verb(identity_of(by or person), offer)
    db.session.commit()


def taken(world):
    db.session.expire_all()
    return [one.taken for one in world.dates]


def states(world):
    query = select(SeatOffer).join(SeatOffer.enrolment).order_by(SeatOffer.id)
    return [(one.enrolment.person.first_name, one.state) for one in db.session.scalars(query)]


def proved():
    """Whether each seat that is taken is held by somebody, or kept for who was asked."""
    db.session.commit()
    return faults() == []


def told(person):
    waits = select(Message.kind).where(Message.person_id == person.id, Message.withdrawn_at.is_(None))
    return list(db.session.scalars(waits.order_by(Message.id)))


def test_a_freed_seat_is_kept_for_the_first_in_line_and_counts_as_taken(scene):
    leave(scene, scene.robin)
    assert taken(scene) == [1, 1, 1]
    assert roster(scene.dates[0]) == []
    assert live_of(scene.art.id, scene.hazel.id).state == "waitlisted"
    assert told(scene.hazel)[-1] == "offer_series"
    assert "offer_series" not in told(scene.indigo)
    assert proved()


def test_nobody_else_can_take_it_meanwhile(scene):
    leave(scene, scene.robin)
    late = scene.client("Basil")
    done = service.enrol(identity_of(late), scene.art, late)
    assert place_in_line(done.enrolment) == 3
    assert taken(scene) == [1, 1, 1]


def test_yes_makes_it_theirs(scene):
    leave(scene, scene.robin)
    with clock.at(OUT):
        answer(service.accept_offer, scene.hazel, offer_to(scene, scene.hazel))
        assert live_of(scene.art.id, scene.hazel.id).state == "active"
        assert [one.person for one in roster(scene.dates[0])] == [scene.hazel]
        assert taken(scene) == [1, 1, 1]
        assert told(scene.hazel)[-1] == "enrolled_series"
        assert proved()


def test_saying_yes_twice_has_one_effect(scene):
    leave(scene, scene.robin)
    with clock.at(OUT):
        offer = offer_to(scene, scene.hazel)
        answer(service.accept_offer, scene.hazel, offer)
        answer(service.accept_offer, scene.hazel, offer)
        assert taken(scene) == [1, 1, 1]


def test_no_passes_it_on_and_keeps_the_place(scene):
    leave(scene, scene.robin)
    with clock.at(OUT):
        answer(service.decline_offer, scene.hazel, offer_to(scene, scene.hazel))
        hazel = live_of(scene.art.id, scene.hazel.id)
        assert (hazel.state, place_in_line(hazel)) == ("waitlisted", 1)
        assert offer_to(scene, scene.indigo) is not None
        assert states(scene) == [("Hazel", "declined"), ("Indigo", "open")]
        assert taken(scene) == [1, 1, 1]


def test_where_nobody_wants_it_the_seat_is_free_for_all_and_nobody_is_asked_again(scene):
    leave(scene, scene.robin)
    with clock.at(OUT):
        for person in (scene.hazel, scene.indigo):
            answer(service.decline_offer, person, offer_to(scene, person))
        assert taken(scene) == [0, 0, 0]
        round_of_work()
        assert len(states(scene)) == 2
        basil = scene.client("Basil")
        service.enrol(identity_of(basil), scene.art, basil)
        db.session.commit()
        assert taken(scene) == [1, 1, 1]
    with clock.at(OUT + timedelta(hours=1)):
        # For the next seat that comes free they are asked again, in their order.
        leave(scene, basil)
        assert states(scene)[-1] == ("Hazel", "open")


def test_without_an_answer_the_worker_passes_it_on_once(scene):
    leave(scene, scene.robin)
    until = offer_to(scene, scene.hazel, out=False).until_at
    assert until == datetime.fromisoformat("2026-12-02T09:10:00-05:00")
    with clock.at(until - timedelta(seconds=1)):
        round_of_work()
        assert states(scene) == [("Hazel", "open")]
    with clock.at(until):
        round_of_work()
        round_of_work()
        assert states(scene) == [("Hazel", "expired"), ("Indigo", "open")]
        assert "offer_expired" in told(scene.hazel)
        assert taken(scene) == [1, 1, 1]


def test_after_its_time_yes_is_too_late(scene):
    leave(scene, scene.robin)
    offer = offer_to(scene, scene.hazel, out=False)
    with clock.at(offer.until_at), pytest.raises(Conflict) as refused:
        service.accept_offer(identity_of(scene.hazel), offer)
    assert refused.value.code == "late"


def test_an_offer_is_answered_by_its_person_or_staff_alone(scene):
    leave(scene, scene.robin)
    offer, desk = offer_to(scene, scene.hazel, out=False), scene.front_desk()
    with pytest.raises(NotFound):
        service.accept_offer(identity_of(scene.indigo), offer)
    with clock.at(OUT):
        answer(service.accept_offer, scene.hazel, offer, by=desk)
        assert live_of(scene.art.id, scene.hazel.id).state == "active"


def test_who_leaves_the_line_gives_the_offer_up(scene):
    leave(scene, scene.robin)
    leave(scene, scene.hazel)
    assert states(scene) == [("Hazel", "withdrawn"), ("Indigo", "open")]
    assert "offer_series" not in told(scene.hazel)
    assert taken(scene) == [1, 1, 1]


def test_leaving_can_be_undone_until_the_offer_is_out(scene):
    leave(scene, scene.robin)
    was = db.session.scalars(select(SeatOffer)).one().enrolment
    with clock.at(OUT - timedelta(seconds=5)):
        (act,) = undoable([], scene.robin.id, clock.now())
        service.undo(identity_of(scene.robin), act.enrolment)
        db.session.commit()
        assert live_of(scene.art.id, scene.robin.id).state == "active"
        assert states(scene) == [("Hazel", "withdrawn")]
        assert "offer_series" not in told(was.person)
        assert taken(scene) == [1, 1, 1]


def test_once_the_offer_is_out_leaving_cannot_be_undone(scene):
    leave(scene, scene.robin)
    (act,) = undoable([], scene.robin.id, clock.now())
    with clock.at(OUT):
        assert undoable([], scene.robin.id, clock.now()) == []
        with pytest.raises(Conflict):
            service.undo(identity_of(scene.robin), act.enrolment)


def test_a_date_given_back_can_be_taken_back_until_somebody_was_asked(scene):
    first = scene.dates[0]
    leave_line(scene)
    waits_for(scene, scene.hazel, first)
    service.cannot_come(identity_of(scene.robin), first, scene.robin)
    db.session.commit()
    assert (first.taken, offer_to(scene, scene.hazel, out=False).occurrence_id) == (1, first.id)
    with clock.at(OUT - timedelta(seconds=5)):
        service.can_come_again(identity_of(scene.robin), first, scene.robin)
        db.session.commit()
        assert standings(scene.robin.id, [first])[first.id].state == "active"
        assert offer_to(scene, scene.hazel, out=False) is None
        service.cannot_come(identity_of(scene.robin), first, scene.robin)
        db.session.commit()
    with clock.at(OUT + timedelta(minutes=11)):
        service.can_come_again(identity_of(scene.robin), first, scene.robin)
        db.session.commit()
        assert standings(scene.robin.id, [first])[first.id].state == "waitlisted"
        answer(service.accept_offer, scene.hazel, offer_to(scene, scene.hazel))
        assert [one.person for one in roster(first) if not one.given_up] == [scene.hazel]
        assert proved()


def leave_line(world):
    for person in (world.hazel, world.indigo):
        leave(world, person)


def waits_for(world, person, *dates):
    service.enrol(identity_of(person), world.art, person, mode="dates", occurrences=dates)
    db.session.commit()


def test_who_has_something_else_then_is_passed_over_told_and_keeps_the_place(scene):
    other = scene.group("Yoga")
    scene.series(other, datetime(2026, 12, 16, 14, 30), dates=1)
    scene.enrol(other, scene.hazel)
    leave(scene, scene.robin)
    assert states(scene) == [("Hazel", "passed_over"), ("Indigo", "open")]
    passed = db.session.scalars(select(SeatOffer).order_by(SeatOffer.id)).first()
    assert passed.clash_id == scene.dates[1].id
    assert told(scene.hazel)[-1] == "passed_over"
    assert place_in_line(live_of(scene.art.id, scene.hazel.id)) == 1
    with clock.at(OUT):
        answer(service.decline_offer, scene.indigo, offer_to(scene, scene.indigo))
        # Once for what came free, not at each step.
        assert [state for _name, state in states(scene)].count("passed_over") == 1


def test_who_wanted_both_is_asked_all_the_same(scene):
    basil = scene.client("Basil")
    other = scene.group("Yoga")
    scene.series(other, WEDNESDAY, dates=1)
    scene.enrol(other, basil)
    leave_line(scene)
    service.enrol(identity_of(basil), scene.art, basil, accept_clash=True)
    db.session.commit()
    leave(scene, scene.robin)
    assert states(scene) == [("Basil", "open")]


def test_the_line_of_the_group_comes_before_that_of_a_date(scene):
    basil = scene.client("Basil")
    waits_for(scene, basil, scene.dates[0])
    leave(scene, scene.robin)
    with clock.at(OUT):
        for person in (scene.hazel, scene.indigo):
            answer(service.decline_offer, person, offer_to(scene, person))
        offer = offer_to(scene, basil)
        assert offer.occurrence_id == scene.dates[0].id
        assert taken(scene) == [1, 0, 0]
        answer(service.accept_offer, basil, offer)
        assert standings(basil.id, scene.dates[:1])[scene.dates[0].id].state == "active"
        assert proved()


def test_a_cancelled_date_ends_its_offer(scene):
    leave_line(scene)
    waits_for(scene, scene.hazel, scene.dates[0])
    service.cannot_come(identity_of(scene.robin), scene.dates[0], scene.robin)
    db.session.commit()
    with clock.at(OUT):
        cancel_occurrence(System(program_id=scene.program.id), scene.dates[0], "Snow")
        db.session.commit()
        assert states(scene)[-1] == ("Hazel", "withdrawn")
        assert proved()


def test_a_retired_group_offers_nothing(scene):
    leave(scene, scene.robin)
    with clock.at(OUT):
        retire_group(scene.system, scene.art)
        db.session.commit()
        assert states(scene) == [("Hazel", "withdrawn")]
        assert db.session.scalar(select(SeatHold.id).where(SeatHold.closed_at.is_(None))) is None


def test_at_night_nobody_is_asked_and_the_clock_stands_still(scene):
    with clock.at(datetime.fromisoformat("2026-12-01T21:30:00-05:00")):
        leave(scene, scene.robin)
        offer = offer_to(scene, scene.hazel, out=False)
        assert offer.out_at == datetime.fromisoformat("2026-12-02T08:00:00-05:00")
        assert offer.until_at == datetime.fromisoformat("2026-12-02T20:00:00-05:00")
        assert offers_to(scene.hazel.id, clock.now()) == []
        mail = db.session.scalars(select(Message).where(Message.kind == "offer_series")).one()
        assert mail.due_at == offer.out_at


def test_within_two_hours_nobody_is_written_to_and_the_desk_is_told(scene):
    leave_line(scene)
    waits_for(scene, scene.hazel, scene.dates[0])
    with clock.at(datetime.fromisoformat("2026-12-09T12:30:00-05:00")):
        service.cannot_come(identity_of(scene.robin), scene.dates[0], scene.robin)
        db.session.commit()
        assert states(scene)[-1] == ("Hazel", "passed_over")
        assert "offer" not in told(scene.hazel) and "passed_over" not in told(scene.hazel)
        assert taken(scene)[0] == 0


def test_all_are_asked_where_the_first_yes_has_it(scene):
    with clock.at(NOW - timedelta(days=1)):
        asked = fields_of(scene.art)
        object.__setattr__(asked, "line_mode", type(asked.line_mode)("first_yes"))
        update_group(scene.system, scene.art, asked, scene.art.version)
        db.session.commit()
    leave(scene, scene.robin)
    assert states(scene) == [("Hazel", "open"), ("Indigo", "open")]
    assert told(scene.hazel)[-1] == "offer_first_series", "it is kept for nobody alone"
    assert taken(scene) == [1, 1, 1]
    with clock.at(OUT):
        late = offer_to(scene, scene.hazel)
        answer(service.accept_offer, scene.indigo, offer_to(scene, scene.indigo))
        assert states(scene) == [("Hazel", "withdrawn"), ("Indigo", "accepted")]
        assert told(scene.hazel)[-1] == "offer_gone"
        with pytest.raises(Conflict):
            service.accept_offer(identity_of(scene.hazel), late)
        assert taken(scene) == [1, 1, 1]
        assert proved()


def test_whom_no_mail_reaches_is_on_the_list_of_the_desk(scene):
    leave_line(scene)
    basil = scene.client("Basil")
    service.enrol(identity_of(basil), scene.art, basil)
    leave(scene, scene.robin)
    waiting = unreached(scene.keeper(), scene.art).waiting
    assert [one.person.first_name for one in waiting] == ["Basil"]


def test_a_time_is_kept_and_nobody_takes_it_by_changing_theirs(world):
    with clock.at(NOW - timedelta(days=1)):
        group = world.in_slots(line_mode="ask_first")
        date = world.series(group, WEDNESDAY, dates=1, minutes=40)[0]
        people = [world.client(name, email=f"{name}@example.org") for name in ("Robin", "Hazel", "Indigo")]
        for person in people:
            service.enrol(identity_of(person), group, person, mode="dates", occurrences=[date])
            db.session.commit()
    robin, hazel, indigo = people
    with clock.at(NOW):
        mine = standings(robin.id, [date])[date.id].slot
        service.cannot_come(identity_of(robin), date, robin)
        db.session.commit()
        offer = offer_of(live_of(group.id, indigo.id), clock.now(), out=False)
        assert offer.hold.timeslot_id == mine.id
        with pytest.raises(Conflict):
            service.take_slot(identity_of(hazel), mine, hazel)
        db.session.rollback()
    with clock.at(OUT):
        service.accept_offer(identity_of(indigo), offer)
        db.session.commit()
        assert standings(indigo.id, [date])[date.id].slot.id == mine.id
        assert proved()


def test_in_a_hybrid_group_each_way_has_its_own_offers(world):
    with clock.at(NOW - timedelta(days=1)):
        group = world.group(attendance_mode="hybrid", capacity=1, online_capacity=1, line_mode="ask_first")
        dates = world.series(group, WEDNESDAY, dates=2)
        people = [
            world.client(name, email=f"{name}@example.org") for name in ("Robin", "Hazel", "Indigo", "Jo")
        ]
        for person, pool in zip(people, ("room", "online", "online", "room"), strict=True):
            service.enrol(identity_of(person), group, person, pool=pool)
            db.session.commit()
    _robin, hazel, indigo, jo = people
    with clock.at(NOW):
        service.leave(identity_of(hazel), live_of(group.id, hazel.id))
        db.session.commit()
        assert offer_of(live_of(group.id, jo.id), clock.now(), out=False) is None
        offer = offer_of(live_of(group.id, indigo.id), clock.now(), out=False)
        db.session.expire_all()
        assert [(one.taken, one.online_taken) for one in dates] == [(2, 1), (2, 1)]
    with clock.at(OUT):
        service.accept_offer(identity_of(indigo), offer)
        db.session.commit()
        assert proved()
