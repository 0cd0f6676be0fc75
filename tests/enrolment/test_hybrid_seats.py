"""A hybrid group has seats in the room and seats online: each counted, each with a line of its own."""

import pytest
from sqlalchemy import select

from groupsched.accounts.cookie import member
from groupsched.catalog.rules import AttendanceMode
from groupsched.catalog.service import fields_of, update_group
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import live_of, standings
from groupsched.enrolment.rules import EnrolmentMode, StandingState
from groupsched.enrolment.service import (
    PoolAnswer,
    can_come_again,
    cannot_come,
    choose_pool,
    enrol,
    leave,
    line_behind_all,
    undo,
)
from groupsched.outbox.models import Message
from groupsched.schedule.rules import DateField, SeatPool, SetOfDate
from groupsched.schedule.service import change_dates
from groupsched.upkeep.service import faults
from tests.factories import tomorrow_at

ROOM, ONLINE = SeatPool


@pytest.fixture
def hybrid(world):
    group = world.group(attendance_mode="hybrid", capacity=2, online_capacity=1)
    return group, world.series(group, tomorrow_at(10), dates=3)


def join(world, group, name, pool=None, dates=()):
    person = world.client(name)
    mode = EnrolmentMode.DATES if dates else EnrolmentMode.WHOLE
    enrol(member(person), group, person, pool=pool, mode=mode, occurrences=dates)
    db.session.commit()
    return person


def choose(person, group, pool, date=None, **more):
    done = choose_pool(member(person), live_of(group.id, person.id), pool, date, **more)
    db.session.commit()
    return done


def on(person, date):
    where = standings(person.id, [date])[date.id]
    return where.state, where.pool


def counts(dates):
    for one in dates:
        db.session.refresh(one)
    return [(one.seats.room_taken, one.online_taken) for one in dates]


def kinds(person):
    query = select(Message.kind).where(Message.person_id == person.id).order_by(Message.id)
    return list(db.session.scalars(query))


def test_each_pool_fills_by_itself_and_has_its_own_line(world, hybrid):
    group, dates = hybrid
    ann = join(world, group, "Ann", ONLINE)
    bea = join(world, group, "Bea", ONLINE)
    cal = join(world, group, "Cal", ROOM)
    dee = join(world, group, "Dee")  # who does not say it sits in the room
    eve = join(world, group, "Eve", ROOM)
    assert counts(dates) == [(2, 1)] * 3
    assert on(ann, dates[0]) == (StandingState.ACTIVE, ONLINE)
    assert on(dee, dates[0]) == (StandingState.ACTIVE, None)
    # The first in either line, though one asked after the other.
    assert [standings(one.id, dates)[dates[0].id].position for one in (bea, eve)] == [1, 1]
    assert line_behind_all(live_of(group.id, ann.id)) == (2, True)
    leave(member(ann), live_of(group.id, ann.id))
    assert on(bea, dates[0]) == (StandingState.ACTIVE, ONLINE)
    assert on(eve, dates[0])[0] == StandingState.WAITLISTED
    leave(member(cal), live_of(group.id, cal.id))
    assert on(eve, dates[2]) == (StandingState.ACTIVE, ROOM)
    assert counts(dates) == [(2, 1)] * 3
    db.session.commit()
    assert faults() == []


def test_a_change_keeps_the_seat_where_the_other_pool_is_full_and_happens_when_it_is_not(world, hybrid):
    group, dates = hybrid
    ann = join(world, group, "Ann", ONLINE)
    bea = join(world, group, "Bea", ROOM)
    with pytest.raises(Conflict) as refused:
        choose(bea, group, ONLINE)
    db.session.rollback()
    assert refused.value.code == "full"
    assert on(bea, dates[0]) == (StandingState.ACTIVE, ROOM)
    assert choose(bea, group, ONLINE, wait=True) is PoolAnswer.WAITS
    cal = join(world, group, "Cal", ROOM)
    dee = join(world, group, "Dee", ROOM)
    assert on(dee, dates[0])[0] == StandingState.WAITLISTED
    # Ann leaves: Bea comes online, and with it Dee has the seat in the room.
    leave(member(ann), live_of(group.id, ann.id))
    db.session.commit()
    assert [on(one, dates[1]) for one in (bea, cal, dee)] == [
        (StandingState.ACTIVE, ONLINE),
        (StandingState.ACTIVE, ROOM),
        (StandingState.ACTIVE, ROOM),
    ]
    assert "comes_online" in kinds(bea)
    assert counts(dates) == [(2, 1)] * 3
    db.session.commit()
    assert faults() == []


def test_one_date_is_changed_alone_and_a_change_of_all_takes_it_along(world, hybrid):
    group, dates = hybrid
    ann = join(world, group, "Ann", ROOM)
    bea = join(world, group, "Bea", ONLINE, dates[:1])
    assert choose(ann, group, ONLINE, dates[1]) is PoolAnswer.COMES
    assert [on(ann, one)[1] for one in dates] == [ROOM, ONLINE, ROOM]
    assert counts(dates) == [(1, 1), (0, 1), (1, 0)]
    with pytest.raises(Conflict):
        choose(ann, group, ONLINE)  # all or nothing: the first date is full online
    db.session.rollback()
    assert [on(ann, one)[1] for one in dates] == [ROOM, ONLINE, ROOM]
    # What is given back and taken again is the seat of that date's pool.
    cannot_come(member(ann), dates[1], ann)
    assert counts(dates)[1] == (0, 0)
    can_come_again(member(ann), dates[1], ann)
    assert counts(dates)[1] == (0, 1)
    leave(member(bea), live_of(group.id, bea.id))
    assert choose(ann, group, ONLINE) is PoolAnswer.COMES
    assert counts(dates) == [(0, 1)] * 3
    mine = live_of(group.id, ann.id)
    leave(member(ann), mine)
    assert counts(dates) == [(0, 0)] * 3
    undo(member(ann), mine)
    assert counts(dates) == [(0, 1)] * 3
    db.session.commit()
    assert faults() == []


def test_more_seats_online_let_the_line_in_and_no_pools_turn_nobody_out(world, hybrid):
    group, dates = hybrid
    people = [join(world, group, name, ONLINE) for name in ("Ann", "Bea")]
    supervisor = member(world.supervisor())
    fields = fields_of(group)
    update_group(supervisor, group, type(fields)(**{**vars(fields), "online_capacity": 2}), group.version)
    db.session.commit()
    assert [on(one, dates[0]) for one in people] == [(StandingState.ACTIVE, ONLINE)] * 2
    fields = fields_of(group)
    told = {**vars(fields), "attendance_mode": AttendanceMode.IN_PERSON, "online_link": ""}
    update_group(supervisor, group, type(fields)(**told), group.version)
    db.session.commit()
    assert counts(dates) == [(2, 0)] * 3
    assert db.session.scalars(select(Enrolment.pool).distinct()).all() == [None]
    assert dates[0].online_capacity == 0
    db.session.commit()
    assert faults() == []


def test_another_link_is_told_to_those_who_come_through_it(world, hybrid):
    group, dates = hybrid
    ann, bea, cal = (
        join(world, group, name, pool) for name, pool in (("Ann", ONLINE), ("Bea", ROOM), ("Cal", None))
    )
    supervisor = member(world.supervisor())
    change_dates(
        supervisor, group, SetOfDate(dates[0].id, {DateField.LINK: "https://meet.example.org/other"})
    )
    db.session.commit()
    assert [kinds(one).count("date_changed") for one in (ann, bea, cal)] == [1, 0, 1]
    elsewhere = world.place("Quiet Loft")
    change_dates(supervisor, group, SetOfDate(dates[1].id, {DateField.PLACE: elsewhere.id}))
    db.session.commit()
    assert [kinds(one).count("moved_place") for one in (ann, bea)] == [0, 1]


def test_who_waits_for_one_pool_may_have_a_seat_of_the_other_at_once(world, hybrid):
    group, dates = hybrid
    ann, bea = (join(world, group, name, ONLINE) for name in ("Ann", "Bea"))
    assert on(bea, dates[0]) == (StandingState.WAITLISTED, ONLINE)
    assert choose(bea, group, ROOM) is PoolAnswer.COMES
    assert [on(one, dates[0]) for one in (ann, bea)] == [
        (StandingState.ACTIVE, ONLINE),
        (StandingState.ACTIVE, ROOM),
    ]
    assert "comes_to_room" not in kinds(bea)
    assert counts(dates) == [(1, 1)] * 3
