"""A roll-call on tablets whose line breaks: it begins and goes on at the tap, nothing is lost, and no name stays readable."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from groupsched.attendance.models import RollCallMark
from groupsched.attendance.service import begin_roll_call, mark_out
from groupsched.core.db import db
from tests.browser.tablets import rested
from tests.conftest import identity_of

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
    foot = page.get_by_role("button", name="Begin a roll-call").bounding_box()
    page.mouse.dblclick(foot["x"] + foot["width"] - 20, foot["y"] + 20)  # what stands there now is End
    for key in keys[:3]:
        page.locator(f'#house [data-key="{key}"] button').dblclick()  # a shaky hand takes nobody back in
        expect(pressed(page, key)).to_be_visible()
    rested(page)
    page.locator(f'#house [data-key="{keys[2]}"] button').click()
    page.get_by_label("Somebody else who is out").fill("Zebedee")
    page.get_by_role("button", name="Out safe").click()
    expect(page.locator("#called")).to_contain_text("Zebedee")
    expect(page.locator("[data-out]")).to_have_text("3")
    expect(page.locator("#house-saved")).to_contain_text("No connection. 5 kept here")
    expect(page.locator("#house-told")).to_be_hidden()
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
    # Ended while the last mark is on its way: it arrives first.
    page.evaluate(
        """(key) => {
          for (const one of [`[data-key="${key}"]`, "#end"]) document.querySelector(`${one} button`).click();
        }""",
        keys[0],
    )
    expect(page.locator("[data-flash]")).to_contain_text("5 of")
    # Another one begins: the tablet that had the first on it shows nobody out, and does not end what it never saw.
    rested(page)
    page.get_by_role("button", name="Begin a roll-call").click()
    expect(other.locator("#house-saved")).to_contain_text("This roll-call has ended.", timeout=15_000)
    expect(other.locator("#house .tile.st-here")).to_have_count(0)
    other.get_by_role("button", name="End the roll-call").click(timeout=15_000)
    page.reload()
    expect(page.locator("h1 small")).to_contain_text("roll-call since")


KEPT = """async () => {
  const base = await new Promise((done) => { indexedDB.open("groupsched-vault").onsuccess = (e) => done(e.target.result); });
  const rows = await new Promise((done) => {
    base.transaction("sheets").objectStore("sheets").getAll().onsuccess = (e) => done(e.target.result);
  });
  base.close();
  const active = (await navigator.serviceWorker.getRegistration("/house"))?.active?.state === "activated";
  const text = (row) => row.id + new TextDecoder("latin1").decode(row.blob.data);
  return [active && rows.some(({id}) => id.endsWith(" houses")), rows.map(text).join()];
}"""


def kept(page: Any) -> str:
    """What lies in this browser, when the worker and who is in the house are there."""
    for _ in range(80):
        ready, text = page.evaluate(KEPT)
        if ready:
            return str(text)
        page.wait_for_timeout(100)
    raise AssertionError("nothing is kept")


def called() -> list[str]:
    """The names written down in the drill; "" for whoever stands on a sheet."""
    db.session.rollback()
    found = sorted(db.session.scalars(select(RollCallMark.label)))
    db.session.rollback()  # what was read holds nothing up
    return found


@pytest.mark.on_sqlite
def test_after_a_restart_without_a_line_the_roll_call_opens_is_tapped_and_sends_when_it_is_back(
    tablets: Any, tmp_path: Any
) -> None:
    world, line = tablets.morning.world, tablets.line
    browser = tablets.profile(tmp_path, world.front_desk("Ana", "Sill"))
    page = browser.new_page()
    page.goto(f"{tablets.address}/today")
    assert "Ash D." not in kept(page), "sealed"
    browser.close()
    line.be("down")
    browser = tablets.profile(tmp_path)
    page = browser.new_page()
    page.goto(f"{tablets.address}/people?q=1")
    expect(page.locator("#main")).to_contain_text("This page needs a connection.")
    page.get_by_role("link", name="Who is in the house").click()
    expect(page.locator("#as-of")).to_contain_text("without a connection")
    expect(page.locator("#house .tile")).to_have_count(5)  # four people and who leads
    page.get_by_role("button", name="Begin a roll-call").click()
    page.locator("#house .tile", has_text="Ash D.").locator("button").click()
    page.get_by_label("Somebody else who is out").fill("Zebedee")
    page.get_by_role("button", name="Out safe").click()
    expect(page.locator("#house-saved")).to_contain_text("No connection. 3 kept here")
    browser.close()
    browser = tablets.profile(tmp_path)
    page = browser.new_page()
    page.goto(f"{tablets.address}/today")
    expect(page.locator("#main")).to_contain_text("3 marks wait on this device")
    page.get_by_role("link", name="Who is in the house").click()
    expect(page.locator("#house .tile.st-here", has_text="Ash D.")).to_contain_text("↻")
    expect(page.locator("#called")).to_contain_text("Zebedee")
    assert called() == []
    line.be("fine")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#house-saved")).to_contain_text("The connection is back")
    expect(page.locator("#house")).not_to_contain_text("↻")
    assert called() == ["", "Zebedee"]
    page.get_by_role("link", name="Open again").click()
    expect(page.locator("h1 small")).to_contain_text("roll-call since")
    # Left waiting, it goes from any page of staff.
    line.be("down")
    page.locator("#house .tile", has_text="Basil C.").locator("button").click()
    expect(page.locator("#house-saved")).to_contain_text("1 kept here")
    line.be("fine")
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(f"{tablets.address}/today")
    for _ in range(30):
        if len(called()) == 3:
            break
        page.wait_for_timeout(100)
    assert called() == ["", "", "Zebedee"]
    line.be("down")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=13))
    page.goto(f"{tablets.address}/house")
    expect(page.locator("#main")).to_contain_text("No roll-call is kept on this device")
    expect(page.locator("body")).not_to_contain_text("Ash D.")
    browser.close()


def out_safe(page: Any, *names: str) -> None:
    """Exactly these are out, in the tiles and in the number; the others of the four, whom nobody marked yet, are in another."""
    expect(page.locator("#house .tile.st-here")).to_have_count(len(names))
    for name in names:
        expect(page.locator("#house .tile.st-here", has_text=name)).to_be_visible()
    expect(page.locator("[data-out]")).to_have_text(str(len(names)))
    expect(page.locator("[data-perhaps]")).to_have_text(str(4 - len(names)))
    expect(page.locator("[data-left]")).to_have_text("1")  # who leads


def tap(page: Any, name: str) -> None:
    page.locator("#house .tile", has_text=name).locator("button").click()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_without_a_line_a_roll_call_shows_nobody_of_an_earlier_one(tablets: Any, tmp_path: Any) -> None:
    line, address = tablets.line, f"{tablets.address}/house"
    morning, world = tablets.morning, tablets.morning.world
    desk = world.front_desk("Ana", "Sill")
    begin_roll_call(identity_of(desk), world.site)
    for one in (morning.ash, morning.basil):
        mark_out(identity_of(desk), world.site, f"p-{one.uid}", out=True)
    db.session.commit()
    browser = tablets.profile(tmp_path, desk)
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address)
    kept(page)  # while it runs; what comes after is not fetched for a minute
    out_safe(page, "Ash D.", "Basil C.")
    page.get_by_role("button", name="End the roll-call").click()
    expect(page.locator("[data-flash]")).to_contain_text("2 of 3 were out. Not marked yet and not seen: 2.")
    line.be("down")
    page.goto(address)
    expect(page.locator("#as-of")).to_contain_text("without a connection")
    expect(page.locator("#house .tile.st-here")).to_have_count(0)
    page.get_by_role("button", name="Begin a roll-call").click()
    tap(page, "Ash D.")
    out_safe(page, "Ash D.")
    page.goto(address)
    out_safe(page, "Ash D.")
    line.be("fine")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#house")).not_to_contain_text("↻")
    page.goto(address)
    tap(page, "Jo Mar.")
    expect(page.locator("#house .tile.st-here", has_text="Jo Mar.")).to_contain_text("Out")
    line.be("down")
    tap(page, "Jo Mat.")
    expect(page.locator("#house-saved")).to_contain_text("1 kept here")
    out_safe(page, "Ash D.", "Jo Mar.", "Jo Mat.")
    page.goto(address)
    expect(page.locator("#house-saved")).to_contain_text("1 kept here")
    out_safe(page, "Ash D.", "Jo Mar.", "Jo Mat.")
    assert wrong == []
    browser.close()
