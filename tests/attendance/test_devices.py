"""Marks from a paired tablet: each under the name of who made it, whoever is signed in when the line is back."""

from datetime import timedelta

import pytest

from groupsched.accounts.models import Device, SignIn
from groupsched.attendance.models import AttendanceOperation, SheetOperation
from groupsched.attendance.rules import as_sent, attendee_uid
from groupsched.audit.models import AuditRow
from groupsched.core import clock
from groupsched.core.db import db
from tests.accounts.test_devices import PASSWORD, give_password, paired_tablet
from tests.attendance.conftest import Morning
from tests.attendance.test_queue import here

DATA = {"Accept": "application/json"}


class Ward:
    """A morning with a paired tablet, on which Ossian, who leads the group, has signed in and gone."""

    def __init__(self, client, world):
        self.client, self.morning = client, Morning(world)
        self.world, self.uid = world, self.morning.occurrence.uid
        give_password(self.morning.ossian, "ossian")
        self.admin = world.admin()
        self.tablet = paired_tablet(client, world, self.admin)
        self.unlock = self.sign_in("ossian")

    def sign_in(self, login, tablet=None):
        """Somebody signs in on the tablet; the public id of that."""
        browser = tablet or self.tablet
        browser.post("/lock")
        assert browser.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
        return db.session.query(SignIn).order_by(SignIn.id.desc()).first().uid

    def mark(self, person, actor, unlock="", **fields):
        """A mark as a tablet keeps it."""
        return as_sent(here(self.morning, person, actor=actor.uid, unlock=unlock, **fields))

    def send(self, *operations, by=None):
        """What came of each: outcome and code."""
        body = {"device": "tablet", "operations": list(operations)}
        answer = (by or self.tablet).post(f"/sheet/{self.uid}/operations", json=body, headers=DATA)
        if answer.status_code != 200:
            return answer.status_code
        return [(one["outcome"], one["code"]) for one in answer.json["results"]]


@pytest.fixture
def ward(client, world):
    return Ward(client, world)


def test_a_mark_that_waited_is_taken_under_the_name_of_who_made_it(ward):
    wren = give_password(ward.world.front_desk(), "wren")
    waited = ward.mark(ward.morning.ash, ward.morning.ossian, ward.unlock)
    unlock = ward.sign_in("wren")
    own = ward.mark(ward.morning.basil, wren, unlock)
    assert ward.send(waited, own) == [("applied", None)] * 2
    stored = {one.op_id: one for one in db.session.query(AttendanceOperation)}
    device = db.session.query(Device).one()
    assert stored[waited["op_id"]].actor_id == ward.morning.ossian.id
    assert stored[own["op_id"]].actor_id == wren.id
    assert {one.paired_device_id for one in stored.values()} == {device.id}
    sent = {one.op_id: one.sent_by_id for one in db.session.query(SheetOperation)}
    assert sent == {waited["op_id"]: wren.id, own["op_id"]: None}
    row = attendee_uid(ward.uid, ward.morning.ash.uid)
    assert "Ossian, Desk tablet, " in ward.tablet.get(f"/sheet/{ward.uid}/row/{row}").text
    assert db.session.query(AuditRow).filter_by(word="attendee.opened").one().detail["device"] == device.uid
    assert ward.send(waited) == [("duplicate", None)]


def test_without_an_unlock_of_this_tablet_a_mark_of_somebody_else_waits(ward):
    give_password(ward.world.front_desk(), "wren")
    ash, ossian = ward.morning.ash, ward.morning.ossian
    wren_unlock = ward.sign_in("wren")
    waits = [("refused", "other-person")]
    assert ward.send(ward.mark(ash, ossian)) == waits
    assert ward.send(ward.mark(ash, ossian, wren_unlock)) == waits  # not theirs
    early, late = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=25)
    assert ward.send(ward.mark(ash, ossian, ward.unlock, at=early)) == waits
    assert ward.send(ward.mark(ash, ossian, ward.unlock, at=late)) == waits
    elsewhere = paired_tablet(ward.client, ward.world, ward.admin, "Studio tablet")
    ward.sign_in("wren", elsewhere)
    assert ward.send(ward.mark(ash, ossian, ward.unlock), by=elsewhere) == waits
    plain = ward.client.application.test_client()
    ward.sign_in("wren", plain)
    assert ward.send(ward.mark(ash, ossian, ward.unlock), by=plain) == waits
    assert db.session.query(AttendanceOperation).count() == 0


def test_who_may_not_see_a_sheet_sends_marks_of_who_may_and_hears_of_no_row(ward):
    """Two who lead different groups share the tablet."""
    juniper = give_password(ward.world.facilitator("Juniper", "Placeholder"), "juniper")
    waited = ward.mark(ward.morning.ash, ward.morning.ossian, ward.unlock)
    unlock = ward.sign_in("juniper")
    own = ward.mark(ward.morning.basil, juniper, unlock)
    assert ward.send(own) == 404
    body = {"device": "tablet", "operations": [waited, own]}
    answer = ward.tablet.post(f"/sheet/{ward.uid}/operations", json=body, headers=DATA)
    assert [(one["op_id"], one["outcome"], one["row"]) for one in answer.json["results"]] == [
        (waited["op_id"], "applied", None)
    ]
    assert "rows" not in answer.json and "Ash" not in answer.text
    assert db.session.query(AttendanceOperation).one().actor_id == ward.morning.ossian.id
    unknown = ward.tablet.post("/sheet/nowhere/operations", json=body, headers=DATA)
    assert unknown.status_code == 404


def test_the_roles_of_who_made_a_mark_are_asked_when_it_comes(ward):
    give_password(ward.world.front_desk(), "wren")
    waited = ward.mark(ward.morning.ash, ward.morning.ossian, ward.unlock)
    ward.sign_in("wren")
    grant = ward.morning.ossian.grants[0]
    grant.until_at = clock.now()
    db.session.commit()
    assert ward.send(waited) == [("refused", "not-allowed")]
    ward.morning.ossian.credential.disabled_at = clock.now()
    db.session.commit()
    assert ward.send(waited) == [("refused", "other-person")]


def test_an_unpaired_tablet_sends_for_nobody_else(ward):
    give_password(ward.world.front_desk(), "wren")
    waited = ward.mark(ward.morning.ash, ward.morning.ossian, ward.unlock)
    device = db.session.query(Device).one()
    ward.client.as_(ward.admin).post(f"/program/tablets/{device.uid}/unpair")
    ward.sign_in("wren")
    assert ward.send(waited) == [("refused", "other-person")]
    assert 'id="unpaired"' in ward.tablet.get("/today").text
    ward.sign_in("ossian")
    assert ward.send(waited) == [("applied", None)]
    assert db.session.query(AttendanceOperation).one().paired_device_id is None
