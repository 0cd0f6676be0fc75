"""One group, however often its form is sent: the database holds the id that its page was given, on both kinds."""

import re

import pytest

from groupsched.core import clock
from tests.schedule.test_pages import NOW, dates_of, groups, made


@pytest.fixture(autouse=True)
def held(app):
    with clock.at(NOW):
        yield


def test_a_second_click_finds_the_first_group(browser, said):
    uid = re.search(r'name="uid"[^>]*value="(\w{14})"', browser.get("/groups/new?from=none").text)[1]
    first = made(browser, said | {"uid": uid})
    second = made(browser, said | {"uid": uid})
    assert first.uid == second.uid == uid
    assert len(groups()) == 1
    assert len(dates_of(first)) == 12


def test_the_id_of_a_group_of_somebody_else_makes_no_second_one_and_tells_nothing(
    client, world, browser, said
):
    theirs = world.group("Theirs", led_by=world.facilitator("Juniper", "Placeholder"))
    answer = browser.post("/groups/new?from=none", data=said | {"uid": theirs.uid})
    assert answer.status_code == 422
    assert "Theirs" not in answer.text
    assert [group.title for group in groups()] == ["Theirs"]


def test_a_copy_asked_for_three_times_is_one_draft_until_the_page_is_opened_again(
    browser, client, said, world
):
    group = made(browser, said)
    press = f"/groups/{group.uid}/duplicate"

    def fresh(reader):
        return {"uid": re.search(r'name="uid" value="(\w+)"', reader.get(f"/groups/{group.uid}").text)[1]}

    uid = fresh(browser)
    first = [browser.post(press, data=uid).location for _ in range(3)]
    assert len(groups()) == 2
    assert len(set(first)) == 1
    boss = client.as_(world.supervisor())
    assert boss.post(press, data=uid).status_code == 409
    assert boss.post(press, data=fresh(boss)).location not in first, "another person's copy is their own"
    second = browser.post(press, data=fresh(browser)).location
    assert second not in first
    assert browser.post(press).location not in [*first, second]
    assert browser.post(press, data={"uid": "x" * 300}).status_code == 303
