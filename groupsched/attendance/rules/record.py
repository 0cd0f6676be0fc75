"""What the record says afterwards: how often of how many, who may read it for how long, and spans of days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from groupsched.attendance.rules.marks import AttendanceStatus, RowState
from groupsched.attendance.rules.sheet import WINDOW

ASKED = frozenset({AttendanceStatus.PRESENT, AttendanceStatus.ABSENT, AttendanceStatus.CANCELLED})
"""Marks that count. Who is not marked, was excused, joins later or has two answers is in no rate."""


@dataclass(frozen=True)
class CameOf:
    """How often somebody came, of the times that count."""

    came: int = 0
    asked: int = 0

    def __add__(self, other: CameOf) -> CameOf:
        return CameOf(self.came + other.came, self.asked + other.asked)


def came_of(states: Iterable[RowState]) -> CameOf:
    """Count rows once, those alone that count.

    >>> came_of([RowState(), RowState(rival=None)])
    CameOf(came=0, asked=0)
    """
    settled = [state.status for state in states if state.rival is None and state.status in ASKED]
    return CameOf(settled.count(AttendanceStatus.PRESENT), len(settled))


def may_read(*, led: bool, at_the_desk: bool, oversees: bool, end: datetime, now: datetime) -> bool:
    """Who led a date reads its sheet however old it is, and so do supervisors; the desk of the site reads for seven days."""
    return led or oversees or (at_the_desk and now < end + WINDOW)


LONGEST = timedelta(days=400)
"""A span of days is no longer than dates are made ahead."""


@dataclass(frozen=True)
class DaySpan:
    """Days from the first to the last, both in it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def span_of(first: date | None, last: date | None, today: date) -> DaySpan | None:
    """The span somebody asks for: turned round where it ends before it begins, cut where it is too long. None: not asked.

    >>> span_of(date(2026, 11, 20), date(2026, 11, 1), date(2026, 11, 27)).days
    20
    """
    if first is None and last is None:
        return None
    begin, end = sorted((first or today, last or today))
    return DaySpan(max(begin, end - LONGEST), end)


def month_of(day: date) -> DaySpan:
    """The month in which a day lies.

    >>> month_of(date(2026, 2, 14)).days
    28
    """
    first = day.replace(day=1)
    return DaySpan(first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))
