"""When a grant counts, to the instant: a loaded row and SQL say the same."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from groupsched.access.identity import Role
from groupsched.accounts.models import Grant, Person
from groupsched.accounts.queries import client_grants_left, holds_now, holds_staff_role
from groupsched.core import clock
from groupsched.core.db import db
from tests.conftest import identity_of
from tests.kept import kept

INSTANT = timedelta(microseconds=1)
SPAN = timedelta(days=30)
# Moments around the two ends: whether a grant is in force then, and whether it lasts. The last instant is not in it.
MOMENTS = {
    "long before": (-SPAN, False, True),
    "the instant before it begins": (-INSTANT, False, True),
    "as it begins": (timedelta(0), True, True),
    "the instant before it ends": (SPAN - INSTANT, True, True),
    "as it ends": (SPAN, False, False),
    "the instant after": (SPAN + INSTANT, False, False),
}


@kept
def began(world):
    """A role of facilitator of thirty days, and one that has no end, each held by one person."""
    began = clock.now()
    world.passing = world.facilitator("Passing", "Sampleton")
    world.staying = world.facilitator("Staying", "Sampleton")
    for person, ends in ((world.passing, began + SPAN), (world.staying, None)):
        person.grants[0].from_at, person.grants[0].until_at = began, ends
    db.session.commit()
    return began


def said_by_sql(condition):
    return set(db.session.scalars(select(Grant.person_id).where(condition)))


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_row_and_sql_agree_at_both_ends(world, began, moment):
    after, in_force, lasts = MOMENTS[moment]
    now = began + after
    grants = [world.passing.grants[0], world.staying.grants[0]]
    db.session.expire_all()
    for grant, expected in zip(grants, ((in_force, lasts), (now >= began, True)), strict=True):
        assert (grant.in_force(now), grant.lasts(now)) == expected
        held = {grant.person_id}
        assert (held <= said_by_sql(Grant.in_force(now)), held <= said_by_sql(Grant.lasts(now))) == expected


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_question_about_a_role_held_now_has_that_answer(world, began, moment):
    after, in_force, _lasts = MOMENTS[moment]
    with clock.at(began + after):
        holders = set(db.session.scalars(select(Person.id).where(holds_now(Role.FACILITATOR))))
        assert (world.passing.id in holders) == in_force
        assert holds_staff_role(world.passing) == in_force
        assert bool(identity_of(world.passing).roles()) == in_force


def test_the_condition_holds_of_an_alias_too(world, began):
    other = aliased(Grant)
    query = select(other.person_id).where(other.in_force(began + SPAN))
    assert set(db.session.scalars(query)) == {world.staying.id}


def test_a_client_role_that_is_yet_to_begin_is_left_and_one_that_is_over_is_not(world):
    robin, now = world.client(), clock.now()
    robin.grants[0].from_at, robin.grants[0].until_at = now + SPAN, now + 2 * SPAN
    db.session.commit()
    assert client_grants_left(robin) == [robin.grants[0]]
    with clock.at(now + 2 * SPAN):
        assert client_grants_left(robin) == []


def test_the_list_of_staff_names_the_roles_held_now(world, client):
    """A role with its last day ahead was not named, and one that had not begun was."""
    now, wren, holly = clock.now(), world.front_desk(), world.supervisor("Holly", "Kettle")
    wren.grants[0].until_at = now + SPAN
    holly.grants[0].from_at = now + SPAN
    db.session.commit()
    page = client.as_(world.admin()).get("/people?show=staff").text.split("<main")[1]
    assert "Front desk" in page
    assert "Supervisor" not in page
