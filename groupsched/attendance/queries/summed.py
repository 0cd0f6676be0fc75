"""The record of a group or a person added up: by date and by person, each row counted once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from groupsched.accounts.models import Person
from groupsched.accounts.words import labels_of
from groupsched.attendance.queries.record import PersonMark
from groupsched.attendance.queries.rows import SheetRow, SheetView
from groupsched.attendance.rules import AttendanceStatus, CameOf, SheetTotals, came_of, is_late, minutes
from groupsched.catalog.models import Group
from groupsched.core.text import fold
from groupsched.schedule.rules import OccurrenceStatus


@dataclass(frozen=True)
class RecordedDate:
    """One date of a group in numbers."""

    view: SheetView
    totals: SheetTotals
    came: CameOf

    @property
    def met(self) -> bool:
        """Whether people met at all."""
        return self.view.occurrence.status is not OccurrenceStatus.DID_NOT_MEET

    @property
    def opened(self) -> bool:
        """Whether anybody wrote on its sheet."""
        return self.met and bool(self.view.rows)


@dataclass
class RecordSum:
    """What dates add up to, of a person in a group, or of a person in all. Minutes are those inside the meetings."""

    person: Person | None = None
    label: str = ""
    group: Group | None = None
    came: CameOf = field(default_factory=CameOf)
    late: int = 0
    excused: int = 0
    minutes: int = 0
    last: datetime | None = None

    def add(self, view: SheetView, row: SheetRow) -> None:
        """Count one more date, whatever the order."""
        answer = row.state.answer
        self.came += came_of([row.state])
        if row.state.rival is not None:
            return
        self.excused += answer.status is AttendanceStatus.EXCUSED
        self.late += is_late(answer, view.meeting)
        self.minutes += minutes(answer, view.elapsed)
        if answer.status is AttendanceStatus.PRESENT:
            self.last = max(self.last or view.occurrence.start, view.occurrence.start)


def by_date(views: Iterable[SheetView]) -> list[RecordedDate]:
    """The dates of a group in numbers, in their order."""
    return [
        RecordedDate(view, view.totals, came_of(row.state for row in view.rows if row.counts))
        for view in views
    ]


def by_person(views: Iterable[SheetView]) -> list[RecordSum]:
    """The people on these sheets with what their dates add up to, by how they are called. Guests are counted by date."""
    sums: dict[int, RecordSum] = {}
    for view in views:
        if view.occurrence.status is OccurrenceStatus.DID_NOT_MEET:
            continue
        for row in view.rows:
            if row.person is not None and not row.state.untouched:
                sums.setdefault(row.person.id, RecordSum(row.person)).add(view, row)
    called = labels_of(one.person for one in sums.values() if one.person)
    for number, one in sums.items():
        one.label = called[number]
    return sorted(sums.values(), key=lambda one: (fold(one.label), one.person.id if one.person else 0))


def by_group(marks: Iterable[PersonMark]) -> list[RecordSum]:
    """What the dates of one person add up to in each group, by its title."""
    sums: dict[int, RecordSum] = {}
    for mark in marks:
        group = mark.occurrence.group
        sums.setdefault(group.id, RecordSum(group=group)).add(mark.view, mark.row)
    return sorted(sums.values(), key=lambda one: fold(one.group.title) if one.group else "")
