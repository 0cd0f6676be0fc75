"""The people of a group: who may read the list, bring, remove and answer."""

from datetime import datetime

import pytest
from sqlalchemy import select

from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import short_day
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from tests.conftest import identity_of
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def closed(world):
    """A closed group of two seats with its lead, and three clients."""
    world.lead = world.facilitator()
    world.cohort = world.group("Skills course", access="closed", capacity=2, led_by=world.lead)
    world.dates = world.series(world.cohort, datetime(2026, 11, 26, 10), dates=3)
    world.people = [
        world.client(*name) for name in (("Robin", "Teacup"), ("Rowan", "Teaspoon"), ("Hazel", "Lampshade"))
    ]
    return world


def at(world):
    return f"/groups/{world.cohort.uid}/people"


def states(world):
    db.session.expire_all()
    rows = db.session.scalars(select(Enrolment).order_by(Enrolment.id))
    return [(row.person.first_name, row.state) for row in rows]


def test_those_of_the_table_read_the_list_and_nobody_else(closed, client):
    other = closed.facilitator("Juniper", "Placeholder")
    for person in (closed.lead, closed.front_desk(), closed.supervisor()):
        assert client.as_(person).get(at(closed)).status_code == 200
    stranger = closed.another_program().supervisor()
    for person in (other, closed.admin(), closed.people[0], stranger):
        assert client.as_(person).get(at(closed)).status_code == 404
    assert client.get(at(closed)).status_code == 303
    assert client.as_(closed.lead).get("/groups/nothing/people").status_code == 404


def test_removing_one_lets_the_next_in(closed, client):
    browser = client.as_(closed.lead)
    closed.enrol(closed.cohort, *closed.people)
    first = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).first()
    assert client.as_(closed.people[1]).post(f"/enrolments/{first.uid}/remove").status_code == 404
    assert browser.post(f"/enrolments/{first.uid}/remove").status_code == 303
    assert states(closed) == [("Robin", "left"), ("Rowan", "active"), ("Hazel", "active")]
    page = browser.get(at(closed)).text
    assert "Robin Teacup is no longer in this group." in page
    assert "Hazel Lampshade moved up and has a seat now." in page


def test_removing_is_asked_first_and_says_what_follows(closed, client):
    browser = client.as_(closed.lead)
    closed.enrol(closed.cohort, *closed.people)
    first, _second, third = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all()
    assert f'href="/enrolments/{first.uid}/remove"' in browser.get(at(closed)).text
    page = browser.get(f"/enrolments/{first.uid}/remove").text
    assert "What comes free goes to the waiting list at once." in page
    assert "Remove Robin Teacup" in page
    assert "Take Hazel L. off the list" in browser.get(f"/enrolments/{third.uid}/remove").text
    assert [state for _name, state in states(closed)] == ["active", "active", "waitlisted"]
    assert client.as_(closed.people[1]).get(f"/enrolments/{first.uid}/remove").status_code == 404
    seen = db.session.scalars(
        select(AuditRow).where(AuditRow.word == AuditAction.ROSTER_OPENED).order_by(AuditRow.id.desc())
    )
    assert [subject.person_id for subject in seen.first().subjects] == [closed.people[2].id]


@pytest.mark.parametrize(("answer", "state"), [("yes", "active"), ("no", "left")])
def test_a_request_is_answered(closed, client, answer, state):
    closed.cohort.access = "referral"
    db.session.commit()
    robin = closed.people[0]
    service.enrol(identity_of(robin), closed.cohort, robin)
    db.session.commit()
    asked = db.session.scalars(select(Enrolment)).one()
    browser = client.as_(closed.lead)
    assert "Asking to join" in browser.get(at(closed)).text
    assert (
        client.as_(robin).post(f"/enrolments/{asked.uid}/answer", data={"answer": "yes"}).status_code == 404
    )
    assert browser.post(f"/enrolments/{asked.uid}/answer", data={"answer": answer}).status_code == 303
    assert states(closed) == [("Robin", state)]


def test_a_listing_of_others_has_no_list_of_people(closed, client):
    closed.cohort = closed.listing()
    assert client.as_(closed.supervisor()).get(at(closed)).status_code == 409


def test_the_list_asks_the_database_few_times_however_many_people_there_are(closed, client, statements):
    browser = client.as_(closed.lead)
    closed.enrol(closed.cohort, *closed.people)
    before = len(statements())
    browser.get(at(closed))
    assert len(statements()) - before <= 12


def test_a_request_stands_on_the_page_of_its_group_and_in_the_list_for_those_who_may_answer(world, client):
    lead, robin = world.facilitator(), world.client()
    group = world.group("Family", led_by=lead, access="referral")
    world.soon(group, in_minutes=600)
    chess = world.group("Chess", led_by=lead)
    world.ask(group, robin)
    for person, sees in (
        (lead, True),
        (world.front_desk(), True),
        (world.supervisor(), True),
        (world.admin(), False),
    ):
        browser = client.as_(person)
        assert ("1 asks to join" in browser.get("/groups").text) is sees, person.name
        page = browser.get(f"/groups/{group.uid}").text
        assert ("1 person waits for an answer." in page) is sees
        assert (f'href="/groups/{group.uid}/people#asking"' in page) is sees
        assert "waits for an answer" not in browser.get(f"/groups/{chess.uid}").text
        assert "Teacup" not in page


def test_of_many_single_dates_the_next_three_are_in_sight_and_the_others_in_a_fold(closed, client):
    tea = closed.group("Tea", led_by=closed.lead)
    dates = closed.series(tea, datetime(2026, 11, 26, 10), dates=12)
    closed.enrol(tea, closed.people[0], dates=dates)
    closed.enrol(tea, closed.people[1], dates=dates[:3])
    with clock.at(dates[1].end):
        page = client.as_(closed.lead).get(f"/groups/{tea.uid}/people").text
    words = [short_day(one.start, one.timezone) for one in dates]
    inside, fold = page.split("Single dates:")[1].split("<details")[:2]
    assert ", ".join(words[2:5]) in " ".join(inside.split()) and words[5] not in inside
    assert "and 9 more" in fold and words[11] in fold and words[3] not in fold
    assert page.count("Single dates:") == 2 and page.count("and 2 more") == 1
