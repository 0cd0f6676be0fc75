"""Who may walk in, who waits, and who is next when a seat comes free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from groupsched.catalog.rules import Access, Setting


class RefusalReason(StrEnum):
    """Why a person cannot join right now. Each is a sentence on the page, never a blame."""

    ASK_COUNSELOR = "ask_counselor"
    EXTERNAL = "external"
    NOT_PUBLISHED = "not_published"
    NO_DATES = "no_dates"
    CLASH = "clash"


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


def admit(
    access: Access,
    setting: Setting,
    *,
    by_staff: bool,
    free: Sequence[int | None],
    waiting: int = 0,
    clashing: bool = False,
    accept_clash: bool = False,
) -> JoinAnswer:
    """The answer to somebody who wants the dates whose free seats are given; None is a date without limit.

    `waiting` is the number of people already in the line that this person would stand in.
    """
    entry = door(access, setting, by_staff=by_staff)
    if entry is EntryMode.SHUT:
        return JoinRefused(RefusalReason.ASK_COUNSELOR)
    if not free:
        return JoinRefused(RefusalReason.NO_DATES)
    if clashing and not accept_clash:
        return JoinRefused(RefusalReason.CLASH)
    if entry is EntryMode.ASK:
        return Requested()
    if any(seats is not None and seats <= 0 for seats in free):
        return Waitlisted(waiting + 1)
    return Admitted()


def way_back(access: Access, setting: Setting, *, listed: bool) -> EntryMode:
    """How somebody who left a group may come back by themselves; a group that is not listed they no longer see."""
    return door(access, setting, by_staff=False) if listed else EntryMode.SHUT


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
