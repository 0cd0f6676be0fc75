"""The tablet goes round: each who was here signs the roster, alone with their own name."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.attendance import queries, service
from groupsched.attendance.queries import SheetRow, SheetView, WritableSheet
from groupsched.attendance.routes.blueprint import (
    back_to_sheet,
    blueprint,
    reason_missing,
    sent,
    writable_sheet,
)
from groupsched.attendance.rules import next_to_sign
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound


@blueprint.get("/<uid>/sign")
@requires(Permission.ATTENDANCE_WRITE)
def sign(uid: str) -> str | Response:
    """Whose turn it is: one name and nothing else; after a signature first a page without any; at the end how many signed."""
    writable = _signed_sheet(uid)
    if reason_missing(writable):
        return back_to_sheet(uid)
    view = queries.roster_of(writable.occurrence)
    done = view.row(sent("done"))
    if done is not None:
        return _page(view, done=done)
    rows, signed = queries.signers(view), queries.signatures_of(view)
    turn = sent("row") or next_to_sign([row.attendee_id for row in rows], set(signed), sent("after"))
    row = next((row for row in rows if row.attendee_id == turn), None)
    if row is None:
        return _page(view, count=sum(one.attendee_id in signed for one in rows), total=len(rows))
    if row.person:
        audit.saw(current(), AuditAction.ATTENDEE_OPENED, [row.person.id], writable.occurrence)
    return _page(view, row=row)


def _signed_sheet(uid: str) -> WritableSheet:
    writable = writable_sheet(uid)
    if not queries.is_signed(writable.occurrence):
        raise NotFound
    return writable


def _page(
    view: SheetView, *, error: DomainError | None = None, row: SheetRow | None = None, **more: object
) -> str:
    return render_template("attendance/sign.html", occurrence=view.occurrence, row=row, error=error, **more)


@blueprint.post("/<uid>/sign/<row>")
@requires(Permission.ATTENDANCE_WRITE)
def sign_now(uid: str, row: str) -> Response | tuple[str, int]:
    """Keep the initials of whose turn it is."""
    writable = _signed_sheet(uid)
    if reason_missing(writable):
        return back_to_sheet(uid)
    try:
        service.sign_roster(current(), writable.occurrence, row, sent("initials", 12), _device())
    except Conflict:
        raise
    except DomainError as refusal:
        db.session.rollback()
        view = queries.roster_of(writable.occurrence)
        return _page(view, row=view.row(row), error=refusal), refusal.status
    return redirect(url_for("attendance.sign", uid=uid, done=row), 303)


def _device() -> str:
    device = getattr(current(), "device", None)
    return str(device.name) if device else ""


@blueprint.post("/<uid>/sign/<row>/undo")
@requires(Permission.ATTENDANCE_WRITE)
def unsign(uid: str, row: str) -> Response:
    """Take it back: it is their turn again, or (from the record) the record again."""
    writable = _signed_sheet(uid)
    if reason_missing(writable):
        return back_to_sheet(uid)
    service.take_signature_back(current(), writable.occurrence, row)
    if sent("from") == "record":
        return back_to_sheet(uid)
    return redirect(url_for("attendance.sign", uid=uid, row=row), 303)
