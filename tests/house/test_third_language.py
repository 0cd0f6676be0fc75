"""A third language is one catalogue and rows beside the English ones: the steps of docs/architecture.md, in a copy of the product.

The language is made up, ⟦every English sentence in brackets⟧; its code is that of a real one that the product does not have,
so that CLDR names its days and months. What it must give is in `in_a_third_language.py`, which runs inside the copy.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
CODE = "pt"
PARTS = ("groupsched", "templates", "migrations", "tests")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules")


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A copy of the product and its tests."""
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part, ignore=LEFT_OUT)
    for file in ("babel.cfg", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path)
    return tmp_path


def run(product: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=product,
        env=os.environ | {"GROUPSCHED_TEST_DATABASES": "sqlite"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def in_brackets(value: Any) -> Any:
    """Every string of a content row in brackets."""
    if isinstance(value, dict):
        return {key: in_brackets(inner) for key, inner in value.items()}
    return f"⟦{value}⟧"


def say_everything(catalogue: Path) -> None:
    """Fill in each `msgstr`."""
    with catalogue.open("rb") as lines:
        catalog = read_po(lines, locale=CODE)
    for message in catalog:
        if isinstance(message.id, str):
            message.string = f"⟦{message.id}⟧" if message.id else message.string
        else:
            message.string = tuple(f"⟦{text}⟧" for text in message.id)
    with catalogue.open("wb") as lines:
        write_po(lines, catalog)


def add_rows(content: Path) -> None:
    """Say each row of the content, but for what one should bring: that is left for English to say."""
    for name in ("modalities", "terms", "templates_of_groups", "messages"):
        path = content / f"{name}.yaml"
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump(_with_a_third(told), allow_unicode=True), encoding="utf-8")


def _with_a_third(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_a_third(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    rows = {key: _with_a_third(inner) for key, inner in value.items()}
    if "en" in rows:
        rows[CODE] = in_brackets(rows["en"])
    if isinstance(rows.get(CODE), dict):
        rows[CODE].pop("bring", None)
    return rows


def test_a_third_language_is_one_catalogue_and_rows_of_the_content(product: Path) -> None:
    begun = run(product, "tests.house.translate", CODE)
    assert f"{CODE}: " in begun and "Password" in begun, "the command says what is still to be said"
    say_everything(product / "groupsched" / "translations" / CODE / "LC_MESSAGES" / "messages.po")
    assert f"{CODE}: every string is translated." in run(product, "tests.house.translate")
    add_rows(product / "groupsched" / "content")
    run(product, "pytest", "-q", "tests/house/in_a_third_language.py")
