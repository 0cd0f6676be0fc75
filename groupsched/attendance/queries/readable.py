"""Which sheets an identity may read afterwards: one at a time, and as a condition of SQL that says the same."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import joinedload

from groupsched.access.identity import GrantInForce, Identity, Member, Role, System
from groupsched.access.policy import COVERING, DESK, OWN_GROUP, SUPERVISOR, Permission, can
from groupsched.attendance.rules import WINDOW, may_read
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import holds_sheet
from groupsched.schedule.queries import sheet_facts as facts


def get_readable_date(identity: Identity, uid: str) -> Occurrence:
    """The date of this public id whose sheet this identity may read. Raises NotFound."""
    query = (
        select(Occurrence)
        .where(Occurrence.uid == uid, Occurrence.external.is_(False))
        .options(
            joinedload(Occurrence.group).joinedload(Group.facilitators),
            joinedload(Occurrence.assignments),
            joinedload(Occurrence.place),
        )
    )
    found = db.session.scalars(query).unique().one_or_none()
    if found is None or not reads(identity, found):
        raise NotFound
    return found


def reads(identity: Identity, occurrence: Occurrence) -> bool:
    """Whether this identity may read the sheet of that date, however old."""
    known = facts(occurrence)
    if not can(identity, Permission.ATTENDANCE_READ, known):
        return False
    return isinstance(identity, System) or may_read(
        led=OWN_GROUP(identity, known) or COVERING(identity, known),
        at_the_desk=DESK(identity, known),
        oversees=SUPERVISOR(identity, known),
        end=occurrence.end,
        now=clock.now(),
    )


def readable(identity: Identity, now: datetime) -> ColumnElement[bool]:
    """The condition on Occurrence joined with Group that says the same."""
    if isinstance(identity, System):
        return true()
    if not isinstance(identity, Member):
        return false()
    ways = or_(false(), *(_reach(identity, held, now) for held in identity.in_force()))
    return and_(Occurrence.external.is_(False), ways)


def _reach(identity: Member, held: GrantInForce, now: datetime) -> ColumnElement[bool]:
    here: ColumnElement[bool] = Occurrence.program_id == held.program_id
    if held.role is Role.SUPERVISOR and held.site_id is None:
        return here
    if held.role is Role.FRONT_DESK:
        at_desk = true() if held.site_id is None else Group.site_id == held.site_id
        return and_(here, Occurrence.end > now - WINDOW, at_desk)
    if held.role is Role.FACILITATOR and held.site_id is None:
        return and_(here, holds_sheet(identity.person_id, now))
    return false()
