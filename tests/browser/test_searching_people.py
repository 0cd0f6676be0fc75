"""A search for people leaves no name in an address, and going back shows it again."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_going_back_to_a_search_for_people_finds_them_again(browse: Any) -> None:
    page = browse("supervisor")
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.goto("/people")
    page.locator("#q").fill("rob")
    page.locator("#q").press("Enter")
    found = page.locator("#found-people li")
    expect(found.first).to_contain_text("Rob")
    number = found.count()
    assert page.url.endswith("/people")
    found.first.locator("a").click()
    page.wait_for_url("**/people/*")
    page.go_back()
    expect(page.locator("#q")).to_have_value("rob")
    expect(found).to_have_count(number)
    assert not [url for url in seen if "rob" in url.lower() or "q=" in url]
