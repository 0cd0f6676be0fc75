"""A paired tablet in a browser: pairing, the PIN, the cover, the time without a line, and the end of it."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.tablets import cut

pytestmark = pytest.mark.browser

PIN, WRONG = "804417", "804418"


def paired(browse: Any, name: str) -> tuple[Any, Any]:
    """A page of a tablet that an administrator has just paired, and the administrator's own."""
    admin = browse("admin")
    admin.goto("/program/tablets")
    admin.get_by_label("Its name", exact=True).first.fill(name)
    admin.get_by_role("button", name="Show the code").click()
    ring = admin.get_by_text("of 9 filled").inner_text()
    tablet = browse(None, viewport={"width": 1024, "height": 768}, has_touch=True)
    tablet.goto("/pair")
    tablet.get_by_label("Your code").fill(admin.locator(".paircode").inner_text().lower())
    tablet.get_by_role("button", name="Go on").click()
    assert tablet.get_by_text("of 9 filled").inner_text() == ring
    tablet.get_by_role("button", name="Pair this tablet").click()
    expect(tablet.get_by_role("heading", name=f"This is “{name}” now")).to_be_visible()
    return tablet, admin


def with_pin(tablet: Any, demo: Any, role: str) -> None:
    """Somebody signs in on it once, sets a PIN, locks it, and unlocks it with that."""
    login, password = demo.accounts[role]
    tablet.goto("/sign-in?by=password")
    tablet.locator("input[name=login]").fill(login)
    tablet.locator("input[name=password]").fill(password)
    tablet.locator("main form button[type=submit]").first.click()
    tablet.goto("/account/pin")
    tablet.get_by_label("Your new PIN").fill(PIN)
    tablet.get_by_label("Your password").first.fill(password)
    tablet.get_by_role("button", name="Keep this PIN").click()
    lock(tablet)
    tablet.locator(".pickt").first.click()
    type_pin(tablet, PIN)
    expect(tablet).to_have_url(re.compile("/today"))


def lock(tablet: Any) -> None:
    tablet.locator("[data-menu] > summary").click()
    tablet.get_by_role("button", name="Lock this tablet").click()
    expect(tablet.get_by_text("Who are you?")).to_be_visible()


def type_pin(tablet: Any, pin: str) -> None:
    for key in pin:
        tablet.locator(f"[data-key='{key}']:visible").click()


def running(tablet: Any) -> str:
    """The address of the sheet that runs now."""
    tablet.goto("/today")
    return str(tablet.locator("main a[href^='/sheet/']").first.get_attribute("href"))


def test_a_tablet_is_paired_locks_itself_and_a_pin_goes_on_where_one_was(browse: Any, demo: Any) -> None:
    tablet, admin = paired(browse, "Oak Room tablet")
    expect(admin.get_by_text("Paired.")).to_be_visible()
    with_pin(tablet, demo, "front_desk")
    tablet.clock.install()
    tablet.goto("/people/new")
    field = tablet.locator("input[name=first_name]")
    field.fill("Typed and not saved")
    tablet.clock.fast_forward(62_000)
    cover = tablet.locator("body > .cover")
    expect(cover).to_be_visible()
    assert "Typed" not in tablet.locator("body").inner_text() and re.match(r"\d", tablet.title())
    cover.get_by_role("button", name="Tap to come back").click()
    expect(field).to_have_value("Typed and not saved")
    tablet.get_by_role("link", name="Hide this screen").click()
    with tablet.expect_response("**/lock"):
        tablet.clock.fast_forward(301_000)
    expect(cover.get_by_text("Your PIN, Wren D.")).to_be_visible()
    other = tablet.context.new_page()
    other.goto("/people")
    expect(other.get_by_text("Who are you?")).to_be_visible()
    other.close()
    before = cover.locator("[data-key='5']").bounding_box()
    type_pin(tablet, WRONG)
    expect(cover.get_by_text("That is not your PIN.")).to_be_visible()
    assert cover.locator("[data-key='5']").bounding_box() == before, "no key moves under a finger"
    type_pin(tablet, PIN)
    expect(cover).to_have_count(0)
    expect(field).to_have_value("Typed and not saved")
    field.fill("Linnet")
    tablet.locator("input[name=last_name]").fill("Placeholder")
    tablet.locator("main form button[type=submit]").first.click()
    expect(tablet.get_by_role("heading", name="Linnet Placeholder")).to_be_visible()


def test_the_cover_is_on_the_page_that_finishes_a_sheet_and_survives_a_reload(browse: Any) -> None:
    page = browse("front_desk", viewport={"width": 768, "height": 1024})
    page.goto(running(page) + "/finish")
    page.get_by_role("link", name="Hide this screen").click()
    page.reload()
    expect(page.get_by_role("button", name="Tap to come back")).to_be_visible()
    assert page.locator("body").inner_text().count("\n") < 6
    page.get_by_role("button", name="Tap to come back").click()
    expect(page.locator("main")).to_be_visible()
    # The page goes to the background, and is back before anybody waited.
    away = """is => {
      Object.defineProperty(document, "hidden", { value: is, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(away, True)
    assert (
        page.locator("body > .cover").count() == 1
        and not page.locator(".sheet, main#main").first.is_visible()
    )
    page.evaluate(away, False)
    expect(page.locator("body > .cover")).to_have_count(0)


def test_without_a_line_the_pin_opens_what_was_kept_and_five_wrong_ones_forget_it(
    browse: Any, demo: Any
) -> None:
    tablet, _admin = paired(browse, "Studio tablet")
    with_pin(tablet, demo, "front_desk")
    sheet = running(tablet)
    tablet.goto(sheet)
    expect(tablet.locator("#people > li").first).to_be_visible()
    name = tablet.locator("#people > li strong").first.inner_text()
    tablet.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    tablet.wait_for_timeout(2500)
    tablet.clock.install()
    tablet.context.set_offline(True)
    tablet.reload()
    expect(tablet.get_by_text(name).first).to_be_visible()
    tablet.get_by_role("link", name="Hide this screen").click()
    tablet.clock.fast_forward(301_000)
    expect(tablet.get_by_text("Your PIN")).to_be_visible()
    tablet.reload()
    cover = tablet.locator("body > .cover")
    expect(cover.get_by_text("Your PIN")).to_be_visible()
    assert name not in tablet.locator("body").inner_text()
    type_pin(tablet, PIN)
    expect(tablet.get_by_text(name).first).to_be_visible()
    tablet.get_by_role("link", name="Hide this screen").click()
    tablet.clock.fast_forward(301_000)
    for _time in range(5):
        type_pin(tablet, WRONG)
        expect(cover.locator(".digits .on")).to_have_count(0)
    expect(cover.get_by_text("That was wrong five times.")).to_be_visible()
    expect(cover.get_by_role("link", name="Sign in with your password")).to_be_focused()
    expect(cover.locator("[data-key='5']")).to_be_hidden()
    tablet.reload()
    type_pin(tablet, PIN)
    expect(cover.get_by_text("nothing of yours is kept here")).to_be_visible()


def test_an_unpaired_tablet_forgets_the_names_and_says_what_waits(browse: Any, demo: Any) -> None:
    tablet, admin = paired(browse, "Loft tablet")
    with_pin(tablet, demo, "front_desk")
    tablet.goto(running(tablet))
    cut(tablet)
    tablet.locator("#people .tile-main[value$=here]").first.click()
    expect(tablet.locator("#saved")).to_contain_text("1")
    admin.goto("/program/tablets")
    row = admin.get_by_role("listitem").filter(has_text="Loft tablet")
    row.get_by_role("button", name="Unpair").click()
    tablet.on("dialog", lambda dialog: dialog.accept())
    tablet.goto("/today")
    expect(tablet).to_have_url(re.compile("/sign-in"))
    expect(tablet.get_by_text("This tablet is not paired any more.")).to_be_visible()
    expect(tablet.get_by_text("1 mark of Wren D. waits here.")).to_be_visible()
    expect(tablet.locator("input[name=login]")).to_be_visible()
    login, password = demo.accounts["front_desk"]
    tablet.unroute("**/operations")
    tablet.locator("input[name=login]").fill(login)
    tablet.locator("input[name=password]").fill(password)
    tablet.locator("main form button[type=submit]").first.click()
    expect(tablet.locator("#outgoing")).to_contain_text("1 mark that waited here is sent")
    expect(tablet.get_by_text("1 mark of Wren D. waits here.")).to_be_hidden()
