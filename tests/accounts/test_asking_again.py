"""On an own phone that stays signed in, what tells much waits for the password."""

from datetime import timedelta

import pytest

from groupsched.accounts.models import Credential
from groupsched.accounts.service.passwords import hash_password
from groupsched.core import clock
from groupsched.core.db import db

pytestmark = pytest.mark.on_sqlite

PASSWORD = "correct horse battery"
TELLS_MUCH = ["/account", "/account/looks", "/calendar"]


@pytest.fixture
def phone(client, world):
    """A browser that signed in two hours ago, as an own phone."""
    person = world.client()
    db.session.add(Credential(person_id=person.id, login="robin", password_hash=hash_password(PASSWORD)))
    db.session.commit()
    with clock.at(clock.now() - timedelta(hours=2)):
        client.post("/sign-in", data={"login": "robin", "password": PASSWORD, "own_phone": "y"})
    return client


@pytest.mark.parametrize("page", TELLS_MUCH)
def test_a_page_that_tells_much_asks_for_the_password_first(phone, page):
    answer = phone.get(page)
    assert answer.status_code == 303
    assert answer.location == f"/account/confirm?next={page}"
    assert phone.get("/my").status_code == 200, "the week opens at once"


def test_the_password_opens_the_page_for_a_while(phone):
    answer = phone.post("/account/confirm", data={"current": PASSWORD, "next": "/calendar"})
    assert answer.location == "/calendar"
    assert phone.get("/calendar").status_code == 200
    with clock.at(clock.now() + timedelta(hours=2)):
        assert phone.get("/calendar").status_code == 303


def test_a_wrong_password_opens_nothing_and_is_counted(phone):
    for _ in range(3):
        answer = phone.post("/account/confirm", data={"current": "wrong", "next": "/calendar"})
        assert answer.status_code == 422
        assert 'value="/calendar"' in answer.text
    assert phone.get("/calendar").status_code == 303


def test_a_form_sent_from_such_a_page_changes_nothing_before_the_password(phone):
    assert phone.post("/calendar", data={"name": "Phone", "titles": "private"}).status_code == 303
    assert phone.post("/account", data={"language": "es"}).location.startswith("/account/confirm")


def test_the_way_on_leads_only_to_pages_of_this_program(phone):
    data = {"current": PASSWORD, "next": "https://elsewhere.example.net/"}
    assert phone.post("/account/confirm", data=data).location == "/my"


def test_a_shared_browser_is_not_asked_since_it_rests_soon(client, world):
    person = world.client()
    assert client.as_(person).get("/account").status_code == 200
