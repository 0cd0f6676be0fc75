"""Every act that is written down is a member of one enum, in one grammar, that something uses."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from groupsched.audit.rules import LOOKS, AuditAction

PACKAGE = Path(__file__).parents[2] / "groupsched"
OWN = PACKAGE / "audit"
IRREGULAR = {
    "begun",
    "chosen",
    "forgotten",
    "given",
    "held",
    "left",
    "read",
    "reset",
    "sought",
    "taken",
    "written",
}
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in names:
                    yield path, node


def members(node: ast.AST) -> set[AuditAction]:
    """The members that a piece of code names."""
    return {
        AuditAction[inner.attr]
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute) and getattr(inner.value, "id", "") == AuditAction.__name__
    }


def test_a_word_is_a_noun_and_a_participle_and_the_member_is_called_so():
    for action in AuditAction:
        found = re.fullmatch(r"([a-z]+(?:_[a-z]+)*)\.(?:not_)?([a-z]+)(?:_(?:up|back))?", action)
        assert found, action
        assert found[2].endswith("ed") or found[2] in IRREGULAR, action
        assert action.name == action.replace(".", "_").upper()


def test_every_act_is_written_down_somewhere():
    used = {action for path, tree in TREES.items() if OWN not in path.parents for action in members(tree)}
    assert set(AuditAction) - used == set()


def test_nothing_writes_down_a_literal():
    found = list(calls("record", "saw"))
    assert len(found) > 40
    for path, call in found:
        literals = [one for one in ast.walk(call.args[1]) if isinstance(one, ast.Constant | ast.JoinedStr)]
        assert not literals, f"{path}: {ast.unparse(call)}"


def test_what_only_saw_is_a_look_and_what_did_is_a_change():
    for path, call in calls("saw"):
        assert members(call.args[1]) <= LOOKS, f"{path}: {ast.unparse(call)}"
    for path, call in calls("record", "_record"):
        assert not members(call.args[1]) & LOOKS, f"{path}: {ast.unparse(call)}"
