"""When many dates fall away at once, each person hears of it once."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.catalog.service import retire_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.outbox.models import Message
from groupsched.schedule.queries import current_series
from groupsched.schedule.service import change_series, rule_of, skip_date
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@pytest.fixture
def tea(world):
    """Six weekly dates from Thursday 26 November, with Robin in all of them."""
    with clock.at(NOW):
        world.tea = world.group("Tea")
        world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=6)
        world.robin = world.client(email="robin@example.org")
        service.enrol(identity_of(world.robin), world.tea, world.robin)
        db.session.commit()
        yield world


def told():
    rows = db.session.scalars(select(Message).where(Message.kind != "enrolled_series").order_by(Message.id))
    return [(row.kind, row.fields) for row in rows]


def test_another_weekday_is_one_message_with_the_next_date(tea):
    series = current_series(tea.tea)
    rule = replace(rule_of(series), rrule="FREQ=WEEKLY;BYDAY=WE;COUNT=6")
    change_series(System(), series, rule, series.version)
    ((kind, fields),) = told()
    assert (kind, fields["count"], fields["date"]) == ("series_changed", "6", "Wed 2 Dec")


def test_a_group_that_is_no_longer_offered_is_one_message(tea):
    retire_group(System(), tea.tea)
    ((kind, fields),) = told()
    assert (kind, fields["count"], fields["date"]) == ("series_ended", "6", "Thu 26 Nov")


def test_one_date_that_is_skipped_is_told_as_cancelled(tea):
    series = current_series(tea.tea)
    skip_date(System(), series, tea.dates[1].start.date(), series.version)
    assert [kind for kind, _fields in told()] == ["cancelled"]
