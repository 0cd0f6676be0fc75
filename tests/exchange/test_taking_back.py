"""A table that was brought in is taken back for a day: what nobody used goes, what somebody used stays and is named."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from groupsched.accounts.models import Person
from groupsched.accounts.service import ensure_credential, hold
from groupsched.attendance.service import add_walk_in
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.exchange.models import TableImport
from groupsched.operations.worker import round_of_work
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.schedule.models import Occurrence
from tests.conftest import identity_of
from tests.exchange.test_table_seats import GROUPS, talk
from tests.exchange.uploading import send, yes

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")
PEOPLE = "record_number,first_name,last_name,email\n" + "".join(
    f"HL-{number},{name},Teacup,{name.lower()}@example.org\n"
    for number, name in enumerate(("Robin", "Holly", "Fern", "Basil", "Ivy"))
)


@pytest.fixture(autouse=True)
def _held_time():
    with clock.at(NOW):
        yield


@pytest.fixture
def browser(client, world):
    """A supervisor's."""
    world.boss, world.lead = world.supervisor(), world.facilitator()
    return client.as_(world.boss)


def bring(browser, kind, file):
    """The address at which a table that was brought in is taken back."""
    yes(browser, f"/import/{kind}", send(browser, f"/import/{kind}", file))
    return f"/import/back/{latest().uid}"


def latest():
    db.session.expire_all()
    return db.session.scalars(select(TableImport).order_by(TableImport.id.desc())).first()


def person(name):
    return db.session.scalar(select(Person).where(Person.first_name == name))


def count(table, *where):
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(table).where(*where))


def test_people_whom_nobody_met_are_gone_and_the_others_stay_and_are_named(browser, world, statements):
    back = bring(browser, "people", PEOPLE)
    page = browser.get("/import/people")
    assert f'href="{back}"' in page.text
    assert "You can take it back until tomorrow 09:00." in page.text
    assert "Robin Teacup" in browser.get("/people?show=clients").text
    ensure_credential(person("Holly"))
    group = world.group(led_by=world.lead)
    world.soon(group, in_minutes=60)
    world.enrol(group, person("Fern"))
    ran = world.soon(group)
    add_walk_in(identity_of(world.lead), ran, person("Basil"))
    db.session.commit()
    before = len(statements())
    page = browser.get(back)
    assert len(statements()) - before <= 12
    assert "Fern Teacup" in page.text and "Robin Teacup" not in page.text
    answer = browser.post(back, follow_redirects=True)
    assert "2 rows are taken back." in answer.text
    assert "Used since, and still here: Holly Teacup, Fern Teacup and Basil Teacup." in answer.text
    assert back not in answer.text
    assert person("Robin") is None and person("Ivy") is None
    assert not db.session.scalar(select(Person).where(Person.email == "robin@example.org"))
    listed = browser.get("/people?show=clients").text
    assert "Holly Teacup" in listed and "Robin Teacup" not in listed and "–" not in listed.split("<main")[1]
    audit = browser.get("/audit").text
    assert "took back a table" in audit and "took out somebody who had come with a table" in audit
    assert browser.post(back).status_code == 409


def test_somebody_who_is_gone_is_found_nowhere_and_can_come_again(browser, world):
    back = bring(browser, "people", PEOPLE)
    robin = person("Robin")
    uid, number = robin.uid, robin.id
    browser.post(back)
    assert browser.get(f"/people/{uid}").status_code == 404
    assert browser.get("/people?show=clients&q=HL-0").status_code == 200
    bring(browser, "people", PEOPLE)
    again = person("Robin")
    assert (again.record_number, again.id != number) == ("HL-0", True)
    assert count(Person, Person.gone_at.is_not(None)) == 5


def test_a_person_whom_somebody_changed_stays(browser):
    back = bring(browser, "people", PEOPLE)
    bring(browser, "people", PEOPLE.replace("Ivy,Teacup", "Ivy,Lamp"))
    assert "Ivy Lamp" in browser.get(back).text


def test_groups_without_people_go_with_their_dates_and_the_others_stay(browser, world):
    row = talk(world)
    file = GROUPS + row + row.replace("talk,Talk", "tea,Tea").replace("18:00,19:00", "10:00,11:00")
    words = "No client gets a message. Who leads one of the groups gets a mail"
    assert words in browser.get("/import/groups").text
    assert words in send(browser, "/import/groups", file).text
    back = bring(browser, "groups", file)
    assert "Tea" in browser.get("/sessions?from=2026-12-02").text
    tea = db.session.scalar(select(Group).where(Group.title == "Talk"))
    world.enrol(tea, world.client())
    page = browser.get(back).text
    assert "Talk" in page and "Take that one back first." in page
    answer = browser.post(back, follow_redirects=True)
    assert "1 row is taken back. Used since, and still here: Talk." in answer.text
    assert [one.title for one in db.session.scalars(select(Group))] == ["Talk"]
    assert count(Occurrence, Occurrence.group_id != tea.id) == 0
    assert "Tea" not in browser.get("/sessions?from=2026-12-02").text.split("<main")[1]
    # The same key comes again, as what it was.
    assert "1 row is new." in yes(browser, "/import/groups", send(browser, "/import/groups", file)).text


def test_seats_go_the_waiting_first_without_a_word_and_those_with_a_mark_stay(browser, world):
    people = [world.client(name, email=f"{name.lower()}@example.org") for name in ("Robin", "Holly", "Fern")]
    group = world.group("Tea", capacity=2, led_by=world.lead)
    ran = world.soon(group, in_minutes=30, dates=3)
    rows = "".join(f"{one.record_number},Tea,,waiting\n" for one in people)
    back = bring(browser, "seats", "record_number,group,dates,status\n" + rows)
    with clock.at(ran.start + timedelta(minutes=5)):
        sheet = browser.get(f"/sheet/{ran.uid}")
        assert sheet.status_code == 200
        add_walk_in(identity_of(world.lead), ran, people[0])
        db.session.commit()
        answer = browser.post(back, follow_redirects=True)
    assert "Used since, and still here: Robin Teacup: Tea." in answer.text
    assert "2 rows are taken back." in answer.text
    assert [one.person_id for one in db.session.scalars(select(Enrolment))] == [people[0].id]
    waits = (Message.state == MessageState.WAITING) | Message.unreached.is_not(None)
    assert count(Message, waits) == 0
    last = db.session.scalars(select(Occurrence).order_by(Occurrence.start.desc())).first()
    assert last.taken == 1


def test_who_is_on_hold_stays_with_their_seats(browser, world):
    back = bring(browser, "people", PEOPLE)
    group = world.group("Tea", led_by=world.lead, capacity=9)
    world.soon(group, in_minutes=60)
    hold(identity_of(world.boss), person("Holly"), "Letter of the court, 12 Feb, 26-104")
    db.session.commit()
    seats = bring(browser, "seats", "record_number,group\nHL-0,Tea\nHL-1,Tea\n")
    browser.post(seats)
    assert [one.person.first_name for one in db.session.scalars(select(Enrolment))] == ["Holly"]
    browser.post(back)
    assert person("Holly") is not None and person("Ivy") is None


def test_after_a_day_nothing_is_known_of_it_and_nothing_can_be_taken_back(browser):
    back = bring(browser, "people", PEOPLE)
    with clock.at(NOW + timedelta(hours=24)):
        assert browser.get(back).status_code == 409
        assert browser.post(back).status_code == 409
        assert back not in browser.get("/import/people").text
        round_of_work()
        assert (latest().created, latest().rows) == (None, 5)
    assert person("Robin")


def test_a_dry_run_keeps_nothing_and_says_until_when_a_yes_can_be_taken_back(browser):
    page = send(browser, "/import/people", PEOPLE)
    assert "You can take it back until tomorrow 09:00." in page.text
    assert count(TableImport) == 0


def test_who_may_not_bring_such_a_table_in_takes_none_back(browser, client, world):
    back = bring(browser, "people", PEOPLE)
    other = world.another_program()
    for stranger in (world.admin(), world.front_desk(), world.facilitator(), other.supervisor()):
        assert client.as_(stranger).get(back).status_code == 404
        assert client.as_(stranger).post(back).status_code == 404
    assert person("Robin")
    acts = AuditRow.word == AuditAction.TABLE_TAKEN_BACK
    assert count(AuditRow, acts) == 0
    assert client.as_(world.supervisor("Juniper")).post(back).status_code == 303
    assert count(AuditRow, acts) == 1
