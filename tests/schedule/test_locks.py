"""Every change of dates locks the group first, the worker's too: nobody waits in a circle."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db, unit_of_work
from groupsched.schedule.service import extend_horizon
from tests.factories import tomorrow_at


def test_the_worker_leaves_a_group_that_somebody_changes_for_its_next_round(world, database):
    if database.startswith("sqlite"):
        pytest.skip("SQLite has one writer")
    group = world.group()
    world.series(group, tomorrow_at(10), dates=None)
    busy, later = (
        select(Group.id).where(Group.id == group.id).with_for_update(),
        clock.now() + timedelta(days=30),
    )
    db.session.commit()
    with db.engine.begin() as editor:
        editor.execute(busy)
        with unit_of_work():
            assert extend_horizon(later) == 0
    with clock.at(later), unit_of_work():
        assert extend_horizon(later) == 1
