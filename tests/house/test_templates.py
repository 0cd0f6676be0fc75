"""Every template compiles and reads like prose, every page has a title, nothing stands inline, a component says what it takes."""

import re
from pathlib import Path

import pytest
from jinja2 import TemplateError, nodes

from groupsched import create_app
from groupsched.core.config import load
from groupsched.core.resources import folder

ROOT = folder("templates")
ALL = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())
HTML = [name for name in ALL if name.endswith(".html")]
LONGEST, TALLEST = 120, 150
FORM = "components/form.html"
INLINE = re.compile(
    r"""<style\b|\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|javascript:|<script(?![^>]*\bsrc=)""", re.I
)


def source_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    instance = tmp_path_factory.mktemp("templates")
    return create_app(load({}, instance=instance, secret_key="t" * 40)).jinja_env


def told(wrong):
    """Each of what is wrong, on its line."""
    return "\n".join(map(str, wrong))


def parts(*folders):
    """The names of the pages that stand in none of these folders."""
    return [name for name in HTML if not name.startswith(folders)]


COMPONENTS = [name for name in HTML if name.startswith("components/")]


def test_every_template_compiles(environment):
    wrong = {}
    for name in ALL:
        try:
            environment.get_template(name)
        except TemplateError as error:
            wrong[name] = str(error)
    assert not wrong, told(wrong.items())


def test_every_page_has_a_title(environment):
    """A page says what it is in {% block title %}, which is not empty."""
    wrong = []
    for name in parts("components/", "layouts/", "outbox/"):
        source = source_of(name)
        tree = environment.parse(source)
        is_part = Path(name).name.startswith("_") or (
            "<html" not in source and tree.find(nodes.Extends) is None
        )
        titles = [block for block in tree.find_all(nodes.Block) if block.name == "title"]
        if not is_part and not (titles and titles[0].body):
            wrong.append(name)
    assert not wrong, told(wrong)


def test_nothing_stands_inline_that_the_content_policy_refuses():
    wrong = [
        name
        for name in parts("outbox/")
        if INLINE.search(re.sub(r"\{#.*?#\}", "", source_of(name), flags=re.S))
    ]
    assert not wrong, told(wrong)


def test_a_component_says_at_its_top_what_it_draws():
    wrong = [name for name in COMPONENTS if not source_of(name).startswith("{#")]
    assert not wrong, told(wrong)


def test_a_template_fits_on_a_page_and_its_lines_on_a_screen():
    wrong = []
    for name in HTML:
        lines = source_of(name).splitlines()
        wrong += [(name, len(lines))] if len(lines) > TALLEST else []
        wrong += [(name, number) for number, line in enumerate(lines, 1) if len(line) > LONGEST]
    assert not wrong, told(wrong)


def test_every_form_that_is_posted_is_written_by_the_one_macro_that_brings_its_token():
    others = [name for name in HTML if name != FORM]
    wrong = [name for name in others if re.search('csrf_token|method="post"', source_of(name))]
    assert not wrong, told(wrong)


def test_a_component_says_at_its_top_what_each_argument_means(environment):
    wrong = []
    for name in COMPONENTS:
        source = source_of(name)
        head = source.partition("#}")[0]
        said = dict(
            re.findall(r"^(?:\{#|  ) (\w+)\([^)]*\):(.*?)(?=^   \w+\([^)]*\):|\Z)", head, re.M | re.S)
        )
        for macro in environment.parse(source).find_all(nodes.Macro):
            # What begins with an underscore is the component's own: no other file can import it.
            if not macro.name.startswith("_"):
                named = re.findall(r"^ {5}(\w+(?:, \w+)*):", said.get(macro.name, ""), re.M)
                means = [arg for names in named for arg in names.split(", ")]
                if macro.name not in said or [a.name for a in macro.args] != means:
                    wrong.append((name, macro.name))
    assert not wrong, told(wrong)


def test_what_is_imported_says_nothing_before_it_is_asked(environment):
    """An import without context is run once and kept: a word at its top would stay in its first reader's language."""
    trees = {name: environment.parse(source_of(name)) for name in HTML}
    imports = [node for tree in trees.values() for node in tree.find_all(nodes.FromImport)]
    for name in {node.template.value for node in imports if not node.with_context}:
        top = [node for node in trees[name].body if not isinstance(node, nodes.Macro)]
        called = [getattr(call.node, "name", "") for part in top for call in part.find_all(nodes.Call)]
        assert not {"_", "gettext", "ngettext", "pgettext"} & set(called), name


def test_no_template_lays_names_of_its_own_over_the_globals(environment):
    """At each import in a page a layer over them is asked for every name, in Python."""
    for name in ("layouts/base.html", *COMPONENTS):
        assert environment.get_template(name).globals is environment.globals, name
