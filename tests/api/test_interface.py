"""The JSON interface as a program sees it."""

import json
import re
from datetime import timedelta

import pytest

from groupsched.access.identity import Scope
from groupsched.api.commands import token
from groupsched.core import clock
from tests.api.conftest import ALL, operation
from tests.factories import ZONE, tomorrow_at

WEEKLY = {
    "starts_on": "2030-01-02",
    "start_time": "10:00",
    "duration_minutes": 90,
    "timezone": "America/New_York",
    "rrule": "FREQ=WEEKLY;BYDAY=WE;COUNT=6",
}


def without_layout(page):
    """The page without the spaces that only show how its source is laid out."""
    return re.sub(r"> <", "><", " ".join(page.split()))


@pytest.mark.on_sqlite
def test_without_a_token_the_answer_is_401_and_says_how(world, client):
    answer = client.get("/api/v1/groups")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.mimetype == "application/problem+json"


@pytest.mark.on_sqlite
def test_the_cookie_of_a_signed_in_person_opens_nothing(world, client):
    assert client.as_(world.admin()).get("/api/v1/groups").status_code == 401


@pytest.mark.on_sqlite
def test_a_token_that_is_revoked_by_command_opens_nothing_and_others_go_on(app, caller, call):
    narrow = caller("read")
    assert narrow("GET", "/groups").status_code == 200
    ended = app.test_cli_runner().invoke(token, ["revoke", "--name", "read"])
    assert (ended.exit_code, ended.output) == (0, "Ended: 1\n")
    assert narrow("GET", "/groups").status_code == 401
    assert call("GET", "/groups").status_code == 200
    again = app.test_cli_runner().invoke(token, ["revoke", "--name", "read"])
    assert again.exit_code == 1
    assert "There is no token named “read” that is still good." in again.output


@pytest.mark.on_sqlite
def test_a_token_stays_within_its_scopes(world, caller):
    group = world.group()
    read = caller("read")
    assert read("GET", f"/groups/{group.uid}").status_code == 200
    assert read("PATCH", f"/groups/{group.uid}", {"title": "Mine"}).status_code == 403
    assert read("POST", "/people", {"name": "Fern Mailbox"}).status_code == 403


@pytest.mark.on_sqlite
def test_people_and_their_calendars_are_read_with_scopes_of_their_own(world, caller):
    robin = world.client()
    paths = {
        "/people": {"people"},
        f"/people/{robin.uid}": {"people"},
        f"/people/{robin.uid}/feeds": {"feeds"},
    }
    for path, scopes in paths.items():
        may = {
            scope for scope in Scope if scope != Scope.ADMIN and caller(scope)("GET", path).status_code == 200
        }
        assert may == scopes, path
        assert caller("admin")("GET", path).status_code == 200


def test_a_token_of_one_program_sees_nothing_of_another(world, client, call):
    other = world.another_program()
    group = other.group("Elsewhere")
    assert call("GET", f"/groups/{group.uid}").status_code == 404
    assert group.uid not in {item["id"] for item in call("GET", "/groups").json["items"]}
    assert call("GET", f"/people/{other.client().uid}").status_code == 404


def test_a_group_is_made_changed_and_given_dates(world, call):
    lead = world.facilitator()
    made = call(
        "POST",
        "/groups",
        {
            "title": "Tea and talk",
            "modality": "support-group",
            "orientation": "secular",
            "structure": "relaxed",
            "access": "open",
            "capacity": 8,
            "published": True,
            "place_id": world.room.uid,
            "facilitators": [lead.uid],
        },
    )
    assert made.status_code == 201, made.json
    group = made.json
    assert group["published"] is True
    assert (group["orientation"], group["place"]["room"]) == ("secular", "Oak Room")
    changed = call("PATCH", f"/groups/{group['id']}", {"orientation": None, "tags": ["chair"]})
    assert changed.status_code == 200, changed.json
    assert changed.json["orientation"] is None
    assert changed.json["capacity"] == 8
    first = clock.now().date() + timedelta(days=20)
    rule = {**WEEKLY, "starts_on": first.isoformat(), "rrule": "FREQ=WEEKLY;COUNT=6"}
    series = call("POST", f"/groups/{group['id']}/series", rule)
    assert series.status_code == 201, series.json
    window = f"from={first}&to={first + timedelta(days=60)}"
    dates = call("GET", f"/occurrences?group={group['id']}&{window}").json["items"]
    assert [row["start"][:16] for row in dates][:2] == [
        f"{first}T10:00",
        f"{first + timedelta(days=7)}T10:00",
    ]
    assert len(dates) == 6
    assert dates[0]["seats"] == {"capacity": 8, "taken": 0, "waiting": 0}
    assert dates[0]["start"][-6:] in ("-05:00", "-04:00")


@pytest.mark.on_sqlite
def test_a_group_is_given_as_it_was_written_whatever_language_is_asked_for_with_its_texts_beside(world, call):
    texts = {"es": {"title": "Té y charla", "tradition": "Budista"}}
    body = {
        "title": "Tea and talk",
        "modality": "support-group",
        "orientation": "faith",
        "tradition": "Buddhist",
    }
    made = call("POST", "/groups", {**body, "texts": {"es": {**texts["es"], "title": " Té  y charla"}}})
    assert (made.status_code, made.json["texts"]) == (201, texts)
    path = f"/groups/{made.json['id']}"
    spanish = call("GET", path, **{"Accept-Language": "es"}).json
    assert (spanish["title"], spanish["tradition"], spanish["texts"]) == ("Tea and talk", "Buddhist", texts)
    assert (
        call("PATCH", path, {"tags": ["chair"]}, **{"Accept-Language": "es"}).json["title"] == "Tea and talk"
    )
    assert call("GET", path).json["texts"] == texts
    assert call("PATCH", path, {"texts": {}}).json["texts"] == {}


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    "texts", [{"xx": {"title": "?"}}, {"es": {"name": "Té"}}, {"es": {"title": "é" * 121}}, {"es": "Té"}, []]
)
def test_texts_that_do_not_fit_are_refused(world, call, texts):
    answer = call("PATCH", f"/groups/{world.group().uid}", {"texts": texts})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"].startswith("texts")


@pytest.mark.on_sqlite
def test_a_tradition_in_another_language_goes_with_faith_too(world, call):
    answer = call("PATCH", f"/groups/{world.group().uid}", {"texts": {"es": {"tradition": "Budista"}}})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "texts")


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rrule": "FREQ=SECONDLY"}, "rrule"), ({"rrule": "FREQ=DAILY;COUNT=100000"}, "rrule"),
        ({"rrule": "FREQ=WEEKLY;BYHOUR=3"}, "rrule"), ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"start_time": "25:00"}, "start_time"), ({"starts_on": "2030-02-31"}, "starts_on"),
        ({"duration_minutes": 0}, "duration_minutes"), ({"surprise": 1}, "surprise"),
        ({"until": "2030-02-01"}, "until"),
    ],
)  # fmt: skip
def test_a_rule_that_does_not_fit_is_refused_with_its_field(world, call, change, field):
    group = world.group()
    answer = call("POST", f"/groups/{group.uid}/series", {**WEEKLY, **change})
    assert answer.status_code == 422
    assert field in {row["field"] for row in answer.json["errors"]}


def test_enrol_wait_and_leave_move_the_line(world, call):
    group = world.group(capacity=1)
    world.series(group, tomorrow_at(10), dates=2)
    first, second = world.client("Robin"), world.client("Hazel", "Lampshade")
    answer = call("POST", f"/groups/{group.uid}/enrolments", {"person_id": first.uid})
    assert answer.status_code == 201, answer.json
    assert answer.json["state"] == "active"
    waits = call("POST", f"/groups/{group.uid}/enrolments", {"person_id": second.uid}).json
    assert (waits["state"], waits["position"]) == ("waitlisted", 1)
    assert call("DELETE", f"/enrolments/{answer.json['id']}?reason=moved").status_code == 204
    dates = call("GET", f"/occurrences?group={group.uid}&to={clock.today(ZONE) + timedelta(days=30)}").json[
        "items"
    ]
    assert [row["seats"]["taken"] for row in dates] == [1, 1]


def test_a_join_that_waits_asks_the_database_few_times_while_it_holds_the_group(world, call, statements):
    group = world.group(capacity=1)
    world.series(group, tomorrow_at(10), dates=6)
    call("POST", f"/groups/{group.uid}/enrolments", {"person_id": world.client("Robin").uid})
    hazel = world.client("Hazel", "Lampshade").uid
    before = len(statements())
    assert call("POST", f"/groups/{group.uid}/enrolments", {"person_id": hazel}).json["position"] == 1
    assert len(statements()) - before <= 19


def test_cannot_come_frees_one_date(world, call):
    group = world.group(capacity=5)
    dates = world.series(group, tomorrow_at(10), dates=2)
    person = world.client()
    call("POST", f"/groups/{group.uid}/enrolments", {"person_id": person.uid})
    answer = call("POST", f"/occurrences/{dates[0].uid}/cannot-come", {"person_id": person.uid})
    assert answer.status_code == 200, answer.json
    assert answer.json["seats"]["taken"] == 0


def test_a_date_is_cancelled_with_a_reason_and_a_dry_run_changes_nothing(world, call):
    group = world.group()
    date = world.series(group, tomorrow_at(10), dates=2)[0]
    call("POST", f"/groups/{group.uid}/enrolments", {"person_id": world.client().uid})
    body = {"status": "cancelled", "scope": "this", "reason": "Leader away"}
    dry = call("PATCH", f"/occurrences/{date.uid}", {"status": "cancelled", "dry_run": True}).json
    assert (dry["dates"], dry["people_told"], dry["occurrence"]["status"]) == (1, 1, "scheduled")
    silent = call("PATCH", f"/occurrences/{date.uid}", {**body, "reason": " "})
    assert (silent.status_code, silent.json["errors"][0]["field"]) == (422, "reason")
    assert call("PATCH", f"/occurrences/{date.uid}", body).json["occurrence"]["status"] == "cancelled"
    assert call("GET", f"/occurrences/{date.uid}").json["reason"] == "Leader away"


def test_the_same_key_has_one_effect_and_the_same_answer(world, call):
    body = {"name": "Fern Mailbox"}
    one = call("POST", "/people", body, **{"Idempotency-Key": "k1"})
    again = call("POST", "/people", body, **{"Idempotency-Key": "k1"})
    assert one.status_code == again.status_code == 201
    assert one.json == again.json
    other = call("POST", "/people", {"name": "Someone Else"}, **{"Idempotency-Key": "k1"})
    assert other.status_code == 422


def test_a_person_is_added_and_given_roles(world, call):
    made = call(
        "POST", "/people", {"name": "Juniper Placeholder", "email": "j@example.org", "roles": ["facilitator"]}
    )
    assert made.status_code == 201, made.json
    uid = made.json["id"]
    changed = call("PATCH", f"/people/{uid}", {"roles": ["client"], "name": "Juniper P"}).json
    assert (changed["roles"], changed["name"], changed["email"]) == (["client"], "Juniper P", "j@example.org")


def test_lists_are_paged_in_a_stable_order(world, call):
    for number in range(5):
        world.group(f"Group {number}")
    seen, cursor = [], ""
    while cursor is not None:
        page = call("GET", f"/groups?limit=2&cursor={cursor}" if cursor else "/groups?limit=2").json
        seen += [item["title"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [f"Group {number}" for number in range(5)]
    assert call("GET", "/groups?cursor=nonsense").status_code == 422


def test_a_feed_tells_its_address_once(world, call, client):
    person = world.client()
    made = call("POST", f"/people/{person.uid}/feeds", {"name": "Phone"}, **{"Idempotency-Key": "f1"})
    assert made.status_code == 201, made.json
    address = made.json["url"]
    assert client.get(address.split("127.0.0.1:5000")[-1]).status_code == 200
    assert "url" not in call("GET", f"/people/{person.uid}/feeds").json["items"][0]
    again = call("POST", f"/people/{person.uid}/feeds", {"name": "Phone"}, **{"Idempotency-Key": "f1"})
    assert again.json["url"] is None
    assert call("DELETE", f"/people/{person.uid}/feeds/{made.json['id']}").status_code == 204
    assert client.get(address.split("127.0.0.1:5000")[-1]).status_code == 404


@pytest.mark.usefixtures("minute")
def test_marks_are_answered_one_by_one_and_a_retry_changes_nothing(world, call):
    group = world.group()
    date = world.soon(group, in_minutes=30)
    for first, last in (("Jo", "Marmalade"), ("Jo", "Matchbox")):
        call("POST", f"/groups/{group.uid}/enrolments", {"person_id": world.client(first, last).uid})
    rows = call("GET", f"/occurrences/{date.uid}/attendance").json
    assert {row["label"] for row in rows["items"]} == {"Jo Mar.", "Jo Mat."}
    assert rows["finished"] is False
    mark = operation(rows["items"][0]["attendee_id"])
    path = f"/occurrences/{date.uid}/attendance/operations"
    first = call("POST", path, {"operations": [mark]})
    assert first.status_code == 200, first.json
    assert first.json["results"][0]["outcome"] == "applied"
    assert call("POST", path, {"operations": [mark]}).json["results"][0]["outcome"] == "duplicate"
    assert call("POST", path, [mark]).json["results"][0]["outcome"] == "duplicate"
    against = operation(mark["attendee_id"], status="absent", device="tablet-2")
    assert call("POST", path, {"operations": [against]}).json["results"][0]["outcome"] == "conflict"


@pytest.mark.on_sqlite
def test_wrong_json_and_wrong_methods_have_answers(world, call, client):
    broken = client.post(
        "/api/v1/groups", data="{", headers={**call.headers, "Content-Type": "application/json"}
    )
    assert broken.status_code == 400
    assert call("DELETE", "/groups").status_code == 405
    assert call("GET", "/groups/no-such-group").status_code == 404


@pytest.mark.on_sqlite
def test_the_description_is_openapi_3_1_and_there_is_a_page_to_read(world, client):
    spec = json.loads(client.get("/api/v1/openapi.json").data)
    assert spec["openapi"].startswith("3.1")
    assert "/api/v1/groups/{group_id}/series" in spec["paths"]


@pytest.mark.on_sqlite
def test_the_page_to_read_tells_every_call_with_its_scope_and_an_example(world, client):
    page = without_layout(client.get("/api/v1/").text)
    assert "Idempotency-Key" in page
    spec = json.loads(client.get("/api/v1/openapi.json").data)
    calls = [
        (path, method)
        for path, methods in spec["paths"].items()
        for method in methods
        if method != "parameters"
    ]
    assert page.count('<details class="fold box call"><summary>') == len(calls)
    enrol = page.partition("Enrol a person")[2].partition("</details>")[0]
    assert "Scope: <code>enrol</code> or <code>admin</code>" in enrol
    assert "/api/v1/groups/GROUP_ID/enrolments -X POST" in enrol
    assert "{&#34;person_id&#34;: &#34;PERSON_ID&#34;}" in enrol
    assert '<a href="#shape-Enrolment">' in enrol and 'id="shape-Enrolment"' in page
    add = page.partition("Add a person")[2].partition("</details>")[0]
    assert "Scope: <code>admin</code>" in add
    assert set(re.findall(r'href="#(shape-\w+)"', page)) <= set(re.findall(r'id="(shape-\w+)"', page))


@pytest.mark.on_sqlite
def test_the_page_to_read_names_the_scopes_that_open_each_call(client, caller):
    page = without_layout(client.get("/api/v1/").text)
    told = re.findall(r'">([A-Z]+)</code><code class="path">(/api/v1\S*)</code>.*?<p> Scope: (.*?)</p>', page)
    assert len(told) == page.count("<p> Scope: ") > 20
    callers = {scope: caller(scope) for scope in ALL}
    for method, path, words in told:
        named = set(ALL) if "published: any scope" in words else set(re.findall(r"<code>(\w+)</code>", words))
        address, body = (
            re.sub(r"{\w+}", "nothing", path.removeprefix("/api/v1")),
            None if method == "GET" else {},
        )
        opened = {scope for scope, call in callers.items() if call(method, address, body).status_code != 403}
        assert opened == named & set(ALL), (method, path)


@pytest.mark.on_sqlite
def test_past_dates_are_listed_too(world, call):
    group = world.group()
    world.series(group, (clock.now() - timedelta(days=20)).replace(tzinfo=None, hour=10, minute=0), dates=2)
    first = (clock.now() - timedelta(days=25)).date()
    found = call("GET", f"/occurrences?group={group.uid}&from={first}&to={clock.now().date()}").json["items"]
    assert len(found) == 2
