"""Every setting is documented with its default, and nothing else claims to be one."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_setting_is_documented():
    used = set()
    for path in (ROOT / "groupsched").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        used |= set(re.findall(r"GROUPSCHED_[A-Z_]+[A-Z]", source))
        used |= {f"GROUPSCHED_{name}" for name in re.findall(r'_read\(env, "([A-Z_]+)"\)', source)}
    assert sorted(name for name in used if name.removesuffix("_FILE") not in DOCS) == []


def test_every_documented_setting_exists():
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "groupsched").rglob("*.py"))
    for name in re.findall(r"\| `(GROUPSCHED_[A-Z_]+)`", DOCS):
        assert name.removeprefix("GROUPSCHED_") in source, name
