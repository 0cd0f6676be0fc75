"""The record afterwards: the attendance of a group, of a person, and of one date as it was known then."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.models import Person
from groupsched.accounts.queries import zone_of
from groupsched.attendance import queries
from groupsched.attendance.models import RosterSignature
from groupsched.attendance.queries import AttendanceTrend, RecordedDate, SheetView
from groupsched.attendance.routes.blueprint import reader_for
from groupsched.attendance.routes.tables import group_table, person_table
from groupsched.attendance.rules import DaySpan, SheetRight, TileState, came_of, minutes, month_of, span_of
from groupsched.attendance.words import LOOKS, SheetReader, counters, says
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group
from groupsched.catalog.queries import zone_of as zone_of_group
from groupsched.core import clock
from groupsched.core.cells import as_file
from groupsched.core.errors import NotFound
from groupsched.enrolment.queries import get_person, sides

blueprint = Blueprint("record", __name__)
BARS = 12


def asked_day(name: str) -> date | None:
    """A day of the address, None where it is no day of this calendar."""
    try:
        found = date.fromisoformat(request.args.get(name, "")[:10])
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def asked_span(zone: str) -> DaySpan | None:
    """The days that the address asks for."""
    return span_of(asked_day("from"), asked_day("to"), clock.today(zone))


def own_group(uid: str) -> Group:
    """A group whose attendance this identity may read. Raises NotFound."""
    found = get_group(current(), uid, Permission.ATTENDANCE_READ)
    if found.external:
        raise NotFound
    return found


def saw_group(action: AuditAction, group: Group, views: list[SheetView]) -> None:
    """Write down whose marks were shown with a group."""
    audit.saw(current(), action, [row.person for view in views for row in view.rows if row.person], group)


@blueprint.get("/groups/<uid>/attendance")
@requires(Permission.ATTENDANCE_READ)
def group(uid: str) -> str:
    """How a group was attended: bars, dates, people; the last twelve dates unless other days are asked for."""
    found = own_group(uid)
    span = asked_span(zone_of_group(found))
    views = queries.group_record(current(), found, span, **({} if span else {"limit": BARS}))
    saw_group(AuditAction.ATTENDANCE_READ, found, views)
    dates = queries.by_date(views)
    return render_template(
        "attendance/of_group.html",
        group=found,
        zone=zone_of_group(found),
        span=span,
        asked=asked_values(span),
        dates=dates[::-1],
        trend=_trend(dates),
        came=sum((one.came for one in dates), came_of(())),
        people=queries.by_person(views),
        month=month_of(clock.today(zone_of_group(found))),
    )


def asked_values(span: DaySpan | None) -> dict[str, str]:
    """A span as an address carries it."""
    return {"from": span.first.isoformat(), "to": span.last.isoformat()} if span else {}


def _trend(dates: list[RecordedDate]) -> list[AttendanceTrend]:
    shown = [one for one in dates if one.met][-BARS:]
    return [AttendanceTrend(one.view.occurrence.start, one.came.came, one.came.asked) for one in shown]


@blueprint.get("/groups/<uid>/attendance.csv")
@requires(Permission.ATTENDANCE_READ)
def group_csv(uid: str) -> Response:
    """The same as a table: a row for each person on each date."""
    found = own_group(uid)
    span = asked_span(zone_of_group(found))
    views = queries.group_record(current(), found, span, **({} if span else {"limit": BARS}))
    saw_group(AuditAction.ATTENDANCE_EXPORTED, found, views)
    return as_file(group_table(views), "attendance.csv")


@blueprint.get("/groups/<uid>/attendance/month")
@requires(Permission.ATTENDANCE_READ)
def month(uid: str) -> str:
    """A month of a group on one sheet of paper: people down, dates across."""
    found = own_group(uid)
    span = month_of(asked_day("of") or clock.today(zone_of_group(found)))
    views = queries.group_record(current(), found, span)
    saw_group(AuditAction.ATTENDANCE_PRINTED, found, views)
    people = queries.by_person(views)
    return render_template(
        "attendance/month.html", group=found, span=span, views=views, people=people, zone=zone_of_group(found),
        looks={view.occurrence.id: _looks(view) for view in views},
    )  # fmt: skip


def _looks(view: SheetView) -> dict[int, tuple[str, str]]:
    """The glyph and the words of each person on one date, by the number of the person."""
    reader = SheetReader(view, None, {})
    return {
        row.person.id: (
            LOOKS[TileState.TWO] if row.state.rival else reader.look(row.state.answer),
            says(row.state.answer, view.meeting, view.occurrence.timezone),
        )
        for row in view.rows
        if row.person
    }


@blueprint.get("/people/<uid>/attendance")
@requires(Permission.ATTENDANCE_READ)
def person(uid: str) -> str:
    """How somebody attended, on the sheets that this identity may read; on all of them for their care team."""
    found, zone, span = _somebody(uid)
    marks = queries.person_record(current(), found, span)
    audit.saw(current(), AuditAction.MARK_READ, [found], found)
    return render_template(
        "attendance/of_person.html",
        person=found,
        zone=zone,
        span=span,
        asked=asked_values(span),
        sums=queries.by_group(marks),
        came=came_of(mark.row.state for mark in marks),
        marks=[(mark, _mark_words(mark.view), minutes(mark.row.state.answer, mark.view.elapsed)) for mark in marks],
    )  # fmt: skip


def _mark_words(view: SheetView) -> tuple[str, str]:
    return next(iter(_looks(view).values()))


def _somebody(uid: str) -> tuple[Person, str, DaySpan | None]:
    found = get_person(current(), uid)
    if found.id == current().person or not sides(current(), found).client:
        raise NotFound
    zone = zone_of(found)
    return found, zone, asked_span(zone)


@blueprint.get("/people/<uid>/attendance.csv")
@requires(Permission.ATTENDANCE_READ)
def person_csv(uid: str) -> Response:
    """The same as a table."""
    found, _zone, span = _somebody(uid)
    marks = queries.person_record(current(), found, span)
    audit.saw(current(), AuditAction.MARK_EXPORTED, [found], found)
    return as_file(person_table(marks), "attendance.csv")


@blueprint.get("/sheet/<uid>/record")
@requires(Permission.ATTENDANCE_READ)
def sheet(uid: str) -> str:
    """Who was in the room on one date, as it is known now or was known at the end of a day. Nothing is written here."""
    occurrence = queries.get_readable_date(current(), uid)
    known = asked_day("known")
    moment = min(queries.end_of(known, occurrence.timezone), clock.now()) if known else clock.now()
    view = queries.known_at(occurrence, moment)
    audit.saw(current(), AuditAction.SHEET_READ, [row.person for row in view.rows if row.person], occurrence)
    return render_template("attendance/record.html", known=known, signed=_signed(view, moment), **_room(view))


def _signed(view: SheetView, moment: datetime) -> dict[str, RosterSignature] | None:
    """The signatures that stood at a moment, by row; None where the roster is not signed."""
    if not queries.is_signed(view.occurrence):
        return None
    return {uid: one for uid, one in queries.signatures_of(view).items() if one.signed_at <= moment}


def _room(view: SheetView) -> dict[str, Any]:
    reader = reader_for(view)
    rows = [
        (row, reader.draw(row), minutes(row.state.answer, view.elapsed)) for row in view.rows if row.counts
    ]
    return {
        "view": view,
        "occurrence": view.occurrence,
        "rows": rows,
        "totals": view.totals,
        "counters": counters(view),
        "write": _way_to_write(view),
    }


def _way_to_write(view: SheetView) -> str:
    """The address of the sheet, where this identity may still write on it."""
    try:
        right = queries.ensure_sheet_right(current(), view.occurrence)
    except NotFound:
        return ""
    return "" if right is SheetRight.NONE else url_for("attendance.sheet", uid=view.occurrence.uid)
