"""A week of somebody ill, given away on a phone in one step, and taken back in one."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from groupsched.core import clock
from tests.browser.test_cover import phone

pytestmark = pytest.mark.browser


def test_a_week_is_given_away_in_one_step_and_taken_back_in_one(browse: Any, demo: Any) -> None:
    page, today = phone(browse, demo, "juniper"), clock.now().date()
    page.goto("/time-off")
    page.locator("#starts").fill((today + timedelta(days=2)).isoformat())
    page.locator("#ends").fill((today + timedelta(days=4)).isoformat())
    page.locator("form", has=page.locator("#starts")).get_by_role("button").last.click()
    needs = page.get_by_text(re.compile(r"^\s*\d+ dates then need cover\.")).first
    expect(needs).to_be_visible()
    count = int(needs.inner_text().split()[0])
    page.get_by_role("link", name=re.compile("Give all to somebody")).click()
    expect(page.get_by_role("heading", name="Who leads your dates?", level=1)).to_be_visible()
    page.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Show what that means").click()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    page.get_by_role("button", name="Give these dates").click(timeout=60_000)
    expect(page.get_by_text(re.compile(r"leads \d+ dates? now\.")).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"leads \d+ dates? instead\.")).first).to_be_visible()
    page.get_by_role("button", name=re.compile("^Undo")).first.click()
    expect(page.get_by_text(re.compile(r"\d+ dates? (is|are) led as before\.")).first).to_be_visible()
    expect(page.get_by_text(re.compile(rf"^\s*{count} dates then need cover\.")).first).to_be_visible()
