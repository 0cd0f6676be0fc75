"""Three journeys, each by keyboard alone and again without JavaScript: join a session, mark a sheet, define a group."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

AT = "(wanted) => { const e = document.activeElement; return !!e && e.matches(wanted); }"
SAYS = "() => document.activeElement.textContent.trim() || document.activeElement.value || ''"


def tab_to(page: Any, wanted: str, words: str = "", limit: int = 250) -> None:
    """Press Tab until the focus is on what matches the selector and says the words: a person with a keyboard alone."""
    for _ in range(limit):
        if page.evaluate(AT, wanted) and re.search(words, page.evaluate(SAYS)):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the Tab key never reached {wanted} {words!r} on {page.url}")


def press(page: Any, wanted: str, words: str = "", *, stays: bool = False) -> None:
    """Go there by Tab and press Enter; wait for the page it leads to, unless a script answers on this one."""
    tab_to(page, wanted, words)
    if stays:
        page.keyboard.press("Enter")
        return
    with page.expect_navigation():
        page.keyboard.press("Enter")


def click(page: Any, wanted: str, words: str = "", *, stays: bool = False) -> None:
    """The same by hand, in a browser without JavaScript, where every press leads to a page."""
    target, said = page.locator(wanted), words.replace("^", r"^\s*")
    with page.expect_navigation():
        (target.filter(has_text=re.compile(said)) if words else target).first.click()


WAYS = pytest.mark.parametrize(
    ("act", "options"),
    [
        pytest.param(press, {}, id="by-keyboard"),
        pytest.param(click, {"java_script_enabled": False}, id="without-javascript"),
    ],
)


@WAYS
def test_a_client_finds_a_session_joins_one_date_and_gives_it_back(
    browse: Any, act: Callable[..., None], options: dict[str, Any]
) -> None:
    page = browse("client", **options)
    page.goto("/sessions?view=list")
    act(page, ".dayrow", "free")
    act(page, "main form button", "^(Add to my week|Join this date)")
    assert "/sessions/" in page.url
    assert "You’re in" in page.locator("main").inner_text()
    act(page, "main form button", "Can’t come")
    assert re.search("I can come|can’t come to this date", page.locator("main").inner_text())


@WAYS
def test_staff_open_the_running_sheet_mark_a_person_and_undo(
    browse: Any, act: Callable[..., None], options: dict[str, Any]
) -> None:
    page = browse("facilitator", viewport={"width": 1024, "height": 768}, **options)
    page.goto("/today")
    act(page, "main a", "^Open sheet")
    assert "/sheet/" in page.url
    unmarked = page.locator(".tile.st-none")
    before = unmarked.count()
    assert before, "the demo leaves somebody to be marked"
    if act is press:  # one stop of the Tab key for the whole grid; arrows move in it
        tab_to(page, ".tile-main")
        while not page.evaluate(AT, ".tile.st-none .tile-main"):
            page.keyboard.press("ArrowRight")
    act(page, ".tile.st-none .tile-main", stays=True)
    expect(unmarked).to_have_count(before - 1)
    act(page, ".snack button", "Undo", stays=True)
    expect(unmarked).to_have_count(before)


@WAYS
def test_a_facilitator_defines_a_weekly_group_and_sees_its_dates(
    browse: Any, act: Callable[..., None], options: dict[str, Any]
) -> None:
    page = browse("facilitator", **options)
    page.goto("/groups/new")
    act(page, "a.pattern", "qigong|Qigong|Support|Art")
    title = f"Kettle and chairs {'by hand' if options else 'by keyboard'}"
    if act is press:
        tab_to(page, "input[name=title]")
        page.keyboard.press("Control+a")
        page.keyboard.type(title)
    else:
        page.locator("input[name=title]").fill(title)
    start, end = ("03:30", "03:55") if options else ("03:00", "03:25")  # no room is taken at night
    page.locator("input[name=start_time]").fill(start)
    page.locator("input[name=start_time]").press("Tab")
    page.locator("input[name=end_time]").fill(end)
    page.locator("select[name=place]").select_option(index=1)
    act(page, "button[name=act]", "^Publish")
    main = page.locator("main").inner_text()
    assert title in main
    assert "Every" in main
    page.goto("/groups")
    assert title in page.locator("main").inner_text()


def test_the_panel_answers_while_one_types_and_a_mistake_keeps_every_word(browse: Any) -> None:
    page = browse("facilitator")
    page.goto("/groups/new?from=none")
    page.locator("input[name=title]").fill("Evening tea")
    page.locator("label", has_text=re.compile(r"^\s*Every week\s*$")).first.click()
    page.locator("label", has_text=re.compile(r"^\s*Tue\s*$")).first.click()
    assert date.fromisoformat(page.locator("input[name=starts_on]").input_value()).weekday() == 1
    for name, value in (("starts_on", "2027-03-02"), ("start_time", "18:00"), ("end_time", "19:00")):
        page.locator(f"input[name={name}]").fill(value)
    page.locator("#sentence", has_text="6:00–7:00 PM").wait_for()
    page.locator("input[name=end_time]").fill("07:00")
    page.get_by_role("button", name=re.compile("^Publish")).click()
    expect(page.locator(".errors")).to_be_focused()
    assert page.title().startswith("Error: ")
    assert page.evaluate("() => document.activeElement.classList.contains('errors')"), (
        "the summary has the focus"
    )
    assert page.locator("input[name=title]").input_value() == "Evening tea"
    page.locator(".errors a").first.click()
    assert page.evaluate("() => document.activeElement.matches('input, select, textarea, fieldset')")


@pytest.mark.parametrize(
    ("start", "end"),
    [("2:15 PM", "3:45 PM"), ("2:15", "3:45 PM"), ("1:00 PM", "2:30 PM"), ("noon", "3:30 PM")],
)
def test_a_session_that_begins_later_ends_later(browse: Any, start: str, end: str) -> None:
    page = browse("facilitator")
    page.goto("/groups/new?from=none")
    page.locator("input[name=start_time]").fill("2:00 PM")
    page.locator("input[name=end_time]").fill("3:30 PM")
    page.locator("input[name=start_time]").fill(start)
    page.locator("input[name=title]").focus()
    assert page.locator("input[name=end_time]").input_value() == end


def test_a_date_is_skipped_in_the_panel_and_the_focus_stays(browse: Any) -> None:
    page = browse("facilitator", viewport={"width": 390, "height": 844})
    page.goto("/groups/new?from=relaxed-support")
    assert not page.locator("#sentence").is_visible(), "the panel is a bar on a phone"
    page.locator("#dates-fold summary").click()
    skip = page.locator("#panel button[id^=toggle-]").nth(1)
    key = skip.get_attribute("id")
    skip.click()
    page.locator("#sentence", has_text="not on").wait_for()
    assert page.evaluate("() => document.activeElement.id") == key
    assert "1 skipped" in page.locator("#dates-fold summary").inner_text()
    page.locator(f"#{key}", has_text="Add back").click()
    page.locator("#sentence", has_text="not on").wait_for(state="detached")
    assert page.locator("input[name=skip]").count() == 0

    # a date that is skipped because something is taken then is no choice any more: its way back has the focus
    page.locator("#place").select_option(index=1)
    page.locator("input[name=start_time]").fill("6:00 AM")
    page.locator("input[name=start_time]").press("Tab")
    page.locator("input[name=end_time]").fill("11:00 PM")
    page.locator("input[name=end_time]").press("Tab")
    page.locator("#sentence", has_text="6:00 AM–11:00 PM").wait_for()
    skip = page.locator("#clashes button[name=toggle]").nth(1)  # without the first it begins later
    key = f"toggle-{skip.get_attribute('value')}"
    skip.click()
    page.locator("#sentence", has_text="not on").wait_for()
    expect(page.locator(f"#{key}")).to_be_focused()


def test_what_is_meant_is_written_out_and_stays_while_a_time_is_looked_for(browse: Any) -> None:
    page = browse("facilitator", viewport={"width": 390, "height": 844})
    page.goto("/groups/new?from=relaxed-support")
    ticked = page.locator("[name=weekdays]:checked")
    assert ticked.count() > 1, "a template of two days"
    wednesday = page.locator("[name=weekdays][value='2']")
    wednesday.dispatch_event("click")
    expect(ticked).to_have_count(1)
    expect(wednesday).to_be_checked()
    page.locator("[name=weekdays][value='3']").dispatch_event("click")
    expect(ticked).to_have_count(2)

    start, end = page.locator("input[name=start_time]"), page.locator("input[name=end_time]")
    start.fill("6:00 PM")
    start.press("Tab")
    end.fill("7:00 PM")
    end.press("Tab")
    start.fill("9")
    start.press("Tab")
    assert (start.input_value(), end.input_value()) == ("9:00 PM", "10:00 PM")
    page.locator("#sentence", has_text="9:00–10:00 PM").wait_for(state="attached")
    expect(page.locator(".savebar button").first).to_be_in_viewport()

    page.locator("input[name=title]").fill("Kettle & chairs")
    page.locator("#place").select_option(index=1)
    start.fill("8 AM")
    start.press("Tab")
    end.fill("8 PM")
    end.press("Tab")
    page.locator("#dates-fold summary").click()
    page.locator("#panel", has_text="it lasts 12 h").wait_for()
    with page.expect_navigation():
        page.locator("#clashes button[formaction]").click()
    assert page.locator("input[name=minutes]").input_value() == "720"
    page.locator("input[name=minutes]").fill("30")
    with page.expect_navigation():
        page.get_by_role("button", name="Look for times").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Use this time").first.click()
    assert page.locator("input[name=title]").input_value() == "Kettle & chairs"
    assert page.locator("#clashes").count() == 0 and end.input_value() != "8:00 PM"


def test_a_shaky_hand_makes_one_link(browse: Any) -> None:
    page = browse("client", viewport={"width": 390, "height": 844})
    page.goto("/calendar")
    before = page.locator("a[href$=turn-off]").count()
    page.locator("main input[name=name]").fill("Shaky phone")
    form = page.locator("main form[method=post]").last
    with page.expect_navigation():
        form.evaluate("(f) => { f.requestSubmit(); setTimeout(() => f.requestSubmit(), 30); }")
    expect(page.locator("#new-link")).to_contain_text("Shaky phone")
    page.reload()
    assert page.locator("a[href$=turn-off]").count() == before + 1


def test_a_tapped_filter_stays_under_the_finger(browse: Any) -> None:
    page = browse("client", viewport={"width": 390, "height": 844})
    page.goto("/sessions")
    page.locator("#fold-more summary").click()
    chip = page.locator("#fold-more label.chip", has_text="Meditation")
    chip.evaluate("(e) => e.scrollIntoView({ block: 'center', behavior: 'instant' })")
    top = chip.bounding_box()["y"]
    with page.expect_response(lambda answer: "modality=meditation" in answer.url):
        chip.click()
    expect(page.locator(".fold-go")).to_contain_text("group")
    expect(page.locator("#fold-more label.chip", has_text="Meditation").locator("input")).to_be_checked()
    assert abs(page.locator("#fold-more label.chip", has_text="Meditation").bounding_box()["y"] - top) < 3
