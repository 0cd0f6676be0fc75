"""People who come without a place: found by their name or number, shown as first name and initial, or a guest."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.models import Person
from groupsched.accounts.rules import record_end
from groupsched.attendance import queries, service
from groupsched.attendance.forms import GuestForm
from groupsched.attendance.queries import SheetView, WritableSheet
from groupsched.attendance.routes.blueprint import (
    WORDS,
    back_to_sheet,
    blueprint,
    reason_missing,
    sent,
    writable_sheet,
)
from groupsched.attendance.service import AddedAttendee
from groupsched.attendance.words import told_apart
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.core.web import is_part
from groupsched.enrolment.service import asked_at_door


@blueprint.get("/<uid>/walk-in")
@requires(Permission.ATTENDANCE_WRITE)
def walk_in(uid: str) -> str | Response:
    """Look somebody up who is not on the sheet, or add a guest."""
    writable = writable_sheet(uid)
    if reason_missing(writable):
        return back_to_sheet(uid)
    return _page(writable, GuestForm(formdata=None, op=service.new_op_id()))


@blueprint.post("/<uid>/walk-in/find")
@requires(Permission.ATTENDANCE_WRITE)
def find_walk_in(uid: str) -> str | Response:
    """Who is found: a post, for a name stands in no address."""
    writable = writable_sheet(uid)
    if reason_missing(writable):
        return back_to_sheet(uid)
    return _page(writable, GuestForm(formdata=None, op=service.new_op_id()), sent("q", WORDS))


def _page(writable: WritableSheet, form: GuestForm, words: str = "") -> str:
    view = queries.read_sheet(writable.occurrence)
    if view.finished and view.sheet:
        raise Conflict(service.finished_words(view.sheet, writable.occurrence), code="finished")
    found = queries.walk_ins_matching(current(), view, words)
    audit.saw(current(), AuditAction.WALK_IN_SOUGHT, [person.id for person in found], writable.occurrence)
    capacity, count = writable.occurrence.seats.all, view.totals.present
    page = "attendance/_walk_in_found.html" if is_part() else "attendance/walk_in.html"
    return render_template(
        page, occurrence=writable.occurrence, form=form, q=words, matches=_matches(view, found),
        by_letters=queries.finds_by_letters(current(), writable.occurrence),
        over=_("This makes %(count)s of %(total)s. You can go on.", count=count + 1, total=capacity)
        if capacity is not None and count >= capacity else "",
    )  # fmt: skip


def _matches(view: SheetView, found: list[Person]) -> list[dict[str, str]]:
    """Each person as first name and initial, with the end of the record number; those who read alike, or like somebody on the
    sheet, with what else the desk can check."""
    apart, zone = queries.namesakes(current(), view, found), view.occurrence.timezone
    asked = asked_at_door(view.occurrence, found)
    return [
        {
            "uid": one.uid,
            "label": one.short_name,
            "end": record_end(one.record_number),
            "asked": asked.get(one.id, ""),
            "apart": told_apart(apart[one.id], zone) if one.id in apart else "",
            "op": service.new_op_id(),
        }
        for one in found
    ]


@blueprint.post("/<uid>/walk-in")
@requires(Permission.ATTENDANCE_WRITE)
def add_walk_in(uid: str) -> Response | tuple[str, int]:
    """Put somebody on the sheet and mark them as here; the number of seats is a note, never a wall."""
    writable, form = writable_sheet(uid), GuestForm()
    if not form.validate_on_submit():
        return _page(writable, form), 422
    chosen = sent("person")
    person = queries.walk_in_with(current(), writable.occurrence, chosen) if chosen else None
    added = service.add_walk_in(
        current(), writable.occurrence, person, form.guest_name.data or "", sent("op")
    )
    _tell(writable, added)
    return back_to_sheet(uid, done=added.name)


def _tell(writable: WritableSheet, added: AddedAttendee) -> None:
    if added.over:
        flash(
            _(
                "This makes %(count)s of %(total)s. You can go on.",
                count=added.count,
                total=writable.occurrence.seats.all,
            ),
            "warn",
        )
