"""The filters of /sessions and of the interface are the same question with the same answer."""

from datetime import datetime
from urllib.parse import parse_qs

import pytest

from groupsched.access.identity import System
from groupsched.api.service import create_token
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries.find import find_occurrences
from groupsched.enrolment.rules import FindFilters
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2029-12-03T13:00:00+00:00")
WEEK = "from=2030-01-01&to=2030-01-07"
QUESTIONS = (
    "", "orientation=secular", "orientation=faith&orientation=unset", "tradition=Christian", "structure=unset",
    "structure=relaxed&structure=structured", "access=open", "access=referral&access=closed", "setting=slots",
    "day=we", "day=mo&day=th", "time=morning", "time=evening&time=afternoon", "mode=online", "mode=room",
    "needs=step-free", "needs=chair&needs=no-touch", "place=oak-room", "place=nowhere", "language=es",
    "audience=women&audience=veterans", "kind=quiet", "modality=yoga", "free=1", "external=1", "q=tea",
    "q=CAFE", "q=oak tea", "q=yoga&mode=online", "day=we&orientation=secular&free=1", "from=2030-01-03&to=2030-01-03",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@pytest.fixture
def week(world):
    """Groups that differ in everything that can be asked."""
    yoga = world.modality("yoga", kind="quiet")
    hall = world.place("Open Air", step_free=True)
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
    _row, value = create_token(System(), world.program, "tests", ["read"])
    db.session.commit()
    return {"Authorization": f"Bearer {value}"}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_program_and_a_person_who_ask_the_same_get_the_same(world, client, week, question):
    asked = question if "from=" in question else f"{WEEK}&{question}"
    answer = client.get(f"/api/v1/occurrences?{asked}", headers=week)
    assert answer.status_code == 200, answer.json
    found = find_occurrences(identity_of(world.client()), FindFilters.parse(parse_qs(asked)))
    assert [row["id"] for row in answer.json["items"]] == [date.uid for date in found.occurrences]


def test_every_question_but_one_narrows_what_is_found_and_none_but_one_finds_nothing(world, client, week):
    numbers = {
        question: len(client.get(f"/api/v1/occurrences?{WEEK}&{question}", headers=week).json["items"])
        for question in QUESTIONS
        if "from=" not in question
    }
    assert {question for question, number in numbers.items() if number == 8} == {"", "external=1"}
    assert {question for question, number in numbers.items() if number == 0} == {"place=nowhere"}
