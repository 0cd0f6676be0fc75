"""Ways into somebody else's account that were tried: each is closed."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from groupsched.access.identity import Role, System
from groupsched.accounts.models import Credential, FailedTry, Person, SignIn
from groupsched.accounts.rules import PER_ACCOUNT
from groupsched.accounts.service import failed_tries, invitations, signing
from groupsched.accounts.service.passwords import hash_password
from groupsched.core import clock, web
from groupsched.core.db import db, write_now
from groupsched.outbox.models import Message

PASSWORD = "correct horse battery"


def give_password(person, login):
    db.session.add(Credential(person_id=person.id, login=login, password_hash=hash_password(PASSWORD)))
    db.session.commit()
    return person


def browser_of(client, login):
    browser = client.application.test_client()
    assert browser.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
    return browser


def contact(person, email):
    return {"first_name": person.first_name, "last_name": person.last_name, "email": email, "phone": "",
            "language": "en", "site_id": person.site_id}  # fmt: skip


@pytest.mark.on_sqlite
@pytest.mark.parametrize("who", ["front_desk", "supervisor"])
def test_the_mail_that_opens_an_account_of_staff_is_not_changed_from_the_client_side(client, world, who):
    """Else the desk writes its own address there and asks for a new password."""
    peer = world.person("Ash", "Doily", Role.CLIENT, Role.ADMIN, email="ash@example.org")
    give_password(peer, "ash@example.org")
    desk = client.as_(getattr(world, who)())
    answer = desk.post(f"/people/{peer.uid}/edit", data=contact(peer, "mine@example.org"))
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert db.session.get(Person, peer.id).email == "ash@example.org"
    assert db.session.query(Credential).one().login == "ash@example.org"
    # The rest of the contact is the register's to keep.
    kept = desk.post(f"/people/{peer.uid}/edit", data={**contact(peer, "ash@example.org"), "phone": "1"})
    assert kept.status_code == 303


@pytest.mark.on_sqlite
def test_an_administrator_changes_the_mail_of_a_colleague_who_opens_no_client(client, world):
    world.client()
    peer = world.person("Ash", "Doily", Role.ADMIN, email="ash@example.org")
    answer = client.as_(world.admin()).post(f"/people/{peer.uid}/edit", data=contact(peer, "new@example.org"))
    assert answer.status_code == 303
    assert db.session.get(Person, peer.id).email == "new@example.org"


def test_a_link_that_was_on_its_way_is_dead_once_the_password_is_changed(client, world):
    robin = give_password(world.client(), "robin")
    slip = invitations.make_slip(System(), robin)
    db.session.commit()
    path = slip.link.split("/", 3)[3]
    assert client.get(f"/{path}").status_code == 200
    browser = browser_of(client, "robin")
    assert (
        browser.post(
            "/account/password", data={"current": PASSWORD, "password": "five kind words"}
        ).status_code
        == 303
    )
    assert client.get(f"/{path}").status_code == 404


@pytest.mark.on_sqlite
def test_whoever_signs_in_next_is_not_told_what_the_one_before_did(client, world):
    """The one before was signed out by rest, between sending a form and seeing the answer."""
    give_password(world.front_desk(), "wren")
    give_password(world.client(), "robin")
    browser = browser_of(client, "wren")
    new = {"first_name": "Ash", "last_name": "Doily", "email": "", "phone": "", "language": "en",
           "site_id": world.site.id, "roles": ["client"]}  # fmt: skip
    assert browser.post("/people/new", data=new).status_code == 303
    with clock.at(clock.now() + timedelta(hours=1)):
        assert "Ash" not in browser.get("/sign-in").text
        assert browser.post("/sign-in", data={"login": "robin", "password": PASSWORD}).status_code == 303
        assert "Ash" not in browser.get("/my").text


@pytest.mark.on_sqlite
def test_signing_in_puts_away_what_was_said_to_the_one_before(client, world):
    give_password(world.front_desk(), "wren")
    give_password(world.client(), "robin")
    browser = browser_of(client, "wren")
    browser.post(f"/people/{world.client('Ash', 'Doily').uid}/disable")
    assert browser.post("/sign-in", data={"login": "robin", "password": PASSWORD}).status_code == 303
    assert "The account is off" not in browser.get("/my").text


@pytest.mark.on_sqlite
def test_how_long_a_reset_takes_to_answer_says_nothing(client, world, monkeypatch):
    """What is done for a person who exists is done, and saved, before both answers wait for the same moment."""
    waits = []

    def wait(seconds):
        rows = db.session.execute(select(func.count()).select_from(Message)).scalar()
        waits.append((rows, 0 < seconds <= web.EVEN_SECONDS))

    monkeypatch.setattr(web.time, "sleep", wait)
    monkeypatch.setattr(web, "EVEN_SECONDS", 600.0)  # longer than it takes on any machine, however busy
    give_password(world.client(email="robin@example.org"), "robin@example.org")
    for login in ("robin@example.org", "nobody@example.org"):
        client.post("/forgot", data={"login": login})
    assert waits == [(1, True), (1, True)]


@pytest.mark.on_sqlite
@pytest.mark.parametrize("second", ["robin", "wren"])
def test_signing_in_where_somebody_is_signed_in_ends_that_sign_in(client, world, second):
    give_password(world.client(), "robin")
    give_password(world.front_desk(), "wren")
    browser, copy = browser_of(client, "robin"), client.application.test_client()
    copy.set_cookie("signin", browser.get_cookie("signin").value)
    assert copy.get("/my").status_code == 200
    assert browser.post("/sign-in", data={"login": second, "password": PASSWORD}).status_code == 303
    assert copy.get("/my").status_code == 303
    assert browser.get("/account").status_code == 200


def test_many_tries_at_the_same_moment_do_not_slip_by_the_limit(app):
    together, many = Barrier(12), 12

    def guess(number):
        with app.app_context():
            together.wait()
            try:
                failed_tries.count(failed_tries.CountedTry("robin", f"192.0.2.{number}"))
            except failed_tries.TooManyTries:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(many) as pool:
        assert sum(pool.map(guess, range(many))) == PER_ACCOUNT.free


@pytest.mark.parametrize("change", [{"disabled_at": clock.now()}, {"password_hash": "another"}])
def test_a_sign_in_that_is_under_way_ends_with_the_password_it_was_for(client, world, monkeypatch, change):
    give_password(world.client(), "robin")
    looked = signing.fits

    def slowly(password, stored):
        fitted = looked(password, stored)
        write_now(lambda own: own.execute(update(Credential).values(change)))
        return fitted

    monkeypatch.setattr(signing, "fits", slowly)
    assert client.post("/sign-in", data={"login": "robin", "password": PASSWORD}).status_code == 422
    assert db.session.query(SignIn).count() == 0


def test_a_stranger_who_asks_for_a_reset_does_not_take_the_slip_out_of_ones_hand(client, world):
    robin = give_password(world.client(email="robin@example.org"), "robin@example.org")
    slip = invitations.make_slip(System(), robin)
    db.session.commit()
    assert client.post("/forgot", data={"login": "robin@example.org"}).status_code == 303
    assert client.get(f"/{slip.link.split('/', 3)[3]}").status_code == 200


def test_a_second_click_adds_nobody_twice_and_finds_only_whom_one_may_see(client, world):
    desk = client.as_(world.front_desk())
    uid = re.search(r'name="uid"[^>]*value="(\w{14})"', desk.get("/people/new").text)[1]
    new = {"first_name": "Ash", "last_name": "Doily", "email": "", "phone": "", "language": "en",
           "site_id": world.site.id, "roles": ["client"], "uid": uid}  # fmt: skip
    answers = [desk.post("/people/new", data=new) for _click in range(2)]
    assert [answer.location for answer in answers] == [f"/people/{uid}"] * 2
    assert db.session.query(Person).filter_by(first_name="Ash").count() == 1
    stranger = world.another_program().client("Holly", "Kettle")
    answer = desk.post("/people/new", data={**new, "uid": stranger.uid})
    assert answer.status_code == 422
    assert "Holly" not in answer.text


@pytest.mark.on_sqlite
@pytest.mark.parametrize("why", ["unknown", "wrong", "disabled", "not yet invited"])
def test_the_door_looks_at_the_password_whatever_is_wrong(client, world, monkeypatch, why):
    robin, looked = world.client(), []
    give_password(robin, "robin")
    if why == "disabled":
        db.session.query(Credential).one().disabled_at = clock.now()
    if why == "not yet invited":
        db.session.query(Credential).one().password_hash = None
    db.session.commit()
    fits = signing.fits

    def counted(password, stored):
        looked.append(stored)
        return fits(password, stored)

    monkeypatch.setattr(signing, "fits", counted)
    typed = {
        "login": "nobody" if why == "unknown" else "robin",
        "password": PASSWORD + "?" * (why == "wrong"),
    }
    assert client.post("/sign-in", data=typed).status_code == 422
    assert len(looked) == 1


def test_a_sign_in_between_tries_does_not_forgive_an_address_the_others(client, world):
    give_password(world.client(), "robin")
    for login in ("ash", "reed", "hazel"):
        assert client.post("/sign-in", data={"login": login, "password": "x"}).status_code == 422
    assert client.post("/sign-in", data={"login": "robin", "password": PASSWORD}).status_code == 303
    assert db.session.query(FailedTry).count() == 9
