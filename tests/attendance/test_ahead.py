"""What a device keeps for the time without a line: whose sheets, one look a day, and nothing twice."""

from datetime import timedelta

from groupsched.attendance import queries, service
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from tests.conftest import identity_of

ADDRESS = "/sheet/ahead"


def kept(browser, **headers):
    answer = browser.get(ADDRESS, headers={"Accept": "application/json", **headers})
    assert answer.status_code == 200
    return {one["uid"]: one for one in answer.json["sheets"]}


def looks():
    return [
        sorted(subject.person_id for subject in row.subjects)
        for row in db.session.query(AuditRow).filter_by(word=AuditAction.SHEETS_FETCHED).order_by(AuditRow.id)
    ]


def test_those_who_write_on_a_sheet_keep_it_and_no_stranger_does(morning, client, world):
    uid = morning.occurrence.uid
    for who in (morning.ossian, world.front_desk("Ana", "Sill")):
        assert uid in kept(client.as_(who)), who.first_name
    assert uid not in kept(client.as_(world.supervisor())), "a supervisor gives a reason first"
    for why, who in morning.strangers().items():
        answer = client.as_(who).get(ADDRESS, headers={"Accept": "application/json"})
        assert answer.status_code == 404 or uid not in {one["uid"] for one in answer.json["sheets"]}, why
    assert client.as_(None).get(ADDRESS, headers={"Accept": "application/json"}).status_code == 401


def test_a_kept_sheet_has_what_its_page_needs_and_nothing_of_the_register(morning, client):
    browser = client.as_(morning.ossian)
    one = kept(browser)[morning.occurrence.uid]
    rows = browser.get(f"/sheet/{morning.occurrence.uid}/rows").json["rows"]
    assert one["rows"] == rows
    assert one["title"] == morning.group.title and one["facts"]["part"] is True
    assert [row["label"] for row in rows] == ["Ash D.", "Basil C.", "Jo Mar.", "Jo Mat."]
    assert "Doorbell" not in str(one)


def test_it_is_one_look_a_day_and_who_joins_is_written_down_when_they_come(morning, client, world):
    browser = client.as_(morning.ossian)
    everybody = sorted(person.id for person in morning.people)
    kept(browser)
    kept(browser)
    assert looks() == [everybody]
    yuri = world.client("Yuri", "Casserole")
    morning.enrol(yuri)
    kept(browser)
    assert looks() == [everybody, [yuri.id]]


def test_what_is_as_it_was_is_not_sent_again(morning, client):
    browser = client.as_(morning.ossian)
    first = browser.get(ADDRESS)
    again = browser.get(ADDRESS, headers={"If-None-Match": first.json["tag"]})
    assert (again.status_code, again.data) == (304, b"") and again.headers["X-Who"] == morning.ossian.uid
    service.everyone_else_here(morning.leader, morning.occurrence, service.new_op_id())
    db.session.commit()
    assert browser.get(ADDRESS, headers={"If-None-Match": first.json["tag"]}).status_code == 200


def test_a_finished_sheet_a_cancelled_date_and_the_day_after_tomorrow_are_not_kept(morning, client, world):
    later, gone = (world.soon(morning.group, in_minutes=minutes) for minutes in (3 * 24 * 60, -20))
    browser = client.as_(morning.ossian)
    assert later.uid not in kept(browser) and gone.uid in kept(browser)
    service.did_not_meet(morning.leader, gone, "Nobody came")
    rows = {row.attendee_id: "absent" for row in queries.read_sheet(morning.occurrence).rows}
    service.finish(morning.leader, morning.occurrence, rows)
    db.session.commit()
    assert kept(browser) == {}


def test_the_nearest_come_first_and_there_are_only_so_many(morning):
    near = [morning.occurrence.uid]
    soon = [morning.world.soon(morning.group, in_minutes=minutes).uid for minutes in (90, 30)]
    with clock.at(morning.occurrence.start + timedelta(minutes=25)):
        found = queries.sheets_ahead(identity_of(morning.ossian), morning.occurrence.timezone, most=2)
    assert [view.occurrence.uid for view in found] == near + soon[1:]
