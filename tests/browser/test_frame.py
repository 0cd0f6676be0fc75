"""What every page shares, in a browser: the cover, the menu, the light, the warning before a sign-in ends."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_hiding_the_screen_leaves_a_clock_and_comes_back_to_the_same_page(browse: Any) -> None:
    page = browse("front_desk", service_workers="block")  # a worker would answer past the route below
    page.goto("/people")
    before = page.title()
    page.get_by_role("link", name="Hide this screen").click()
    assert re.fullmatch(r"\d{1,2}:\d\d [AP]M", page.title())
    assert page.get_by_role("button").all_inner_texts() == ["Tap to come back"]
    assert page.locator("body").inner_text().count("\n") < 6, "nothing but a clock can be read"
    page.keyboard.press("Enter")
    assert page.title() == before
    assert page.get_by_role("heading", name="People").is_visible()


def test_a_hidden_screen_stays_hidden_when_the_tab_is_loaded_again_and_shows_no_name_meanwhile(
    browse: Any,
) -> None:
    page = browse("front_desk", service_workers="block")  # a worker would answer past the route below
    page.goto("/people")
    before = page.title()
    page.get_by_role("link", name="Hide this screen").click()
    # Whatever is drawn before the last script ran: the page beneath must not be, nor its title stand in the tab.
    page.route("**/js/frame.js", lambda route: route.abort())
    page.reload(wait_until="load")
    assert page.title() == ""
    assert page.evaluate("() => getComputedStyle(document.body).visibility") == "hidden"
    page.unroute("**/js/frame.js")
    page.reload()
    back = page.get_by_role("button", name="Tap to come back")
    expect(back).to_be_visible()
    expect(page.get_by_role("heading", name="People")).to_be_hidden()
    back.click()
    assert page.title() == before
    page.reload()
    expect(page.get_by_role("heading", name="People")).to_be_visible()


def test_hiding_the_screen_without_javascript_leads_to_a_page_that_names_nobody(browse: Any) -> None:
    page = browse("front_desk", java_script_enabled=False)
    page.goto("/people")
    with page.expect_navigation():
        page.get_by_role("link", name="Hide this screen").click()
    assert page.url.endswith("/cover")
    assert page.title() == "Screen hidden"


def test_the_choice_of_light_answers_at_once_and_stays(browse: Any) -> None:
    page = browse("client")
    page.goto("/account")
    page.locator("[data-menu] > summary").click()
    page.locator("[data-menu] .fold > summary").click()
    page.get_by_label("Dark", exact=True).check()
    theme = "() => document.documentElement.dataset.bsTheme"
    assert page.evaluate(theme) == "dark"
    with page.expect_navigation():
        page.get_by_role("button", name="Keep this display").click()
    assert page.evaluate(theme) == "dark"
    assert page.url.endswith("/account")


def test_a_resting_sign_in_warns_stays_on_request_and_hides_the_page_when_it_is_over(browse: Any) -> None:
    page = browse("facilitator")
    page.clock.install()
    page.goto("/groups/new?from=none")
    title = page.locator("input[name=title]")
    title.fill("Typed and not saved")
    page.clock.fast_forward("13:10")
    stay = page.get_by_role("button", name="Stay signed in")
    stay.click()
    stay.wait_for(state="hidden")
    page.clock.fast_forward("13:10")
    assert stay.is_visible()
    page.clock.fast_forward("03:00")
    assert page.get_by_role("link", name="Sign in again").is_visible()
    assert not title.is_visible(), "what was typed cannot be read by who comes next"
    page.get_by_role("button", name="Go on here").click()
    title.wait_for(state="visible")
    assert title.input_value() == "Typed and not saved"


def test_the_warning_that_a_sign_in_rests_stands_over_a_hidden_screen(browse: Any) -> None:
    page = browse("front_desk")
    page.clock.install()
    page.goto("/people")
    page.get_by_role("link", name="Hide this screen").click()
    page.clock.fast_forward("13:10")
    page.get_by_role("button", name="Stay signed in").click()
    page.get_by_role("button", name="Tap to come back").click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()


def test_the_first_thing_the_tab_key_reaches_leads_past_the_menu(browse: Any) -> None:
    page = browse("client")
    page.goto("/account")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_nothing_is_asked_of_another_host_and_no_script_stores_a_page(browse: Any, demo: Any) -> None:
    page = browse("client")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/sessions", "/my", "/calendar"):
        page.goto(path)
    assert all(url.startswith(demo.address) for url in asked)
    stored = page.evaluate("() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert stored in ([], ["htmx-current-path-for-history"]), "at most the address of the present page"


@pytest.mark.parametrize(
    ("door", "opens"),
    [("as a client", "/sessions"), ("as a facilitator", "/today"), ("as front desk", "/sheet/*")],
)
def test_each_door_of_the_demo_opens_and_its_hints_can_be_put_away(
    browse: Any, door: str, opens: str
) -> None:
    page = browse()
    page.goto("/")
    page.get_by_role("button", name=f"Look around {door}").click()
    page.wait_for_url(f"**{opens}")
    expect(page.locator(".hints li")).to_have_count(3)
    with page.expect_navigation():
        page.get_by_role("button", name="Close these hints").click()
    assert page.locator(".hints").count() == 0
    page.wait_for_url(f"**{opens}")


def test_an_icon_on_a_button_of_the_welcome_keeps_its_size_and_the_circle_its_own(browse: Any) -> None:
    """Outside the demo the welcome has a button with an icon where the demo has its doors."""
    page = browse()
    page.goto("/")
    wide = """() => { const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'); svg.setAttribute('class', 'ico');
      const a = document.createElement('a'); a.className = 'btn btn-big'; a.append(svg, 'Find'); document.querySelector('.hero > div').append(a);
      return [svg, document.querySelector('.hero > svg')].map(one => one.getBoundingClientRect().width); }"""
    icon, circle = page.evaluate(wide)
    assert icon < 40
    assert circle > 200


def focused(page: Any) -> str:
    return str(page.evaluate("() => document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"))


def test_focus_stays_in_its_row_after_a_button_was_pressed_and_what_happened_is_said_once(
    browse: Any,
) -> None:
    page = browse("client", viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto("/my")
    buttons = page.get_by_role("button", name="Can’t come", exact=False)
    button = buttons.nth(1)
    words = " ".join(button.inner_text().split())
    button.focus()
    place = page.evaluate(
        "() => document.activeElement.closest('li').querySelector('a').getAttribute('href')"
    )
    heights = page.evaluate("() => scrollY")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert focused(page) != words
    after = page.evaluate(
        "() => document.activeElement.closest('li').querySelector('a').getAttribute('href')"
    )
    assert (after, page.evaluate("() => scrollY")) == (place, heights)
    told = page.locator(".flash p").inner_text()
    expect(page.locator("#status")).to_have_text(told)
    assert told not in page.request.get("/my").text(), "it was said, and is not said again"
    with page.expect_navigation():
        page.keyboard.press("Enter")  # and back again, by the same key
    assert focused(page) == words


def test_a_button_that_was_pressed_while_the_page_scrolled_to_it_is_in_sight_afterwards(browse: Any) -> None:
    page = browse("client", viewport={"width": 390, "height": 500}, reduced_motion="no-preference")
    page.goto("/my")
    button = page.get_by_role("button", name="Can’t come", exact=False).nth(1)
    with page.expect_navigation():
        button.evaluate("(button) => { button.focus(); button.form.requestSubmit(button); }")
    assert page.evaluate(
        """() => {
          const { top, bottom } = document.activeElement.getBoundingClientRect();
          return document.activeElement.matches("li button") && top > 0 && bottom < innerHeight;
        }"""
    )
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_focus_never_goes_to_the_same_button_of_another_row(browse: Any) -> None:
    """A row that is gone: its heading takes the focus, not the button that now stands where the old one was."""
    page = browse("admin")
    page.goto("/catalog/labels")
    page.evaluate(
        """() => {
          const keep = (event) => { event.preventDefault(); };
          addEventListener("submit", keep);
          const form = document.querySelector("main li form");
          form.querySelector("button").focus();
          form.requestSubmit();
          const kept = JSON.parse(sessionStorage.getItem("left-at"));
          sessionStorage.setItem("left-at", JSON.stringify({ ...kept, about: "/gone", action: "/gone" }));
        }"""
    )
    page.reload()
    assert page.evaluate("() => document.activeElement.matches('h2, h3')")


@pytest.mark.parametrize("path", ["/", "/sessions", "/sign-in"])
def test_a_first_visit_is_light(browse: Any, path: str) -> None:
    page = browse(None, viewport={"width": 390, "height": 844})
    network, got = page.context.new_cdp_session(page), []
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: got.append(event["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    assert 4 <= len(got) <= 10
    assert sum(got) <= 80_000


def test_focus_stays_in_a_fold_and_what_happened_is_in_sight(browse: Any) -> None:
    page = browse("client", viewport={"width": 390, "height": 844})
    page.goto("/my")
    page.locator("section[aria-labelledby=next-week] summary").click()
    button = page.locator("section[aria-labelledby=next-week]").get_by_role("button", name="Can’t come").last
    button.scroll_into_view_if_needed()
    with page.expect_navigation():
        button.click()
    assert page.evaluate("() => !!document.activeElement.closest('details[open]')")
    box = page.locator(".flash .notice").bounding_box()
    assert 0 <= box["y"] < 844 and page.evaluate("() => scrollY") > 300


def test_a_new_calendar_link_is_what_one_sees_first(browse: Any) -> None:
    page = browse("client", viewport={"width": 390, "height": 844})
    page.goto("/calendar")
    page.locator("main input[name=name]").fill("Pocket")
    with page.expect_navigation():
        page.locator("main form[method=post] button[type=submit]").last.click()
    expect(page.locator("#new-link")).to_be_focused()
    expect(page.locator("#new-link")).to_be_in_viewport()
