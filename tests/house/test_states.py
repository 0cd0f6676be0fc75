"""States are types: no literal stands where a member of an enum belongs, and nothing sorts by the letters of a state."""

import ast
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

from groupsched import load_models
from groupsched.core.db import Base
from groupsched.core.states import MemberOf, among
from groupsched.enrolment.rules import LIVE, EnrolmentMode

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "groupsched"

# Words that are also the value of some state, and are ordinary words in this file.
ORDINARY = {
    ("groupsched/access/queries.py", "program"): "a name in Flask's g",
    ("groupsched/catalog/group_templates.py", "online"): "a kind of room in the content",
    ("groupsched/catalog/service/groups.py", "title"): "a field of a group",
    ("groupsched/enrolment/queries/filtered_dates.py", "day"): "a dimension of the filters",
    ("groupsched/enrolment/routes/coming.py", "full"): "the code of a refusal",
    ("groupsched/enrolment/routes/offers.py", "late"): "the code of a refusal",
    ("groupsched/enrolment/routes/find.py", "external"): "a dimension of the filters",
    ("groupsched/enrolment/routes/find.py", "free"): "a dimension of the filters",
    ("groupsched/enrolment/routes/joining.py", "full"): "the code of a refusal",
    ("groupsched/enrolment/routes/undoing.py", "full"): "the code of a refusal",
    ("groupsched/enrolment/service/in_each.py", "full"): "the code of a refusal",
    ("groupsched/schedule/service/topics.py", "note"): "a column of a topic",
    ("groupsched/enrolment/service/unheard.py", "cancelled"): "a kind of message",
    ("groupsched/enrolment/words.py", "modality"): "a dimension of the filters",
    ("groupsched/enrolment/words.py", "place"): "a dimension of the filters",
    ("groupsched/exchange/rules/codes.py", "closed"): "what a directory's code says of a place",
    ("groupsched/operations/demo/world.py", "link"): "a field of a room in the story",
    ("groupsched/outbox/carriers.py", "optional"): "how a line to a server is secured",
    ("groupsched/questionnaires/routes/filling.py", "next"): "what a button of the form says",
    ("groupsched/questionnaires/routes/preview.py", "next"): "what a button of the form says",
    ("groupsched/outbox/service.py", "link"): "what a message may not keep",
    ("groupsched/schedule/forms/changing.py", "day"): "a field of the form",
    ("groupsched/schedule/routes/date_editor.py", "day"): "a field of the form",
    ("groupsched/schedule/routes/editor_said.py", "site"): "a field of the form",
}


@cache
def modules() -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


@cache
def enums() -> dict[str, dict[str, str]]:
    """Every enum of the package by its name: its members and their values."""
    return {
        node.name: {
            target.id: one.value.value
            for one in node.body
            if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)
            for target in one.targets
        }
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and StrEnum.__name__ in {named(base) for base in node.bases}
    }


@cache
def values() -> set[str]:
    return {value for members in enums().values() for value in members.values()} - {""}


@cache
def columns() -> set[str]:
    """The names of the columns that hold members of an enum."""
    load_models()
    return {
        column.name
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, MemberOf)
    }


@cache
def holders() -> set[str]:
    """The names of columns, fields and parameters that hold members of an enum."""
    found = set(columns())
    for tree in modules().values():
        for node in ast.walk(tree):
            target = getattr(node, "target", node)
            if (
                isinstance(node, ast.AnnAssign | ast.arg)
                and node.annotation is not None
                and ({named(part) for part in ast.walk(node.annotation)} & enums().keys())
            ):
                found.add(named(target))
    return found - {""}


def named(node: ast.AST) -> str:
    """The last name of an expression."""
    return getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "arg", None) or ""


def words(node: ast.AST) -> Iterator[ast.Constant]:
    """The literals that an expression may turn out to be: itself, a branch of a choice, a member of a list."""
    if isinstance(node, ast.Constant) and node.value in values():
        yield node
    for inner in getattr(node, "elts", ()):
        yield from words(inner)
    for branch in ("body", "orelse") if isinstance(node, ast.IfExp) else ():
        yield from words(getattr(node, branch))
    for inner in node.values if isinstance(node, ast.BoolOp) else ():
        yield from words(inner)


def misplaced(node: ast.AST) -> Iterator[ast.Constant]:
    """The literals of a node that stand where a state belongs."""
    if isinstance(node, ast.Compare):
        for side in (node.left, *node.comparators):
            yield from words(side)
    elif isinstance(node, ast.MatchValue):
        yield from words(node.value)
    elif isinstance(node, ast.Call) and named(node.func) in ("in_", "not_in"):
        for given in node.args:
            yield from words(given)
    elif isinstance(node, ast.keyword) and (node.arg in holders() or node.arg == "default"):
        yield from words(node.value)
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from assigned(target, node.value)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield from assigned(node.target, node.value)
    elif isinstance(node, ast.arguments):
        last = [*node.posonlyargs, *node.args][-len(node.defaults) :] if node.defaults else []
        for given, value in [
            *zip(last, node.defaults, strict=True),
            *zip(node.kwonlyargs, node.kw_defaults, strict=True),
        ]:
            if given.arg in holders() and value is not None:
                yield from words(value)


def assigned(target: ast.AST, value: ast.AST) -> Iterator[ast.Constant]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, given in zip(target.elts, value.elts, strict=False):
            yield from assigned(one, given)
    elif named(target) in holders():
        yield from words(value)


def sorted_by(node: ast.AST) -> Iterator[str]:
    """The columns with states that an `order_by` names bare: they would sort by their letters."""
    if isinstance(node, ast.Call) and named(node.func) == "order_by":
        for given in node.args:
            inner = (
                given.func.value
                if isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute)
                else given
            )
            if isinstance(inner, ast.Attribute) and inner.attr in columns():
                yield inner.attr


@cache
def templates() -> list[tuple[str, nodes.Template]]:
    reader = Environment(extensions=["jinja2.ext.i18n"])
    return [
        (path.relative_to(ROOT).as_posix(), reader.parse(path.read_text(encoding="utf-8")))
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.is_file()
    ]


def found_in_code() -> set[tuple[str, int, str]]:
    return {
        (path, one.lineno, one.value)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        for one in misplaced(node)
        if (path, one.value) not in ORDINARY
    }


def test_there_are_states_to_look_for():
    assert {"EnrolmentState", "OccurrenceStatus", "AttendanceStatus", "Role", "FeedKind"} <= enums().keys()
    assert {"state", "status", "mode", "kind", "role", "setting"} <= columns()
    assert {"standing", "view", "marking"} <= holders()


def test_code_names_members_where_a_state_is_meant():
    assert not found_in_code(), "write the member of the enum, or say in ORDINARY why it is an ordinary word"


def test_templates_name_members_that_there_are():
    """Jinja takes a member that nobody knows for nothing, and the page is wrong without a word."""
    unknown = []
    for path, tree in templates():
        for one in tree.find_all(nodes.Name):
            if one.name[:1].isupper() and one.ctx == "load" and one.name not in enums():
                unknown.append((path, one.lineno, one.name))
        for one in tree.find_all(nodes.Getattr):
            if (
                isinstance(one.node, nodes.Name)
                and one.node.name in enums()
                and one.attr not in enums()[one.node.name]
            ):
                unknown.append((path, one.lineno, f"{one.node.name}.{one.attr}"))
    assert not unknown


def test_every_enum_is_known_to_templates(app):
    named = {name for name in app.jinja_env.globals if name in enums()}
    assert {"EnrolmentState", "OccurrenceStatus", "Role", "RowKind", "TaskKind"} <= named


def test_a_literal_is_found_wherever_it_may_hide():
    for line in (
        "Enrolment.state == 'active'",
        "'whole' if live.mode != 'dates' else None",
        "one.status in ('scheduled', 'finished')",
        "Enrolment.state.in_(['left'])",
        "Message(state='waiting' if goes else 'skipped')",
        "seat.state, seat.at = 'held', now",
        "group.access = group.access or 'open'",
        "def enrol(*, mode='whole'): ...",
        "column(String, default='draft')",
        "match form.what:\n case 'free': ...",
    ):
        assert any(list(misplaced(node)) for node in ast.walk(ast.parse(line))), line


def test_nothing_sorts_by_the_letters_of_a_state():
    assert not [
        (path, column)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        for column in sorted_by(node)
    ]
    planted = ast.walk(ast.parse("query.order_by(Occurrence.status.desc(), Occurrence.id)"))
    assert [column for node in planted for column in sorted_by(node)] == ["status"]


def test_a_condition_knows_the_words_of_its_enum():
    assert among("mode", EnrolmentMode) == "mode IN ('whole', 'dates')"
    assert among("state", LIVE) == "state IN ('requested', 'waitlisted', 'offered', 'active')"


def test_no_condition_lists_its_words_by_hand():
    assert not [
        path
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " IN ('" in node.value
    ]


def test_live_is_said_once():
    said = [
        path for path, tree in modules().items() for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and "LIVE" in {named(target) for target in node.targets}
    ]  # fmt: skip
    assert said == ["groupsched/enrolment/rules/states.py"]
