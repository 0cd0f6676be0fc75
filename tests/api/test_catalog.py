"""Places, sites and kinds of sessions by interface, and the ids by which groups, dates and people name them."""

import pytest

from groupsched.access.identity import Role
from groupsched.accounts.models import Grant
from groupsched.catalog.models import Modality
from groupsched.catalog.service import retire_row
from groupsched.core.db import db
from tests.factories import tomorrow_at


def every(call, path, limit=1):
    """All items of a list, page by page."""
    found, cursor = [], ""
    while cursor is not None:
        page = call("GET", f"{path}?limit={limit}{f'&cursor={cursor}' if cursor else ''}").json
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next_cursor"]
    return found


def test_places_sites_and_kinds_of_work_are_listed_in_pages_with_what_is_retired(world, call):
    annex, there = world.another_site(), world.another_program()
    retire_row(world.system, world.place("Attic", step_free=True), retired=True)
    world.listing()
    retire_row(world.system, world.modality("yoga"), retired=True)
    there.modality("felting")
    assert [(one["name"], one["retired"], one["site_id"]) for one in every(call, "/places")] == [
        ("Oak Room", False, world.site.uid), ("Attic", True, world.site.uid),
    ]  # fmt: skip
    outside = call("GET", "/places?external=1").json["items"][-1]
    assert (outside["name"], outside["external"], outside["site_id"]) == ("1 Example St", True, None)
    assert [one["id"] for one in every(call, "/sites")] == [world.site.uid, annex.uid]
    assert call("GET", "/sites").json["items"][0]["timezone"] == world.site.timezone
    kinds = {one["key"]: one for one in every(call, "/modalities", limit=10)}
    assert len(kinds) == db.session.query(Modality).filter_by(program_id=world.program.id).count() > 20
    assert (kinds["yoga"]["retired"], kinds["support-group"]["retired"], "felting" in kinds) == (
        True,
        False,
        False,
    )
    assert kinds["yoga"]["name"]


def test_short_lists_are_paged_too(world, call):
    group, person = world.group(), world.client()
    for number in range(3):
        world.series(group, tomorrow_at(9 + number), dates=1)
        call("POST", f"/people/{person.uid}/feeds", {"name": f"Phone {number}"})
    for path in (f"/groups/{group.uid}/series", f"/people/{person.uid}/feeds"):
        found = every(call, path)
        assert [one["id"] for one in found] == [one["id"] for one in call("GET", path).json["items"]]
        assert len(found) == 3


def test_a_group_and_its_dates_name_their_place_and_site_by_the_ids_of_the_lists(world, call):
    group = world.group()
    date = world.series(group, tomorrow_at(10), dates=1)[0]
    [place], [site] = call("GET", "/places").json["items"], call("GET", "/sites").json["items"]
    listed = call("GET", "/groups").json["items"][0]
    dates = call("GET", f"/occurrences?group={group.uid}").json["items"]
    for shown in (
        listed,
        call("GET", f"/groups/{group.uid}").json,
        *dates,
        call("GET", f"/occurrences/{date.uid}").json,
    ):
        assert (shown["place_id"], shown["site_id"]) == (place["id"], site["id"])
        assert shown["place"]["room"] == place["name"]


def test_what_is_read_of_a_group_can_be_written_again(world, call):
    annex = world.another_site()
    online = {
        "title": "Online tea",
        "modality": "support-group",
        "attendance_mode": "online",
        "site_id": annex.uid,
    }
    made = call("POST", "/groups", online)
    assert (made.status_code, made.json["site_id"], made.json["place_id"]) == (201, annex.uid, None)
    group = world.group(led_by=world.facilitator())
    before = call("GET", f"/groups/{group.uid}").json
    again = {name: before[name] for name in ("place_id", "site_id", "title", "modality")}
    assert call("PATCH", f"/groups/{group.uid}", again).json == before


def test_a_person_is_added_at_a_site_and_moved_to_another(world, call):
    annex = world.another_site()
    made = call("POST", "/people", {"name": "Fern Mailbox", "site_id": annex.uid, "roles": ["front_desk"]})
    assert (made.status_code, made.json["site_id"]) == (201, annex.uid)
    assert call("GET", f"/people/{made.json['id']}").json["site_id"] == annex.uid
    assert [grant.site_id for grant in db.session.query(Grant).filter_by(role=Role.FRONT_DESK)] == [annex.id]
    moved = call("PATCH", f"/people/{made.json['id']}", {"site_id": world.site.uid}).json
    assert (moved["site_id"], moved["name"]) == (world.site.uid, "Fern Mailbox")
    assert call("PATCH", f"/people/{made.json['id']}", {"name": "Fern M"}).json["site_id"] == world.site.uid
    assert call("POST", "/people", {"name": "Robin Teacup"}).json["site_id"] is None


@pytest.mark.on_sqlite
def test_the_site_of_another_program_is_no_site(world, call):
    far = world.another_program().site.uid
    person = world.client()
    for method, path, body in (
        ("POST", "/people", {"name": "Fern Mailbox", "site_id": far}),
        ("PATCH", f"/people/{person.uid}", {"site_id": far}),
        ("POST", "/groups", {"title": "Tea", "modality": "support-group", "site_id": far}),
    ):
        refused = call(method, path, body)
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "site_id")


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/groups", {"title": "Tea", "modality": "support-group", "place_id": "nothing"}, "place_id"),
        ("POST", "/groups", {"title": "Tea", "modality": "nothing"}, "modality"),
        ("POST", "/groups", {"title": "\u200b", "modality": "support-group"}, "title"),
        ("POST", "/groups", {"title": "\u3164 \u2800", "modality": "support-group"}, "title"),
        ("PATCH", "/groups/GROUP", {"title": "\u200b"}, "title"),
        ("PATCH", "/groups/GROUP", {"place_id": None}, "place_id"),
        ("POST", "/people", {"name": "\u200b"}, "name"),
        ("POST", "/people", {"name": "x" * 100}, "name"),
        ("POST", "/people", {"name": "Robin " + "x" * 100}, "name"),
        ("PATCH", "/people/PERSON", {"name": "\u2066"}, "name"),
        ("PATCH", "/people/PERSON", {"roles": []}, "roles"),
        ("POST", "/people/PERSON/feeds", {"name": "\u200b"}, "name"),
        ("POST", "/people/PERSON/feeds", {"name": "Phone", "kind": "plan"}, "kind"),
        ("PATCH", "/occurrences/DATE", {"status": "cancelled", "reason": "\u200b"}, "reason"),
        ("POST", "/groups/GROUP/series", {"starts_on": "2030-01-02", "start_time": "10:00", "duration_minutes": 60,
         "timezone": "UTC", "rrule": "FREQ=WEEKLY;WKST=SU;BYHOUR=3"}, "rrule"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_field_as_the_request_does(world, call, method, path, body, field):
    group = world.group(led_by=world.facilitator())
    known = {
        "GROUP": group.uid,
        "PERSON": world.client().uid,
        "DATE": world.series(group, tomorrow_at(10))[0].uid,
    }
    for name, uid in known.items():
        path = path.replace(name, uid)
    refused = call(method, path, body)
    assert refused.status_code == 422, refused.json
    assert [row["field"] for row in refused.json["errors"]] == [field]


@pytest.mark.on_sqlite
@pytest.mark.parametrize("path", ["/groups", "/places", "/sites", "/modalities", "/people", "/occurrences"])
def test_a_list_costs_few_statements_however_long(world, call, statements, path):
    lead = world.facilitator()
    for number in range(8):
        site = world.another_site(f"annex-{number}")
        place = world.place(f"Room {number}", site_id=site.id)
        group = world.group(
            f"Group {number}",
            led_by=lead,
            place=place,
            site=site,
            modality=world.modality(f"kind-{number}"),
        )
        world.series(group, tomorrow_at(9 + number), dates=1)
        world.client(f"Person{number}", site=site)
    world.group("Last", led_by=world.facilitator("Juniper"))
    db.session.commit()
    db.session.close()
    before = len(statements())
    answer = call("GET", path)
    assert len(answer.json["items"]) >= 8
    assert len(statements()) - before <= 12
