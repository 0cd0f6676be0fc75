"""What the schedule tells the rooms above, and what it asks them. Events carry ids; all is flushed before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class OccurrencesAdded:
    """New dates of a group, with their capacity and nobody on them."""

    group_id: int
    occurrence_ids: tuple[int, ...]


@dataclass(frozen=True)
class OccurrencesChanged:
    """Dates that kept their row and got another time, place or number of seats."""

    group_id: int
    occurrence_ids: tuple[int, ...]


@dataclass(frozen=True)
class SeriesChanged:
    """A series follows another rule: dates came, moved or went, also those that left nothing behind."""

    group_id: int


@dataclass(frozen=True)
class OccurrenceCancelled:
    """One date will not take place; people with a seat or in line are to be told. `reason` may be empty."""

    occurrence_id: int
    reason: str


@dataclass(frozen=True)
class OccurrencesDropped:
    """Dates that fell away together, because a rule changed or a group is no longer offered, and stay as cancelled rows.
    Published when the dates that go on are there."""

    group_id: int
    occurrence_ids: tuple[int, ...]


@dataclass(frozen=True)
class DateBefore:
    """When and where a date was before it moved."""

    occurrence_id: int
    start: datetime
    end: datetime
    place_id: int | None


@dataclass(frozen=True)
class DatesReplanned:
    """The end of one change of a group: which coming dates moved and which fell away. People with a seat are to be told
    once, not once a date. Nothing is published where only words or seats changed, or dates were added."""

    group_id: int
    moved: tuple[DateBefore, ...]
    dropped: tuple[int, ...]


@dataclass(frozen=True)
class ImpactOf:
    """Question: whom would a change of these dates touch? Each room answers with an Impact, or None."""

    occurrence_ids: tuple[int, ...]


@dataclass(frozen=True)
class Impact:
    """What a change of dates touches: how many dates, and the person ids who would be told."""

    dates: int = 0
    people: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def sum(cls, answers: Iterable["Impact"], dates: int = 0) -> "Impact":
        """All answers together; nobody is counted twice."""
        parts = list(answers)
        people = frozenset(person for part in parts for person in part.people)
        return cls(dates=dates + sum(part.dates for part in parts), people=people)
