"""Marks that came where they could not be taken: each tells its story, and somebody chooses what counts."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, render_template, request
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.attendance import queries, service
from groupsched.attendance.models import MarkToReview
from groupsched.attendance.queries import SheetView
from groupsched.attendance.routes.blueprint import WORDS, sent
from groupsched.attendance.rules import ReviewReason, from_sent
from groupsched.attendance.words import act_words, story_of
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.core.web import go

blueprint = Blueprint("review", __name__, url_prefix="/marks-to-review")


@blueprint.get("")
@requires(Permission.ATTENDANCE_WRITE)
def marks() -> str:
    """What came late to the sheets that one may write on."""
    return _page()


def _page(asked: str = "", words: str = "") -> str:
    waiting = queries.marks_to_review(current())
    _saw(waiting)
    return render_template(
        "attendance/review.html",
        cards=[_card(one, asked, words) for one in waiting],
    )


def _saw(waiting: Sequence[MarkToReview]) -> None:
    people = {one.attendee.person for one in waiting if one.attendee and one.attendee.person}
    audit.saw(current(), AuditAction.SHEET_OPENED, sorted(person.id for person in people))


def _card(mark: MarkToReview, asked: str, words: str) -> dict[str, Any]:
    op, view = from_sent(mark.sent), queries.read_sheet(mark.occurrence)
    row = view.row(mark.attendee.uid) if mark.attendee else None
    label = row.label if row else _label(mark)
    looking = mark.reason is ReviewReason.WHO_IS_IT and mark.uid == asked
    found = queries.walk_ins_matching(current(), view, words) if looking and words else []
    audit.saw(current(), AuditAction.WALK_IN_SOUGHT, [person.id for person in found], mark.occurrence)
    return {
        "mark": mark,
        "name": label,
        "story": story_of(mark, view, queries.first_names([_finisher(view)])),
        "counts": act_words(op, view),
        "who": mark.reason is ReviewReason.WHO_IS_IT,
        "words": words if looking else label,
        "found": found,
        "looked": looking and bool(words),
    }


def _finisher(view: SheetView) -> int | None:
    return view.sheet.finished_by_id if view.sheet else None


def _label(mark: MarkToReview) -> str:
    if mark.attendee and mark.attendee.person:
        return mark.attendee.person.short_name
    return mark.attendee.guest_name if mark.attendee else ""


@blueprint.post("/<uid>")
@requires(Permission.ATTENDANCE_WRITE)
def settle(uid: str) -> Response | tuple[str, int]:
    """It counts after all, or the sheet stays as it is."""
    mark = queries.get_mark_to_review(current(), uid)
    try:
        if not request.form.get("counts"):
            service.leave_out(current(), mark)
            return go("review.marks", _("Left as it is. The history keeps it."))
        service.count_after_all(current(), mark)
    except DomainError as error:
        flash(error.message, "warn")
        return _page(), error.status
    return go("review.marks", _("It counts now."))


@blueprint.post("/<uid>/who")
@requires(Permission.ATTENDANCE_WRITE)
def who(uid: str) -> str | Response:
    """Look up who was typed at the door without a line; a post, for a name stands in no address."""
    mark = queries.get_mark_to_review(current(), uid)
    chosen = sent("person")
    if not chosen:
        return _page(mark.uid, clean_line(request.form.get("q", ""), WORDS))
    person = queries.walk_in_with(current(), mark.occurrence, chosen)
    service.name_guest(current(), mark, person)
    return go("review.marks", _("Kept as %(name)s.", name=person.short_name))
