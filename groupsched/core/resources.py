"""Where the files beside the code are: in a checkout next to the package, in a wheel inside it."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The folder `templates` or `migrations`: inside the installed package, else beside it in a checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


@cache
def content(name: str) -> Any:
    """A file of default content, `content("modalities")`, as plain Python data; read once."""
    path = _PACKAGE / "content" / f"{name}.yaml"
    safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=safe)  # noqa: S506 - a safe loader, in C where there is one


def content_path(name: str) -> Path:
    """The path of a file in the content folder, for what is not YAML."""
    return _PACKAGE / "content" / name
