"""Groups that were hybrid before there were pools: nobody loses a seat or the link, and each can say how they come."""

from sqlalchemy import text

from groupsched.accounts.cookie import member
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.core import schema
from groupsched.core.db import db
from groupsched.enrolment.queries import live_of, standings
from groupsched.enrolment.rules import StandingState
from groupsched.enrolment.service import choose_pool
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import SeatPool
from groupsched.upkeep.service import faults
from tests.factories import World, tomorrow_at
from tests.house.test_schema import bare_app  # noqa: F401


def test_a_full_hybrid_group_of_before_keeps_its_people_and_has_room_to_say_either(bare_app):  # noqa: F811
    schema.upgrade()
    world = World()
    group = world.group(attendance_mode="hybrid", capacity=2)
    date, _later = world.series(group, tomorrow_at(10), dates=2)
    other = world.series(world.group("In person"), tomorrow_at(12), dates=1)[0]
    people = [world.client(name) for name in ("Ann", "Bea", "Cal")]
    world.enrol(group, *people)
    numbers, dates = (group.id, [one.id for one in people]), (date.id, other.id)
    db.session.remove()
    schema.downgrade("0043")
    with db.engine.begin() as connection:
        assert (
            connection.execute(text("SELECT taken FROM occurrence WHERE id = :id"), {"id": dates[0]}).scalar()
            == 2
        )
    schema.upgrade()
    group = db.session.get_one(Group, numbers[0])
    date, other = (db.session.get_one(Occurrence, one) for one in dates)
    assert (group.online_capacity, date.online_capacity, other.online_capacity) == (2, 2, 0)
    where = [standings(number, [date])[date.id] for number in numbers[1]]
    states = [StandingState.ACTIVE, StandingState.ACTIVE, StandingState.WAITLISTED]
    assert [(one.state, one.pool) for one in where] == [(state, None) for state in states]
    # Both can come online; the one who waits for the room has it then.
    ann = db.session.get_one(Person, numbers[1][0])
    choose_pool(member(ann), live_of(group.id, ann.id), SeatPool.ONLINE)
    db.session.commit()
    assert standings(numbers[1][2], [date])[date.id].state == StandingState.ACTIVE
    db.session.commit()
    assert faults() == []
