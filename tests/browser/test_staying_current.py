"""Pages that a desk looks at all day: Today follows what happens, a long sheet is jumped through."""

import pytest
from playwright.sync_api import expect

from groupsched.attendance import service
from groupsched.core.db import db
from tests.attendance.conftest import Morning
from tests.browser.tablets import saved, tap, tile

# One kind of database is enough for the page's module.
pytestmark = [pytest.mark.browser, pytest.mark.on_sqlite]

CHANGED = """() => {
  window.changed = [];
  new MutationObserver((all) => window.changed.push(...all.map(({ target }) => target.textContent)))
    .observe(document.querySelector('[data-live]'), { subtree: true, childList: true, characterData: true });
}"""


def test_today_follows_what_happens_and_leaves_focus_scroll_and_the_rest_alone(tablets):
    morning = tablets.morning
    for hours in range(1, 6):
        morning.world.soon(morning.world.group(f"Group {hours}", led_by=morning.ossian), in_minutes=3 * hours)
    page = tablets.open(morning.ossian)
    page.goto(f"{tablets.address}/today")
    page.clock.install()
    page.reload()
    page.evaluate(CHANGED)
    page.evaluate(CHANGED)
    link = page.locator(f'.box-now a[href="/sheet/{morning.occurrence.uid}"]')
    link.focus()
    page.evaluate("scrollTo(0, 120)")
    page.clock.run_for(61_000)
    page.wait_for_timeout(300)
    assert page.evaluate("window.changed.filter((text) => !/:\\d\\d/.test(text))") == [], "nothing happened"
    service.everyone_else_here(morning.leader, morning.occurrence)
    db.session.commit()
    page.clock.run_for(61_000)
    expect(page.locator("[data-live]")).to_contain_text("4 of 4 here")
    changed = page.evaluate("window.changed.filter((text) => !/^[^a-z]*:\\d\\d/.test(text))")
    assert changed and not any("Group 1" in text for text in changed), "only its own line"
    expect(link).to_be_focused()
    assert page.evaluate("scrollY") == 120
    cards = page.locator(".box-now").count()
    morning.world.soon(morning.world.group("One more", led_by=morning.ossian), in_minutes=-1)
    db.session.commit()
    page.clock.run_for(61_000)
    expect(page.locator(".box-now")).to_have_count(cards + 1)
    expect(link).to_be_focused()


def test_letters_lead_through_a_long_sheet_and_a_list_keeps_what_waits(tablets, world):
    names = ["Alder", "Birch", "Clover", "Heron", "Laurel", "Olive", "Sage", "Willow"]
    tablets.morning = Morning(world, capacity=None)
    tablets.morning.enrol(*(world.client(names[n % 8], f"Number {n:02}") for n in range(32)))
    tablets.sheet = f"{tablets.address}/sheet/{tablets.morning.occurrence.uid}"
    page = tablets.open(tablets.morning.ossian, width=390, height=844)
    order = page.locator("#people strong").all_inner_texts()
    page.locator("#letters a", has_text="S").click()
    first = next(label for label in order if label.startswith("S"))
    expect(tile(page, first)).to_be_in_viewport()
    expect(tile(page, first).locator(".tile-main")).to_be_focused()
    sizes = page.locator("#letters a").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height))"
    )
    assert min(sizes) >= 48
    tap(page, first)
    page.locator(".counts .menu summary").click()
    page.get_by_role("link", name="One row a person").click()
    box = tile(page, first).bounding_box()
    assert 48 <= box["height"] < 60
    saved(page)
    assert page.locator("#people strong").all_inner_texts() == order
    page.reload()
    expect(page.locator("#people.people-list")).to_have_count(1)
    expect(tile(page, first)).to_contain_text("Late")
