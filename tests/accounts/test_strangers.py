"""A stranger who tries to sign in as somebody is held up; whoever has signed in in this browser before is not."""

from datetime import timedelta

import pytest

from groupsched.accounts.models import Credential, FailedTry
from groupsched.accounts.service.passwords import hash_password
from groupsched.core import clock
from groupsched.core.db import db

PASSWORD = "correct horse battery"


@pytest.fixture
def robin(world):
    person = world.client(email="robin@example.org")
    db.session.add(
        Credential(
            person_id=person.id,
            login="robin",
            password_hash=hash_password(PASSWORD),
            password_at=clock.now(),
        )
    )
    db.session.commit()
    return person


def sign_in(client, password=PASSWORD, login="robin", address="127.0.0.1"):
    data = {"login": login, "password": password}
    return client.post("/sign-in", data=data, environ_overrides={"REMOTE_ADDR": address})


def besiege(client, tries=6):
    """A stranger tries from everywhere until the account has to wait."""
    stranger = client.application.test_client()
    return [sign_in(stranger, "wrong", address=f"192.0.2.{n}").status_code for n in range(tries)]


def test_a_browser_in_which_one_has_signed_in_is_not_held_up_by_a_stranger(client, robin):
    assert sign_in(client).status_code == 303
    known = client.get_cookie("known")
    assert known.http_only and known.max_age == 365 * 24 * 3600
    assert "robin" not in known.value and str(robin.uid) not in known.value
    client.post("/sign-out")
    assert besiege(client) == [422] * 5 + [429]
    assert sign_in(client).status_code == 303
    assert sign_in(client.application.test_client()).status_code == 429, "another browser is a stranger still"


def test_the_house_of_a_stranger_is_held_up_and_the_known_browser_in_it_is_not(client, robin):
    sign_in(client)
    stranger = client.application.test_client()
    for number in range(40):
        sign_in(stranger, "wrong", login=f"nobody{number}")
    assert sign_in(stranger).status_code == 429
    assert sign_in(client).status_code == 303


def test_who_is_signed_in_types_the_password_again_while_a_stranger_tries(client, robin):
    sign_in(client)
    besiege(client)
    assert client.post("/account/confirm", data={"current": PASSWORD}).status_code == 303


def test_a_known_browser_has_the_limits_of_an_account_of_its_own(client, robin):
    sign_in(client)
    assert [sign_in(client, "wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    assert sign_in(client.application.test_client()).status_code == 303, "it holds up nobody else"


def test_a_good_sign_in_from_a_known_browser_does_not_forgive_the_stranger(client, robin):
    sign_in(client)
    assert besiege(client, 5) == [422] * 5
    assert sign_in(client).status_code == 303
    assert besiege(client, 1) == [429]


def test_a_key_counts_for_one_account_and_one_password_only(client, world, robin):
    ash = world.client("Ash", "Doily")
    db.session.add(Credential(person_id=ash.id, login="ash", password_hash=hash_password(PASSWORD)))
    db.session.commit()
    sign_in(client, login="ash")
    of_ash = client.get_cookie("known").value
    besiege(client)
    assert sign_in(client).status_code == 429, "the key of Ash is none of Robin's"
    with clock.at(clock.now() + timedelta(hours=2)):
        sign_in(client)
        both = client.get_cookie("known").value
        assert of_ash in both and both != of_ash, "several people of one desk are known by one browser"
        client.post("/account/password", data={"current": PASSWORD, "password": "five kind words"})
        fresh = client.get_cookie("known").value
        besiege(client)
        for kept, status in ((both, 429), (fresh, 303), ("x~.~é~" + "a." * 1000, 429)):
            browser = client.application.test_client()
            browser.set_cookie("known", kept)
            assert sign_in(browser, "five kind words").status_code == status


def test_the_waits_of_a_stranger_grow_to_a_quarter_hour_and_no_further(client, robin):
    now, waits = clock.now(), []
    for _ in range(13):
        with clock.at(now):
            answer = sign_in(client, "wrong")
        if answer.status_code == 429:
            waits.append(int(answer.headers["Retry-After"]))
            now += timedelta(seconds=waits[-1])
    assert waits[:4] == [30, 60, 120, 240]
    with clock.at(now + timedelta(minutes=15)):
        assert sign_in(client).status_code == 303
    assert max(waits) <= 900
    assert all(len(row.who) == 64 for row in db.session.query(FailedTry))


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Robin.Teacup.2026", "a name that others know"),
        ("six kind words", None),
        ("asdfghjkl;12", "lie side by side"),
        ("baseball", "Many people use"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_with_the_reason(client, robin, password, words):
    sign_in(client)
    answer = client.post("/account/password", data={"current": PASSWORD, "password": password})
    assert answer.status_code == (422 if words else 303)
    assert words is None or words in answer.text
