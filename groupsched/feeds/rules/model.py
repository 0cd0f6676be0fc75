"""What a feed is made of: spells of meetings and single dates go in, calendar events come out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from groupsched.schedule.rules import SeriesRule


class FeedKind(StrEnum):
    """Whose dates a feed shows: those of its person, or those of the groups that they lead."""

    MINE = "mine"
    LEADING = "leading"


@dataclass(frozen=True, slots=True)
class EventText:
    """What one event says, already in the title mode of the person who reads it. Empty is not said."""

    title: str
    place: str = ""
    description: str = ""
    url: str = ""
    color: str = ""


@dataclass(frozen=True, slots=True)
class FeedDate:
    """One date as it really is: `original` is its first wall time and its identity, start and end are UTC."""

    original: datetime
    start: datetime
    end: datetime
    words: EventText
    changed_at: datetime
    created_at: datetime | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class SeriesSpan:
    """One unbroken stretch of a series in a feed, from a first to a last local date, both included.

    `exceptions` are the dates in it that differ from the rule: moved, cancelled, given up or held elsewhere, by
    their original wall time. Dates that the rule skips need no row. `without` are dates that leave no trace, such
    as one that was moved behind the end of the spell. Each of its dates says the same since `said_at`, they are those since
    `changed_at`.
    """

    uid: str
    rule: SeriesRule
    first: date
    last: date | None
    words: EventText
    changed_at: datetime
    said_at: datetime | None = None
    created_at: datetime | None = None
    exceptions: Mapping[datetime, FeedDate] = field(default_factory=dict)
    without: frozenset[datetime] = frozenset()

    @property
    def words_at(self) -> datetime:
        """Since when a date that is an event of its own says what all of them say."""
        return self.said_at or self.changed_at


@dataclass(frozen=True, slots=True)
class SingleDate:
    """One date that stands alone in a feed, such as a date that a person chose."""

    uid: str
    meeting: FeedDate


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT. Times are in a zone of the file or in UTC; `rrule` makes it a master, `recurrence_id` an override."""

    uid: str
    start: datetime
    end: datetime
    words: EventText
    stamp: datetime
    created_at: datetime | None = None
    cancelled: bool = False
    rrule: str = ""
    exdates: tuple[datetime, ...] = ()
    recurrence_id: datetime | None = None


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A whole file. `name` is for a feed that people subscribe to, never for a file of one date, as is its `zone`, a hint."""

    events: tuple[Event, ...]
    name: str = ""
    zone: str = ""
    private: bool = True
    cancelled_title: str = "Cancelled: {title}"


def opaque_uid(*parts: object) -> str:
    """Make one lasting, meaningless UID of stored random ids: the same parts always give the same UID."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:40]
