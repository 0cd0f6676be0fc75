"""A column that holds a state gives its member back, whichever way the value came in, and takes no other word."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import StatementError

from groupsched.catalog.models import Group
from groupsched.catalog.rules import GroupState, Orientation
from groupsched.core.db import db
from groupsched.core.states import rank


def test_a_value_is_a_member_as_soon_as_it_is_set(world):
    group = world.group(state="draft", orientation=None)
    assert group.state is GroupState.DRAFT and group.orientation is None
    group.orientation = "faith"
    assert group.orientation is Orientation.FAITH


def test_the_value_is_stored_and_the_member_comes_back(world):
    group = world.group(state=GroupState.RETIRED)
    assert db.session.scalar(text("SELECT state FROM group_offered")) == "retired"
    db.session.expire_all()
    assert group.state is GroupState.RETIRED
    assert db.session.scalar(select(Group.state)) is GroupState.RETIRED
    db.session.execute(update(Group).values(state="published"))
    assert db.session.scalar(select(Group.state)) is GroupState.PUBLISHED


def test_another_word_is_refused(world):
    with pytest.raises(ValueError, match="'open' is not a valid GroupState"):
        world.group(state="open")
    with pytest.raises(StatementError, match="not a valid GroupState"):
        db.session.scalar(select(Group).where(Group.state == "open"))


def test_states_sort_by_the_order_that_is_named_for_them(world):
    for state in ("draft", "retired", "published"):
        world.group(state=state)
    backwards = tuple(reversed(GroupState))
    assert tuple(db.session.scalars(select(Group.state).order_by(rank(Group.state, backwards)))) == backwards
