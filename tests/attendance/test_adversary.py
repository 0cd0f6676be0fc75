"""Looks at a sheet that tried to leave no trace, and people who tried to be on one."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from groupsched.access.identity import Role
from groupsched.attendance.models import Attendee
from groupsched.attendance.rules.marks import attendee_uid
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.catalog.service import fields_of, update_group
from groupsched.core import clock
from groupsched.core.db import db


@pytest.fixture
def address(morning):
    return f"/sheet/{morning.occurrence.uid}"


def seen():
    """How many people the audit says were looked at, in each of its rows."""
    return [len(row.subjects) for row in db.session.query(AuditRow).filter_by(word=AuditAction.SHEET_OPENED)]


@pytest.mark.parametrize("path", ["/rows", "/finish"])
def test_every_page_with_the_names_of_a_sheet_is_written_down(client, morning, address, path):
    assert client.as_(morning.ossian).get(address + path).status_code == 200
    assert seen() == [4]


def test_all_rows_from_the_beginning_are_no_poll(client, morning, address):
    browser = client.as_(morning.ossian)
    browser.post(f"{address}/everyone")
    assert len(browser.get(f"{address}/rows?since=0").json["rows"]) == 4
    assert seen() == [4]


def test_a_mark_of_long_ago_does_not_hide_that_the_sheet_is_opened(client, morning, address):
    browser = client.as_(morning.ossian)
    name = re.search(r"done=([0-9a-f-]+)", browser.post(f"{address}/everyone").location)[1]
    browser.get(f"{address}?done={name}")
    assert seen() == []
    with clock.at(clock.now() + timedelta(hours=1)):
        browser.get(f"{address}?done={name}")
    assert seen() == [4]


def test_a_supervisor_learns_no_name_by_finishing_before_the_reason(client, morning, address):
    answer = client.as_(morning.world.supervisor()).post(f"{address}/finish")
    assert answer.status_code in (303, 409)
    assert "Ash" not in answer.text


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.FRONT_DESK, Role.ADMIN])
def test_only_clients_are_put_on_a_sheet(client, morning, address, role):
    """Else a colleague gets a record of having been there."""
    colleague = morning.world.person("Holly", "Kettle", role)
    answer = client.as_(morning.ossian).post(f"{address}/walk-in", data={"person": colleague.uid, "op": "x"})
    assert answer.status_code == 404
    assert db.session.query(Attendee).filter_by(person_id=colleague.id).count() == 0


def test_what_colleagues_noted_on_somebody_who_leads_here_is_not_for_them(client, morning, address):
    """A peer worker may be in a group that they help to lead."""
    peer = morning.world.person("Holly", "Kettle", Role.CLIENT, Role.FACILITATOR)
    fields = replace(fields_of(morning.group), facilitators=(morning.ossian.uid, peer.uid))
    update_group(morning.world.system, morning.group, fields, morning.group.version)
    morning.enrol(peer)
    row = attendee_uid(morning.occurrence.uid, peer.uid)
    colleague, own = client.as_(morning.ossian), client.as_(peer)
    assert colleague.post(f"{address}/note/{row}", data={"note": "was worn out"}).status_code == 303
    for page in (f"?row={row}", f"/row/{row}", "", "/rows", "/finish"):
        assert "worn out" not in own.get(address + page).text
    assert own.post(f"{address}/note/{row}", data={"note": "was splendid"}).status_code == 409
    assert "worn out" in colleague.get(f"{address}?row={row}").text


def test_what_is_typed_on_a_sheet_holds_no_character_that_cannot_be_seen(client, morning, address):
    """Else a name turns the line around in which it stands, and a note breaks its page."""
    browser = client.as_(morning.ossian)
    browser.post(f"{address}/walk-in", data={"guest_name": "Sam\x07\u202ekcuR\r\n", "op": "x"})
    guest = db.session.query(Attendee).filter_by(person_id=None).one()
    assert guest.guest_name == "SamkcuR"
    browser.post(f"{address}/note/{guest.uid}", data={"note": "came\x1b[0m\r\nlate\u2066"})
    assert db.session.get(Attendee, guest.id).note == "came[0m\nlate"
