"""Cancelling one date; undoing a change of a group's dates."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.catalog.queries import get_group, places, zone_of
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.schedule.forms import CancelForm, KeepForm
from groupsched.schedule.queries import changes_made, get_occurrence
from groupsched.schedule.routes.blueprint import blueprint, told_since, whom_it_touches, with_undo
from groupsched.schedule.routes.rooms_chosen import room_field, rooms_chosen, rooms_given
from groupsched.schedule.rules import OccurrenceStatus
from groupsched.schedule.service import DatesTaken, WantedDate, change_occurrence, conflicts_of, parts_of
from groupsched.schedule.service import undo_change as undo


@blueprint.route("/occurrences/<uid>/cancel", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def cancel_occurrence(uid: str) -> str | Response | tuple[str, int]:
    """Ask why, say how many people will be told, then cancel the date."""
    found = get_occurrence(current(), uid, Permission.GROUP_WRITE)
    form, status = CancelForm(), 200
    if request.method == "POST" and form.validate():
        try:
            since = clock.now()
            wanted = WantedDate(status=OccurrenceStatus.CANCELLED, reason=form.reason.data or "")
            done = change_occurrence(current(), found, wanted)
            words = " ".join([_("Cancelled."), told_since(found.group, since) or _("Nobody had a seat.")])
            flash(with_undo(words, found.group, done.made))  # type: ignore[arg-type]
            return redirect(url_for("schedule.group", uid=found.group.uid), 303)
        except Conflict:
            raise
        except DomainError as refusal:
            form.reason.errors = [refusal.message]
            status = 422
    touched = whom_it_touches(found.group, [found.id])
    return render_template(
        "schedule/cancel.html", form=form, occurrence=found, group=found.group, touched=touched
    ), status


@blueprint.post("/groups/<uid>/changes/<change>/undo")
@requires(Permission.GROUP_WRITE)
def undo_change(uid: str, change: str) -> str | Response | tuple[str, int]:
    """Undo a change of a group's dates, while nobody has heard of it. What was taken meanwhile is shown first."""
    found = get_group(current(), uid, Permission.GROUP_WRITE)
    made = next((one for one in changes_made(found) if one.uid == change), None)
    if made is None:
        raise NotFound
    form, rooms = KeepForm(), places(current())
    chosen = rooms_chosen(rooms)
    try:
        undo(current(), made, keep=form.keep_clashes.data or None, rooms=chosen)
    except DatesTaken as refusal:
        db.session.rollback()
        planned = {
            "conflicts": conflicts_of(current(), refusal.clashes, besides=found.id),
            "placed": rooms_given(parts_of(made)[0].dates, chosen, rooms),
        }
        page = {
            "group": found,
            "form": form,
            "planned": planned,
            "zone": zone_of(found),
            "room_field": room_field,
        }
        return render_template("schedule/undo_taken.html", **page), refusal.status
    except Conflict as refusal:
        db.session.rollback()
        flash(refusal.message, "warn")
    else:
        flash(_("Undone. The dates are as they were."))
    return redirect(url_for("schedule.group", uid=uid), 303)
