"""Whichever way a line moves, whoever moves up finds the date in their calendar and stands on the sheet that is open."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from groupsched.accounts.service import end_role
from groupsched.attendance.queries import read_sheet
from groupsched.attendance.rules import attendee_uid
from groupsched.attendance.service import open_sheet
from groupsched.catalog.service import fields_of, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import live_of
from groupsched.enrolment.service import cannot_come, enrol, leave, move_lines
from groupsched.schedule.service import cancel_occurrence, skip_date
from tests.conftest import identity_of
from tests.feeds.setting import link_for
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-25T15:00:00+00:00")
LATER = NOW + timedelta(minutes=15)


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def line(world):
    """One seat a date: Robin has that of the first date, so Hazel waits for the whole group; the second's sheet is open."""
    world.lead, world.robin, world.hazel = (
        world.facilitator(),
        world.client(),
        world.client("Hazel", "Lampshade"),
    )
    world.one = world.group(led_by=world.lead, capacity=1)
    world.first = world.soon(world.one, in_minutes=10, minutes=20)
    world.second = world.soon(world.one, in_minutes=45)
    world.enrol(world.one, world.robin, dates=[world.first])
    (waits,) = world.enrol(world.one, world.hazel)
    assert waits.state == "waitlisted"
    world.sheet = open_sheet(identity_of(world.lead), world.second)
    db.session.commit()
    return world


def robin_leaves(line):
    leave(identity_of(line.robin), live_of(line.one.id, line.robin.id))


def robin_cannot_come(line):
    cannot_come(identity_of(line.robin), line.first, line.robin)


def robin_is_a_client_no_more(line):
    end_role(line.system, line.robin, line.robin.grants[0].id)


def the_first_date_is_cancelled(line):
    cancel_occurrence(identity_of(line.lead), line.first, "The heating is out.")


def the_first_date_is_left_out(line):
    series = line.first.series
    skip_date(identity_of(line.lead), series, line.first.local_date, series.version)


def the_group_gets_a_seat_more(line):
    fields = replace(fields_of(line.one), capacity=2)
    update_group(identity_of(line.lead), line.one, fields, line.one.version)


def the_worker_comes_by_when_the_first_date_has_begun(line):
    with clock.at(LATER):
        move_lines(clock.now())


def somebody_else_asks_when_the_first_date_has_begun(line):
    rowan = line.client("Rowan", "Spoon")
    with clock.at(LATER):
        enrol(identity_of(rowan), line.one, rowan)


WAYS = [
    robin_leaves, robin_cannot_come, robin_is_a_client_no_more, the_first_date_is_cancelled, the_first_date_is_left_out,
    the_group_gets_a_seat_more, the_worker_comes_by_when_the_first_date_has_begun,
    somebody_else_asks_when_the_first_date_has_begun,
]  # fmt: skip


@pytest.mark.on_sqlite
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_who_moves_up_finds_the_date_in_their_calendar(line, client, way):
    _feed, path = link_for(line.hazel)
    assert b"BEGIN:VEVENT" not in client.get(path).data
    way(line)
    db.session.commit()
    assert (
        f"{line.second.start.astimezone(line.second.series.rule.zone):%Y%m%dT%H%M%S}".encode()
        in client.get(path).data
    )


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_who_moves_up_stands_on_the_open_sheet_and_tablets_hear_of_it(line, way):
    uid, before = attendee_uid(line.second.uid, line.hazel.uid), line.sheet.version
    assert read_sheet(line.second).row(uid) is None
    way(line)
    db.session.commit()
    db.session.refresh(line.sheet)
    assert line.sheet.version > before
    assert read_sheet(line.second).row(uid).changed_in > before
