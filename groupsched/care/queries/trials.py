"""Three kinds in two weeks: what somebody tries now and how far they are, and which dates they could try."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.attendance.models import Attendee, Sheet
from groupsched.care.models import Reflection, Trial, TrialDate
from groupsched.care.queries.reflections import was_there
from groupsched.care.rules import (
    AHEAD,
    TRIED_KINDS,
    TWO_WEEKS,
    TrialDateFacts,
    TrialDateState,
    TrialState,
    TryDate,
    date_state,
    free_of,
    trial_state,
)
from groupsched.catalog.models import Group, Modality
from groupsched.catalog.rules import GroupState, ModalityKind, Setting
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries import (
    asking_first,
    clearances_of,
    each_pair,
    groups_to_bring_into,
    holds_seat,
    own_spans,
)
from groupsched.enrolment.rules import (
    LIVE,
    WALKED_INTO,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    is_cleared,
)
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

MOST_OF_A_KIND = 60
REMEMBERED = timedelta(days=90)
"""For how long a group that somebody tried is not proposed again."""


@dataclass(frozen=True)
class TriedDate:
    """A date of a trial and what became of it; `response` is what the person said of it, `kept` that they are in its group."""

    row: TrialDate
    state: TrialDateState
    response: QuestionnaireResponse | None
    kept: bool

    @property
    def occurrence(self) -> Occurrence:
        return self.row.occurrence

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


@dataclass(frozen=True)
class TryOffer:
    """The dates that somebody could try, for the rules and to show, by their numbers."""

    dates: Sequence[TryDate]
    shown: Mapping[int, Occurrence]

    def of(self, uids: Collection[str]) -> list[TryDate]:
        """Those of these public ids; what is no longer among them is left out."""
        return [one for one in self.dates if self.shown[one.key].uid in uids]


def trial_progress(person_id: int, now: datetime) -> TrialProgress | None:
    """The trial of a person that they did not end; None where there is none. One statement."""
    rows = db.session.execute(_progress(person_id)).all()
    if not rows:
        return None
    dates = [
        TriedDate(row, date_state(_facts(row, *said), now), response, bool(kept))
        for row, response, kept, *said in rows
    ]
    trial = dates[0].row.trial
    kept = any(one.kept for one in dates)
    state = trial_state([one.state for one in dates], trial.began_at, now, ended=False, kept=kept)
    return TrialProgress(trial, state, dates)


def _facts(row: TrialDate, seated: Any, waiting: Any, mark: Any, reflected: Any) -> TrialDateFacts:
    date = row.occurrence
    takes_place = date.status in (OccurrenceStatus.SCHEDULED, OccurrenceStatus.FINISHED)
    return TrialDateFacts(date.end, takes_place, bool(seated), bool(waiting), mark, reflected is not None)


def _progress(person_id: int) -> Select[Any]:
    mine = Enrolment.person_id == person_id
    seated = Occurrence.id.in_(each_pair(Occurrence.id).where(mine, holds_seat()))
    waits = exists().where(
        DateSeat.enrolment_id == Enrolment.id, DateSeat.occurrence_id == Occurrence.id,
        DateSeat.state == DateSeatState.WAITING, mine, Enrolment.state.in_(LIVE),
    )  # fmt: skip
    of_sheet = and_(Attendee.sheet_id == Sheet.id, Sheet.occurrence_id == Occurrence.id)
    mark = select(Attendee.status).where(of_sheet, Attendee.person_id == person_id).limit(1)
    return (
        select(
            TrialDate, QuestionnaireResponse, _in_group(person_id).label("kept"), seated.label("seated"),
            waits.label("waits"), mark.correlate(Occurrence).scalar_subquery().label("mark"), Reflection.response_id,
        )
        .join(TrialDate.trial)
        .join(TrialDate.occurrence)
        .join(Occurrence.group)
        .join(Group.modality)
        .outerjoin(Reflection, and_(Reflection.occurrence_id == Occurrence.id, Reflection.person_id == person_id))
        .outerjoin(QuestionnaireResponse, QuestionnaireResponse.id == Reflection.response_id)
        .options(
            contains_eager(TrialDate.trial),
            contains_eager(TrialDate.occurrence).contains_eager(Occurrence.group).contains_eager(Group.modality),
            contains_eager(TrialDate.occurrence).joinedload(Occurrence.place),
        )
        .where(Trial.person_id == person_id, Trial.ended_at.is_(None))
        .order_by(Occurrence.start, TrialDate.id)
    )  # fmt: skip


def _in_group(person_id: int) -> ColumnElement[bool]:
    """Whether a person stands in the whole group of a date."""
    whole = (Enrolment.mode == EnrolmentMode.WHOLE, Enrolment.state.in_(LIVE))
    return (
        exists()
        .where(Enrolment.person_id == person_id, Enrolment.group_id == Occurrence.group_id, *whole)
        .correlate(Occurrence)
    )


def dates_to_try(
    identity: Identity, person: Person, now: datetime, leaving: Collection[int] = ()
) -> TryOffer:
    """The dates of the next two weeks that somebody could take at once: with a free seat, of groups that they may simply join
    and are not in, cleared for it, and at no time at which they have something else, but for the dates of `leaving`, which they give
    back for it. What they tried lately is not among them.

    Staff are offered, for a person, those of groups into which they may bring them.
    """
    until = now + TWO_WEEKS
    found = db.session.scalars(_free(person, now, until)).all()
    groups = {one.group_id for one in found}
    if identity.person != person.id:
        groups &= {one.id for one in groups_to_bring_into(identity, person, ())}
    groups -= asking_first(person.program_id, person.id, groups)
    open_ones = [one for one in found if one.group_id in groups]
    if any(one.group.modality.clearance for one in open_ones):
        on_file = [one.span for one in clearances_of(person.id)]
        open_ones = [
            one for one in open_ones if is_cleared(one.group.modality.clearance, on_file, one.local_date)
        ]
    busy = own_spans(person.id, now, until + timedelta(days=1))
    had = {span.key for span in busy}
    besides = [span for span in busy if span.key not in leaving]
    free = free_of([_to_try(one) for one in open_ones if one.id not in had], besides)
    return TryOffer(free, {one.id: one for one in open_ones})


def _to_try(one: Occurrence) -> TryDate:
    kind = one.group.modality
    return TryDate(one.id, one.group_id, kind.kind, one.start, one.end, one.local_date, kind.complementary)


def _free(person: Person, now: datetime, until: datetime) -> Select[Occurrence]:
    """The soonest free dates of each kind, so many at the most."""
    soonest = (Occurrence.start, Occurrence.id)
    inside = select(Enrolment.group_id).where(
        Enrolment.person_id == person.id,
        Enrolment.state.in_(LIVE),
        (Enrolment.mode == EnrolmentMode.WHOLE) | (Enrolment.state == EnrolmentState.REQUESTED),
    )
    nth = func.row_number().over(partition_by=Modality.kind, order_by=soonest).label("nth")
    offered = (
        select(Occurrence.id, nth)
        .join(Occurrence.group)
        .join(Group.modality)
        .where(
            Occurrence.program_id == person.program_id,
            Occurrence.external.is_(False),
            Occurrence.start > now,
            Occurrence.start <= until,
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.any_free(),
            Group.state == GroupState.PUBLISHED,
            Group.hidden.is_(False),
            Group.setting == Setting.GROUP,
            Group.access.in_(WALKED_INTO),
            Group.id.not_in(inside),
            Group.id.not_in(_tried_lately(person.id, now)),
            Modality.kind.in_(TRIED_KINDS),
        )
        .subquery()
    )
    return (
        select(Occurrence)
        .join(offered, and_(offered.c.id == Occurrence.id, offered.c.nth <= MOST_OF_A_KIND))
        .options(joinedload(Occurrence.group).joinedload(Group.modality), joinedload(Occurrence.place))
        .order_by(*soonest)
    )


def _tried_lately(person_id: int, now: datetime) -> Select[int]:
    """The groups of which somebody was at a date of this trial or of an earlier one."""
    return (
        select(Occurrence.group_id)
        .join(TrialDate, TrialDate.occurrence_id == Occurrence.id)
        .join(Trial, Trial.id == TrialDate.trial_id)
        .where(
            Trial.person_id == person_id, Occurrence.end.between(now - REMEMBERED, now), was_there(person_id)
        )
    )


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
