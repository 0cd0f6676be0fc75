"""Coming elsewhere instead, and joining more dates, can be taken back as one act, as leaving can."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import enrolments_and_before, live_of, roster, standings, undoable
from groupsched.enrolment.rules import LIVE
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(world):
    """A circle, and at the same time yoga, each on three Thursdays with one seat; Robin has mail."""
    with clock.at(NOW):
        world.circle, world.yoga = (world.group(title, capacity=1) for title in ("Circle", "Yoga"))
        world.dates = world.series(world.circle, datetime(2026, 11, 26, 10), dates=3)
        world.stretches = world.series(world.yoga, datetime(2026, 11, 26, 10, 30), dates=3)
        world.robin, world.hazel = world.client(email="robin@example.org"), world.client("Hazel")
        yield world


def join(house, person, group, dates=()):
    mode = "dates" if dates else "whole"
    me = identity_of(person)
    done = service.enrol(me, group, person, mode=mode, occurrences=dates, accept_clash=True)
    db.session.commit()
    return done.enrolment


def switch(house, date, person=None):
    who = person or house.robin
    service.switch(identity_of(who), date, who)
    db.session.commit()


def undo(house, group, person=None):
    who = person or house.robin
    one = select(Enrolment).where(Enrolment.person_id == who.id, Enrolment.group_id == group.id)
    found = db.session.scalars(one.order_by(Enrolment.id)).first()
    done = service.undo(identity_of(who), found)
    db.session.commit()
    return done


def refused(house, group):
    with pytest.raises(Conflict) as found:
        undo(house, group)
    db.session.rollback()
    return found.value.code


def picture(house, person=None):
    """All that a person has of both groups, and how many seats are taken."""
    db.session.expire_all()
    who, dates = person or house.robin, [*house.dates, *house.stretches]
    where = standings(who.id, dates)
    lives = [live_of(group.id, who.id) for group in (house.circle, house.yoga)]
    rows = [
        one and (one.id, one.state, one.mode, one.queued_at, one.from_start, one.ended_at) for one in lives
    ]
    exact = [len([one for one in roster(date) if not one.given_up]) for date in dates]
    assert exact == [date.taken for date in dates]
    return rows, {key: (one.state, one.position) for key, one in where.items()}, exact


def mails(person):
    wanted = (Message.person_id == person.id, Message.state.in_([MessageState.WAITING, MessageState.SENT]))
    return list(db.session.scalars(select(Message.kind).where(*wanted).order_by(Message.id)))


def _whole(house):
    join(house, house.robin, house.yoga)
    service.cannot_come(identity_of(house.robin), house.stretches[1], house.robin)


def _single(house):
    join(house, house.robin, house.yoga, house.stretches[:1])


def _in_line_there(house):
    """Robin waits for all of the circle, which is full on its last date alone."""
    _whole(house)
    join(house, house.hazel, house.circle, house.dates[2:])
    join(house, house.robin, house.circle)


def _there_too(house):
    """Robin has another date of the circle and gave the first one up."""
    _whole(house)
    join(house, house.robin, house.circle, house.dates[:2])
    service.cannot_come(identity_of(house.robin), house.dates[0], house.robin)


def _waits_there_too(house):
    """Robin waits for another date of the circle, and has none."""
    _whole(house)
    join(house, house.hazel, house.circle, house.dates[2:])
    join(house, house.robin, house.circle, house.dates[2:])


@pytest.mark.parametrize("before", [_whole, _single, _in_line_there, _there_too, _waits_there_too])
def test_a_switch_is_taken_back_as_a_whole(house, before):
    before(house)
    db.session.commit()
    was = picture(house)
    with clock.at(NOW + MINUTE):
        switch(house, house.dates[0])
        now = picture(house)
        assert now != was
        assert (now[1][house.dates[0].id][0], now[1][house.stretches[0].id][0]) == ("active", "given_up")
        [act] = undoable([], house.robin.id, clock.now())
        assert (act.kind, act.into.group) == ("switched", house.circle)
    with clock.at(NOW + 2 * MINUTE):
        assert service.undo(identity_of(house.robin), act.enrolment)
        db.session.commit()
        assert picture(house) == was
        assert undo(house, house.yoga) == [], "twice has one effect"
        assert picture(house) == was


def test_nobody_hears_of_a_switch_that_was_undone_but_of_what_was_before_it(house):
    join(house, house.robin, house.yoga)
    with clock.at(NOW + MINUTE):
        switch(house, house.dates[0])
        assert mails(house.robin) == ["enrolled_series", "enrolled_date", "cannot_come"]
    with clock.at(NOW + 9 * MINUTE):
        assert deliver_due().sent == 1
        undo(house, house.yoga)
        assert mails(house.robin) == ["enrolled_series"]
    with clock.at(NOW + 11 * MINUTE):
        assert deliver_due().sent == 0


def test_once_a_message_has_gone_out_or_the_seat_has_it_is_too_late(house):
    join(house, house.robin, house.yoga)
    switch(house, house.dates[0])
    with clock.at(NOW + 10 * MINUTE):
        assert deliver_due().sent == 3
    assert refused(house, house.yoga) == "late"
    hazel = join(house, house.hazel, house.yoga, house.stretches[1:2])
    with clock.at(NOW + 20 * MINUTE):
        switch(house, house.dates[1])
        was = picture(house)
        assert hazel.date_seats[0].state == "held"
        assert refused(house, house.yoga) == "full"
        assert picture(house) == was


def test_a_later_act_on_one_of_both_groups_leaves_nothing_half_to_undo(house):
    join(house, house.robin, house.yoga)
    switch(house, house.dates[0])
    with clock.at(NOW + MINUTE):
        join(house, house.robin, house.circle, house.dates[1:2])
        assert [one.kind for one in undoable([], house.robin.id, clock.now())] == ["joined_more"]
        was = picture(house)
        assert undo(house, house.yoga) == []
        assert picture(house) == was


def test_whoever_waits_for_a_date_does_not_lose_the_other_by_a_switch(house):
    """With another date of the group it counted as a seat: the old one was given back for a place in the line."""
    join(house, house.robin, house.yoga)
    join(house, house.hazel, house.circle, house.dates[:1])
    join(house, house.robin, house.circle, house.dates[:2])
    was = picture(house)
    with pytest.raises(Conflict):
        service.switch(identity_of(house.robin), house.dates[0], house.robin)
    db.session.rollback()
    assert picture(house) == was


def test_joining_more_dates_is_taken_back_with_what_was_before(house):
    join(house, house.hazel, house.circle, house.dates[2:])
    join(house, house.robin, house.circle, house.dates[:1])
    was = picture(house)
    with clock.at(NOW + MINUTE):
        join(house, house.robin, house.circle, house.dates[1:])
        assert [where for where, _n in picture(house)[1].values()] == ["active", "active", "waitlisted"]
        [act] = undoable([], house.robin.id, clock.now())
        assert act.kind == "joined_more"
        assert mails(house.robin) == ["enrolled_date", "enrolled_dates"]
    with clock.at(NOW + 2 * MINUTE):
        assert deliver_due().sent == 1
        undo(house, house.circle)
        assert picture(house) == was
        assert mails(house.robin) == ["enrolled_date"]


def test_from_single_dates_to_all_and_from_the_line_to_single_dates_and_back(house):
    join(house, house.robin, house.circle, house.dates[:1])
    was = picture(house)
    join(house, house.robin, house.circle)
    undo(house, house.circle)
    assert picture(house) == was
    join(house, house.hazel, house.yoga, house.stretches[:1])
    join(house, house.robin, house.yoga)
    was = picture(house)
    with clock.at(NOW + MINUTE):
        join(house, house.robin, house.yoga, house.stretches[1:])
        undo(house, house.yoga)
        assert picture(house) == was
    live = select(Enrolment.group_id).where(Enrolment.person_id == house.robin.id, Enrolment.state.in_(LIVE))
    assert sorted(db.session.scalars(live)) == [house.circle.id, house.yoga.id]


def test_a_date_that_began_meanwhile_is_not_taken_back(house):
    join(house, house.robin, house.yoga)
    with clock.at(house.dates[0].start - MINUTE):
        switch(house, house.dates[0])
    with clock.at(house.dates[0].start + MINUTE):
        assert refused(house, house.yoga) == "late"


def test_what_is_taken_back_lets_the_next_in(house):
    join(house, house.robin, house.yoga)
    switch(house, house.dates[0])
    join(house, house.hazel, house.circle, house.dates[:1])
    assert picture(house, house.hazel)[1][house.dates[0].id] == ("waitlisted", 1)
    undo(house, house.yoga)
    assert picture(house, house.hazel)[1][house.dates[0].id] == ("active", 0)


def test_what_was_undone_is_no_group_of_before(house):
    join(house, house.robin, house.circle)
    switch(house, house.stretches[0])
    undo(house, house.circle)
    assert enrolments_and_before(house.robin, 9)[1] == []
    service.leave(identity_of(house.robin), live_of(house.circle.id, house.robin.id))
    db.session.commit()
    assert [one.group.title for one in enrolments_and_before(house.robin, 9)[1]] == ["Circle"]
