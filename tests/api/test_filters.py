"""The filters of /sessions and of the interface are the same question with the same answer."""

from datetime import date, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from groupsched.access.identity import System
from groupsched.api.service import create_token
from groupsched.catalog.service import retire_row
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries.find import find_occurrences
from groupsched.enrolment.rules import FindFilters
from tests.conftest import identity_of
from tests.kept import kept

NOW = datetime.fromisoformat("2029-12-03T13:00:00+00:00")
WEEK = "from=2030-01-01&to=2030-01-07"
QUESTIONS = (
    "", "orientation=secular", "orientation=faith&orientation=unset", "tradition=Christian", "structure=unset",
    "structure=relaxed&structure=structured", "access=open", "access=referral&access=closed", "setting=slots",
    "day=we", "day=mo&day=th", "time=morning", "time=evening&time=afternoon", "mode=online", "mode=room",
    "needs=step-free", "needs=chair&needs=no-touch", "place=oak-room", "place=attic", "language=es",
    "audience=women&audience=veterans", "kind=quiet", "modality=yoga", "free=1", "external=1", "q=tea",
    "q=CAFE", "q=oak tea", "q=yoga&mode=online", "day=we&orientation=secular&free=1", "from=2030-01-03&to=2030-01-03",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def week(world):
    """Groups that differ in everything that can be asked."""
    yoga = world.modality("yoga", kind="quiet")
    hall = world.place("Open Air", step_free=True)
    retire_row(world.system, world.place("Attic"), retired=True)
    several = (
        (2, 9, {"title": "Café and tea", "tags": ["chair"], "languages": ["en", "es"]}),
        (2, 13, {"title": "Tea", "orientation": "faith", "tradition": "Christian", "audience": ["women"]}),
        (3, 18, {"title": "Late talk", "orientation": None, "structure": None, "access": "open"}),
        (4, 7, {"title": "Stretch", "modality": yoga, "attendance_mode": "online", "place": None}),
        (5, 12, {"title": "Both ways", "attendance_mode": "hybrid", "place": hall, "structure": "relaxed"}),
        (6, 17, {"title": "One seat", "access": "closed", "capacity": 1, "tags": ["no-touch", "own-word"]}),
        (7, 23, {"title": "Hands", "setting": "slots", "access": "referral", "audience": ["veterans"]}),
    )  # fmt: skip
    for day, hour, fields in several:
        world.series(world.group(**fields), datetime(2030, 1, day, hour, 0), dates=1)
    full = world.group("Full house", capacity=1)
    world.series(full, datetime(2030, 1, 1, 10, 0), dates=1)
    world.fill(full)
    _row, value = create_token(System(), world.program, "tests", ["read", "people"])
    db.session.commit()
    return {"Authorization": f"Bearer {value}"}


def test_a_program_and_a_person_who_ask_the_same_get_the_same(world, client, week):
    robin = identity_of(world.client())
    for question in QUESTIONS:
        asked = question if "from=" in question else f"{WEEK}&{question}"
        answer = client.get(f"/api/v1/occurrences?{asked}", headers=week)
        assert answer.status_code == 200, answer.json
        found = find_occurrences(robin, FindFilters.parse(parse_qs(asked)))
        assert [row["id"] for row in answer.json["items"]] == [date.uid for date in found.occurrences], asked


def test_every_question_but_one_narrows_what_is_found_and_none_but_one_finds_nothing(world, client, week):
    numbers = {
        question: len(client.get(f"/api/v1/occurrences?{WEEK}&{question}", headers=week).json["items"])
        for question in QUESTIONS
        if "from=" not in question
    }
    assert {question for question, number in numbers.items() if number == 8} == {"", "external=1"}
    assert {question for question, number in numbers.items() if number == 0} == {"place=attic"}


MISUNDERSTOOD = (
    ("day=monday", "day"), ("day=mo&day=monday", "day"), ("day=", "day"), ("mode=in_person", "mode"), ("access=foo", "access"),
    ("setting=table", "setting"), ("orientation=none", "orientation"), ("structure=loose", "structure"), ("time=noon", "time"),
    ("needs=lift", "needs"), ("kind=tea", "kind"), ("free=yes", "free"), ("external=true", "external"), ("status=cancelled", "status"),
    ("foo=bar", "foo"), ("view=week", "view"), ("after=1-1", "after"), ("Day=mo", "Day"), ("day[]=mo", "day[]"),
    ("modality=nothing", "modality"), ("modality=yoga&modality=nothing", "modality"), ("place=nowhere", "place"), ("place=%20", "place"),
    ("language=xx", "language"), ("audience=martians", "audience"), ("tradition=Tea", "tradition"), ("tradition=%00", "tradition"),
    ("group=nothing", "group"), ("group=", "group"), ("q=%E2%80%8B", "q"), ("q=" + "x" * 81, "q"), ("q=a&q=b", "q"),
    ("from=2030-01-01&from=2030-01-02", "from"), ("from=20300101", "from"), ("from=2030-W01-1", "from"), ("from=1999-12-31", "from"),
    ("to=2030-02-31", "to"), ("from=2026-12-31&to=2026-12-01", "to"), ("from=2026-11-01&to=2027-12-31", "to"), ("to=2199-01-01", "to"),
    ("limit=1&limit=2", "limit"), ("&".join(f"audience=women{n}" for n in range(31)), "audience"),
)  # fmt: skip


@pytest.mark.on_sqlite
def test_a_question_that_is_not_understood_is_refused_with_its_field_and_pages_go_on(client, world, week):
    for question, field in MISUNDERSTOOD:
        refused = client.get(f"/api/v1/occurrences?{question}", headers=week)
        assert (refused.status_code, refused.mimetype) == (422, "application/problem+json"), question
        assert {row["field"] for row in refused.json["errors"]} == {field}, question
        assert all(row["message"] for row in refused.json["errors"])
        assert client.get(f"/sessions?{question}").status_code == 200, question


@pytest.mark.on_sqlite
def test_every_field_that_is_not_understood_is_named_at_once(client, week):
    refused = client.get("/api/v1/occurrences?day=monday&mode=in_person&from=x", headers=week)
    assert {row["field"] for row in refused.json["errors"]} == {"day", "mode", "from"}


@pytest.mark.on_sqlite
def test_the_longest_window_is_answered_and_a_day_more_is_not(client, week):
    for days, status in ((400, 200), (401, 422)):
        last = date(2030, 1, 1) + timedelta(days=days)
        answer = client.get(f"/api/v1/occurrences?from=2030-01-01&to={last}", headers=week)
        assert answer.status_code == status


def test_what_is_retired_or_only_on_a_group_is_known_and_what_is_elsewhere_is_not(client, world, week):
    world.group(orientation="faith", tradition="Quaker", languages=["eo"], state="draft")
    there = world.another_program()
    there.modality("felting")
    far = there.group(tradition="Shaker", orientation="faith").uid
    for known in ("tradition=Quaker", "language=eo", "place=attic", "audience=veterans"):
        assert client.get(f"/api/v1/occurrences?{known}", headers=week).status_code == 200
    for unknown in ("modality=felting", "tradition=Shaker", f"group={far}"):
        assert client.get(f"/api/v1/occurrences?{unknown}", headers=week).status_code == 422


def test_a_token_that_sees_only_what_is_published_learns_nothing_of_drafts(client, world):
    group = world.group(orientation="faith", tradition="Quaker", state="draft").uid
    _row, value = create_token(System(), world.program, "narrow", ["attend"])
    db.session.commit()
    for question in ("tradition=Quaker", f"group={group}"):
        answer = client.get(f"/api/v1/occurrences?{question}", headers={"Authorization": f"Bearer {value}"})
        assert answer.status_code == 422


@pytest.mark.on_sqlite
@pytest.mark.parametrize("path", ["/people", "/groups", "/groups/{}", "/groups/{}/series", "/people?limit=5"])
def test_no_call_takes_a_parameter_that_is_not_described(client, world, week, path):
    where = f"/api/v1{path.format(world.group().uid)}"
    refused = client.get(f"{where}{'&' if '?' in where else '?'}foo=bar", headers=week)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "foo")
    assert client.get(where, headers=week).status_code == 200


def test_words_that_show_nothing_do_not_find_everybody(client, world, week):
    world.client()
    refused = client.get("/api/v1/people?q=%E2%80%8B", headers=week)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "q")


def test_a_question_with_every_filter_costs_few_statements(client, week, statements):
    every = "modality=yoga&place=oak-room&language=en&audience=women&tradition=Christian&q=tea&day=mo&free=1"
    group = client.get("/api/v1/groups?limit=1", headers=week).json["items"][0]["id"]
    before = len(statements())
    assert client.get(f"/api/v1/occurrences?{WEEK}&{every}&group={group}", headers=week).status_code == 200
    assert len(statements()) - before <= 12
