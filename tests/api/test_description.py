"""The OpenAPI description says what the rules say: parameters, lists of words, limits, and how a call is refused.

That every answer is described is looked at wherever a test calls the interface (conftest.py).
"""

import re

import pytest
from sqlalchemy import select

from groupsched.access.identity import Role
from groupsched.attendance.rules import AttendanceStatus, MarkingMode, OperationOutcome, QueuedKind
from groupsched.care.rules import CareRole
from groupsched.catalog.rules import (
    MOST_SEATS,
    TITLE_LENGTH,
    Access,
    AttendanceMode,
    ClearanceKind,
    LineMode,
    ModalityCategory,
    ModalityKind,
    Orientation,
    PlaceMode,
    Setting,
    Structure,
)
from groupsched.core.db import db
from groupsched.enrolment.rules import (
    DIMENSIONS,
    FILTERS,
    LISTED,
    CohortState,
    EnrolmentMode,
    EnrolmentState,
    GuestRelation,
    GuestState,
    RequestAnswer,
    StandingState,
    SuggestionRule,
    SwitchReason,
)
from groupsched.facilitation.rules import Company, PhaseFlag, PhaseRole, RunSheetKind
from groupsched.feeds.rules import FeedKind, TitleMode
from groupsched.questionnaires.models import Questionnaire
from groupsched.questionnaires.rules import Audience, Comparison, FormKind, HelpKind, ItemType, ReadWhen
from groupsched.schedule.rules import (
    ChangeScope,
    ConflictKind,
    CoverAct,
    CoverState,
    OccurrenceStatus,
    SeatPool,
)
from tests.api.description import SHAPE, operations, spec_of, told_of, undescribed

pytestmark = pytest.mark.on_sqlite

# A field of these names holds a member of this enum, in whichever shape it stands.
KINDS = {
    "orientation": Orientation, "structure": Structure, "access": Access, "setting": Setting, "attendance_mode": AttendanceMode, "line_mode": LineMode,
    "pool": SeatPool, "category": ModalityCategory, "titles": TitleMode, "roles": Role, "outcome": OperationOutcome,
}  # fmt: skip
KINDS_OF = {
    ("Place", "mode"): PlaceMode, ("Modality", "kind"): ModalityKind, ("Feed", "kind"): FeedKind, ("FeedCreation", "kind"): FeedKind,
    ("Enrolment", "mode"): EnrolmentMode, ("EnrolmentCreation", "mode"): EnrolmentMode, ("Enrolment", "state"): EnrolmentState,
    ("DateAnswer", "state"): StandingState, ("Occurrence", "status"): OccurrenceStatus, ("Attendee", "status"): AttendanceStatus,
    ("Answer", "status"): AttendanceStatus, ("Operation", "status"): AttendanceStatus,
    ("Modality", "clearance"): ClearanceKind, ("Clearance", "kind"): ClearanceKind, ("ClearanceCreation", "kind"): ClearanceKind, ("Switched", "mode"): EnrolmentMode, ("Switched", "state"): EnrolmentState, ("Ending", "state"): EnrolmentState,
    ("SwitchCreation", "why"): SwitchReason, ("CareTeamMember", "role"): CareRole, ("CareTeamJoining", "role"): CareRole,
    ("Guest", "relation"): GuestRelation, ("GuestCreation", "relation"): GuestRelation, ("Guest", "state"): GuestState, ("Cohort", "state"): CohortState, ("AnswerToRequest", "answer"): RequestAnswer,
    ("Operation", "kind"): QueuedKind, ("Operation", "mode"): MarkingMode,
    ("Condition", "is"): Comparison, ("Item", "type"): ItemType, ("Form", "kind"): FormKind, ("Urgent", "help"): HelpKind,
    ("Form", "readers"): Audience, ("Form", "shared_with"): Audience, ("Form", "read_when"): ReadWhen,
    ("ResponseCreation", "audience"): Audience, ("Suggestion", "rule"): SuggestionRule,
    ("Phase", "who"): Company, ("Phase", "flags"): PhaseFlag, ("Phase", "roles"): PhaseRole, ("RunSheetCreation", "kind"): RunSheetKind,
}  # fmt: skip
# What is taken of a longer list so far.
PARTS = {
    ("Urgent", "is"): [Comparison.ANY_OF, Comparison.AT_LEAST],
    ("OccurrenceChange", "status"): [OccurrenceStatus.CANCELLED, OccurrenceStatus.SCHEDULED],
    ("Conflict", "kind"): ConflictKind, ("CoverRequest", "act"): CoverAct, ("Cover", "state"): CoverState,
    ("OccurrenceChange", "scope"): ChangeScope, ("Change", "scope"): ChangeScope,
    ("OccurrenceChange", "hand_changed"): ["keep", "overwrite"], ("SeriesChange", "hand_changed"): ["keep", "overwrite"],
    ("DateSheet", "source"): ["template", "own"],
}  # fmt: skip
WORDS = {
    "modality": "support-group",
    "place": "oak-room",
    "language": "en",
    "audience": "women",
    "tradition": "Quaker",
    "q": "tea",
}


@pytest.fixture
def spec(app):
    return spec_of(app)


def words(schema):
    """The list that a schema, or what it holds a list of, names."""
    found = schema.get("items", schema).get("enum")
    return None if found is None else [one for one in found if one is not None]


def test_every_list_of_words_is_the_list_of_its_rule(spec):
    seen = set()
    for shape, schema in spec["components"]["schemas"].items():
        for name, field in schema.get("properties", {}).items():
            kind = PARTS.get((shape, name)) or KINDS_OF.get((shape, name)) or KINDS.get(name)
            wanted = None if kind is None else sorted(kind)
            assert (None if (found := words(field)) is None else sorted(found)) == wanted, (shape, name)
            seen |= {(shape, name), name}
    assert {*KINDS, *KINDS_OF, *PARTS} <= seen


def query_of(told):
    return {one["name"]: one["schema"] for one in told.get("parameters", ()) if one["in"] == "query"}


def test_the_filters_of_occurrences_are_those_of_the_sessions_with_their_lists(spec):
    asked = query_of(spec["paths"]["/api/v1/occurrences"]["get"])
    assert set(asked) == FILTERS | {"limit", "cursor", "group"}
    for name in FILTERS:
        listed = words(asked[name])
        assert listed == (list(LISTED[name]) if name in LISTED else None), name
        assert (asked[name]["type"] == "array") is (name in DIMENSIONS)


def values(name, schema):
    """Some values that a parameter takes, and some that it does not."""
    inner = schema.get("items", schema)
    if name in ("from", "to"):
        return ["2030-01-01"], ["soon", "2030-02-30", "1999-12-31"]
    if inner.get("enum"):
        return inner["enum"], ["nonsense", "", f"{inner['enum'][0]}x"]
    if inner["type"] == "integer":
        return [inner["minimum"], inner["maximum"]], [inner["minimum"] - 1, inner["maximum"] + 1, "many"]
    longest = "x" * (inner["maxLength"] + 1)
    return [WORDS[name]] if name in WORDS else [], [
        longest,
        *(["nonsense"] if name not in ("q", "reason") else []),
    ]


def test_every_parameter_that_is_described_takes_what_it_describes_and_nothing_else(world, call, spec):
    group = world.group(orientation="faith", tradition="Quaker", audience=["women"])
    form = db.session.scalars(select(Questionnaire)).first()
    known = {
        "{group_id}": group.uid,
        "{person_id}": world.client().uid,
        "{questionnaire_id}": form.uid if form else "",
    }
    for path, method, told in operations(spec):
        if method != "get":
            continue
        where = re.sub(r"{\w+}", lambda found: known.get(found[0], "nothing"), path.removeprefix("/api/v1"))
        for name, schema in query_of(told).items():
            right, wrong = values(name, schema)
            extra = "&from=2029-12-31" if name == "to" else ""
            for value in right:
                assert call("GET", f"{where}?{name}={value}{extra}").status_code == 200, (path, name, value)
            for value in wrong:
                refused = call("GET", f"{where}?{name}={value}")
                assert refused.status_code == 422, (path, name, value)
                assert {row["field"] for row in refused.json["errors"]} == {name}
        assert call("GET", f"{where}?nonsense=1").status_code == 422


def body_of(spec, told):
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return spec["components"]["schemas"].get(content.get("$ref", "").removeprefix(SHAPE), {})


def fields_named(answer):
    return (
        {row["field"].partition(".")[0] for row in answer.json.get("errors", ())}
        if answer.status_code >= 400
        else set()
    )


def test_every_word_of_a_list_in_a_body_is_taken_and_no_other(world, call, spec):
    group = world.group()
    date = world.soon(group, in_minutes=600)
    known = {"{group_id}": group.uid, "{person_id}": world.client().uid, "{occurrence_id}": date.uid}
    tried = 0
    for path, method, told in operations(spec):
        where = re.sub(r"{\w+}", lambda found: known.get(found[0], "nothing"), path.removeprefix("/api/v1"))
        for name, field in body_of(spec, told).get("properties", {}).items():
            listed = field.get("items", field).get("enum")
            if not listed or field.get("readOnly"):
                continue
            for word in ["nonsense", "", 7, *listed]:
                body = {name: [word] if "items" in field else word}
                answer = call(method.upper(), where, {**body, "nothing-of-ours": 1})
                assert (name in fields_named(answer)) is (word not in listed), (path, name, word)
                tried += 1
    assert tried > 60


def test_the_limits_of_a_group_are_those_of_the_form(world, call, spec):
    known = spec["components"]["schemas"]["GroupCreation"]["properties"]
    assert (known["capacity"]["minimum"], known["capacity"]["maximum"]) == (1, MOST_SEATS)
    assert known["title"]["maxLength"] == TITLE_LENGTH
    body = {"title": "Tea", "modality": "support-group"}
    for name, field in known.items():
        least, most = field.get("minimum"), field.get("maximum")
        for value, status in (
            (least, 201),
            (most, 201),
            (least and least - 1, 422),
            (most and most + 1, 422),
        ):
            if value is not None:
                extra = {"capacity": MOST_SEATS} if name == "min_to_run" else {}
                assert call("POST", "/groups", {**body, **extra, name: value}).status_code == status, (
                    name,
                    value,
                )
        if "maxLength" in field and name not in ("modality", "place_id", "site_id"):
            longest = {"title": "x", "description": "x", "not_asked": "x", "tradition": "x"}.get(
                name, "https://a.example/"
            )
            for count, status in ((field["maxLength"], 201), (field["maxLength"] + 1, 422)):
                text = longest + "x" * (count - len(longest))
                extra = {"orientation": "faith"} if name == "tradition" else {}
                assert call("POST", "/groups", {**body, **extra, name: text}).status_code == status, (
                    name,
                    count,
                )


def test_each_way_to_be_refused_is_described_at_every_call(app, world, client, caller, spec):
    nobody, everything = caller("read"), caller()
    for path, method, told in operations(spec):
        where = re.sub(r"{\w+}", "nothing", path)
        asked = {"method": method.upper(), "headers": everything.headers}
        answers = [
            client.open(where, method=method.upper()),
            client.open(f"{where}?nothing=1", **asked),
            client.open(where, **asked) if "{" in path else None,
            nobody(
                method.upper(),
                path.removeprefix("/api/v1").replace("{", "").replace("}", ""),
                {} if method in ("post", "patch") else None,
            ),
        ]
        if method in ("post", "patch"):
            answers += [
                client.open(where, data="{", content_type="application/json", **asked),
                client.open(where, data="title=x", content_type="text/plain", **asked),
                client.open(where, data=b"x" * 3 * 1024 * 1024, content_type="application/json", **asked),
                client.open(
                    where,
                    json={},
                    method=method.upper(),
                    headers={**everything.headers, "Idempotency-Key": "k" * 201},
                ),
            ]
        for answer in filter(None, answers):
            assert undescribed(app, method.upper(), where, answer) == [], (path, method, answer.status_code)
        assert told_of(app, spec, method.upper(), where) == told
        assert {"401", "403", "422", "429", "503"} <= set(told["responses"])


def test_every_post_describes_the_key_that_makes_it_one_effect(spec):
    for path, method, told in operations(spec):
        headers = [one["name"] for one in told.get("parameters", ()) if one["in"] == "header"]
        assert headers == (["Idempotency-Key"] if method == "post" else []), path
