"""Style sheets and modules as they are sent: few files where there are many, without comments and indentation.

On a slow line each further file keeps a page waiting, and each is packed alone. `css/page.css` is all style sheets of a
page, `css/sheets.css` those of an attendance sheet, each with what its pages use of Bootstrap
(`python -m tests.house.used_styles`). The modules of `js/` lie joined in `packed/`, a file for each that a page names and one
for what they share (`python -m tests.house.pack`).
"""

import re
from pathlib import Path

from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

BOOTSTRAP, BOOTSTRAP_OF_SHEETS = "vendor/bootstrap.used.css", "vendor/bootstrap.sheets.css"
# The order is the cascade: tokens, type, layout, focus, then the parts, then paper and what a person asks for.
STYLES_OF_PAGES = (
    "tokens", "dark", "type", "layout", "focus", "buttons", "forms", "choices", "asked", "frame", "lock", "cards", "tags", "lists",
    "tables", "find", "fit", "calendar", "front", "feeds", "large", "print", "preferences",
)  # fmt: skip
NOT_ON_SHEETS = {"choices", "asked", "tables", "find", "fit", "calendar", "front", "feeds"}
STYLES_OF_SHEETS = (
    *(name for name in STYLES_OF_PAGES if name not in NOT_ON_SHEETS),
    "sheet-frame", "sheet-tiles", "sheet-panel", "sheet", "sheet-list",
)  # fmt: skip
JOINED = {
    "css/page.css": (BOOTSTRAP, *(f"css/{name}.css" for name in STYLES_OF_PAGES)),
    "css/sheets.css": (BOOTSTRAP_OF_SHEETS, *(f"css/{name}.css" for name in STYLES_OF_SHEETS)),
}
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_STRING_OR_SPACE = re.compile(r"""("[^"]*"|'[^']*')|;\s*(?=\})|\s*([{},;])\s*|(:)\s+|(\s)\s*""")


def whole(files: Path, filename: str) -> bytes:
    """A style sheet, module or drawing as it is sent by its name. Raises NotFound."""
    if filename in JOINED:
        return b"".join(whole(files, name) for name in JOINED[filename])
    if filename.startswith("js/"):
        packed = safe_join(str(files / "packed"), filename.removeprefix("js/"))
        if packed and Path(packed).is_file():
            return Path(packed).read_bytes()
    path = safe_join(str(files), filename)
    if path is None or not Path(path).is_file():
        raise NotFound
    body = Path(path).read_bytes()
    return _narrow(body.decode()).encode() if filename.startswith("css/") else body


def shared_modules(files: Path) -> list[str]:
    """The file that every page's modules import: a page names it, so that it need not be found out first."""
    return [f"js/{path.name}" for path in (files / "packed").glob("shared-*.js")]


def _narrow(styles: str) -> str:
    """The same rules without comments, and without the spaces that separate nothing."""
    return _STRING_OR_SPACE.sub(
        lambda found: found[1] or found[2] or found[3] or (" " if found[4] else ""), _COMMENT.sub("", styles)
    )
