"""Who may walk in, who waits, and who is next when a seat comes free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from groupsched.catalog.rules import Access, Setting
from groupsched.enrolment.rules.states import EnrolmentMode


class RefusalReason(StrEnum):
    """Why a person cannot join right now. Each is a sentence on the page, never a blame."""

    ASK_COUNSELOR = "ask_counselor"
    EXTERNAL = "external"
    NOT_PUBLISHED = "not_published"
    RETIRED = "retired"
    NO_DATES = "no_dates"
    CLASH = "clash"
    CHOOSE_SLOT = "choose_slot"
    ASK_SUPERVISOR = "ask_supervisor"
    ADDS_ONLY = "adds_only"
    CLEARANCE = "clearance"
    COHORT_CLOSED = "cohort_closed"
    WHOLE_COHORT = "whole_cohort"


class EntryMode(StrEnum):
    """What stands between a person and a group."""

    WALK_IN = "walk_in"
    ASK = "ask"
    SHUT = "shut"


@dataclass(frozen=True)
class Admitted:
    """A seat on every wanted date."""


@dataclass(frozen=True)
class Waitlisted:
    """A place in the line, counted from 1."""

    position: int


@dataclass(frozen=True)
class Requested:
    """Staff will answer."""


@dataclass(frozen=True)
class JoinRefused:
    """Not possible, and why."""

    reason: RefusalReason


JoinAnswer = Admitted | Waitlisted | Requested | JoinRefused


def door(access: Access, setting: Setting, *, by_staff: bool) -> EntryMode:
    """Whether somebody may join at once, may ask, or must talk with their counselor.

    Staff who act for a person open every door: they are the people one would ask.
    """
    if by_staff:
        return EntryMode.WALK_IN
    if setting == Setting.PRIVATE or access == Access.CLOSED:
        return EntryMode.SHUT
    return EntryMode.ASK if access == Access.REFERRAL else EntryMode.WALK_IN


WALKED_INTO = (Access.OPEN, Access.ENROL)
"""Groups that one joins without a question."""


def seen_access(access: Access | None, *, kept_apart: bool, screening: bool = False) -> Access:
    """How one joins a group, as a reader sees it who may be kept apart from somebody there: one asks first, where one could
    walk in. So one does in a closed group while people are `screening` for its next cohort.

    >>> [str(seen_access(access, kept_apart=True)) for access in (None, Access.ENROL, Access.CLOSED)]
    ['referral', 'referral', 'closed']
    """
    known = access or Access.OPEN
    if known == Access.CLOSED:
        return Access.REFERRAL if screening else known
    return Access.REFERRAL if kept_apart and known in WALKED_INTO else known


def admit(
    access: Access,
    setting: Setting,
    *,
    by_staff: bool,
    dates: int,
    clashing: bool = False,
    accept_clash: bool = False,
    kept_apart: bool = False,
    screening: bool = False,
) -> Requested | JoinRefused | None:
    """The answer to somebody who wants so many dates; None where nothing stands between them and a seat, or its line.

    Whoever is `kept_apart` from somebody there meets the door of a group that asks first; staff are told to ask.
    """
    entry = door(seen_access(access, kept_apart=kept_apart, screening=screening), setting, by_staff=by_staff)
    if entry is EntryMode.SHUT:
        return JoinRefused(RefusalReason.ASK_COUNSELOR)
    if not dates:
        return JoinRefused(RefusalReason.NO_DATES)
    if clashing and not accept_clash:
        return JoinRefused(RefusalReason.CLASH)
    if kept_apart and by_staff:
        return JoinRefused(RefusalReason.ASK_SUPERVISOR)
    return Requested() if entry is EntryMode.ASK else None


def seated(mode: EnrolmentMode, free: Mapping[int, int | None]) -> frozenset[int]:
    """On which of the wanted dates there is a seat, by their free seats; None is a date without limit. On the others one waits.

    The whole group is all of them or none: with one full date the thirteenth person waits for all.

    >>> sorted(seated(EnrolmentMode.DATES, {1: 4, 2: 0, 3: None})), sorted(seated(EnrolmentMode.WHOLE, {1: 4, 2: 0}))
    ([1, 3], [])
    """
    found = frozenset(date for date, seats in free.items() if seats is None or seats > 0)
    return found if mode == EnrolmentMode.DATES or len(found) == len(free) else frozenset()


@dataclass(frozen=True)
class Promotions:
    """Who moves up: whole enrolments, and (enrolment, date) pairs."""

    whole: tuple[int, ...] = ()
    single: tuple[tuple[int, int], ...] = ()


def promote(
    group_line: Sequence[int],
    date_lines: Mapping[int, Sequence[int]],
    free: Mapping[int, int | None],
) -> Promotions:
    """Hand out free seats: first to the group's line while all its dates are free, then to each date's own line.

    `free` holds every future date of the group with its free seats, None without limit. Lines hold enrolment ids,
    the longest waiting first. Nobody is passed over for a person behind them in the same line.
    """
    left = dict(free)
    limits = [seats for seats in left.values() if seats is not None]
    everywhere = len(group_line) if not limits else max(0, min(limits))
    whole = tuple(group_line[:everywhere]) if left else ()
    single: list[tuple[int, int]] = []
    for date, line in date_lines.items():
        if date not in left:
            continue
        seats = left[date]
        rest = len(line) if seats is None else max(0, seats - len(whole))
        single.extend((enrolment, date) for enrolment in line[:rest])
    return Promotions(whole, tuple(single))
