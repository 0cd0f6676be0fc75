"""The door: signing in and out, cookies, limits, hats."""

import re
import unicodedata
from datetime import timedelta

import pytest

from groupsched.access.identity import Role
from groupsched.accounts.models import Credential, FailedTry, SignIn
from groupsched.accounts.service.passwords import hash_password
from groupsched.accounts.service.people import give_role
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.tokens import fingerprint
from tests.kept import kept

PASSWORD = "correct horse battery"


def give_password(person, login="robin.teacup", password=PASSWORD):
    db.session.add(Credential(person_id=person.id, login=login, password_hash=hash_password(password)))
    db.session.commit()
    return person


def sign_in(client, login="robin.teacup", password=PASSWORD, **more):
    return client.post("/sign-in", data={"login": login, "password": password, **more})


def cookie(client, name="signin"):
    found = client.get_cookie(name)
    return found.value if found else None


@kept
def robin(world):
    return give_password(world.client())


@kept
def desk(world):
    return give_password(world.front_desk(), "wren")


@pytest.mark.on_sqlite
def test_the_door_is_a_page_with_a_form(client, world):
    answer = client.get("/sign-in")
    assert answer.status_code == 200
    assert 'autocomplete="current-password"' in answer.text


@pytest.mark.on_sqlite
def test_a_client_is_led_to_their_week_and_staff_to_today(client, robin, desk):
    assert sign_in(client).headers["Location"] == "/my"
    assert sign_in(client, "wren").headers["Location"] == "/today"


def test_the_case_of_the_login_does_not_matter(client, robin):
    assert sign_in(client, " ROBIN.Teacup ").status_code == 303


def test_the_mail_address_of_ones_record_is_a_name_at_the_door_unless_two_have_it(client, world):
    give_password(world.client("Basil", "Cardigan", email="Basil@example.org"), "c04")
    assert sign_in(client, "basil@EXAMPLE.org").status_code == 303
    give_password(world.client("Bas", "Cardigan", email="basil@example.org"), "c05")
    shared = client.application.test_client()
    assert sign_in(shared, "basil@example.org").status_code == 422
    assert sign_in(shared, "c04").status_code == 303


def test_a_login_comes_before_the_mail_address_of_somebody_else(client, world):
    give_password(world.client("Jo", "Marmalade"), "jo@example.org")
    give_password(world.client("Joan", "Matchbox", email="jo@example.org"), "c06", "another good password")
    assert sign_in(client, "jo@example.org", "another good password").status_code == 422
    assert sign_in(client, "jo@example.org").status_code == 303


def test_a_password_fits_whichever_way_a_keyboard_writes_its_accents(client, world):
    give_password(world.client(), password="contraseña única")
    assert sign_in(client, password=unicodedata.normalize("NFD", "contraseña única")).status_code == 303


@pytest.mark.on_sqlite
def test_unknown_wrong_disabled_and_not_yet_invited_get_the_same_answer(client, world, robin):
    give_password(world.client("Jo", "Matchbox"), "jo")
    db.session.query(Credential).filter_by(login="jo").update({"disabled_at": clock.now()})
    invited = world.client("Ash", "Doily")
    db.session.add(Credential(person_id=invited.id, login="ash"))
    db.session.commit()
    answers = [
        sign_in(client, "nobody"),
        sign_in(client, password="wrong password"),
        sign_in(client, "jo"),
        sign_in(client, "ash", ""),
    ]
    assert {answer.status_code for answer in answers} == {422}
    # The login that was typed and the secret of the form stand in values; nothing else may differ.
    pages = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(pages) == 1
    assert "do not match" in pages.pop()
    assert cookie(client) is None


@pytest.mark.on_sqlite
def test_the_password_is_never_given_back_in_the_form_and_the_login_is(client, robin):
    answer = sign_in(client, password="some secret thing")
    assert "some secret thing" not in answer.text
    assert 'value="robin.teacup"' in answer.text


def test_the_database_holds_neither_the_password_nor_the_secret_of_the_cookie(client, robin):
    sign_in(client)
    row = db.session.query(SignIn).one()
    assert row.token_hash == fingerprint(cookie(client))
    assert db.session.query(Credential).one().password_hash.startswith("$argon2id$")


@pytest.mark.on_sqlite
def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client, robin):
    header = next(h for h in sign_in(client).headers.getlist("Set-Cookie") if h.startswith("signin="))
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header
    assert "Secure" not in header
    assert "Max-Age" not in header


@pytest.mark.on_sqlite
def test_over_https_the_cookie_is_bound_to_its_host(app, client, robin):
    settings = app.extensions["groupsched.settings"]
    app.extensions["groupsched.settings"] = type(settings)(
        **{**vars(settings), "base_url": "https://localhost"}
    )
    try:
        answer = client.post(
            "/sign-in", data={"login": "robin.teacup", "password": PASSWORD}, base_url="https://localhost"
        )
    finally:
        app.extensions["groupsched.settings"] = settings
    header = next(h for h in answer.headers.getlist("Set-Cookie") if h.startswith("__Host-signin="))
    assert "Secure" in header
    assert "Domain" not in header


@pytest.mark.on_sqlite
def test_a_secret_from_before_signing_in_is_worth_nothing_after(client, robin):
    client.set_cookie("signin", "planted-by-somebody-else")
    sign_in(client)
    assert cookie(client) != "planted-by-somebody-else"
    other = client.application.test_client()
    other.set_cookie("signin", "planted-by-somebody-else")
    assert other.get("/account").status_code == 303


@pytest.mark.on_sqlite
def test_each_sign_in_has_its_own_secret(client, robin):
    sign_in(client)
    first = cookie(client)
    sign_in(client)
    assert cookie(client) != first


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_elsewhere_after_signing_in(client, robin, target):
    assert sign_in(client, next=target).headers["Location"] == "/my"


@pytest.mark.on_sqlite
def test_whoever_was_sent_to_the_door_goes_on_to_where_they_wanted(client, robin):
    sent = client.get("/account?tab=1")
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/sign-in?next=")
    assert sign_in(client, next="/account?tab=1").headers["Location"] == "/account?tab=1"


def test_signing_out_kills_a_copied_cookie(client, robin):
    sign_in(client)
    copy = client.application.test_client()
    copy.set_cookie("signin", cookie(client))
    assert copy.get("/account").status_code == 200
    gone = client.post("/sign-out")
    assert (gone.status_code, gone.headers["Clear-Site-Data"]) == (303, '"cache"')
    assert cookie(client) in (None, "")
    assert copy.get("/account").status_code == 303


@pytest.mark.on_sqlite
def test_signing_out_twice_or_without_being_signed_in_is_no_error(client, world):
    assert client.post("/sign-out").status_code == 303


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("address", "method"), [("/sign-out", "get"), ("/hat", "get"), ("/language", "get"), ("/sign-in", "put")]
)
def test_a_wrong_method_changes_nothing(client, robin, address, method):
    sign_in(client)
    answer = getattr(client, method)(address)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert client.get("/account").status_code == 200


def test_a_disabled_account_is_out_at_once(client, robin):
    sign_in(client)
    db.session.query(Credential).update({"disabled_at": clock.now()})
    db.session.commit()
    assert client.get("/account").status_code == 303


@pytest.mark.on_sqlite
def test_staff_are_signed_out_after_a_quarter_hour_of_rest_and_use_keeps_them_in(client, desk):
    began = clock.now()
    with clock.at(began):
        sign_in(client, "wren")
    for minutes in (14, 28):
        with clock.at(began + timedelta(minutes=minutes)):
            assert client.get("/account").status_code == 200
    with clock.at(began + timedelta(minutes=44)):
        assert client.get("/account").status_code == 303


@pytest.mark.on_sqlite
def test_what_a_page_asks_by_itself_does_not_keep_a_sign_in_from_resting(client, desk):
    began = clock.now()
    with clock.at(began):
        sign_in(client, "wren")
    for minutes in (5, 10, 14):
        with clock.at(began + timedelta(minutes=minutes)):
            assert client.get("/account", headers={"X-Unattended": "1"}).status_code == 200
    with clock.at(began + timedelta(minutes=16)):
        assert client.get("/account").status_code == 303


@pytest.mark.on_sqlite
def test_nobody_stays_for_more_than_ten_hours(client, robin):
    began = clock.now()
    with clock.at(began):
        sign_in(client)
    for quarter in range(1, 40):
        with clock.at(began + timedelta(minutes=15 * quarter)):
            assert client.get("/account").status_code == 200
    with clock.at(began + timedelta(hours=10)):
        assert client.get("/account").status_code == 303


@pytest.mark.on_sqlite
def test_a_client_stays_for_thirty_days_on_an_own_phone(client, robin):
    began = clock.now()
    with clock.at(began):
        answer = sign_in(client, own_phone="y")
    assert any("Max-Age=2592000" in header for header in answer.headers.getlist("Set-Cookie"))
    with clock.at(began + timedelta(days=29)):
        assert client.get("/my").status_code == 200
    with clock.at(began + timedelta(days=30)):
        assert client.get("/my").location.startswith("/sign-in")


@pytest.mark.on_sqlite
def test_staff_never_stay_for_thirty_days_whatever_they_tick(client, desk):
    answer = sign_in(client, "wren", own_phone="y")
    assert not any("Max-Age=2592000" in header for header in answer.headers.getlist("Set-Cookie"))
    assert db.session.query(SignIn).one().own_phone is False


@pytest.mark.on_sqlite
def test_a_new_role_of_staff_shortens_a_stay_that_began_as_a_client(client, world, robin):
    began = clock.now()
    with clock.at(began):
        sign_in(client, own_phone="y")
        give_role(world.system, robin, Role.ADMIN, site_id=None, until=None)
        db.session.commit()
    with clock.at(began + timedelta(hours=1)):
        assert client.get("/account").location.startswith("/sign-in")


# ------------------------------------------------ limits


def test_after_five_failures_an_account_waits_with_a_time_and_then_may_try_again(client, robin):
    began = clock.now()
    with clock.at(began):
        for _ in range(5):
            assert sign_in(client, password="wrong").status_code == 422
        refused = sign_in(client)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "Please wait" in refused.text
    with clock.at(began + timedelta(seconds=int(refused.headers["Retry-After"]))):
        assert sign_in(client).status_code == 303


def test_an_unknown_login_is_limited_like_a_known_one(client, world):
    answers = [sign_in(client, "nobody", "wrong").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_signing_in_forgives_earlier_failures(client, robin):
    for _ in range(4):
        sign_in(client, password="wrong")
    sign_in(client)
    assert [sign_in(client, password="wrong").status_code for _ in range(5)] == [422] * 5


def test_an_address_that_tries_many_names_has_to_wait_and_another_does_not(client, robin):
    for number in range(40):
        sign_in(client, f"nobody{number}", "wrong")
    assert sign_in(client).status_code == 429
    elsewhere = client.post(
        "/sign-in",
        data={"login": "robin.teacup", "password": PASSWORD},
        environ_overrides={"REMOTE_ADDR": "10.9.8.7"},
    )
    assert elsewhere.status_code == 303


def test_failures_are_counted_without_a_login_or_an_address_in_the_clear(client, world):
    sign_in(client, "nobody", "wrong")
    assert all(len(row.who) == 64 and "nobody" not in row.who for row in db.session.query(FailedTry))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"login": "x" * 9000, "password": "y" * 9000},
        {"login": "\x00\u202e\ud7ff", "password": "\x00"},
        {"login": ["a", "b"]},
    ],
)
def test_nothing_that_can_be_typed_breaks_the_door(client, world, data):
    assert client.post("/sign-in", data=data).status_code == 422


# ------------------------------------------------ hats


@pytest.mark.on_sqlite
def test_somebody_with_two_hats_goes_on_as_themselves_and_back(client, world):
    both = give_password(world.person("Marigold", "Testwell", Role.CLIENT, Role.SUPERVISOR), "marigold")
    sign_in(client, "marigold")
    assert client.get("/people").status_code == 200
    assert client.post("/hat", data={"as": "self"}).headers["Location"] == "/my"
    assert client.get("/people").status_code == 404
    assert client.post("/hat", data={"as": "staff"}).headers["Location"] == "/today"
    assert client.get("/people").status_code == 200
    assert both.id


@pytest.mark.on_sqlite
def test_a_client_has_no_staff_hat_to_put_on(client, robin):
    sign_in(client)
    client.post("/hat", data={"as": "staff"})
    assert client.get("/people").status_code == 404


# ------------------------------------------------ forms of other sites


@pytest.mark.on_sqlite
def test_a_form_that_another_site_sends_is_refused(app, client, robin):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        sign_in_without = sign_in(client)
        assert sign_in_without.status_code == 400
        assert client.post("/sign-out").status_code == 400
        assert client.post("/language", data={"language": "es"}).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
