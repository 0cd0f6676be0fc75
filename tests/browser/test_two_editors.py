"""Two editors of one thing, in a browser: what is chosen shows at once; who would be told of a place, before it is saved."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_whose_words_stand_shows_in_the_field_as_soon_as_it_is_chosen(browse: Any) -> None:
    ada = browse("admin")
    ada.goto("/catalog/places/new")
    ada.locator("#name").fill("Fern Room")
    ada.get_by_role("button", name="Save this place").click()
    ada.get_by_role("link", name="Fern Room").click()
    ben = ada.context.new_page()
    ben.goto(ada.url)
    ben.locator("#name").fill("Ivy Room")
    ben.locator("#step_free").check()
    ben.get_by_role("button", name="Save this place").click()
    ada.locator("#name").fill("Moss Room")
    ada.get_by_role("button", name="Save this place").click()
    expect(ada.locator(".errors")).to_contain_text("saved it today")
    name = ada.locator("#name")
    expect(name).to_have_value("Moss Room")
    ada.get_by_label("Theirs: Ivy Room").check(force=True)
    expect(name).to_have_value("Ivy Room")
    ada.get_by_label("Yours: Moss Room").check(force=True)
    expect(name).to_have_value("Moss Room")
    ada.get_by_label("Theirs: Ivy Room").check(force=True)
    expect(ada.locator("#step_free")).to_be_checked()
    ada.get_by_role("button", name="Save this place").click()
    expect(ada.get_by_role("link", name="Ivy Room")).to_be_visible()


def test_who_would_be_told_that_a_place_moved_is_said_while_it_is_changed(browse: Any) -> None:
    page = browse("admin", viewport={"width": 390, "height": 844})
    page.goto("/catalog/places")
    page.locator("main a.stretched-link[href^='/catalog/places/']").first.click()
    told = page.locator("#told")
    expect(told).to_be_empty()
    page.locator("#site").select_option("")
    expect(told).not_to_be_empty()
    page.locator("#site").select_option(index=0)
    expect(told).to_be_empty()
