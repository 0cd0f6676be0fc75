"""How templates become pages."""

import re

from flask import Flask
from jinja2.ext import Extension


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
