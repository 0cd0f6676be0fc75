"""What was read before a lock was had is read again under it. SQLite has one writer, who saw it all."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import delete, select, update

from groupsched.attendance import queries, service
from groupsched.attendance.models import Attendee, Sheet
from groupsched.attendance.service.locked_sheet import open_book
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.schedule.models import Occurrence
from tests.attendance.test_queue import of, post, sent


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


def waiting(app, morning, meanwhile):
    """What a tablet is answered that had to wait for the group while others did something with the sheet; it sends twice."""
    service.open_sheet(morning.leader, morning.occurrence)
    db.session.commit()
    mark = sent(morning, attendee_id=of(morning, morning.ash), status="present", base_version=0)
    browsers = [app.test_client().as_(morning.ossian) for _ in range(2)]
    with ThreadPoolExecutor(2) as tablets:
        with db.engine.begin() as other:
            other.execute(select(Group.id).where(Group.id == morning.group.id).with_for_update())
            told = [tablets.submit(post, browser, morning, mark) for browser in browsers]
            sleep(0.3)
            for statement in meanwhile:
                other.execute(statement)
        return sorted((one.result().json for one in told), key=lambda one: one["results"][0]["outcome"])


@pytest.mark.usefixtures("elsewhere")
def test_a_mark_that_waited_is_made_on_the_sheet_as_it_stands_then_and_sent_twice_at_once_counts_once(
    app, morning
):
    number = morning.occurrence.id
    cleared = (
        update(Sheet).where(Sheet.occurrence_id == number).values(version=41),
        update(Attendee).where(Attendee.uid == of(morning, morning.basil)).values(note="Tea", changed_in=41),
    )
    first, again = waiting(app, morning, cleared)
    assert [one["results"][0]["outcome"] for one in (first, again)] == ["applied", "duplicate"]
    assert first["version"] == again["version"] == 42


@pytest.mark.usefixtures("elsewhere")
def test_a_mark_that_waited_for_a_cancellation_waits_for_review(app, morning):
    gone = update(Occurrence).where(Occurrence.id == morning.occurrence.id).values(status="cancelled")
    told = waiting(app, morning, [gone])
    assert {one["results"][0]["outcome"] for one in told} == {"review"}
