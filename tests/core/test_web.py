"""Every answer: the host is one of ours, headers are there, a wrong method and an unknown address answer alike."""

import pytest
from flask import request

from groupsched.core.config import SettingError, load
from groupsched.core.db import db
from tests.conftest import SECRET, build


def test_a_foreign_host_is_refused_but_by_probes(world, database, instance_folder):
    env = {"GROUPSCHED_PROBES": "10.9.0.0/16, 203.0.113.5"}
    app = build(load(env, instance=instance_folder, database_url=database, secret_key=SECRET))
    browser = app.test_client()

    def asked(path, address):
        return browser.get(path, headers={"Host": "evil"}, environ_base={"REMOTE_ADDR": address}).status_code

    assert [asked("/healthz", one) for one in ("127.0.0.1", "::1", "10.9.8.7", "203.0.113.5")] == [200] * 4
    assert [asked("/readyz", one) for one in ("127.0.0.1", "10.9.8.7")] == [503, 503]
    assert [asked("/healthz", one) for one in ("10.8.0.1", "203.0.113.6", "nonsense")] == [400] * 3
    assert asked("/sign-in", "127.0.0.1") == 400
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(("value", "below"), [("0", ""), ("1", "; includeSubDomains")])
def test_https_alone_is_asked_for_and_below_this_name_only_where_it_is_set(tmp_path, value, below):
    env = {"GROUPSCHED_SECRET_KEY": SECRET, "GROUPSCHED_INSTANCE": str(tmp_path)}
    env |= {"GROUPSCHED_BASE_URL": "https://sessions.example.org", "GROUPSCHED_HSTS_SUBDOMAINS": value}
    answer = build(load(env)).test_client().get("/healthz", base_url=env["GROUPSCHED_BASE_URL"])
    assert answer.headers["Strict-Transport-Security"] == f"max-age=31536000{below}"


@pytest.mark.parametrize(
    ("proxies", "address"), [("0", "10.0.0.1"), ("1", "198.51.100.7"), ("2", "203.0.113.9")]
)
def test_only_the_proxies_that_were_declared_say_who_asks(tmp_path, proxies, address):
    env = {
        "GROUPSCHED_SECRET_KEY": SECRET,
        "GROUPSCHED_INSTANCE": str(tmp_path),
        "GROUPSCHED_PROXIES": proxies,
    }
    app = build(load(env, base_url="https://sessions.example.org"))
    seen = []
    app.before_request_funcs[None].insert(0, lambda: seen.append((request.remote_addr, request.host)))
    # What a browser says in them comes first, and what the nearest proxy puts there last.
    said = {"X-Forwarded-For": "192.0.2.1, 203.0.113.9, 198.51.100.7"}
    said |= {"X-Forwarded-Host": "evil.example, sessions.example.org, sessions.example.org"}
    given = {"base_url": "https://sessions.example.org", "environ_base": {"REMOTE_ADDR": "10.0.0.1"}}
    assert app.test_client().get("/healthz", headers=said, **given).status_code == 200
    assert seen == [(address, "sessions.example.org")]


@pytest.mark.on_sqlite
@pytest.mark.parametrize("address", ["/healthz", "/no-such-page"])
def test_every_answer_carries_the_headers(client, address):
    headers = client.get(address).headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_an_unknown_address_has_a_page_that_blames_nobody(client, world):
    page = client.get("/no-such-page")
    assert page.status_code == 404
    assert "not done anything wrong" in page.text


def test_a_wrong_method_says_which_are_right_where_the_page_may_be_seen(client, world):
    answer = client.post("/healthz")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_the_interface_answers_unknown_addresses_as_a_problem_document(client, world):
    answer = client.get("/api/v1/no-such-thing")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GROUPSCHED_DATABASE_URL", "mysql://x"),
        ("GROUPSCHED_TIMEZONE", "Mars/Olympus"),
        ("GROUPSCHED_BASE_URL", "ftp://x"),
        ("GROUPSCHED_PROXIES", "many"),
        ("GROUPSCHED_PROXIES", "²"),
        ("GROUPSCHED_PROBES", "10.0.0.0/99"),
        ("GROUPSCHED_HSTS_SUBDOMAINS", "yes"),
        ("GROUPSCHED_SMTP_URL", "http://x"),
        ("GROUPSCHED_LIMITER_URL", "disk://x"),
        ("GROUPSCHED_SECRET_KEY", "short"),
    ],
)
def test_a_setting_that_makes_no_sense_stops_the_start_with_a_sentence(tmp_path, name, value):
    good = {"GROUPSCHED_SECRET_KEY": "s" * 40, "GROUPSCHED_INSTANCE": str(tmp_path)}
    with pytest.raises(SettingError, match=name):
        load({**good, name: value})


def test_redis_is_asked_for_with_the_package_it_needs(tmp_path, monkeypatch):
    good = {"GROUPSCHED_SECRET_KEY": "s" * 40, "GROUPSCHED_INSTANCE": str(tmp_path)}
    monkeypatch.setattr("groupsched.core.config.find_spec", lambda _name: None)
    with pytest.raises(SettingError, match="pip install redis"):
        load({**good, "GROUPSCHED_LIMITER_URL": "redis://127.0.0.1"})


def test_a_start_without_a_secret_names_the_way_to_one(tmp_path):
    with pytest.raises(SettingError, match="make demo"):
        load({"GROUPSCHED_INSTANCE": str(tmp_path)})


def test_a_secret_may_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text("f" * 40 + "\n")
    settings = load(
        {"GROUPSCHED_SECRET_KEY_FILE": str(tmp_path / "key"), "GROUPSCHED_INSTANCE": str(tmp_path)}
    )
    assert settings.secret_key == "f" * 40
