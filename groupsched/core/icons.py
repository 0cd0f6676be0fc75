"""The drawings of pages come with the page: an icon that has to be fetched stands empty on a slow line."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import Flask
from markupsafe import Markup

FILE = Path(__file__).parents[1] / "static" / "img" / "icons.svg"
_SYMBOL = re.compile(r'<symbol id="([ig]-[a-z0-9-]+)"[^>]*>(.*?)</symbol>')


@cache
def _drawings() -> Mapping[str, Markup]:
    text = FILE.read_text(encoding="utf-8")
    return {name: Markup(lines) for name, lines in _SYMBOL.findall(text)}  # noqa: S704 - a file of ours


def drawing(name: str) -> Markup:
    """What stands inside the <svg> of an icon, `i-…`, or of a glyph, `g-…`. Raises KeyError for what is not drawn."""
    return _drawings()[name]


def init_app(app: Flask) -> None:
    """Give the drawings to the templates."""
    app.jinja_env.globals["drawing"] = drawing
