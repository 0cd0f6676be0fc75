"""docs/security.md answers every requirement once, and names no evidence that is not there."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([\d., –]+) \| (\S+) \| (.*) \|$", TABLE, re.MULTILINE)
# ASVS 5.0.0: how many requirements of levels 1 and 2 each section has; they come first in it, from 1 on.
SECTIONS = """1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4
5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1
9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4
13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2"""


def asked() -> set[str]:
    counts = (entry.split(":") for entry in SECTIONS.split())
    return {f"{section}.{number}" for section, many in counts for number in range(1, int(many) + 1)}


def answered(cell: str) -> list[str]:
    """The requirements that a row names: `1.2.1–1.2.3, 1.2.5`."""
    found = []
    for part in cell.split(", "):
        first, _dash, last = part.partition("–")
        section, _dot, number = first.rpartition(".")
        assert not last or last.startswith(f"{section}."), cell
        end = int(last.rpartition(".")[2]) if last else int(number)
        found += [f"{section}.{one}" for one in range(int(number), end + 1)]
    return found


def test_every_requirement_has_one_answer_and_its_evidence_is_there():
    given = Counter(one for cell, _state, _why in ROWS for one in answered(cell))
    assert asked() == given.keys() and set(given.values()) == {1}
    assert len(given) == 253
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for cell, state, why in ROWS:
        assert state in ("yes", "part", "no", "runner", "–") and why, cell
        for name in re.findall(r"`(test_\w+)`", why):
            assert f"def {name}(" in tests, f"{cell}: {name}"
        for name in re.findall(r"`([\w.-]+(?:/[\w.-]*)+)`", why):
            assert any((ROOT / top / name).exists() for top in ("", "groupsched")), f"{cell}: {name}"


def test_no_script_writes_html_from_text_or_runs_text():
    for path in (ROOT / "groupsched" / "static" / "js").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write", text
        ), path
