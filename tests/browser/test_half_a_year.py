"""Half a year of a group, bent on a phone: one date, from a date on, called off, back, one more, another weekday, undone."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def dates(page: Any) -> list[str]:
    """The days and hours of the list."""
    return [" ".join(text.split()) for text in page.locator(".ledger time").all_inner_texts()]


def test_a_group_is_bent_for_half_a_year_and_its_page_says_each_step(browse: Any) -> None:
    page = browse("facilitator", viewport={"width": 390, "height": 844})
    page.goto("/groups/new?from=support-group")
    page.locator("input[name=title]").fill("Half a year")
    page.get_by_label("Mon", exact=True).uncheck(force=True)
    page.get_by_label("Fri", exact=True).uncheck(force=True)
    page.locator("#start_time").fill("04:00")  # while the house sleeps: no room and nobody who leads is taken
    page.locator("#start_time").press("Tab")
    page.locator("#end_time").fill("04:45")
    page.locator("#place").select_option(index=1)
    page.locator("#ends").select_option("open")
    page.get_by_role("button", name=re.compile("^Publish")).last.click()
    page.wait_for_url(re.compile(r"/groups/\w{14}$"))
    group = page.url
    before = dates(page)
    assert len(before) == 12 and "More dates" in page.locator("#main").inner_text()

    # one date: what it does stands beside it while it is typed, without a click
    page.locator(".ledger a[href$='/edit']").nth(1).click()
    expect(page.locator("[aria-pressed=true]")).to_contain_text("Only this date")
    page.locator("#start_time").fill("04:15")
    page.locator("#start_time").press("Tab")
    expect(page.locator("#sentence")).to_contain_text("moves to")
    page.get_by_role("button", name="Change this date").click()
    expect(page.locator(".flash")).to_contain_text("Moved")
    assert dates(page)[1] != before[1]
    page.locator(".flash").get_by_role("button", name="Undo").click()
    expect(page.locator(".flash")).to_contain_text("Undone.")
    assert dates(page) == before

    # from a date on: what was typed comes along to the other scope
    page.locator(".ledger a[href$='/edit']").nth(3).click()
    page.locator("#title").fill("Spring circle")
    page.get_by_role("button", name=re.compile("^From this date on")).click()
    expect(page.locator("#title")).to_have_value("Spring circle")
    page.get_by_label("Wed", exact=True).uncheck(force=True)
    page.get_by_label("Thu", exact=True).check(force=True)
    page.locator("#dates-fold > summary").click()
    expect(page.locator("#panel")).to_contain_text("dates move")
    page.get_by_role("button", name=re.compile(r"^Change \d+ dates")).click()
    expect(page.locator(".flash")).to_contain_text("Moved")
    after = dates(page)
    assert after[:3] == before[:3] and all(day.startswith("Thu") for day in after[3:])
    expect(page.locator("#times").locator("xpath=..")).to_contain_text("Every Thursday")

    # called off, and back
    page.locator(".ledger a[href$='/edit']").nth(4).click()
    page.get_by_role("link", name="Cancel this date").click()
    page.locator("#reason").fill("The boiler is out.")
    page.get_by_role("button", name=re.compile("^Cancel")).last.click()
    expect(page.locator(".ledger")).to_contain_text("Cancelled: The boiler is out.")
    page.get_by_role("link", name=re.compile("^Bring back ")).click()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator(".flash")).to_contain_text("takes place after all")
    assert dates(page) == after

    # one more date on the day of another, another weekday, and that undone
    page.get_by_role("link", name="Add a date").click()
    page.locator("#starts_on").fill(
        page.evaluate("() => new Date(Date.now() + 9e8).toISOString().slice(0, 10)")
    )
    page.locator("#start_time").fill("06:00")
    page.locator("#start_time").press("Tab")
    page.locator("#end_time").fill("07:00")
    page.locator("#end_time").press("Tab")
    expect(page.locator("#panel")).to_contain_text("date is new")
    page.get_by_role("button", name="Add these dates").click()
    expect(page.locator(".ledger")).to_contain_text("Extra date")
    page.get_by_role("link", name="Add another time").click()
    page.get_by_label("Sat", exact=True).check(force=True)
    page.locator("#starts_on").fill(
        page.evaluate("() => new Date(Date.now() + 2e8).toISOString().slice(0, 10)")
    )
    page.locator("#start_time").fill("05:00")
    page.locator("#start_time").press("Tab")
    page.locator("#end_time").fill("05:45")
    page.locator("#end_time").press("Tab")
    expect(page.locator("#panel")).to_contain_text("dates are new")
    page.get_by_role("button", name="Add these dates").click()
    expect(page.locator("#times").locator("xpath=..")).to_contain_text("Every Saturday")
    page.locator(".flash").get_by_role("button", name="Undo").click()
    expect(page.locator("#times").locator("xpath=..")).not_to_contain_text("Every Saturday")
    expect(page.locator(".ledger")).to_contain_text("Extra date")

    # any day, however far
    page.goto(group)
    page.locator("#from").fill(page.evaluate("() => new Date(Date.now() + 15e9).toISOString().slice(0, 10)"))
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url(re.compile("from="))
    assert all(day.startswith("Thu") for day in dates(page)) and dates(page)[0] not in after
