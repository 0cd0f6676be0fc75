"""The four pictures of the README, taken anew with GROUPSCHED_SCREENSHOTS=1: `pytest tests/browser/test_screenshots.py`."""

import os
import re
from typing import Any

import pytest

from tests.browser.conftest import ROOT

FOLDER = ROOT / "docs" / "screenshots"
NAMES = ("find", "define", "sheet", "calendar")
LARGEST = 150_000

pytestmark = pytest.mark.browser
taken_anew = pytest.mark.skipif(
    os.environ.get("GROUPSCHED_SCREENSHOTS") != "1",
    reason="the kept pictures stay; GROUPSCHED_SCREENSHOTS=1 takes them anew",
)


def keep(page: Any, name: str) -> None:
    """Write one picture of what is on the screen."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.evaluate("() => document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png")


@taken_anew
def test_take_a_picture_of_finding_a_session(browse: Any) -> None:
    page = browse("client")
    page.goto("/sessions")
    keep(page, "find")


@taken_anew
def test_take_a_picture_of_defining_a_group(browse: Any) -> None:
    page = browse("facilitator")
    page.goto("/groups/new?from=relaxed-support")
    page.locator(".sect").nth(1).scroll_into_view_if_needed()
    page.evaluate("() => scrollTo(0, document.querySelectorAll('.sect')[1].offsetTop - 24)")
    keep(page, "define")


@taken_anew
def test_take_a_picture_of_the_sheet_on_a_tablet(browse: Any) -> None:
    page = browse("facilitator", viewport={"width": 1024, "height": 768})
    page.goto("/today")
    page.locator("main a", has_text=re.compile("Open sheet")).first.click()
    page.locator(".tile").first.wait_for()
    keep(page, "sheet")


@taken_anew
def test_take_a_picture_of_ones_own_calendar(browse: Any) -> None:
    page = browse("client")
    page.goto("/calendar")
    keep(page, "calendar")


@pytest.mark.parametrize("name", NAMES)
def test_the_pictures_of_the_readme_are_there_and_small(name: str) -> None:
    picture = FOLDER / f"{name}.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size <= LARGEST
