"""The staff week: a date is picked up by mouse, keys or a long press; its page opens filled in, and nothing is saved."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from groupsched.core import clock

pytestmark = pytest.mark.browser
YOGA = "Gentle yoga"


def test_a_date_is_picked_up_by_mouse_keys_or_a_long_press_and_put_down_on_the_page_that_changes_it(
    browse: Any,
) -> None:
    monday = clock.today("America/New_York") + timedelta(days=14)
    monday -= timedelta(days=monday.weekday())
    week, page = f"/week?day={monday}", browse("supervisor", viewport={"width": 1280, "height": 2400})
    page.goto(week)
    start = item(page).inner_text()
    page.mouse.move(*middle(item(page)))
    page.mouse.down()
    page.mouse.move(*middle(cell(page, 6, "Oak Room")), steps=8)
    expect(page.locator("#moving")).to_contain_text("Sun")
    page.mouse.up()
    lands(page, monday + timedelta(days=6), "Oak Room")
    expect(page.locator("#sentence")).to_contain_text("moves to Sun")
    page.goto(week)
    assert item(page).inner_text() == start
    # Keys: two steps down the days, half an hour later, nothing; and the same with Enter.
    for last in ("Escape", "Enter"):
        item(page).click()
        page.get_by_role("link", name=re.compile(f"Move….*{YOGA}")).locator("visible=true").click()
        for key in ("ArrowUp", "ArrowLeft", "PageDown", last):
            page.keyboard.press(key)
        if last == "Escape":
            expect(page.locator("#moving")).to_be_hidden()
            expect(item(page)).to_be_focused()
    page.wait_for_url("**/edit?**")
    assert "start=10%3A30" in page.url and f"day={monday + timedelta(days=4)}" in page.url
    touched(browse("supervisor", viewport={"width": 1024, "height": 1400}, has_touch=True), week, monday)


def touched(page: Any, week: str, monday: Any) -> None:
    """A finger that moves at once scrolls; one that rests picks up."""
    page.goto(week)
    line = page.context.new_cdp_session(page)

    def finger(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = middle(page.locator(".wks [data-move] summary").first)
    finger("touchStart", x, y)
    for step in range(1, 12):
        finger("touchMove", x, y - 30 * step)
    expect(page.locator("#moving")).to_be_hidden()
    finger("touchEnd")
    assert page.evaluate("scrollY") > 0 and "/edit" not in page.url
    page.goto(week)
    item(page).scroll_into_view_if_needed()
    x, y = middle(item(page))
    finger("touchStart", x, y)
    expect(page.locator("#moving")).to_be_visible()
    there = middle(cell(page, 4, "Oak Room"))
    for step in range(1, 9):
        finger("touchMove", x + (there[0] - x) * step / 8, y + (there[1] - y) * step / 8)
    finger("touchEnd")
    lands(page, monday + timedelta(days=4), "Oak Room")


def item(page: Any) -> Any:
    """The line of the date in the table."""
    return page.locator(".wks summary", has_text=YOGA)


def cell(page: Any, day: int, room: str) -> Any:
    """The cell of a day and a room."""
    heads = page.locator(".wks thead th").evaluate_all("cells => cells.map(cell => cell.dataset.name)")
    return page.locator(".wks tbody tr").nth(day).locator("th, td").nth(heads.index(room))


def middle(part: Any) -> tuple[float, float]:
    """A point low in a part, below the bar of its day."""
    box = part.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8


def lands(page: Any, day: Any, room: str) -> None:
    """The page that changes a date is there, with this day and room, and nothing is saved."""
    page.wait_for_url("**/edit?**")
    expect(page.get_by_label("Day", exact=True)).to_have_value(str(day))
    expect(page.locator("#place option:checked")).to_contain_text(room)
