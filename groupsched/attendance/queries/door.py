"""At the door: whose code it is, and which dates of today at a site that person may come to."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from groupsched.access.identity import PairedDevice, Role
from groupsched.access.models import Program, Site
from groupsched.accounts.models import Person
from groupsched.accounts.queries import holds_now
from groupsched.attendance.models import Attendee, DoorCode, Sheet
from groupsched.attendance.rules import LATELY, AttendanceStatus, DoorDate
from groupsched.catalog.models import Group, Place
from groupsched.catalog.rules import Access, AttendanceMode
from groupsched.core.db import db
from groupsched.core.filters import local
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import each_pair, gave_up, holds_seat
from groupsched.enrolment.rules import EnrolmentState
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

AROUND = timedelta(hours=24)


def door_of(device: PairedDevice | None) -> Site | None:
    """The site at whose door a tablet stands, where program and site let clients sign themselves in; else None."""
    if device is None:
        return None
    query = (
        select(Site)
        .join(Program, Program.id == Site.program_id)
        .where(Site.id == device.site_id, Site.self_sign_in, Program.self_sign_in)
    )
    return db.session.scalar(query)


def door_code_of(person_id: int) -> DoorCode | None:
    """The code that somebody has, whose digits nobody can read any more."""
    return db.session.scalar(select(DoorCode).where(DoorCode.person_id == person_id))


def person_at_door(program_id: int, code_hash: str) -> Person | None:
    """Whose code has this hash: of clients of the program as they are now, in nobody's way once they have left."""
    query = (
        select(Person)
        .join(DoorCode, DoorCode.person_id == Person.id)
        .where(
            DoorCode.program_id == program_id,
            DoorCode.code_hash == code_hash,
            Person.gone_at.is_(None),
            holds_now(Role.CLIENT),
        )
    )
    return db.session.scalar(query)


def door_dates(site: Site, person: Person, now: datetime) -> list[DoorDate]:
    """The dates of today at a site that somebody has a seat in, gave it up or not, and those that anybody may come to."""
    rows = _of_today(site, now)
    own = _own(rows, person)
    open_to_all = [one for one in rows if one.group.access == Access.OPEN and one.id not in own]
    known = _known(open_to_all, person, now)
    found = [DoorDate(one.id, one.start, one.end, belongs=True) for one in rows if one.id in own]
    return found + [
        DoorDate(one.id, one.start, one.end, belongs=False, known=one.group_id in known)
        for one in open_to_all
    ]


def _of_today(site: Site, now: datetime) -> list[Occurrence]:
    here = or_(Place.site_id == site.id, and_(Occurrence.place_id.is_(None), Group.site_id == site.id))
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .outerjoin(Occurrence.place)
        .where(
            here,
            Occurrence.external.is_(False),
            Occurrence.status.in_((OccurrenceStatus.SCHEDULED, OccurrenceStatus.FINISHED)),
            Occurrence.start.between(now - AROUND, now + AROUND),
            Group.attendance_mode != AttendanceMode.ONLINE,
        )
        .order_by(Occurrence.start, Occurrence.id)
    )
    today = local(now, site.timezone).date()
    found = db.session.scalars(query).unique()
    return [
        one
        for one in found
        if today in (local(one.start, site.timezone).date(), local(one.end, site.timezone).date())
    ]


def _own(rows: Sequence[Occurrence], person: Person) -> set[int]:
    query = each_pair(Occurrence.id).where(
        Occurrence.id.in_([one.id for one in rows]),
        Enrolment.person_id == person.id,
        or_(holds_seat(), and_(Enrolment.state == EnrolmentState.ACTIVE, gave_up())),
    )
    return set(db.session.scalars(query))


def _known(rows: Sequence[Occurrence], person: Person, now: datetime) -> set[int]:
    query = (
        select(Occurrence.group_id)
        .join(Sheet, Sheet.occurrence_id == Occurrence.id)
        .join(Attendee, Attendee.sheet_id == Sheet.id)
        .where(
            Occurrence.group_id.in_({one.group_id for one in rows}),
            Occurrence.start > now - LATELY,
            Attendee.person_id == person.id,
            Attendee.status == AttendanceStatus.PRESENT,
            Attendee.removed_at.is_(None),
        )
    )
    return set(db.session.scalars(query))
