"""Files that came from elsewhere are exactly what their row says, and each has its licence beside it."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from groupsched.core.joining import BOOTSTRAP, BOOTSTRAP_OF_SHEETS
from tests.house import used_styles

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
    known = (
        {row["path"] for row in ROWS}
        | {row["licence_file"] for row in ROWS}
        | {"vendor/VENDORED.toml", BOOTSTRAP, BOOTSTRAP_OF_SHEETS}
    )
    lying = {
        p.relative_to(STATIC).as_posix() for name in ("vendor", "fonts") for p in (STATIC / name).iterdir()
    }
    assert lying <= known


def test_what_is_sent_of_bootstrap_has_every_rule_that_a_page_may_use():
    for path, made in used_styles.both().items():
        sent, wanted = ({*used_styles.blocks(text)} for text in (path.read_text(encoding="utf-8"), made))
        assert not wanted - sent, f"{path.name}: run .venv/bin/python -m tests.house.used_styles"


def test_no_word_of_ours_fetches_a_second_file_of_letters():
    """Names may; what the product says in English and Spanish lies in the first."""
    styles = (STATIC / "css" / "type.css").read_text(encoding="utf-8")
    first, *others = re.findall(r"unicode-range: ([^;]+);", styles)
    said = "".join(
        line
        for path in (STATIC.parent / "translations").rglob("*.po")
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    assert not set(map(ord, said)) & set().union(*map(code_points, others))
    assert not code_points(first) & set().union(*map(code_points, others))


def code_points(ranges: str) -> set[int]:
    """The letters of a `unicode-range`."""
    found = re.findall(r"U\+(\w+)(?:-(\w+))?", ranges)
    return {one for low, high in found for one in range(int(low, 16), int(high or low, 16) + 1)}


def test_no_class_of_bootstrap_is_put_together_of_parts():
    """What is sent of it is what is written out somewhere."""
    from groupsched.core.resources import folder

    whole = {
        name
        for block in used_styles.blocks(used_styles.WHOLE.read_text())
        for name in used_styles.classes(block)
    }
    beginnings = {f"{name.partition('-')[0]}-" for name in whole if "-" in name}
    for path in folder("templates").rglob("*.html"):
        for found in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8")):
            composed = set(re.findall(r"(?<![\w-])([a-z]+-)\{\{", found))
            assert not composed & beginnings, f"{path.name}: {found}"


def test_every_icon_a_template_names_is_in_the_file_of_icons():
    from groupsched.core.resources import folder

    drawn = set(
        re.findall(r'id="i-([a-z0-9-]+)"', (STATIC / "img" / "icons.svg").read_text(encoding="utf-8"))
    )
    named = set()
    for path in folder("templates").rglob("*.html"):
        named |= set(re.findall(r"""\bico\(\s*["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8")))
    assert named <= drawn, f"not drawn: {sorted(named - drawn)}"
