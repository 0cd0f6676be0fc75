"""A flood from one address is answered with a request to wait; a house full of people never is."""

import re
import time
from datetime import UTC, datetime

import pytest
import time_machine

from groupsched.core import rate_limit as guard
from groupsched.core.config import load
from groupsched.core.db import db
from groupsched.core.rate_limit import counted_address
from tests.conftest import SECRET, build

ELSEWHERE = "203.0.113.5"


@pytest.fixture
def guarded(app, database, instance_folder, monkeypatch):
    """An application with a guard, over the same database, where small numbers are many."""
    for kind, rate in (("PAGES", 6), ("MACHINES", 9), ("TABLETS", 12), ("COSTLY", 3)):
        monkeypatch.setattr(guard, kind, f"{rate} per minute")
    given = load({}, instance=instance_folder, database_url=database, secret_key=SECRET)
    made = build(given, RATELIMIT_ENABLED=True)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def knock(guarded, world):
    """Ask for a page from an address, as often as wanted; the statuses."""

    def ask(path, times, address=ELSEWHERE, **request):
        browser = guarded.test_client()
        browser.environ_base["REMOTE_ADDR"] = address
        return [browser.open(path, buffered=True, **request) for _ in range(times)]

    return ask


def statuses(answers):
    return [answer.status_code for answer in answers]


def test_a_flood_of_pages_is_asked_to_wait_in_plain_words(knock):
    answers = knock("/privacy", 8)
    assert statuses(answers) == [200] * 6 + [429] * 2
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert "We are very busy right now" in answers[-1].text
    assert answers[-1].headers["Cache-Control"] == "no-store"
    assert statuses(knock("/no-such-page", 1)) == [429], "what is not there counts too"
    assert statuses(knock("/privacy", 1, "203.0.113.6")) == [200], "another address has its own"


def test_a_flood_is_refused_without_asking_the_database(knock, statements):
    knock("/privacy", 6)
    before = len(statements())
    knock("/sessions", 3)
    assert len(statements()) == before


def test_a_program_that_asks_too_often_gets_a_problem_document(knock):
    answers = knock("/api/v1/groups", 10)
    assert statuses(answers) == [401] * 9 + [429]
    assert answers[-1].mimetype == "application/problem+json"
    assert answers[-1].json["code"] == "too-many-requests"
    assert "Retry-After" in answers[-1].headers
    assert statuses(knock("/feeds/unknown.ics", 1)) == [429]
    assert statuses(knock("/privacy", 1)) == [200], "pages are counted apart"


def test_what_hashes_a_password_has_a_lower_limit_of_its_own(knock):
    form = {"login": "nobody", "password": "not this one"}
    assert statuses(knock("/sign-in", 4, method="POST", data=form)) == [422] * 3 + [429]
    assert statuses(knock("/sign-in", 1)) == [200], "the door itself can still be seen"


@pytest.mark.on_sqlite
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/css/tokens.css"])
def test_health_and_files_are_never_refused(knock, path):
    assert set(statuses(knock(path, 12))) <= {200, 503}


@pytest.mark.on_sqlite
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", ""])
def test_this_machine_is_never_refused(knock, address):
    assert statuses(knock("/privacy", 8, address)) == [200] * 8


def test_nothing_is_kept_of_an_address_once_its_minute_is_over(guarded, knock):
    storage = guarded.extensions["groupsched.load"].storage
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False) as now:
        for number in range(40):
            knock("/no-such-page", 1, f"198.51.100.{number}")
        assert len(storage.storage) == 40
        now.shift(121)
        knock("/no-such-page", 1)
        for _ in range(200):  # a thread of the storage sweeps
            if len(storage.storage) <= 1:
                break
            time.sleep(0.01)
        assert len(storage.storage) <= 1
        assert len(storage.expirations) <= 1


def test_a_building_full_of_tablets_has_a_limit_of_its_own(knock):
    assert 429 not in statuses(knock("/sheet/none/rows", 6)) + statuses(knock("/house/none/state", 6))
    assert statuses(knock("/sheet/none/rows", 1)) == [429]
    assert 429 not in statuses(knock("/privacy", 1)), "pages are counted apart"


def test_the_usual_limit_leaves_room_for_two_hundred_tablets():
    tablets = 200 * (60 // 10) + 200 * 30  # two hundred that ask every ten seconds, and a tap every two
    assert int(re.match(r"\d+", guard.TABLETS)[0]) > tablets


def test_a_whole_network_of_ipv6_addresses_counts_as_one_household():
    assert counted_address("2001:db8::1") == counted_address("2001:db8::ffff:1")
    assert counted_address("2001:db8:0:1::1") != counted_address("2001:db8::1")
    assert [counted_address(text) for text in ("10.0.0.1", "", "unix")] == ["10.0.0.1", "", "unix"]
    assert counted_address("::ffff:10.0.0.1") == "10.0.0.1"
