"""What was read before a lock was had is read again under it. SQLite has one writer, who saw it all."""

import pytest
from sqlalchemy import delete, update

from groupsched.attendance import queries, service
from groupsched.attendance.models import Sheet
from groupsched.attendance.service.locked_sheet import open_book
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.schedule.models import Occurrence


@pytest.fixture
def elsewhere(morning, database):
    """Another transaction commits a change while this one, which has read already, goes on."""
    if database.startswith("sqlite"):
        pytest.skip("SQLite has one writer")

    def change(statement):
        with db.engine.begin() as other:
            other.execute(statement)

    return change


def test_a_date_that_was_cancelled_a_moment_ago_takes_no_mark(morning, elsewhere):
    seen = db.session.get_one(Occurrence, morning.occurrence.id)
    assert seen.status == "scheduled"
    elsewhere(update(Occurrence).where(Occurrence.id == seen.id).values(status="cancelled"))
    with pytest.raises(Conflict) as refused:
        service.open_sheet(morning.leader, seen)
    assert refused.value.code == "cancelled"


def test_a_date_that_fell_away_a_moment_ago_is_not_found(morning, elsewhere):
    later = morning.world.soon(morning.group, in_minutes=45)
    elsewhere(delete(Occurrence).where(Occurrence.id == later.id))
    with pytest.raises(NotFound):
        service.open_sheet(morning.leader, later)


def test_a_sheet_goes_on_from_the_version_that_a_colleague_left(morning, elsewhere):
    service.open_sheet(morning.leader, morning.occurrence)
    db.session.commit()
    seen = queries.find_sheet(morning.occurrence)
    before = seen.version
    elsewhere(update(Sheet).where(Sheet.id == seen.id).values(version=before + 3))
    assert open_book(morning.occurrence).sheet.version == before + 3
