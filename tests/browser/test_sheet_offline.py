"""The sheet without a line: opened from what the browser keeps, marked, sent when the line is back; and who can read what."""

import pytest
from playwright.sync_api import expect

from groupsched.attendance.rules import AttendanceStatus
from tests.browser.tablets import alive, saved, tap, tile

# One kind of database is enough for the page's module.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]
PRESENT, UNMARKED = AttendanceStatus.PRESENT, AttendanceStatus.UNMARKED
CHIP = "#saved > span"


def ready(page):
    """The worker is there with its files, and the sheets of the day are kept."""
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function(
        """async () => {
          if (!(await navigator.serviceWorker.getRegistration("/sheet/x"))?.active) return false;
          const base = await new Promise((done) => {
            const asked = indexedDB.open("groupsched-vault");
            asked.onsuccess = () => done(asked.result);
          });
          const keys = await new Promise((done) => {
            const asked = base.transaction("keys").objectStore("keys").getAll();
            asked.onsuccess = () => done(asked.result);
          });
          base.close();
          return keys.some(({known}) => known?.at);
        }"""
    )


def test_after_a_restart_of_the_browser_without_a_line_the_sheet_opens_is_marked_and_sends_when_it_is_back(
    tablets, tmp_path
):
    morning, line = tablets.morning, tablets.line
    browser = tablets.profile(tmp_path, morning.ossian)
    page = browser.new_page()
    page.goto(tablets.sheet)
    ready(alive(page))
    tap(page, "Jo Mar.")
    saved(page)
    page.wait_for_timeout(2000)
    browser.close()
    line.be("down")
    browser = tablets.profile(tmp_path)
    page = browser.new_page()
    page.goto(tablets.sheet)
    alive(page)
    expect(page.locator("h1")).to_contain_text("Morning group")
    expect(page.locator(CHIP)).to_contain_text("As of ")
    expect(tile(page, "Jo Mar.")).to_contain_text("Late")
    tap(page, "Ash D.")
    page.locator("[data-walk-in]").click()
    page.locator("#walk-in-name").fill("Yuri C")
    page.wait_for_timeout(450)
    page.locator("[data-add=walk_in]").click()
    expect(page.locator(CHIP)).to_have_text("No connection. 2 marks kept here")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    alive(page)
    expect(tile(page, "Yuri C")).to_contain_text("↻")
    page.goto(f"{tablets.address}/today")
    page.locator("a", has_text="Morning group").click()
    alive(page)
    page.evaluate("window.here = true")
    assert tablets.status(morning.ash) is UNMARKED
    line.be("fine")
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    assert tablets.status(morning.ash) is PRESENT
    assert page.evaluate("window.here")
    browser.close()
