"""Static files under an address that changes with them, so that a browser that has one never asks for it again.

`url_for("static", …)` gives `/static/~<version>/…`; what a style sheet or a module names beside itself is of that version
too. Texts are joined (`core/joining.py`) and packed tightly, once a process. `/static/…` without a version gives a file as it lies,
and is asked about each time; so a page has it while somebody works on it (debug).
"""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory, session

from groupsched.core import joining
from groupsched.core.joining import JOINED, shared_modules, whole
from groupsched.core.packing import TIGHT, tightest

YEAR = 365 * 24 * 3600  # seconds
TEXTS = (".css", ".js", ".svg")


@cache
def version_of(files: Path) -> str:
    """Ten letters that say what lies in a folder: other bytes or another name, other letters. Read once a process."""
    digest = hashlib.sha256(Path(joining.__file__).read_bytes())
    for path in sorted(files.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(files).as_posix()} {path.stat().st_size} ".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def init_app(app: Flask) -> None:
    """Serve the files of the application, and name them by version unless somebody works on them (debug)."""
    files = Path(str(app.static_folder))

    def send(filename: str, version: str = "") -> Response:
        current = version == version_of(files)
        if filename.endswith(TEXTS) and (version or filename in JOINED):
            response = _packed_text(files, filename) if current else _text(whole(files, filename), filename)
        else:
            response = send_from_directory(files, filename)
        # A page from before an update still finds its files, and keeps none.
        return _to_keep(response) if current else response

    def name(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and not app.debug:
            values.setdefault("version", version_of(files))

    app.add_url_rule("/static/~<version>/<path:filename>", endpoint="static")
    app.view_functions["static"] = send
    app.url_defaults(name)
    # Who works on them has them as they lie in js/, each alone.
    app.jinja_env.globals["shared_modules"] = [] if app.debug else shared_modules(files)
    app.after_request(_the_same_for_everybody)


def _to_keep(response: Response) -> Response:
    # send_from_directory says no-cache: beside it a year counts for nothing.
    response.cache_control.no_cache = None
    response.cache_control.public = response.cache_control.immutable = True
    response.cache_control.max_age = YEAR
    return response


def _text(body: bytes, filename: str, tag: str = "") -> Response:
    response = Response(body, mimetype=mimetypes.guess_type(filename)[0])
    response.cache_control.no_cache = True
    response.set_etag(tag) if tag else response.add_etag()
    response.make_conditional(request)
    return response


def _packed_text(files: Path, filename: str) -> Response:
    packing = tightest()
    response = _text(_packed(files, filename, packing), filename, f"{version_of(files)}-{packing}")
    if packing:
        response.content_encoding = packing
    # Also of what is not packed: a cache between would give the first answer it saw to everybody.
    response.vary.add("Accept-Encoding")
    return response


@cache
def _packed(files: Path, filename: str, packing: str) -> bytes:
    return TIGHT[packing](whole(files, filename))


def _the_same_for_everybody(response: Response) -> Response:
    """Flask-Login reads the session in every request; without this a new cookie would make every file be asked for anew."""
    if request.endpoint == "static":
        session.accessed = False
    return response
