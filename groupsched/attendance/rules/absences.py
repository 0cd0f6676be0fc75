"""Who is missed, and what follows: rules as data, what a call can come to. Care, never a mark against anybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from groupsched.attendance.rules.marks import AttendanceStatus
from groupsched.catalog.rules import Access

THE_SAME_HOUR = timedelta(hours=1)
"""A call of a rule that says "the same day" is due so much later."""

AGAIN = timedelta(minutes=30)
"""Who was not reached is called again so much later."""

UNSEEN_DAYS = 14
"""After so many days not seen anywhere somebody stands on the list, where a program says nothing else."""


class FollowUpKind(StrEnum):
    """What somebody is to do for a person: call them, or look at how they are."""

    CALL = "call"
    LOOK = "look"


class CallOutcome(StrEnum):
    """What came of it. Who was not reached is called again; who wants more is looked at by their team."""

    REACHED = "reached"
    MORE_SUPPORT = "more_support"
    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    SOMEBODY_ELSE = "somebody_else"
    NOT_NEEDED = "not_needed"


CALL_AGAIN = frozenset({CallOutcome.NO_ANSWER, CallOutcome.LEFT_MESSAGE, CallOutcome.SOMEBODY_ELSE})


@dataclass(frozen=True)
class MissedRule:
    """After so many missed dates in a row of a group with this access (None: any), somebody does this within so many days."""

    missed: int
    within_days: int
    kind: FollowUpKind
    access: Access | None = None


def missed_in_a_row(latest_first: Iterable[AttendanceStatus]) -> int:
    """How many dates somebody missed without a word since they were last here. An excuse and a word beforehand are no miss and
    end no row.

    >>> A, X, P = AttendanceStatus.ABSENT, AttendanceStatus.EXCUSED, AttendanceStatus.PRESENT
    >>> missed_in_a_row([A, X, A, P, A])
    2
    """
    count = 0
    for status in latest_first:
        if status is AttendanceStatus.PRESENT:
            break
        count += status is AttendanceStatus.ABSENT
    return count


def rule_for(rules: Iterable[MissedRule], access: Access | None, missed: int) -> MissedRule | None:
    """The rule that asks for the soonest act, of those that fit; one for this access comes before one for any."""
    fitting = [one for one in rules if one.access in (None, access) and missed >= one.missed]
    own = [one for one in fitting if one.access is access]
    return min(own or fitting, key=lambda one: one.within_days, default=None)
