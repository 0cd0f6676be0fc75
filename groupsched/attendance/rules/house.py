"""Who is in the house now: which dates count, who of them is there, and who is out of a drill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

AROUND = timedelta(minutes=30)
"""So long before its start and after its end the people of a date are looked for in the house."""

ROLL_CALL_LASTS = timedelta(hours=4)
"""So old a roll-call is over, also where nobody ended it: who came out then may be inside again."""
TOGETHER = timedelta(minutes=30)
"""What was seen on a tablet without a line so long before a roll-call began elsewhere was of another alarm."""
LATE = timedelta(minutes=1)
"""What is told so long after it was seen comes from a tablet that had no line: others may have seen more since."""


@dataclass(frozen=True)
class HousePerson:
    """Somebody who may be in the house: a key that names nobody, how they are called, where last; `sure` where marked as here."""

    key: str
    label: str
    room: str
    sure: bool = True
    staff: bool = False


@dataclass(frozen=True)
class RollTotals:
    """How many were looked for, how many of them are out, and how many more may be inside: not marked yet, and not out."""

    heads: int
    out: int
    perhaps: int = 0

    @property
    def left(self) -> int:
        """How many are not out yet."""
        return self.heads - self.out


def roll_totals(people: Iterable[HousePerson], out: Iterable[str]) -> RollTotals:
    """Count a drill: everybody who is surely there, and whoever came out besides; whom nobody has seen yet by themselves."""
    safe, found = set(out), list(people)
    looked_for = {one.key for one in found if one.sure} | safe
    perhaps = {one.key for one in found} - looked_for
    return RollTotals(len(looked_for), len(safe), len(perhaps))


def still_here(time_out: datetime | None, now: datetime) -> bool:
    """Whether somebody marked as here has not left by now."""
    return time_out is None or time_out > now
