"""Which dates somebody could try: free, simply to be joined, cleared for, and at no time at which they have something else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, can
from groupsched.accounts.models import Person
from groupsched.care.models import Trial, TrialDate
from groupsched.care.queries.reflections import was_there
from groupsched.care.rules import TRIED_KINDS, TWO_WEEKS, TryDate, free_of
from groupsched.catalog.models import Group, Modality
from groupsched.catalog.rules import Access, GroupState, Orientation, Setting
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment, NoFaithWish
from groupsched.enrolment.queries import (
    DateInSlot,
    asking_first,
    clearances_of,
    facts_of_others,
    free_slots,
    groups_to_bring_into,
    own_spans,
)
from groupsched.enrolment.rules import (
    LIVE,
    WALKED_INTO,
    EnrolmentMode,
    EnrolmentState,
    TimeSpan,
    clashes,
    is_cleared,
)
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.rules import OccurrenceStatus

MOST_OF_A_KIND = 60
REMEMBERED = timedelta(days=90)
"""For how long a group that somebody tried is not proposed again."""


@dataclass(frozen=True)
class TryOffer:
    """The dates that somebody could try, for the rules and to show, by their numbers."""

    dates: Sequence[TryDate]
    shown: Mapping[int, Occurrence]

    def of(self, uids: Collection[str]) -> list[TryDate]:
        """Those of these public ids; what is no longer among them is left out."""
        return [one for one in self.dates if self.shown[one.key].uid in uids]

    def shown_of(self, uids: Collection[str]) -> list[Occurrence]:
        """The same to show."""
        return [self.shown[one.key] for one in self.of(uids)]


def dates_to_try(
    identity: Identity, person: Person, now: datetime, leaving: Collection[int] = ()
) -> TryOffer:
    """The dates of the next two weeks that somebody could take at once: with a free seat, of groups that they may simply join
    and are not in, cleared for it, and at no time at which they have something else, but for the dates of `leaving`, which they give
    back for it. What they tried lately is not among them. A date in slots is the first free slot that fits; meetings that others run
    are among them.

    Staff are offered, for a person, those of groups into which they may bring them.
    """
    until = now + TWO_WEEKS
    found = db.session.scalars(_free(person, now, until)).all()
    groups = {one.group_id for one in found}
    if identity.person != person.id:
        groups &= _of_staff(identity, person, found)
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
    shown = _in_slots([one for one in open_ones if one.id not in had], besides)
    return TryOffer(free_of(map(_to_try, shown), besides), {one.id: one for one in shown})


def _of_staff(identity: Identity, person: Person, found: Collection[Occurrence]) -> set[int]:
    """The groups into which staff may bring somebody, and the meetings of others that they may put into their week."""
    ours = {one.id for one in groups_to_bring_into(identity, person, ())}
    others = _with_leaders({one.group_id for one in found if one.external})
    return ours | {
        number
        for number, group in others.items()
        if can(identity, Permission.ENROL_OTHERS, facts_of_others(identity, group, person))
    }


def _with_leaders(ids: Collection[int]) -> dict[int, Group]:
    """These groups, with who leads them, by their number."""
    query = select(Group).options(joinedload(Group.facilitators)).where(Group.id.in_(ids)).order_by(Group.id)
    return {one.id: one for one in db.session.scalars(query).unique()} if ids else {}


def _to_try(one: Occurrence) -> TryDate:
    kind = one.group.modality
    return TryDate(
        one.id, one.group_id, kind.kind, one.start, one.end, one.local_date, kind.complementary, one.external
    )


def _in_slots(dates: Sequence[Occurrence], busy: Collection[TimeSpan]) -> list[Occurrence]:
    """These dates; of each that has slots, the first free one at which nothing else is. Where there is none, it is left out."""
    first: dict[int, Timeslot] = {}
    cut = [one.id for one in dates if one.group.has_slots]
    for slot in free_slots(*cut) if cut else ():
        if slot.start > clock.now() and not clashes([TimeSpan(slot.id, slot.start, slot.end)], busy):
            first.setdefault(slot.occurrence_id, slot)
    return [
        cast(Occurrence, DateInSlot(one, first[one.id])) if one.id in first else one
        for one in dates
        if one.id in first or not one.group.has_slots
    ]


def _free(person: Person, now: datetime, until: datetime) -> Select[Occurrence]:
    """The soonest free dates of each kind, so many at the most of ours and so many of others."""
    soonest = (Occurrence.start, Occurrence.id)
    inside = select(Enrolment.group_id).where(
        Enrolment.person_id == person.id,
        Enrolment.state.in_(LIVE),
        (Enrolment.mode == EnrolmentMode.WHOLE) | (Enrolment.state == EnrolmentState.REQUESTED),
    )
    kind = (Modality.kind, Occurrence.external)
    nth = func.row_number().over(partition_by=kind, order_by=soonest).label("nth")
    offered = (
        select(Occurrence.id, nth)
        .join(Occurrence.group)
        .join(Group.modality)
        .where(
            Occurrence.program_id == person.program_id,
            Occurrence.start > now,
            Occurrence.start <= until,
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.any_free(),
            Group.state == GroupState.PUBLISHED,
            Group.hidden.is_(False),
            Group.setting.in_((Setting.GROUP, Setting.SLOTS)),
            or_(Group.access.in_(WALKED_INTO), and_(Occurrence.external, _open_to_all())),
            Group.id.not_in(inside),
            Group.id.not_in(_tried_lately(person.id, now)),
            Modality.kind.in_(TRIED_KINDS),
            _with_faith_or_without(person.id),
        )
        .subquery()
    )
    return (
        select(Occurrence)
        .join(offered, and_(offered.c.id == Occurrence.id, offered.c.nth <= MOST_OF_A_KIND))
        .options(joinedload(Occurrence.group).joinedload(Group.modality), joinedload(Occurrence.place))
        .order_by(*soonest)
    )


def _with_faith_or_without(person_id: int) -> ColumnElement[bool]:
    """Nothing with faith in it for who said that they want none; a group that says nothing of it stays."""
    wish = select(NoFaithWish.person_id).where(NoFaithWish.person_id == person_id).exists()
    return or_(Group.orientation.is_(None), Group.orientation != Orientation.FAITH, ~wish)


def _open_to_all() -> ColumnElement[bool]:
    """A meeting of others to which whoever likes may go: not one for its own members."""
    return or_(Group.access.is_(None), Group.access == Access.OPEN)


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
