"""The sheet's module in a real browser: taps without a reload, keys, the row beside the list, two tablets, the cover."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from groupsched.attendance.rules import AttendanceStatus
from groupsched.core.db import db
from groupsched.core.filters import clock_time
from tests.browser.tablets import alive, open_row, rested, tile

# One kind of database is enough for the page's module.
pytestmark = [pytest.mark.browser, pytest.mark.on_sqlite]


def test_a_tap_marks_without_a_reload_and_says_so(tablets):
    page = tablets.open(tablets.morning.ossian)
    page.evaluate("window.same = true")
    tile(page, "Ash D.").locator(".tile-main").click()
    expect(tile(page, "Ash D.")).to_contain_text("Late")
    expect(page.locator("#snack")).to_contain_text("Ash D.: Late")
    expect(page.locator("#everyone")).to_contain_text("Everyone else is here (3)")
    expect(page.locator("#status")).to_have_text(re.compile(r"Ash D\., Late .*, 1 of 4"))
    assert page.evaluate("window.same")
    assert tablets.status(tablets.morning.ash, page) is AttendanceStatus.PRESENT


def test_undo_in_the_foot_takes_the_tap_back(tablets):
    page = tablets.open(tablets.morning.ossian)
    tile(page, "Ash D.").locator(".tile-main").click()
    page.locator("#snack button").click()
    expect(tile(page, "Ash D.")).to_contain_text("Not marked")
    expect(page.locator("#snack button")).to_be_hidden()
    expect(tile(page, "Ash D.").locator(".tile-main")).to_be_focused()
    assert tablets.status(tablets.morning.ash, page) is AttendanceStatus.UNMARKED


def test_a_question_mark_lists_the_keys_and_each_of_them_works(tablets):
    page = tablets.open(tablets.morning.ossian)
    tile(page, "Ash D.").locator(".tile-main").focus()
    page.keyboard.press("?")
    keys = page.locator("#keys-here")
    expect(keys.locator("h2")).to_be_focused()
    assert keys.locator("kbd").all_text_contents() == ["Enter", "L", "E", "A", "X", "U", "/", "N"]
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(tile(page, "Ash D.").locator(".tile-main")).to_be_focused()
    for key, says in {"l": "Late", "e": "Excused", "a": "Not here", "u": "Excused"}.items():
        page.keyboard.press(key)
        expect(tile(page, "Ash D.")).to_contain_text(says)
    page.keyboard.press("n")
    expect(page.locator("#walk-in-here")).to_be_visible()


def test_a_second_tap_opens_the_row_beside_the_list_and_escape_brings_back(tablets):
    page = tablets.open(tablets.morning.ossian)
    tile(page, "Ash D.").locator(".tile-main").click()
    expect(tile(page, "Ash D.")).to_contain_text("Late")
    rested(page)
    tile(page, "Ash D.").locator(".tile-main").click()
    expect(page.locator("#panel h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_have_count(0)
    expect(tile(page, "Ash D.").locator(".tile-main")).to_be_focused()


def test_times_are_moved_by_five_minutes_and_kept(tablets):
    page = tablets.open(tablets.morning.ossian)
    open_row(page, "Ash D.")
    page.locator("#panel button", has_text="Late").click()
    expect(page.locator("#panel [aria-pressed=true]")).to_have_text("Late")
    before = page.locator("#time_in").input_value()
    page.locator("[data-step='5'][data-for=time_in]").click()
    after = page.locator("#time_in").input_value()
    assert after != before
    page.locator("#panel button", has_text="Keep these times").click()
    expect(tile(page, "Ash D.")).to_contain_text(f"Late {after}")
    # What nobody can mean is said at once, not sent and set aside.
    zone = tablets.morning.occurrence.timezone
    later = clock_time(tablets.morning.occurrence.end, zone)
    sooner = clock_time(tablets.morning.occurrence.start - timedelta(minutes=30), zone)
    db.session.rollback()
    for came, went, told in (
        (later, "", "This time is still to come."),
        (after, sooner, "The time out is before the time in."),
    ):
        page.locator("#time_in").fill(came)
        page.locator("#time_out").fill(went)
        page.locator("#panel button", has_text="Keep these times").click()
        expect(page.locator("#snack")).to_contain_text(told)
    expect(page.locator("#saved > span")).to_have_text("Saved")


def test_in_the_united_states_times_are_moved_and_kept_as_they_are_written_there(tablets):
    tablets.morning.world.program.region = "US"
    db.session.commit()
    page = tablets.open(tablets.morning.ossian)
    open_row(page, "Ash D.")
    page.locator("#panel button", has_text="Late").click()
    expect(page.locator("#panel [aria-pressed=true]")).to_have_text("Late")
    before = page.locator("#time_in").input_value()
    page.locator("[data-step='5'][data-for=time_in]").click()
    after = page.locator("#time_in").input_value()
    assert after != before and re.fullmatch(r"\d{1,2}:\d\d [AP]M", after)
    page.locator("[data-step='-5'][data-for=time_in]").click()
    assert page.locator("#time_in").input_value() == before
    page.locator("[data-now][data-for=time_in]").click()
    assert re.fullmatch(r"\d{1,2}:\d\d [AP]M", page.locator("#time_in").input_value())
    page.locator("#time_in").fill(after)
    page.locator("#panel button", has_text="Keep these times").click()
    expect(tile(page, "Ash D.")).to_contain_text(f"Late {after}")


def test_arrows_move_in_the_grid_and_letters_mark_the_tile_with_the_focus(tablets):
    page = tablets.open(tablets.morning.ossian)
    tile(page, "Ash D.").locator(".tile-main").focus()
    page.keyboard.press("ArrowRight")
    expect(tile(page, "Basil C.").locator(".tile-main")).to_be_focused()
    for key, words in (("e", "Excused"), ("a", "Not here"), ("x", "left"), ("l", "Late")):
        page.keyboard.press(key)
        expect(tile(page, "Basil C.")).to_contain_text(words)
        expect(tile(page, "Basil C.").locator(".tile-main")).to_be_focused()
    page.keyboard.press("u")
    expect(tile(page, "Basil C.")).to_contain_text("left")
    page.keyboard.press("Tab")
    expect(tile(page, "Basil C.").locator(".tile > a")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-walk-in]")).to_be_focused()
    tile(page, "Basil C.").locator(".tile-main").focus()
    page.keyboard.press("End")
    expect(tile(page, "Jo Mat.").locator(".tile-main")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#walk-in-name")).to_be_focused()


def test_counters_and_search_sift_in_place_and_nobody_offers_a_walk_in(tablets):
    page = tablets.open(tablets.morning.ossian)
    tile(page, "Ash D.").locator(".tile-main").click()
    expect(tile(page, "Ash D.")).to_contain_text("Late")
    page.locator(".count[data-only=unmarked]").click()
    expect(page.locator("#people > li:visible")).to_have_count(3)
    page.locator(".count[data-only=unmarked]").click()
    page.locator("#find summary").click()
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    expect(page.locator(".count[aria-pressed=true]")).to_have_count(0)
    page.locator("#q").fill("jo")
    expect(page.locator("#people > li:visible")).to_have_count(2)
    page.keyboard.type("zz")
    page.locator("#nobody button").click()
    expect(page.locator("#walk-in-name")).to_have_value("jozz")


def test_what_another_tablet_marks_arrives_by_itself(tablets):
    page = tablets.open(tablets.morning.ossian)
    page.clock.install()
    page.reload()
    alive(page)
    desk = tablets.open(tablets.morning.world.front_desk("Ana", "Sill"))
    desk.locator("#everyone button").click()
    expect(desk.locator("#snack")).to_contain_text("4 people are here")
    tile(page, "Jo Mat.").locator(".tile-main").focus()
    page.keyboard.press("l")
    expect(tile(page, "Jo Mat.")).to_contain_text("Here")
    expect(tile(page, "Ash D.")).to_contain_text("Not marked")
    page.clock.run_for(11_000)
    expect(tile(page, "Ash D.")).to_contain_text("Here")
    expect(page.locator("#everyone button")).to_be_disabled()


def test_two_tablets_that_disagree_show_both_answers(tablets):
    one = tablets.open(tablets.morning.ossian)
    two = tablets.open(tablets.morning.world.front_desk("Ana", "Sill"))
    tile(one, "Ash D.").locator(".tile-main").click()
    expect(tile(one, "Ash D.")).to_contain_text("Late")
    tile(two, "Ash D.").locator(".tile-main").focus()
    two.keyboard.press("a")
    expect(tile(two, "Ash D.")).to_contain_text("Which one?")
    rested(two)  # where one tile became two buttons, a tap that was on its way meant neither
    tile(two, "Ash D.").locator("button", has_text="Late").click()
    expect(tile(two, "Ash D.")).not_to_contain_text("Which one?")
    assert tablets.status(tablets.morning.ash, two) is AttendanceStatus.PRESENT


def test_a_note_and_a_time_that_were_typed_go_with_the_button_that_closes_the_row(tablets):
    page = tablets.open(tablets.morning.ossian, 768, 1024)
    open_row(page, "Ash D.")
    page.locator("#panel summary", has_text="Add a note").click()
    page.locator("#note").fill("Bus was late")
    page.locator("[data-step='5'][data-for=time_in]").click()
    came = page.locator("#time_in").input_value()
    page.locator("#panel .statuses button", has_text="Left early").click()
    expect(tile(page, "Ash D.")).to_contain_text(f"Here {came}, left")
    page.mouse.click(384, 60)
    expect(page.locator("#panel")).to_have_count(0)
    open_row(page, "Ash D.")
    expect(page.locator("#note")).to_have_value("Bus was late")
    expect(page.locator("#saved")).to_contain_text("Saved")


def test_the_row_rises_over_a_phone_and_the_rest_rests(tablets):
    page = tablets.open(tablets.morning.ossian, 390, 844)
    open_row(page, "Ash D.")
    expect(page.locator("#panel")).to_have_attribute("aria-modal", "true")
    assert page.evaluate("document.getElementById('main').inert")
    page.locator("#panel [data-close]").click()
    assert not page.evaluate("document.getElementById('main').inert")


def test_the_foot_of_a_phone_stays_under_the_thumb(tablets):
    page = tablets.open(tablets.morning.ossian, 390, 500)
    box = page.locator(".sheet-foot").bounding_box()
    assert box["y"] + box["height"] <= 501


def test_the_screen_covers_itself_after_a_minute_without_a_touch(tablets):
    page = tablets.open(tablets.morning.ossian)
    page.clock.install()
    page.reload()
    alive(page)
    page.clock.run_for(timedelta(seconds=62).seconds * 1000)
    expect(page.locator("body > .cover")).to_be_visible()
    assert "Ash" not in page.locator("body").inner_text()
    page.locator("body > .cover button").click()
    expect(tile(page, "Ash D.")).to_be_visible()
