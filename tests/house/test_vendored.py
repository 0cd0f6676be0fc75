"""Files that came from elsewhere are exactly what their row says, and each has its licence beside it."""

import hashlib
import tomllib
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "groupsched" / "static"
ROWS = tomllib.loads((STATIC / "vendor" / "VENDORED.toml").read_text(encoding="utf-8"))["file"]


@pytest.mark.parametrize("row", ROWS, ids=[row["path"] for row in ROWS])
def test_a_vendored_file_is_the_one_that_was_taken_in(row):
    assert hashlib.sha256((STATIC / row["path"]).read_bytes()).hexdigest() == row["sha256"]


@pytest.mark.parametrize("row", ROWS, ids=[row["path"] for row in ROWS])
def test_a_vendored_file_says_where_it_is_from_and_under_which_licence(row):
    assert row["source"].startswith("https://")
    assert row["version"]
    assert row["licence"]
    assert (STATIC / row["licence_file"]).is_file()


def test_nothing_lies_in_the_vendor_and_font_folders_without_a_row():
    known = {row["path"] for row in ROWS} | {row["licence_file"] for row in ROWS} | {"vendor/VENDORED.toml"}
    lying = {
        p.relative_to(STATIC).as_posix() for name in ("vendor", "fonts") for p in (STATIC / name).iterdir()
    }
    assert lying <= known


def test_every_icon_a_template_names_is_in_the_file_of_icons():
    import re

    from groupsched.core.resources import folder

    drawn = set(
        re.findall(r'id="i-([a-z0-9-]+)"', (STATIC / "img" / "icons.svg").read_text(encoding="utf-8"))
    )
    named = set()
    for path in folder("templates").rglob("*.html"):
        named |= set(re.findall(r"""\bico\(\s*["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8")))
    assert named <= drawn, f"not drawn: {sorted(named - drawn)}"
