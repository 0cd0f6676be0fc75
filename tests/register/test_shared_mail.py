"""A mail address that somebody else has too is asked about, and used for both after a tick."""

import re

import pytest
from sqlalchemy import select

from groupsched.accounts.models import Person
from groupsched.audit.models import AuditRow, AuditSubject
from groupsched.audit.rules import AuditAction
from groupsched.core.db import db

FERN = {
    "first_name": "Fern",
    "last_name": "Teacup",
    "email": "House@example.org",
    "phone": "",
    "language": "en",
}
ASKED = "Robin Teacup has this mail address too. Use it for both?"


@pytest.fixture
def desk(client, world):
    """The desk's browser, in a program where Robin has a mail address."""
    world.robin = world.client("Robin", "Teacup", email="house@example.org")
    return client.as_(world.front_desk())


def ferns():
    db.session.expire_all()
    return list(db.session.scalars(select(Person.email).where(Person.first_name == "Fern")))


def ticked(page):
    value = re.search(r'name="use_for_both" value="([^"]*)"', page.text)[1]
    return {"use_for_both": value}


def test_a_new_person_gets_an_address_of_somebody_else_after_a_tick(desk, world):
    new = {**FERN, "site_id": world.site.id, "roles": ["client"]}
    page = desk.post("/people/new", data=new)
    assert page.status_code == 422
    assert ASKED in page.text
    assert ferns() == []
    seen = select(AuditSubject.person_id).join(AuditRow).where(AuditRow.word == AuditAction.PERSON_LISTED)
    assert world.robin.id in db.session.scalars(seen).all()
    other = {**new, "email": "robin2@example.org", **ticked(page)}
    world.client("Rowan", "Teacup", email="robin2@example.org")
    assert "Rowan Teacup has this mail address too." in desk.post("/people/new", data=other).text
    assert desk.post("/people/new", data={**new, **ticked(page)}).status_code == 303
    assert ferns() == ["House@example.org"]


def test_a_change_to_an_address_of_somebody_else_is_asked_about_and_one_that_stays_is_not(desk, world):
    fern = world.client("Fern", "Teacup")
    change = {**FERN, "site_id": world.site.id}
    page = desk.post(f"/people/{fern.uid}/edit", data={**change, "version": fern.version})
    assert ASKED in page.text
    assert ferns() == [None]
    answer = desk.post(f"/people/{fern.uid}/edit", data={**change, "version": fern.version, **ticked(page)})
    assert answer.status_code == 303
    again = {**change, "phone": "202-555-0100", "version": fern.version}
    assert desk.post(f"/people/{fern.uid}/edit", data=again).status_code == 303


def test_who_does_not_show_is_not_told_of(client, world):
    """An administrator does not learn from an address that somebody is a client here."""
    world.client("Robin", "Teacup", email="house@example.org")
    new = {**FERN, "site_id": world.site.id, "roles": ["facilitator"]}
    assert client.as_(world.admin()).post("/people/new", data=new).status_code == 303
