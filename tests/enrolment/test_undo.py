"""Leaving can be taken back, all of it, until what it caused has gone out; then the line is the way back."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.catalog.service import fields_of
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import live_of, roster, standings
from groupsched.enrolment.rules import LIVE
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.schedule.queries import current_series
from groupsched.schedule.service import SeenVersions, cancel_occurrence, redefine_group
from tests.conftest import DATABASES, identity_of
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")
FIRST = datetime(2026, 11, 26, 10)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def circle(world):
    """A weekly group of four dates with two seats; Robin has mail, Hazel and Indigo have none."""
    world.circle = world.group("Circle", capacity=2)
    world.dates = world.series(world.circle, FIRST, dates=4)
    world.robin = world.client(email="robin@example.org")
    world.hazel, world.indigo = world.client("Hazel"), world.client("Indigo")
    return world


def join(circle, person, dates=()):
    mode = "dates" if dates else "whole"
    done = service.enrol(
        identity_of(person), circle.circle, person, mode=mode, occurrences=dates, accept_clash=True
    )
    db.session.commit()
    return done.enrolment


def leave(circle, person):
    enrolment = live_of(circle.circle.id, person.id)
    service.leave(identity_of(person), enrolment)
    db.session.commit()
    return enrolment


def undo(person, enrolment):
    happened = service.undo(identity_of(person), enrolment)
    db.session.commit()
    return happened


def refused(person, enrolment):
    with pytest.raises(Conflict) as found:
        service.undo(identity_of(person), enrolment)
    db.session.rollback()
    return found.value.code


def picture(circle, person):
    """All that a person has of the group: state, queue time, and what is said of each date."""
    db.session.expire_all()
    one = live_of(circle.circle.id, person.id)
    if one is None:
        return None
    where = standings(person.id, circle.dates)
    said = sorted((seat.occurrence_id, seat.state, seat.at) for seat in one.date_seats)
    places = {key: (found.state, found.position) for key, found in where.items()}
    return one.id, one.state, one.mode, one.queued_at, one.from_start, one.ended_at, one.reason, said, places


def taken(circle):
    db.session.expire_all()
    return [date.taken for date in circle.dates]


def waiting(person):
    wanted = (Message.person_id == person.id, Message.state == MessageState.WAITING)
    return list(db.session.scalars(select(Message).where(*wanted).order_by(Message.id)))


def left_mails(person):
    wanted = (Message.person_id == person.id, Message.key.startswith("left:"), Message.withdrawn_at.is_(None))
    return list(db.session.scalars(select(Message.state).where(*wanted)))


def test_a_whole_enrolment_comes_back_with_the_date_that_was_given_up(circle):
    join(circle, circle.robin)
    service.cannot_come(identity_of(circle.robin), circle.dates[1], circle.robin)
    before, seats = picture(circle, circle.robin), taken(circle)
    enrolment = leave(circle, circle.robin)
    assert taken(circle) == [0, 0, 0, 0]
    undo(circle.robin, enrolment)
    assert (picture(circle, circle.robin), taken(circle)) == (before, seats)
    assert [len(roster(date)) for date in circle.dates] == [1, 1, 1, 1]
    assert left_mails(circle.robin) == []


def test_single_dates_come_back_those_waited_for_and_given_up_too(circle):
    for person in (circle.hazel, circle.indigo):
        join(circle, person, circle.dates[2:3])
    join(circle, circle.robin, circle.dates[:3])
    service.cannot_come(identity_of(circle.robin), circle.dates[0], circle.robin)
    before, seats = picture(circle, circle.robin), taken(circle)
    undo(circle.robin, leave(circle, circle.robin))
    assert (picture(circle, circle.robin), taken(circle)) == (before, seats)


def test_a_place_in_the_groups_line_comes_back_with_its_time(circle):
    for number, person in enumerate((circle.hazel, circle.indigo, circle.robin, circle.client("Basil"))):
        with clock.at(NOW + number * MINUTE):
            join(circle, person)
    before = picture(circle, circle.robin)
    with clock.at(NOW + 9 * MINUTE):
        enrolment = leave(circle, circle.robin)
        assert undo(circle.robin, enrolment)
        assert picture(circle, circle.robin) == before


@pytest.mark.parametrize("also_another", [True, False])
def test_a_place_in_the_line_of_a_date_comes_back_with_its_time(circle, also_another):
    for person in (circle.hazel, circle.indigo):
        join(circle, person, circle.dates[2:3])
    enrolment = join(circle, circle.robin, circle.dates[1:3] if also_another else circle.dates[2:3])
    with clock.at(NOW + MINUTE):
        join(circle, circle.client("Basil"), circle.dates[2:3])
        before = picture(circle, circle.robin)
        service.cannot_come(identity_of(circle.robin), circle.dates[2], circle.robin)
        db.session.commit()
        undo(circle.robin, enrolment)
    assert picture(circle, circle.robin) == before


def test_who_is_in_the_whole_group_comes_back_to_the_line_of_a_date_they_had_given_up(circle):
    enrolment = join(circle, circle.robin)
    join(circle, circle.hazel)
    service.cannot_come(identity_of(circle.robin), circle.dates[0], circle.robin)
    join(circle, circle.indigo, circle.dates[:1])
    service.can_come_again(identity_of(circle.robin), circle.dates[0], circle.robin)
    with clock.at(NOW + MINUTE):
        before = picture(circle, circle.robin)
        service.cannot_come(identity_of(circle.robin), circle.dates[0], circle.robin)
        assert standings(circle.robin.id, circle.dates)[circle.dates[0].id].state == "given_up"
        undo(circle.robin, enrolment)
    assert picture(circle, circle.robin) == before


def test_a_request_comes_back(circle):
    circle.circle.access = "referral"
    db.session.commit()
    join(circle, circle.robin, circle.dates[:2])
    before = picture(circle, circle.robin)
    undo(circle.robin, leave(circle, circle.robin))
    assert picture(circle, circle.robin) == before


@pytest.mark.parametrize("by_staff", [False, True])
def test_who_is_back_hears_of_a_date_that_was_cancelled_meanwhile(circle, by_staff):
    """Out for two minutes, in which the date fell away: it was told to everybody else, and they stood before a closed door."""
    join(circle, circle.robin)
    lead = circle.supervisor()
    enrolment = live_of(circle.circle.id, circle.robin.id)
    by = lead if by_staff else circle.robin
    service.leave(identity_of(by), enrolment)
    db.session.commit()
    with clock.at(NOW + MINUTE):
        cancel_occurrence(identity_of(lead), circle.dates[1], "The heating is out.")
        db.session.commit()
    with clock.at(NOW + 2 * MINUTE):
        happened = service.undo(identity_of(by), enrolment)
        db.session.commit()
    assert (taken(circle), len(happened)) == ([1, 0, 1, 1], 2)
    assert ("cancelled", "Thu 3 Dec") in [(row.kind, row.fields["date"]) for row in waiting(circle.robin)]


def test_who_is_back_after_the_hour_changed_hears_what_they_have_now(circle):
    join(circle, circle.robin)
    deliver_due()
    enrolment = leave(circle, circle.robin)
    with clock.at(NOW + MINUTE):
        series = current_series(circle.circle)
        seen = SeenVersions(circle.circle.version, series.version)
        later = replace(series.rule, start_time=time(11))
        redefine_group(System(), circle.circle, fields_of(circle.circle), later, seen, publish=False)
        db.session.commit()
        undo(circle.robin, enrolment)
        [row] = waiting(circle.robin)
    assert (row.kind, row.fields["time"]) == ("enrolled_series", "11:00")


def test_twice_has_one_effect_and_leaving_again_is_told_again(circle):
    enrolment = join(circle, circle.robin)
    leave(circle, circle.robin)
    assert undo(circle.robin, enrolment)
    assert undo(circle.robin, enrolment) == []
    assert taken(circle) == [1, 1, 1, 1]
    with clock.at(NOW + MINUTE):
        leave(circle, circle.robin)
    assert left_mails(circle.robin) == [MessageState.WAITING]


def test_a_seat_that_went_to_the_line_cannot_come_back(circle):
    enrolment = join(circle, circle.robin)
    for person in (circle.hazel, circle.indigo):
        join(circle, person)
    leave(circle, circle.robin)
    assert refused(circle.robin, enrolment) == "full"
    assert picture(circle, circle.robin) is None
    assert taken(circle) == [2, 2, 2, 2]
    assert left_mails(circle.robin) == [MessageState.WAITING]


def test_the_message_waits_as_long_as_it_can_be_undone_and_then_it_is_too_late(circle):
    enrolment = join(circle, circle.robin)
    deliver_due()
    leave(circle, circle.robin)
    with clock.at(NOW + 9 * MINUTE):
        assert deliver_due().sent == 0
    with clock.at(NOW + 10 * MINUTE):
        assert deliver_due().sent == 1
        assert refused(circle.robin, enrolment) == "late"
    assert refused(circle.robin, enrolment) == "late"  # though its time is not over by this clock
    assert left_mails(circle.robin) == [MessageState.SENT]


def test_who_has_no_mail_has_as_long(circle):
    enrolment = join(circle, circle.hazel)
    leave(circle, circle.hazel)
    with clock.at(NOW + 10 * MINUTE):
        assert refused(circle.hazel, enrolment) == "late"
    assert undo(circle.hazel, enrolment)


def test_a_date_that_began_meanwhile_makes_it_too_late(circle):
    begin = circle.dates[0].start
    for dates in ((), circle.dates[:2]):
        enrolment = join(circle, circle.hazel, dates)
        with clock.at(begin - MINUTE):
            leave(circle, circle.hazel)
        with clock.at(begin + MINUTE):
            assert refused(circle.hazel, enrolment) == "late"
    assert taken(circle) == [0, 0, 0, 0]


def test_who_came_back_by_another_way_has_nothing_to_undo(circle):
    enrolment = join(circle, circle.robin)
    leave(circle, circle.robin)
    join(circle, circle.robin)
    assert refused(circle.robin, enrolment) == "in-again"
    assert taken(circle) == [1, 1, 1, 1]


def test_what_staff_ended_and_what_is_somebody_elses_is_not_undone(circle):
    enrolment = join(circle, circle.robin)
    supervisor = circle.supervisor()
    service.leave(identity_of(supervisor), enrolment)
    db.session.commit()
    assert refused(circle.robin, enrolment) == "late"
    assert left_mails(circle.robin) == [MessageState.WAITING]
    other = join(circle, circle.hazel)
    leave(circle, circle.hazel)
    for stranger in (circle.indigo, supervisor):
        with pytest.raises(NotFound):
            service.undo(identity_of(stranger), other)


ACTS = ["join", "dates", "leave", "switch", "cannot", "can", "remove", "undo", "undo", "staff undo", "later"]
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(0, 1), st.integers(0, 1)), max_size=14
)


@pytest.mark.on_sqlite
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_whatever_order_seats_are_exact_and_nobody_is_there_twice(world, steps):
    _carry_out(world, steps)


@pytest.mark.skipif("postgresql" not in DATABASES, reason="There is no PostgreSQL in this run.")
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_whatever_order_seats_are_exact_on_postgresql_too(world, steps):
    _carry_out(world, steps)


def _carry_out(world, steps):
    groups = [world.group(title, capacity=2) for title in ("Circle", "Yoga")]
    dates = [world.series(group, FIRST, dates=2) for group in groups]
    people, lead = [world.client(f"Person{number}") for number in range(4)], world.supervisor()
    rows, moment = [], NOW
    for act, who, which, number in steps:
        moment += 6 * MINUTE if act == "later" else MINUTE
        person = people[who]
        me, date, group = identity_of(person), dates[which][number], groups[which]
        with clock.at(moment):
            live, own = live_of(group.id, person.id), [one for one in rows if one.person_id == person.id]
            try:
                if act == "join":
                    rows.append(service.enrol(me, group, person, accept_clash=True).enrolment)
                elif act == "dates":
                    mode = {"mode": "dates", "occurrences": [date], "accept_clash": True}
                    rows.append(service.enrol(me, group, person, **mode).enrolment)
                elif act == "switch":
                    service.switch(me, date, person)
                    rows.append(live_of(group.id, person.id))
                elif act in ("leave", "remove") and live is not None:
                    service.leave(me if act == "leave" else identity_of(lead), live)
                elif act == "cannot":
                    service.cannot_come(me, date, person)
                elif act == "can":
                    service.can_come_again(me, date, person)
                elif act in ("undo", "staff undo") and own:
                    service.undo(me if act == "undo" else identity_of(lead), own[-1 - number % len(own)])
                db.session.commit()
            except (Conflict, NotFound):
                db.session.rollback()
        for one, its_dates in zip(groups, dates, strict=True):
            _exact(one, its_dates)


def _exact(group, dates):
    db.session.expire_all()
    for date in dates:
        there = [one.person.id for one in roster(date) if not one.given_up]
        assert len(there) == len(set(there)) == date.taken <= date.capacity
    live = select(Enrolment.person_id).where(Enrolment.group_id == group.id, Enrolment.state.in_(LIVE))
    found = list(db.session.scalars(live))
    assert len(found) == len(set(found))


def mails(person):
    """What waits for a person or went out, by kind."""
    wanted = (Message.person_id == person.id, Message.state.in_([MessageState.WAITING, MessageState.SENT]))
    found = list(db.session.scalars(select(Message.kind).where(*wanted).order_by(Message.id)))
    db.session.rollback()
    return found


def test_what_was_not_yet_told_of_the_seat_goes_out_after_all(circle):
    join(circle, circle.robin)
    enrolment = leave(circle, circle.robin)
    assert mails(circle.robin) == ["left_series"]
    with clock.at(NOW + MINUTE):
        undo(circle.robin, enrolment)
        assert mails(circle.robin) == ["enrolled_series"]
        leave(circle, circle.robin)
        assert mails(circle.robin) == ["left_series"]
        undo(circle.robin, enrolment)
    assert mails(circle.robin) == ["enrolled_series"]


def test_leaving_the_line_of_one_date_and_undoing_it_keeps_the_mails_of_the_group_and_of_the_date(circle):
    join(circle, circle.hazel)
    join(circle, circle.indigo)
    join(circle, circle.robin, circle.dates[:1])
    enrolment = live_of(circle.circle.id, circle.robin.id)
    assert mails(circle.robin) == ["waitlisted"]
    with clock.at(NOW + MINUTE):
        service.cannot_come(identity_of(circle.robin), circle.dates[0], circle.robin)
        db.session.commit()
        assert mails(circle.robin) == []
        undo(circle.robin, enrolment)
    assert mails(circle.robin) == ["waitlisted"]


def test_a_reminder_that_waited_comes_back_but_not_one_that_was_withdrawn_for_another_reason(circle):
    robin = circle.reminded("Basil")
    join(circle, robin)
    with clock.at(NOW + timedelta(hours=2, minutes=30)):
        service.remind(clock.now())
        db.session.commit()
        enrolment = leave(circle, robin)
        assert mails(robin) == ["left_series"]
        undo(robin, enrolment)
        assert mails(robin) == ["enrolled_series", "reminder"]
        leave(circle, robin)
    with clock.at(NOW + timedelta(hours=2, minutes=32)):
        cancel_occurrence(identity_of(circle.supervisor()), circle.dates[0], "The heating is out.")
        undo(robin, enrolment)
    assert "left_series" not in mails(robin)


@pytest.mark.parametrize("dates", [slice(0, 0), slice(1, 2)])
def test_whoever_joins_again_by_another_way_is_not_told_later_that_they_left(circle, dates):
    """Ten minutes after the seat was there again a mail said "Your dates have ended"."""
    join(circle, circle.robin)
    leave(circle, circle.robin)
    join(circle, circle.robin, circle.dates[dates])
    assert left_mails(circle.robin) == []
    with clock.at(NOW + timedelta(minutes=11)):
        assert left_mails(circle.robin) == []


def test_whoever_waits_again_is_not_told_later_that_they_are_off_the_list(circle):
    for person in (circle.hazel, circle.indigo, circle.robin):
        join(circle, person)
    leave(circle, circle.robin)
    assert left_mails(circle.robin) == [MessageState.WAITING]
    join(circle, circle.robin)
    assert left_mails(circle.robin) == []
