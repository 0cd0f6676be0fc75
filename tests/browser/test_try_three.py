"""Three kinds in two weeks on a phone: picked by tiles, kept by one button, given back by one; with a script and without."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import axe_source

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}
TILES = "input[name=kind]:not([disabled])"


def faults(page: Any) -> list[str]:
    """What axe finds on a page."""
    page.evaluate(axe_source())
    run = "async () => (await axe.run(document)).violations.map(v => v.id + ' ' + v.nodes[0].target)"
    return list(page.evaluate(run))


@pytest.mark.parametrize("script", [True, False])
def test_three_are_picked_kept_and_given_back(browse: Any, script: bool) -> None:
    page = browse("client", java_script_enabled=script, **PHONE)
    page.goto("/my/try-three")
    kinds = [page.locator(TILES).nth(number).get_attribute("value") for number in range(3)]
    for number, kind in enumerate(kinds, 1):
        page.locator(f"input[name=kind][value={kind}]").check()
        if script:
            expect(page.get_by_text(f"{number} of 3 picked.", exact=False)).to_be_visible()
    if not script:
        page.get_by_role("button", name="Show three dates").click()
    expect(page.locator("select[name=date]")).to_have_count(3)
    if script:
        assert faults(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Keep a seat on these 3 dates").click()
    expect(page.locator("h1")).to_have_text("You tried 0 of 3.")
    if script:
        assert faults(page) == []
    page.get_by_role("link", name="Another day").first.click()
    expect(page.locator("h1")).to_have_text("Another day")
    if script:
        assert faults(page) == []
    page.get_by_role("link", name="Three kinds in two weeks").click()
    page.get_by_role("button", name="Stop trying for now").click()
    expect(page.locator("main").get_by_text("3 seats are given back.")).to_be_visible()
