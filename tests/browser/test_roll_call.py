"""A roll-call on tablets whose line breaks: it begins and goes on at the tap, nothing is lost, and no name stays readable."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

STORED = """async () => {
  const base = await new Promise((done) => { indexedDB.open("groupsched-house").onsuccess = (e) => done(e.target.result); });
  const rows = await new Promise((done) => {
    base.transaction("waiting").objectStore("waiting").getAll().onsuccess = (e) => done(e.target.result);
  });
  const text = (row) => new TextDecoder("latin1").decode(row.blob.data);
  return JSON.stringify(localStorage) + rows.map((row) => row.id + text(row)).join();
}"""


def pressed(page: Any, key: str) -> Any:
    return page.locator(f'#house [data-key="{key}"] button[aria-pressed="true"]')


def test_a_drill_without_a_line_begins_goes_on_and_is_sent_once_when_it_is_back(browse: Any) -> None:
    page = browse("supervisor")
    page.goto("/house")
    keys = page.locator("#house .tile").evaluate_all("all => all.map((one) => one.dataset.key)")
    name = page.locator("#house .tile strong").first.inner_text()
    page.context.set_offline(True)
    page.get_by_role("button", name="Begin a roll-call").click()
    for key in (keys[0], keys[1], keys[2], keys[2]):
        page.locator(f'#house [data-key="{key}"] button').click()
    page.get_by_label("Somebody else who is out").fill("Zebedee")
    page.get_by_role("button", name="Out safe").click()
    expect(page.locator("#called")).to_contain_text("Zebedee")
    expect(page.locator("[data-out]")).to_have_text("3")
    expect(page.locator("#house-saved")).to_contain_text("No connection. 5 kept here")
    page.get_by_role("button", name="End the roll-call").click()
    expect(page.locator("#house-told")).to_be_visible()
    page.get_by_role("link", name="Sort again").click()
    expect(pressed(page, keys[0])).to_be_visible()
    stored = page.evaluate(STORED)
    assert not any(word in stored for word in ("Zebedee", name, keys[0])), "what waits is sealed"

    page.context.set_offline(False)
    expect(page.locator("#house-saved")).to_be_hidden(timeout=15_000)
    expect(pressed(page, keys[0])).to_contain_text("Out")
    other = browse("front_desk")
    other.goto("/house")
    expect(pressed(other, keys[1])).to_be_visible()
    expect(pressed(other, keys[2])).to_have_count(0)
    expect(other.locator("#house")).to_contain_text("Zebedee")
    other.locator(f'#house [data-key="{keys[3]}"] button').click()
    expect(pressed(page, keys[3])).to_be_visible(timeout=15_000)

    # The answer alone is lost: the same mark twice is one.
    page.route("**/out", lambda route: (route.fetch(), route.abort()))
    page.locator(f'#house [data-key="{keys[4]}"] button').click()
    expect(page.locator("#house-saved")).to_contain_text("1 kept here")
    page.unroute("**/out")
    # A sign-in that ended keeps what waits, and says so.
    page.route("**/out", lambda route: route.fulfill(status=401, json={"code": "signed-out"}))
    page.locator(f'#house [data-key="{keys[0]}"] button').click()
    expect(page.locator("#house-saved")).to_contain_text("Sign in again to send 2")
    page.unroute("**/out")
    page.reload()
    expect(page.locator("#house-saved")).to_be_hidden(timeout=15_000)
    expect(pressed(page, keys[4])).to_be_visible()
    expect(pressed(page, keys[0])).to_have_count(0)
    page.get_by_role("button", name="End the roll-call").click()
    expect(page.locator("[data-flash]")).to_contain_text("4 of")
