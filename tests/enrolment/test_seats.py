"""Joining, waiting, leaving: seats are exact, the lines move at once, people are told."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.access.identity import Anonymous
from groupsched.accounts.models import Person
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.catalog.events import GroupRetired
from groupsched.catalog.service import retire_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.events import publish
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import live_of, roster, standings, waiting, waiting_counts
from groupsched.enrolment.rules import Admitted, Requested, Waitlisted
from groupsched.outbox.models import Message
from groupsched.schedule.events import DatesChanged
from groupsched.schedule.service import change_series
from tests.conftest import identity_of

SOON = datetime(2026, 12, 3, 10)
NOW = datetime.fromisoformat("2026-11-25T08:00:00+00:00")


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


def join(person, group, **more):
    done = service.enrol(identity_of(person), group, person, **more)
    db.session.commit()
    return done


def taken(dates):
    db.session.expire_all()
    return [date.taken for date in dates]


def told(person):
    return list(
        db.session.scalars(select(Message.kind).where(Message.person_id == person.id).order_by(Message.id))
    )


def crowd(world, number):
    names = ["Robin", "Hazel", "Indigo", "Basil", "Linnet", "Jo"]
    return [world.client(names[n % 6], f"Teacup{n}", email=f"p{n}@example.org") for n in range(number)]


def test_a_whole_enrolment_takes_a_seat_on_every_coming_date(world):
    group = world.group(capacity=2)
    dates = world.series(group, SOON, dates=3)
    robin = world.client()
    assert join(robin, group).answer == Admitted()
    assert taken(dates) == [1, 1, 1]
    assert [e.person for e in roster(dates[1])] == [robin]


def test_joining_twice_has_one_effect_and_the_same_answer(world):
    group = world.group(capacity=2)
    dates = world.series(group, SOON, dates=2)
    robin = world.client()
    first, second = join(robin, group), join(robin, group)
    assert first.enrolment.id == second.enrolment.id
    assert second.answer == Admitted()
    assert taken(dates) == [1, 1]


def test_past_and_cancelled_dates_take_no_seat(world):
    group = world.group()
    dates = world.series(group, datetime(2026, 11, 19, 10), dates=4)
    dates[2].status = "cancelled"
    db.session.commit()
    join(world.client(), group)
    assert taken(dates) == [0, 1, 0, 1]


def test_one_full_date_makes_a_whole_enrolment_wait_and_touches_no_seat(world):
    group = world.group(capacity=1)
    dates = world.series(group, SOON, dates=3)
    robin, hazel, indigo = crowd(world, 3)
    join(robin, group, mode="dates", occurrences=[dates[1]])
    assert join(hazel, group).answer == Waitlisted(1)
    assert join(indigo, group).answer == Waitlisted(2)
    assert join(indigo, group).answer == Waitlisted(2)
    assert taken(dates) == [0, 1, 0]
    assert told(hazel) == ["waitlisted"]


def test_single_dates_are_seated_or_wait_each_alone(world):
    group = world.group(capacity=1)
    dates = world.series(group, SOON, dates=3)
    robin, hazel = crowd(world, 2)
    join(robin, group, mode="dates", occurrences=[dates[0]])
    done = join(hazel, group, mode="dates", occurrences=[dates[0], dates[2]])
    assert done.enrolment.state == "active"
    where = standings(hazel.id, dates)
    assert {key: one.state for key, one in where.items()} == {
        dates[0].id: "waitlisted",
        dates[2].id: "active",
    }
    assert where[dates[0].id].position == 1
    assert taken(dates) == [1, 0, 1]


def test_adding_a_date_later_keeps_those_one_has(world):
    group = world.group()
    dates = world.series(group, SOON, dates=3)
    robin = world.client()
    join(robin, group, mode="dates", occurrences=[dates[0]])
    join(robin, group, mode="dates", occurrences=[dates[0], dates[2]])
    assert taken(dates) == [1, 0, 1]


def test_from_single_dates_to_the_whole_group_keeps_one_seat_a_date(world):
    group = world.group(capacity=1)
    dates = world.series(group, SOON, dates=3)
    robin = world.client()
    join(robin, group, mode="dates", occurrences=[dates[1]])
    assert join(robin, group).answer == Admitted()
    assert taken(dates) == [1, 1, 1]


def test_who_cannot_widen_to_the_whole_group_keeps_their_dates(world):
    group = world.group(capacity=1)
    dates = world.series(group, SOON, dates=2)
    robin, hazel = crowd(world, 2)
    join(robin, group, mode="dates", occurrences=[dates[0]])
    join(hazel, group, mode="dates", occurrences=[dates[1]])
    with pytest.raises(Conflict) as refused:
        service.enrol(identity_of(robin), group, robin)
    db.session.commit()
    assert refused.value.code == "full"
    assert standings(robin.id, dates)[dates[0].id].state == "active"
    assert taken(dates) == [1, 1]


def test_leaving_frees_coming_seats_and_lets_the_first_of_the_line_in_at_once(world):
    group = world.group(capacity=1)
    dates = world.series(group, SOON, dates=3)
    robin, hazel, indigo = crowd(world, 3)
    done = join(robin, group)
    join(hazel, group)
    join(indigo, group)
    service.leave(identity_of(robin), done.enrolment)
    db.session.commit()
    assert taken(dates) == [1, 1, 1]
    assert standings(hazel.id, dates)[dates[0].id].state == "active"
    assert standings(indigo.id, dates)[dates[0].id].position == 1
    assert told(robin)[-1] == "left_series"
    assert told(hazel) == ["waitlisted", "moved_up_series"]


def test_leaving_and_coming_back_is_a_new_row_and_the_past_stays(world):
    group = world.group()
    dates = world.series(group, datetime(2026, 11, 26, 10), dates=3)
    robin = world.client()
    first = join(robin, group).enrolment
    with clock.at(NOW + timedelta(days=3)):
        service.leave(identity_of(robin), first)
        service.leave(identity_of(robin), first)
        second = join(robin, group).enrolment
    assert first.id != second.id
    assert taken(dates) == [1, 1, 1]
    assert [len(roster(date)) for date in dates] == [1, 1, 1]
    assert roster(dates[0])[0].enrolment.id == first.id


def test_cannot_come_frees_that_seat_for_the_dates_own_line(world):
    group = world.group(capacity=1)
    dates = world.series(group, SOON, dates=2)
    robin, hazel, indigo = crowd(world, 3)
    join(robin, group)
    join(hazel, group)
    join(indigo, group, mode="dates", occurrences=[dates[0]])
    assert standings(indigo.id, dates)[dates[0].id].position == 1
    service.cannot_come(identity_of(robin), dates[0], robin)
    service.cannot_come(identity_of(robin), dates[0], robin)
    db.session.commit()
    assert taken(dates) == [1, 1]
    assert {e.person.id: e.given_up for e in roster(dates[0])} == {robin.id: True, indigo.id: False}
    assert told(robin)[-1] == "cannot_come"
    assert told(indigo)[-1] == "moved_up_date"


def test_coming_again_takes_the_seat_back_or_waits_for_it(world):
    group = world.group(capacity=1)
    dates = world.series(group, SOON, dates=2)
    robin, hazel = crowd(world, 2)
    join(robin, group)
    service.cannot_come(identity_of(robin), dates[0], robin)
    assert service.can_come_again(identity_of(robin), dates[0], robin) == Admitted()
    service.cannot_come(identity_of(robin), dates[0], robin)
    join(hazel, group, mode="dates", occurrences=[dates[0]])
    assert service.can_come_again(identity_of(robin), dates[0], robin) == Waitlisted(1)
    service.cannot_come(identity_of(hazel), dates[0], hazel)
    db.session.commit()
    assert taken(dates) == [1, 1]
    assert standings(robin.id, dates)[dates[0].id].state == "active"


def test_a_seat_that_nobody_holds_cannot_be_given_back(world):
    group = world.group()
    dates = world.series(group, SOON)
    robin = world.client()
    with pytest.raises(Conflict):
        service.cannot_come(identity_of(robin), dates[0], robin)


def test_a_full_date_that_has_passed_lets_the_line_in_before_a_newcomer(world):
    group = world.group(capacity=1)
    dates = world.series(group, datetime(2026, 11, 26, 10), dates=3)
    robin, hazel, indigo = crowd(world, 3)
    join(robin, group, mode="dates", occurrences=[dates[0]])
    join(hazel, group)
    with clock.at(NOW + timedelta(days=3)):
        assert join(indigo, group).answer == Waitlisted(1)
    assert standings(hazel.id, dates)[dates[1].id].state == "active"


def test_the_worker_lets_the_line_in_once_the_full_date_has_passed(world):
    group = world.group(capacity=1)
    dates = world.series(group, datetime(2026, 11, 26, 10), dates=3)
    robin, hazel = crowd(world, 2)
    join(robin, group, mode="dates", occurrences=[dates[0]])
    join(hazel, group)
    assert service.move_lines(clock.now()) == 0
    with clock.at(NOW + timedelta(days=3)):
        assert service.move_lines(clock.now()) == 1
        assert service.move_lines(clock.now()) == 0
    db.session.commit()
    assert taken(dates) == [1, 1, 1]
    assert told(hazel)[-1].startswith("moved_up")


def test_two_dates_at_the_same_time_are_a_choice(world):
    first, second = world.group("Art"), world.group("Yoga")
    world.series(first, SOON)
    world.series(second, SOON + timedelta(minutes=60))
    robin = world.client()
    join(robin, first)
    with pytest.raises(service.ClashFound) as found:
        service.enrol(identity_of(robin), second, robin)
    assert found.value.code == "clash"
    assert {clash.mine.title for clash in found.value.clashes} == {"Art"}
    assert join(robin, second, accept_clash=True).answer == Admitted()


@pytest.mark.parametrize("fields", [{"access": "closed"}, {"access": "referral"}])
def test_a_client_cannot_walk_into_what_needs_a_counselor_and_staff_can_bring_them(world, fields):
    group = world.group(led_by=world.facilitator(), **fields)
    dates = world.series(group, SOON, dates=2)
    robin = world.client()
    if fields["access"] == "closed":
        with pytest.raises(Conflict) as refused:
            service.enrol(identity_of(robin), group, robin)
        assert refused.value.code == "ask_counselor"
    else:
        assert join(robin, group).answer == Requested()
    assert taken(dates) == [0, 0]
    keeper = world.keeper()
    assert service.enrol(keeper, group, robin).answer == Admitted()
    assert taken(dates) == [1, 1]
    row = db.session.scalars(select(AuditRow).where(AuditRow.word == AuditAction.ENROLMENT_JOINED)).one()
    assert row.actor_id == keeper.person_id
    assert [subject.person_id for subject in row.subjects] == [robin.id]


def test_staff_rights_do_not_reach_ones_own_record(world):
    lead = world.facilitator()
    group = world.group(led_by=lead, access="closed")
    world.series(group, SOON)
    with pytest.raises(Conflict):
        service.enrol(identity_of(lead), group, lead)


def test_a_request_can_be_declined_and_made_again(world):
    lead = world.facilitator()
    group = world.group(led_by=lead, access="referral")
    world.series(group, SOON)
    robin = world.client(email="robin@example.org")
    asked = join(robin, group).enrolment
    with pytest.raises(NotFound):
        service.decline_request(identity_of(robin), asked)
    service.decline_request(identity_of(lead), asked)
    db.session.commit()
    assert told(robin) == ["request_received", "request_declined"]
    assert join(robin, group).enrolment.id != asked.id


def test_a_request_for_dates_is_accepted_for_those_dates(world):
    lead = world.facilitator()
    group = world.group(led_by=lead, access="referral")
    dates = world.series(group, SOON, dates=3)
    robin = world.client()
    asked = join(robin, group, mode="dates", occurrences=[dates[1]]).enrolment
    assert waiting_counts(dates) == dict.fromkeys([date.id for date in dates], 0)
    service.accept_request(identity_of(lead), asked)
    db.session.commit()
    assert taken(dates) == [0, 1, 0]


def test_strangers_change_nothing(world):
    group = world.group()
    dates = world.series(group, SOON)
    robin, hazel = crowd(world, 2)
    theirs = join(robin, group).enrolment
    other = world.facilitator("Juniper", "Placeholder")
    for identity in (identity_of(hazel), identity_of(other), Anonymous(world.program.id)):
        with pytest.raises(NotFound):
            service.leave(identity, theirs)
        with pytest.raises(NotFound):
            service.cannot_come(identity, dates[0], robin)
        with pytest.raises(NotFound):
            service.enrol(identity, group, robin)


def test_people_of_another_program_cannot_be_enrolled(world):
    group = world.group()
    world.series(group, SOON)
    stranger = world.another_program().client()
    with pytest.raises(NotFound):
        service.enrol(identity_of(stranger), group, stranger)


def test_new_dates_begin_with_everybody_of_the_whole_group(world):
    group = world.group()
    dates = world.series(group, SOON, dates=2)
    robin, hazel = crowd(world, 2)
    join(robin, group)
    join(hazel, group, mode="dates", occurrences=[dates[0]])
    later = world.series(group, SOON + timedelta(days=14), dates=2)
    publish(DatesChanged(group.id, added=tuple(date.id for date in later)))
    db.session.commit()
    assert taken([*dates, *later]) == [2, 1, 1, 1]


def test_more_seats_let_the_line_in(world):
    group = world.group(capacity=1)
    dates = world.series(group, SOON, dates=2)
    robin, hazel = crowd(world, 2)
    join(robin, group)
    join(hazel, group)
    for date in dates:
        date.capacity = 2
    db.session.flush()
    publish(DatesChanged(group.id, changed=tuple(date.id for date in dates)))
    db.session.commit()
    assert taken(dates) == [2, 2]


def test_a_retired_group_ends_nobody_elsewhere(world):
    group, other, robin = world.group("Art"), world.group("Yoga"), world.client()
    for one in (group, other):
        world.series(one, SOON, dates=2)
        world.enrol(one, robin)
    retire_group(world.system, group)
    assert [live_of(one.id, robin.id) is not None for one in (group, other)] == [False, True]


def test_seats_are_counted_anew_for_dates_that_move_without_those_given_up(world):
    group, robin, hazel = world.group(), world.client(), world.client("Hazel", "Lampshade")
    dates = world.series(group, SOON, dates=3)
    world.enrol(group, robin, hazel)
    service.cannot_come(identity_of(robin), dates[0], robin)
    service.cannot_come(identity_of(hazel), dates[2], hazel)
    rule = dates[0].series.rule
    later = replace(
        rule,
        start_time=(datetime.combine(dates[0].local_date, rule.start_time) + timedelta(minutes=5)).time(),
    )
    change_series(world.system, dates[0].series, later, dates[0].series.version)
    db.session.expire_all()
    assert taken(dates) == [1, 2, 1]


def test_what_somebody_said_of_dates_that_have_passed_stays_when_they_leave(world):
    group, robin = world.group(), world.client()
    passed, gone, coming, told = (
        world.soon(group, in_minutes=minutes) for minutes in (-3000, -1500, 1500, 3000)
    )
    before = passed.start - timedelta(days=1)
    (one,) = world.enrol(group, robin, at=before, dates=[passed, gone, coming, told])
    for date in (gone, told):
        with clock.at(before):
            service.cannot_come(identity_of(robin), date, robin)
    service.leave(identity_of(robin), one)
    said = {seat.occurrence_id: seat.state for seat in one.date_seats}
    assert [said[date.id] for date in (passed, gone, coming, told)] == ["held", "given_up", "left", "left"]
    assert [date.taken for date in (passed, gone, coming, told)] == [1, 0, 0, 0]


def test_a_retired_group_is_completed_for_those_in_it_and_its_line_ends(world):
    group = world.group(capacity=1)
    dates = world.series(group, datetime(2026, 11, 26, 10), dates=3)
    robin, hazel = crowd(world, 2)
    join(robin, group)
    join(hazel, group)
    with clock.at(NOW + timedelta(days=2)):
        publish(GroupRetired(group.id))
        db.session.commit()
    states = db.session.scalars(select(Enrolment.state).order_by(Enrolment.id)).all()
    assert states == ["completed", "left"]
    assert [len(roster(date)) for date in dates] == [1, 0, 0]


def test_a_cancelled_date_tells_those_with_a_seat_and_those_in_its_line(world):
    group = world.group(capacity=1)
    dates = world.series(group, SOON, dates=2)
    robin, hazel, indigo = crowd(world, 3)
    join(robin, group)
    join(hazel, group, mode="dates", occurrences=[dates[0]])
    join(indigo, group)
    dates[0].status = "cancelled"
    db.session.flush()
    for _twice in range(2):
        publish(DatesChanged(group.id, cancelled=(dates[0].id,)))
    db.session.commit()
    said = select(Message.person_id, Message.kind).where(
        Message.kind.in_(["cancelled", "waiting_cancelled"]), Message.withdrawn_at.is_(None)
    )
    found = sorted(tuple(row) for row in db.session.execute(said))
    assert found == [(robin.id, "cancelled"), *((one.id, "waiting_cancelled") for one in (hazel, indigo))]


def test_several_people_at_once_each_get_their_own_answer(world):
    lead = world.facilitator()
    group = world.group(led_by=lead, capacity=2, access="closed")
    dates = world.series(group, SOON, dates=2)
    people = crowd(world, 3)
    keeper = world.keeper()
    results = service.enrol_many(keeper, group, [*people, db.session.get_one(Person, keeper.person_id)])
    db.session.commit()
    assert [getattr(done, "answer", None) for _, done in results] == [
        Admitted(),
        Admitted(),
        Waitlisted(1),
        None,
    ]
    assert taken(dates) == [2, 2]
    assert [enrolment.person for enrolment in waiting(group)] == [people[2]]


def test_a_group_without_limit_takes_everybody(world):
    group = world.group(capacity=None, access="open")
    dates = world.series(group, SOON, dates=2)
    for person in crowd(world, 3):
        assert join(person, group).answer == Admitted()
    assert taken(dates) == [3, 3]


def test_drafts_and_external_groups_take_nobody(world):
    lead = world.facilitator()
    draft = world.group(led_by=lead, state="draft")
    world.series(draft, SOON)
    robin = world.client()
    with pytest.raises(NotFound):
        service.enrol(identity_of(robin), draft, robin)
    with pytest.raises(Conflict):
        service.enrol(world.keeper(), draft, robin)


def test_no_message_says_what_kind_of_place_it_is_about(world):
    group = world.group("Sober circle", capacity=1)
    world.series(group, SOON, dates=2)
    robin, hazel = crowd(world, 2)
    done = join(robin, group)
    join(hazel, group)
    service.leave(identity_of(robin), done.enrolment)
    db.session.commit()
    for message in db.session.scalars(select(Message)):
        assert "Sober" not in str(message.fields)


def test_the_rows_say_the_same_as_the_counters_after_any_walk_of_people(world):
    import random

    chance = random.Random(7)
    group = world.group(capacity=2)
    dates = world.series(group, SOON, dates=3)
    people = crowd(world, 6)
    for _step in range(60):
        person = chance.choice(people)
        identity = identity_of(person)
        live = db.session.scalars(
            select(Enrolment).where(
                Enrolment.person_id == person.id, Enrolment.state.in_(("active", "waitlisted"))
            )
        ).first()
        act = chance.choice(["whole", "dates", "leave", "cannot", "can"])
        try:
            if act in ("whole", "dates"):
                service.enrol(identity, group, person, mode=act, occurrences=chance.sample(dates, 2))
            elif act == "leave" and live:
                service.leave(identity, live)
            elif act == "cannot":
                service.cannot_come(identity, chance.choice(dates), person)
            elif act == "can":
                service.can_come_again(identity, chance.choice(dates), person)
            db.session.commit()
        except Conflict:
            db.session.rollback()
        counted = [sum(not one.given_up for one in roster(date)) for date in dates]
        assert taken(dates) == counted
        assert all(number <= 2 for number in counted)
        for date in dates:
            if date.taken < 2:
                assert [seat for seat in waiting(date) if seat.mode == "dates"] == []
        if all(date.taken < 2 for date in dates):
            assert waiting(group) == []


def test_who_has_single_dates_of_a_referral_group_is_told_whom_to_ask_for_more(world):
    group = world.group(access="referral")
    dates = world.series(group, SOON, dates=3)
    robin, lead = world.client(), world.supervisor()
    service.enrol(identity_of(lead), group, robin, mode="dates", occurrences=dates[:1])
    db.session.commit()
    for wish in ({"mode": "dates", "occurrences": dates[1:2]}, {}):
        with pytest.raises(Conflict) as refused:
            service.enrol(identity_of(robin), group, robin, **wish)
        assert refused.value.code == "in-already"
        assert "ask who leads it" in refused.value.message
    service.enrol(identity_of(lead), group, robin, mode="dates", occurrences=dates[1:2])
    assert taken(dates) == [1, 1, 0]


def test_who_asked_for_a_date_asks_for_another_by_the_same_request(world):
    group = world.group(access="referral")
    dates = world.series(group, SOON, dates=3)
    robin, lead = world.client(), world.supervisor()
    first = join(robin, group, mode="dates", occurrences=dates[:1])
    for _twice in range(2):
        again = join(robin, group, mode="dates", occurrences=dates[:2])
        assert again.answer == Requested() and again.enrolment.id == first.enrolment.id
    service.accept_request(identity_of(lead), first.enrolment)
    assert taken(dates) == [1, 1, 0]


def test_who_asked_for_a_date_asks_for_every_date_by_the_same_request(world):
    group = world.group(access="referral")
    dates = world.series(group, SOON, dates=3)
    robin, lead = world.client(), world.supervisor()
    first = join(robin, group, mode="dates", occurrences=dates[:1])
    assert join(robin, group).enrolment.id == first.enrolment.id
    service.accept_request(identity_of(lead), first.enrolment)
    assert taken(dates) == [1, 1, 1]
