"""Who was in a group on a day, and the groups that somebody was in before."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity, Role
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries.found import ORDER
from groupsched.enrolment.rules import DateSeatState, EnrolmentMode, EnrolmentState, oldest_day
from groupsched.schedule.models import Occurrence


def earliest_day(identity: Identity, group: Group, today: date) -> date | None:
    """The earliest day of which this identity may read who was in a group; None: any day. Whoever supervises reads back
    without end, whoever leads it as far as they know its people, the desk its days on the house."""
    ensure(identity, Permission.ROSTER_READ, group_facts(group))
    about = group_facts(group)
    supervises = identity.holds(Role.SUPERVISOR, group.program_id) or not identity.person
    return oldest_day(today, supervises=supervises, leads=identity.person in about.owners)


def members_on(identity: Identity, group: Group, day: date, zone: str, today: date) -> list[Enrolment]:
    """Who was in a group on a day: with the whole group for any moment of it, or with a seat on a date of it. By name.

    Nobody on a day of which this identity may not read. Raises NotFound for who may not read its people at all.
    """
    earliest = earliest_day(identity, group, today)
    if day > today or (earliest is not None and day < earliest):
        return []
    query = (
        select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.group_id == group.id, in_group_on(day, zone))
    )
    found = {one.person_id: one for one in db.session.scalars(query.order_by(*ORDER, Enrolment.id))}
    return list(found.values())


def in_group_on(day: date, zone: str) -> ColumnElement[bool]:
    """The enrolment made its person a member on this day of a zone. Who waited or asked was none, nor whose joining was taken
    back before it began."""
    start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    whole = and_(
        Enrolment.mode == EnrolmentMode.WHOLE,
        Enrolment.from_start < end,
        or_(
            Enrolment.ended_at.is_(None),
            and_(Enrolment.ended_at > start, Enrolment.ended_at > Enrolment.from_start),
        ),
    )
    on_a_date = exists().where(
        DateSeat.enrolment_id == Enrolment.id,
        DateSeat.state == DateSeatState.HELD,
        Occurrence.id == DateSeat.occurrence_id,
        Occurrence.start >= start,
        Occurrence.start < end,
    )
    return or_(whole, and_(Enrolment.mode == EnrolmentMode.DATES, on_a_date))


def groups_before(person: Person, most: int) -> list[Enrolment]:
    """The enrolments of a person that are over, the latest first, those that never were a seat too: with their reasons. What was undone never was."""
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.group).joinedload(Group.modality))
        .where(
            Enrolment.person_id == person.id,
            Enrolment.state.in_((EnrolmentState.LEFT, EnrolmentState.COMPLETED)),
            Enrolment.undone.is_(False),
        )
        .order_by(Enrolment.ended_at.desc(), Enrolment.id.desc())
    )
    return list(db.session.scalars(query.limit(most)))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
