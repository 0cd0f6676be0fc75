"""A group that is no longer offered says so: on its page, in lists, behind old links, and when somebody would join."""

import pytest

from groupsched.catalog.service import retire_group
from groupsched.core.db import db
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite


@kept
def tea(world):
    """A group that met, with one person in it, and is no longer offered."""
    world.lead, world.boss, world.robin, world.rowan = (
        world.facilitator(), world.supervisor(), world.client(), world.client("Rowan", "Teaspoon"),
    )  # fmt: skip
    world.tea = world.group("Tea", led_by=world.lead)
    world.date = world.soon(world.tea, in_minutes=60, dates=2)
    world.enrol(world.tea, world.robin)
    return world


def retire(world, group):
    retire_group(world.system, group)
    db.session.commit()


def test_an_old_link_of_a_client_says_that_it_is_no_longer_offered(tea, client):
    retire(tea, tea.tea)
    for reader in (None, tea.robin, tea.rowan, tea.boss):
        for address in (f"/sessions/{tea.tea.uid}", f"/sessions/{tea.tea.uid}/{tea.date.original_local}"):
            answer = client.as_(reader).get(address)
            assert answer.status_code == 410
            assert "“Tea” is no longer offered" in answer.text
            assert f"/sessions?kind={tea.tea.modality.kind}" in answer.text


def test_joining_one_that_was_just_retired_says_so(tea, client):
    retire(tea, tea.tea)
    answer = client.as_(tea.rowan).post(f"/sessions/{tea.tea.uid}/join", data={"what": "whole"})
    assert answer.status_code == 410
    assert "“Tea” is no longer offered" in answer.text


@pytest.mark.parametrize("kept_back", [{"hidden": True}, {"setting": "private"}])
def test_one_that_was_in_no_list_is_known_to_those_alone_who_were_in_it(tea, client, kept_back):
    group = tea.group("Quiet", led_by=tea.lead, **kept_back)
    tea.soon(group, in_minutes=300)
    tea.enrol(group, tea.robin)
    retire(tea, group)
    for reader, status in ((None, 404), (tea.rowan, 404), (tea.robin, 410)):
        assert client.as_(reader).get(f"/sessions/{group.uid}").status_code == status


def test_a_draft_that_was_put_away_was_never_offered(tea, client):
    draft = tea.group("Never", state="draft")
    retire(tea, draft)
    assert client.as_(tea.rowan).get(f"/sessions/{draft.uid}").status_code == 404


def test_one_of_another_program_is_nothing_here(tea, client):
    other = tea.another_program()
    group = other.group("Elsewhere")
    retire(other, group)
    assert client.as_(tea.rowan).get(f"/sessions/{group.uid}").status_code == 404


def test_staff_read_it_on_its_page_in_the_list_and_by_its_people(tea, client):
    browser = client.as_(tea.boss)
    assert "No longer offered since" not in browser.get(f"/groups/{tea.tea.uid}").text
    retire(tea, tea.tea)
    page = browser.get(f"/groups/{tea.tea.uid}").text
    assert "No longer offered since" in page
    assert "Nobody can find or join it." in page
    assert "No longer offered since" in browser.get("/groups").text
    people = browser.get(f"/groups/{tea.tea.uid}/people").text
    assert "This group is no longer offered. Nobody can join it." in people
    assert f"/groups/{tea.tea.uid}/enrol" not in people
    assert "Nobody is in it any more." in people
    assert "Enrol the first person" not in people


def test_before_it_ends_the_page_says_that_the_seats_end_for_good(tea, client):
    page = client.as_(tea.boss).get(f"/groups/{tea.tea.uid}/retire").text
    assert "All seats in it and places on its waiting list end for good." in page


def test_enrolling_in_it_says_that_it_is_retired_and_no_draft(tea, client):
    retire(tea, tea.tea)
    browser = client.as_(tea.boss)
    for answer in (
        browser.get(f"/groups/{tea.tea.uid}/enrol"),
        browser.post(f"/groups/{tea.tea.uid}/enrol", data={"people": [tea.rowan.uid], "act": "enrol"}),
        browser.post(f"/people/{tea.rowan.uid}/groups", data={"group": tea.tea.uid}),
    ):
        assert "This group is no longer offered. Nobody can join it." in answer.text
        assert "draft" not in answer.text.lower()
