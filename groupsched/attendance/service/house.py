"""A drill: begun at a site, who is out one tap each, ended; then only its numbers stay."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from groupsched.access.identity import Identity
from groupsched.access.models import Site
from groupsched.attendance.models import RollCall, RollCallMark
from groupsched.attendance.queries import in_the_house, open_roll_call, out_marks
from groupsched.attendance.rules import roll_totals
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
LONGEST = timedelta(hours=12)
"""A drill that is told later than this began then."""


def begin_roll_call(identity: Identity, site: Site, at: datetime | None = None) -> RollCall:
    """Begin a drill at a site; one that runs there goes on. `at` is when it began on a tablet that had no line."""
    db.session.refresh(site, ["version"], with_for_update=True)
    running = open_roll_call(site)
    if running is not None:
        return running
    now = clock.now()
    began = min(max(at or now, now - LONGEST), now)
    made = RollCall(
        program_id=site.program_id, site_id=site.id, started_by_id=identity.person, started_at=began
    )
    db.session.add(made)
    db.session.flush()
    audit.record(identity, AuditAction.ROLL_CALL_BEGUN, site)
    return made


def running_roll_call(site: Site, uid: str = "") -> RollCall:
    """The drill of this id that runs at a site, held: it ends once, and after it no name is written. Raises Conflict where it
    has ended."""
    running = open_roll_call(site, hold=True)
    if running is None or (uid and running.uid != uid):
        raise Conflict(_("This roll-call has ended."), code="ended")
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

    `at` is when it was seen, within the drill; `label` a name that stands on no sheet. Raises Conflict where the drill ended.
    """
    roll = running_roll_call(site, uid)
    key = clean_line(key, KEY) or public_id()
    row = db.session.get(RollCallMark, (roll.id, key), with_for_update=True)
    if row is None:
        row = RollCallMark(roll_call_id=roll.id, key=key, label=clean_line(label, NAME))
        db.session.add(row)
    moment = min(max(at or clock.now(), roll.started_at), clock.now())
    row.out_at, row.by_id = (row.out_at or moment) if out else None, identity.person
    db.session.flush()


def end_roll_call(identity: Identity, site: Site) -> RollCall:
    """End a drill: how many were looked for and how many came out stays, nobody's name does. Raises Conflict."""
    roll = running_roll_call(site)
    totals = roll_totals(in_the_house(site, clock.now())[0], out_marks(roll))
    roll.ended_at, roll.heads, roll.came_out = clock.now(), totals.heads, totals.out
    db.session.execute(delete(RollCallMark).where(RollCallMark.roll_call_id == roll.id))
    db.session.flush()
    audit.record(identity, AuditAction.ROLL_CALL_ENDED, site, heads=totals.heads, out=totals.out)
    return roll
