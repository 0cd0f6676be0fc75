"""The sheet itself: the page, one row beside it, the rows for a device, the paper."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from statistics import mode
from typing import Any

from flask import Response, flash, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.attendance import queries
from groupsched.attendance.forms import SheetReasonForm
from groupsched.attendance.queries import SheetRow, SheetView, WritableSheet
from groupsched.attendance.routes.blueprint import (
    WORDS,
    as_json,
    back_to_sheet,
    blueprint,
    reader_for,
    reason_missing,
    saw_sheet,
    sent,
    writable_sheet,
)
from groupsched.attendance.routes.closing import summary_page
from groupsched.attendance.routes.looks import as_list
from groupsched.attendance.routes.shell import parts_address
from groupsched.attendance.rules import (
    AttendanceStatus,
    OperationKind,
    ReviewReason,
    RowKind,
    SheetSort,
    TileState,
    ends_soon,
)
from groupsched.attendance.words import (
    counters,
    done_words,
    letters_of,
    review_words,
    status_words,
    still_open,
)
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.catalog.queries import facts
from groupsched.core import clock
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.i18n import _
from groupsched.core.regions import locale_tag
from groupsched.core.text import fold, is_found, searchable
from groupsched.core.web import asks_for_data
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import date_facts
from groupsched.schedule.rules import OccurrenceStatus
from groupsched.schedule.service import is_awaited

MANY = 12


@blueprint.get("/<uid>")
@requires(Permission.ATTENDANCE_WRITE)
def sheet(uid: str) -> str:
    """The sheet of a date, filled from its enrolments; once finished, its summary."""
    writable = writable_sheet(uid)
    if reason_missing(writable):
        return reason_page(writable)
    view = queries.read_sheet(writable.occurrence)
    done = _done(view)
    if not done:
        saw_sheet(view)
    return _as_it_stands(writable, view, snack=done)


@blueprint.post("/<uid>/search")
@requires(Permission.ATTENDANCE_WRITE)
def search_sheet(uid: str) -> str:
    """The same, those alone whose names begin so: a post, for a name stands in no address."""
    return sheet(uid)


def reason_page(writable: WritableSheet) -> str:
    """The question why one writes on this sheet."""
    return render_template("attendance/reason.html", occurrence=writable.occurrence, form=SheetReasonForm())


def _as_it_stands(writable: WritableSheet, view: SheetView, **more: Any) -> str:
    if view.finished or writable.occurrence.status != OccurrenceStatus.SCHEDULED:
        return summary_page(view)
    return sheet_page(view, sent("row"), **more)


@blueprint.errorhandler(Conflict)
def refused(error: Conflict) -> tuple[str | Response, int]:
    """What cannot be done now is told on the sheet as it stands: nobody at the door is sent elsewhere."""
    if asks_for_data():
        return jsonify({"code": error.code, "told": error.message}), error.status
    writable = writable_sheet((request.view_args or {})["uid"])
    flash(error.message, "warn")
    if reason_missing(writable):
        return reason_page(writable), error.status
    return _as_it_stands(writable, queries.read_sheet(writable.occurrence)), error.status


def sheet_page(view: SheetView, beside: str, **more: Any) -> str:
    """The page of a sheet with one row beside it, if any."""
    return render_template("attendance/sheet.html", **_page(view, beside), **more)


def _page(view: SheetView, beside: str) -> dict[str, Any]:
    rows = sorted_rows(view, sent("sort"))
    reader = reader_for(view)
    only, letters = sent("only"), sent("q", WORDS) if request.method == "POST" else ""
    shown = [row for row in rows if _matches(row, letters)]
    tiles = [reader.draw(row) for row in shown]
    opened = view.row(beside)
    since = mode([tile["since"] for tile in tiles]) if tiles else ""
    return {
        "view": view,
        "occurrence": view.occurrence,
        "tiles": [tile for tile in tiles if not only or tile["counter"] == only],
        "row_facts": partial(row_facts, since=since),
        "counters": counters(view),
        "still_open": still_open(view),
        "only": only,
        "q": letters,
        "sort": sent("sort"),
        "one_tap": ends_soon(view.meeting, clock.now()) and all_settled(view),
        "many": len(view.rows) > MANY,
        "letters": letters_of(shown, sent("sort")),
        "listed": as_list(),
        "roster_signed": queries.is_signed(view.occurrence),
        "may_cover": is_awaited(view.occurrence)
        and can(current(), Permission.COVER_ASK, date_facts(view.occurrence)),
        "today": view.occurrence.local_date == clock.today(view.occurrence.timezone),
        "panel": panel_of(view, opened) if opened else None,
        "facts": {**sheet_facts(view, part=len(tiles) < len(rows) or bool(only)), "since": since},
        "parts": parts_address(),
        "may_change": _may_change(view.occurrence),
    }


def _may_change(occurrence: Occurrence) -> bool:
    """Whether the reader may change when and where the date is: until it begins, and nobody is marked on it."""
    coming = occurrence.status == OccurrenceStatus.SCHEDULED and occurrence.start > clock.now()
    return (
        coming and not occurrence.frozen and can(current(), Permission.GROUP_WRITE, facts(occurrence.group))
    )


def sheet_facts(view: SheetView, *, part: bool) -> dict[str, Any]:
    """What the page's module counts with: when people meet in milliseconds, and where it asks. `part`: not all rows."""
    meeting, uid = view.meeting, view.occurrence.uid
    return {
        "uid": uid, "home": url_for("attendance.sheet", uid=uid), "stay": url_for("home.stay"),
        "start": _millis(meeting.start), "end": _millis(meeting.end),
        "grace": int(meeting.grace.total_seconds() * 1000), "now": _millis(clock.now()), "zone": view.occurrence.timezone,
        "mode": view.sheet.arrival if view.sheet else "", "version": view.version, "part": part, "locale": locale_tag(),
        "ask": queries.asks_how(view),
    }  # fmt: skip


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


SAID_BY_THE_TILE = (
    "id",
    "label",
    "counter",
    "look",
    "tint",
    "line",
    "hint",
    "late",
    "left_early",
    "found",
    "since",
)
USUAL = {"status": AttendanceStatus.UNMARKED, "standing": RowKind.EXPECTED}


def row_facts(tile: dict[str, Any], since: str) -> dict[str, Any]:
    """What a tile does not say of its row in words, for the page's module. What is empty is left out, and what is usual:
    `since` is what most rows say of it."""
    told = {name: value for name, value in tile.items() if value and name not in SAID_BY_THE_TILE}
    besides = {"since": tile["since"]} if tile["since"] != since else {}
    return {name: value for name, value in told.items() if USUAL.get(name) != value} | besides


def all_settled(view: SheetView) -> bool:
    """Whether finishing has nothing left to ask."""
    shown = view.totals.shown
    return not (shown[TileState.UNMARKED] or shown[TileState.TWO])


def _matches(row: SheetRow, letters: str) -> bool:
    """A search finds the beginning of any name; what is seen stays first name and initial."""
    return is_found(row.person.folded if row.person else searchable(row.label), letters)


def sorted_rows(view: SheetView, sort: str) -> list[SheetRow]:
    """By first name, or as asked for: last name, unmarked first, arrival. Never of itself."""
    if sort == SheetSort.LAST:
        return sorted(view.rows, key=lambda row: fold(row.person.last_name) if row.person else "\uffff")
    if sort == SheetSort.UNMARKED:
        return sorted(view.rows, key=lambda row: not row.state.untouched or not row.counts)
    if sort == SheetSort.ARRIVAL:
        late = view.meeting.end
        return sorted(view.rows, key=lambda row: row.state.answer.time_in or late)
    return view.rows


def _done(view: SheetView) -> dict[str, str] | None:
    """What the page that sent us here did, with the name to undo it by. Only what really happened is told."""
    name = sent("done")
    if not name:
        return None
    uids = queries.rows_of_batch(view, current().person, name)
    rows = view.rows_of(uids)
    if not uids:
        return None
    if queries.was_undone(name):
        return {"words": _("Taken back"), "undo": ""}
    return {"words": done_words(rows, view), "undo": name}


def panel_of(view: SheetView, row: SheetRow) -> dict[str, Any]:
    """One row in full: what it says, and the history of its mark.

    What colleagues noted on somebody who stands at the door themself is not for them.
    """
    if row.person and row.person.id == current().person:
        row = replace(row, note="")
    history = queries.history_of(row.attendee_id)
    reader = reader_for(view, [row])
    return {
        "row": row,
        "tile": reader.draw(row),
        "history": [
            {
                "words": status_words(told.operation.status),
                "told": told,
                "undone": told.operation.kind == OperationKind.UNDO,
            }
            for told in history
        ],
    }


@blueprint.get("/<uid>/row/<row>")
@requires(Permission.ATTENDANCE_WRITE)
def row(uid: str, row: str) -> str:
    """One row's panel alone, for the page's module to put beside the list."""
    writable = _ready(uid)
    view = queries.read_sheet(writable.occurrence)
    found = view.row(row)
    if found is None:
        raise NotFound
    if found.person:
        audit.saw(current(), AuditAction.ATTENDEE_OPENED, [found.person.id], writable.occurrence)
    return render_template(
        "attendance/_panel.html", panel=panel_of(view, found), view=view, occurrence=writable.occurrence
    )


def _ready(uid: str) -> WritableSheet:
    writable = writable_sheet(uid)
    if reason_missing(writable):
        raise NotFound
    return writable


@blueprint.get("/<uid>/rows")
@requires(Permission.ATTENDANCE_WRITE)
def rows(uid: str) -> Response:
    """The rows that changed after version `since`, as data; 204 where nothing did. All of them are a look, a poll is none."""
    writable = _ready(uid)
    seen = version_seen()
    status = writable.occurrence.status
    if status in (OccurrenceStatus.CANCELLED, OccurrenceStatus.DID_NOT_MEET):
        return jsonify({"closed": status, "told": review_words(ReviewReason(status))})
    stored = queries.find_sheet(writable.occurrence)
    ended = stored is not None and stored.finished_at is not None
    if seen is not None and not ended and (stored.version if stored else 0) <= seen:
        return Response(status=204)
    view = queries.read_sheet(writable.occurrence, stored)
    changed = [row for row in view.rows if seen is None or row.changed_in > seen]
    gone = queries.taken_off(view, seen) if seen is not None else []
    if not seen:
        saw_sheet(view)
    view.said_by, view.names = queries.said_last(view, changed)
    return jsonify(as_json(reader_for(view, changed), changed, gone=gone))


def version_seen() -> int | None:
    """The version of the sheet that a device has, None where it has none."""
    since = sent("since")
    return int(since) if since.isascii() and since.isdigit() and len(since) < 10 else None


@blueprint.get("/<uid>/paper")
@requires(Permission.ATTENDANCE_WRITE)
def paper(uid: str) -> str | WerkzeugResponse:
    """The sign-in sheet on paper: a neutral title, first names and initials, six free lines."""
    writable = writable_sheet(uid)
    if reason_missing(writable):
        return back_to_sheet(uid)
    view = queries.read_sheet(writable.occurrence)
    expected = [row for row in view.rows if row.on_paper]
    audit.saw(
        current(),
        AuditAction.SHEET_PRINTED,
        [row.person.id for row in expected if row.person],
        writable.occurrence,
    )
    return render_template("attendance/paper.html", view=view, occurrence=writable.occurrence, rows=expected)
