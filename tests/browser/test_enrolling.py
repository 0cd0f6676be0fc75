"""Enrolling several by the keyboard, and a form that meets no sign-in, in a browser."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def to_enrol(page: Any) -> None:
    page.goto("/groups")
    page.locator(".grouprow h3 a").first.click()
    page.get_by_role("link", name="People in this group").click()
    page.get_by_role("link", name="Enrol people").click()


def test_enter_in_the_search_searches_and_a_tick_stays(browse: Any) -> None:
    page = browse("supervisor")
    to_enrol(page)
    address, letters = page.url, page.get_by_label("First letters of a name, or a record number")
    page.locator("input[name=people]").first.focus()
    page.keyboard.press("Space")
    chosen = page.locator("input[name=people]").first.input_value()
    letters.fill("zz")
    letters.press("Enter")
    expect(page.get_by_text("Nobody else begins like that.")).to_be_visible()
    assert page.url == address, "no name stands in an address"
    assert page.locator("input[name=people]:checked").input_value() == chosen
    expect(page.get_by_role("heading", name="What became of each")).to_have_count(0)


def test_what_the_panel_asks_without_a_sign_in_keeps_the_page_under_the_way_to_sign_in(browse: Any) -> None:
    page = browse("supervisor")
    page.goto("/groups/new?from=support-group")
    title = page.locator("input[name=title]")
    title.fill("Typed and not saved")
    page.context.clear_cookies(name="signin")
    page.locator("input[name=start_time]").fill("7:00 AM")
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    assert not title.is_visible()
    assert title.input_value() == "Typed and not saved"


def test_a_form_that_meets_no_sign_in_goes_on_after_it(browse: Any) -> None:
    page = browse("supervisor")
    page.goto("/groups/new?from=support-group")
    page.locator("textarea[name=description]").fill("Words that shall not be lost.")
    page.context.clear_cookies(name="signin")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("What you wrote is kept on this page")).to_be_visible()
    assert page.get_by_text("Words that shall not be lost.").count() == 0
