"""The sheet without a line: opened from what the browser keeps, marked, sent when the line is back; and who can read what."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from groupsched.attendance.rules import AttendanceStatus
from tests.browser.tablets import alive, leave_as_format_1, saved, tap, tile

# One kind of database is enough for the page's module.
pytestmark = [pytest.mark.browser, pytest.mark.on_sqlite]
PRESENT, UNMARKED = AttendanceStatus.PRESENT, AttendanceStatus.UNMARKED
CHIP = "#saved > span"


STATE = """async () => {
  const registered = await navigator.serviceWorker.getRegistration("/sheet/x");
  const bases = await indexedDB.databases();
  if (!bases.some(({name}) => name === "groupsched-vault")) return {};
  const asked = indexedDB.open("groupsched-vault");
  const base = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const stores = base.transaction(["keys", "sheets", "queue"]);
  const all = (name) => new Promise((done) => {
    const got = stores.objectStore(name).getAll();
    got.onsuccess = () => done(got.result);
  });
  const [keys, sheets, queue] = [await all("keys"), await all("sheets"), await all("queue")];
  base.close();
  const people = keys.filter(({who}) => who).map(({who, known}) => [who, Boolean(known?.at)]);
  const of = sheets.filter(({id}) => !id.endsWith(" houses")).length;
  return {worker: Boolean(registered?.active), people, sheets: of, kept: sheets.length, queue: queue.length};
}"""


def kept_in(page):
    """What lies in this browser: its worker, whose keys and whether their sheets were fetched, how much is sealed."""
    return page.evaluate(STATE)


def ready(page, person):
    """The worker is there with its files, and the sheets of the day are kept for this person and for nobody else."""
    for _ in range(60):
        found = kept_in(page)
        if found.get("worker") and found["people"] == [[person.uid, True]]:
            return
        page.wait_for_timeout(100)
    raise AssertionError(found)


def test_after_a_restart_of_the_browser_without_a_line_the_sheet_opens_is_marked_and_sends_when_it_is_back(
    tablets, tmp_path
):
    morning, line = tablets.morning, tablets.line
    browser = tablets.profile(tmp_path, morning.ossian)
    page = browser.new_page()
    page.route("**/sheet/ahead", lambda route: route.abort())  # left before the answer came
    with page.expect_event("requestfailed"):
        page.goto(f"{tablets.address}/today")
    page.unroute("**/sheet/ahead")
    page.goto(tablets.sheet)
    ready(alive(page), morning.ossian)
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
    expect(page.locator(CHIP)).to_have_text("1 late mark to look at")  # who Yuri C is
    assert tablets.status(morning.ash) is PRESENT
    expect(page.locator("#people")).not_to_contain_text("↻")
    expect(page.locator(".sheet-title")).not_to_contain_text("As of")
    assert page.evaluate("window.here"), "it goes on without loading the page again"
    browser.close()


def test_signing_out_and_somebody_else_take_the_labels_and_leave_what_waits(tablets):
    morning, line = tablets.morning, tablets.line
    context = tablets.context(service_workers="allow")
    page = tablets.open(morning.ossian, context=context)
    ready(page, morning.ossian)
    line.be("busy")
    tap(page, "Ash D.")
    expect(page.locator("#saved")).to_have_attribute("data-state", "offline")
    line.be("fine")
    ana = morning.world.front_desk("Ana", "Sill")
    context.clear_cookies()
    tablets.sign_in(context, ana)
    desk = context.new_page()
    desk.goto(f"{tablets.address}/today")
    ready(desk, ana)
    found = kept_in(desk)
    assert (found["sheets"], found["queue"]) == (1, 1), "Ana's sheet, and what waits for Ossian"
    page.close(run_before_unload=False)
    line.be("down")
    desk.goto(tablets.sheet)
    alive(desk)
    expect(tile(desk, "Ash D.")).to_contain_text("Not marked")
    expect(desk.locator(CHIP)).to_contain_text("As of")
    line.be("fine")
    desk.goto(f"{tablets.address}/today")
    desk.locator("summary", has_text="Account menu").click()
    desk.get_by_role("button", name="Sign out").click()
    desk.wait_for_url("**/sign-in")
    found = kept_in(desk)
    assert (found["people"], found["kept"], found["queue"]) == ([], 0, 1)
    expect(desk.get_by_text("1 mark waits on this device. Marks are sent")).to_be_visible()
    line.be("down")
    desk.goto(tablets.sheet)
    expect(desk.locator("h1")).to_contain_text("This sheet is not kept here")
    expect(desk.locator("body")).not_to_contain_text("Ash D.")
    line.be("fine")
    context.clear_cookies()
    back = tablets.open(morning.ossian, context=context)
    saved(back)
    assert tablets.status(morning.ash) is PRESENT


SETTLED = """async () => {
  const all = await navigator.serviceWorker.getRegistrations();
  return all.length === 1 && all.every((one) => one.active && !one.installing && !one.waiting);
}"""


def releases(page):
    """The releases whose files lie in this browser, in the order in which they came."""
    names = page.evaluate("caches.keys()")
    return [name.removeprefix("sheets ") for name in names if name != "sheets language"]


def test_a_new_release_reads_the_old_queue_and_a_server_that_hangs_is_busy_or_is_another_holds_nobody_up(
    tablets,
):
    morning, line = tablets.morning, tablets.line
    context = tablets.context(service_workers="allow")
    page = tablets.open(morning.ossian, context=context)
    ready(page, morning.ossian)
    assert len(releases(page)) == 1
    # As a release had them that kept no roll-call: the next page of staff leaves one for all.
    page.evaluate(
        """() => Promise.all(["/sheet/", "/today"].map((scope) => navigator.serviceWorker.register("/sheet/worker.js", {scope})))"""
    )
    page.close(run_before_unload=False)
    for release in ("second", "third"):
        line.be("fine")
        line.release = release
        page = context.new_page()
        page.goto(f"{tablets.address}/today")
        for _ in range(50):
            if release in releases(page) and page.evaluate(SETTLED):
                break
            page.wait_for_timeout(100)
        page.close()
    page = context.new_page()
    page.goto(tablets.sheet)
    alive(page)
    line.be("busy")
    tap(page, "Basil C.")
    leave_as_format_1(page, morning.occurrence.uid, tablets.uid(morning.ash), "present")
    page.close(run_before_unload=False)
    for state in ("hung", "portal", "busy"):
        line.be(state)
        page = context.new_page()
        page.goto(tablets.sheet, timeout=12_000, wait_until="commit")
        alive(page)
        expect(page.locator(CHIP)).to_have_text("No connection. 2 marks kept here", timeout=12_000)
        expect(tile(page, "Ash D.")).to_contain_text("↻")
        if state != "busy":
            page.close(run_before_unload=False)
    assert releases(page) == ["second", "third"], (
        "the release before may still have a page; older ones are gone"
    )
    line.be("fine")
    page.locator("#saved button", has_text="Send now").click()
    saved(page)
    assert tablets.status(morning.ash) is PRESENT
    assert tablets.status(morning.basil) is PRESENT


def test_labels_go_twelve_hours_after_the_server_last_knew_somebody_and_what_waits_stays(tablets):
    morning, line = tablets.morning, tablets.line
    context = tablets.context(service_workers="allow")
    page = tablets.open(morning.ossian, context=context)
    ready(page, morning.ossian)
    page.evaluate("window.here = true")
    for sort, first in (("last name", "Basil C."), ("first name", "Ash D.")):
        page.locator("details.menu summary").click()
        page.locator("a", has_text=f"Sort by {sort}").click()
        expect(page.locator("#people > li").first).to_contain_text(first)
    assert page.evaluate("window.here"), "no order loads the page again"
    line.be("down")
    tap(page, "Ash D.")
    expect(page.locator("#saved")).to_have_attribute("data-state", "offline")
    page.close(run_before_unload=False)
    for hours, words in ((11, "Morning group"), (13, "This sheet is not kept here")):
        page = context.new_page()
        page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=hours))
        page.goto(tablets.sheet)
        expect(page.locator("h1")).to_contain_text(words)
        page.close(run_before_unload=False)
    page = context.new_page()
    page.goto(f"{tablets.address}/today")
    expect(page.locator("main")).to_contain_text("No sheet is kept on this device")
    found = kept_in(page)
    assert (found["people"], found["kept"], found["queue"]) == ([], 0, 1)
