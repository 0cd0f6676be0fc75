"""Forty people press the same button at the same moment: the seats are exact, whichever database."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

from sqlalchemy import event, func, select

from groupsched.accounts.cookie import member
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment, SeatOffer
from groupsched.enrolment.queries import live_of, roster, slots_on, spans
from groupsched.enrolment.service import leave
from groupsched.schedule.models import Occurrence
from tests.factories import tomorrow_at

PEOPLE, SEATS = 40, 12


def all_at_once(app, people, post):
    start = Barrier(len(people))

    def one(person_id):
        browser = app.test_client()
        browser.environ_base["test.person"] = person_id
        start.wait()
        return post(browser).status_code

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))


def begin(world):
    group = world.group(capacity=SEATS)
    dates = world.series(group, tomorrow_at(10), dates=3)
    people = [world.client("Robin", f"Teacup{number}").id for number in range(PEOPLE)]
    db.session.remove()
    return group.uid, group.id, dates, people


def count(group_id, state):
    query = select(func.count()).where(Enrolment.group_id == group_id, Enrolment.state == state)
    return db.session.scalar(query)


def test_twelve_of_forty_get_the_whole_group_and_the_others_stand_in_line(app, world):
    uid, group_id, dates, people = begin(world)
    answers = all_at_once(
        app,
        people,
        lambda browser: browser.post(f"/sessions/{uid}/join", data={"what": "whole", "wait": "1"}),
    )
    assert answers == [303] * PEOPLE
    assert count(group_id, "active") == SEATS
    assert count(group_id, "waitlisted") == PEOPLE - SEATS
    for date in dates:
        date = db.session.merge(date, load=True)
        db.session.refresh(date)
        assert date.taken == SEATS == len(roster(date))


def test_twelve_of_forty_get_one_date_and_the_others_read_that_it_just_went(app, world):
    uid, group_id, dates, people = begin(world)
    when = dates[1].original_local
    answers = all_at_once(
        app,
        people,
        lambda browser: browser.post(f"/sessions/{uid}/join", data={"what": "date", "date": when}),
    )
    assert answers == [303] * PEOPLE
    held = select(func.count()).where(DateSeat.occurrence_id == dates[1].id, DateSeat.state == "held")
    assert db.session.scalar(held) == SEATS
    assert count(group_id, "active") == SEATS
    assert count(group_id, "waitlisted") == 0


def test_of_two_who_take_one_time_one_has_it(app, world):
    group = world.in_slots()
    date = world.series(group, tomorrow_at(10), dates=1, minutes=60)[0]
    people = [world.client("Robin", f"Teacup{number}").id for number in range(8)]
    slot, path = slots_on(date)[1].slot, f"/occurrences/{date.uid}/slot"
    number, wanted = slot.id, slot.uid
    db.session.remove()
    assert all_at_once(app, people, lambda browser: browser.post(path, data={"slot": wanted})) == [303] * 8
    held = select(func.count()).where(DateSeat.timeslot_id == number, DateSeat.state == "held")
    assert db.session.scalar(held) == 1
    assert db.session.scalar(select(Occurrence.taken).where(Occurrence.uid == path.split("/")[2])) == 1


def test_leaving_and_joining_at_once_never_overfills(app, world):
    uid, group_id, dates, people = begin(world)
    all_at_once(
        app, people[:20], lambda b: b.post(f"/sessions/{uid}/join", data={"what": "whole", "wait": "1"})
    )

    def leave_or_join(browser):
        number = people.index(browser.environ_base["test.person"])
        data = {"what": "whole", "wait": "1", "sure": "1"}
        return browser.post(f"/sessions/{uid}/{'leave' if number < 20 else 'join'}", data=data)

    answers = all_at_once(app, people, leave_or_join)
    assert answers == [303] * PEOPLE
    date = db.session.merge(dates[0], load=True)
    db.session.refresh(date)
    assert count(group_id, "active") == SEATS == date.taken == len(roster(date))
    assert count(group_id, "waitlisted") == PEOPLE - 20 - SEATS


def test_who_joins_two_groups_of_one_time_at_once_is_asked_about_the_second(app, world):
    groups = [world.group(f"Group {number}") for number in range(2)]
    for group in groups:
        world.series(group, tomorrow_at(10), dates=2)
    robin, uids = world.client().id, iter([group.uid for group in groups])
    db.session.remove()
    both = Barrier(2, timeout=1)

    def meet(_connection, asked, *_rest):
        """Where both are let to ask what they run into before either has a seat, they ask at one moment."""
        if asked is spans._own_spans("en"):
            with suppress(BrokenBarrierError):
                both.wait()

    event.listen(db.engine, "before_execute", meet)
    try:
        statuses = all_at_once(
            app,
            [robin] * 2,
            lambda browser: browser.post(f"/sessions/{next(uids)}/join", data={"what": "whole"}),
        )
    finally:
        event.remove(db.engine, "before_execute", meet)
    assert sorted(statuses) == [303, 409]
    assert db.session.scalar(select(func.count()).where(Enrolment.state == "active")) == 1


def test_of_many_who_want_the_last_seats_of_each_pool_as_many_get_one(app, world):
    """Who joins online, who joins in the room, and who changes from one to the other, all at one moment."""
    group = world.group(attendance_mode="hybrid", capacity=6, online_capacity=3)
    dates = world.series(group, tomorrow_at(10), dates=2)
    people = [world.client("Robin", f"Teacup{number}").id for number in range(24)]
    uid, group_id = group.uid, group.id
    db.session.remove()
    join = {"what": "whole", "wait": "1"}
    first = all_at_once(
        app, people[:6], lambda b: b.post(f"/sessions/{uid}/join", data=join | {"pool": "room"})
    )
    assert first == [303] * 6

    def act(browser):
        number = people.index(browser.environ_base["test.person"])
        if number < 6:
            return browser.post(f"/sessions/{uid}/pool", data={"pool": "online", "wait": "1"})
        pool = "online" if number % 2 else "room"
        return browser.post(f"/sessions/{uid}/join", data=join | {"pool": pool})

    assert all_at_once(app, people, act) == [303] * 24
    for date in dates:
        date = db.session.merge(date, load=True)
        db.session.refresh(date)
        assert (date.seats.room_taken, date.online_taken) == (6, 3)
        assert len(roster(date)) == 9 == date.taken
    assert count(group_id, "active") == 9
    assert count(group_id, "waitlisted") == 15


def test_of_all_who_were_asked_for_one_seat_one_has_it_whoever_else_joins(app, world):
    """Yes from everybody who was asked, the end of a time by two workers, and new people, all at one moment."""
    group = world.group(capacity=1, line_mode="first_yes")
    date = world.series(group, tomorrow_at(22) + timedelta(days=2), dates=1)[0]
    people = [world.client("Robin", f"Teacup{number}") for number in range(12)]
    world.enrol(group, *people[:8])
    leave(member(people[0]), live_of(group.id, people[0].id))
    db.session.commit()
    offers = {one.enrolment.person_id: one for one in db.session.scalars(select(SeatOffer))}
    assert sorted(offers) == [one.id for one in people[1:8]]
    uids, uid, group_id = {who: one.uid for who, one in offers.items()}, group.uid, group.id
    out, ids = max(one.out_at for one in offers.values()), [one.id for one in people[1:]]
    db.session.remove()

    def act(browser):
        who = browser.environ_base["test.person"]
        with clock.at(out):
            if who in uids:
                return browser.post(f"/offers/{uids[who]}", data={"answer": "yes"})
            return browser.post(f"/sessions/{uid}/join", data={"what": "whole", "wait": "1"})

    assert set(all_at_once(app, ids, act)) == {303}
    date = db.session.merge(date, load=True)
    db.session.refresh(date)
    assert (date.taken, len(roster(date)), count(group_id, "active")) == (1, 1, 1)
    states = db.session.scalars(select(SeatOffer.state).order_by(SeatOffer.state)).all()
    assert states == ["accepted", *["withdrawn"] * 6]
