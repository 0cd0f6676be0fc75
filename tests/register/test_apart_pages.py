"""The pages on which supervisors keep people apart: who opens them, what they say, what is written down."""

import re

import pytest
from sqlalchemy import select

from groupsched.audit.models import AuditRow
from groupsched.core.db import db
from groupsched.enrolment.models import ApartPair
from tests.factories import tomorrow_at
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite


@kept
def house(world):
    world.robin, world.jo = world.client("Robin"), world.client("Jo", "Marmalade")
    world.ivy = world.supervisor("Ivy")
    world.tea = world.group("Tea")
    world.series(world.tea, tomorrow_at(10), dates=2)
    world.enrol(world.tea, world.jo, world.robin)
    return world


def kept_pair():
    db.session.rollback()
    return db.session.scalars(select(ApartPair)).one()


def test_two_are_found_kept_apart_and_where_they_meet_is_shown(house, client):
    browser = client.as_(house.ivy)
    at = f"/people/{house.robin.uid}/apart"
    assert at in browser.get(f"/people/{house.robin.uid}").text
    found = browser.post(at, data={"q": "marm"}).text
    assert "Jo Marmalade" in found
    answer = browser.post(
        at, data={"q": "marm", "person": house.jo.uid, "minutes": "15", "reason": "A quarrel.", "act": "keep"}
    )
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "A quarrel." in page
    assert "15 minutes between them" in page
    assert "Tea" in page, "what they share already is for the supervisor to settle"
    listed = browser.get("/people/apart").text
    assert "Jo Marmalade" in listed
    assert "A quarrel." not in listed


def test_reading_why_is_written_down_and_of_neither_of_the_two(house, client):
    pair = house.keep_apart(house.robin, house.jo)
    client.as_(house.ivy).get(f"/people/apart/{pair.uid}")
    row = db.session.scalars(select(AuditRow).where(AuditRow.word == "apart.read")).one()
    assert (row.object_uid, row.subjects) == (pair.uid, [])


def test_others_find_no_such_page(house, client):
    pair = house.keep_apart(house.robin, house.jo)
    for somebody in (house.front_desk(), house.facilitator(), house.admin(), house.robin):
        browser = client.as_(somebody)
        for address in ("/people/apart", f"/people/apart/{pair.uid}", f"/people/{house.robin.uid}/apart"):
            assert browser.get(address).status_code == 404
        assert browser.post(f"/people/apart/{pair.uid}/end").status_code == 404


def test_ending_it_offers_the_way_back(house, client):
    pair, browser = house.keep_apart(house.robin, house.jo), client.as_(house.ivy)
    page = browser.get(browser.post(f"/people/apart/{pair.uid}/end").location).text
    assert kept_pair().until_day is not None
    undo = re.search(r'action="(/people/apart/\w+/keep-on)"', page)[1]
    assert browser.post(undo).status_code == 303
    assert kept_pair().until_day is None


def test_what_is_missing_is_said_and_what_was_typed_stays(house, client):
    browser, at = client.as_(house.ivy), f"/people/{house.robin.uid}/apart"
    nobody = browser.post(at, data={"q": "marm", "reason": "A quarrel.", "act": "keep"})
    assert nobody.status_code == 422
    assert "A quarrel." in nobody.text
    silent = browser.post(at, data={"q": "marm", "person": house.jo.uid, "act": "keep"})
    assert silent.status_code == 422
    assert "Supervisors alone read it" in silent.text


@kept
def asking(world):
    """Robin asked to join the tea group, and is kept apart from Jo there."""
    world.robin, world.jo = world.client("Robin", "Teacup"), world.client("Jo", "Marmalade")
    world.ivy, world.desk = world.supervisor("Ivy", "Testwell"), world.front_desk()
    world.tea = world.group("Tea", access="referral")
    world.series(world.tea, tomorrow_at(10), dates=2)
    world.enrol(world.tea, world.jo)
    world.request = world.ask(world.tea, world.robin)
    world.pair = world.keep_apart(world.robin, world.jo)
    return world


def verbs_of(world):
    """A yes to a request, and bringing somebody in."""
    return [
        (f"/enrolments/{world.request.uid}/answer", {"answer": "yes"}),
        (f"/people/{world.robin.uid}/groups", {"group": world.tea.uid}),
    ]


def test_who_keeps_pairs_reads_why_it_is_refused_and_is_led_to_the_pair(asking, client):
    for address, form in verbs_of(asking):
        answer = client.as_(asking.ivy).post(address, data=form)
        assert answer.status_code == 409, address
        assert "These two are kept apart" in answer.text and "Ask the supervisor" not in answer.text
        assert f'href="/people/apart/{asking.pair.uid}"' in answer.text
        assert "This changed while you were looking" not in answer.text


def test_others_read_that_it_needs_the_supervisor_and_not_who(asking, client):
    for address, form in verbs_of(asking):
        answer = client.as_(asking.desk).post(address, data=form)
        assert answer.status_code == 409, address
        assert "This needs the supervisor" in answer.text and "Ask the supervisor." in answer.text
        assert asking.pair.uid not in answer.text and "Jo M." not in answer.text
        assert "This changed while you were looking" not in answer.text
