"""Changing groups in one step: what it does, said before, and one button; by oneself from the page of the other group, by staff
from the page of the person."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group
from groupsched.catalog.rules import Setting
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.events import ask
from groupsched.core.i18n import _, listed
from groupsched.core.text import clean_line
from groupsched.enrolment import queries, service
from groupsched.enrolment.events import MeetingsOf
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.routes.blueprint import (
    blueprint,
    entry_to,
    myself,
    own_group,
    say,
    tell,
)
from groupsched.enrolment.routes.date_page import DatePage
from groupsched.enrolment.routes.pages import ahead_of
from groupsched.enrolment.routes.people import called
from groupsched.enrolment.rules import (
    Clash,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    EntryMode,
    ShownAt,
    StandingState,
    SwitchReason,
    Waitlisted,
)
from groupsched.enrolment.service import JoinOutcome
from groupsched.enrolment.words import switch_reason_words
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import coming_of

UID = 20


@blueprint.get("/sessions/<uid>/switch")
@requires(Permission.ENROL_SELF)
def ask_to_switch(uid: str) -> str | Response:
    """Out of which group into this one, what is lost and who learns it."""
    group = own_group(uid)
    mine = queries.to_switch_from(current().person, group)
    if not mine or group.external or group.has_slots:
        return redirect(url_for("enrolment.group_page", uid=uid), 303)
    return _page(group, _chosen(mine), mine)


@blueprint.post("/sessions/<uid>/switch")
@requires(Permission.ENROL_SELF)
def change_groups(uid: str) -> Response | tuple[str, int]:
    """Change into this group."""
    group, chosen = own_group(uid), clean_line(request.form.get("from", ""), UID)
    enrolment = queries.get_enrolment(current(), chosen)
    if enrolment.person_id != current().person:
        raise NotFound
    old, beside = enrolment.group.title, queries.beside_joined(current(), group, None, clock.now())
    try:
        done = service.change_groups(current(), enrolment, group, _why(), accept_clash=_keeps_clashes())
    except Conflict as refused:
        db.session.rollback()
        mine = queries.to_switch_from(current().person, group)
        if not any(one.uid == chosen for one in mine):
            tell(refused.message, "warn")
            return redirect(url_for("enrolment.mine", uid=uid), 303)
        return _page(group, _chosen(mine), mine, problem=refused.message), refused.status
    service.note_beside(current(), myself(), group, beside, ShownAt.SWITCHING)
    if done.enrolment.state == EnrolmentState.ACTIVE:
        undo = {"undo": url_for("enrolment.undo", uid=enrolment.uid)}
        tell(_("You are in %(new)s now, and no longer in %(old)s.", new=group.title, old=old), **undo)
    else:
        to_old = {"next": url_for("enrolment.group_page", uid=uid)}
        say(done.answer, {"undo": url_for("enrolment.leave", uid=uid), "fields": to_old})
    return redirect(url_for("enrolment.mine", uid=uid), 303)


@blueprint.post("/sessions/<uid>/switch/keep")
@requires(Permission.ENROL_SELF)
def keep_both(uid: str) -> Response:
    """Wait for this group, and keep the other one too."""
    group = own_group(uid)
    live = queries.live_of(group.id, current().person or 0)
    row = queries.open_switch(live) if live is not None else None
    if row is not None:
        old = row.out_of.group.title
        service.keep_both(current(), row)
        tell(_("You keep your seat in %(old)s, also when you have one here.", old=old))
    return redirect(url_for("enrolment.mine", uid=uid), 303)


@blueprint.get("/enrolments/<uid>/switch")
@requires(Permission.ENROL_OTHERS)
def ask_to_switch_them(uid: str) -> str:
    """For staff, with the person: out of this group into which."""
    enrolment = _theirs(uid)
    into = clean_line(request.args.get("into", ""), UID)
    group = get_group(current(), into, Permission.ENROL_OTHERS) if into else None
    return _staff_page(enrolment, group)


@blueprint.post("/enrolments/<uid>/switch")
@requires(Permission.ENROL_OTHERS)
def change_their_group(uid: str) -> Response | tuple[str, int]:
    """Staff change somebody's group with them."""
    enrolment = _theirs(uid)
    group = get_group(current(), clean_line(request.form.get("into", ""), UID), Permission.ENROL_OTHERS)
    name, person, old = called(enrolment), enrolment.person, enrolment.group.title
    beside = queries.beside_joined(current(), group, None, clock.now())
    try:
        done = service.change_groups(current(), enrolment, group, _why(), accept_clash=_keeps_clashes())
    except service.AskSupervisor:
        raise
    except Conflict as refused:
        db.session.rollback()
        return _staff_page(_theirs(uid), group, problem=refused.message), refused.status
    service.note_beside(current(), person, group, beside, ShownAt.SWITCHING)
    _say_to_staff(done, name, old, uid)
    return redirect(url_for("register.person", uid=person.uid), 303)


def _say_to_staff(done: JoinOutcome, name: str, old: str, uid: str) -> None:
    new = done.enrolment.group.title
    if isinstance(done.answer, Waitlisted):
        tell(
            _(
                "%(name)s waits for %(new)s and keeps the seat in %(old)s until then.",
                name=name,
                new=new,
                old=old,
            )
        )
    else:
        undo = {"undo": url_for("enrolment.undo_removal", uid=uid)}
        tell(_("%(name)s is in %(new)s now, and no longer in %(old)s.", name=name, new=new, old=old), **undo)


def _theirs(uid: str) -> Enrolment:
    """Somebody else's enrolment that staff may change; their own is theirs as themselves. Raises NotFound."""
    enrolment = queries.get_enrolment(current(), clean_line(uid, UID))
    if enrolment.person_id == current().person or enrolment.state != EnrolmentState.ACTIVE:
        raise NotFound
    return enrolment


def _why() -> SwitchReason | None:
    said = request.form.get("why", "")
    return SwitchReason(said) if said in list(SwitchReason) else None


def _keeps_clashes() -> bool:
    return bool(request.form.get("accept_clash"))


def _chosen(mine: Sequence[Enrolment]) -> Enrolment:
    """Out of which group: as asked, else the first."""
    asked = clean_line(request.values.get("from", ""), UID)
    return next((one for one in mine if one.uid == asked), mine[0])


def _page(group: Group, out_of: Enrolment, mine: Sequence[Enrolment], problem: str = "") -> str:
    return render_template(
        "enrolment/switch.html",
        **_said(group, out_of, problem),
        others=[one for one in mine if one is not out_of],
    )


def _staff_page(out_of: Enrolment, group: Group | None, problem: str = "") -> str:
    saw(current(), AuditAction.PERSON_OPENED, [out_of.person], out_of.person)
    been = queries.only_been(out_of.person, clock.now())
    inside = [one for one in queries.enrolments_of(out_of.person) if one.group_id not in been]
    open_ones = queries.groups_to_bring_into(current(), out_of.person, inside)
    return render_template(
        "enrolment/switch_them.html",
        person=out_of.person,
        groups=[one for one in open_ones if one.setting != Setting.PRIVATE and not one.has_slots],
        name=called(out_of),
        **(_said(group, out_of, problem) if group else {"out_of": out_of, "group": None, "problem": ""}),
    )


def _said(group: Group, out_of: Enrolment, problem: str) -> dict[str, Any]:
    """What the change does, as both pages say it."""
    ahead = ahead_of(coming_of([out_of.group, group], clock.now()))
    old, new = ([one for one in ahead if one.group_id == place.id] for place in (out_of.group, group))
    waiting, at_once = service.line_behind_all(out_of)
    free = _free(new)
    return {
        "group": group,
        "out_of": out_of,
        "pair": queries.beside_joined(current(), group, None, clock.now()),
        "old": DatePage(out_of.group, None, [], old),
        "new": DatePage(group, None, [], new),
        "free": free,
        "blocked": free == 0 and _has_single_dates(out_of.person_id, group),
        "line": queries.line_length(group.id) + 1,
        "asks": out_of.person_id == current().person and entry_to(group) is EntryMode.ASK,
        "clashes": _clashes(group, out_of, old, new),
        "waiting": waiting,
        "at_once": at_once,
        "meetings": sum(ask(MeetingsOf(out_of.person_id, out_of.group_id))),
        **_team(out_of, group),
        "single": out_of.mode == EnrolmentMode.DATES,
        "own": _own(out_of, old),
        "reasons": switch_reason_words(),
        "minutes": int(service.UNDO_FOR.total_seconds() // 60),
        "problem": problem,
    }


def _has_single_dates(person_id: int, group: Group) -> bool:
    """Whether somebody has single dates of a group ahead, or waits for some: they cannot wait for all of them besides."""
    live, now = queries.live_of(group.id, person_id), clock.now()
    if live is None or live.mode != EnrolmentMode.DATES or live.state == EnrolmentState.REQUESTED:
        return False
    ahead = (DateSeatState.HELD, DateSeatState.WAITING)
    return any(seat.state in ahead and seat.occurrence.start > now for seat in live.date_seats)


def _own(out_of: Enrolment, dates: Sequence[Occurrence]) -> list[Occurrence]:
    """The coming dates of somebody who has single ones, at the hours of their slots."""
    if out_of.mode != EnrolmentMode.DATES:
        return []
    at = queries.standings(out_of.person_id, dates, [out_of])
    held = [one for one in dates if one.id in at and at[one.id].state == StandingState.ACTIVE]
    return queries.in_own_slots(out_of.person_id, held)


def _team(out_of: Enrolment, group: Group) -> dict[str, Any]:
    """Who reads why, and who of them leads one of the two groups, as far as the reader may know the care team."""
    if not _reads_team(out_of):
        return {"care_team": None}
    team = queries.care_team_beside(out_of.person, [out_of.group, group])
    leading = [one.name for one in team if one.leads]
    return {"care_team": [one.name for one in team], "leading": len(leading), "leaders": listed(leading)}


def _reads_team(out_of: Enrolment) -> bool:
    return can(current(), Permission.CARE_TEAM_READ, queries.client_facts(out_of.person))


def _free(dates: Sequence[Occurrence]) -> int | None:
    """How many could have every one of these dates; None: no limit."""
    limits = [seats for seats in (one.seats.free for one in dates) if seats is not None]
    return min(limits) if limits else None


def _clashes(
    group: Group, out_of: Enrolment, old: Sequence[Occurrence], new: Sequence[Occurrence]
) -> list[Clash]:
    """What the new dates run into besides those that end."""
    ending = {one.id for one in old}
    return [one for one in service.preview(group, out_of.person_id, new) if one.mine.key not in ending]
