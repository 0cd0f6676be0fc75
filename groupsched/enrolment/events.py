"""What the room tells those above it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EnrolmentChanged:
    """A person's dates in a group changed: joined, left, moved up, cannot come, can come again."""

    person_id: int
    group_id: int
