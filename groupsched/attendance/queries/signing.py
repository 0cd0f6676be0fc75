"""Signatures on the roster of a date."""

from collections.abc import Collection

from sqlalchemy import select

from groupsched.attendance.models import Attendee, RosterSignature
from groupsched.attendance.queries.rows import (
    SheetRow,
    SheetView,
    attendees,
    by_first_name,
    find_sheet,
    named,
)
from groupsched.attendance.queries.sheet import view_of
from groupsched.attendance.rules import AttendanceStatus
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence


def is_signed(occurrence: Occurrence) -> bool:
    """Whether the roster of this date is signed by those who were here: its service type says so."""
    service = occurrence.group.counted_as
    return service is not None and service.signed


def roster_of(occurrence: Occurrence) -> SheetView:
    """The sheet of a date as far as people are on it already: whoever was here is."""
    sheet = find_sheet(occurrence)
    view = view_of(occurrence, sheet, attendees(sheet) if sheet else [])
    view.rows.sort(key=by_first_name)
    return named(view)


def signers(view: SheetView) -> list[SheetRow]:
    """Who signs: everybody who was here, in the order of the sheet."""
    return [
        row for row in view.rows if row.state.rival is None and row.state.status is AttendanceStatus.PRESENT
    ]


def signatures(sheets: Collection[int]) -> dict[str, RosterSignature]:
    """The signatures that stand on these sheets (their numbers), by the public id of the row."""
    query = (
        select(Attendee.uid, RosterSignature)
        .join(Attendee, Attendee.id == RosterSignature.attendee_id)
        .where(Attendee.sheet_id.in_(sheets), RosterSignature.taken_back_at.is_(None))
    )
    return {found.uid: found.RosterSignature for found in db.session.execute(query)} if sheets else {}


def signatures_of(view: SheetView) -> dict[str, RosterSignature]:
    """The signatures on one sheet."""
    return signatures([view.sheet.id]) if view.sheet else {}
