"""What a hostile caller of the JSON interface tried."""

import base64
import json
from datetime import timedelta

import pytest
from sqlalchemy import event

from groupsched.access.identity import ApiToken, Scope, System
from groupsched.api.models import IdempotentAnswer, Token
from groupsched.api.service import create_token
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.rules import BY_PROGRAM
from groupsched.enrolment.service import enrol, leave
from tests.factories import tomorrow_at


@pytest.fixture
def token(world):
    _row, value = create_token(System(), world.program, "tests", ["read", "people"])
    db.session.commit()
    return {"Authorization": f"Bearer {value}"}


def forged(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("people", "[true]"),
        ("groups", "[1.5]"),
        ("occurrences", '["2026-01-01T00:00:00+00:00", true]'),
        ("occurrences", '["0001-01-01T00:00:00+14:00", 1]'),
        ("occurrences", '["9999-12-31T23:59:59-12:00", 1]'),
    ],
)
def test_a_forged_cursor_is_refused_and_breaks_nothing(client, token, address, key):
    answer = client.get(f"/api/v1/{address}?cursor={forged(key)}", headers=token)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "cursor"


def test_a_cursor_without_a_zone_breaks_nothing(client, token):
    cursor = forged('["2026-01-01", 1]')
    assert client.get(f"/api/v1/occurrences?cursor={cursor}", headers=token).status_code == 200


@pytest.mark.on_sqlite
def test_a_token_counts_beside_the_cookie_of_whoever_is_signed_in(client, world, token):
    from tests.accounts.test_adversary import browser_of, give_password

    give_password(world.client(), "robin")
    browser = browser_of(client, "robin")
    assert browser.get("/api/v1/groups", headers=token).status_code == 200
    assert browser.get("/api/v1/groups").status_code == 401


@pytest.mark.on_sqlite
def test_the_description_says_truly_how_requests_are_refused(client, token):
    spec = client.get("/api/v1/openapi.json").json
    refused = client.get("/api/v1/people?limit=0", headers=token)
    for answer in spec["components"]["responses"].values():
        assert list(answer["content"]) == [refused.mimetype]
    known = spec["components"]["schemas"]["Problem"]["properties"]
    assert set(refused.json) <= set(known)
    assert set(refused.json["errors"][0]) == set(spec["components"]["schemas"]["FieldProblem"]["properties"])
    assert known["status"]["type"] == "integer"


@pytest.mark.on_sqlite
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_change_in_another_form_than_json_is_not_said_to_be_done(client, world, kind):
    _row, value = create_token(System(), world.program, "writer", ["schedule"])
    group = world.group()
    answer = client.patch(
        f"/api/v1/groups/{group.uid}",
        data='{"title": "Mine"}',
        content_type=kind,
        headers={"Authorization": f"Bearer {value}"},
    )
    assert answer.status_code == 415
    assert answer.json["status"] == 415


def test_what_is_remembered_of_a_request_is_forgotten_after_a_day(client, world):
    """It holds names and addresses."""
    _row, value = create_token(System(), world.program, "writer", ["admin"])
    db.session.commit()

    def add(name):
        headers = {"Authorization": f"Bearer {value}", "Idempotency-Key": name}
        assert client.post("/api/v1/people", json={"name": name}, headers=headers).status_code == 201

    add("Robin Teacup")
    with clock.at(clock.now() + timedelta(hours=25)):
        add("Ash Doily")
    assert [row.key for row in db.session.query(IdempotentAnswer)] == ["Ash Doily"]


def test_a_number_is_a_whole_one_that_python_can_read(call, client):
    given = {"title": "Tea", "modality": "support-group", "capacity": 8}
    for wrong in ("8.5", "8.0", "true", '"8"', "1e400"):
        body = json.dumps(given).replace(": 8", f": {wrong}")
        refused = client.post(
            "/api/v1/groups", data=body, content_type="application/json", headers=call.headers
        )
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "capacity"), wrong
    endless = json.dumps(given).replace(": 8", ": " + "9" * 100_000)
    refused = client.post(
        "/api/v1/groups", data=endless, content_type="application/json", headers=call.headers
    )
    assert (refused.status_code, refused.json["detail"]) == (422, "A number in it has too many digits.")


@pytest.mark.on_sqlite
def test_a_title_that_nobody_sees_is_none(call):
    refused = call("POST", "/groups", {"title": "\u200b\u2060\u00ad\u3164", "modality": "support-group"})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "title")


def test_an_answer_that_cannot_be_kept_is_503_and_nothing_is_done(world, call):
    body = {"title": "Kept", "modality": "support-group"}

    def no_room(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO idempotent_answer"):
            raise db.engine.dialect.loaded_dbapi.OperationalError("database or disk is full")

    event.listen(db.engine, "before_cursor_execute", no_room)
    answer = call("POST", "/groups", body, **{"Idempotency-Key": "one"})
    event.remove(db.engine, "before_cursor_execute", no_room)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert call("GET", "/groups").json["items"] == []
    assert call("POST", "/groups", body, **{"Idempotency-Key": "one"}).status_code == 201


def test_one_person_is_not_moved_in_and_out_without_end(call, world):
    """Each time a line may move, and others be told."""
    group, robin, token = world.group(), world.client(), db.session.query(Token).one()
    world.series(group, tomorrow_at(10), dates=1)
    caller = ApiToken(world.program.id, token_id=token.id, scopes=frozenset({Scope.ENROL}))
    seat = enrol(caller, group, robin).enrolment
    leave(caller, seat)
    for _ in range(BY_PROGRAM - 2):
        record(caller, AuditAction.DATE_SEAT_GIVEN_UP, seat, [robin])
    db.session.commit()
    path, body = f"/groups/{group.uid}/enrolments", {"person_id": robin.uid, "mode": "whole"}
    refused = call("POST", path, body)
    assert (refused.status_code, refused.json["code"]) == (429, "too-often")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    holly = world.client("Holly", "Kettle")
    assert call("POST", path, {**body, "person_id": holly.uid}).status_code == 201
