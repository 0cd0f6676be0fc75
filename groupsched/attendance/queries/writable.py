"""Which sheets an identity may write on: one at a time, and as a condition of SQL."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import joinedload

from groupsched.access.identity import ApiToken, GrantInForce, Identity, Member, Role, System
from groupsched.access.policy import COVERING, DESK, OWN_GROUP, SUPERVISOR, Facts, Permission, can
from groupsched.attendance.rules import SheetRight, sheet_right
from groupsched.catalog.models import Group, Modality
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import holds_sheet
from groupsched.schedule.queries import sheet_facts as facts


@dataclass(frozen=True)
class WritableSheet:
    """A date whose sheet may be written on, and whether a reason is asked for first."""

    occurrence: Occurrence
    right: SheetRight


def get_writable_sheet(identity: Identity, uid: str) -> WritableSheet:
    """The date of this public id. Raises NotFound where there is none, or none for this identity."""
    query = (
        select(Occurrence)
        .where(Occurrence.uid == uid, Occurrence.external.is_(False))
        .options(
            joinedload(Occurrence.group).joinedload(Group.facilitators),
            joinedload(Occurrence.group).joinedload(Group.service_type),
            joinedload(Occurrence.group).joinedload(Group.modality).joinedload(Modality.service_type),
            joinedload(Occurrence.assignments),
            joinedload(Occurrence.place),
        )
    )
    occurrence = db.session.scalars(query).unique().one_or_none()
    if occurrence is None:
        raise NotFound
    return WritableSheet(occurrence, ensure_sheet_right(identity, occurrence))


def ensure_sheet_right(identity: Identity, occurrence: Occurrence) -> SheetRight:
    """How this identity may write on that date's sheet. Raises NotFound where it may not."""
    known = facts(occurrence)
    if occurrence.external or not can(identity, Permission.ATTENDANCE_WRITE, known):
        raise NotFound
    if not isinstance(identity, Member):
        return SheetRight.FREE
    allowed = sheet_right(
        leads=OWN_GROUP(identity, known) or COVERING(identity, known),
        at_the_desk=DESK(identity, known),
        oversees=SUPERVISOR(identity, known),
        end=occurrence.end,
        now=clock.now(),
    )
    if allowed is SheetRight.NONE:
        raise NotFound
    return allowed


def writable(identity: Identity) -> ColumnElement[bool]:
    """The condition on Occurrence joined with Group that says the same as the policy, whatever the date."""
    if isinstance(identity, System):
        return true()
    if isinstance(identity, ApiToken):
        reaches = can(identity, Permission.ATTENDANCE_WRITE, Facts(program=identity.program_id))
        return Occurrence.program_id == identity.program_id if reaches else false()
    if not isinstance(identity, Member):
        return false()
    return or_(false(), *(_reach(identity, held) for held in identity.in_force()))


def _reach(identity: Member, held: GrantInForce) -> ColumnElement[bool]:
    here: ColumnElement[bool] = Occurrence.program_id == held.program_id
    if held.role is Role.SUPERVISOR and held.site_id is None:
        return here
    if held.role is Role.FRONT_DESK:
        return here if held.site_id is None else and_(here, Group.site_id == held.site_id)
    if held.role is Role.FACILITATOR and held.site_id is None:
        return and_(here, holds_sheet(identity.person_id, clock.now()))
    return false()
