"""What somebody has besides complementary kinds, and what is on file for needles, touch and exercise."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from groupsched.access.events import InCareAsked
from groupsched.access.identity import Identity, Role
from groupsched.access.policy import CARE_TEAM
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group, Modality
from groupsched.catalog.rules import ClearanceKind
from groupsched.core.db import db
from groupsched.core.events import ask
from groupsched.enrolment.models import Clearance, ClinicianConfirmation, DateSeat, Enrolment
from groupsched.enrolment.queries.seats import each_pair, holds_seat
from groupsched.enrolment.rules import (
    LIVE,
    MOST_ALONE,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    OtherCare,
    is_cleared,
)
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

WEEKS_AHEAD = timedelta(days=28)
"""So far ahead it is looked whether somebody has complementary dates alone."""


def other_care(person_id: int, now: datetime, but: Collection[int] = ()) -> OtherCare:
    """What a person has now, without the dates of these numbers, which they give back. One statement."""
    adds = Modality.complementary
    held = (
        each_pair(func.sum(case((adds, 0), else_=1)), func.sum(case((adds, 1), else_=0)))
        .join(Group, Group.id == Occurrence.group_id)
        .join(Modality, Modality.id == Group.modality_id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.state == EnrolmentState.ACTIVE,
            holds_seat(),
            Occurrence.end > now,
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.id.not_in(but),
        )
    )
    asked = held.add_columns(*_waited_for(person_id, now), _confirmed(person_id))
    others, complementary, lines, dates, confirmed = db.session.execute(asked).one()
    return OtherCare(bool(others), (complementary or 0) + lines + dates, bool(confirmed))


def care_of(person_ids: Collection[int], now: datetime) -> dict[int, OtherCare]:
    """The same of each of these people, of their seats alone: what they wait for is not counted. Two statements."""
    adds = Modality.complementary
    held = (
        each_pair(Enrolment.person_id, func.sum(case((adds, 0), else_=1)), func.sum(case((adds, 1), else_=0)))
        .join(Group, Group.id == Occurrence.group_id)
        .join(Modality, Modality.id == Group.modality_id)
        .where(
            Enrolment.person_id.in_(person_ids),
            Enrolment.state == EnrolmentState.ACTIVE,
            holds_seat(),
            Occurrence.end > now,
            Occurrence.status == OccurrenceStatus.SCHEDULED,
        )
        .group_by(Enrolment.person_id)
    )
    seats = {person: (others, complementary) for person, others, complementary in db.session.execute(held)}
    stands = (ClinicianConfirmation.person_id.in_(person_ids), ClinicianConfirmation.ended_at.is_(None))
    confirmed = set(db.session.scalars(select(ClinicianConfirmation.person_id).where(*stands)))
    found = ((one, *seats.get(one, (0, 0))) for one in person_ids)
    return {one: OtherCare(bool(others), adding, one in confirmed) for one, others, adding in found}


def _waited_for(person_id: int, now: datetime) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """For how many complementary groups, as a whole, and for how many dates of such a person waits."""
    waits = aliased(Enrolment)
    mine = (
        select(func.count())
        .select_from(waits)
        .join(Group, Group.id == waits.group_id)
        .join(Modality, Modality.id == Group.modality_id)
        .where(waits.person_id == person_id, Modality.complementary)
    )
    line = mine.where(waits.state == EnrolmentState.WAITLISTED, waits.mode == EnrolmentMode.WHOLE)
    dates = (
        mine.join(DateSeat, DateSeat.enrolment_id == waits.id)
        .join(Occurrence, Occurrence.id == DateSeat.occurrence_id)
        .where(waits.state.in_(LIVE), waits.state != EnrolmentState.REQUESTED)
        .where(DateSeat.state == DateSeatState.WAITING, Occurrence.start > now)
    )
    return line.correlate(None).scalar_subquery(), dates.correlate(None).scalar_subquery()


def _confirmed(person_id: int) -> ScalarSelect[int]:
    stands = (ClinicianConfirmation.person_id == person_id, ClinicianConfirmation.ended_at.is_(None))
    return select(func.count()).select_from(ClinicianConfirmation).where(*stands).scalar_subquery()


def uncleared(person_ids: Collection[int], kind: ClearanceKind, day: date) -> frozenset[int]:
    """Those of these people of whom no clearance of that kind is on file that day. One statement."""
    on_file = select(Clearance).where(
        Clearance.person_id.in_(person_ids), Clearance.kind == kind, Clearance.ended_at.is_(None)
    )
    known = {one.person_id for one in db.session.scalars(on_file) if one.span.holds(day)}
    return frozenset(person_ids) - known


def adding_only(person_ids: Collection[int], now: datetime, but: Collection[int] = ()) -> frozenset[int]:
    """Those of these people who have a complementary date to come, but for dates of these numbers, no other care here, and no
    clinician's yes. One statement."""
    adds = Modality.complementary
    confirmed = exists().where(
        ClinicianConfirmation.person_id == Enrolment.person_id, ClinicianConfirmation.ended_at.is_(None)
    )
    held = (
        each_pair(Enrolment.person_id)
        .join(Group, Group.id == Occurrence.group_id)
        .join(Modality, Modality.id == Group.modality_id)
        .where(
            Enrolment.person_id.in_(person_ids),
            Enrolment.state == EnrolmentState.ACTIVE,
            holds_seat(),
            Occurrence.end > now,
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.id.not_in(but),
            ~confirmed,
        )
        .group_by(Enrolment.person_id)
        .having(func.sum(case((adds, 0), else_=1)) == 0)
    )
    return frozenset(db.session.scalars(held.order_by(Enrolment.person_id)))


def left_with_complementary(identity: Identity, now: datetime) -> list[Person]:
    """Those for whom this identity cares, or whom it supervises, who have more complementary dates in the coming weeks than one may
    have alone, no other care here, and no clinician's yes: they left what these were added to. By name. One statement."""
    ways = _looked_after(identity)
    if not ways:
        return []
    adds = Modality.complementary
    confirmed = exists().where(
        ClinicianConfirmation.person_id == Enrolment.person_id, ClinicianConfirmation.ended_at.is_(None)
    )
    alone = (
        each_pair(Enrolment.person_id)
        .join(Group, Group.id == Occurrence.group_id)
        .join(Modality, Modality.id == Group.modality_id)
        .where(
            Occurrence.program_id == identity.program_id,
            Occurrence.external.is_(False),
            Occurrence.start.between(now, now + WEEKS_AHEAD),
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Enrolment.state == EnrolmentState.ACTIVE,
            holds_seat(),
            ~confirmed,
        )
        .group_by(Enrolment.person_id)
        .having(func.sum(case((adds, 0), else_=1)) == 0, func.count() > MOST_ALONE)
    )
    found = select(Person).where(Person.id.in_(alone), Person.id != (identity.person or 0), or_(*ways))
    return list(db.session.scalars(found.order_by(Person.first_name, Person.last_name, Person.id)))


def _looked_after(identity: Identity) -> list[ColumnElement[bool]]:
    program = identity.program_id or 0
    if identity.person is None:
        return []
    if identity.holds(Role.SUPERVISOR, program):
        return [Person.program_id == program]
    if not any(identity.holds(one.role, program) for one in CARE_TEAM):
        return []
    return [Person.id.in_(theirs) for theirs in ask(InCareAsked(identity.person, program))]


def confirmation_of(person_id: int) -> ClinicianConfirmation | None:
    """By whom it was confirmed that complementary kinds may stand alone for a person; None, while it is not."""
    query = select(ClinicianConfirmation).options(joinedload(ClinicianConfirmation.by))
    stands = query.where(
        ClinicianConfirmation.person_id == person_id, ClinicianConfirmation.ended_at.is_(None)
    )
    return db.session.scalar(stands)


def cleared(person_id: int, kind: ClearanceKind, day: date) -> bool:
    """Whether a clearance of that kind is on file for a person that day."""
    return is_cleared(kind, [one.span for one in clearances_of(person_id)], day)


def clearances_of(person_id: int) -> Sequence[Clearance]:
    """What is on file for a person and was not ended, the latest first; what ran out too."""
    query = select(Clearance).options(joinedload(Clearance.noted_by))
    stands = query.where(Clearance.person_id == person_id, Clearance.ended_at.is_(None))
    return db.session.scalars(stands.order_by(Clearance.id.desc())).all()
