"""Who is in the house: from the sheets that run, with a drill that leaves no name behind."""

from datetime import timedelta
from functools import partial
from threading import Thread

import pytest
from sqlalchemy import select

from groupsched.access.models import Site
from groupsched.attendance.models import RollCall, RollCallMark
from groupsched.attendance.queries import in_the_house, open_roll_call, out_marks, read_sheet
from groupsched.attendance.rules import HousePerson, RollTotals, read_tap, roll_totals
from groupsched.attendance.service import (
    add_walk_in,
    begin_roll_call,
    end_forgotten_roll_calls,
    end_roll_call,
    mark_out,
    tap,
)
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from tests.attendance.conftest import Morning
from tests.conftest import identity_of


def test_a_drill_counts_who_is_surely_there_and_whoever_came_out_besides():
    people = [HousePerson("a", "Ash", "Oak"), HousePerson("b", "Basil", "Oak", sure=False)]
    assert roll_totals(people, ["a", "x"]) == RollTotals(2, 2, perhaps=1)
    assert roll_totals(people, []).left == 1
    assert roll_totals(people, ["b"]) == RollTotals(2, 1, perhaps=0), "who is out is seen"


@pytest.fixture
def house(world):
    """Ash is here, Basil can't come, Jo Mar. left, Jo Mat. is not marked; a guest walked in. Another site has a group too."""
    morning = Morning(world)
    rows = {row.person: row.attendee_id for row in read_sheet(morning.occurrence).rows}
    add_walk_in(morning.leader, morning.occurrence, None, "Una")
    taps = [(morning.ash, "here"), (morning.basil, "excused"), (morning.mar, "here"), (morning.mar, "left")]
    with clock.at(morning.occurrence.start + timedelta(minutes=2)):
        for person, act in taps:
            version = next(one.version for one in read_sheet(morning.occurrence).rows if one.person == person)
            tap(morning.leader, morning.occurrence, read_tap(f"{rows[person]}.{version}.{act}"))
    db.session.commit()
    morning.desk = world.front_desk()
    return morning


def test_those_who_are_here_or_may_be_stand_there_by_room(house, world):
    with clock.at(clock.now() + timedelta(minutes=1)):
        people, _clients = in_the_house(world.site, clock.now())
    seen = {one.label: (one.room, one.sure, one.staff) for one in people}
    assert seen["Ash D."] == ("Oak Room", True, False)
    assert seen["Jo M."] == ("Oak Room", False, False), "not marked yet, and alone of that name"
    assert seen["Una"][1] and seen["Ossian S."][2]
    assert not {"Basil C."} & set(seen)
    assert in_the_house(world.another_site(), clock.now()) == ([], [])
    with clock.at(house.occurrence.end + timedelta(minutes=31)):
        assert in_the_house(world.site, clock.now())[0] == []


def test_a_guest_is_called_as_on_the_sheet_also_where_an_earlier_one_left_it(house, world):
    gone, *_others = [add_walk_in(house.leader, house.occurrence, None).row for _ in range(3)]
    tap(house.leader, house.occurrence, read_tap(f"{gone.attendee_id}.{gone.version}.clear"))
    on_sheet = {row.label for row in read_sheet(house.occurrence).rows if row.label.startswith("Guest")}
    people, _clients = in_the_house(world.site, clock.now())
    assert len(on_sheet) == 2 and on_sheet == {one.label for one in people if one.label.startswith("Guest")}


def test_a_drill_on_two_tablets_ends_with_numbers_alone(house, client, world):
    address = f"/house/{world.site.uid}"
    one, two = client.as_(house.desk), client.as_(world.supervisor())
    assert one.get("/house").location.endswith(address)
    assert "in the house" in one.get(address).text
    one.post(f"{address}/begin")
    two.post(f"{address}/begin")
    (roll,) = db.session.scalars(select(RollCall)).all()
    assert "Not yet, where last" in two.get(address).text
    ash = f"p-{house.ash.uid}"
    for _again in range(2):
        one.post(f"{address}/out", data={"mark": f"{ash}.1", "roll": roll.uid})
    answer = two.post(
        f"{address}/out", data={"mark": f"p-{house.ossian.uid}.1"}, headers={"Accept": "application/json"}
    )
    assert set(answer.json["out"]) == {ash, f"p-{house.ossian.uid}"}
    two.post(f"{address}/out", data={"mark": f"{ash}.0"})
    two.post(f"{address}/out", data={"name": "A neighbour"})
    assert ash not in one.get(f"{address}/state").json["out"] and "A neighbour" in one.get(address).text
    house_now = one.get(f"{address}/state").json["house"]
    assert house_now[ash] is True and house_now[f"p-{house.mat.uid}"] is False, "perhaps"
    assert "<b data-perhaps>1</b> perhaps" in one.get(address).text
    assert one.post(f"{address}/end").status_code == 303
    assert "Not marked yet and not seen: 1." in one.get(address).text
    db.session.refresh(roll)
    assert (roll.heads, roll.came_out) == (4, 2)
    assert db.session.scalars(select(RollCallMark)).all() == []
    late = one.post(
        f"{address}/out", data={"mark": f"{ash}.1", "roll": roll.uid}, headers={"Accept": "application/json"}
    )
    assert late.status_code == 409 and late.json["told"]
    elsewhere = world.front_desk("Elsa", site=world.another_site())
    for stranger in (house.ossian, house.ash, world.admin(), elsewhere, world.another_program().supervisor()):
        assert client.as_(stranger).get(address).status_code == 404
        assert client.as_(stranger).post(f"{address}/begin").status_code == 404


def test_a_drill_that_began_without_a_line_is_told_later_once_with_its_times_and_names(house, client, world):
    address, data = f"/house/{world.site.uid}", {"Accept": "application/json"}
    began = clock.now() - timedelta(minutes=20)

    def millis(moment):
        return str(int(moment.timestamp() * 1000))

    desk = client.as_(house.desk)
    for _again in range(2):
        told = desk.post(f"{address}/begin", data={"at": millis(began)}, headers=data).json
    (roll,) = db.session.scalars(select(RollCall)).all()
    assert (told["roll"], told["out"], told["since"]) == (roll.uid, {}, int(millis(began)))
    assert int(millis(began)) < told["now"] and millis(roll.started_at) == millis(began)
    named = {"mark": "x-1.1", "name": "Zebedee", "at": millis(began + timedelta(minutes=3)), "roll": roll.uid}
    for _again in range(2):
        desk.post(f"{address}/out", data=named, headers=data)
    (mark,) = db.session.scalars(select(RollCallMark)).all()
    assert (mark.label, millis(mark.out_at)) == ("Zebedee", named["at"])
    end_roll_call(identity_of(house.desk), world.site)
    wild = begin_roll_call(identity_of(house.desk), world.site, clock.now() + timedelta(hours=1))
    assert wild.started_at <= clock.now()


def test_a_mark_of_a_drill_that_ended_never_counts_in_the_next(house, world):
    desk = identity_of(house.desk)
    first = begin_roll_call(desk, world.site)
    end_roll_call(desk, world.site)
    begin_roll_call(desk, world.site)
    with pytest.raises(Conflict):
        mark_out(desk, world.site, "p-x", out=True, uid=first.uid)
    with pytest.raises(Conflict):
        end_roll_call(desk, world.site, first.uid)


def test_what_a_tablet_saw_in_another_alarm_never_counts_in_the_one_of_now(house, client, world):
    desk, now = identity_of(house.desk), clock.now()
    hour = timedelta(hours=1)
    with pytest.raises(Conflict):
        begin_roll_call(desk, world.site, now - 5 * hour)  # kept on it since the morning
    with clock.at(now - 2 * hour):
        begin_roll_call(desk, world.site)
    with clock.at(now - hour):
        end_roll_call(desk, world.site)
    with pytest.raises(Conflict):
        begin_roll_call(desk, world.site, now - 2 * hour)  # that one ended elsewhere meanwhile
    running = begin_roll_call(desk, world.site)
    assert begin_roll_call(desk, world.site, now - timedelta(minutes=5)) == running, "the same alarm"
    for begun in (now - 45 * timedelta(minutes=1), now - 2 * hour):
        with pytest.raises(Conflict):
            begin_roll_call(desk, world.site, begun)
    with pytest.raises(Conflict):
        mark_out(desk, world.site, "p-x", out=True, at=now - 45 * timedelta(minutes=1))
    assert out_marks(running) == {}
    db.session.commit()

    def told(field, minutes):
        """A tablet whose clock is a day behind tells what it saw so many minutes ago."""
        sent = clock.now() - timedelta(days=1)
        data = {
            "at": int((sent - timedelta(minutes=minutes)).timestamp() * 1000),
            "sent": int(sent.timestamp() * 1000),
        }
        address = f"/house/{world.site.uid}/{field}"
        return client.as_(house.desk).post(address, data=data, headers={"Accept": "application/json"})

    assert told("begin", 5).json["roll"] == running.uid
    late = told("begin", 70)
    assert (late.status_code, late.json["told"]) == (409, "This roll-call has ended.")
    assert late.json["roll"] == running.uid


def test_what_comes_late_from_a_tablet_does_not_undo_that_somebody_else_took_it_back(house, world):
    one, two = identity_of(house.desk), identity_of(world.supervisor())
    roll = begin_roll_call(one, world.site)
    seen = clock.now()
    for out in (True, False):
        mark_out(two, world.site, "p-x", out=out, at=seen)
    with clock.at(seen + timedelta(minutes=5)):
        with pytest.raises(Conflict):
            mark_out(one, world.site, "p-x", out=True, at=seen, uid=roll.uid)
        assert out_marks(roll) == {}
        mark_out(two, world.site, "p-x", out=True, at=seen, uid=roll.uid)
        mark_out(two, world.site, "p-x", out=False)
        mark_out(one, world.site, "p-x", out=True, at=clock.now(), uid=roll.uid)
        assert list(out_marks(roll)) == ["p-x"], "seen again"


def test_a_drill_that_nobody_ended_is_over_after_hours_and_leaves_no_name(house, client, world):
    desk, begun = identity_of(house.desk), clock.now()
    forgotten = begin_roll_call(desk, world.site)
    mark_out(desk, world.site, "x-1", out=True, label="Zebedee")
    db.session.commit()
    with clock.at(begun + timedelta(hours=3, minutes=59)):
        end_forgotten_roll_calls(clock.now())
        assert open_roll_call(world.site) == forgotten
    with clock.at(begun + timedelta(hours=4, seconds=1)):
        assert open_roll_call(world.site) is None
        browser = client.as_(house.desk)
        assert (browser.get(f"/house/{world.site.uid}/state").json["out"]) == {}
        assert browser.get("/house/ahead").json["houses"][0]["roll"] == ""
        another = begin_roll_call(desk, world.site)
        assert another != forgotten and out_marks(another) == {}
        end_forgotten_roll_calls(clock.now())
        assert open_roll_call(world.site) == another
    assert forgotten.ended_at == forgotten.started_at + timedelta(hours=4)
    assert (forgotten.came_out, db.session.scalars(select(RollCallMark)).all()) == (1, [])


def test_a_name_that_comes_while_a_drill_ends_is_not_kept(app, house, world, database):
    """On PostgreSQL the one that ends it and the one that marks stand in line; SQLite has one writer."""
    if database.startswith("sqlite"):
        pytest.skip("SQLite has one writer")
    desk = identity_of(house.desk)
    begin_roll_call(desk, world.site)
    db.session.commit()
    end_roll_call(desk, world.site)  # not committed yet
    site, told = world.site.id, []

    def mark_and_end():
        with app.app_context():
            for act in (
                lambda here: mark_out(desk, here, "p-x", out=True, label="A name"),
                partial(end_roll_call, desk),
            ):
                try:
                    act(db.session.get_one(Site, site))
                    db.session.commit()
                except Conflict as refusal:
                    db.session.rollback()
                    told.append(refusal.code)

    other = Thread(target=mark_and_end)
    other.start()
    other.join(0.3)
    db.session.commit()
    other.join()
    assert told == ["ended", "ended"]
    assert db.session.scalars(select(RollCallMark)).all() == []
