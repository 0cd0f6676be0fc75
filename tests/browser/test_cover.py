"""Cover on three phones: one asks, the first yes leads, the other reads who was first."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}


def test_one_asks_the_first_yes_leads_and_the_other_comes_too_late(browse: Any, demo: Any) -> None:
    asks, first, late = (phone(browse, demo, who) for who in ("juniper", "pike", "alder"))
    asks.goto("/groups")
    asks.get_by_role("link", name="Gentle yoga").first.click()
    asks.get_by_role("link", name="I can’t lead").last.click()
    asks.get_by_text("more people").click()
    for who in ("Pike M.", "Alder E."):
        asks.get_by_label(who).check()
    asks.get_by_role("button", name="Ask them").click()
    expect(asks.get_by_text("Asked: ").first).to_be_visible()
    for page in (first, late):
        page.goto("/today")
        page.get_by_role("link", name=re.compile("Gentle yoga")).first.click()
    first.get_by_role("button", name="Yes, I’ll lead it").click()
    expect(first.get_by_role("heading", name="You lead this", level=1)).to_be_visible()
    late.get_by_role("button", name="Yes, I’ll lead it").click()
    expect(late.get_by_text("Pike M. leads it already.")).to_be_visible()
    asks.reload()
    expect(asks.get_by_text("Pike M. leads it in the place of Juniper P.")).to_be_visible()


def phone(browse: Any, demo: Any, who: str) -> Any:
    page = browse(None, **PHONE)
    told = json.loads((demo.folder / "demo.json").read_text(encoding="utf-8"))
    account = next(one for one in told["accounts"] if one["login"] == who)
    sign_in(page, account["login"], account["password"])
    return page
