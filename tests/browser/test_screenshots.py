"""The four pictures of the README. They are taken each time; kept in docs/screenshots only with GROUPSCHED_SCREENSHOTS=1."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ROOT

FOLDER = ROOT / "docs" / "screenshots"
NAMES = ("find", "define", "sheet", "calendar")
LARGEST = 150_000

pytestmark = pytest.mark.browser


def keep(page: Any, name: str, folder: Path) -> None:
    """Write one picture of what is on the screen: into the documentation when asked, else only to see that it can be."""
    page.evaluate("() => document.fonts.ready")
    wanted = os.environ.get("GROUPSCHED_SCREENSHOTS") == "1"
    picture = (FOLDER if wanted else folder) / f"{name}.png"
    page.screenshot(path=picture)
    assert picture.stat().st_size <= LARGEST


def test_take_a_picture_of_finding_a_session(browse: Any, tmp_path: Path) -> None:
    page = browse("client")
    page.goto("/sessions")
    keep(page, "find", tmp_path)


def test_take_a_picture_of_defining_a_group(browse: Any, tmp_path: Path) -> None:
    page = browse("facilitator")
    page.goto("/groups/new?from=relaxed-support")
    page.locator(".sect").nth(1).scroll_into_view_if_needed()
    page.evaluate("() => scrollTo(0, document.querySelectorAll('.sect')[1].offsetTop - 24)")
    keep(page, "define", tmp_path)


def test_take_a_picture_of_the_sheet_on_a_tablet(browse: Any, tmp_path: Path) -> None:
    page = browse("facilitator", viewport={"width": 1024, "height": 768})
    page.goto("/today")
    page.locator("main a", has_text=re.compile("Open sheet")).first.click()
    page.locator(".tile").first.wait_for()
    keep(page, "sheet", tmp_path)


def test_take_a_picture_of_ones_own_calendar(browse: Any, tmp_path: Path) -> None:
    page = browse("client")
    page.goto("/calendar")
    keep(page, "calendar", tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_the_pictures_of_the_readme_are_there_and_small(name: str) -> None:
    picture = FOLDER / f"{name}.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size <= LARGEST
