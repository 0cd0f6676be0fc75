"""Whom somebody is kept apart from neither cares for them nor is sent to call them."""

import pytest

from groupsched.care import service
from groupsched.care.rules import CareRole
from groupsched.core import clock
from groupsched.core.errors import Conflict
from tests.care.test_calls import asks, house, on_the_list, told
from tests.conftest import identity_of

__all__ = ["house"]


def test_nobody_joins_the_care_team_of_whom_they_are_kept_apart_from(world):
    client, pike = world.client(), world.facilitator("Pike", "Mockridge")
    world.keep_apart(client, pike)
    with pytest.raises(Conflict) as refused:
        service.join_team(
            identity_of(world.supervisor()), client, pike, CareRole.COUNSELOR, clock.today("UTC")
        )
    assert refused.value.code == "ask_supervisor"


def test_a_call_goes_to_the_next_one_where_two_are_kept_apart(house):
    on_the_list(house, "pike", "fern")
    house["world"].keep_apart(house["robin"], house["pike"])
    assert told(asks(house)) == [{"Fern"}]
