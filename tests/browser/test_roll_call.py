"""A roll-call on a tablet whose line breaks: a tap stands at once, is kept without a name, and is sent when the line is back."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_tap_without_a_line_is_kept_and_sent_when_it_is_back(browse: Any) -> None:
    page = browse("supervisor")
    page.goto("/house")
    page.get_by_role("button", name="Begin a roll-call").click()
    tile = page.locator("#house .tile").first
    key, name = tile.get_attribute("data-key"), tile.locator("strong").inner_text()
    same = page.locator(f'#house [data-key="{key}"] button')
    page.context.set_offline(True)
    same.click()
    expect(same).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#house-saved")).to_be_visible()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert key in kept and name not in kept, "no name stays in the browser"
    page.context.set_offline(False)
    expect(page.locator("#house-saved")).to_be_hidden(timeout=15_000)
    expect(same).to_contain_text("Out")
    assert "house-" not in page.evaluate("JSON.stringify(localStorage)")
    page.reload()
    expect(same).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="End the roll-call").click()
    expect(page.locator("[data-flash]")).to_contain_text("1 of")
