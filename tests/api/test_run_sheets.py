"""Run sheets by JSON: what comes out goes in again, and what is wrong is said by its field."""

import pytest

from groupsched.access.identity import Scope, System
from groupsched.api.service import create_token
from groupsched.core.db import db
from groupsched.facilitation.queries import sheet_of_date
from tests.factories import tomorrow_at
from tests.kept import kept


@kept
def house(world):
    values = {}
    for name, scopes in {
        "write": [Scope.SCHEDULE, Scope.READ],
        "read": [Scope.READ],
        "enrol": [Scope.ENROL],
    }.items():
        _row, values[name] = create_token(System(), world.program, name, scopes)
    date = world.series(world.group(), tomorrow_at(10), dates=1)[0]
    db.session.commit()
    return {"values": values, "date": date}


@pytest.fixture
def call(house, app):
    def send(method, path, body=None, by="write", **query):
        browser = app.test_client()
        browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {house['values'][by]}"
        return browser.open(f"/api/v1{path}", method=method, json=body, query_string=query)

    return send


def where(house):
    return f"/occurrences/{house['date'].uid}/run-sheet"


PHASES = [
    {"id": "work", "name": "Work", "minutes": 80, "flags": ["stretch"], "prompts": ["One?"], "who": "pairs",
     "texts": {"es": {"name": "Trabajo"}}},
    {"id": "close", "name": "Close", "minutes": 10, "flags": ["protected", "round"], "roles": ["reader"]},
]  # fmt: skip


def test_a_date_tells_its_sheet_in_the_agreed_shape(house, call):
    found = call("GET", where(house), by="read").json
    assert (found["minutes"], found["source"], found["live"], found["version"]) == (90, "template", None, 0)
    first = found["phases"][0]
    assert first["id"] == "welcome" and first["name"] == "Welcome and agreements" and first["minutes"] == 5
    assert {"purpose", "prompts", "how", "materials", "roles", "flags"} <= first.keys()
    assert first["texts"]["es"]["name"] == "Bienvenida y acuerdos"


def test_what_comes_out_goes_in_again_unchanged(house, call):
    was = sheet_of_date(house["date"]).sheet
    told = call("GET", where(house)).json
    answer = call("PUT", where(house), {"phases": told["phases"]})
    assert answer.status_code == 200 and answer.json["phases"] == told["phases"]
    assert answer.json["source"] == "own" and sheet_of_date(house["date"]).sheet == was


def test_a_sheet_that_is_put_is_that_of_the_date(house, call):
    answer = call("PUT", where(house), {"phases": PHASES, "version": 0})
    assert answer.status_code == 200, answer.text
    found = sheet_of_date(house["date"]).sheet
    assert [(one.key, one.minutes) for one in found.phases] == [("work", 80), ("close", 10)]
    assert found.phases[0].texts["es"].name == "Trabajo" and found.phases[0].texts["en"].prompts == ("One?",)
    assert call("PUT", where(house), {"phases": PHASES, "version": 0}).status_code == 409, "written meanwhile"


def test_what_is_wrong_is_said_by_its_field_and_nothing_is_kept(house, call):
    two = [PHASES[0], {**PHASES[1], "flags": ["stretch"]}]
    for phases in (two, [], [PHASES[0], PHASES[0], PHASES[1]]):
        answer = call("PUT", where(house), {"phases": phases})
        assert answer.status_code == 422 and answer.json["errors"][0]["field"] == "phases"
    for wrong in (
        {"minutes": -1},
        {"minutes": "5"},
        {"flags": ["loud"]},
        {"id": "A B"},
        {"name": ""},
        {"more": 1},
    ):
        assert call("PUT", where(house), {"phases": [PHASES[0] | wrong, PHASES[1]]}).status_code == 422
    assert sheet_of_date(house["date"]).own is None


def test_sheets_of_the_program_are_listed_added_and_said_anew(house, call):
    listed = call("GET", "/run-sheets", by="read", limit=100).json["items"]
    assert len(listed) == 12 and listed[0]["key"] == "structured-support"
    body = {"minutes": 90, "name": {"en": "Ours", "es": "Nuestro"}, "phases": PHASES}
    made = call("POST", "/run-sheets", body)
    assert made.status_code == 201, made.text
    assert (made.json["name"]["es"], made.json["version"], made.json["kind"]) == ("Nuestro", 1, "timed")
    again = call(
        "POST", "/run-sheets", {**body, "id": made.json["id"], "kind": "open", "minutes": 95, "version": 1}
    )
    assert (again.json["version"], again.json["minutes"], again.json["kind"]) == (2, 95, "open")
    assert call("POST", "/run-sheets", {**body, "id": made.json["id"], "version": 1}).status_code == 409
    assert call("POST", "/run-sheets", {**body, "name": {}}).status_code == 422
    assert len(call("GET", "/run-sheets", limit=100).json["items"]) == 13


def test_a_token_reads_or_writes_as_its_scope_says(house, call):
    assert call("PUT", where(house), {"phases": PHASES}, by="read").status_code == 403
    assert (
        call(
            "POST", "/run-sheets", {"minutes": 5, "name": {"en": "A"}, "phases": PHASES}, by="read"
        ).status_code
        == 403
    )
    assert call("GET", where(house), by="enrol").status_code == 403
