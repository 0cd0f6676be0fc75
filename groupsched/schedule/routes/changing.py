"""Changing a date, or with it all after it: the scope first, then what it changes, then the change; bringing one back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.queries import places
from groupsched.catalog.service import refuse_external
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, DomainError
from groupsched.core.i18n import _, ngettext
from groupsched.core.meanwhile import Meanwhile, left_alone, look, settle
from groupsched.schedule.forms import KeepForm
from groupsched.schedule.models import ChangeMade, Occurrence
from groupsched.schedule.planned import PlannedWords, changed_by_hand, dates_by_part, planned_words
from groupsched.schedule.queries import changes_since, get_occurrence
from groupsched.schedule.routes.blueprint import (
    blueprint,
    done_words,
    lost_words,
    told_since,
    unheard_words,
    who_is_touched,
)
from groupsched.schedule.routes.carried import use_found
from groupsched.schedule.routes.date_editor import DateEditor, date_editor, looked_again, scope_of
from groupsched.schedule.routes.rooms_chosen import room_field, rooms_chosen, rooms_given
from groupsched.schedule.rules import (
    ChangeScope,
    DateChange,
    OccurrenceStatus,
    RuleRefused,
    SaveAct,
    TimetableDate,
    follows_earlier,
)
from groupsched.schedule.service import (
    DatesTaken,
    WantedDate,
    change_occurrence,
    conflicts_of,
    never_heard,
    parts_of,
    seen_dates,
)
from groupsched.schedule.words import said_of, sentence

IN_STEP = "live"
"""What the form says of a panel that a script keeps in step."""
BESIDE = {"past": "day", "same-time": "start_time", "end-range": "end_time", "other-period": "repeats"}
"""Beside which field a refusal of a plan stands that names none."""
Answer = str | Response | tuple[str, int]


@blueprint.route("/occurrences/<uid>/edit", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def edit_date(uid: str) -> Answer:
    """Change one date, it and all after it, or all coming dates of its series."""
    occurrence = get_occurrence(current(), uid, Permission.GROUP_WRITE)
    refuse_external(occurrence.group)
    found = date_editor(current(), occurrence)
    if found.one is None:
        return _over(found)
    if request.method == "GET":
        # What an address asks for, such as from the week, is looked at at once; nothing is saved by it.
        asked = bool(found.asked(request.args))
        return _page(found, planned=_planned(found) if asked else None)
    if request.form.get("to"):
        return _page(_switched(found))
    return _answer(found)


@blueprint.post("/occurrences/<uid>/preview")
@requires(Permission.GROUP_WRITE)
def preview_date(uid: str) -> Answer:
    """The panel for what is in the form now."""
    found = date_editor(current(), get_occurrence(current(), uid, Permission.GROUP_WRITE))
    if found.one is None:
        return ""
    return render_template("schedule/_impact.html", swapped=True, **_panel(found, _planned(found)))


@blueprint.route("/occurrences/<uid>/bring-back", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def bring_back(uid: str) -> Answer:
    """Have a date that was cancelled take place after all: whom that touches, then the change."""
    found, form = get_occurrence(current(), uid, Permission.GROUP_WRITE), KeepForm()
    group = found.group
    refuse_external(group)
    keep, rooms = form.keep_clashes.data or None, places(current())
    wanted = WantedDate(status=OccurrenceStatus.SCHEDULED, keep=keep, rooms=rooms_chosen(rooms))
    page: dict[str, Any] = {
        "o": found,
        "group": group,
        "form": form,
        "zone": found.timezone,
        "room_field": room_field,
    }
    status = 200
    try:
        if request.method == "POST":
            return _done(found, wanted)
    except DatesTaken as refusal:
        db.session.rollback()
        status = refusal.status
    except DomainError as refusal:
        db.session.rollback()
        return render_template("schedule/bring_back.html", **page, refusal=refusal.message), refusal.status
    try:
        done = change_occurrence(current(), found, wanted, dry_run=True)
    except DomainError as refusal:
        return render_template("schedule/bring_back.html", **page, refusal=refusal.message)
    page["planned"] = {
        "conflicts": conflicts_of(current(), done.clashes, besides=group.id),
        "placed": rooms_given(done.plan.after.dates, wanted.rooms, rooms),
    }
    touched, unheard = who_is_touched(group, done.impact), never_heard([found.id])
    page["told"] = touched.people - unheard
    page["unheard"] = unheard_words(unheard, page["told"])
    return render_template("schedule/bring_back.html", **page, touched=touched), status


def _switched(found: DateEditor) -> DateEditor:
    scope = scope_of(request.form.get("to", ""))
    other = DateEditor(found.identity, found.form, found.occurrence, scope, found.rows, found.group)
    other.scope = scope if scope in other.scopes else found.scope
    other.switch(found)
    return other


def _answer(found: DateEditor) -> Answer:
    form = found.form
    use_found(form)
    if rows := settle(form, found.as_it_stands):
        message = ChangedMeanwhile().message
        return _page(found, 409, _planned(found), sent_over=message, meanwhile=Meanwhile(rows))
    planned = _planned(found)
    if planned is None or request.form.get("act") != SaveAct.SAVE:
        return _page(found, 422 if planned is None else 200, planned=planned)
    if not planned.total:
        form.refuse("day" if found.scope is ChangeScope.THIS else "start_time", _("Nothing is changed yet."))
        return _page(found, 422, planned=planned)
    stale = found.seen() != seen_dates(found.occurrence, found.scope)
    if form.looked.data not in (IN_STEP, planned.mark) and not stale:
        return _page(found, planned=planned, look_first=True)
    try:
        return _done(found.occurrence, found.wanted())
    except ChangedMeanwhile as refusal:
        db.session.rollback()
        return _meanwhile(found, refusal.message)
    except DomainError as refusal:
        db.session.rollback()
        form.refuse(refusal.field or BESIDE.get(refusal.code, ""), refusal.message)
        return _page(found, 422, planned=planned)


def _done(occurrence: Occurrence, wanted: WantedDate) -> Response:
    """Make the change; say what it did and who hears of it, with the way back while there is one."""
    group, since = occurrence.group, clock.now()
    unheard = never_heard([occurrence.id] if wanted.status is OccurrenceStatus.SCHEDULED else ())
    done = change_occurrence(current(), occurrence, wanted)
    hear, losing = done.impact.people - unheard, lost_words(done.impact.losing)
    told = [losing, told_since(group, since, unheard), unheard_words(unheard, hear)]
    flash(done_words(group, done.made, " ".join(filter(None, told))))  # type: ignore[arg-type]
    return redirect(url_for("schedule.group", uid=group.uid), 303)


def _planned(found: DateEditor) -> PlannedWords | None:
    """What the form would do; None with a sentence beside the field that does not fit."""
    form = found.form
    if not form.fits():
        return None
    if found.long():
        form.ask_if_long(found.lasted)
    if form.errors:
        return None
    try:
        wanted = found.wanted()
        done = change_occurrence(current(), found.occurrence, wanted, dry_run=True)
    except RuleRefused as refusal:
        form.refuse(refusal.field, _(refusal.text, **refusal.values))
        return None
    except DomainError as refusal:
        form.refuse(refusal.field or BESIDE.get(refusal.code, ""), refusal.message)
        return None
    planned = planned_words(found.group, done, found.zone)
    if planned.losing:
        saw(current(), AuditAction.ROSTER_OPENED, sorted(one.id for one in planned.losing), found.group)
    placed = rooms_given(done.plan.after.dates, wanted.rooms, found.rooms)
    planned = replace(planned, placed=placed)
    if found.scope is ChangeScope.THIS:
        return planned
    touched = found.touched(wanted)
    by_hand = changed_by_hand(done.plan, found.occurrence.id, found.scope, touched, found.zone)
    return replace(planned, by_hand=by_hand, notes=(*planned.notes, *_of_parts(found, done.plan)))


def _of_parts(found: DateEditor, plan: DateChange) -> list[str]:
    """How many dates of each part of its line a change touches, where it touches more than one."""
    parts = dates_by_part([was for was, _now in plan.steps if was.takes_place], found.zone)
    return [_("%(parts)s. Each part keeps what it has otherwise.", parts=parts)] if parts else []


def _meanwhile(found: DateEditor, sentence: str) -> Answer:
    """Somebody else saved first: what they did to the dates, and of each field that differs what each says."""
    last = found.seen().change
    again = looked_again(found)
    if again.one is None:
        return _over(again)
    theirs = again.as_it_stands()
    news = look(again.form, theirs)
    # What the other left alone is no question: it stands as this writer has it.
    news = replace(news, rows=[one for one in news.rows if not left_alone(theirs[one.name])])
    made = _made_since(again, last)
    by, at = (made[-1].by, made[-1].at) if made else (None, None)
    news = replace(news, by=by.short_name if by else "", at=at)
    again.remember()
    said = [line for lines in said_of(again.group, list(map(parts_of, made))) for line in lines]
    planned = _planned(again)
    return _page(again, 409, planned, sent_over=sentence, meanwhile=news, done_since=said)


def _made_since(found: DateEditor, last: int) -> list[ChangeMade]:
    """What was done meanwhile: to any date where many are changed, else the last change of this one."""
    if found.scope is not ChangeScope.THIS:
        return changes_since(found.group, last)
    number = found.occurrence.id
    own = [
        one for one in changes_since(found.group, 0) if number in {row.key for row in parts_of(one)[1].dates}
    ]
    return own[-1:]


def _over(found: DateEditor) -> Answer:
    """The date does not take place, or stays as it is: why, and where to go."""
    page = render_template("schedule/date_over.html", o=found.occurrence, group=found.group)
    return (page, 409) if request.method == "POST" else page


def _page(found: DateEditor, status: int = 200, planned: PlannedWords | None = None, **more: Any) -> Answer:
    page = render_template("schedule/edit_date.html", **_panel(found, planned), **more)
    return (page, status) if status != 200 else page


def _panel(found: DateEditor, planned: PlannedWords | None) -> dict[str, Any]:
    return {
        "form": found.form, "o": found.occurrence, "group": found.group, "zone": found.zone, "scope": found.scope, "long": found.long(),
        "scopes": [(one, *_scope_words(found, one)) for one in found.scopes], "planned": planned,
        "save_words": _save_words(found.scope, planned.counted if planned else 0), "hand": request.form,
        "said": _said(found), "room_field": room_field if found.scope is not ChangeScope.THIS else None, "preview": url_for("schedule.preview_date", uid=found.occurrence.uid),
    }  # fmt: skip


def _said(found: DateEditor) -> str:
    """When the series would meet, in a sentence; nothing where that cannot be said, or one date alone is meant."""
    try:
        return sentence(found.rule()) if found.scope is not ChangeScope.THIS else ""
    except RuleRefused:
        return ""


def _scope_words(found: DateEditor, scope: ChangeScope) -> tuple[str, str]:
    dates, rule = found.meant(scope), found.last_rule
    words = {
        ChangeScope.THIS: _("Only this date"), ChangeScope.FOLLOWING: _("From this date on"),
        ChangeScope.ALL: _all_words(found, dates),
    }[scope]  # fmt: skip
    open_end = rule.until is None and rule.recurrence is not None and rule.recurrence.count is None
    if scope is ChangeScope.THIS:
        return words, _("All other dates stay.")
    counted = ngettext("%(num)s date.", "%(num)s dates.", len(dates))
    parts = dates_by_part(dates, found.zone)
    more = f"{parts}." if parts else _("Without an end.") if open_end else counted
    if scope is ChangeScope.ALL and found.series.kept is not None:
        return words, " ".join([more, _("The past ones keep their record.")])
    return words, more


def _all_words(found: DateEditor, dates: Sequence[TimetableDate]) -> str:
    """What "all" means: where the group has other coming dates, those of this series alone."""
    if follows_earlier(found.rows.timetable, found.series):
        return _("All dates of this part")
    meant, timetable, now = {one.key for one in dates}, found.rows.timetable, clock.now()
    others = (
        one
        for one in timetable.dates
        if one.takes_place and timetable.changeable(one, now) and one.key not in meant
    )
    return _("All coming dates of this series") if any(others) else _("All coming dates")


def _save_words(scope: ChangeScope, total: int) -> str:
    if scope is ChangeScope.THIS:
        return _("Change this date")
    if not total:
        return _("Change these dates")
    return ngettext("Change %(num)s date", "Change %(num)s dates", total)
