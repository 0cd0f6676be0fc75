"""Complementary kinds add to other care and never replace it; needles, touch and exercise ask for a clearance first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from groupsched.catalog.rules import ClearanceKind

MOST_ALONE = 1
"""How many coming complementary dates somebody has at most who has nothing else and whom no clinician has looked at."""


@dataclass(frozen=True)
class OtherCare:
    """What somebody has: whether a seat of a kind that is not complementary, how many complementary dates to come (waited for
    ones too), and whether a clinician has confirmed that these may stand alone."""

    conventional: bool
    complementary: int
    confirmed: bool

    @property
    def adds_only(self) -> bool:
        """Whether what they have, or would have, only adds to care that is not here."""
        return not (self.conventional or self.confirmed)


@dataclass(frozen=True)
class ClearanceSpan:
    """A clearance on file, until (and on) a day; None: without an end."""

    kind: ClearanceKind
    until_day: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it covers that day."""
        return self.until_day is None or day <= self.until_day


def too_much_alone(care: OtherCare, wanted: int) -> bool:
    """Whether somebody who wants so many complementary dates more needs a clinician's word first.

    >>> too_much_alone(OtherCare(False, 0, False), 1), too_much_alone(OtherCare(False, 1, False), 1)
    (False, True)
    """
    return care.adds_only and care.complementary + wanted > MOST_ALONE


def is_cleared(kind: ClearanceKind | None, on_file: Iterable[ClearanceSpan], day: date) -> bool:
    """Whether nothing is asked for, or a clearance of that kind is on file that day."""
    return kind is None or any(one.kind is kind and one.holds(day) for one in on_file)
