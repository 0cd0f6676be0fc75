"""Imports only go down; rules are pure; no word of Flask's names a thing of ours."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "groupsched"
PURE = {"flask", "flask_sqlalchemy", "sqlalchemy", "wtforms", "flask_wtf", "icalendar"}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_imports_only_go_down():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_rules_know_no_web_and_no_database():
    pure = {
        "groupsched.core.resources",
        "groupsched.core.text",
        "groupsched.core.zones",
    }  # files of the product, texts, zones: held to the same
    files = [PACKAGE / f"{name.removeprefix('groupsched.').replace('.', '/')}.py" for name in pure]
    for path in [*PACKAGE.glob("*/rules.py"), *PACKAGE.glob("*/rules/*.py"), *files]:
        reached = {name.split(".")[0] for name in imported(path)} & PURE
        ours = {name for name in imported(path) if name.startswith("groupsched.") and ".rules" not in name}
        assert not reached, path
        assert not ours - pure, path


def test_services_never_commit():
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name != "core":
            source = path.read_text(encoding="utf-8")
            assert "session.commit(" not in source, path


def test_nothing_of_ours_is_called_session():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                assert node.name.lower() != "session", path


def test_no_attic():
    names = {path.stem for path in PACKAGE.rglob("*.py")}
    assert not names & {"utils", "helpers", "common", "misc", "manager"}


def test_every_moment_in_a_table_is_aware():
    from sqlalchemy import DateTime

    from groupsched import load_models
    from groupsched.core.db import Base, UtcDateTime

    load_models()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            assert not isinstance(column.type, DateTime) or isinstance(column.type, UtcDateTime), column


def test_every_constraint_has_a_name():
    from groupsched import load_models
    from groupsched.core.db import Base

    load_models()
    for table in Base.metadata.sorted_tables:
        assert all(constraint.name for constraint in table.constraints), table


def test_every_event_has_somebody_who_tells_it_and_somebody_who_listens():
    sources = {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    for path in PACKAGE.glob("*/events.py"):
        if path.parent.name == "core":
            continue
        for node in ast.parse(sources[path]).body:
            if isinstance(node, ast.ClassDef):
                users = [source for other, source in sources.items() if other != path and node.name in source]
                told = any(f"{node.name}(" in source for source in users)
                heard = any("subscribe(" in source for source in users)
                part = any(
                    node.name in ast.unparse(other)
                    for other in ast.parse(sources[path]).body
                    if other != node
                )
                assert told and (heard or part), f"{path}: {node.name}"
