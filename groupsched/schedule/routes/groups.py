"""The list of groups as staff see it, the page of one, and what can be done with it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import Identity, Role, current
from groupsched.access.policy import Permission, can, requires
from groupsched.catalog.models import Group, Place
from groupsched.catalog.queries import facts, get_group, staff_groups
from groupsched.catalog.rules import AttendanceMode, GroupState, Setting, Vocabulary, over_room
from groupsched.catalog.service import needs_yes, retire_group, send_group_back
from groupsched.catalog.words import (
    accesses,
    modality_name,
    orientations,
    row_name,
    states,
    structures,
    term_names,
)
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.events import ask
from groupsched.core.i18n import _, ngettext, with_commas
from groupsched.core.tokens import public_id
from groupsched.schedule.events import RequestsToAnswer
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.preview import sentence_of
from groupsched.schedule.queries import (
    LiveCovers,
    changes_made,
    coming,
    current_series_of,
    date_facts,
    lately,
    live_covers,
    next_starts,
    series_ahead_of,
    series_of,
)
from groupsched.schedule.routes.blueprint import blueprint, told_since, whom_it_touches
from groupsched.schedule.routes.editor import chosen_uid
from groupsched.schedule.routes.group_filters import GroupsAsked, choices
from groupsched.schedule.routes.listing import listed_dates, meeting_times
from groupsched.schedule.rules import DateField, OccurrenceStatus
from groupsched.schedule.service import (
    can_be_undone,
    copy_group,
    is_awaited,
    offer_group,
    parts_of,
    took_off_the_list,
)
from groupsched.schedule.service import delete_draft as delete
from groupsched.schedule.words import said_of, topics_and_cycle

MOST_TIMES = 3
# Who sees groups besides their own.
SEE_ALL = {Role.FRONT_DESK, Role.SUPERVISOR, Role.ADMIN}


@blueprint.get("/groups")
@requires(Permission.STAFF_PAGES)
def groups() -> str:
    """The program's own groups: drafts, published, no longer offered."""
    identity, now = current(), clock.now()
    asked = GroupsAsked.of(request.args)
    found = list(
        db.session.scalars(asked.narrow(staff_groups(identity, asked.words, mine=asked.mine), now)).unique()
    )
    series, before = series_ahead_of(found), current_series_of(found)
    return render_template(
        "schedule/groups.html",
        asked=asked,
        filters=choices(identity, asked),
        href=asked.address,
        total=len(found),
        leads=identity.holds(Role.FACILITATOR, identity.program_id) and bool(SEE_ALL & identity.roles()),
        sections=[(key, name, [g for g in found if g.state == key]) for key, name in states().items()],
        sentences={number: _meets(series.get(number) or [one]) for number, one in before.items()},
        next_starts=next_starts(found, now),
        now=now,
        modality_name=modality_name,
        asking=_asking(identity),
    )


@blueprint.get("/groups/<uid>")
@requires(Permission.STAFF_PAGES)
def group(uid: str) -> str:
    """One group as staff see it: what it is, when it meets, what is left to do."""
    identity = current()
    found = get_group(identity, uid)
    may_read = can(identity, Permission.ROSTER_READ, facts(found)) and not found.external
    may_look_back = can(identity, Permission.ATTENDANCE_READ, facts(found)) and not found.external
    may_write = can(identity, Permission.GROUP_WRITE, facts(found)) and not found.external
    series = series_of(found)
    dates = listed_dates(found, series)
    history = [] if found.external else changes_made(found)
    may_mark = may_read and can(identity, Permission.ATTENDANCE_WRITE, facts(found))
    listed = [one.occurrence for one in dates.rows if one.occurrence is not None]
    covers = live_covers(identity, [] if found.external else [one.id for one in listed])
    return render_template(
        "schedule/group.html",
        group=found,
        coverable=_coverable(identity, listed, covers),
        uncovered=covers.looked_for if may_write else frozenset(),
        copy_uid=public_id(),
        facts=group_facts(found, series),
        times=meeting_times(series, [] if dates.asked else dates.rows),
        dates=dates,
        before=[] if found.external or not may_read or dates.asked else lately(found, clock.now()),
        now=clock.now(),
        tomorrow=clock.now() + timedelta(days=1),
        may_write=may_write,
        history=list(zip(history, said_of(found, list(map(parts_of, history))), strict=True)),
        undoable=can_be_undone(history) if may_write else [],
        needs_yes=needs_yes(identity, found.program_id),
        may_publish=can(identity, Permission.GROUP_PUBLISH, facts(found)),
        asking=_asking(identity).get(found.id, 0),
        roster=_link("enrolment.roster", uid=found.uid) if may_read else "",
        record=_link("record.group", uid=found.uid) if may_look_back else "",
        reflections=_link("care.totals", uid=found.uid)
        if can(identity, Permission.REFLECTION_READ, facts(found)) and found.published
        else "",
        run_sheet=_link("facilitation.group_sheet", uid=found.uid)
        if can(identity, Permission.RUN_SHEET_READ, facts(found)) and not found.external
        else "",
        **topics_and_cycle(found),
        has_sheet=may_mark and "attendance.sheet" in current_app.view_functions,
        public=_link("enrolment.group_page", uid=found.uid) if found.published else "",
    )


def _meets(rows: Sequence[Series]) -> str:
    """When a group meets, what holds next before what begins later; of many the first few."""
    said = [sentence_of(row) for row in rows[:MOST_TIMES]]
    if more := len(rows) - len(said):
        said.append(ngettext("%(num)s more time", "%(num)s more times", more))
    return ". ".join(said)


def _coverable(identity: Identity, dates: Iterable[Occurrence], covers: LiveCovers) -> frozenset[str]:
    """The dates for which this identity may look for somebody to lead them, or which it gave away, by public id."""
    found = (one for one in dates if not one.external and is_awaited(one) and one.leader_ids)
    return frozenset(
        one.uid
        for one in found
        if one.id in covers.gave or can(identity, Permission.COVER_ASK, date_facts(one))
    )


@blueprint.post("/groups/<uid>/publish")
@requires(Permission.GROUP_WRITE)
def publish_group(uid: str) -> Response:
    """Offer a group to people; what is missing is said in the form."""
    found = get_group(current(), uid, Permission.GROUP_WRITE)
    try:
        offer_group(current(), found)
    except DomainError as refusal:
        # A redirect is no refusal to the one place that commits: what was done before the refusal would stay.
        db.session.rollback()
        flash(refusal.message, "warn")
        return redirect(url_for("schedule.edit_group", uid=uid), 303)
    flash(published_words(found))
    room = found.place if found.attendance_mode != AttendanceMode.ONLINE else None
    if room is not None and over_room(found.capacity, room.capacity):
        flash(over_words(found.capacity, room), "warn")
    return redirect(url_for("schedule.group", uid=uid), 303)


@blueprint.post("/groups/<uid>/send-back")
@requires(Permission.GROUP_PUBLISH)
def send_back(uid: str) -> Response:
    """Answer a group that waits for a yes with a word to who leads it."""
    found = get_group(current(), uid, Permission.GROUP_PUBLISH)
    try:
        send_group_back(current(), found, request.form.get("words", ""))
    except DomainError as refusal:
        db.session.rollback()
        flash(refusal.message, "warn")
    else:
        flash(_("Sent back. Who leads it reads what you wrote."))
    return redirect(url_for("schedule.group", uid=uid), 303)


def over_words(offered: int | None, room: Place) -> str:
    """That a room holds fewer than the group offers."""
    holds = ngettext(
        "%(room)s holds %(num)s person.", "%(room)s holds %(num)s people.", room.capacity or 0, room=room.name
    )
    if offered is None:
        return holds + " " + _("This group has no limit.")
    return holds + " " + ngettext("This group has %(num)s seat.", "This group has %(num)s seats.", offered)


def published_words(found: Group) -> str:
    """What follows from publishing: one to one and hidden groups are in no list, and some wait for a yes."""
    if found.waits_for_yes:
        return _("A supervisor is asked.")
    if found.setting == Setting.PRIVATE or found.hidden:
        return _("Published. It is in no list: enrol its people yourself.")
    return _("Published. People can find it now.")


@blueprint.post("/groups/<uid>/duplicate")
@requires(Permission.GROUP_WRITE)
def duplicate(uid: str) -> Response:
    """A draft with the same settings and times, without people. Pressed twice it is one."""
    found = get_group(current(), uid, Permission.GROUP_WRITE)
    copy = copy_group(current(), found, chosen_uid(request.form.get("uid")))
    flash(_("This is a copy, as a draft, at the same times. Choose its title and dates."))
    return redirect(url_for("schedule.edit_group", uid=copy.uid), 303)


@blueprint.route("/groups/<uid>/retire", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def retire(uid: str) -> str | Response:
    """Ask once, then stop offering a group."""
    found = get_group(current(), uid, Permission.GROUP_WRITE)
    if request.method == "POST":
        was_draft, since = found.state == GroupState.DRAFT, clock.now()
        retire_group(current(), found)
        said = (
            _("Put away. You find it under “No longer offered”.")
            if was_draft
            else _("No longer offered. What has been stays on record.")
        )
        told, made = told_since(found, since), changes_made(found, limit=1)
        undoable = bool(made) and took_off_the_list(made[0])
        undo = url_for("schedule.undo_change", uid=uid, change=made[0].uid) if undoable else ""
        flash({"words": " ".join(filter(None, [said, told])), "undo": undo})  # type: ignore[arg-type]
        return redirect(url_for("schedule.group", uid=uid), 303)
    ahead = [row.id for row in coming(found, clock.now(), None) if row.status == OccurrenceStatus.SCHEDULED]
    return render_template(
        "schedule/retire.html", group=found, touched=whom_it_touches(found, ahead, line=True)
    )


def _asking(identity: Identity) -> dict[int, int]:
    """How many wait for an answer of this identity, by group id."""
    return {
        group_id: number for answer in ask(RequestsToAnswer(identity)) for group_id, number in answer.items()
    }


@blueprint.route("/groups/<uid>/delete", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def delete_draft(uid: str) -> str | Response:
    """Ask once, then delete a group that never was offered."""
    found = get_group(current(), uid, Permission.GROUP_WRITE)
    if found.published_at is not None:
        raise Conflict(_("Only what was never published can be deleted."), code="published-once")
    if request.method == "GET":
        return render_template("schedule/delete.html", group=found)
    title = found.title
    delete(current(), found)
    flash(_("“%(title)s” is deleted.", title=title))
    return redirect(url_for("schedule.groups"), 303)


def _link(endpoint: str, **values: Any) -> str:
    """The address of a page of an upper room, nothing where there is no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def group_facts(found: Group, series: Sequence[Series]) -> list[tuple[str, str]]:
    """What a group that meets by these series is, as label and words, without what was not said."""
    known = [
        (_("Kind of session"), modality_name(found.modality)),
        (_("Service type"), row_name(found.counted_as) if found.counted_as else ""),
        (_("Style"), dict(structures())[found.structure or ""]),
        (_("Secular or faith-based"), _faith(found)),
        (_("Getting in"), dict(accesses()).get(found.access or "", "")),
        (_("Seats"), _seats(found)),
        (_("Where"), _where(found, series)),
        (_("Who leads"), _leads(found)),
        (_("Languages"), with_commas(term_names(found.program_id, Vocabulary.LANGUAGE, found.languages))),
        (_("For whom"), with_commas(term_names(found.program_id, Vocabulary.AUDIENCE, found.audience))),
        (_("Good to know"), with_commas(term_names(found.program_id, Vocabulary.TAG, found.tags))),
    ]
    return [(label, words) for label, words in known if words]


def _seats(found: Group) -> str:
    if found.external:
        return ""
    room, online = (str(number or _("No limit")) for number in (found.capacity, found.online_capacity))
    return (
        _("In the room: %(room)s. Online: %(online)s", room=room, online=online) if found.has_pools else room
    )


def _leads(found: Group) -> str:
    nobody = "" if found.external else _("Nobody yet")
    return with_commas(row.person.name for row in found.facilitators) or nobody


def _faith(found: Group) -> str:
    words = dict(orientations())[found.orientation or ""]
    return f"{words}, {found.tradition}" if found.tradition else words


def _where(found: Group, series: Sequence[Series]) -> str:
    """The rooms, or the way online: what meets online alone has no room. A series may have one of its own."""
    live = [one for one in series if one.ended_at is None]
    usual = found.place_id
    numbers = dict.fromkeys(one.own.get(DateField.PLACE.value, usual) for one in live) or {usual: None}
    room = with_commas([db.session.get_one(Place, number).name for number in numbers if number is not None])
    if found.attendance_mode == AttendanceMode.ONLINE:
        return _("By phone") if found.by_phone else _("Online")
    if found.attendance_mode == AttendanceMode.HYBRID:
        return _("%(room)s and online", room=room) if room else _("Online")
    return room
