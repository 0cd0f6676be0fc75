"""The second step: adding it, coming in with it, doing without, and which roles need it."""

import re
from datetime import timedelta

import pytest
from pyotp import TOTP

from groupsched.access.identity import Role
from groupsched.accounts.models import Credential, RecoveryCode, SecondFactor, SignIn
from groupsched.accounts.service.passwords import hash_password
from groupsched.audit.models import AuditRow
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.outbox.models import Message

PASSWORD = "correct horse battery"
STEP = "/account/second-step"


def give_password(person, login):
    db.session.add(Credential(person_id=person.id, login=login, password_hash=hash_password(PASSWORD)))
    db.session.commit()
    return person


@pytest.fixture
def ada(world):
    return give_password(world.admin(email="ada@example.org"), "ada")


@pytest.fixture
def wren(world):
    return give_password(world.front_desk(email="wren@example.org"), "wren")


def sign_in(browser, login="wren", address="127.0.0.1", password=PASSWORD, **more):
    data = {"login": login, "password": password, **more}
    return browser.post("/sign-in", data=data, environ_overrides={"REMOTE_ADDR": address})


def letters_of(page):
    return re.search(r'<p class="num strong">([A-Z2-7 ]+)</p>', page)[1].replace(" ", "")


def papers_of(page):
    return re.findall(r'<li class="num strong">([0-9A-Z-]{14})</li>', page)


def add_app(browser, login="wren"):
    """Somebody signs in and adds an app a minute ago; the app, and the codes on paper."""
    now = clock.now()
    with clock.at(now - timedelta(seconds=90)):
        assert sign_in(browser, login).status_code == 303
    with clock.at(now - timedelta(seconds=60)):
        assert browser.get(STEP).location == f"/account/confirm?next={STEP}"
        browser.post("/account/confirm", data={"current": PASSWORD})
        app = TOTP(letters_of(browser.get(STEP).text))
        answer = browser.post(STEP, data={"code": app.at(clock.now())})
    papers = papers_of(answer.text)
    assert answer.status_code == 200 and len(set(papers)) == 10
    browser.post("/sign-out")
    return app, papers


def acts():
    return [row.word for row in db.session.query(AuditRow).order_by(AuditRow.id)]


def mails():
    return [row.kind for row in db.session.query(Message).order_by(Message.id)]


def test_a_right_password_opens_only_the_page_of_the_second_step(client, wren):
    app, _papers = add_app(client)
    answer = sign_in(client, next="/people")
    assert answer.location == "/sign-in?next=/people"
    for page in ("/today", "/people", "/account", STEP, "/account/confirm", "/calendar", "/my"):
        assert client.get(page).location.startswith("/sign-in?next="), page
    assert client.post("/account/password", data={"current": PASSWORD}).status_code == 404
    assert client.post(f"{STEP}/remove").status_code == 404
    assert "Wren" not in client.get("/sessions").text, "an open page knows nobody"
    page = client.get(answer.location)
    assert "Your second step" in page.text and "Wren" not in page.text
    half = client.get_cookie("signin").value
    assert client.post("/sign-in/second-step", data={"code": "000000", "next": "/people"}).status_code == 422
    entered = client.post("/sign-in/second-step", data={"code": app.at(clock.now()), "next": "/people"})
    assert entered.location == "/people" and client.get("/people").status_code == 200
    assert client.get_cookie("signin").value != half
    copy = client.application.test_client()
    copy.set_cookie("signin", half)
    assert copy.get("/people").status_code == 303, "the secret of half a sign-in is worth nothing after"
    assert client.get("/sign-in").status_code == 200


def test_half_a_sign_in_ends_after_ten_minutes(client, wren):
    app, _papers = add_app(client)
    sign_in(client)
    with clock.at(clock.now() + timedelta(minutes=11)):
        answer = client.post("/sign-in/second-step", data={"code": app.at(clock.now())})
        assert answer.location.startswith("/sign-in")
        assert client.get("/today").status_code == 303


def test_each_half_minute_has_one_code_and_it_counts_once(client, wren):
    app, _papers = add_app(client)
    code = app.at(clock.now())
    sign_in(client)
    assert client.post("/sign-in/second-step", data={"code": f"{code[:3]} {code[3:]}"}).status_code == 303
    watcher = client.application.test_client()
    sign_in(watcher)
    assert watcher.post("/sign-in/second-step", data={"code": code}).status_code == 422
    before = app.at(clock.now() - timedelta(seconds=30))
    assert watcher.post("/sign-in/second-step", data={"code": before}).status_code == 422
    later = clock.now() + timedelta(seconds=30)
    assert watcher.post("/sign-in/second-step", data={"code": app.at(later)}).status_code == 303


def test_codes_on_paper_open_once_each_and_are_told(client, wren):
    _app, papers = add_app(client)
    assert not db.session.query(RecoveryCode).filter(RecoveryCode.code_hash.in_(papers)).count()
    for status in (303, 422):
        browser = client.application.test_client()
        sign_in(browser)
        typed = {"code": papers[0].lower().replace("-", " ")}
        assert browser.post("/sign-in/second-step", data=typed).status_code == status
    assert "recovery_code.used" in acts() and mails().count("account_changed") == 2
    client.post("/sign-out")
    sign_in(client)
    client.post("/sign-in/second-step", data={"code": papers[1]})
    assert "8 codes on paper are left" in client.get("/account").text


def test_the_database_alone_makes_no_code(client, wren):
    app, papers = add_app(client)
    row = db.session.query(SecondFactor).one()
    kept = f"{row.salt} {row.last_step} {[code.code_hash for code in db.session.query(RecoveryCode)]}"
    assert app.secret not in kept and not any(paper in kept for paper in papers)
    assert TOTP(app.secret).byte_secret().hex() not in kept


def test_tries_of_the_second_step_are_limited(client, wren):
    app, _papers = add_app(client)
    stranger = client.application.test_client()
    sign_in(stranger)
    tries = [stranger.post("/sign-in/second-step", data={"code": f"00000{n}"}).status_code for n in range(6)]
    assert tries == [422] * 5 + [429]
    sign_in(client)
    answer = client.post("/sign-in/second-step", data={"code": app.at(clock.now())})
    assert answer.status_code == 303, "the browser that is known is not held up by that"


def test_who_has_a_second_step_is_not_held_up_by_a_stranger(client, world, wren):
    app, _papers = add_app(client)
    give_password(world.supervisor(), "marigold")
    for login in ("wren", "marigold"):
        for number in range(5):
            sign_in(client.application.test_client(), login, f"192.0.2.{number}", "wrong")
    elsewhere = client.application.test_client()
    assert sign_in(elsewhere, "wren", "198.51.100.1", "wrong").status_code == 429, "who is right is not told"
    assert sign_in(elsewhere, "marigold", "198.51.100.1").status_code == 429
    assert sign_in(elsewhere, "wren", "198.51.100.1").status_code == 303
    assert elsewhere.post("/sign-in/second-step", data={"code": app.at(clock.now())}).status_code == 303
    guesses = [sign_in(elsewhere, "marigold", "203.0.113.9", "wrong").status_code for _ in range(7)]
    assert guesses == [429] * 7


def test_changing_and_removing_ask_for_password_or_code_again(client, wren):
    app, papers = add_app(client)
    sign_in(client)
    client.post("/sign-in/second-step", data={"code": papers[0]})
    for act in ("codes", "remove"):
        assert client.post(f"{STEP}/{act}").location == "/account/confirm?next=/account"
    assert db.session.query(SecondFactor).count() == 1
    assert "Or a code of your second step" in client.get("/account/confirm").text
    assert client.post("/account/confirm", data={"current": "123456"}).status_code == 422
    code = {"current": app.at(clock.now()), "next": "/account"}
    assert client.post("/account/confirm", data=code).location == "/account"
    fresh = papers_of(client.post(f"{STEP}/codes").text)
    assert len(fresh) == 10 and not set(fresh) & set(papers)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert "confirm" in client.post(f"{STEP}/remove").location, "for a while only"
    assert client.post(f"{STEP}/remove").location == "/account"
    assert db.session.query(SecondFactor).count() == db.session.query(RecoveryCode).count() == 0
    assert acts()[-1] == "factor.removed" and mails()[-1] == "account_changed"
    client.post("/sign-out")
    assert sign_in(client).location == "/today"


def test_a_client_is_offered_none(client, world):
    robin = give_password(world.client(), "robin")
    assert "Second step" not in client.as_(robin).get("/account").text
    assert client.as_(robin).get(STEP).status_code == 404
    assert client.as_(robin).get("/program/second-step").status_code == 404


def test_where_a_role_needs_it_one_adds_it_before_anything_else(client, world, wren, ada):
    open_already = client.application.test_client()
    assert sign_in(open_already).location == "/today"
    admin = client.as_(ada)
    page = admin.get("/program/second-step")
    assert "Wren Demopoulos" in page.text
    assert not re.search(r'<input[^>]* checked[^>]* name="roles"', page.text), "off unless chosen"
    assert admin.post("/program/second-step", data={"roles": ["front_desk"]}).status_code == 303
    assert admin.post("/program/second-step", data={"roles": ["client"]}).status_code == 422
    assert re.search(r'<input[^>]* checked[^>]* value="front_desk"', admin.get("/program/second-step").text)
    assert open_already.get("/today").location == "/sign-in?next=/today"
    assert open_already.post("/people/new").status_code == 404
    first = open_already.get("/sign-in?next=/today")
    assert "Add a second step" in first.text
    app = TOTP(letters_of(first.text))
    again = TOTP(letters_of(open_already.get("/sign-in").text))
    assert app.secret == again.secret
    assert open_already.post("/sign-in/second-step", data={"code": "000000"}).status_code == 422
    code = {"code": app.at(clock.now()), "next": "/people"}
    answer = open_already.post("/sign-in/second-step", data=code)
    assert len(papers_of(answer.text)) == 10 and 'href="/people"' in answer.text
    assert open_already.get("/today").status_code == 200
    assert "Remove the second step" not in open_already.get("/account").text
    open_already.post("/account/confirm", data={"current": PASSWORD})
    open_already.post(f"{STEP}/remove")
    assert db.session.query(SecondFactor).count() == 1
    # Whoever gets the role later is asked as well, with a link for a first password too.
    ash = world.person("Ash", "Doily", Role.FRONT_DESK)
    slip = client.as_(ada).post(f"/people/{ash.uid}/slip").text
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", slip)[0]
    new = client.application.test_client()
    assert (
        new.post(f"/welcome/{code}", data={"password": "five kind words", "privacy": "y"}).location
        == "/sign-in"
    )
    assert "Add a second step" in new.get("/sign-in").text
    assert new.get("/today").status_code == 303


def test_in_a_demo_nobody_needs_one(client, world, ada):
    world.program.demo = True
    db.session.commit()
    assert client.as_(ada).post("/program/second-step", data={"roles": ["admin"]}).status_code == 422
    db.session.refresh(world.program)
    assert world.program.factor_roles == []


def test_an_administrator_resets_it_and_signs_somebody_out_and_they_are_told(client, world, wren, ada):
    _app, papers = add_app(client)
    sign_in(client)
    client.post("/sign-in/second-step", data={"code": papers[0]})
    admin, address = client.as_(ada), f"/people/{wren.uid}"
    page = admin.get(address).text
    assert "Signed in with 1 browser now." in page and "Reset the second step" in page
    for other in (world.supervisor(), world.facilitator(), wren):
        assert client.as_(other).post(f"{address}/sign-out").status_code == 404
        assert client.as_(other).post(f"{address}/second-step/reset").status_code == 404
    assert admin.post(f"{address}/sign-out").status_code == 303
    assert client.get("/today").status_code == 303
    assert (acts()[-1], mails()[-1]) == ("account.disconnected", "account_signed_out")
    assert admin.post(f"{address}/second-step/reset").status_code == 303
    assert (acts()[-1], mails()[-1]) == ("factor.reset", "account_changed")
    assert db.session.query(RecoveryCode).count() == 0
    assert sign_in(client).location == "/today"
    assert db.session.query(SignIn).filter_by(ended_at=None).count() == 1
    assert admin.post(f"/people/{ada.uid}/second-step/reset").status_code == 404
    said = client.as_(ada).get("/audit").text
    assert "reset the second step of" in said and "signed <" in said
