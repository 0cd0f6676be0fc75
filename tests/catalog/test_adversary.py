"""Two people save at the same moment: the second reads what the first wrote, also where both had looked before.

On PostgreSQL both have read the old version by then; here it changes behind the session's back.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from groupsched.access.identity import Role
from groupsched.accounts.service.people import PersonFields, change_person
from groupsched.catalog.service import fields_of, publish_group, save_row, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, Conflict
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.rules import cut_after
from groupsched.schedule.service import cancel_occurrence, change_series
from tests.conftest import identity_of
from tests.factories import ZONE, tomorrow_at


def meanwhile(row, **values):
    """Another writer changes a row that is in this session already."""
    table = type(row)
    statement = update(table).where(table.id == row.id).values(version=table.version + 1, **values)
    db.session.execute(statement.execution_options(synchronize_session=False))


@pytest.fixture
def boss(world):
    return identity_of(world.person("Marigold", "Testwell", Role.SUPERVISOR, Role.ADMIN))


def test_a_group(world, boss):
    group = world.group(led_by=world.facilitator())
    seen = group.version
    meanwhile(group, title="Theirs")
    with pytest.raises(ChangedMeanwhile):
        update_group(boss, group, replace(fields_of(group), title="Mine"), seen)


def test_publishing_twice_has_one_effect(world, boss):
    group = world.group(led_by=world.facilitator(), state="draft")
    meanwhile(group, state="published")
    seen = group.version
    assert publish_group(boss, group).version == seen + 1


def test_a_place(world, boss):
    seen = world.room.version
    meanwhile(world.room)
    with pytest.raises(ChangedMeanwhile):
        save_row(boss, world.room, {"name": "Mine"}, seen)


def test_a_person(world, boss):
    robin = world.client()
    seen = robin.version
    meanwhile(robin, first_name="Theirs")
    with pytest.raises(Conflict):
        change_person(boss, robin, PersonFields("Mine"), seen)


def test_a_series(world, boss):
    group = world.group(led_by=world.facilitator())
    world.series(group, tomorrow_at(10), dates=4)
    series = db.session.query(Series).one()
    seen, rule = series.version, cut_after(series.rule, clock.today(ZONE) + timedelta(days=9))
    meanwhile(series)
    with pytest.raises(ChangedMeanwhile):
        change_series(boss, series, rule, seen)


def test_a_date_that_is_cancelled_already_stays_as_it_was_cancelled(world, boss):
    date = world.soon(world.group(led_by=world.facilitator()), in_minutes=90)
    meanwhile(date, status="cancelled", reason="Theirs")
    cancel_occurrence(boss, date, "Mine")
    db.session.expire_all()
    assert db.session.query(Occurrence).one().reason == "Theirs"
