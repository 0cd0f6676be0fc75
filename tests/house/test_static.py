"""Style sheets and scripts: short, reached from a page, and nothing in them that no page uses."""

import ast
import graphlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from groupsched import create_app
from groupsched.core.config import load
from groupsched.core.joining import JOINED, NOT_ON_SHEETS
from groupsched.core.resources import folder
from tests.feeds.readers import need_node
from tests.house import pack, used_styles
from tests.house.pack import IMPORT, LATER

PACKAGE = Path(__file__).parents[2] / "groupsched"
STATIC = PACKAGE / "static"
STYLES = sorted((STATIC / "css").glob("*.css"))
MODULES = sorted((STATIC / "js").glob("*.js"))
PAGES = sorted(folder("templates").rglob("*.html"))
LINES, WIDTH = 250, 120
STATES = {"htmx-request"}  # classes that no template writes: htmx sets this one while it asks

EXPORT = re.compile(r"^export (?:async )?(?:function|class|const|let) (\w+)", re.M)
JS_STRING = re.compile(r'"([^"\n]*)"|`([^`]*)`')
WORDS_OF_PEOPLE = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
GAP = "\0"  # stands for what is only known when the page is drawn


def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(load({}, instance=tmp_path_factory.mktemp("static"), secret_key="t" * 40))


# --- size ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*STYLES, *MODULES], ids=lambda path: path.name)
def test_a_style_sheet_or_a_module_is_short_and_narrow(path):
    lines = source(path).splitlines()
    assert len(lines) <= LINES
    assert not [number for number, line in enumerate(lines, 1) if len(line) > WIDTH]
    assert lines[0].startswith(("/* ", "// ")), "its first line says what it is about"


WIDER = re.compile(r"@(?:media|container)[^{]*\(min-width[^{]*\{((?:[^{}]*\{[^{}]*\})*)")
COLOURED = re.compile(
    r"[;{\s](?:color|background(?:-color)?|border-color|outline-color)\s*:\s*(?!none|transparent|inherit)"
)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_colour_begins_with_a_width(path):
    """What has another colour at some widths has it on a phone: contrast is measured there and on a wide screen."""
    assert not [block for block in WIDER.findall(source(path)) if COLOURED.search(block)]


# --- reached from a page -----------------------------------------------------------------------------------------


def linked(app: Flask, kind: str) -> set[str]:
    """The files of a kind, css or js, that a template names, with what the common component links."""
    with app.test_request_context():
        common = app.jinja_env.get_template("components/styles.html").render()
    told = "\n".join([common, *(source(page) for page in PAGES)])
    told = re.sub(r"\{#.*?#\}", "", told, flags=re.S)
    for joined, names in JOINED.items():
        told = told.replace(joined, " ".join(names))
    return set(re.findall(rf"\b{kind}/([\w-]+\.{kind})\b", told))


def test_every_style_sheet_is_linked_and_every_link_leads_to_one(app):
    assert linked(app, "css") == {path.name for path in STYLES}


def test_every_module_is_reached_from_a_page(app):
    waiting, reached = sorted(linked(app, "js")), set()
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            module = source(STATIC / "js" / name)
            waiting += [target for _, target in IMPORT.findall(module)] + LATER.findall(module)
    assert reached == {path.name for path in MODULES}


def test_modules_import_what_is_there_and_export_what_is_wanted():
    """While somebody works on them nothing reads them before the browser does."""
    given = {path.name: set(EXPORT.findall(source(path))) for path in MODULES}
    wanted: dict[str, set[str]] = {name: set() for name in given}
    for path in MODULES:
        for names, target in IMPORT.findall(source(path)):
            wanted.setdefault(target, set()).update(re.findall(r"\w+", names))
    assert wanted == given


def test_no_modules_import_each_other_in_a_circle():
    graph = {path.name: {target for _, target in IMPORT.findall(source(path))} for path in MODULES}
    assert list(graphlib.TopologicalSorter(graph).static_order())


# --- as they are sent --------------------------------------------------------------------------------------------


def test_what_is_sent_is_made_of_the_present_modules_and_is_one_file_for_each_that_is_named_and_one_for_what_they_share():
    made_of = source(pack.PACKED / pack.MADE_OF).strip()
    assert made_of == pack.digest(), "run .venv/bin/python -m tests.house.pack"
    sent = sorted(path.name for path in pack.PACKED.glob("*.js"))
    assert [name for name in sent if not name.startswith("shared-")] == pack.entries()
    assert len(sent) == len(pack.entries()) + 1


def test_what_is_shared_does_nothing_before_it_is_asked():
    """It comes to every page: a statement at its top would run on pages that never named it."""
    for name in pack.shared():
        tops = [
            line
            for line in source(STATIC / "js" / name).splitlines()
            if re.match(r"[A-Za-z.]+[(.]|for |if ", line)
        ]
        assert not tops, f"{name}: {tops}"
        assert name not in pack.entries(), f"{name} is named by a page: no other may import it"


@pytest.mark.node
def test_what_is_sent_is_what_esbuild_makes_of_them(tmp_path):
    need_node()
    pack.write(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in pack.PACKED.iterdir()
    }


def test_a_sheet_has_a_rule_for_every_class_of_its_pages():
    """Whole files are left out of what is sent to it; `strip` is the sheet's own there."""
    words = used_styles.words(used_styles.of_sheets())
    sent = {
        name
        for path in JOINED["css/sheets.css"]
        for found in selectors(STATIC / path)
        for name in used_styles.classes(found)
    }
    left = {
        name
        for style in NOT_ON_SHEETS
        for found in selectors(STATIC / "css" / f"{style}.css")
        for name in used_styles.classes(found)
    }
    named = {
        word
        for path in used_styles.of_sheets()
        for found in re.findall(r'class="([^"]*)"', source(path))
        for word in found.split()
    }
    assert named & words & left <= sent


# --- used by a page ----------------------------------------------------------------------------------------------


def bare(path: Path) -> str:
    """A style sheet without comments and strings."""
    return re.sub(r'/\*.*?\*/|"[^"]*"', "", source(path), flags=re.S)


def selectors(path: Path) -> Iterator[str]:
    """The selectors of a style sheet: what stands before a brace and is no at-rule."""
    for found in re.findall(r"([^{};]+)\{", bare(path)):
        if not found.strip().startswith("@"):
            yield found


def template_words(app: Flask, path: Path) -> tuple[str, set[str]]:
    """A template with a GAP for each value, and the words of its own strings, those for people left out."""
    text, words, before = "", set(), ("", "")
    for _, kind, value in app.jinja_env.lex(source(path)):
        if kind == "data":
            text += value
        elif kind == "variable_begin":
            text += GAP
        elif kind == "block_begin":
            text += " "
        elif kind == "string" and not (before[1] == "(" and before[0] in WORDS_OF_PEOPLE):
            words |= set(value[1:-1].split())
        if kind != "whitespace":
            before = (before[1], value)
    return text, words


def class_blocks() -> set[str]:
    """The blocks that stand in a class attribute of a layout."""
    return {name for page in PAGES for name in re.findall(r'class="[^"]*\{%-? *block (\w+)', source(page))}


def python_words(tree: ast.AST) -> tuple[set[str], set[str]]:
    """The classes that Python names (`svgclass="qr"`), and all its strings, from which classes may be composed."""
    classes, words = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.add(node.value)
        if isinstance(node, ast.keyword) and node.arg and node.arg.endswith("class"):
            classes |= {
                word
                for part in ast.walk(node.value)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                for word in part.value.split()
            }
    return classes, words


@pytest.fixture(scope="module")
def used(app: Flask) -> tuple[set[str], set[str]]:
    """Classes as pages write them, some with a GAP; and the words that may fill it."""
    classes, fillings = set(), set()
    blocks = "|".join(class_blocks())
    for page in PAGES:
        text, words = template_words(app, page)
        fillings |= words
        classes |= words | {word for found in re.findall(r'class="([^"]*)"', text) for word in found.split()}
        for found in re.findall(rf"\{{%-? *block (?:{blocks}) *-?%\}}(.*?)\{{%-? *endblock", source(page)):
            classes |= set(re.sub(r"\{%.*?%\}", " ", found).split())
    for module in MODULES:
        for plain, composed in JS_STRING.findall(source(module)):
            classes |= set((plain or re.sub(r"\$\{[^}]*\}", GAP, composed)).split())
    for path in PACKAGE.rglob("*.py"):
        named, words = python_words(ast.parse(source(path)))
        classes |= named
        fillings |= words
    return classes, fillings | {str(number) for number in range(10)}


def fits(name: str, written: str, fillings: set[str]) -> bool:
    """Whether a class may come of one written with gaps: `st-late` of `st-GAP`, where somebody says "late"."""
    pattern = "([a-z0-9_-]*)".join(re.escape(part) for part in re.split(f"{GAP}+", written))
    found = re.fullmatch(pattern, name)
    return bool(found) and all(not part or part in fillings for part in found.groups())


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_class_of_a_style_sheet_is_used(used, path):
    classes, fillings = used
    composed = [written for written in classes if GAP in written and written.strip(GAP)]
    known = {name for found in selectors(path) for name in re.findall(r"\.(-?[a-zA-Z_][\w-]*)", found)}
    dead = {
        name
        for name in known - classes - STATES
        if not any(fits(name, written, fillings) for written in composed)
    }
    assert not dead, f"no page uses {sorted(dead)}: delete them"


def test_every_token_is_used_and_every_used_one_is_there():
    """Our own custom properties; Bootstrap reads the --bs- ones."""
    styles = "\n".join(bare(path) for path in STYLES)
    pages = "\n".join(source(page) for page in PAGES)
    given = {name for name in re.findall(r"(--[\w-]+)\s*:", styles) if not name.startswith("--bs-")}
    wanted = {name for name in re.findall(r"var\((--[\w-]+)", styles + pages) if not name.startswith("--bs-")}
    assert given == wanted


def test_dark_and_contrast_are_the_same_whether_the_device_or_the_person_asks_for_them():
    """CSS cannot share a block between a media query and a selector: they stand twice."""
    text = re.sub(r"/\*.*?\*/", "", source(STATIC / "css" / "dark.css"), flags=re.S)
    block = re.compile(r"(?:@media ([^{}]+) \{\s*)?([^{}\s][^{}]*) \{([^{}]*)\}")
    told = {
        (media, name): set(re.findall(r"[\w-]+: [^;]+;", body)) for media, name, body in block.findall(text)
    }
    device = ':root:not([data-bs-theme="light"])'
    dark = "(prefers-color-scheme: dark)"
    assert told[dark, device] == told["", '[data-bs-theme="dark"]']
    more_and_dark = told["", '[data-contrast="more"][data-bs-theme="dark"]']
    assert told[f"(prefers-contrast: more) and {dark}", device] == more_and_dark
    more = told["(prefers-contrast: more)", ":root"]
    assert more <= told["", '[data-contrast="more"]']
    assert told[dark, ':root[data-contrast="more"]:not([data-bs-theme="light"])'] == more_and_dark | {
        line for line in more if "var(" in line or "currentColor" in line
    }
