"""The blueprint of the sheet, and what its views share."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.attendance import queries, service
from groupsched.attendance.queries import Door, Row, SheetView
from groupsched.attendance.rules.limits import Hand
from groupsched.attendance.words import Pen, counters, still_open
from groupsched.audit import service as audit

blueprint = Blueprint("attendance", __name__, url_prefix="/sheet")

KEPT = ("only", "q", "sort")
NAME = 36
WORDS = 80


def sent(name: str, longest: int = NAME) -> str:
    """A short text of the form, or of the address, without control characters."""
    source = request.form if request.method == "POST" else request.args
    return "".join(one for one in source.get(name, "") if one.isprintable())[:longest]


def door_of(uid: str) -> Door:
    """The date whose sheet is asked for. Raises NotFound."""
    return queries.get_door(current(), uid)


def reason_missing(door: Door) -> bool:
    """Whether this person must say first why they write on this sheet."""
    if door.hand is not Hand.REASON:
        return False
    return service.reason_of(current(), queries.find_sheet(door.occurrence)) is None


def saw_sheet(view: SheetView) -> None:
    """Write down that the names of a sheet were shown."""
    people = [row.person.id for row in view.rows if row.person]
    audit.saw(current(), "sheet.opened", people, view.occurrence)


def pen_for(view: SheetView, rows: list[Row] | None = None) -> Pen:
    """What draws the tiles of a sheet (or of these rows) for who is signed in."""
    torn = [row.state for row in (view.rows if rows is None else rows) if row.state.rival]
    actors = [answer.actor for state in torn for answer in (state.answer, state.rival) if answer]
    return Pen(view, current().person, queries.first_names(actors))


def back_to_sheet(uid: str, **more: Any) -> Response:
    """The sheet again, filtered and sorted as it was."""
    asked = {name: request.args.get(name, "") for name in KEPT}
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value and value.isprintable()}
    anchor = more.pop("_anchor", None)
    return redirect(url_for("attendance.sheet", uid=uid, **kept, **more, _anchor=anchor), 303)


def asks_for_json() -> bool:
    """Whether the page's module asks: it draws the rows itself."""
    return request.accept_mimetypes.best == "application/json"


def as_json(view: SheetView, rows: list[Row], **more: Any) -> dict[str, Any]:
    """Rows and counters as a device draws and keeps them."""
    pen = pen_for(view, rows)
    return {
        "version": view.version,
        "finished": view.finished,
        "rows": [pen.draw(row) for row in rows],
        "counters": [vars(counter) for counter in counters(view)],
        "open": still_open(view),
        **more,
    }
