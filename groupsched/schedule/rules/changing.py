"""Changes of dates, as somebody or something asks for them: what is to be otherwise, and for how much."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from groupsched.schedule.rules.series import SeriesRule
from groupsched.schedule.rules.timetable import DateField, Timetable, TimetableDate, TimetableSeries


class ChangeScope(StrEnum):
    """For how much a change of one date holds: it alone, it and all after it, or all coming dates of its series."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"

    def since(self, day: date) -> date | None:
        """From which day on a change of a date of this day holds, where it holds for a part of the dates."""
        return day if self is ChangeScope.FOLLOWING else None


class ChosenAct(StrEnum):
    """What is done to chosen dates."""

    CANCEL = "cancel"
    MOVE = "move"
    PLACE = "place"
    LEADS = "leads"
    NOTE = "note"
    BRING_BACK = "bring_back"


@dataclass(frozen=True)
class AddSeries:
    """The group meets by one more rule; a single one is an extra date. Its dates have this of their `own`."""

    rule: SeriesRule
    own: Mapping[DateField, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ExtraDate:
    """One more date, as a series that meets once; `own` is what it has otherwise than the group."""

    rule: SeriesRule
    own: Mapping[DateField, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AddDates:
    """The group meets on these dates besides, as one change; one at which it meets already is left out."""

    each: tuple[ExtraDate, ...]
    scope: ChangeScope = ChangeScope.THIS


@dataclass(frozen=True)
class NewRule:
    """A series meets by another rule from now on. `overwrite` names what dates changed by hand give up for it."""

    series: int
    rule: SeriesRule
    overwrite: frozenset[DateField] = frozenset()


@dataclass(frozen=True)
class SkipDay:
    """A series leaves a day of its rule out."""

    series: int
    day: date


@dataclass(frozen=True)
class AddBackDay:
    """A series meets on a day after all that it left out."""

    series: int
    day: date


@dataclass(frozen=True)
class EndAfter:
    """A series has this as its last day; None: it has no end."""

    series: int
    last: date | None


@dataclass(frozen=True)
class RetireDates:
    """No date of any series after now."""


@dataclass(frozen=True)
class FollowGroup:
    """The group has this place and so many seats now: its dates have them too, save what was changed for one alone."""

    place: int | None
    seats: int | None


@dataclass(frozen=True)
class ExtendSeries:
    """The dates of a series that have come within the horizon are made."""

    series: int


@dataclass(frozen=True)
class FollowClock:
    """The clocks of this zone turn otherwise than they were known to: its dates begin when their rules say."""

    zone: str


@dataclass(frozen=True)
class MoveDate:
    """A date begins and ends at other times. For more than itself: its series meets on that weekday, at that time."""

    date: int
    start: datetime
    end: datetime
    scope: ChangeScope = ChangeScope.THIS
    overwrite: frozenset[DateField] = frozenset()


@dataclass(frozen=True)
class SetOfDate:
    """A date has these of its own (every field but its times), or so have all that the scope names."""

    date: int
    values: Mapping[DateField, Any]
    scope: ChangeScope = ChangeScope.THIS
    overwrite: frozenset[DateField] = frozenset()

    @property
    def who_leads_alone(self) -> bool:
        """Whether it says of one date who leads it, and nothing else."""
        return self.scope is ChangeScope.THIS and set(self.values) == {DateField.LEADS}


@dataclass(frozen=True)
class RuleFrom:
    """The series of a date meets by another rule from it on, or on all its coming dates, which then have these values. The
    rule is that of what is ahead (`rule_ahead`)."""

    date: int
    rule: SeriesRule
    values: Mapping[DateField, Any]
    scope: ChangeScope
    overwrite: frozenset[DateField] = frozenset()


@dataclass(frozen=True)
class MoveAndSet:
    """Both in one change, of one date and for one scope."""

    move: MoveDate
    others: SetOfDate

    @property
    def date(self) -> int:
        return self.move.date

    @property
    def scope(self) -> ChangeScope:
        return self.move.scope


@dataclass(frozen=True)
class CancelDate:
    """A date does not take place, or none that the scope names; people read the reason."""

    date: int
    reason: str
    scope: ChangeScope = ChangeScope.THIS


@dataclass(frozen=True)
class ChosenDates:
    """The same of several dates that somebody chose, as one change; those that have begun meanwhile stay as they are."""

    each: tuple["MoveDate | SetOfDate | CancelDate | BringBack", ...]
    scope: ChangeScope = ChangeScope.THIS


@dataclass(frozen=True)
class BringBack:
    """A date that was cancelled takes place after all."""

    date: int


@dataclass(frozen=True)
class CloseDates:
    """These dates do not take place because their place is closed: each with the number of the closure and its name."""

    dates: Mapping[int, tuple[int, str]]


@dataclass(frozen=True)
class ReopenDates:
    """These dates, which a closure called off, take place after all, save where their group meets then meanwhile, or
    another closure stands."""

    dates: frozenset[int]


@dataclass(frozen=True)
class TimetablePart:
    """The series and dates of a timetable that a change touches: as they stood, or as they stand with it."""

    series: tuple[TimetableSeries, ...] = ()
    dates: tuple[TimetableDate, ...] = ()


@dataclass(frozen=True)
class UndoOf:
    """What a change did is undone: all that it touched is to stand as it stood before."""

    before: TimetablePart
    after: TimetablePart


Change = (
    AddSeries | AddDates | NewRule | SkipDay | AddBackDay | EndAfter | RetireDates | FollowGroup | ExtendSeries | FollowClock | MoveDate
    | SetOfDate | MoveAndSet | RuleFrom | CancelDate | ChosenDates | BringBack | CloseDates | ReopenDates | UndoOf
)  # fmt: skip


class WhyNot(StrEnum):
    """Why a change of dates cannot be."""

    ENDED = "series-ended"
    OVER = "over"
    PAST = "past"
    AT_THE_SAME_TIME = "same-time"
    NOT_CANCELLED = "not-cancelled"
    OTHER_PERIOD = "other-period"
    CHANGED_SINCE = "not-undoable"


class ChangeRefused(ValueError):
    """A change of dates that cannot be, and why."""

    def __init__(self, why: WhyNot) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class DateChange:
    """What a change does: a group's dates as they stood, and as they stand with it. The rest says the same in parts.

    `goes_on` is the key of the series that it changed or began, as it goes on.
    """

    before: Timetable
    after: Timetable
    goes_on: int | None = None
    kept: tuple[TimetableDate, ...] = ()
    """Those in its scope that stay as they are because they have begun, or somebody is marked on them."""

    @property
    def changes(self) -> bool:
        """Whether anything is otherwise."""
        return self.before != self.after

    @property
    def parts(self) -> tuple[TimetablePart, TimetablePart]:
        """What it touches, as it stood and as it stands with it: enough to undo it, and to say what it did."""
        was, now = self.before, self.after
        series = {one.key: one for one in was.series}
        other = tuple(one for one in now.series if series.get(one.key) != one)
        touched = {one.key for one in other}
        before = TimetablePart(
            tuple(one for one in was.series if one.key in touched),
            (*(one for one, _now in self.steps), *self.gone),
        )
        return before, TimetablePart(other, (*(one for _was, one in self.steps), *self.added))

    @property
    def steps(self) -> list[tuple[TimetableDate, TimetableDate]]:
        """Each date with a row that stands otherwise and stays, before and after."""
        now = {one.key: one for one in self.after.dates if one.key is not None}
        return [(was, now[was.key]) for was in self.before.dates if was.key in now and now[was.key] != was]

    @property
    def added(self) -> list[TimetableDate]:
        """Dates that have no row yet."""
        return [one for one in self.after.dates if one.key is None]

    @property
    def told(self) -> list[int]:
        """The numbers of the dates of which their people hear: at another time or place, no longer, or after all."""
        elsewhere = (
            now for was, now in self.steps
            if was.takes_place != now.takes_place
            or (now.takes_place and (was.start, was.end, was.place, was.link) != (now.start, now.end, now.place, now.link))
        )  # fmt: skip
        return [one.key for one in elsewhere if one.key is not None]

    @property
    def gone(self) -> list[TimetableDate]:
        """Dates of a draft, or that came with what is undone, that nobody holds: they leave nothing behind."""
        stay = {one.key for one in self.after.dates}
        return [one for one in self.before.dates if one.key not in stay]

    @property
    def moved(self) -> list[tuple[TimetableDate, TimetableDate]]:
        """Dates that take place as before, at another time or place or as something else."""
        return [
            (was, now) for was, now in self.steps
            if was.takes_place and now.takes_place and (was.shown, was.seats) != (now.shown, now.seats)
        ]  # fmt: skip

    @property
    def dropped(self) -> list[TimetableDate]:
        """Dates that their rule has no longer, or leaves out: their rows stay, for those who hold them to see."""
        return [now for was, now in self.steps if was.takes_place and not now.takes_place and not now.reason]

    @property
    def cancelled(self) -> list[TimetableDate]:
        """Dates that somebody called off, with the reason."""
        return [now for was, now in self.steps if was.takes_place and not now.takes_place and now.reason]

    @property
    def restored(self) -> list[TimetableDate]:
        """Dates that were cancelled and take place after all."""
        return [now for was, now in self.steps if now.takes_place and not was.takes_place]

    @property
    def kept_by_hand(self) -> list[TimetableDate]:
        """Dates that follow their series but for what was changed for them alone."""
        own = {one.key: one.own for one in self.before.dates}
        return [one for one in self.after.dates if one.own and one.key in own and one.own & own[one.key]]

    @property
    def ends(self) -> list[int]:
        """The series that end with it."""
        over = {one.key for one in self.before.series if one.ended}
        return [one.key for one in self.after.series if one.ended and one.key not in over]
