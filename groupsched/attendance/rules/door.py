"""Signing oneself in at the door: when it is open, and for which of the dates somebody comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BEFORE = timedelta(minutes=30)
"""So long before its start the door of a date opens; it shuts at the end."""
DIGITS = 6
FEWEST_DIGITS = 4


class DoorWord(StrEnum):
    """What the door answers: it never says why somebody should see the desk."""

    THANKS = "thanks"
    DESK = "desk"
    LATER = "later"


@dataclass(frozen=True)
class DoorDate:
    """A date at the site of the door: `belongs` where the person has a seat in it, else it is one that anybody comes to;
    `known` where they came to that group lately."""

    key: int
    start: datetime
    end: datetime
    belongs: bool
    known: bool = False

    def is_open(self, now: datetime) -> bool:
        """Whether the door of this date is open."""
        return self.start - BEFORE <= now <= self.end


def meant_at_door(dates: Sequence[DoorDate], now: datetime) -> DoorDate | None:
    """The date somebody comes for: of those open, first their own, then a drop-in they know, then the only drop-in there is; of
    several the one whose start is nearest. None where that is not sure."""
    open_now = [one for one in dates if one.is_open(now)]
    own = [one for one in open_now if one.belongs] or [one for one in open_now if one.known]
    if not own and len(open_now) != 1:
        return None
    return min(own or open_now, key=lambda one: (abs(one.start - now), one.start, one.key))


def opens_next(dates: Sequence[DoorDate], now: datetime) -> datetime | None:
    """When the door opens next for a date of their own, None for never today."""
    return min(
        (one.start - BEFORE for one in dates if one.belongs and one.start - BEFORE > now), default=None
    )


def typed_code(text: str) -> str | None:
    """The digits of a code as it was typed, None for what is none.

    >>> typed_code(" 12 34 56"), typed_code("123"), typed_code("12345a"), typed_code("１２３４")
    ('123456', None, None, None)
    """
    digits = "".join(text.split())
    good = digits.isascii() and digits.isdigit() and FEWEST_DIGITS <= len(digits) <= DIGITS
    return digits if good else None
