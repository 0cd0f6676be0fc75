"""Finding on a phone: the first group in sight without scrolling; two groups from ticked boxes to side by side."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}


def test_the_first_group_is_in_sight_without_scrolling_on_a_phone(browse: Any) -> None:
    page = browse(None, **PHONE)
    page.goto("/sessions")
    page.evaluate("() => document.fonts.ready")
    title = page.locator(".grp h2").first.bounding_box()
    tabs = page.locator("nav.tabbar").bounding_box()
    assert title["y"] + title["height"] <= tabs["y"], "its title stands above the bar at the foot"


@pytest.mark.parametrize("script", [True, False])
def test_ticked_groups_stand_side_by_side_and_a_fourth_does_not_fit(browse: Any, script: bool) -> None:
    page = browse("client", java_script_enabled=script, **PHONE)
    page.goto("/sessions")
    boxes = page.locator("input[name=with]")
    for number in range(3):
        boxes.nth(number).check()
    if script:
        expect(boxes.nth(3)).to_be_disabled()
        expect(page.locator("#compare")).to_be_in_viewport()
        boxes.nth(0).uncheck()
        expect(boxes.nth(3)).to_be_enabled()
        boxes.nth(0).check()
    page.locator("#compare button").click()
    expect(page.locator("h1")).to_have_text("3 groups, side by side")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth") if script else True
