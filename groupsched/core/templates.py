"""How templates become pages."""

import re
from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2.ext import Extension


class SharedGlobals(Environment):
    """Every template has the globals of the application as they are, and none of its own.

    Jinja lays an empty layer over them for each template. At every import in a page all names are then asked for in Python,
    one after the other, which took a quarter of the time in which a page is drawn.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class FlushLeft(Extension):
    """Take the indentation out of a template before it is compiled.

    It is there for those who read the template; sent, it would make a sheet of forty people a quarter larger. Lines stay, so
    that an error still names its line, and so does the space that a line end is between two words.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)


def init_app(app: Flask) -> None:
    """Let blocks leave no empty lines, and lines begin at the left."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension(FlushLeft)
