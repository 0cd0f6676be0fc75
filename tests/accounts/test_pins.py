"""PINs: setting one, what it opens and where, how often it may be wrong, and a screen that is hidden or locked."""

import json
from datetime import timedelta
from threading import Thread

import pytest
from pyotp import TOTP

from groupsched.accounts.models import Credential, DeviceUser, Pin, SignIn
from groupsched.accounts.service import store_password
from groupsched.accounts.service.passwords import hash_password
from groupsched.core import clock
from groupsched.core.db import db
from tests.accounts.test_devices import PASSWORD, give_password, paired_tablet
from tests.accounts.test_second_step import add_app

DATA = {"Accept": "application/json"}
PIN = "804417"


def sign_in(browser, login="wren", **more):
    return browser.post("/sign-in", data={"login": login, "password": PASSWORD, **more})


def set_pin(browser, pin=PIN, **more):
    return browser.post("/account/pin", data={"pin": pin, "current": PASSWORD, **more})


def unlock(browser, person, pin=PIN, **more):
    return browser.post("/unlock", data={"who": person.uid, "pin": pin, **more}, headers=DATA)


@pytest.fixture
def wren(world):
    return give_password(world.front_desk(), "wren")


@pytest.fixture
def tablet(client, world, wren):
    """A tablet on which Wren has signed in once, set a PIN, and signed out again."""
    browser = paired_tablet(client, world, world.admin())
    sign_in(browser)
    assert set_pin(browser).status_code == 303
    browser.post("/sign-out")
    return browser


def test_a_pin_is_six_digits_that_nobody_would_try_first_and_needs_the_password(client, wren):
    sign_in(client)
    for pin, words in (
        ("12345", "six digits"),
        ("123456", "try this one first"),
        ("111111", "try this one first"),
    ):
        refused = set_pin(client, pin)
        assert refused.status_code == 422 and words in refused.text
    assert set_pin(client, current="wrong").status_code == 422
    assert db.session.query(Pin).count() == 0
    assert set_pin(client, "80 44 17".replace(" ", "")).status_code == 303
    assert db.session.query(Pin).one().pin_hash.startswith("$argon2id$")
    assert client.post("/account/pin/remove").status_code == 303
    assert db.session.query(Pin).count() == 0


def test_a_pin_opens_only_a_tablet_on_which_its_person_has_signed_in(client, world, wren, tablet):
    page = tablet.get("/sign-in")
    assert wren.short_name in page.text and wren.last_name not in page.text and "Your PIN" in page.text
    assert unlock(client, wren).status_code == 404  # no tablet at all
    elsewhere = paired_tablet(client, world, world.admin("Elm"), "Studio tablet")
    assert wren.short_name not in elsewhere.get("/sign-in").text
    assert unlock(elsewhere, wren).json["code"] == "pin-password"
    answer = unlock(tablet, wren)
    assert answer.status_code == 200 and answer.json["who"] == wren.uid and not answer.json["half"]
    assert tablet.get("/today").status_code == 200
    began = db.session.query(SignIn).order_by(SignIn.id.desc()).first()
    assert began.uid == answer.json["unlock"] and began.device_id is not None
    assert tablet.get("/sign-in?by=password").status_code == 200


def test_without_a_script_the_locked_page_is_a_plain_form(tablet, wren):
    wrong = tablet.post("/unlock", data={"who": wren.uid, "pin": "000001"})
    assert wrong.status_code == 422 and "That is not your PIN" in wrong.text
    opened = tablet.post("/unlock", data={"who": wren.uid, "pin": PIN, "next": "/people"})
    assert opened.location == "/people" and tablet.get("/people").status_code == 200


def test_after_five_wrong_pins_only_the_password_opens_that_tablet(tablet, wren):
    for _time in range(4):
        assert unlock(tablet, wren, "000001").json["code"] == "pin-wrong"
    assert unlock(tablet, wren, "000001").json["code"] == "pin-password"
    assert unlock(tablet, wren).json["code"] == "pin-password"  # the right one, too late
    with clock.at(clock.now() + timedelta(days=2)):
        assert unlock(tablet, wren).json["code"] == "pin-password"  # it does not pass by itself
        assert sign_in(tablet).status_code == 303
        tablet.post("/sign-out")
        assert unlock(tablet, wren).status_code == 200


def test_many_wrong_pins_at_once_are_not_more_than_five(app, tablet, wren):
    """Each try is counted by one statement before it is looked at."""
    uid, device = wren.uid, tablet.get_cookie("device").value
    db.session.rollback()

    def guess():
        with app.app_context():
            own = app.test_client()
            own.set_cookie("device", device)
            own.post("/unlock", data={"who": uid, "pin": "000001"}, headers=DATA)

    guesses = [Thread(target=guess) for _one in range(8)]
    for one in guesses:
        one.start()
    for one in guesses:
        one.join()
    assert db.session.query(DeviceUser).one().pin_tries == 5
    assert unlock(tablet, wren).json["code"] == "pin-password"


def test_another_password_a_closed_account_and_an_ended_role_end_what_a_pin_opens(world, tablet, wren):
    later = clock.now() + timedelta(minutes=1)
    credential = db.session.query(Credential).filter_by(person_id=wren.id).one()
    with clock.at(later):
        store_password(credential, hash_password(PASSWORD))
        db.session.commit()
    with clock.at(later + timedelta(minutes=1)):
        assert unlock(tablet, wren).json["code"] == "pin-password"
        sign_in(tablet)
        tablet.post("/sign-out")
        assert unlock(tablet, wren).status_code == 200
        tablet.post("/sign-out")
        credential.disabled_at = clock.now()
        db.session.commit()
        assert unlock(tablet, wren).json["code"] == "pin-password"
        assert wren.short_name not in tablet.get("/sign-in").text
        credential.disabled_at = None
        wren.grants[0].until_at = clock.now()
        db.session.commit()
        assert unlock(tablet, wren).json["code"] == "pin-password"


def test_the_second_step_shown_on_a_tablet_counts_there_for_twelve_hours(client, world, wren):
    app, _papers = add_app(client)
    browser, now = paired_tablet(client, world, world.admin()), clock.now()
    assert isinstance(app, TOTP)
    sign_in(browser)
    assert unlock(browser, wren).json["code"] == "pin-password"  # half way in is not in
    with clock.at(now + timedelta(minutes=1)):
        browser.post("/sign-in/second-step", data={"code": app.at(clock.now())})
    with clock.at(now + timedelta(minutes=2)):
        assert set_pin(browser).status_code == 422  # not without a code
        assert set_pin(browser, code=app.at(clock.now())).status_code == 303
        browser.post("/sign-out")
        assert unlock(browser, wren).json["half"] is False
        browser.post("/sign-out")
    with clock.at(now + timedelta(hours=13)):
        answer = unlock(browser, wren)
        assert answer.json["half"] is True and browser.get("/today").status_code == 303
        browser.post("/sign-in/second-step", data={"code": app.at(clock.now())})
        assert browser.get("/today").status_code == 200


def test_a_screen_that_was_hidden_for_five_minutes_opens_nothing_any_more(tablet, wren):
    unlock(tablet, wren)
    now = clock.now()
    assert tablet.post("/screen", data={"is": "hidden"}, headers=DATA).json["who"] == wren.uid
    with clock.at(now + timedelta(minutes=4)):
        assert tablet.get("/today").status_code == 200  # it is the cover that hides
        tablet.post("/screen", data={"is": "hidden"})  # a second one does not begin anew
    with clock.at(now + timedelta(minutes=5, seconds=9)):
        assert tablet.get("/today").status_code == 303
        assert tablet.post("/screen", data={"is": "shown"}, headers=DATA).status_code == 401
        unlock(tablet, wren)
        tablet.post("/screen", data={"is": "hidden"})
        tablet.post("/screen", data={"is": "shown"})
    with clock.at(now + timedelta(minutes=14)):
        assert tablet.get("/today").status_code == 200
        locked = tablet.post("/lock", headers=DATA)
        assert locked.status_code == 200 and json.loads(locked.data)["secret"]
        assert tablet.get("/today").status_code == 303


def test_a_client_has_no_pin(client, world):
    assert client.as_(world.client()).get("/account/pin").status_code == 404
