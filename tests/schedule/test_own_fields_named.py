"""Dates that one flag called edited are known by what was changed on them, and the other way round."""

from datetime import timedelta

from sqlalchemy import text

from groupsched.access.identity import System
from groupsched.core import schema
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import DateField, MoveDate, SetOfDate
from groupsched.schedule.service import cancel_occurrence, change_dates
from tests.factories import World, tomorrow_at
from tests.house.test_schema import bare_app  # noqa: F401 - the fixture


def test_what_was_edited_is_named_by_what_differs_and_called_so_again(bare_app):  # noqa: F811
    schema.upgrade()
    world = World()
    group, loft = world.group(), world.place("Quiet Loft")
    moved, elsewhere, both, off, plain = world.series(group, tomorrow_at(10), dates=5)
    me = System()
    hour = timedelta(hours=1)
    change_dates(me, group, MoveDate(moved.id, moved.start + hour, moved.end + 2 * hour))
    change_dates(me, group, SetOfDate(elsewhere.id, {DateField.PLACE: loft.id}))
    change_dates(me, group, SetOfDate(both.id, {DateField.PLACE: None, DateField.SEATS: 3}))
    cancel_occurrence(me, off, "Snow.")
    db.session.commit()
    numbers = [one.id for one in (moved, elsewhere, both, off, plain)]
    named = [db.session.get(Occurrence, number).own_fields for number in numbers]
    db.session.remove()
    schema.downgrade("0031")
    flags = db.session.execute(text("SELECT edited FROM occurrence ORDER BY id")).scalars().all()
    assert [bool(flag) for flag in flags] == [True, True, True, True, False]
    db.session.remove()
    schema.upgrade()
    found = [db.session.get(Occurrence, number).own_fields for number in numbers]
    db.session.remove()
    assert found == named == ["end start", "place", "place seats", "", ""]
