"""What the sheet needs without a line, none of it about anybody: the worker, an empty sheet, and the parts it draws from."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Response, current_app, make_response, render_template, url_for

from groupsched.access.policy import Permission, requires
from groupsched.accounts.rules import lifetime
from groupsched.attendance.queries import SheetRow
from groupsched.attendance.routes.blueprint import blueprint
from groupsched.attendance.rules import RowAnswer, RowKind, RowState
from groupsched.core import clock
from groupsched.core.errors import NotFound
from groupsched.core.i18n import LANGUAGES, current_language, force_locale
from groupsched.core.joining import whole
from groupsched.core.packing import pack_tightly
from groupsched.core.resources import folder
from groupsched.core.static import YEAR, version_of

UID = "-"
"""Stands in the addresses of the empty sheet for the one that it will be."""
BLANK_ROW = SheetRow("", None, RowKind.EXPECTED, RowState(answer=RowAnswer()))


@cache
def shell_version() -> str:
    """Ten letters that change with a release: with any file, template or word of it."""
    folders = (Path(str(current_app.static_folder)), folder("templates"), folder("translations"))
    return sha256(" ".join(version_of(one) for one in folders).encode()).hexdigest()[:10]


def parts_address() -> str:
    """Where the parts of the sheet lie in the language of the page, of this release."""
    return url_for("attendance.parts", language=current_language(), version=shell_version())


def known_language(language: str) -> str:
    """A language of ours. Raises NotFound."""
    if language not in LANGUAGES:
        raise NotFound
    return language


@blueprint.get("/parts/<language>/<version>")
@requires(Permission.PUBLIC)
def parts(language: str, version: str) -> Response:
    """What the page's module draws from, kept by a browser as long as it is of this release."""
    blank = {"row": BLANK_ROW, "tile": {"id": "", "version": 0, "label": "", "two": []}, "history": []}
    nowhere = {"uid": UID, "timezone": "UTC", "start": None, "end": None}
    with force_locale(known_language(language)):
        page = render_template(
            "attendance/parts.html", panel=blank, occurrence=nowhere, frame=nobody()["frame"]
        )
    response = make_response(page)
    if version == shell_version():
        pack_tightly(response)
        response.cache_control.public = response.cache_control.immutable = True
        response.cache_control.max_age = YEAR
    return response


@blueprint.get("/shell/<language>")
@requires(Permission.PUBLIC)
def shell(language: str) -> str:
    """A sheet of nobody, which the page's module fills from what the browser keeps."""
    with force_locale(known_language(language)):
        return render_template("attendance/shell.html", **nobody())


def nobody() -> dict[str, Any]:
    """What an empty sheet is drawn from: a page of nobody, of no date."""
    idle = lifetime(staff=True, own_phone=False).idle.total_seconds()
    frame = {
        "name": UID, "staff": True, "hints": [], "home_href": url_for("home.today"), "cover_href": url_for("home.cover"),
        "sign_in_href": url_for("accounts.sign_in"), "idle_seconds": int(idle), "anybody": True,
    }  # fmt: skip
    return {
        "frame": frame, "occurrence": {"uid": UID}, "view": {"rows": [UID]}, "tiles": [], "counters": [], "still_open": 0,
        "many": False, "only": "", "q": "", "sort": "", "facts": {}, "parts": parts_address(),
    }  # fmt: skip


def house_of_nobody() -> str:
    """A roll-call of nobody, in the language of now."""
    site = {"uid": UID, "name": "", "timezone": "UTC"}
    return render_template(
        "attendance/house_shell.html", site=site, now=clock.now(), now_ms=0, roll=None, since=0, last=None, marks={}, sites=[],
        totals={"out": 0, "left": 0, "heads": 0, "perhaps": 0}, sections=[], frame=nobody()["frame"],
    )  # fmt: skip


# --- the worker ---


@blueprint.get("/worker.js")
@requires(Permission.PUBLIC)
def worker() -> Response:
    """The service worker, told what it keeps: with each release it is another one."""
    files = Path(str(current_app.static_folder))
    shells, houses = (
        {code: url_for(f"{room}.shell", language=code) for code in LANGUAGES}
        for room in ("attendance", "house")
    )
    texts = [url_for("attendance.parts", language=code, version=shell_version()) for code in LANGUAGES]
    kept = [url_for("static", filename=name) for name in shell_files()]
    told = current_app.json.dumps(
        {"version": shell_version(), "shells": shells, "houses": houses, "files": [*texts, *kept]}
    )
    source = (files / "worker" / "sheets.js").read_text(encoding="utf-8")
    response = Response(f"const TOLD = {told};\n{source}", mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    response.cache_control.no_cache = True
    return response


NAMED = re.compile(r"/static/(?:~\w+/)?([\w./-]+)")
BESIDE = {
    ".js": re.compile(r'''\b(?:from|import)\(?"\./([\w-]+\.js)"'''),
    ".css": re.compile(r"""url\(["\']?([\w./-]+)["\']?\)"""),
}


@cache
def shell_files() -> tuple[str, ...]:
    """The static files that the shells name, and what these name beside themselves."""
    with force_locale("en"):
        pages = render_template("attendance/shell.html", **nobody()) + house_of_nobody()
    found, waiting = set[str](), set(NAMED.findall(pages))
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= _beside(name) - found
    return tuple(sorted(found))


def _beside(name: str) -> set[str]:
    root = Path(str(current_app.static_folder)).resolve()
    pattern = BESIDE.get(Path(name).suffix)
    named = pattern.findall(whole(root, name).decode()) if pattern else []
    return {(root / name).parent.joinpath(one).resolve().relative_to(root).as_posix() for one in named}
