"""What a change does to the links of those it is about: one mark a transaction, none lost."""

from dataclasses import replace
from datetime import datetime, time

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.access.models import Program
from groupsched.catalog.service import fields_of
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.enrolment.service import enrol, leave
from groupsched.feeds.models import Feed
from groupsched.schedule.queries import current_series
from groupsched.schedule.service import SeenVersions, cancel_occurrence, redefine_group
from tests.conftest import identity_of
from tests.feeds.setting import link_for

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


def revisions(*feeds):
    return list(
        db.session.scalars(
            select(Feed.revision).where(Feed.id.in_([feed.id for feed in feeds])).order_by(Feed.id)
        )
    )


def catalogue():
    return db.session.scalar(select(Program.catalogue_revision))


def test_an_edit_of_seats_room_and_time_marks_each_link_and_the_catalogue_once(world):
    lead, robin, stranger = world.facilitator(), world.client(), world.client("Tansy", "Inkwell")
    group = world.group(led_by=lead)
    world.series(group, datetime(2026, 11, 26, 18), dates=4)
    enrol(identity_of(robin), group, robin)
    db.session.commit()
    feeds = [link_for(robin)[0], link_for(lead, kind="leading")[0], link_for(stranger)[0]]
    fields = replace(fields_of(group), capacity=20, place=world.place("Quiet Loft").uid)
    before, series = catalogue(), current_series(group)
    rule = replace(series.rule, start_time=time(17))
    redefine_group(System(), group, fields, rule, SeenVersions(group.version, series.version), publish=False)
    assert revisions(*feeds) == [1, 1, 1]
    db.session.commit()
    assert revisions(*feeds) == [2, 2, 1]
    assert catalogue() == before + 1


def test_a_change_and_what_follows_from_it_are_one_mark_and_a_rollback_is_none(world):
    robin, hazel, lead = world.client(), world.client("Hazel", "Lampshade"), world.facilitator()
    group = world.group(capacity=1, led_by=lead)
    dates = world.series(group, datetime(2026, 11, 26, 18), dates=4)
    first = enrol(identity_of(robin), group, robin).enrolment
    enrol(identity_of(hazel), group, hazel)
    db.session.commit()
    feeds = [link_for(robin)[0], link_for(hazel)[0]]
    cancel_occurrence(identity_of(lead), dates[0], "The heating is out.")
    db.session.rollback()
    db.session.commit()
    assert revisions(*feeds) == [1, 1]
    with savepoint():
        leave(identity_of(robin), first)
    cancel_occurrence(identity_of(lead), dates[0], "The heating is out.")
    db.session.commit()
    assert revisions(*feeds) == [2, 2]


def test_joining_marks_ones_own_link_alone(world):
    robin, hazel = world.client(), world.client("Hazel", "Lampshade")
    group = world.group()
    world.series(group, datetime(2026, 11, 26, 18), dates=4)
    enrol(identity_of(hazel), group, hazel)
    db.session.commit()
    feeds = [link_for(robin)[0], link_for(hazel)[0]]
    before = catalogue()
    enrol(identity_of(robin), group, robin)
    db.session.commit()
    assert revisions(*feeds) == [2, 1]
    assert catalogue() == before
