"""Hands on the sheet: shaky ones, two at once, and all that is done on one page from Today to finished."""

import re

import pytest
from playwright.sync_api import expect

from groupsched.attendance import queries, service
from groupsched.attendance.rules import AttendanceStatus
from groupsched.core.db import db
from groupsched.core.filters import clock_time
from tests.browser.tablets import alive, cut, open_row, rested, saved, slow, tap, tile

# One kind of database is enough for the page's module.
pytestmark = [pytest.mark.browser, pytest.mark.on_sqlite]


def ten_seconds(page):
    """The next question to the server comes due."""
    page.clock.run_for(11_000)


def with_a_clock(page):
    page.clock.install()
    page.reload()
    alive(page)


def arrivals_unknown(tablets):
    queries.find_sheet(tablets.morning.occurrence).arrival = ""
    db.session.commit()


def placed(main):
    """Where a tile is; one that is drawn anew is out of the page for a moment."""
    while (box := main.bounding_box()) is None:
        expect(main).to_be_visible()
    return box


def test_a_second_tap_of_a_shaky_hand_does_nothing_and_a_new_panel_hears_no_tap_that_was_on_its_way(tablets):
    page = tablets.open(tablets.morning.ossian)
    main = tile(page, "Ash D.").locator(".tile-main")
    main.dblclick()
    expect(page.locator("#panel")).to_have_count(0)
    box = placed(main)
    rested(page)
    main.click()
    expect(page.locator("#panel")).to_be_visible()
    for what in ("Can’t come", "Not here"):
        page.locator("#panel .statuses button", has_text=what).click()
    expect(page.locator("#panel")).to_be_visible()
    expect(page.locator("#panel .is-deaf").first).to_be_visible()
    assert placed(main) == box, "no tile moves when a row opens"
    tap(page, "Basil C.")
    expect(tile(page, "Basil C.")).to_contain_text("Late")
    expect(page.locator("#panel h2")).to_have_text("Ash D.")
    assert tablets.status(tablets.morning.ash, page) is AttendanceStatus.PRESENT
    rested(page)
    page.locator("#panel .statuses button", has_text="Excused").dblclick()
    expect(page.locator("#panel")).to_have_count(0)
    expect(tile(page, "Ash D.")).to_contain_text("Excused")
    expect(page.locator("#people").get_by_text("Not marked")).to_have_count(2)
    assert placed(main) == box


def test_what_others_do_never_moves_or_changes_a_tile_under_a_finger(tablets):
    page = tablets.open(tablets.morning.ossian)
    with_a_clock(page)
    box = tile(page, "Ash D.").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    service.everyone_else_here(tablets.morning.leader, tablets.morning.occurrence)
    service.add_walk_in(tablets.morning.leader, tablets.morning.occurrence, None, "Yuri", service.new_op_id())
    db.session.commit()
    ten_seconds(page)
    expect(tile(page, "Basil C.")).to_contain_text("Here")
    expect(tile(page, "Ash D.")).to_contain_text("Not marked")
    expect(page.locator("#people > li")).to_have_count(4)
    page.mouse.up()
    page.clock.run_for(800)
    expect(page.locator("#people > li")).to_have_count(5)


def test_how_the_sheet_is_marked_is_asked_beside_the_taps_and_times_follow_the_answer(tablets):
    arrivals_unknown(tablets)
    page = tablets.open(tablets.morning.ossian)
    tap(page, "Ash D.")
    strip = page.locator("#how")
    expect(strip).to_be_visible()
    for label in ("Basil C.", "Jo Mar."):
        tap(page, label)
        expect(tile(page, label)).to_contain_text("Late")
    saved(page)
    page.reload()
    alive(page)
    expect(strip).to_be_visible()
    # Who ends the sheet is asked first, and one answer goes on.
    page.locator("[data-finish]").click()
    expect(strip).to_contain_text("Before the end: how did you mark?")
    expect(page.locator("#finish-here")).to_be_hidden()
    start = clock_time(tablets.morning.occurrence.start, tablets.morning.occurrence.timezone)
    db.session.rollback()
    page.wait_for_timeout(450)  # what has just come hears no tap that was on its way
    strip.get_by_role("button", name="I’m marking afterwards").click()
    expect(strip).to_be_hidden()
    expect(page.locator("#finish-here legend")).to_have_text("Jo Mat.")
    expect(page.locator("#finish-here [data-runs]")).to_contain_text("Finish now?")
    page.keyboard.press("Escape")
    expect(tile(page, "Ash D.")).to_contain_text(f"Here {start}")
    saved(page)
    expect(tile(page, "Jo Mar.")).to_contain_text(f"Here {start}")
    page.locator(".counts .menu summary").click()
    page.locator(".menu [data-how=arriving]").click()
    expect(tile(page, "Ash D.")).to_contain_text("Late")
    saved(page)
    expect(tile(page, "Ash D.")).to_contain_text("Late")
    tap(page, "Jo Mat.")
    expect(page.locator("#snack")).to_contain_text("Jo Mat.: Late")
    page.locator(".counts .menu summary").click()
    page.locator(".menu [data-how=afterwards]").click()
    expect(page.locator("#snack")).to_contain_text(f"Jo Mat.: Here {start}")
    saved(page)
    page.reload()
    expect(page.locator("#how")).to_be_hidden()


def test_an_open_row_shows_what_others_say_and_keeps_what_is_being_typed(tablets):
    one = tablets.open(tablets.morning.ossian)
    with_a_clock(one)
    two = tablets.open(tablets.morning.world.front_desk("Ana", "Sill"))
    tile(one, "Ash D.").locator(".tile > a").click()
    one.clock.run_for(500)
    one.locator("#panel summary", has_text="note").click()
    one.locator("#note").fill("Half a thought")
    tile(two, "Ash D.").locator(".tile-main").focus()
    two.keyboard.press("e")
    saved(two)
    one.locator("#panel .statuses button", has_text="Late").click()
    expect(one.locator("#panel [data-torn]")).to_be_visible()
    expect(one.locator("#panel [data-torn]")).to_contain_text("Ana")
    expect(one.locator("#panel")).to_be_visible()
    expect(one.locator("#note")).to_have_value("Half a thought")
    one.clock.run_for(800)
    one.locator("#panel [data-torn] button", has_text="Late").click()
    expect(one.locator("#panel [data-torn]")).to_be_hidden()
    expect(one.locator("#panel [data-mark=late]")).to_have_attribute("aria-pressed", "true")
    saved(one)
    assert tablets.row(tablets.morning.ash).note == "Half a thought"
    one.locator("#panel summary", has_text="History").click()
    expect(one.locator("#panel .history")).to_contain_text("Excused")


def test_whoever_is_chosen_of_two_answers_keeps_the_time_that_was_given(tablets):
    one = tablets.open(tablets.morning.ossian)
    two = tablets.open(tablets.morning.world.front_desk("Ana", "Sill"))
    tile(one, "Ash D.").locator(".tile-main").focus()
    one.keyboard.press("a")
    saved(one)
    open_row(two, "Ash D.")
    two.locator("[data-step='5'][data-for=time_in]").click()
    came = two.locator("#time_in").input_value()
    two.locator("#panel [data-mark=here]").click()
    expect(two.locator("#panel, #people .has-two").first).to_be_visible()
    two.reload()
    alive(two)
    two.locator(".sheet-foot [data-finish]").last.click()
    asked = two.locator("#finish-here")
    expect(asked.locator("[data-count]")).to_have_text("3 people are not marked")
    two.wait_for_timeout(450)
    asked.locator(".btn-primary").click()
    expect(asked.locator("fieldset .fielderror")).to_contain_text("Please choose one.")
    asked.locator("[data-over-close]").click()
    tile(two, "Ash D.").locator("button[value$='.second']").click()
    expect(tile(two, "Ash D.")).to_contain_text(f"Here {came}")
    saved(two)
    expect(tile(two, "Ash D.")).to_contain_text(f"Here {came}")


def test_others_are_heard_of_in_ten_seconds_also_while_something_waits(tablets):
    page = tablets.open(tablets.morning.ossian)
    with_a_clock(page)
    cut(page)
    tap(page, "Jo Mat.")
    expect(page.locator("#saved")).to_have_attribute("data-state", "offline")
    desk = tablets.open(tablets.morning.world.front_desk("Ana", "Sill"))
    desk.locator("#everyone button").click()
    saved(desk)
    ten_seconds(page)
    expect(tile(page, "Ash D.")).to_contain_text("Here")
    expect(tile(page, "Jo Mat.")).to_contain_text("↻")
    expect(page.locator("#status")).to_have_text("Ana marked 4 people")


def test_a_date_that_did_not_meet_is_told_in_place_and_what_waits_is_kept(tablets):
    page = tablets.open(tablets.morning.ossian)
    with_a_clock(page)
    cut(page)
    tap(page, "Ash D.")
    service.did_not_meet(tablets.morning.leader, tablets.morning.occurrence, "Nobody came")
    db.session.commit()
    ten_seconds(page)
    expect(page.locator("#elsewhere p")).to_have_text("This date is marked as “did not meet”.")
    expect(tile(page, "Ash D.")).to_contain_text("↻")


def test_search_in_place_finds_surnames_and_letters_with_accents(tablets):
    zoe = tablets.morning.world.client("Zoë", "Übermut")
    tablets.morning.enrol(zoe)
    page = tablets.open(tablets.morning.ossian)
    page.locator("#find summary").click()
    for letters, label in (
        ("ubermut", "Zoë Ü."),
        ("zoe", "Zoë Ü."),
        ("doorbell", "Ash D."),
        ("Marm", "Jo Mar."),
    ):
        page.locator("#q").fill(letters)
        expect(page.locator("#people > li:visible")).to_have_count(1)
        expect(tile(page, label)).to_be_visible()
    tile(page, "Jo Mar.").locator(".tile-main").click()
    expect(page.locator("#q")).to_have_value("")
    expect(page.locator("#people > li:visible")).to_have_count(5)
    assert "bermut" not in page.content().replace("ubermut", "").lower()


def test_a_guest_and_a_walk_in_come_without_leaving_the_sheet_with_and_without_a_line(tablets):
    tablets.morning.world.client("Sorrel", "Bramble")
    page = tablets.open(tablets.morning.ossian)
    page.evaluate("window.same = true")
    page.locator("[data-walk-in]").click()
    expect(page.locator("#walk-in-name")).to_be_focused()
    page.wait_for_timeout(450)
    page.locator("#walk-in-name").fill("Sorrel")
    page.keyboard.press("Enter")
    page.locator("#walk-in-found button", has_text="Add and mark here").click()
    expect(tile(page, "Sorrel B.")).to_contain_text("Late")
    saved(page)
    expect(tile(page, "Sorrel B.")).to_contain_text("Walk-in")
    cut(page)
    for kind, name in (("guest", "Juniper"), ("walk_in", "Yuri C")):
        page.locator("[data-walk-in]").click()
        page.wait_for_timeout(450)
        page.locator("#walk-in-name").fill(name)
        page.locator(f"[data-add={kind}]").click()
        expect(tile(page, name)).to_contain_text("↻")
    page.unroute("**/operations")
    page.locator("#saved button").click()
    expect(tile(page, "Juniper")).not_to_contain_text("↻")
    expect(tile(page, "Yuri C")).not_to_contain_text("↻")
    open_row(page, "Juniper")
    page.locator("#panel [data-remove]").click()
    expect(tile(page, "Juniper")).to_have_count(0)
    expect(page.locator("#panel")).to_have_count(0)
    expect(page.locator("#people > li")).to_have_count(6)
    expect(page.locator("#snack")).to_contain_text("Juniper: off this sheet")
    page.locator("#snack button").click()
    expect(tile(page, "Juniper")).to_have_count(1)
    for shown in ("Guest: Late", "Guest 4: Late"):
        page.locator("[data-walk-in]").click()
        page.wait_for_timeout(450)
        page.locator("[data-add=guest]").click()
        expect(page.locator("#snack")).to_contain_text(shown)
    assert page.evaluate("window.same")


def test_from_today_to_finished_are_fourteen_taps_for_twelve_people_and_one_long_before_the_end(tablets):
    tablets.morning.enrol(*(tablets.morning.world.client(f"Sage{letter}", "Isobar") for letter in "abcdefgh"))
    page = tablets.open(tablets.morning.ossian)
    page.goto(f"{tablets.address}/today")
    page.get_by_role("link", name=re.compile("Open sheet")).first.click()
    tiles = page.locator("#people .tile-main")
    expect(tiles).to_have_count(12)
    sent = []
    page.on("request", lambda request: sent.append(request) if request.url.endswith("/operations") else None)
    slow(page, 400)
    for number in range(12):
        tiles.nth(number).click()
    page.locator(".sheet-foot [data-finish]").last.click()
    expect(page.locator("#finish-here")).to_contain_text("Finish now?")
    page.wait_for_timeout(450)
    page.locator("#finish-here .btn-big").click()
    expect(page.get_by_role("heading", name="Morning group")).to_be_visible()
    expect(page.locator(".tag", has_text="Finished")).to_be_visible()
    assert len(sent) <= 7, "marks go together, each request takes what has come meanwhile"
    db.session.rollback()
    assert queries.find_sheet(tablets.morning.occurrence).finished_at is not None


def test_finishing_asks_for_whoever_is_not_marked_and_for_whom_somebody_cleared_meanwhile(tablets):
    page = tablets.open(tablets.morning.ossian)
    page.locator("#everyone button").click()
    saved(page)
    desk = tablets.open(tablets.morning.world.front_desk("Ana", "Sill"))
    open_row(desk, "Ash D.")
    desk.locator("#panel button", has_text="Clear this mark").click()
    saved(desk)
    page.locator(".sheet-foot [data-finish]").last.click()
    asked = page.locator("#finish-here")
    page.wait_for_timeout(450)
    asked.locator(".btn-big").click()
    expect(asked.locator("fieldset")).to_have_count(1)
    expect(asked.locator("legend")).to_have_text("Ash D.")
    expect(asked.locator(".then")).to_have_text("1 Not here")
    page.wait_for_timeout(450)
    asked.locator("label", has_text="Excused").click()
    asked.locator(".btn-primary").click()
    expect(page.locator(".tag", has_text="Finished")).to_be_visible()
    assert tablets.status(tablets.morning.ash) is AttendanceStatus.EXCUSED


def test_a_tablet_with_a_wrong_clock_writes_the_time_of_the_house(tablets):
    context = tablets.context()
    context.add_init_script("const now = Date.now; Date.now = () => now() - 3 * 3600_000;")
    page = tablets.open(tablets.morning.ossian, context=context)
    sent = cut(page, "slow")
    tap(page, "Ash D.")
    saved(page)
    [made] = sent[0]["operations"]
    assert made["claimed_at"][:13] != made["observed_at"][:13]
    came = tablets.row(tablets.morning.ash).state.answer.time_in
    assert abs((came - tablets.morning.occurrence.start).total_seconds() - 25 * 60) < 60
