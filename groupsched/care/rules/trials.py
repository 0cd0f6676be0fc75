"""Three kinds of sessions in two weeks: which dates fit beside each other and beside what somebody has, and how far they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from groupsched.attendance.rules import AttendanceStatus
from groupsched.catalog.rules import ModalityKind
from groupsched.enrolment.rules import OtherCare, TimeSpan, clashes, too_much_alone

KINDS = 3
TWO_WEEKS = timedelta(days=14)
TRIED_KINDS = tuple(kind for kind in ModalityKind if kind is not ModalityKind.MEDICAL)
"""What can be tried: an appointment about medicines is none of it."""


class TrialDateState(StrEnum):
    """What became of a date of a trial."""

    COMING = "coming"
    WAITING = "waiting"
    BEEN = "been"
    MISSED = "missed"
    GIVEN_BACK = "given_back"
    CANCELLED = "cancelled"


class TrialState(StrEnum):
    """How far somebody is: on the way, asked which one they stay with, staying with one, or over."""

    GOING = "going"
    CHOOSING = "choosing"
    KEPT = "kept"
    OVER = "over"


@dataclass(frozen=True)
class TryDate:
    """A date that could be tried: when, of which group and kind, on which day of its place, whether its kind only adds to care, and
    whether others run it."""

    key: int
    group: int
    kind: ModalityKind
    start: datetime
    end: datetime
    day: date
    adds: bool = False
    outside: bool = False

    @property
    def span(self) -> TimeSpan:
        """When it is, for what it may run into."""
        return TimeSpan(self.key, self.start, self.end)


@dataclass(frozen=True)
class TrialDateFacts:
    """What is known of a date of a trial: the person's seat or place in line, their mark, whether they said how it was."""

    end: datetime
    takes_place: bool
    seated: bool
    waiting: bool
    mark: AttendanceStatus | None
    reflected: bool


def date_state(facts: TrialDateFacts, now: datetime) -> TrialDateState:
    """What became of a date. Somebody was there who was marked so or said how it was; or who had a seat, where nobody said
    otherwise."""
    if facts.reflected or facts.mark is AttendanceStatus.PRESENT:
        return TrialDateState.BEEN
    if not facts.takes_place:
        return TrialDateState.CANCELLED
    if facts.mark in (AttendanceStatus.ABSENT, AttendanceStatus.EXCUSED):
        return TrialDateState.MISSED
    if facts.seated:
        return TrialDateState.COMING if facts.end > now else TrialDateState.BEEN
    if facts.waiting and facts.end > now:
        return TrialDateState.WAITING
    return TrialDateState.GIVEN_BACK


AHEAD = (TrialDateState.COMING, TrialDateState.WAITING)


def trial_state(
    states: Sequence[TrialDateState], began: datetime, now: datetime, *, ended: bool, kept: bool
) -> TrialState:
    """How far somebody is. While a date is ahead they are on the way; then they are asked, once all three were tried or the two
    weeks are over, for two weeks more at the most."""
    if ended:
        return TrialState.OVER
    if kept:
        return TrialState.KEPT
    if any(one in AHEAD for one in states):
        return TrialState.GOING
    all_tried = all(one is TrialDateState.BEEN for one in states)
    if now >= began + 2 * TWO_WEEKS:
        return TrialState.OVER
    return TrialState.CHOOSING if all_tried or now >= began + TWO_WEEKS else TrialState.GOING


def free_of(dates: Iterable[TryDate], busy: Iterable[TimeSpan]) -> list[TryDate]:
    """Those of these dates that run into nothing that somebody has, the soonest first."""
    found = sorted(dates, key=lambda one: (one.start, one.key))
    taken = {clash.wanted.key for clash in clashes([one.span for one in found], busy)}
    return [one for one in found if one.key not in taken]


def by_kind(dates: Iterable[TryDate]) -> dict[ModalityKind, list[TryDate]]:
    """The dates of each kind that has any, kinds in their usual order: none is recommended."""
    found: dict[ModalityKind, list[TryDate]] = {kind: [] for kind in TRIED_KINDS}
    for one in dates:
        found[one.kind].append(one)
    return {kind: own for kind, own in found.items() if own}


def apart(one: TryDate, other: TryDate) -> bool:
    """Whether somebody can be at both."""
    return one.end <= other.start or other.end <= one.start


def stands(dates: Sequence[TryDate], care: OtherCare) -> bool:
    """Whether somebody may have these together: what only adds to other care needs other care, here or among them. What others run
    is not care of this house."""
    return any(not (one.adds or one.outside) for one in dates) or not too_much_alone(
        care, sum(one.adds for one in dates)
    )


def plan(wanted: Sequence[Sequence[TryDate]]) -> tuple[TryDate, ...] | None:
    """One date of each of these lists, no two at the same time: on different days where that can be, and the earlier in its list
    the better. None where there is no such choice."""
    return _plan(wanted, (), days_apart=True) or _plan(wanted, (), days_apart=False)


def _plan(
    wanted: Sequence[Sequence[TryDate]], chosen: tuple[TryDate, ...], *, days_apart: bool
) -> tuple[TryDate, ...] | None:
    if len(chosen) == len(wanted):
        return chosen
    for one in wanted[len(chosen)]:
        if all(apart(one, other) and not (days_apart and one.day == other.day) for other in chosen):
            found = _plan(wanted, (*chosen, one), days_apart=days_apart)
            if found is not None:
                return found
    return None


def with_first(dates: Sequence[TryDate], chosen: Iterable[int]) -> list[TryDate]:
    """The same dates with those that somebody chose before the others."""
    picked = frozenset(chosen)
    return sorted(dates, key=lambda one: one.key not in picked)
