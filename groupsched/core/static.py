"""Static files under an address that changes with them, so that a browser that has one never asks for it again.

`url_for("static", …)` gives `/static/~<version>/…`; what a style sheet or a module names beside itself is of that version
too. `/static/…` without one stays, and is asked about each time.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory, session

YEAR = 365 * 24 * 3600  # seconds


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
            return send_from_directory(files, filename)
        response = send_from_directory(files, filename, max_age=YEAR)
        response.cache_control.immutable = True
        return response

    def name(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and not app.debug:
            values.setdefault("version", version_of(files))

    app.add_url_rule("/static/~<version>/<path:filename>", endpoint="static")
    app.view_functions["static"] = send
    app.url_defaults(name)
    app.after_request(_the_same_for_everybody)


def _the_same_for_everybody(response: Response) -> Response:
    """Flask-Login reads the session in every request; without this a new cookie would make every file be asked for anew."""
    if request.endpoint == "static":
        session.accessed = False
    return response
