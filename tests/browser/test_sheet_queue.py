"""No tap is lost: the line is cut, hung, slowed and made to answer otherwise at every step, and what waits is kept."""

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from groupsched.attendance import service
from groupsched.attendance.rules import AttendanceStatus
from groupsched.core.db import db
from tests.browser.tablets import cut, leave_as_format_1, open_row, rested, saved, tap, tile

ROOT = Path(__file__).parents[2]
PRESENT, UNMARKED = AttendanceStatus.PRESENT, AttendanceStatus.UNMARKED
CHIP = "#saved > span"
# One kind of database is enough for the page's module.
browser = [pytest.mark.browser, pytest.mark.on_sqlite]


def in_a_browser(test):
    for one in browser:
        test = one(test)
    return test


def test_the_queue_alone_keeps_orders_and_settles_what_is_done():
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is missing: apt-get install nodejs")
    told = subprocess.run(
        [node, "--test", str(ROOT / "tests" / "node" / "sheet")], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout


@in_a_browser
@pytest.mark.parametrize("size", [(1024, 768), (768, 1024), (390, 1200)])
def test_five_fast_taps_are_five_marks_at_once_in_few_requests_and_a_hung_server_holds_nothing_up(
    tablets, size
):
    page = tablets.open(tablets.morning.ossian, *size)
    sent = cut(page, "hang")
    box = tile(page, "Ash D.").bounding_box()
    for label in ("Ash D.", "Basil C.", "Jo Mar.", "Jo Mat."):
        tap(page, label)
        expect(tile(page, label)).to_contain_text("Late")
        expect(tile(page, label)).to_contain_text("↻")
    assert [len(one["operations"]) for one in sent] == [1]
    expect(page.locator(CHIP)).to_contain_text("4 waiting")
    assert tile(page, "Ash D.").bounding_box() == box, "the chip moves no tile"
    if size != (1024, 768):
        return  # what a hung server does is the same at every size
    expect(page.locator("#saved")).to_have_attribute("data-state", "offline", timeout=9000)
    page.unroute("**/operations")
    page.locator("#saved button", has_text="Send now").click()
    saved(page)
    assert "↻" not in page.locator("#people").inner_text()
    assert tablets.status(tablets.morning.mat, page) is PRESENT


@in_a_browser
def test_reload_back_and_a_closed_tab_leave_what_waits_where_it_was_and_the_next_page_sends_it(tablets):
    page = tablets.open(tablets.morning.ossian)
    cut(page)
    tap(page, "Ash D.")
    expect(page.locator(CHIP)).to_contain_text("No connection. 1 mark kept here")
    expect(page.locator("#snack")).to_contain_text("Ash D.: Late")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(tile(page, "Ash D.")).to_contain_text("↻")
    expect(page.locator(CHIP)).to_contain_text("1 mark kept here")
    tap(page, "Basil C.")
    expect(page.locator(CHIP)).to_contain_text("2 marks kept here")
    assert tablets.status(tablets.morning.ash) is UNMARKED
    page.close()
    again = tablets.open(tablets.morning.ossian, context=page.context)
    saved(again)
    assert tablets.status(tablets.morning.ash) is PRESENT
    assert tablets.status(tablets.morning.basil) is PRESENT


@in_a_browser
def test_an_answer_that_is_lost_after_the_commit_is_asked_for_again_and_counts_once(tablets):
    page = tablets.open(tablets.morning.ossian)
    cut(page, "commit")
    tap(page, "Ash D.")
    expect(page.locator("#saved")).to_have_attribute("data-state", "offline")
    assert tablets.status(tablets.morning.ash) is PRESENT
    page.unroute("**/operations")
    tap(page, "Basil C.")
    saved(page)
    assert tablets.row(tablets.morning.ash).version == 1


@in_a_browser
@pytest.mark.parametrize("how", ["portal", "busy", "signed-out"])
def test_an_answer_that_is_none_keeps_the_queue_and_says_what_it_waits_for(tablets, how):
    page = tablets.open(tablets.morning.ossian)
    cut(page, how)
    tap(page, "Ash D.")
    tap(page, "Basil C.")
    words = "Sign in again to send 2" if how == "signed-out" else "No connection. 2 marks kept here"
    expect(page.locator(CHIP)).to_have_text(words)
    page.unroute("**/operations")
    if how != "signed-out":
        page.locator("#saved button").click()
    else:
        page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    assert tablets.status(tablets.morning.basil) is PRESENT


@in_a_browser
def test_what_one_person_left_waiting_is_never_sent_by_the_next(tablets):
    page = tablets.open(tablets.morning.ossian)
    cut(page)
    tap(page, "Ash D.")
    expect(page.locator("#saved")).to_have_attribute("data-state", "offline")
    page.close()
    ana = tablets.morning.world.front_desk("Ana", "Sill")
    desk = tablets.open(ana, context=page.context)
    expect(desk.locator(CHIP)).to_have_text("1 mark waits for who made it")
    expect(tile(desk, "Ash D.")).to_contain_text("Not marked")
    with desk.expect_response("**/operations"):
        tap(desk, "Basil C.")
    expect(desk.locator("#saved")).to_have_attribute("data-state", "other")
    assert tablets.status(tablets.morning.ash) is UNMARKED
    desk.close()
    back = tablets.open(tablets.morning.ossian, context=page.context)
    saved(back)
    assert tablets.status(tablets.morning.ash) is PRESENT


@in_a_browser
def test_what_a_colleague_left_waiting_on_this_tablet_stands_on_its_tile(tablets):
    def as_tablet(route):
        page = route.fetch()
        body = (
            page.text()
            .replace('data-device=""', 'data-device="Desk"')
            .replace('data-key=""', 'data-key="k1"')
        )
        route.fulfill(response=page, body=body)

    context = tablets.context()
    context.route(tablets.sheet, as_tablet)
    page = tablets.open(tablets.morning.ossian, context=context)
    cut(page)
    tap(page, "Ash D.")
    expect(page.locator(CHIP)).to_have_text("No connection. 1 mark kept here")
    page.close()
    context.route("**/operations", lambda route: route.abort())
    desk = tablets.open(tablets.morning.world.front_desk("Ana", "Sill"), context=context)
    expect(desk.locator(CHIP)).to_have_text("No connection. 1 mark kept here")
    expect(tile(desk, "Ash D.")).to_contain_text("↻")
    expect(tile(desk, "Ash D.")).not_to_contain_text("Not marked")
    context.unroute("**/operations")
    desk.locator("#saved button").click()
    expect(desk.locator("#saved")).not_to_have_attribute("data-state", "offline")


@in_a_browser
def test_what_cannot_be_kept_is_said_before_anything_is_marked_and_is_sent_all_the_same(tablets):
    context = tablets.context()
    context.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); };"
    )
    page = tablets.open(tablets.morning.ossian, context=context)
    expect(page.locator(CHIP)).to_have_text("Marks are kept only while this page is open")
    expect(page.locator("#saved")).to_have_class("saved is-stop")
    tap(page, "Ash D.")
    expect(tile(page, "Ash D.")).not_to_contain_text("↻")
    assert tablets.status(tablets.morning.ash) is PRESENT


def times_changed_over(route):
    """As a page of an earlier release could send it, which did not look at the times."""
    sent = route.request.post_data_json
    for one in sent["operations"]:
        if one.get("time_out"):
            one["time_in"], one["time_out"] = one["time_out"], one["time_in"]
    route.continue_(post_data=sent)


@in_a_browser
def test_one_that_is_refused_is_set_aside_with_its_reason_and_the_others_go_on(tablets):
    page = tablets.open(tablets.morning.ossian)
    page.route("**/operations", times_changed_over)
    open_row(page, "Ash D.")
    page.locator("#time_out").fill(page.locator("#time_in").get_attribute("placeholder"))
    page.locator("[data-step='-5'][data-for=time_in]").click()
    page.locator("#panel button", has_text="Keep these times").click()
    expect(tile(page, "Ash D.").locator(".aside")).to_be_visible()
    expect(page.locator(CHIP)).to_have_text("1 mark not kept")
    page.reload()
    expect(page.locator(CHIP)).to_have_text("1 mark not kept")
    expect(tile(page, "Ash D.").locator(".aside")).to_be_visible()
    page.locator("#saved button", has_text="Look").click()
    expect(page.locator("#snack")).to_contain_text("Ash D.: not kept. The time out is before the time in.")
    expect(tile(page, "Ash D.").locator(".aside")).to_have_count(0)
    rested(page)
    tap(page, "Basil C.")
    expect(tile(page, "Basil C.")).not_to_contain_text("↻")
    rested(page)
    tap(page, "Ash D.")
    saved(page)
    assert tablets.status(tablets.morning.basil) is PRESENT


@in_a_browser
def test_undo_takes_back_what_it_was_pressed_for_once_however_slow_the_line(tablets):
    page = tablets.open(tablets.morning.ossian)
    sent = cut(page, "slow", milliseconds=600)
    tap(page, "Ash D.")
    undo = page.locator("#snack button")
    undo.dblclick()
    tap(page, "Basil C.")
    expect(tile(page, "Ash D.")).to_contain_text("Not marked")
    saved(page)
    made = [op for one in sent for op in one["operations"]]
    kinds = [op["kind"] for op in made]
    assert kinds == ["mark", "undo", "mark"]
    assert made[1]["undoes"] == made[0]["op_id"]
    assert tablets.status(tablets.morning.ash) is UNMARKED
    assert tablets.status(tablets.morning.basil) is PRESENT


@in_a_browser
def test_everyone_else_names_whom_it_saw_once_and_has_a_way_back(tablets):
    page = tablets.open(tablets.morning.ossian)
    tap(page, "Ash D.")
    saved(page)
    sent = cut(page, "slow", milliseconds=300)
    everyone = page.locator("#everyone button")
    everyone.dblclick()
    expect(everyone).to_be_disabled()
    expect(page.locator("#snack")).to_contain_text("3 people are here")
    saved(page)
    bulks = [op for one in sent for op in one["operations"]]
    assert [len(op["rows"]) for op in bulks] == [3]
    page.locator("#snack button").click()
    saved(page)
    assert tablets.status(tablets.morning.mat) is UNMARKED
    assert tablets.status(tablets.morning.ash) is PRESENT


@in_a_browser
def test_whoever_leaves_while_marks_wait_is_asked_and_the_sheet_goes_on(tablets):
    page = tablets.open(tablets.morning.ossian)
    cut(page)
    tap(page, "Ash D.")
    expect(page.locator("#saved")).to_have_attribute("data-state", "offline")
    page.locator(".appbar a").first.click()
    strip = page.locator("#leave")
    expect(strip).to_be_visible()
    page.wait_for_timeout(450)
    strip.get_by_role("button", name="Stay here").click()
    expect(strip).to_be_hidden()
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    page.locator(".appbar a").first.click()
    page.wait_for_timeout(450)
    strip.get_by_role("button", name="Leave").click()
    page.wait_for_url("**/today")
    left = page.locator("#outgoing")
    expect(left).to_contain_text("No connection. 1 mark kept here")
    assert tablets.status(tablets.morning.ash) is UNMARKED
    page.unroute("**/operations")
    page.reload()
    expect(left).to_contain_text("1 mark that waited here is sent")
    assert tablets.status(tablets.morning.ash) is PRESENT


@in_a_browser
def test_a_sheet_that_a_colleague_finished_says_so_in_place_and_what_waits_comes_to_be_looked_at(tablets):
    page = tablets.open(tablets.morning.ossian)
    cut(page)
    tap(page, "Ash D.")
    expect(page.locator("#saved")).to_have_attribute("data-state", "offline")
    everybody = {tablets.row(one).attendee_id: PRESENT for one in tablets.morning.people}
    service.finish(tablets.morning.leader, tablets.morning.occurrence, everybody)
    db.session.commit()
    page.unroute("**/operations")
    page.locator("#saved button").click()
    expect(page.locator("#elsewhere")).to_contain_text("finished on another tablet")
    for way in ("#everyone", "[data-finish]"):
        expect(page.locator(way)).to_be_hidden()
    expect(page.locator("#snack")).to_contain_text("Ash D.: kept to be looked at.")
    expect(page.locator(CHIP)).to_have_text("1 late mark to look at")
    assert page.url == tablets.sheet


@in_a_browser
def test_what_an_older_release_left_is_read_and_what_waits_for_a_sheet_that_is_gone_is_let_go(tablets):
    page = tablets.open(tablets.morning.ossian)
    cut(page)
    tap(page, "Ash D.")
    expect(page.locator("#saved")).to_have_attribute("data-state", "offline")
    leave_as_format_1(page, "nosuchsheet", tablets.uid(tablets.morning.ash), "present")
    page.once("dialog", lambda dialog: dialog.accept())
    page.unroute("**/operations")
    page.reload()
    expect(page.locator(CHIP)).to_have_text("1 mark not kept")
    tap(page, "Basil C.")
    expect(tile(page, "Basil C.")).not_to_contain_text("↻")
    page.locator("#saved button", has_text="Look").click()
    expect(page.locator("#snack")).to_contain_text("This sheet cannot be opened any more.")
    assert tablets.status(tablets.morning.basil, page) is PRESENT


@in_a_browser
def test_the_undo_that_a_page_came_with_takes_back_what_was_done_before_it(tablets):
    name = service.new_op_id()
    service.everyone_else_here(tablets.morning.leader, tablets.morning.occurrence, name)
    db.session.commit()
    page = tablets.open(tablets.morning.ossian, path=f"?done={name}")
    page.locator("#snack button").click()
    saved(page)
    assert tablets.status(tablets.morning.ash) is UNMARKED
    expect(tile(page, "Ash D.")).to_contain_text("Not marked")
