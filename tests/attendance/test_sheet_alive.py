"""The sheet's module in a real browser: taps without a reload, keys, the row beside the list, two tablets, the cover."""

import re
import threading
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from groupsched.attendance import queries, service
from groupsched.attendance.rules.marks import AttendanceStatus
from groupsched.attendance.rules.times import MarkingMode
from groupsched.core.db import db

# One kind of database is enough for the page's module.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]


class Tablets:
    """Browsers at the same sheet; who signed in is told by a cookie."""

    def __init__(self, morning, browser, port):
        self.morning, self.browser = morning, browser
        self.address = f"http://127.0.0.1:{port}"

    def open(self, person, width=1024, height=768, path="", **options):
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", **options
        )
        context.set_default_timeout(5000)
        context.add_cookies([{"name": "who", "value": str(person.id), "url": self.address}])
        page = context.new_page()
        page.goto(f"{self.address}/sheet/{self.morning.occurrence.uid}{path}")
        return page

    def status(self, person):
        db.session.rollback()
        db.session.expire_all()
        view = queries.read_sheet(self.morning.occurrence)
        return next(row.state.status for row in view.rows if row.person and row.person.id == person.id)


def _told_by_cookie(inner):
    def answer(environ, start):
        who = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("who")
        if who:
            environ["test.person"] = int(who.value)
        return inner(environ, start)

    return answer


@pytest.fixture
def tablets(app, chrome, morning):
    service.choose_marking(morning.leader, morning.occurrence, MarkingMode.ARRIVING)
    db.session.commit()
    server = make_server("127.0.0.1", 0, _told_by_cookie(app.wsgi_app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Tablets(morning, chrome, server.port)
    for context in chrome.contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def tile(page, label):
    return page.locator(
        "#people > li", has=page.locator("strong", has_text=re.compile(f"^{re.escape(label)}"))
    )


def test_a_tap_marks_without_a_reload_and_says_so(tablets):
    page = tablets.open(tablets.morning.ossian)
    page.evaluate("window.same = true")
    tile(page, "Ash D.").locator(".tile-main").click()
    expect(tile(page, "Ash D.")).to_contain_text("Late")
    expect(page.locator("#snack")).to_contain_text("Ash D.: Late")
    expect(page.locator("#everyone")).to_contain_text("Everyone else is here (3)")
    expect(page.locator("#status")).to_have_text(re.compile(r"Ash D\., Late .*, 1 of 4"))
    assert page.evaluate("window.same")
    assert tablets.status(tablets.morning.ash) is AttendanceStatus.PRESENT


def test_undo_in_the_foot_takes_the_tap_back(tablets):
    page = tablets.open(tablets.morning.ossian)
    tile(page, "Ash D.").locator(".tile-main").click()
    page.locator("#snack button").click()
    expect(tile(page, "Ash D.")).to_contain_text("Not marked")
    expect(page.locator("#snack button")).to_be_hidden()
    expect(tile(page, "Ash D.").locator(".tile-main")).to_be_focused()
    assert tablets.status(tablets.morning.ash) is AttendanceStatus.UNMARKED


def test_a_second_tap_opens_the_row_beside_the_list_and_escape_brings_back(tablets):
    page = tablets.open(tablets.morning.ossian)
    tile(page, "Ash D.").locator(".tile-main").click()
    expect(tile(page, "Ash D.")).to_contain_text("Late")
    tile(page, "Ash D.").locator(".tile-main").click()
    expect(page.locator("#panel h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_have_count(0)
    expect(tile(page, "Ash D.").locator(".tile-main")).to_be_focused()


def test_times_are_moved_by_five_minutes_and_kept(tablets):
    page = tablets.open(tablets.morning.ossian)
    tile(page, "Ash D.").locator(".tile-more").click()
    page.locator("#panel button", has_text="Late").click()
    expect(page.locator("#panel [aria-pressed=true]")).to_have_text("Late")
    before = page.locator("#time_in").input_value()
    page.locator("[data-step='5'][data-for=time_in]").click()
    after = page.locator("#time_in").input_value()
    assert after != before
    page.locator("#panel button", has_text="Keep these times").click()
    expect(tile(page, "Ash D.")).to_contain_text(f"Late {after}")


def test_in_the_united_states_times_are_moved_and_kept_as_they_are_written_there(tablets):
    tablets.morning.world.program.region = "US"
    db.session.commit()
    page = tablets.open(tablets.morning.ossian)
    tile(page, "Ash D.").locator(".tile-more").click()
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
    expect(tile(page, "Basil C.").locator(".tile-more")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-walk-in]")).to_be_focused()
    tile(page, "Basil C.").locator(".tile-main").focus()
    page.keyboard.press("End")
    expect(tile(page, "Jo Mat.").locator(".tile-main")).to_be_focused()
    page.keyboard.press("n")
    page.wait_for_url("**/walk-in")


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
    page.wait_for_url("**/walk-in/find")
    expect(page.locator("#q")).to_have_value("jozz")


def test_what_another_tablet_marks_arrives_by_itself(tablets):
    page = tablets.open(tablets.morning.ossian)
    page.clock.install()
    page.reload()
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
    tile(two, "Ash D.").locator("button", has_text="Late").click()
    expect(tile(two, "Ash D.")).not_to_contain_text("Which one?")
    assert tablets.status(tablets.morning.ash) is AttendanceStatus.PRESENT


def test_the_question_after_the_grace_is_a_page_that_goes_on_with_the_tap(tablets):
    sheet = queries.find_sheet(tablets.morning.occurrence)
    sheet.arrival = ""
    db.session.commit()
    page = tablets.open(tablets.morning.ossian)
    tile(page, "Ash D.").locator(".tile-main").click()
    page.get_by_role("button", name="I’m marking afterwards").click()
    expect(tile(page, "Ash D.")).to_contain_text("Here")


def test_a_mark_that_cannot_be_sent_is_said_and_can_be_tapped_again(tablets):
    page = tablets.open(tablets.morning.ossian)
    page.evaluate("window.same = true")
    page.context.set_offline(True)
    tile(page, "Ash D.").locator(".tile-main").click()
    expect(page.locator("#snack")).to_contain_text("Ash D.: not saved. Please tap again.")
    expect(page.locator("#saved")).to_contain_text("No connection")
    expect(tile(page, "Ash D.")).to_contain_text("Not saved")
    for away in ("#r{} .tile-more", "[data-walk-in]", ".sheet-foot .last"):
        page.locator(away.format(tile(page, "Basil C.").get_attribute("id")[1:])).click()
        expect(page.locator("#snack")).to_contain_text("No connection. Please try again.")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_contain_text("1 not saved")
    tile(page, "Ash D.").locator(".tile-main").click()
    expect(tile(page, "Ash D.")).to_contain_text("Late")
    expect(page.locator("#saved")).to_contain_text("Saved")
    assert page.evaluate("window.same")


def test_a_note_and_a_time_that_were_typed_go_with_the_button_that_closes_the_row(tablets):
    page = tablets.open(tablets.morning.ossian, 768, 1024)
    tile(page, "Ash D.").locator(".tile-more").click()
    page.locator("#panel summary", has_text="Add a note").click()
    page.locator("#note").fill("Bus was late")
    page.locator("[data-step='5'][data-for=time_in]").click()
    came = page.locator("#time_in").input_value()
    page.locator("#panel .statuses button", has_text="Left early").click()
    expect(tile(page, "Ash D.")).to_contain_text(f"Here {came}, left")
    page.mouse.click(384, 60)
    expect(page.locator("#panel")).to_have_count(0)
    tile(page, "Ash D.").locator(".tile-more").click()
    expect(page.locator("#note")).to_have_value("Bus was late")
    expect(page.locator("#saved")).to_contain_text("Saved")


def test_the_row_rises_over_a_phone_and_the_rest_rests(tablets):
    page = tablets.open(tablets.morning.ossian, 390, 844)
    tile(page, "Ash D.").locator(".tile-more").click()
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
    page.clock.run_for(timedelta(seconds=62).seconds * 1000)
    expect(page.locator("body > .cover")).to_be_visible()
    assert "Ash" not in page.locator("body").inner_text()
    page.locator("body > .cover button").click()
    expect(tile(page, "Ash D.")).to_be_visible()
