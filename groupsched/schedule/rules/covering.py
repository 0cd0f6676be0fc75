"""Somebody else leads one date: what becomes of the question, how long they hold its sheet, whom to ask first."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class CoverState(StrEnum):
    """What has become of a question for cover: it is open; somebody said yes, or was given the date; it was taken back; or
    the date began, or was called off, before anybody said yes."""

    OPEN = "open"
    ACCEPTED = "accepted"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class CoverAct(StrEnum):
    """What is done about cover: people are asked, the date is given to one of them, or it is taken back."""

    ASK = "ask"
    ASSIGN = "assign"
    WITHDRAW = "withdraw"


TAKEN = (CoverState.ACCEPTED, CoverState.GIVEN)
"""Somebody leads the date instead."""

HELD_BEFORE, HELD_AFTER = timedelta(days=1), timedelta(days=2)
"""So long before its start and after its end a substitute holds the sheet of a date."""


def holds_sheet(start: datetime, end: datetime, now: datetime) -> bool:
    """Whether a substitute may read and mark the sheet of a date now."""
    return start - HELD_BEFORE <= now < end + HELD_AFTER


@dataclass(frozen=True)
class HoursSpan:
    """Hours of a weekday in minutes after midnight, until `ends`."""

    begins: int
    ends: int


def works_then(hours: Mapping[int, HoursSpan], start: datetime, end: datetime, zone: str) -> bool:
    """Whether somebody with these hours by weekday works all the time between; who has said none works always."""
    if not hours:
        return True
    begin, over = (moment.astimezone(ZoneInfo(zone)) for moment in (start, end))
    span = hours.get(begin.weekday())
    first = begin.hour * 60 + begin.minute
    last = first + (over.replace(tzinfo=None) - begin.replace(tzinfo=None)) // timedelta(minutes=1)
    return span is not None and span.begins <= first and last <= span.ends


@dataclass(frozen=True)
class CoverFitness:
    """What speaks for somebody: `led` dates of the group, whether they lead it, whether they hold what who leads it holds;
    and what against: they are taken then, away, or do not work."""

    led: int = 0
    co_leads: bool = False
    qualified: bool = True
    busy: bool = False
    away: bool = False
    works: bool = True

    @property
    def free(self) -> bool:
        """Whether nothing is known that they do then."""
        return self.works and not self.busy and not self.away

    @property
    def preferred(self) -> bool:
        """Whether the group knows them."""
        return self.co_leads or self.led > 0

    @property
    def fits(self) -> bool:
        """Whether they are asked without anybody having to look for them."""
        return self.free and (self.preferred or self.qualified)

    @property
    def order(self) -> tuple[bool, bool, bool, int]:
        """Who is asked first: the free, those whom the group knows, the qualified, who led it most."""
        return not self.free, not self.preferred, not self.qualified, -self.led


ASKED_AT_ONCE = 2
"""So many are ticked when somebody looks for cover."""


def first_asked(fitness: Collection[CoverFitness]) -> frozenset[int]:
    """The places, in this order, of those who are ticked."""
    fit = [place for place, one in enumerate(fitness) if one.fits]
    return frozenset(fit[:ASKED_AT_ONCE])


def in_place_of(leads: Iterable[int], was: int, now: int) -> tuple[int, ...]:
    """Those who lead, with one in the place of another; who leads already does not lead twice."""
    return tuple(dict.fromkeys(now if person == was else person for person in leads))
