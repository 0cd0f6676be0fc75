"""The rows that come with the product: each is used, and says the same in every language that it has."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from groupsched.core.i18n import LANGUAGES
from groupsched.core.resources import content, content_path

ROOT = Path(__file__).parents[2]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "groupsched").rglob("*.py")))
MESSAGES = content("messages")["messages"]
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def test_every_file_of_the_content_is_read():
    for path in sorted(content_path("").iterdir()):
        name = path.name.removesuffix(".yaml")
        assert f'"{name}"' in CODE, f"nothing reads content/{path.name}"


@pytest.mark.parametrize("row", MESSAGES, ids=[row["key"] for row in MESSAGES])
def test_every_kind_of_message_is_sent_by_a_verb(row):
    assert f'"{row["key"]}"' in CODE, "nothing sends it"


@pytest.mark.parametrize("row", MESSAGES, ids=[row["key"] for row in MESSAGES])
def test_a_message_takes_the_same_fields_in_every_language(row):
    texts = {name: words for name, words in row.items() if isinstance(words, Mapping)}
    assert "en" in texts and set(texts) <= set(LANGUAGES)
    for name, words in texts.items():
        taken = set(PLACEHOLDER.findall(" ".join(words.values())))
        assert set(words) <= {"subject", "text"}
        assert taken <= set(row["placeholders"])
        assert name != "en" or taken == set(row["placeholders"])
