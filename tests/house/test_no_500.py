"""Whatever is sent to any address, by whomever: the answer is one of ours, never a crash."""

import itertools
import json
import re
from urllib.parse import quote

import pytest

from groupsched.access.identity import Anonymous, Scope, System
from groupsched.access.policy import Permission, may_ever, permission_of
from groupsched.api.routes import BATCH
from groupsched.api.service import create_token
from groupsched.core.db import db
from groupsched.feeds.service import create_feed
from tests.conftest import identity_of
from tests.kept import kept

NASTY = ("a\0b", "9" * 40, "9999-12-31T9999", "a\r\nX-Other: 1", "²😀")
STORED = NASTY[:3]
NAMES = [
    "q", "page", "show", "before", "next", "from", "to", "modality", "orientation",
    "structure", "access", "setting", "day", "time", "place", "language", "tradition", "audience",
    "mode", "needs", "free", "external", "view", "mine", "group", "only", "sort",
    "person", "dates", "reason", "as", "mark", "op", "name",
]  # fmt: skip
TEXTS = ("\ud800", "a\0b", "x" * 5000, 10**30, "0001-01-01")
WRONG = (*TEXTS, None, [], {}, "", -1, True, [None], ["\ud800"])
BODIES = {
    "groups": {"title": "T", "modality": "support-group", "place_id": None, "facilitators": [], "tags": []},
    "series": {"starts_on": "2026-12-01", "start_time": "10:00", "duration_minutes": 60,
               "timezone": "America/New_York", "rrule": "FREQ=WEEKLY;COUNT=3", "until": None, "skip": []},
    "enrolments": {"person_id": "x", "mode": "dates", "dates": [], "slot_id": "x"},
    "cannot-come": {"person_id": "x"},
    "operations": {"operations": []},
    "people": {"name": "Robin Teacup", "email": None, "roles": ["client"]},
    "feeds": {"name": "Phone", "titles": "full", "kind": "mine"},
    "occurrences": {"start": "2026-12-01T10:00:00-05:00", "end": None, "place_id": None, "online_link": "", "capacity": 5,
                    "title": "T", "lead_id": None, "scope": "this", "hand_changed": "keep", "reason": "Snow", "accept_conflicts": False,
                    "dry_run": True},
    "undo": {},
    "keep-apart": {"people": ["x", "y"], "from_day": None, "until_day": None, "minutes": 30, "reason": "Invented"},
    "guests": {"client_id": "x", "first_name": "Nan", "relation": "parent", "dates": ["x"], "word": True, "adult": True},
    "cover": {"act": "ask", "people": ["x"], "person_id": None, "part_of": None, "reason": "Ill"},
    "covers": {"person_id": "x"},
    "give": {"part_of": "x", "dates": [{"occurrence_id": "x", "person_id": "x"}]},
    "take-back": {"covers": ["x"]},
    "switch": {"to_group_id": "x", "why": "the_time", "accept_clash": False},
    "cohorts": {"name": "1", "begins_on": "2027-01-05", "ends_on": "2027-02-23", "screening_from": "2026-12-01",
                "screening_until": "2026-12-20", "joins_until": "2027-01-05"},
    "answer": {"answer": "next_cohort"},
    "clearances": {"kind": "touch", "until_day": None},
    "confirm": {"asked_alone": True, "agreed": True},
    "care-team": {"member_id": "x", "role": "counselor", "from": "2026-12-01"},
    "questionnaires": {"id": None, "publish": True, "form": {"kind": "check_in", "title": {"en": "T"}, "items": [
        {"key": "a", "type": "scale", "text": {"en": "A"}, "urgent_when": {"is": "at_least", "value": 8, "help": "mood"}},
        {"key": "b", "type": "text", "text": {"en": "B"}, "shown_when": [{"item": "a", "is": "at_least", "value": 4}]}]}},
    "question": {"questionnaire_id": None},
    "run-sheet": {"phases": [{"id": "a", "name": "A", "minutes": 5, "flags": ["stretch"]}], "version": None},
    "run-sheets": {"id": None, "version": None, "kind": "timed", "minutes": 60, "name": {"en": "T"}, "intro": {},
                   "phases": [{"id": "a", "name": "A", "minutes": 5, "flags": ["stretch"]}]},
    "responses": {"questionnaire_id": "x", "answers": {"a": 3}, "audience": "care_team"},
    "closures": {"site_id": "x", "place_ids": [], "starts": "2026-12-25T00:00:00-05:00", "ends": "2026-12-26T00:00:00-05:00",
                 "name": "Holiday", "skip": [], "keep": [], "dry_run": True},
}  # fmt: skip


@kept
def known(world):
    """An id of every kind, by the beginning of the addresses that take it."""
    lead, robin = world.facilitator(), world.client()
    group = world.group(led_by=lead)
    date = world.soon(group, dates=3)
    [enrolment] = world.enrol(group, robin)
    feed, _url = create_feed(identity_of(robin), robin, "Phone", "full", "mine")
    db.session.commit()
    return {
        "person_id": robin.uid, "group_id": group.uid, "series_id": date.series.uid, "occurrence_id": date.uid, "feed_id": feed.uid,
        "enrolment_id": enrolment.uid, "when": date.original_local, "key": "client", "row": "1", "grant_id": "1",
        "token": "A" * 43, "/sheet": date.uid, "/occurrences": date.uid, "/groups": group.uid,
        "/sessions": group.uid, "/people": robin.uid, "/enrolments": enrolment.uid, "/calendar": feed.uid,
    }  # fmt: skip


def address(rule, known, **instead):
    """The address of a rule with ids that are there, or with others instead."""
    ours = known.get("/" + rule.rule.split("/")[1], "unknown")
    filled = {"uid": ours, **known, **instead}
    return re.sub(
        r"<(?:[^:<>]+:)?(\w+)>", lambda found: quote(filled.get(found[1], "unknown"), safe=""), rule.rule
    )


def rules(app, *, api):
    """What is served, without files and without what tells of a database that is not migrated."""
    left_out = {"static", "health.ready"}
    served = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in left_out]
    return [rule for rule in served if rule.rule.startswith("/api/") is api]


def methods(rule):
    return sorted(rule.methods - {"HEAD", "OPTIONS"})


def turns(values):
    """`take(True)` gives every value, `take(False)` the next one alone."""
    one_by_one = itertools.cycle(values)
    return lambda every: values if every else [next(one_by_one)]


def reads(app, identity, rule, method):
    """Whether a request of this identity comes to the view, and is not turned away by the gate before every one."""
    permission = permission_of(app.view_functions[rule.endpoint], method)
    return permission is Permission.PUBLIC or (permission is not None and may_ever(identity, permission))


@pytest.mark.parametrize("role", ["visitor", "client", "supervisor"])
def test_no_page_crashes_over_what_stands_in_its_address_or_its_form(app, world, known, database, role):
    # What no database sees is told apart by Python alone: on PostgreSQL goes what it refuses and SQLite takes. Where the
    # gate turns somebody away, it is the same gate at each address: the values take turns there.
    lite = database.startswith("sqlite")
    person = {"visitor": None, "client": world.client(), "supervisor": world.supervisor()}[role]
    identity = identity_of(person) if person else Anonymous(program_id=world.program.id)
    browser = app.test_client().as_(person)
    asked, posted = turns(NASTY if lite else STORED), turns(NASTY[:2])
    bodies = turns(("[" * 50_000, "5", '{"login": {"a": 1}}'))
    for rule in rules(app, api=False):
        for bad in asked(reads(app, identity, rule, "GET")):
            for name in sorted(rule.arguments):
                assert browser.open(address(rule, known, **{name: bad}), method="GET").status_code < 500
            given = dict.fromkeys(NAMES, bad)
            if "GET" in rule.methods:
                assert browser.get(address(rule, known), query_string=given).status_code < 500
        if "POST" in rule.methods:
            every = reads(app, identity, rule, "POST")
            for bad in posted(every):
                assert browser.post(address(rule, known), data=dict.fromkeys(NAMES, bad)).status_code < 500
            for body in bodies(every) if lite else ():
                answer = send(browser, "POST", address(rule, known), body)
                assert answer.status_code < 500, (rule.rule, body[:9])


@pytest.fixture
def caller(app, world):
    """A program with a token of every scope."""
    _row, value = create_token(System(), world.program, "fuzz", list(Scope))
    db.session.commit()
    browser = app.test_client()
    browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {value}"
    return browser


def send(browser, method, where, body):
    return browser.open(where, method=method, data=body, content_type="application/json")


def writing(app):
    """Each rule of the interface that takes a body, with a body that nearly fits."""
    for rule in rules(app, api=True):
        parts = [part for part in rule.rule.split("/") if part in BODIES]
        for method in sorted(set(methods(rule)) & {"POST", "PATCH", "PUT"}):
            yield rule, method, BODIES[parts[-1]]


def test_a_value_of_another_kind_never_crashes_the_interface(app, caller, known, database):
    # Of what kind a value is Python tells alone; what may get by it is sent to both.
    values = WRONG if database.startswith("sqlite") else TEXTS
    for rule, method, body in writing(app):
        for name in (*body, "unknown"):
            for wrong in values:
                answer = send(caller, method, address(rule, known), json.dumps({**body, name: wrong}))
                assert answer.status_code < 500, (rule.rule, name, wrong)


def test_half_a_character_in_a_text_is_refused_and_not_asked_of_the_database(app, caller, known):
    where = f"/api/v1/groups/{known['group_id']}"
    for text in ("\ud800", "a\0b"):
        answer = send(caller, "PATCH", where, json.dumps({"modality": text}))
        assert answer.status_code == 422


@pytest.mark.on_sqlite
def test_a_body_nested_without_end_is_refused_like_any_nonsense(app, caller, known):
    for rule, method, _body in writing(app):
        for deep in (
            "[" * 50_000,
            '{"title":' * 50_000,
            "[" * 3000 + "]" * 3000,
            b"\xff{}",
            "null",
            "[1]",
            "{",
        ):
            answer = send(caller, method, address(rule, known), deep)
            # A list is a batch there, each part of which is answered alone.
            alone = rule.endpoint == BATCH and answer.status_code == 200
            assert alone or 400 <= answer.status_code < 500
            assert not alone or {one["outcome"] for one in answer.json["results"]} == {"refused"}


def test_a_query_of_the_interface_never_crashes_it(app, caller, known, database):
    values = NASTY if database.startswith("sqlite") else STORED
    for rule in rules(app, api=True):
        for bad in values:
            given = dict.fromkeys(("from", "to", "group", "q", "day", "place", "modality"), bad)
            assert caller.get(address(rule, known), query_string=given).status_code < 500
            assert caller.get(address(rule, known), query_string={"cursor": bad}).status_code < 500
            for name in sorted(rule.arguments):
                assert caller.get(address(rule, known, **{name: bad})).status_code < 500


@pytest.mark.on_sqlite
@pytest.mark.parametrize("host", ["[", "[::1", "127.0.0.1:port", "evil@127.0.0.1", "a b", "é"])
def test_a_host_that_is_no_host_is_refused_on_the_short_way_of_feeds_too(client, host):
    for where in ("/sign-in", "/feeds/unknown.ics", "/api/v1/groups"):
        assert client.get(where, headers={"Host": host}).status_code == 400
