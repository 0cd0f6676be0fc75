"""Who is in the house: the people of a site now, and a drill."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.models import Site
from groupsched.access.policy import Permission, requires
from groupsched.attendance import queries, service
from groupsched.attendance.models import RollCall, RollCallMark
from groupsched.attendance.routes.blueprint import sent
from groupsched.attendance.rules import HousePerson, roll_totals
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.filters import clock_time
from groupsched.core.i18n import _
from groupsched.core.web import asks_for_data, own_pages_of

blueprint = Blueprint("house", __name__)
own_pages_of(blueprint)
NAME = 80
Answer = Response | tuple[Response, int]


@blueprint.get("/house")
@requires(Permission.HOUSE_READ)
def first() -> Response:
    """The house of the first site that this identity may see."""
    found = queries.house_sites(current())
    if not found:
        raise NotFound
    return redirect(url_for("house.house", uid=found[0].uid), 303)


@blueprint.get("/house/<uid>")
@requires(Permission.HOUSE_READ)
def house(uid: str) -> str:
    """Who is in the house, by room; while a drill runs, who is not out yet comes first."""
    site, now = queries.house_site(current(), uid), clock.now()
    people, clients = queries.in_the_house(site, now)
    audit.saw(current(), AuditAction.ROLL_CALL_OPENED, clients, site)
    roll, marks = open_drill(site)
    known = {one.key for one in people}
    besides = [
        HousePerson(row.key, row.label, _("Somebody else")) for row in marks.values() if row.key not in known
    ]
    return render_template(
        "attendance/house.html", site=site, now=now, now_ms=millis(now), roll=roll, since=_since(roll),
        last=queries.last_roll_call(site), marks=marks,
        totals=roll_totals(people, marks), sections=_sections([*people, *besides], set(marks), runs=roll is not None),
        sites=queries.house_sites(current()),
    )  # fmt: skip


def _sections(
    people: list[HousePerson], out: set[str], *, runs: bool
) -> list[tuple[str, str, list[HousePerson]]]:
    """Heading, what stands beside it, and tiles: in a drill first who is not out yet, then each room with the others."""
    waits = [one for one in people if runs and one.sure and one.key not in out]
    rooms: dict[str, list[HousePerson]] = {}
    for one in people:
        rooms.setdefault(one.room, []).append(one)
    heads = sum(one.sure or one.key in out for one in people)
    found = (
        [(_("Not yet, where last"), _("%(n)s of %(all)s", n=len(waits), all=heads), waits)] if waits else []
    )
    for room, rows in rooms.items():
        safe = sum(one.key in out for one in rows)
        small = _("%(n)s of %(all)s out", n=safe, all=len(rows)) if runs else str(len(rows))
        found.append((room, small, [one for one in rows if one not in waits]))
    return [section for section in found if section[2]]


@blueprint.post("/house/<uid>/begin")
@requires(Permission.HOUSE_READ)
def begin(uid: str) -> Answer:
    """Begin a roll-call, or since `at` where a tablet without a line has begun it."""
    site = queries.house_site(current(), uid)
    try:
        service.begin_roll_call(current(), site, _seen_at())
    except Conflict as refusal:
        return _refused(site, refusal)
    if asks_for_data():
        return jsonify(_with_the_house(site))
    return redirect(url_for("house.house", uid=uid), 303)


@blueprint.post("/house/<uid>/out")
@requires(Permission.HOUSE_READ)
def out(uid: str) -> Answer:
    """Somebody is out safe, or was not after all: `mark` is the key of the tile, a dot, and 1 or 0."""
    site = queries.house_site(current(), uid)
    key, _dot, state = sent("mark", 42).rpartition(".")
    name = sent("name", NAME)
    try:
        if key or name:
            service.mark_out(
                current(), site, key, out=state != "0", at=_seen_at(), label=name, uid=sent("roll")
            )
    except Conflict as refusal:
        return _refused(site, refusal)
    if asks_for_data():
        return jsonify(roll_state(site))
    return redirect(url_for("house.house", uid=uid), 303)


def _refused(site: Site, refusal: Conflict) -> Answer:
    """Why not; and how the drill stands, for who asks for data."""
    db.session.rollback()
    if asks_for_data():
        return jsonify({"told": refusal.message, **roll_state(site)}), refusal.status
    flash(refusal.message, "warn")
    return redirect(url_for("house.house", uid=site.uid), 303)


def _seen_at() -> datetime | None:
    """When the tablet saw it, by the clock here; None where it does not say. It tells `at` and when it `sent` that by its own
    clock, which may be wrong."""
    at, sent_at = _moment("at"), _moment("sent")
    return clock.now() - max(sent_at - at, timedelta(0)) if at and sent_at else at


def _moment(field: str) -> datetime | None:
    """Milliseconds since 1970."""
    text = request.form.get(field, "")
    if not (text.isascii() and text.isdigit() and len(text) == 13):
        return None
    return datetime.fromtimestamp(int(text) / 1000, clock.UTC)


@blueprint.get("/house/<uid>/state")
@requires(Permission.HOUSE_READ)
def state(uid: str) -> Response:
    """Who is out and who is or may be (false) in the house, by the key of the tile: no name in it."""
    return jsonify(_with_the_house(queries.house_site(current(), uid)))


def _with_the_house(site: Site) -> dict[str, Any]:
    people, _clients = queries.in_the_house(site, clock.now())
    return {**roll_state(site), "house": {one.key: one.sure for one in people}}


def roll_state(site: Site) -> dict[str, Any]:
    """The drill that runs at a site, and who is out of it, as of `now`."""
    return {"now": millis(clock.now()), **roll_told(site, *open_drill(site))}


def millis(moment: datetime) -> int:
    """A moment in milliseconds since 1970, as a tablet counts."""
    return int(moment.timestamp() * 1000)


def _since(roll: RollCall | None) -> int:
    return millis(roll.started_at) if roll else 0


def open_drill(site: Site) -> tuple[RollCall | None, dict[str, RollCallMark]]:
    """The drill that runs at a site, if any, and who is out of it, by the key of the tile."""
    roll = queries.open_roll_call(site)
    return roll, queries.out_marks(roll) if roll else {}


def roll_told(site: Site, roll: RollCall | None, marks: dict[str, RollCallMark]) -> dict[str, Any]:
    """The same as data: when somebody came out, in words."""
    return {
        "roll": roll.uid if roll else "",
        "since": _since(roll),
        "out": {key: _("Out %(time)s", time=clock_time(row.out_at, site.timezone)) for key, row in marks.items() if row.out_at},
    }  # fmt: skip


@blueprint.post("/house/<uid>/end")
@requires(Permission.HOUSE_READ)
def end(uid: str) -> Response:
    """End the roll-call: numbers stay, names go."""
    site = queries.house_site(current(), uid)
    people, _clients = queries.in_the_house(site, clock.now())
    totals = roll_totals(people, open_drill(site)[1])
    try:
        done = service.end_roll_call(current(), site, sent("roll"))
        told = [_("The roll-call has ended: %(out)s of %(all)s were out.", out=done.came_out, all=done.heads)]
        if totals.perhaps:
            told.append(_("Not marked yet and not seen: %(n)s.", n=totals.perhaps))
        flash(" ".join(told))
    except Conflict as refusal:
        db.session.rollback()
        flash(refusal.message, "warn")
    return redirect(url_for("house.house", uid=uid), 303)
