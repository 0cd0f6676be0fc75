"""Other people's enrolments: for staff who lead, receive or supervise, and for the sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, can, ensure
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries.clients import client_to_bring, facts
from groupsched.enrolment.queries.lines import in_group_line
from groupsched.enrolment.queries.seats import each_pair, gave_up, holds_seat
from groupsched.enrolment.rules import IN_LINE, LIVE, DateSeatState, EnrolmentState
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

ORDER = (Person.first_name, Person.last_name, Person.id)


@dataclass(frozen=True)
class ExpectedPerson:
    """A person on the list of one date. `since` is when this enrolment began; `given_up`: they said they cannot come."""

    person: Person
    enrolment: Enrolment
    given_up: bool
    since: datetime


def roster(occurrence: Occurrence) -> list[ExpectedPerson]:
    """Everybody expected on one date, those too who said they cannot come, by name. Call it behind ROSTER_READ."""
    query = (
        each_pair(Enrolment, DateSeat.state)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(Occurrence.id == occurrence.id, or_(holds_seat(), gave_up()))
        .order_by(*ORDER, Enrolment.id)
    )
    found: dict[int, ExpectedPerson] = {}
    for enrolment, said in db.session.execute(query):
        one = ExpectedPerson(
            enrolment.person, enrolment, said == DateSeatState.GIVEN_UP, enrolment.created_at
        )
        before = found.get(enrolment.person_id)
        if before is None or before.given_up:
            found[enrolment.person_id] = one
    return list(found.values())


def members(identity: Identity, group: Group) -> list[Enrolment]:
    """The enrolments of a group that are not over, by name. Raises NotFound for who may not read its roster."""
    ensure(identity, Permission.ROSTER_READ, group_facts(group))
    query = (
        select(Enrolment)
        .join(Enrolment.person)
        .options(
            contains_eager(Enrolment.person),
            selectinload(Enrolment.date_seats).joinedload(DateSeat.occurrence),
        )
        .where(Enrolment.group_id == group.id, Enrolment.state.in_(LIVE))
    )
    return list(db.session.scalars(query.order_by(*ORDER)))


def get_enrolment(identity: Identity, uid: str) -> Enrolment:
    """An enrolment by its public id: one's own, or one that staff may change. Raises NotFound for any other."""
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.group).selectinload(Group.facilitators))
        .where(Enrolment.uid == uid)
    )
    enrolment = db.session.scalar(query)
    if enrolment is None:
        raise NotFound
    if enrolment.person_id != identity.person:
        ensure(identity, Permission.ENROL_OTHERS, facts(enrolment.group, enrolment.person))
    return enrolment


def is_enrolled(person_id: int | None, group_id: int) -> bool:
    """Whether a person has an enrolment in a group that is not over: their own groups are theirs to see."""
    query = select(Enrolment.id).where(
        Enrolment.person_id == person_id, Enrolment.group_id == group_id, Enrolment.state.in_(LIVE)
    )
    return person_id is not None and db.session.scalar(query) is not None


def may_bring(identity: Identity, group: Group) -> bool:
    """Whether this identity may enrol others in the group."""
    return can(identity, Permission.ENROL_OTHERS, group_facts(group))


def person_in_reach(identity: Identity, group: Group, uid: str) -> Person:
    """A client of the group's program whom this identity may enrol. Raises NotFound for any other person."""
    person = client_to_bring(identity, group_facts(group), uid)
    ensure(identity, Permission.ENROL_OTHERS, facts(group, person))
    return person


def asking(identity: Identity) -> list[tuple[Group, int]]:
    """The groups in which people wait for a yes or no that this identity may give, with how many, by title."""
    waiting = (
        select(Enrolment.group_id, func.count().label("number"))
        .where(
            Enrolment.state == EnrolmentState.REQUESTED,
            Enrolment.person_id != (identity.person or 0),
        )
        .group_by(Enrolment.group_id)
        .subquery()
    )
    query = (
        select(Group, waiting.c.number)
        .join(waiting, waiting.c.group_id == Group.id)
        .options(joinedload(Group.facilitators))
        .where(Group.program_id == identity.program_id)
        .order_by(Group.title, Group.id)
    )
    rows = db.session.execute(query).unique()
    return [(group, number) for group, number in rows if may_bring(identity, group)]


def told_about(
    occurrence_ids: Iterable[int], *, in_line: bool = True, whole_line: bool = False
) -> list[tuple[Enrolment, Occurrence]]:
    """Everybody with a seat on one of these dates, or `in_line` for one of them singly, with the date; by date. With
    `whole_line`, who waits for every date too."""
    concerned = [holds_seat()]
    if in_line:
        concerned.append(DateSeat.state == DateSeatState.WAITING)
    if whole_line:
        concerned.append(in_group_line())
    query = (
        each_pair(Enrolment, Occurrence)
        .options(joinedload(Enrolment.person))
        .where(
            Occurrence.id.in_(list(occurrence_ids)),
            or_(*concerned),
            Enrolment.state.in_(IN_LINE),
        )
        .order_by(Occurrence.start, Occurrence.id, Enrolment.id)
    )
    return list(db.session.execute(query))


def concerned_by(occurrence_id: int) -> list[tuple[Enrolment, Occurrence, bool]]:
    """Who hears when this date alone is cancelled, with the date and whether they have a seat on it.

    Besides those, who waits for it: singly, or for every date of the group where this is the next one. Who waits for every
    date has none of them yet: of a later one they need to hear nothing.
    """
    other = aliased(Occurrence)
    sooner = exists().where(
        other.group_id == Occurrence.group_id,
        other.status == OccurrenceStatus.SCHEDULED,
        other.end > clock.now(),
        tuple_(other.start, other.id) < tuple_(Occurrence.start, Occurrence.id),
    )
    waits = or_(DateSeat.state == DateSeatState.WAITING, and_(in_group_line(), ~sooner))
    query = (
        each_pair(Enrolment, Occurrence, holds_seat())
        .options(joinedload(Enrolment.person))
        .where(Occurrence.id == occurrence_id, or_(holds_seat(), waits), Enrolment.state.in_(IN_LINE))
        .order_by(Enrolment.id)
    )
    return [(one, date, bool(seated)) for one, date, seated in db.session.execute(query)]
