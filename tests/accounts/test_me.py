"""One's own account: settings, password, sign-ins, language, privacy."""

import re

import pytest

from groupsched.accounts.models import Credential, Person, SignIn
from groupsched.accounts.service.passwords import COST, HASH_OF_NOBODY, fits, hash_password
from groupsched.core.db import db
from groupsched.outbox.models import Message
from tests.factories import tomorrow_at
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

PASSWORD = "correct horse battery"
NEW = "another good password"


@kept
def robin(world):
    person = world.client(email="robin@example.org")
    db.session.add(Credential(person_id=person.id, login="robin", password_hash=hash_password(PASSWORD)))
    db.session.commit()
    return person


def browser_of(client, password=PASSWORD):
    other = client.application.test_client()
    answer = other.post("/sign-in", data={"login": "robin", "password": password})
    assert answer.status_code == 303
    return other


@pytest.fixture
def signed_in(client, robin):
    return browser_of(client)


@pytest.mark.parametrize("address", ["/account", "/account/password", "/account/looks"])
def test_ones_own_pages_are_for_whoever_is_signed_in(client, signed_in, address):
    assert client.get(address).headers["Location"].startswith("/sign-in?next=")
    assert client.post(address).status_code in (404, 405)
    assert signed_in.get(address).status_code == 200


def test_language_and_messages_are_ones_own_choice(signed_in, robin):
    assert signed_in.post("/account", data={"language": "es"}).status_code == 303
    db.session.refresh(robin)
    assert (robin.language, robin.wants_mail) == ("es", False)
    page = signed_in.get("/account").text
    assert '<html lang="es"' in page
    assert "Guardado" in page and "Saved." not in page
    signed_in.post("/account", data={"language": "en", "wants_mail": "y"})
    db.session.refresh(robin)
    assert (robin.language, robin.wants_mail) == ("en", True)


def test_a_language_that_is_not_offered_is_refused(signed_in, robin):
    assert signed_in.post("/account", data={"language": "xx"}).status_code == 422


def test_a_visitor_changes_the_language_of_the_browser(client, world):
    answer = client.post("/language", data={"language": "es", "next": "/sign-in"})
    assert answer.headers["Location"] == "/sign-in"
    assert '<html lang="es"' in client.get("/sign-in").text


@pytest.mark.parametrize("data", [{}, {"language": "xx"}, {"language": "es", "next": "//evil.example"}])
def test_the_language_switch_leads_nowhere_else(client, world, data):
    assert client.post("/language", data=data).headers["Location"] == "/"


def test_a_person_who_changes_the_language_gets_mails_in_it_too(signed_in, robin):
    signed_in.post("/language", data={"language": "es"})
    assert db.session.get(Person, robin.id).language == "es"


# ------------------------------------------------ the password


def test_a_changed_password_counts_at_once_and_every_other_browser_is_out(client, signed_in, robin):
    phone, copy = browser_of(client), client.application.test_client()
    copy.set_cookie("signin", signed_in.get_cookie("signin").value)
    answer = signed_in.post("/account/password", data={"current": PASSWORD, "password": NEW})
    assert answer.status_code == 303
    assert signed_in.get("/account").status_code == 200
    assert phone.get("/account").status_code == 303
    assert copy.get("/account").status_code == 303
    assert client.post("/sign-in", data={"login": "robin", "password": PASSWORD}).status_code == 422
    browser_of(client, NEW)


def test_a_changed_password_is_told_by_mail(signed_in, robin):
    signed_in.post("/account/password", data={"current": PASSWORD, "password": NEW})
    assert db.session.query(Message).one().kind == "account_changed"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"current": "wrong", "password": NEW}, "current"),
        ({"current": PASSWORD, "password": "short"}, "password"),
        ({"current": PASSWORD, "password": "password123"}, "password"),
        ({}, "current"),
    ],
)
def test_a_password_is_not_changed_without_the_present_one_or_to_a_weak_one(signed_in, robin, data, field):
    answer = signed_in.post("/account/password", data=data)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert fits(PASSWORD, db.session.query(Credential).one().password_hash)


def test_guessing_the_present_password_has_the_limits_of_signing_in(signed_in, robin):
    answers = [
        signed_in.post("/account/password", data={"current": "wrong", "password": NEW}).status_code
        for _ in range(6)
    ]
    assert answers == [422] * 5 + [429]


def test_the_hash_for_unknown_logins_costs_as_much_as_any_other():
    assert HASH_OF_NOBODY.startswith(f"$argon2id$v=19$m={COST[1]},t={COST[0]},p={COST[2]}$")


# ------------------------------------------------ sign-ins


def test_one_ends_another_browser_from_ones_own_list(client, signed_in, robin):
    phone = browser_of(client)
    page = signed_in.get("/account").text
    assert "This one" in page
    other = db.session.query(SignIn).order_by(SignIn.id.desc()).first()
    asked = signed_in.post(f"/account/sign-ins/{other.uid}/end")
    assert asked.location == "/account/confirm?next=/account"
    assert phone.get("/account").status_code == 200, "nothing is ended before the password was typed again"
    assert "type your password once more" in signed_in.get(asked.location).text
    assert signed_in.post(asked.location, data={"current": PASSWORD}).location == "/account"
    assert signed_in.post(f"/account/sign-ins/{other.uid}/end").status_code == 303
    assert phone.get("/account").status_code == 303
    assert signed_in.get("/account").status_code == 200


def test_one_ends_all_others_at_once(client, signed_in, robin):
    browsers = [browser_of(client) for _ in range(3)]
    assert "confirm" in signed_in.post("/account/sign-ins/end-others").location
    signed_in.post("/account/confirm", data={"current": PASSWORD})
    signed_in.post("/account/sign-ins/end-others")
    assert {browser.get("/account").status_code for browser in browsers} == {303}
    assert signed_in.get("/account").status_code == 200


def test_nobody_ends_a_sign_in_of_somebody_else(client, world, signed_in, robin):
    row = db.session.query(SignIn).one()
    stranger = client.as_(world.client("Jo", "Matchbox"))
    assert stranger.post(f"/account/sign-ins/{row.uid}/end").status_code == 404
    assert stranger.post("/account/sign-ins/unknown/end").status_code == 404
    assert signed_in.get("/account").status_code == 200


# ------------------------------------------------ privacy


def test_the_privacy_notice_is_open_to_all_and_seen_once(client, signed_in, robin):
    assert "I have seen this" not in client.get("/privacy").text
    assert "I have seen this" in signed_in.get("/privacy").text
    assert signed_in.post("/privacy").status_code == 303
    assert db.session.get(Person, robin.id).privacy_seen == 1
    assert "I have seen this" not in signed_in.get("/privacy").text
    assert client.post("/privacy").status_code == 404


def test_what_one_did_oneself_reads_as_ones_own(signed_in, world):
    group = world.group("Tea and talk", capacity=1)
    start = tomorrow_at(18)
    date = world.series(group, start, dates=2)[0].original_local
    signed_in.post(f"/sessions/{group.uid}/join", data={"what": "date", "date": date})
    signed_in.post(f"/sessions/{group.uid}/leave")
    page = " ".join(signed_in.get("/account/looks").text.split())
    page = re.sub("<[^>]+>", "", page)
    assert re.search(
        rf"You joined Tea and talk on {start:%a} {start.day} {start:%b}( {start:%Y})? 18:00", page
    )
    assert "You left Tea and talk" in page
    assert "enrolment dates" not in page and "took" not in page
