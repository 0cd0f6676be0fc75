"""One name, one thing: no class name has two meanings, and the words of the tables stand in the glossary."""

import ast
from collections import defaultdict
from pathlib import Path

from groupsched import load_models
from groupsched.core.db import Base

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "groupsched"

# What marshmallow and WTForms ask a class to hold; it names nothing of ours.
INNER = {"Meta"}

# Words that wait for the room they belong to: nothing else may take them.
RESERVED = {
    "Plan": "care",
    "Goal": "care",
    "CareRound": "care",
    "DateChange": "schedule",
    "Timeslot": "schedule",
    "Substitution": "schedule",
    "SeatOffer": "enrolment",
    "Region": "core",
}


def classes() -> dict[str, list[str]]:
    """Every class by its name, with the modules that define it."""
    found = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name not in INNER:
                found[node.name.lstrip("_")].append(path.relative_to(PACKAGE).as_posix())
    return found


def test_no_class_name_has_two_meanings():
    twice = {name: modules for name, modules in classes().items() if len(modules) > 1}
    assert not twice


def test_reserved_words_stand_in_their_room_only():
    for name, room in RESERVED.items():
        assert all(module.startswith(f"{room}/") for module in classes().get(name, ())), name


def test_every_table_stands_in_the_glossary():
    load_models()
    words = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    missing = [
        mapper.class_.__name__ for mapper in Base.registry.mappers if f"`{mapper.local_table}`" not in words
    ]
    assert not missing, "a table that no word of the glossary names"
