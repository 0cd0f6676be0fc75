"""Out of one group and into another in one step: nothing is lost where the other is full, and it is undone as one."""

from datetime import datetime, timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment, GroupSwitch
from groupsched.enrolment.queries import live_of, open_switch, roster, switches_of
from groupsched.enrolment.rules import SwitchReason
from groupsched.operations.worker import round_of_work
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from tests.conftest import identity_of
from tests.enrolment.test_race import all_at_once
from tests.factories import tomorrow_at
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")
MINUTE = timedelta(minutes=1)


@kept(at=NOW, still=True)
def house(world):
    """A circle on Thursdays in which Robin is, and yoga at the same time on Thursdays, with one seat each."""
    world.ossian, world.pike = world.facilitator("Ossian"), world.facilitator("Pike")
    world.circle = world.group("Circle", capacity=1, led_by=world.ossian)
    world.yoga = world.group("Yoga", capacity=1, led_by=world.pike)
    world.dates = world.series(world.circle, datetime(2026, 11, 26, 10), dates=3)
    world.stretches = world.series(world.yoga, datetime(2026, 11, 26, 10, 30), dates=3)
    world.robin, world.hazel = world.client(email="robin@example.org"), world.client("Hazel")
    [world.seat] = world.enrol(world.circle, world.robin)
    return world


def change(house, into=None, who=None, **more):
    done = service.change_groups(
        identity_of(who or house.robin),
        db.session.get_one(Enrolment, house.seat.id),
        into or house.yoga,
        **more,
    )
    db.session.commit()
    return done


def states(house, person=None):
    """How somebody stands in the circle and in yoga, and that each seat is counted once."""
    db.session.expire_all()
    for date in [*house.dates, *house.stretches]:
        assert date.taken == len([one for one in roster(date) if not one.given_up])
    lives = (live_of(group.id, (person or house.robin).id) for group in (house.circle, house.yoga))
    return tuple(one.state.value if one else None for one in lives)


def waiting_mails(person):
    wanted = (Message.person_id == person.id, Message.state == MessageState.WAITING)
    return [row.kind for row in db.session.query(Message).filter(*wanted).order_by(Message.id)]


def test_one_step_leaves_one_group_for_another_and_a_clash_with_the_old_one_is_none(house):
    done = change(house, why=SwitchReason.MORE_STRUCTURE)
    assert states(house) == (None, "active")
    assert done.enrolment.group == house.yoga
    [row] = switches_of(house.robin.id)
    assert (row.out_of, row.into, row.why, row.done_at) == (house.seat, done.enrolment, "more_structure", NOW)
    assert waiting_mails(house.robin)[-2:] == ["enrolled_series", "left_series"]
    assert change(house).enrolment == done.enrolment, "twice has one effect"
    assert len(switches_of(house.robin.id)) == 1


def test_it_is_undone_as_one_and_nobody_hears_of_it(house):
    before = waiting_mails(house.robin)
    change(house)
    with clock.at(NOW + MINUTE):
        service.undo(identity_of(house.robin), house.seat)
        db.session.commit()
        assert states(house) == ("active", None)
        assert waiting_mails(house.robin) == before
        assert switches_of(house.robin.id) == []
        change(house)
        assert states(house) == (None, "active"), "and may be done again"


def test_where_the_other_is_full_they_wait_and_keep_the_old_seat_until_the_new_one_is_theirs(house):
    [taken] = house.enrol(house.yoga, house.hazel)
    change(house, why=SwitchReason.TIME)
    assert states(house) == ("active", "waitlisted")
    with clock.at(NOW + MINUTE):
        round_of_work()
        assert states(house) == ("active", "waitlisted")
        service.leave(identity_of(house.hazel), taken)
        db.session.commit()
        assert states(house) == ("active", "active"), "in between they have both"
        round_of_work()
        assert states(house) == (None, "active")
        assert round_of_work() and states(house) == (None, "active")
        assert [row.done_at is not None for row in switches_of(house.robin.id)] == [True]
        service.undo(identity_of(house.robin), house.seat)
        db.session.commit()
        assert states(house) == ("active", "active"), "the old seat can be taken again beside the new one"
        round_of_work()
        assert states(house) == ("active", "active")


def test_who_keeps_both_or_leaves_the_line_keeps_the_old_seat(house):
    [taken] = house.enrol(house.yoga, house.hazel)
    done = change(house)
    service.keep_both(identity_of(house.robin), open_switch(house.seat))
    db.session.commit()
    assert open_switch(done.enrolment) is None
    service.leave(identity_of(house.hazel), taken)
    db.session.commit()
    round_of_work()
    assert states(house) == ("active", "active")
    house.enrol(house.yoga, house.hazel)
    second = house.group("Art", capacity=1)
    house.series(second, datetime(2026, 11, 27, 10), dates=2)
    house.enrol(second, house.hazel)
    waits = change(house, second)
    service.leave(identity_of(house.robin), waits.enrolment)
    db.session.commit()
    round_of_work()
    assert states(house)[0] == "active"
    assert open_switch(house.seat) is None


def test_who_waits_for_one_and_changes_to_another_waits_for_that_alone(house):
    house.enrol(house.yoga, house.hazel)
    change(house)
    third = house.group("Art", capacity=4)
    house.series(third, datetime(2026, 11, 27, 10), dates=2)
    change(house, third)
    assert states(house) == (None, "waitlisted")
    assert [(row.into.group.title, row.done_at is not None) for row in switches_of(house.robin.id)] == [
        ("Art", True)
    ]


def test_a_group_that_asks_first_is_asked_and_the_old_seat_ends_with_the_yes(house):
    art = house.group("Art", access="referral", led_by=house.pike)
    house.series(art, datetime(2026, 11, 27, 10), dates=2)
    asked = change(house, art).enrolment
    assert (asked.state, states(house)[0]) == ("requested", "active")
    service.accept_request(identity_of(house.pike), asked)
    db.session.commit()
    round_of_work()
    assert (asked.state, states(house)[0]) == ("active", None)


def test_another_clash_is_asked_about_first(house):
    other = house.group("Walk")
    house.series(other, datetime(2026, 11, 26, 10, 45), dates=1)
    house.enrol(other, house.robin)
    with pytest.raises(Conflict) as refused:
        change(house)
    assert refused.value.code == "clash"
    db.session.rollback()
    assert states(house) == ("active", None)
    change(house, accept_clash=True)
    assert states(house) == (None, "active")


def test_staff_do_it_where_they_may_in_both_groups_and_undo_it(house):
    with pytest.raises(NotFound):
        change(house, who=house.ossian)
    db.session.rollback()
    for stranger in (house.hazel, house.admin()):
        with pytest.raises(NotFound):
            change(house, who=stranger)
        db.session.rollback()
    boss = house.supervisor()
    change(house, who=boss)
    assert states(house) == (None, "active")
    with pytest.raises(Conflict):
        service.undo(identity_of(house.robin), house.seat)
    db.session.rollback()
    service.undo(identity_of(boss), house.seat)
    db.session.commit()
    assert states(house) == ("active", None)


def test_what_cannot_be_changed_changes_nothing(house):
    private = house.group("Hour", setting="private")
    house.series(private, datetime(2026, 11, 28, 10), dates=1)
    for into, code in (
        (house.circle, "in-already"),
        (private, "ask_counselor"),
        (house.group("Empty"), "no_dates"),
    ):
        with pytest.raises((Conflict, NotFound)) as refused:
            change(house, into)
        db.session.rollback()
        assert isinstance(refused.value, NotFound) or refused.value.code == code
    service.leave(identity_of(house.robin), house.seat)
    db.session.commit()
    with pytest.raises(Conflict) as refused:
        change(house)
    assert refused.value.code == "left-already"


def test_twenty_change_both_ways_at_once_and_nobody_loses_a_seat(app, world):
    left, right = world.group("Left", capacity=12), world.group("Right", capacity=12)
    for group in (left, right):
        world.series(group, tomorrow_at(10), dates=3)
    people = [world.client("Robin", f"Teacup{number}") for number in range(20)]
    seats = [*world.enrol(left, *people[:10]), *world.enrol(right, *people[10:])]
    ids, out_of = [one.id for one in people], {one.person_id: one.uid for one in seats}
    into = {one.person_id: right.uid if one.group_id == left.id else left.uid for one in seats}
    groups = (left.id, right.id)
    db.session.remove()

    def press(browser):
        me = browser.environ_base["test.person"]
        return browser.post(f"/sessions/{into[me]}/switch", data={"from": out_of[me]})

    answers = all_at_once(app, ids, press)
    assert set(answers) == {303}
    assert_each_has_one(ids, groups)
    round_of_work()
    assert_each_has_one(ids, groups)
    assert db.session.query(GroupSwitch).count() == 20


def assert_each_has_one(people, groups):
    """Everybody has a seat in one group or, until the worker comes, in both; none is sold twice or counted wrongly."""
    db.session.expire_all()
    for person in people:
        lives = [live_of(group, person) for group in groups]
        assert any(one is not None and one.state == "active" for one in lives)
    from groupsched.schedule.models import Occurrence

    for date in db.session.query(Occurrence):
        assert date.taken == len(roster(date)) <= 12
