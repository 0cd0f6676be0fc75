"""The same furniture in every room, one way each."""

import ast
import re
from pathlib import Path

from groupsched import ROOMS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "groupsched"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
FOLDERS = {"rules", "models", "queries", "service", "forms", "routes"}


def named_files() -> tuple[set[str], set[str]]:
    """The file kinds of the furniture table, and the single files of the table below it."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    furniture, single = text.split("## Furniture")[1].split("What only one room has:")
    kinds = set(re.findall(r"^\| `(\w+)\.py` \|", furniture, re.M))
    return kinds, set(re.findall(r"`(\w+/\w+)(?:\.py|/)`", single.split("\n\n")[1]))


def test_every_file_of_a_room_is_furniture_that_the_table_names():
    kinds, single = named_files()
    assert len(kinds) > 8 and len(single) > 8
    for room in set(ROOMS) - {"core"}:
        for path in (PACKAGE / room).iterdir():
            name = path.stem
            if name not in ("__init__", "__pycache__"):
                assert name in kinds or f"{room}/{name}" in single, path


def test_the_tables_name_no_file_that_is_gone():
    kinds, single = named_files()
    there = {path.stem for room in ROOMS for path in (PACKAGE / room).iterdir()}
    assert kinds <= there
    assert all(list(PACKAGE.glob(f"{name}*")) for name in single)


def test_outside_a_folder_one_imports_from_the_folder():
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(ROOT).with_suffix("").as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.module.split(".") if isinstance(node, ast.ImportFrom) and node.module else []
            if len(parts) == 4 and parts[2] in FOLDERS and not module.startswith("/".join(parts[:3]) + "/"):
                wrong.append(f"{module}: {node.module}")
    assert not wrong


def test_rooms_bring_their_pages_in_one_way():
    for path in [*PACKAGE.glob("*/routes.py"), *PACKAGE.glob("*/routes/__init__.py")]:
        names = {
            target.id
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        functions = {
            n.name for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if hasattr(n, "name")
        }
        assert "blueprints" in names, path
        assert "init_app" not in functions, path


def test_a_command_takes_its_application_in_one_way():
    for path in [PACKAGE / "cli.py", *PACKAGE.glob("*/commands.py")]:
        source = path.read_text(encoding="utf-8")
        assert "app_context" not in source or path.parent.name == "core", path
        assert "create_app" not in source or path.parent.name == "core", path


def test_the_map_of_folders_names_every_file_of_them():
    """A newcomer guesses by this table; it is made of the folders, in their order."""
    rows = []
    for room in sorted(path for path in PACKAGE.iterdir() if path.is_dir()):
        folders = [room / name for name in ("rules", "queries", "service", "routes")]
        if any(folder.is_dir() for folder in folders):
            files = (
                sorted(
                    file.stem for file in folder.glob("*.py") if file.stem not in ("__init__", "blueprint")
                )
                for folder in folders
            )
            rows.append(f"| {room.name} | {' | '.join(', '.join(names) or '–' for names in files)} |")
    text = ARCHITECTURE.read_text(encoding="utf-8")
    assert [row for row in rows if row not in text] == []


def test_every_file_that_the_architecture_names_is_there():
    text = ARCHITECTURE.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_0-9-]+\.(?:py|css|js|yaml|html))`", text))
    roots = (PACKAGE, ARCHITECTURE.parents[1])
    assert [name for name in sorted(named) if not any((root / name).is_file() for root in roots)] == []
