"""A drill: begun at a site, who is out one tap each, ended; then only its numbers stay."""

from datetime import datetime

from sqlalchemy import delete

from groupsched.access.identity import Identity, System
from groupsched.access.models import Site
from groupsched.attendance.models import RollCall, RollCallMark
from groupsched.attendance.queries import (
    forgotten_roll_calls,
    in_the_house,
    last_roll_call,
    open_roll_call,
    out_marks,
)
from groupsched.attendance.rules import LATE, ROLL_CALL_LASTS, TOGETHER, roll_totals
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.core.tokens import public_id

NAME = 80
KEY = 40


def begin_roll_call(identity: Identity, site: Site, at: datetime | None = None) -> RollCall:
    """Begin a drill at a site; one that runs there goes on. `at` is when it began on a tablet that had no line.

    Raises Conflict where that one is over by now: nobody who came out of it counts in another.
    """
    db.session.refresh(site, ["version"], with_for_update=True)
    running, now = open_roll_call(site), clock.now()
    if at is not None and _is_over(site, at, running, now):
        raise _ended()
    if running is not None:
        return running
    made = RollCall(
        program_id=site.program_id,
        site_id=site.id,
        started_by_id=identity.person,
        started_at=min(at or now, now),
    )
    db.session.add(made)
    db.session.flush()
    audit.record(identity, AuditAction.ROLL_CALL_BEGUN, site)
    return made


def _is_over(site: Site, at: datetime, running: RollCall | None, now: datetime) -> bool:
    """Whether what a tablet began then was another alarm than the one of now."""
    last = last_roll_call(site)
    if at <= now - ROLL_CALL_LASTS or (last and last.ended_at and last.ended_at >= at):
        return True
    return running is not None and at < running.started_at - TOGETHER


def _ended() -> Conflict:
    return Conflict(_("This roll-call has ended."), code="ended")


def running_roll_call(site: Site, uid: str = "") -> RollCall:
    """The drill of this id that runs at a site, held: it ends once, and after it no name is written. Raises Conflict where it
    has ended."""
    running = open_roll_call(site, hold=True)
    if running is None or (uid and running.uid != uid):
        raise _ended()
    return running


def mark_out(
    identity: Identity,
    site: Site,
    key: str,
    *,
    out: bool,
    at: datetime | None = None,
    label: str = "",
    uid: str = "",
) -> None:
    """Write down that somebody is out safe, or (not `out`) take it back. The same twice changes nothing.

    `at` is when it was seen, within the drill; `label` a name that stands on no sheet. Raises Conflict where the drill ended,
    or where somebody else took it back after it was seen.
    """
    roll, now = running_roll_call(site, uid), clock.now()
    if at and not uid and at < roll.started_at - TOGETHER:
        raise _ended()
    key = clean_line(key, KEY) or public_id()
    row = db.session.get(RollCallMark, (roll.id, key), with_for_update=True)
    taken_back = row is not None and row.out_at is None and row.by_id != identity.person
    if out and taken_back and at and at < now - LATE:
        raise Conflict(_("Somebody else has taken this back. Please look again."), code="taken-back")
    if row is None:
        row = RollCallMark(roll_call_id=roll.id, key=key, label=clean_line(label, NAME))
        db.session.add(row)
    moment = min(max(at or now, roll.started_at), now)
    row.out_at, row.by_id = (row.out_at or moment) if out else None, identity.person
    db.session.flush()


def end_roll_call(identity: Identity, site: Site, uid: str = "") -> RollCall:
    """End a drill: how many were looked for and how many came out stays, nobody's name does. Raises Conflict where the drill of
    this id has ended: another one that runs by now is not meant."""
    roll = running_roll_call(site, uid)
    _end(identity, roll, site, clock.now())
    return roll


def end_forgotten_roll_calls(now: datetime) -> None:
    """End what nobody ended, as of when it was over: it leaves no name either."""
    for roll in forgotten_roll_calls(now):
        site, over = db.session.get_one(Site, roll.site_id), roll.started_at + ROLL_CALL_LASTS
        _end(System(program_id=roll.program_id), roll, site, over)


def _end(identity: Identity, roll: RollCall, site: Site, at: datetime) -> None:
    totals = roll_totals(in_the_house(site, at)[0], out_marks(roll))
    roll.ended_at, roll.heads, roll.came_out = at, totals.heads, totals.out
    db.session.execute(delete(RollCallMark).where(RollCallMark.roll_call_id == roll.id))
    db.session.flush()
    audit.record(identity, AuditAction.ROLL_CALL_ENDED, site, heads=totals.heads, out=totals.out)
