"""Every page that a role can reach: axe-core finds nothing, 320 px is wide enough, targets can be hit by a thumb.

The first page of a kind is looked at in every size in light, between its widest and its narrowest for what its layout
decides, and in the dark, where only colours are others, at these two; the same kind for another role, or another page of
it, at its widest in light and its narrowest in the dark. Colours are looked at where no page before showed them
(tests/browser/axe.py). GROUPSCHED_AXE=all looks at every page of every role in all of them by every rule.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.axe import COLOURS, EVERYTHING, Eyes, Looks
from tests.browser.conftest import FLAGS, ROLES, chromium
from tests.browser.letters import BROKEN_WORDS, ONE_NAME_TWO_THINGS, SMALL_LINKS
from tests.browser.walk import routes, walk

pytestmark = pytest.mark.browser

SIZES = ((1280, 800), (1024, 768), (768, 1024), (390, 844))
WIDE, NARROW = (SIZES[0], "light"), (SIZES[-1], "dark")
# In the dark only colours are others; a page says the same at every width, and lies otherwise. What has a colour at
# some widths only has it on a phone too: styles say `max-width`.
LAYOUT = ["target-size", "scrollable-region-focusable"]
FIRST: Looks = {
    WIDE: None,
    (SIZES[0], "dark"): COLOURS,
    (SIZES[1], "light"): LAYOUT,
    (SIZES[2], "light"): LAYOUT,
}
FIRST |= {(SIZES[3], "light"): None, NARROW: COLOURS}
SPOTS: Looks = {WIDE: None, NARROW: COLOURS}
if EVERYTHING:
    FIRST = SPOTS = {(size, light): None for size in SIZES for light in ("light", "dark")}
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.right > innerWidth + 1 && box.width && getComputedStyle(e).position !== 'fixed' && !e.closest('.visually-hidden');
}).slice(-3).map(e => `${e.tagName.toLowerCase()}.${e.className.baseVal ?? e.className} "${e.textContent.trim().slice(0, 30)}"`)"""
TOO_SMALL = """() => [...document.querySelectorAll('button, summary, select, textarea, input, a.btn, .navlink, .tabbar a, .seg a')].filter(e => {
  if (e.type === 'hidden' || e.closest('.visually-hidden, [hidden], .skip') || !e.checkVisibility({opacityProperty: true, visibilityProperty: true})) return false;
  if (e.type === 'radio' || e.type === 'checkbox') e = e.closest('label, .choice') || e;
  const box = e.getBoundingClientRect();
  return box.width && (box.height < 43.5 || box.width < 43.5);
}).map(e => `${e.tagName.toLowerCase()}.${e.className} "${e.textContent.trim().slice(0, 30)}" ${Math.round(e.getBoundingClientRect().width)}x${Math.round(e.getBoundingClientRect().height)}`)"""


@pytest.fixture(scope="module")
def reach() -> Any:
    """`reach(page, role)` are the pages this browser's person can go to, walked once a role."""
    book, walked = routes(), {}

    def pages(page: Any, role: str | None) -> dict[str, list[str]]:
        def fetch(path: str) -> tuple[int, str | None]:
            answer = page.request.get(path, max_redirects=3)
            html = "text/html" in answer.headers.get("content-type", "")
            return answer.status, answer.text() if html else None

        if role not in walked:
            walked[role] = walk(fetch, book)
        return walked[role]

    return pages


@pytest.fixture(scope="module")
def eyes() -> Eyes:
    """Those that look at every page of every role."""
    return Eyes()


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """The kinds of page that were looked at in every size and light."""
    return set()


@pytest.mark.parametrize("role", [None, *ROLES])
def test_axe_finds_nothing_on_any_page_and_the_narrowest_phone_is_wide_enough(
    browse: Any, reach: Any, eyes: Eyes, seen: set[str], role: str | None
) -> None:
    page, found = browse(role, reduced_motion="reduce"), []
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for kind, paths in reach(page, role).items():
        for path in paths[:1] if kind in seen else paths:
            said.clear()
            page.goto(path)
            again = kind in seen
            bad = eyes.look(page, SPOTS if again else FIRST, again=again)
            seen.add(kind)
            bad += narrow(page, role) + page.evaluate(ONE_NAME_TWO_THINGS)
            found += [f"{path} {line}" for line in bad]
            found += [f"{path} said: {line}" for line in said if kind != "nothing"]
    assert not found, "\n".join(found)


def narrow(page: Any, role: str | None) -> list[str]:
    """What does not fit on a phone of 320 px: a page that scrolls sideways, a control too small for a thumb. Who stands and
    hurries hits rows of 48 px, others of 44."""
    row = 44 if role in (None, "client") else 48
    page.set_viewport_size({"width": 320, "height": 640})
    wide = page.evaluate("() => document.scrollingElement.scrollWidth > innerWidth")
    found = [f"is wider than 320 px: {page.evaluate(TOO_WIDE)}"] if wide else []
    found += [
        f"too small: {line}" for line in page.evaluate(TOO_SMALL) + page.evaluate(SMALL_LINKS, [44, row])
    ]
    return found + [f"broken at 320 px: {line}" for line in page.evaluate(BROKEN_WORDS, 16)]


@pytest.fixture(scope="module")
def large(chrome: Any) -> Any:
    """A browser whose person has set the size of letters to 200 %."""
    sizes = "--blink-settings=defaultFontSize=32,defaultFixedFontSize=26"
    browser = chrome.browser_type.launch(executable_path=chromium(), args=[*FLAGS, sizes])
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def read_large() -> set[str]:
    """The kinds of page that were looked at in large letters."""
    return set()


@pytest.mark.parametrize("role", ["client", "supervisor", "admin"])
def test_letters_of_twice_the_size_break_no_word_and_need_no_scrolling_sideways_on_a_phone(
    browse: Any, large: Any, demo: Any, reach: Any, read_large: set[str], role: str
) -> None:
    small, found = browse(role), []
    phone = {"viewport": {"width": 390, "height": 844}, "reduced_motion": "reduce"}
    context = large.new_context(base_url=demo.address, storage_state=small.context.storage_state(), **phone)
    page = context.new_page()
    for kind, paths in reach(small, role).items():
        if kind in read_large and kind != "home.my":
            continue
        read_large.add(kind)
        page.goto(paths[0])
        wide = page.evaluate("() => document.scrollingElement.scrollWidth > innerWidth")
        found += [f"{paths[0]} scrolls sideways: {page.evaluate(TOO_WIDE)}"] if wide else []
        found += [f"{paths[0]} {line}" for line in page.evaluate(BROKEN_WORDS, 10)]
    context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", ["/sessions", "/sessions?view=week"])
def test_letters_that_grow_by_themselves_run_over_nothing_where_groups_are_found(
    browse: Any, demo: Any, path: str
) -> None:
    """Some browsers make the letters larger and leave the width at which a page is laid out otherwise as it was."""
    page = browse("client", viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto(path)
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert page.locator(".grp-mine").count() or "week" in path
    assert not page.evaluate("() => document.scrollingElement.scrollWidth > innerWidth"), page.evaluate(
        TOO_WIDE
    )
    over = """() => [...document.querySelectorAll('.tabbar a, .seg a')]
      .filter((link) => link.scrollWidth > link.clientWidth + 1).map((link) => link.textContent.trim())"""
    assert page.evaluate(over) == []


@pytest.mark.parametrize(
    ("role", "path", "button"),
    [
        (None, "/sign-in", "main form button[type=submit]"),
        ("facilitator", "/groups/new?from=none", "button[name=act][value=publish]"),
        ("supervisor", "/people/new", "main form button[type=submit]"),
        ("admin", "/catalog/places/new", "main form button[type=submit]"),
        ("client", "/account/password", "main form button[type=submit]"),
    ],
)
def test_a_form_with_mistakes_says_so_first_and_axe_finds_nothing(
    browse: Any, role: str | None, path: str, button: str
) -> None:
    page = browse(role, reduced_motion="reduce")
    page.goto(path)
    page.evaluate("() => document.querySelectorAll('main form').forEach(form => { form.noValidate = true; })")
    with page.expect_navigation() as answer:
        page.locator(button).first.click()
    assert answer.value.status == 422
    assert page.title().startswith("Error: ")
    assert page.evaluate("() => document.activeElement.classList.contains('errors')")
    found = Eyes().look(page, SPOTS)
    assert not found, "\n".join(found)


def test_a_word_of_99_letters_wraps_wherever_it_stands(browse: Any) -> None:
    page, word = browse("facilitator"), "Wrap" + "abcdefghij" * 9 + "enden"
    assert len(word) == 99
    page.goto("/groups/new?from=relaxed-support")
    page.locator("input[name=title]").fill(word)
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Publish|^Save draft")).last.click()
    group, found = page.url, []
    page.set_viewport_size({"width": 320, "height": 640})
    for path in (group, f"{group}/edit", f"{group}/people", "/groups", "/calendar/words"):
        page.goto(path)
        if page.evaluate("() => document.scrollingElement.scrollWidth > innerWidth"):
            found.append(f"{path} {page.evaluate(TOO_WIDE)}")
    assert not found, "\n".join(found)


def test_a_rule_that_removes_records_asks_for_the_password_and_says_what_goes(browse: Any, demo: Any) -> None:
    """The page of it opens after the password alone, so the walk above does not come to it."""
    page = browse("admin", reduced_motion="reduce")
    page.goto("/program/retention/mail_text")
    page.locator("input[name=current]").fill(demo.accounts["admin"][1])
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=months]").fill("1")
    page.locator("input[name=source]").fill("Record policy of 2025, part 4")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main .notice:visible")).to_contain_text("This will remove")
    assert not Eyes().look(page, SPOTS) + narrow(page, "admin")
