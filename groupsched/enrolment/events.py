"""What the room tells those above it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EnrolmentsChanged:
    """The dates of some people in a group changed: joined, left, moved up, cannot come, can come again."""

    group_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True)
class WouldNotGoAgain:
    """Question: of which groups did a person say last that they would not go again? Answer: the numbers of these."""

    person_id: int


@dataclass(frozen=True)
class MeetingsOf:
    """Question: at how many meetings of a group was a person? Answer: the number, as the sheets say."""

    person_id: int
    group_id: int


@dataclass(frozen=True)
class OutlinePart:
    """A part of a meeting, as everybody may know it: what it is called, what it is for, how many minutes it takes."""

    name: str
    purpose: str
    minutes: int


@dataclass(frozen=True)
class OutlineOf:
    """Question: what happens at the dates of this group, one after the other? Answer: the parts, as they are for this date; nothing
    that was written for a single date."""

    occurrence_id: int
