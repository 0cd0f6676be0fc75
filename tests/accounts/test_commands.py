"""`groupsched init` and `groupsched user`, as people type them."""

import re

import pytest
from click.testing import CliRunner

from groupsched.accounts.commands import init, user
from groupsched.accounts.models import Credential, Grant, Person
from groupsched.accounts.service.passwords import fits
from groupsched.catalog.models import Modality
from groupsched.core import schema
from groupsched.core.db import db

PASSWORD = "quiet harbour light"
INIT = [
    "--program",
    "Harbor House",
    "--timezone",
    "Europe/Berlin",
    "--site",
    "Main",
    "--name",
    "Ada Examplar",
]


@pytest.fixture
def type_in(app, monkeypatch, tmp_path):
    """Type a command in a database whose tables are there."""
    monkeypatch.setenv("GROUPSCHED_INSTANCE", str(tmp_path))
    monkeypatch.setattr(schema, "upgrade", lambda: None)

    def run(command, *words):
        # What the test has looked at so far may hold no transaction: the command has one of its own.
        db.session.rollback()
        result = CliRunner().invoke(command, words)
        db.session.expire_all()
        return result

    return run


def test_init_makes_a_program_a_site_an_administrator_and_the_kinds_of_work(type_in, client, tmp_path):
    done = type_in(init, *INIT, "--password", PASSWORD)
    assert done.exit_code == 0, done.output
    ada = db.session.query(Person).one()
    assert [grant.role for grant in ada.grants] == ["admin"]
    assert ada.site_id
    assert db.session.query(Modality).filter_by(key="art-therapy").count() == 1
    assert client.post("/sign-in", data={"login": "ada.examplar", "password": PASSWORD}).status_code == 303
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_init_without_a_password_prints_a_link_that_sets_one(type_in, client):
    done = type_in(init, *INIT)
    link = re.search(r"http://\S+(/welcome/\S+)", done.output)[1]
    assert client.post(link, data={"password": PASSWORD, "privacy": "y"}).status_code == 303


def test_init_refuses_where_there_is_a_program(type_in, world):
    refused = type_in(init, *INIT, "--password", PASSWORD)
    assert refused.exit_code != 0
    assert db.session.query(Person).count() == 0


def test_init_refuses_a_zone_that_does_not_exist(type_in):
    assert type_in(init, *INIT[:2], "--timezone", "Mars/Base", *INIT[4:]).exit_code == 2


def test_user_create_adds_somebody_with_several_roles(type_in, world):
    done = type_in(user, "create", "--name", "Wren Demo", "--role", "front_desk", "--role", "facilitator")
    assert done.exit_code == 0, done.output
    assert "code" in done.output
    assert {grant.role for grant in db.session.query(Grant)} == {"front_desk", "facilitator"}


def test_user_create_refuses_a_weak_password_and_a_login_that_is_taken(type_in, world):
    assert type_in(user, "create", "--name", "A B", "--role", "admin", "--password", "short").exit_code != 0
    ok = ["create", "--name", "A B", "--role", "admin", "--login", "ab", "--password", PASSWORD]
    assert type_in(user, *ok).exit_code == 0
    assert type_in(user, *ok).exit_code != 0
    assert db.session.query(Person).count() == 1


def test_user_disable_and_reset_password(type_in, client, world):
    type_in(user, "create", "--name", "A B", "--role", "client", "--login", "ab", "--password", PASSWORD)
    done = type_in(user, "reset-password", "AB", "--password", "another good one")
    assert done.exit_code == 0, done.output
    assert fits("another good one", db.session.query(Credential).one().password_hash)
    link = re.search(r"http://\S+(/welcome/\S+)", type_in(user, "reset-password", "ab").output)[1]
    assert client.get(link).status_code == 200
    assert type_in(user, "disable", "ab").exit_code == 0
    assert client.get(link).status_code == 404


def test_a_login_that_nobody_has_is_said_to_be_so(type_in, world):
    for act in ("disable", "reset-password"):
        refused = type_in(user, act, "nobody")
        assert refused.exit_code == 1
        assert "Nobody signs in as nobody" in refused.output
