"""The blueprint of the sheet, and what its views share."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.attendance import queries, service
from groupsched.attendance.queries import SheetRow, SheetView, WritableSheet
from groupsched.attendance.rules import SheetRight
from groupsched.attendance.words import SheetReader, counters, still_open, told_apart
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.filters import machine
from groupsched.core.regions import stand_in
from groupsched.core.text import clean_line
from groupsched.core.web import own_pages_of

blueprint = Blueprint("attendance", __name__, url_prefix="/sheet")
own_pages_of(blueprint)

KEPT = ("only", "sort")
NAME = 36
WORDS = 80


def sent(name: str, longest: int = NAME) -> str:
    """A short text of the form, or of the address."""
    source = request.form if request.method == "POST" else request.args
    return clean_line(source.get(name, ""), longest)


def writable_sheet(uid: str) -> WritableSheet:
    """The date whose sheet is asked for. Raises NotFound."""
    found = queries.get_writable_sheet(current(), uid)
    stand_in(found.occurrence.timezone)
    return found


def reason_missing(writable: WritableSheet) -> bool:
    """Whether this person must say first why they write on this sheet."""
    return writable.right is SheetRight.REASON and service.reason_of(current(), writable.occurrence) is None


def saw_sheet(view: SheetView) -> None:
    """Write down that the names of a sheet were shown."""
    people = [row.person.id for row in view.rows if row.person]
    audit.saw(current(), AuditAction.SHEET_OPENED, people, view.occurrence)


def reader_for(view: SheetView, rows: list[SheetRow] | None = None) -> SheetReader:
    """What draws the tiles of a sheet (or of these rows) for who is signed in."""
    drawn = view.rows if rows is None else rows
    torn = [row.state for row in drawn if row.state.rival]
    actors = {answer.actor for state in torn for answer in (state.answer, state.rival) if answer}
    actors |= {view.said_by.get(row.attendee_id) for row in drawn}
    since = view.since
    if since is None:
        since = queries.members_since(view.occurrence, [row.person.id for row in drawn if row.person])
    viewer = current().person
    names = {**view.names, **queries.first_names(actors - {viewer, *view.names})}
    return SheetReader(view, viewer, names, since, apart_on(view))


def apart_on(view: SheetView) -> dict[int, str]:
    """What tells people of one name on a sheet apart, by the number of the person."""
    zone = view.occurrence.timezone
    return {number: told_apart(one, zone) for number, one in queries.namesakes(current(), view).items()}


def back_to_sheet(uid: str, **more: Any) -> Response:
    """The sheet again, filtered and sorted as it was."""
    asked = {name: clean_line(request.args.get(name, ""), WORDS) for name in KEPT}
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    anchor = more.pop("_anchor", None)
    return redirect(url_for("attendance.sheet", uid=uid, **kept, **more, _anchor=anchor), 303)


def as_json(reader: SheetReader, rows: list[SheetRow], **more: Any) -> dict[str, Any]:
    """Rows and counters as a device draws and keeps them."""
    view = reader.view
    return {
        "version": view.version,
        "finished": view.finished,
        "now": machine(clock.now()),
        "arrival": view.marking,
        "ask": queries.asks_how(view),
        "rows": [reader.draw(row) for row in rows],
        "counters": [vars(counter) for counter in counters(view)],
        "open": still_open(view),
        **more,
    }
