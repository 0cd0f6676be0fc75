"""Static files under an address that changes with them, so that a browser that has one never asks for it again.

`url_for("static", …)` gives `/static/~<version>/…`; what a style sheet or a module names beside itself is of that version
too. Texts are sent as gzip. `/static/…` without a version stays, and is asked about each time. The style sheets of every
page are one file, `css/page.css`, and those of a sheet another: on a slow line each further one keeps the page white for a
while. The first begins with what pages use of Bootstrap, an eighth of it (`python -m tests.house.used_styles`).
"""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory, session
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from groupsched.core.packing import takes_gzip

YEAR = 365 * 24 * 3600  # seconds
TEXTS = (".css", ".js", ".svg")
BOOTSTRAP = "vendor/bootstrap.used.css"
# The order is the cascade: tokens, type, layout, focus, then the parts, then paper and what a person asks for.
STYLES_OF_PAGES = (
    "tokens", "dark", "type", "layout", "focus", "buttons", "forms", "frame", "lock", "cards", "lists", "find", "calendar",
    "front", "feeds", "large", "print", "preferences",
)  # fmt: skip
STYLES_OF_SHEETS = ("sheet-frame", "sheet-tiles", "sheet-panel", "sheet", "sheet-list")
JOINED = {
    "css/page.css": (BOOTSTRAP, *(f"css/{name}.css" for name in STYLES_OF_PAGES)),
    "css/sheets.css": tuple(f"css/{name}.css" for name in STYLES_OF_SHEETS),
}


@cache
def version_of(files: Path) -> str:
    """Ten letters that say what lies in a folder: other bytes or another name, other letters. Read once a process."""
    digest = hashlib.sha256()
    for path in sorted(files.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(files).as_posix()} {path.stat().st_size} ".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def init_app(app: Flask) -> None:
    """Serve the files of the application, and name them by version unless somebody works on them (debug)."""
    files = Path(str(app.static_folder))

    def send(filename: str, version: str = "") -> Response:
        if version != version_of(files):  # a page from before an update still finds its files, and keeps none
            return _plain(files, filename)
        if not filename.endswith(TEXTS):
            return _to_keep(send_from_directory(files, filename))
        response = _packed_text(files, filename) if takes_gzip() else _plain(files, filename)
        # Also of what is not packed: a cache between would give the first answer it saw to everybody.
        response.vary.add("Accept-Encoding")
        return _to_keep(response)

    def name(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and not app.debug:
            values.setdefault("version", version_of(files))

    app.add_url_rule("/static/~<version>/<path:filename>", endpoint="static")
    app.view_functions["static"] = send
    app.url_defaults(name)
    app.after_request(_the_same_for_everybody)


def _to_keep(response: Response) -> Response:
    # send_from_directory says no-cache: beside it a year counts for nothing.
    response.cache_control.no_cache = None
    response.cache_control.public = response.cache_control.immutable = True
    response.cache_control.max_age = YEAR
    return response


def _plain(files: Path, filename: str) -> Response:
    if filename not in JOINED:
        return send_from_directory(files, filename)
    response = Response(_joined(files, filename), mimetype="text/css")
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response


def _packed_text(files: Path, filename: str) -> Response:
    if filename in JOINED:
        response = Response(_packed_styles(files, filename), mimetype="text/css")
    else:
        path = safe_join(str(files), filename)
        if path is None or not Path(path).is_file():
            raise NotFound
        response = Response(_packed(path), mimetype=mimetypes.guess_type(path)[0])
    response.content_encoding = "gzip"
    response.set_etag(f"{version_of(files)}-gzip")
    response.make_conditional(request)
    return response


def _joined(files: Path, filename: str) -> bytes:
    return b"".join((files / name).read_bytes() for name in JOINED[filename])


@cache
def _packed_styles(files: Path, filename: str) -> bytes:
    return gzip.compress(_joined(files, filename), mtime=0)


@cache
def _packed(path: str) -> bytes:
    # Without the time in it: every process packs for itself, and all their bytes have one ETag.
    return gzip.compress(Path(path).read_bytes(), mtime=0)


def _the_same_for_everybody(response: Response) -> Response:
    """Flask-Login reads the session in every request; without this a new cookie would make every file be asked for anew."""
    if request.endpoint == "static":
        session.accessed = False
    return response
