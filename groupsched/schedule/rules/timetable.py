"""A group's dates as they stand, without a database: what a change of dates is planned from, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from groupsched.schedule.rules.dates import RuleDate, overlaps
from groupsched.schedule.rules.series import SeriesRule
from groupsched.schedule.rules.states import OccurrenceStatus

NEW = 0
"""The key of a series that a plan begins; of several the others count down from it."""


class DateField(StrEnum):
    """What a date may have of its own, otherwise than its series."""

    START = "start"
    END = "end"
    PLACE = "place"
    LINK = "link"
    SEATS = "seats"
    TITLE = "title"
    LEADS = "leads"
    NOTE = "note"


class ClosedDays(StrEnum):
    """What a series does on a day on which the house is closed: it leaves its date out, keeps it, or asks each time."""

    SKIP = "skip"
    KEEP = "keep"
    ASK = "ask"


TIMES = frozenset({DateField.START, DateField.END})
NOTHING: Mapping[DateField, Any] = {
    DateField.PLACE: None,
    DateField.LINK: "",
    DateField.SEATS: None,
    DateField.TITLE: "",
    DateField.LEADS: (),
    DateField.NOTE: "",
}
"""What a field is where neither the date nor its series says it: the group’s (`link`, `title`, `leads`), or nothing."""


@dataclass(frozen=True)
class TimetableDate:
    """One date as it stands. `key` is the number of its row, None before it has one. `original` is the start that its series
    gives it, on the wall clock, `given` the same as an instant. `own` names what was changed for it alone. `marked`: somebody
    was marked on it. `held`: somebody has a seat on it, or it is `referred` to by something, so that its row stays."""

    key: int | None
    series: int
    original: datetime
    given: datetime
    start: datetime
    end: datetime
    place: int | None = None
    seats: int | None = None
    link: str = ""
    title: str = ""
    leads: tuple[int, ...] = ()
    note: str = ""
    own: frozenset[DateField] = frozenset()
    status: OccurrenceStatus = OccurrenceStatus.SCHEDULED
    dropped: bool = False
    reason: str = ""
    closure: int | None = None
    marked: bool = False
    held: bool = False
    referred: bool = False

    @property
    def day(self) -> date:
        """The day that its series gives it: a date that was moved is still the one of that day."""
        return self.original.date()

    @property
    def takes_place(self) -> bool:
        return self.status == OccurrenceStatus.SCHEDULED

    @property
    def fell_away(self) -> bool:
        """Whether its rule alone cancelled it: with the rule it comes back. What somebody cancels has a reason."""
        return self.status == OccurrenceStatus.CANCELLED and self.dropped and not self.reason

    @property
    def shown(self) -> tuple[object, ...]:
        """When, where and as what people find it."""
        return self.start, self.end, self.place, self.link, self.title, self.leads, self.note

    def meets_with(self, other: "TimetableDate") -> bool:
        """Whether both take place at one time."""
        both = self.takes_place and other.takes_place
        return both and overlaps(self.start, self.end, other.start, other.end)


@dataclass(frozen=True)
class TimetableSeries:
    """One series as it stands. `kept` is the day of its last date that no change touches: it has begun, or has marks.
    `own` is what its dates have otherwise than the group, `closed_days` what it does then, where it says so itself."""

    key: int
    rule: SeriesRule
    kept: date | None = None
    ended: bool = False
    expanded_to: date | None = None
    own: Mapping[DateField, Any] = field(default_factory=dict)
    closed_days: ClosedDays | None = None


@dataclass(frozen=True)
class ClosedSpan:
    """A span in which these places are closed; None among them: the dates of the group that are in no place. `key` is the
    number of its row, `name` what people read."""

    key: int
    name: str
    start: datetime
    end: datetime
    places: frozenset[int | None]

    def covers(self, one: TimetableDate) -> bool:
        """Whether a date would be held in a closed place."""
        return one.place in self.places and overlaps(self.start, self.end, one.start, one.end)


@dataclass(frozen=True)
class Timetable:
    """All series of a group, and its dates to come; of a draft also those that would have been. `place` and `seats` are the
    group's, for its dates that have none of their own. Dates are made until the `horizon`. `closures`
    are those that stand, `closed_days` what a series does then that does not say so itself."""

    series: tuple[TimetableSeries, ...] = ()
    dates: tuple[TimetableDate, ...] = ()
    place: int | None = None
    seats: int | None = None
    draft: bool = False
    horizon: date = date(2199, 12, 31)
    closures: tuple[ClosedSpan, ...] = ()
    closed_days: ClosedDays = ClosedDays.SKIP

    def series_with(self, key: int) -> TimetableSeries:
        """The series of this key. Raises KeyError where there is none."""
        return {one.key: one for one in self.series}[key]

    def date_with(self, key: int) -> TimetableDate:
        """The date of this key. Raises KeyError where there is none."""
        return {one.key: one for one in self.dates}[key]

    def usual(self, series: TimetableSeries, what: DateField) -> Any:
        """What the dates of a series have that have nothing of their own."""
        of_group = {DateField.PLACE: self.place, DateField.SEATS: self.seats}
        return series.own.get(what, of_group.get(what, NOTHING[what]))

    def on_closed_days(self, series: int) -> ClosedDays:
        """What a series does on closed days."""
        return self.series_with(series).closed_days or self.closed_days

    def made(self, series: TimetableSeries, slot: RuleDate) -> TimetableDate:
        """The date of a series that has no row yet."""
        values = {name.value: self.usual(series, name) for name in NOTHING}
        return TimetableDate(
            None, series.key, slot.original_local, slot.start, slot.start, slot.end, **values
        )

    def changeable(self, one: TimetableDate, now: datetime) -> bool:
        """Whether a change may touch a date: it has not begun (of a draft, any) and nobody is marked on it."""
        return not one.marked and (self.draft or one.start > now)
