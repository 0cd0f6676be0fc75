"""Every template compiles, every page has a title, nothing stands inline, and a component is one file."""

import re
from pathlib import Path

import pytest
from jinja2 import nodes

from groupsched import create_app
from groupsched.core.config import load
from groupsched.core.resources import folder

ROOT = folder("templates")
ALL = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())
HTML = [name for name in ALL if name.endswith(".html")]
INLINE = re.compile(
    r"""<style\b|\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|javascript:|<script(?![^>]*\bsrc=)""", re.I
)


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    instance = tmp_path_factory.mktemp("templates")
    return create_app(load({}, instance=instance, secret_key="t" * 40)).jinja_env


@pytest.mark.parametrize("name", ALL)
def test_every_template_compiles(environment, name):
    environment.get_template(name)


@pytest.mark.parametrize(
    "name", [n for n in HTML if not n.startswith(("components/", "layouts/", "outbox/"))]
)
def test_every_page_has_a_title(environment, name):
    source = (ROOT / name).read_text(encoding="utf-8")
    tree = environment.parse(source)
    is_part = Path(name).name.startswith("_") or ("<html" not in source and tree.find(nodes.Extends) is None)
    blocks = {block.name: block for block in tree.find_all(nodes.Block)}
    if not is_part:
        assert "title" in blocks, "a page says what it is in {% block title %}"
        assert blocks["title"].body, "the title is not empty"


@pytest.mark.parametrize("name", [n for n in HTML if not n.startswith("outbox/")])
def test_nothing_stands_inline_that_the_content_policy_refuses(name):
    source = re.sub(r"\{#.*?#\}", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.S)
    assert not INLINE.search(source)


@pytest.mark.parametrize("name", [n for n in HTML if n.startswith("components/")])
def test_a_component_says_at_its_top_what_it_draws(name):
    assert (ROOT / name).read_text(encoding="utf-8").startswith("{#")
