"""Tests stand on what the product itself would have made: its verbs build their worlds, and the seats add up."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import DateSeatState, EnrolmentMode
from groupsched.schedule.models import Occurrence
from tests.attendance.conftest import Morning
from tests.factories import tomorrow_at

TESTS = Path(__file__).parents[1]
OF_VERBS = {
    "Assignment", "DateSeat", "Enrolment", "Facilitator", "Grant", "Group", "Modality", "Occurrence", "Person", "Place",
    "Program", "Series", "Site",
}  # fmt: skip
BY_HAND = {
    "factories.py": {"Program", "Site"},  # a second one of each: the founding verb makes the first alone
    "core/test_db.py": {"Program"},  # breaks a constraint on purpose
    "operations/test_demo.py": {"Program"},  # a database that holds something else than the demo
}


def made_by_hand(path: Path) -> set[str]:
    """The tables of which a file makes rows itself, with their columns, where a verb would."""
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    names = {getattr(call.func, "id", "") for call in calls if call.args or call.keywords}
    return names & OF_VERBS


def test_no_test_makes_rows_by_hand_that_a_verb_would_make():
    made = {str(path.relative_to(TESTS)): made_by_hand(path) for path in TESTS.rglob("*.py")}
    assert {file: names for file, names in made.items() if names} == BY_HAND


def members(date):
    """Who holds a seat on a date, counted one by one from what their enrolments say."""
    found = []
    for one in db.session.scalars(select(Enrolment).where(Enrolment.group_id == date.group_id)):
        (said,) = [seat.state for seat in one.date_seats if seat.occurrence_id == date.id] or [None]
        begins, ends = one.from_start, one.ended_at
        in_spell = begins is not None and begins <= date.start and (ends is None or date.start < ends)
        whole = one.mode is EnrolmentMode.WHOLE and in_spell and said is None
        if whole or said is DateSeatState.HELD:
            found.append(one.person_id)
    return found


def seats():
    db.session.expire_all()
    dates = list(db.session.scalars(select(Occurrence).order_by(Occurrence.start, Occurrence.id)))
    counted = [len(members(date)) for date in dates]
    assert [date.taken for date in dates] == counted
    assert all(date.capacity is None or date.taken <= date.capacity for date in dates)
    return counted


def test_the_seats_of_a_world_add_up_after_each_of_its_helpers(world):
    group = world.group(capacity=2)
    robin, hazel, rowan = world.client(), world.client("Hazel", "Lampshade"), world.client("Rowan", "Spoon")
    dates = world.series(group, tomorrow_at(10), dates=3)
    assert seats() == [0, 0, 0]
    world.enrol(group, robin)
    assert seats() == [1, 1, 1]
    world.enrol(group, hazel, dates=dates[:1])
    assert seats() == [2, 1, 1]
    (waits,) = world.enrol(group, rowan)
    assert (waits.state, seats()) == ("waitlisted", [2, 1, 1])
    world.series(group, tomorrow_at(12), dates=2)
    assert seats() == [2, 1, 1, 1, 1]
    family = world.group("Family", access="referral")
    world.soon(family, in_minutes=90)
    assert world.ask(family, robin).state == "requested"
    world.fill(family)
    assert sum(seats()) == 6 + 12


def test_what_began_before_now_was_joined_before_it_began(world):
    group, robin = world.group(), world.client()
    ran = world.soon(group, in_minutes=-25)
    (one,) = world.enrol(group, robin, at=ran.start - timedelta(days=7))
    assert (seats(), one.state, one.created_at) == ([1], "active", ran.start - timedelta(days=7))
    assert ran.series.created_at < ran.start < clock.now()


def test_the_seats_of_a_morning_add_up_after_each_of_its_helpers(world):
    morning = Morning(world)
    assert seats() == [4]
    morning.enrol(world.client("Finch", "Appleton"))
    assert seats() == [5]
    morning.earlier(2)
    assert seats() == [5, 5]
    morning.cannot_come(morning.ash)
    assert seats() == [5, 4]
    morning.leaves(morning.basil)
    assert seats() == [5, 3]


@pytest.mark.on_sqlite
@pytest.mark.usefixtures("minute")
@pytest.mark.parametrize("in_minutes", [-25, 10, 90])
def test_a_date_soon_is_where_it_was_asked_for_at_any_minute_of_the_year(world, in_minutes):
    wanted = clock.now() + timedelta(minutes=in_minutes)
    assert (
        timedelta() <= wanted - world.soon(world.group(), in_minutes=in_minutes).start < timedelta(minutes=1)
    )
