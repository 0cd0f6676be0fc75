"""Which groups are suggested to somebody: those that differ in one thing from one of theirs and that they may simply join."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, literal, null, or_, select, union_all
from sqlalchemy.orm import joinedload

from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.queries import is_public
from groupsched.catalog.rules import ClearanceKind
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import ask
from groupsched.enrolment.events import WouldNotGoAgain
from groupsched.enrolment.models import (
    DateSeat,
    Enrolment,
    NoFaithWish,
    SuggestionAside,
    SuggestionRuleOff,
)
from groupsched.enrolment.queries.complementary import cleared, other_care
from groupsched.enrolment.queries.find import catalogue_as, load
from groupsched.enrolment.queries.find_by_group import SOON, FullDates, groups_of, index_for
from groupsched.enrolment.queries.spans import own_spans
from groupsched.enrolment.rules import (
    ADDS,
    LIVE,
    NOT_YET,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    FindFilters,
    GroupDate,
    GroupIndex,
    OwnGroup,
    SuggestionLimits,
    SuggestionRule,
    suggest,
    too_much_alone,
)
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import overlaps

AGO = timedelta(days=180)
"""For how long a group that somebody left still says something of what to suggest, and is not suggested itself."""


@dataclass(frozen=True)
class SuggestedGroup:
    """A suggestion with what a page says of it: by which rule, like which group of the person's, and its next date."""

    rule: SuggestionRule
    like: Group
    date: Occurrence

    @property
    def id(self) -> int:
        """The number of the group, one suggestion each."""
        return self.date.group_id


@dataclass(frozen=True)
class SuggestedGroups:
    """What is suggested to somebody, the soonest date first, and whether they want no faith."""

    groups: list[SuggestedGroup]
    no_faith: bool


def tried_by(person_id: int) -> list[Enrolment]:
    """What somebody has in groups, and what they had in the last half year, by the title of the groups; what never was a seat
    counts as long as it may become one."""
    ended = Enrolment.state.in_((EnrolmentState.LEFT, EnrolmentState.COMPLETED))
    on_a_date = exists().where(
        DateSeat.enrolment_id == Enrolment.id,
        DateSeat.state == DateSeatState.HELD,
        Occurrence.id == DateSeat.occurrence_id,
        Occurrence.start < Enrolment.ended_at,
    )
    whole = and_(Enrolment.mode == EnrolmentMode.WHOLE, Enrolment.ended_at > Enrolment.from_start)
    was = and_(ended, Enrolment.ended_at > clock.now() - AGO, or_(whole, on_a_date))
    query = (
        select(Enrolment)
        .join(Enrolment.group)
        .options(joinedload(Enrolment.group).joinedload(Group.facilitators))
        .where(Enrolment.person_id == person_id, or_(Enrolment.state.in_(LIVE), was))
    )
    return list(db.session.scalars(query.order_by(Group.title, Enrolment.id)).unique())


def says_something(enrolment: Enrolment) -> bool:
    """Whether somebody is in its group, or was: who waits or asks has not been there."""
    return enrolment.state not in NOT_YET


def suggested(
    person: Person,
    every: Sequence[Enrolment],
    shown: Sequence[Enrolment] | None = None,
    among: Collection[int] | None = None,
) -> SuggestedGroups:
    """What is suggested to somebody who has tried all this (`tried_by`), of the groups `among` which they may be brought.

    To others (`shown`: what of it they may know of) by that alone, and without what the person said of dates: nobody else learns
    anything of it.
    """
    program, now, (aside, no_faith, off) = catalogue_as(person.program), clock.now(), _said(person)
    by = every if shown is None else shown
    own = {one.group_id: one.group for one in by if says_something(one)}
    if not own:
        return SuggestedGroups([], no_faith)
    index = index_for(
        person.program_id, person.id, groups_of(program, FindFilters(), clock.today(program.timezone))
    )
    never = {one.group_id for one in every} | (set(index.groups) - set(among) if among is not None else set())
    not_again = _not_again(person.id) if shown is None else frozenset()
    limits = SuggestionLimits(
        rules=frozenset(SuggestionRule) - off,
        never=frozenset(never) | aside,
        no_faith=no_faith,
        not_ready=_not_ready(person, index, now),
    )
    found = suggest(
        index,
        [OwnGroup(group, again=group not in not_again) for group in own],
        limits,
        now,
        _Hindered(person.id, FullDates(program.program_id, now, index.start_of(now, SOON)), now),
    )
    dates = {one.id: one for one in load(tuple(one.date for one in found))}
    rows = [SuggestedGroup(one.rule, own[one.like], dates[one.date]) for one in found if one.date in dates]
    return SuggestedGroups(rows, no_faith)


class _Hindered:
    """Whether somebody could not come to a date: it is full, or they have something else then."""

    def __init__(self, person_id: int, is_full: FullDates, now: datetime) -> None:
        self._is_full = is_full
        self._own = own_spans(person_id, now, now + timedelta(days=800))

    def __call__(self, one: GroupDate) -> bool:
        return self._is_full(one) or any(overlaps(one.start, one.end, my.start, my.end) for my in self._own)


def _said(person: Person) -> tuple[frozenset[int], bool, frozenset[SuggestionRule]]:
    """What somebody put aside, whether they want no faith, and which rules their program does not use. One statement."""
    nothing: Any = null()
    rows = db.session.execute(
        union_all(
            select(SuggestionAside.group_id, nothing.label("rule")).where(
                SuggestionAside.person_id == person.id
            ),
            select(literal(0), nothing).where(exists().where(NoFaithWish.person_id == person.id)),
            select(literal(-1), SuggestionRuleOff.rule).where(
                SuggestionRuleOff.program_id == person.program_id
            ),
        )
    ).all()
    aside = frozenset(group for group, _rule in rows if group > 0)
    off = frozenset(SuggestionRule(rule) for _group, rule in rows if rule)
    return aside, any(group == 0 for group, _rule in rows), off


def _not_ready(person: Person, index: GroupIndex, now: datetime) -> frozenset[str]:
    """What they are not cleared for, and whether one more date that only adds to other care is one too many."""
    asked, today = index.values("asks"), clock.today(person.program.timezone)
    found = {kind for kind in ClearanceKind if kind in asked and not cleared(person.id, kind, today)}
    alone = ADDS in asked and too_much_alone(other_care(person.id, now), 1)
    return frozenset({*found, *([ADDS] if alone else [])})


def _not_again(person_id: int) -> frozenset[int]:
    return frozenset(group for answer in ask(WouldNotGoAgain(person_id)) for group in answer)


def wants_no_faith(person_id: int | None) -> bool:
    """Whether somebody said that they want no group with faith in it."""
    said = exists().where(NoFaithWish.person_id == person_id)
    return person_id is not None and bool(db.session.scalar(select(said)))


def put_aside(person_id: int) -> list[SuggestionAside]:
    """Of which groups somebody said “not for me”, by title: those that are still found."""
    query = select(SuggestionAside).join(SuggestionAside.group).options(joinedload(SuggestionAside.group))
    query = query.where(SuggestionAside.person_id == person_id)
    return [one for one in db.session.scalars(query.order_by(Group.title, Group.id)) if is_public(one.group)]


def rules_off(program_id: int) -> frozenset[SuggestionRule]:
    """The rules that a program does not use."""
    query = select(SuggestionRuleOff.rule).where(SuggestionRuleOff.program_id == program_id)
    return frozenset(db.session.scalars(query))
