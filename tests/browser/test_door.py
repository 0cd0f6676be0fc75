"""The way in without any mail: the desk makes a slip, a phone opens it, a person chooses a password."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import axe_source

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}}
SIZES = ((1280, 800), (768, 1024), (390, 844), (320, 640))
RULES = "async () => (await axe.run()).violations.map(v => v.id + ' ' + v.nodes[0].html)"


def looks_right(page: Any) -> None:
    """axe finds nothing and nothing scrolls sideways, at every size, light and dark."""
    page.wait_for_load_state()
    page.evaluate(axe_source())
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert page.evaluate(RULES) == [], f"{page.url} {width} {scheme}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def new_client(desk: Any, first_name: str) -> None:
    desk.goto("/people/new")
    desk.locator("#first_name").fill(first_name)
    desk.locator("#last_name").fill("Doorstep")
    desk.get_by_role("button", name="Add this person").click()
    expect(desk.locator("h1")).to_have_text(f"{first_name} Doorstep")


def test_a_slip_from_the_desk_lets_a_phone_in(browse: Any) -> None:
    desk = browse("front_desk")
    new_client(desk, "Tansy")
    desk.get_by_role("button", name="Make a code on paper").click()
    code = desk.locator("p.h1").inner_text()
    expect(desk.get_by_role("button", name="Print")).to_be_visible()
    looks_right(desk)

    phone = browse(None, **PHONE)
    phone.goto("/sign-in")
    phone.get_by_role("link", name="I have a code from the desk").click()
    phone.locator("#code").fill(code.lower().replace("-", " "))
    phone.get_by_role("button", name="Go on").click()
    phone.locator("#password").fill("short")
    phone.locator("#privacy").check()
    phone.get_by_role("button", name="Keep this password").click()
    expect(phone.locator(".errors")).to_be_focused()
    assert phone.title().startswith("Error:")
    looks_right(phone)
    phone.locator("#password").fill("tea at the harbor")
    phone.locator("#privacy").check()
    phone.get_by_role("button", name="Keep this password").click()
    phone.wait_for_url("**/my")

    phone.context.clear_cookies()
    phone.goto("/account")
    phone.locator("#login").fill("Tansy.Doorstep")
    phone.locator("#password").fill("tea at the harbor")
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.locator("h1")).to_have_text("Settings")
    looks_right(phone)


def test_what_is_typed_as_a_password_can_be_shown_and_is_hidden_before_it_leaves(browse: Any) -> None:
    page = browse(None)
    page.goto("/sign-in")
    page.locator("#password").fill("tea at the harbor")
    page.get_by_role("button", name="Show the password").click()
    expect(page.locator("#password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide the password").click()
    expect(page.locator("#password")).to_have_attribute("type", "password")


def test_a_wrong_password_is_said_kindly_and_the_name_stays(browse: Any) -> None:
    page = browse(None, **PHONE)
    page.goto("/sign-in")
    page.locator("#login").fill("nobody")
    page.locator("#password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".errors")).to_contain_text("Name and password do not match")
    expect(page.locator("#login")).to_have_value("nobody")
    looks_right(page)


def test_a_printed_slip_names_neither_the_program_nor_the_person(browse: Any) -> None:
    desk = browse("front_desk")
    new_client(desk, "Yarrow")
    with desk.expect_navigation():  # until its stylesheet is there, nothing is hidden from paper
        desk.get_by_role("button", name="Make a code on paper").click()
    desk.emulate_media(media="print")
    printed = desk.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(e => !e.children.length && e.checkVisibility()
        && e.getClientRects().length && !e.closest('.visually-hidden, .skip')).map(e => e.textContent).join(' ')"""
    )
    for telling in ("Harbor", "Yarrow Doorstep", "Demo", "recovery", "People"):
        assert telling not in printed
    assert "Works once, until" in printed
