"""Three kinds in two weeks: what somebody tries now, and how far they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, can
from groupsched.accounts.models import Person
from groupsched.attendance.models import Attendee, Sheet
from groupsched.care.models import Reflection, Trial, TrialDate
from groupsched.care.rules import (
    AHEAD,
    TWO_WEEKS,
    TrialDateFacts,
    TrialDateState,
    TrialState,
    date_state,
    trial_state,
)
from groupsched.catalog.models import Group
from groupsched.catalog.rules import ModalityKind, Setting
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment, OutsideDate
from groupsched.enrolment.queries import (
    DateInSlot,
    each_pair,
    facts,
    holds_seat,
    outside_dates,
)
from groupsched.enrolment.rules import (
    LIVE,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
)
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.rules import OccurrenceStatus


@dataclass(frozen=True)
class TriedDate:
    """A date of a trial and what became of it; `response` is what the person said of it, `kept` that they are in its group, or have
    a later date of this meeting of others in their week; `slot` the time that they have on it."""

    row: TrialDate
    state: TrialDateState
    response: QuestionnaireResponse | None
    kept: bool
    slot: Timeslot | None = None

    @property
    def occurrence(self) -> Occurrence:
        """The date as the person has it: one in slots begins and ends with theirs."""
        date = self.row.occurrence
        return date if self.slot is None else cast(Occurrence, DateInSlot(date, self.slot))

    @property
    def kind(self) -> ModalityKind:
        return self.row.occurrence.group.modality.kind

    @property
    def ahead(self) -> bool:
        """Whether it is still to come, with a seat or in its line."""
        return self.state in AHEAD

    @property
    def open(self) -> bool:
        """Whether another day can take its place."""
        return self.state is not TrialDateState.BEEN


@dataclass(frozen=True)
class TrialProgress:
    """How far somebody is with their three kinds, the dates in the order of time."""

    trial: Trial
    state: TrialState
    dates: Sequence[TriedDate]

    @property
    def tried(self) -> int:
        """How many of the three they were at."""
        return sum(one.state is TrialDateState.BEEN for one in self.dates)

    @property
    def next(self) -> TriedDate | None:
        """The next date on which they have a seat."""
        return next((one for one in self.dates if one.state is TrialDateState.COMING), None)

    @property
    def until(self) -> datetime:
        """When the two weeks end."""
        return self.trial.began_at + TWO_WEEKS

    @property
    def asks(self) -> bool:
        """Whether it is on their mind: on the way, or to be answered."""
        return self.state in (TrialState.GOING, TrialState.CHOOSING)


def trial_progress(person_id: int, now: datetime) -> TrialProgress | None:
    """The trial of a person that they did not end; None where there is none. One statement."""
    rows = db.session.execute(_progress(person_id)).all()
    if not rows:
        return None
    dates = [
        TriedDate(row, date_state(_facts(row, slot, *said), now), response, bool(kept), slot)
        for row, response, slot, kept, *said in rows
    ]
    trial = dates[0].row.trial
    kept = any(one.kept for one in dates)
    state = trial_state([one.state for one in dates], trial.began_at, now, ended=False, kept=kept)
    return TrialProgress(trial, state, dates)


def _facts(
    row: TrialDate, slot: Timeslot | None, seated: Any, waiting: Any, mark: Any, reflected: Any
) -> TrialDateFacts:
    date, end = row.occurrence, row.occurrence.end if slot is None else slot.end
    takes_place = date.status in (OccurrenceStatus.SCHEDULED, OccurrenceStatus.FINISHED)
    return TrialDateFacts(end, takes_place, bool(seated), bool(waiting), mark, reflected is not None)


def _progress(person_id: int) -> Select[Any]:
    mine = Enrolment.person_id == person_id
    seats = each_pair(Occurrence.id).where(mine, holds_seat())
    seated = or_(Occurrence.id.in_(seats), Occurrence.id.in_(outside_dates(person_id)))
    in_slot = (
        select(DateSeat.timeslot_id)
        .join(Enrolment, Enrolment.id == DateSeat.enrolment_id)
        .where(mine, DateSeat.occurrence_id == Occurrence.id, DateSeat.state == DateSeatState.HELD)
        .limit(1)
        .correlate(Occurrence)
    )
    waits = exists().where(
        DateSeat.enrolment_id == Enrolment.id, DateSeat.occurrence_id == Occurrence.id,
        DateSeat.state == DateSeatState.WAITING, mine, Enrolment.state.in_(LIVE),
    )  # fmt: skip
    of_sheet = and_(Attendee.sheet_id == Sheet.id, Sheet.occurrence_id == Occurrence.id)
    mark = select(Attendee.status).where(of_sheet, Attendee.person_id == person_id).limit(1)
    return (
        select(
            TrialDate, QuestionnaireResponse, Timeslot, _in_group(person_id).label("kept"), seated.label("seated"),
            waits.label("waits"), mark.correlate(Occurrence).scalar_subquery().label("mark"), Reflection.response_id,
        )
        .join(TrialDate.trial)
        .join(TrialDate.occurrence)
        .join(Occurrence.group)
        .join(Group.modality)
        .outerjoin(Reflection, and_(Reflection.occurrence_id == Occurrence.id, Reflection.person_id == person_id))
        .outerjoin(QuestionnaireResponse, QuestionnaireResponse.id == Reflection.response_id)
        .outerjoin(Timeslot, and_(Group.setting == Setting.SLOTS, Timeslot.id == in_slot.scalar_subquery()))
        .options(
            contains_eager(TrialDate.trial),
            contains_eager(TrialDate.occurrence).contains_eager(Occurrence.group).contains_eager(Group.modality),
            contains_eager(TrialDate.occurrence).joinedload(Occurrence.place),
        )
        .where(Trial.person_id == person_id, Trial.ended_at.is_(None))
        .order_by(Occurrence.start, TrialDate.id)
    )  # fmt: skip


def _in_group(person_id: int) -> ColumnElement[bool]:
    """Whether a person stands in the whole group of a date; in one of slots or of others, whether they have a later date of it."""
    whole = (Enrolment.mode == EnrolmentMode.WHOLE, Enrolment.state.in_(LIVE))
    inside = (
        exists()
        .where(Enrolment.person_id == person_id, Enrolment.group_id == Occurrence.group_id, *whole)
        .correlate(Occurrence)
    )
    later = aliased(Occurrence)
    of_it = (later.group_id == Occurrence.group_id, later.start > Occurrence.start)
    again = (
        exists()
        .where(OutsideDate.person_id == person_id, OutsideDate.occurrence_id == later.id, *of_it)
        .correlate(Occurrence)
    )
    another_slot = (
        exists()
        .where(
            Enrolment.person_id == person_id, Enrolment.state.in_(LIVE), DateSeat.enrolment_id == Enrolment.id,
            DateSeat.state == DateSeatState.HELD, DateSeat.timeslot_id.is_not(None), DateSeat.occurrence_id == later.id,
            *of_it,
        )
        .correlate(Occurrence)
    )  # fmt: skip
    return or_(inside, again, another_slot)


def dates_known(
    identity: Identity, person: Person, progress: TrialProgress, care_team: frozenset[int]
) -> list[TriedDate]:
    """Those dates of the trial of a person of which this identity may know that they come."""
    if identity.person == person.id:
        return list(progress.dates)
    groups = {one.occurrence.group_id for one in progress.dates}
    # Who leads them, of all three at once.
    db.session.scalars(
        select(Group).options(joinedload(Group.facilitators)).where(Group.id.in_(groups)).order_by(Group.id)
    ).unique().all()
    return [
        one for one in progress.dates if can(identity, Permission.ROSTER_READ, _about(one, person, care_team))
    ]


def _about(one: TriedDate, person: Person, care_team: frozenset[int]) -> Facts:
    """What the policy may know of a date that somebody tries; a meeting of others is at the person's site."""
    about = replace(facts(one.occurrence.group, person), care_team=care_team)
    return replace(about, site=person.site_id) if one.occurrence.external else about


def other_groups(person_id: int, but: Collection[int]) -> list[Enrolment]:
    """The groups that somebody is in as a whole, but for these, by title: what they could change from."""
    query = (
        select(Enrolment)
        .join(Enrolment.group)
        .options(contains_eager(Enrolment.group))
        .where(
            Enrolment.person_id == person_id,
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.mode == EnrolmentMode.WHOLE,
            Group.setting != Setting.PRIVATE,
            Enrolment.group_id.not_in(but),
        )
    )
    return list(db.session.scalars(query.order_by(Group.title, Enrolment.id)))
