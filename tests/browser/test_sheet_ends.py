"""Where a tablet could do what nobody meant, or leave what nobody sees: a finish without a line, a finger at rest, too early."""

import pytest
from playwright.sync_api import expect

from groupsched.attendance import queries, service
from groupsched.attendance.rules import AttendanceStatus
from groupsched.core.db import db
from tests.browser.tablets import alive, cut, saved, tap, tile

pytestmark = [pytest.mark.browser, pytest.mark.on_sqlite]


def finished(occurrence):
    db.session.rollback()
    db.session.expire_all()
    found = queries.read_sheet(occurrence).finished
    db.session.rollback()  # what was read holds nothing up
    return found


def test_a_finish_that_waits_stands_there_and_can_be_taken_back_and_who_leaves_is_asked(tablets):
    page = tablets.open(tablets.morning.ossian)
    cut(page)
    page.locator("#everyone button").click()
    page.locator("a[data-finish], form[data-finish] button").click()
    page.wait_for_timeout(500)
    if page.locator("#finish-here form").is_visible():
        page.locator("#finish-here form .btn-big").click()
    strip = page.locator("#ending")
    expect(strip).to_contain_text("not sent yet")
    expect(page.locator("a[data-finish], form[data-finish]")).to_be_hidden()
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    alive(page)
    expect(strip).to_contain_text("not sent yet")
    page.locator("#everyone button").click(force=True)
    tile(page, "Ash D.").locator(".tile > a").click()
    page.wait_for_timeout(750)
    page.locator("#panel button", has_text="Excused").click()
    expect(page.locator("#snack")).to_contain_text("Take the finish back")
    page.keyboard.press("Escape")
    strip.get_by_role("button", name="Take the finish back").click()
    expect(strip).to_be_hidden()
    expect(page.locator("#saved > span")).to_have_text("No connection. 4 marks kept here")
    assert not finished(tablets.morning.occurrence)
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(f"{tablets.address}/today")
    cut(page)
    page.locator("summary", has_text="Account menu").click()
    page.get_by_role("button", name="Sign out").click()
    asks = page.locator("#leaving")
    expect(asks).to_contain_text("4 marks wait on this device")
    asks.get_by_role("button", name="Stay signed in").click()
    expect(page.locator("h1")).to_have_text("Today")
    page.locator("summary", has_text="Account menu").click()
    page.get_by_role("button", name="Sign out").click()
    asks.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def test_a_finger_at_rest_marks_nobody_and_here_long_before_the_start_is_asked_once(tablets):
    morning = tablets.morning
    page = tablets.open(morning.ossian, has_touch=True)
    tap(page, "Ash D.")
    saved(page)
    later = morning.world.soon(morning.group, in_minutes=70)
    address = f"{tablets.address}/sheet/{later.uid}"
    db.session.commit()
    page.goto(address)
    alive(page)
    main = tile(page, "Ash D.").locator(".tile-main")
    soon = page.locator("#soon")
    main.tap()
    expect(soon).to_contain_text("Mark as here already?")
    expect(tile(page, "Ash D.")).to_contain_text("Not marked")
    page.wait_for_timeout(450)
    soon.get_by_role("button", name="No").click()
    main.tap()
    page.wait_for_timeout(450)
    soon.get_by_role("button", name="Yes, mark").click()
    expect(tile(page, "Ash D.")).to_contain_text("Here")
    tile(page, "Basil C.").locator(".tile-main").tap()
    expect(tile(page, "Basil C.")).to_contain_text("Here")
    expect(soon).to_be_hidden()
    page.wait_for_timeout(750)
    resting = tile(page, "Jo Mar.").locator(".tile-main")
    resting.dispatch_event("pointerdown", {"pointerType": "touch", "bubbles": True})
    page.wait_for_timeout(600)
    resting.dispatch_event("click", {"detail": 1, "bubbles": True, "cancelable": True})
    expect(page.locator("#panel h2")).to_have_text("Jo Mar.")
    expect(tile(page, "Jo Mar.")).to_contain_text("Not marked")
    saved(page)
    said = {row.label: row.state.status for row in queries.read_sheet(later).rows}
    assert said["Jo Mar."] is AttendanceStatus.UNMARKED and said["Basil C."] is AttendanceStatus.PRESENT


def refuse_finish(page):
    """The server says no to every end of a sheet, and yes to all else."""

    def answer(route):
        made = route.request.post_data_json["operations"]
        if [one["kind"] for one in made] != ["finish"]:
            return route.continue_()
        told = {
            "op_id": made[0]["op_id"],
            "outcome": "refused",
            "code": "not-started",
            "reason": "Not yet.",
            "row": None,
        }
        return route.fulfill(json={"results": [told], "rows": [], "now": None, "arrival": "", "ask": False})

    page.route("**/operations", answer)


def test_a_finish_that_is_refused_leaves_the_sheet_alive_and_one_too_early_is_not_sent(tablets):
    morning = tablets.morning
    page = tablets.open(morning.ossian)
    refuse_finish(page)
    page.locator("[data-finish] button, a[data-finish]").click()
    page.wait_for_timeout(500)
    page.locator("#finish-here form .btn-big").click()
    expect(page.locator("#snack")).to_contain_text("The finish: not kept. Not yet.")
    expect(page.locator("#saved > span")).to_have_text("1 mark not kept")
    tap(page, "Ash D.")
    expect(tile(page, "Ash D.")).to_contain_text("Late")
    page.reload()
    alive(page)
    basil = tablets.uid(morning.basil)
    # Not just any answer: what waited before the reload may be sent first.
    with page.expect_response(lambda answer: basil in (answer.request.post_data or "")):
        tap(page, "Basil C.")
    assert tablets.status(morning.basil) is AttendanceStatus.PRESENT
    later = morning.world.soon(morning.group, in_minutes=20)
    address = f"{tablets.address}/sheet/{later.uid}"
    db.session.commit()
    page.goto(address)
    alive(page)
    page.locator("[data-finish] button, a[data-finish]").click()
    expect(page.locator("#snack")).to_contain_text("This session has not started yet.")
    expect(page.locator("#finish-here")).to_be_hidden()
    tap(page, "Ash D.")
    expect(tile(page, "Ash D.")).to_contain_text("Here")


NAMES = [
    ("Jo", "Marshaller"), ("Jo", "Marshfield"), ("Ann", "Lee"), ("Ann", "Lee"), ("Maximiliana", "Wolkenstein"),
    ("Guadalupe Esperanza", "Montenegro"), ("Guadalupe Esperanza", "Monteverde"), ("Mo", "Wimmer"),
    *((f"Sage{letter}", "Isobar") for letter in "abcdefgh"),
]  # fmt: skip
CUT = """() => [...document.querySelectorAll(".tile-main")].filter((main) => {
  const name = main.querySelector("strong");
  return name.scrollHeight > name.clientHeight + 2 || name.scrollWidth > name.clientWidth + 1
    || main.scrollHeight > main.clientHeight + 1;
}).map((main) => main.innerText)"""


def test_names_alike_are_never_cut_to_the_same_with_the_letters_of_the_system_too(tablets):
    morning = tablets.morning
    for name in NAMES:
        person = morning.world.client(*name)
        service.add_walk_in(morning.leader, morning.occurrence, person, "", service.new_op_id())
    db.session.commit()
    page = tablets.open(morning.ossian)
    page.route("**/fonts/**", lambda route: route.abort())
    for width, height in ((1024, 768), (768, 1024), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for shown in ("tiles", "list"):
            page.goto(f"{tablets.sheet}?as={shown}")
            alive(page)
            assert page.evaluate(CUT) == [], (width, shown)
