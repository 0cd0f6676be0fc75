"""Forms and responses over the interface: by their own scope alone, as ours and as FHIR R4."""

import pytest
from sqlalchemy import select

from groupsched.access.identity import Scope, System
from groupsched.api.service import create_token
from groupsched.audit.models import AuditRow
from groupsched.core.db import db
from groupsched.questionnaires.models import Questionnaire
from tests.kept import kept
from tests.questionnaires.test_rules import check_questionnaire, every

pytestmark = pytest.mark.on_sqlite

FORM = {
    "kind": "check_in", "title": {"en": "Weekly", "es": "Semanal"}, "readers": ["only_me", "care_team"],
    "shared_with": "care_team", "read_when": "next_visit",
    "items": [
        {"key": "part", "type": "heading", "text": {"en": "This week"}},
        {"key": "craving", "type": "scale", "text": {"en": "How strong?"},
         "urgent_when": {"is": "at_least", "value": 8, "help": "craving"}},
        {"key": "helped", "type": "choices", "text": {"en": "What helped?"},
         "shown_when": [{"item": "craving", "is": "at_least", "value": 4}],
         "options": [{"key": "walk", "words": {"en": "a walk"}}, {"key": "talk", "words": {"en": "a talk"}}]},
        {"key": "well", "type": "yes_no", "text": {"en": "Slept well?"}},
    ],
}  # fmt: skip


@kept
def house(world):
    values = {}
    for name, scopes in {"care": [Scope.CARE], "admin": [Scope.ADMIN], "people": [Scope.PEOPLE]}.items():
        _row, values[name] = create_token(System(), world.program, name, scopes)
    robin = world.client()
    db.session.commit()
    return {"values": values, "robin": robin}


@pytest.fixture
def call(house, app):
    def send(method, path, body=None, by="care", **query):
        browser = app.test_client()
        browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {house['values'][by]}"
        return browser.open(f"/api/v1{path}", method=method, json=body, query_string=query)

    return send


def made(call, publish=True, **changes):
    answer = call("POST", "/questionnaires", {"form": FORM | changes, "publish": publish})
    assert answer.status_code == 201, answer.text
    return answer.json


def responded(call, house, answers, audience="care_team"):
    form = made(call)
    body = {"questionnaire_id": form["id"], "answers": answers, "audience": audience}
    return call("POST", f"/people/{house['robin'].uid}/responses", body)


def test_a_form_is_written_published_and_read_back(call):
    draft = made(call, publish=False)
    assert (draft["version"], draft["form"]) == (None, None)
    assert draft["draft"]["title"] == FORM["title"]
    published = call("POST", "/questionnaires", {"id": draft["id"], "form": FORM, "publish": True}).json
    assert (published["version"], published["draft"]) == (1, None)
    listed = call("GET", "/questionnaires", limit=200).json["items"]
    assert published in listed
    assert {one["key"] for one in listed} >= {"reflection", "first-talk"}


def test_every_form_is_a_questionnaire_of_fhir(call):
    made(call)
    found = call("GET", "/questionnaires", limit=200, format="fhir").json["items"]
    for one in found:
        check_questionnaire(one)
    mine = next(one for one in found if one["title"] == "Weekly")
    assert call("GET", "/questionnaires/" + mine["url"].rpartition("/")[2], format="fhir").json == mine


def test_a_form_with_a_fault_is_refused_in_words_and_nothing_is_kept(call):
    before = len(db.session.scalars(select(Questionnaire)).all())
    answer = call("POST", "/questionnaires", {"form": FORM | {"read_when": "not_read"}, "publish": True})
    assert (answer.status_code, answer.json["code"]) == (422, "never_read")
    assert len(db.session.scalars(select(Questionnaire)).all()) == before


@pytest.mark.parametrize("value", [{"a": 1}, [[]], [{"a": 1}]])
def test_a_condition_that_compares_with_nothing_an_answer_can_be_is_refused(call, value):
    items = [
        FORM["items"][1],
        FORM["items"][3] | {"shown_when": [{"item": "craving", "is": "equals", "value": value}]},
    ]
    assert call("POST", "/questionnaires", {"form": FORM | {"items": items}}).status_code == 422


def test_answers_are_handed_over_and_read_as_ours_and_as_fhir(call, house):
    answer = responded(call, house, {"craving": 6, "helped": ["talk"], "well": False})
    assert answer.status_code == 201, answer.text
    assert answer.json["answers"] == {
        "craving": {"value": 6, "own": ""},
        "helped": {"value": ["talk"], "own": ""},
        "well": {"value": False, "own": ""},
    }
    path = f"/people/{house['robin'].uid}/responses"
    assert call("GET", path).json["items"] == [answer.json]
    [found] = call("GET", path, format="fhir").json["items"]
    assert (found["resourceType"], found["status"]) == ("QuestionnaireResponse", "completed")
    assert found["subject"] == {"reference": f"Patient/{house['robin'].uid}"}
    assert found["questionnaire"].endswith("|1")
    assert "author" not in found, "another program handed it over, not the person"
    told = {one["linkId"]: one["answer"] for one in every(found["item"]) if "answer" in one}
    assert told["craving"] == [{"valueInteger": 6}]
    assert told["well"] == [{"valueBoolean": False}]
    assert told["helped"][0]["valueCoding"]["code"] == "talk"
    looks = db.session.scalars(select(AuditRow).where(AuditRow.word == "response.read")).all()
    assert len(looks) == 2


def test_an_answer_to_what_is_not_shown_stays_behind(call, house):
    answer = responded(call, house, {"craving": 2, "helped": ["walk"]})
    assert set(answer.json["answers"]) == {"craving"}


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"craving": 11}, "no-answer"),
        ({"craving": True}, "no-answer"),
        ({"helped": ["run"]}, "no-answer"),
        ({"well": "perhaps"}, "no-answer"),
        ({"nothing": 1}, "no-item"),
        ({"part": "x"}, "no-item"),
    ],
)
def test_what_is_no_answer_is_refused_with_its_field(call, house, answers, code):
    answer = responded(call, house, answers)
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_readers_that_the_form_does_not_have_are_refused(call, house):
    assert responded(call, house, {"craving": 2}, "my_counselor").status_code == 422


def test_what_a_person_keeps_for_themselves_is_not_told(call, house):
    responded(call, house, {"craving": 2}, "only_me")
    assert call("GET", f"/people/{house['robin'].uid}/responses").json["items"] == []


@pytest.mark.parametrize("by", ["admin", "people"])
def test_no_other_scope_opens_it_and_admin_neither(call, house, by):
    person = f"/people/{house['robin'].uid}/responses"
    for method, path in (
        ("GET", "/questionnaires"),
        ("POST", "/questionnaires"),
        ("GET", person),
        ("POST", person),
    ):
        assert call(method, path, {} if method == "POST" else None, by=by).status_code in (403, 404), path


def test_a_person_of_another_program_is_unknown(call, world):
    stranger = world.another_program().client("Quay", "Client")
    assert call("GET", f"/people/{stranger.uid}/responses").status_code == 404


def test_a_group_is_given_the_question_that_who_asks_for_a_seat_is_asked(house, call, world):
    question = call("POST", "/questionnaires", {"form": FORM | {"kind": "referral", "readers": ["only_me"], "shared_with": "only_me"}, "publish": True}).json["id"]  # fmt: skip
    other = made(call)["id"]
    group = world.group("CBT skills", access="referral")
    where = f"/groups/{group.uid}/question"
    assert call("GET", where, by="admin").json == {"questionnaire_id": None}
    said = call("PUT", where, {"questionnaire_id": question}, by="admin")
    assert (said.status_code, said.json) == (200, {"questionnaire_id": question})
    assert call("GET", where, by="admin").json == {"questionnaire_id": question}
    for wrong in (other, "nothing", ""):
        refused = call("PUT", where, {"questionnaire_id": wrong}, by="admin")
        assert (refused.status_code, refused.json["code"]) == (422, "no-question")
    assert call("PUT", where, {}, by="admin").status_code == 422
    assert call("PUT", where, {"questionnaire_id": None}, by="people").status_code in (403, 404)
    assert call("PUT", where, {"questionnaire_id": None}, by="admin").json == {"questionnaire_id": None}
