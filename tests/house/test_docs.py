"""What the documentation names is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

NAMED = re.compile(r"`(?:tests/)?([\w/]+\.py)::(test_\w+)`")
DOCS = sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize(
    "doc", [one for one in DOCS if NAMED.search(one.read_text("utf-8"))], ids=lambda one: one.name
)
def test_every_test_that_a_document_names_is_there(doc):
    for where, name in NAMED.findall(doc.read_text("utf-8")):
        tree = ast.parse((ROOT / "tests" / where).read_text("utf-8"))
        assert name in {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}, (where, name)


@pytest.mark.parametrize("doc", ["changes-of-dates.md", "offers-of-seats.md"])
def test_every_cell_of_what_an_event_does_names_a_test(doc):
    text = (ROOT / "docs" / doc).read_text("utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    for change, *cells in rows:
        for cell in cells:
            assert cell.strip() == "–" or re.search(r"\[\d+\]", cell), (change, cell)
    numbers = {int(one) for one in re.findall(r"\[(\d+)\](?!\()", text)}
    assert numbers == set(range(1, len(re.findall(r"^\d+\. `", text, re.M)) + 1))
