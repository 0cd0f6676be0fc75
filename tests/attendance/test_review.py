"""Marks that came where they could not be taken: who may settle them, and what comes of it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from groupsched.attendance import queries, service
from groupsched.attendance.models import AttendanceOperation, MarkToReview
from groupsched.attendance.rules import AttendanceStatus, QueuedKind, QueuedOperation, attendee_uid
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.service import set_status
from tests.conftest import identity_of

PAGE = "/marks-to-review"
PRESENT = AttendanceStatus.PRESENT


def late(morning, person, by=None, **fields):
    """A mark of this person that comes now, to whatever stands."""
    op = QueuedOperation(
        op_id=str(uuid4()), attendee_id=attendee_uid(morning.occurrence.uid, person.uid), status=PRESENT,
        **{"observed_at": morning.occurrence.start, **fields},
    )  # fmt: skip
    [told] = service.apply(by or morning.leader, morning.occurrence, [op])
    db.session.commit()
    return told.code


def status(morning, person):
    db.session.expire_all()
    row = queries.read_sheet(morning.occurrence).row(attendee_uid(morning.occurrence.uid, person.uid))
    return row.state.status if row else None


def settle(browser, counts=True):
    mark = db.session.query(MarkToReview).filter_by(settled_at=None).one()
    return browser.post(f"{PAGE}/{mark.uid}", data={"counts": "yes"} if counts else {})


def test_a_mark_that_came_after_the_finish_counts_and_the_sheet_stays_finished(client, morning):
    service.finish(morning.leader, morning.occurrence)
    assert late(morning, morning.ash) == "finished"
    browser = client.as_(morning.ossian)
    assert "1 mark waits to be looked at" in browser.get("/today").text
    page = browser.get(PAGE).text
    assert "Ossian finished the sheet at" in page and "Ash D." in page and "Doorbell" not in page
    settle(browser)
    assert status(morning, morning.ash) is PRESENT
    view = queries.read_sheet(morning.occurrence)
    assert view.finished and view.sheet.headcount == 1
    assert "Nothing waits" in browser.get(PAGE).text
    kept = db.session.query(MarkToReview).one()
    assert (kept.settled_as, kept.settled_by_id) == ("taken", morning.ossian.id)
    assert db.session.query(AttendanceOperation).filter_by(op_id=kept.op_id).count() == 1
    settle_again = browser.post(f"{PAGE}/{kept.uid}", data={})
    assert settle_again.status_code == 303 and db.session.query(MarkToReview).one().settled_as == "taken"


def test_what_is_left_out_changes_nothing_and_is_kept(client, morning):
    service.finish(morning.leader, morning.occurrence)
    late(morning, morning.ash)
    settle(client.as_(morning.ossian), counts=False)
    assert status(morning, morning.ash) is AttendanceStatus.ABSENT
    assert db.session.query(MarkToReview).one().settled_as == "left"


@pytest.mark.parametrize("counts", [True, False])
def test_nobody_settles_a_mark_of_their_own(client, morning, counts):
    morning.enrol(morning.ossian)
    desk = identity_of(morning.world.front_desk())
    service.finish(morning.leader, morning.occurrence)
    late(morning, morning.ossian, by=desk)
    answer = settle(client.as_(morning.ossian), counts)
    assert answer.status_code == 409 and "You cannot mark yourself" in answer.text
    assert db.session.query(MarkToReview).one().settled_at is None


def test_a_cancelled_date_that_took_place_waits_to_be_finished(client, morning):
    set_status(morning.occurrence, "cancelled", "Ill")
    assert late(morning, morning.ash) == "cancelled"
    browser = client.as_(morning.ossian)
    assert "Did it take place?" in browser.get(PAGE).text
    settle(browser)
    assert (morning.occurrence.status, status(morning, morning.ash)) == ("scheduled", PRESENT)


def test_a_date_that_lies_ahead_has_not_taken_place(client, morning):
    set_status(morning.occurrence, "cancelled", "Ill")
    with clock.at(morning.occurrence.start - timedelta(hours=1)):
        late(morning, morning.ash)
        answer = settle(client.as_(morning.ossian))
    assert answer.status_code == 409 and "has not started yet" in answer.text
    assert morning.occurrence.status == "cancelled"


def test_who_has_left_comes_back_as_a_walk_in(client, morning):
    service.open_sheet(morning.leader, morning.occurrence)
    morning.leaves(morning.ash)
    assert late(morning, morning.ash) == "removed"
    settle(client.as_(morning.ossian))
    assert status(morning, morning.ash) is PRESENT


def test_a_time_that_cannot_be_is_left_away_and_the_mark_counts(client, morning):
    long_ago = morning.occurrence.start - timedelta(days=3)
    assert late(morning, morning.ash, observed_at=long_ago, time_in=long_ago) == "out-of-bounds"
    settle(client.as_(morning.ossian))
    answer = queries.read_sheet(morning.occurrence).rows[0].state.answer
    assert answer.status is PRESENT
    assert morning.occurrence.start <= answer.time_in <= morning.occurrence.end


def test_who_was_typed_at_the_door_becomes_a_client_and_both_histories_stay(client, morning):
    sorrel = morning.world.client("Sorrel", "Bramble")
    typed = QueuedOperation(
        op_id=str(uuid4()), kind=QueuedKind.WALK_IN, observed_at=clock.now(), name="Sorrel B"
    )
    service.apply(morning.leader, morning.occurrence, [typed])
    db.session.commit()
    browser = client.as_(morning.ossian)
    mark = db.session.query(MarkToReview).one()
    assert "Who is it?" in browser.get(PAGE).text
    found = browser.post(f"{PAGE}/{mark.uid}/who", data={"q": "sorrel"}).text
    assert "Sorrel B." in found and "Bramble" not in found
    chosen = re.search(r'name="person" value="([^"]+)"', found)[1]
    assert browser.post(f"{PAGE}/{mark.uid}/who", data={"person": chosen}).status_code == 303
    assert status(morning, sorrel) is PRESENT
    assert {row.label for row in queries.read_sheet(morning.occurrence).rows} >= {"Sorrel B."}
    assert "Sorrel B" not in {row.label for row in queries.read_sheet(morning.occurrence).rows}
    assert db.session.query(AttendanceOperation).count() == 2


@pytest.mark.parametrize("act", ["", "/who"])
def test_a_stranger_neither_sees_nor_settles(client, morning, act):
    service.finish(morning.leader, morning.occurrence)
    late(morning, morning.ash)
    mark = db.session.query(MarkToReview).one()
    for why, person in morning.strangers().items():
        browser = client.as_(person)
        assert (
            "Late marks to look at" not in browser.get(PAGE).text or "Nothing waits" in browser.get(PAGE).text
        ), why
        assert (
            browser.post(f"{PAGE}/{mark.uid}{act}", data={"counts": "yes", "q": "ash"}).status_code == 404
        ), why
    assert len(queries.marks_to_review(identity_of(morning.world.front_desk()))) == 1
