"""What the catalogue tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GroupChanged:
    """A group's fields changed (title, seats, place, who leads …), or it was published."""

    group_id: int
    program_id: int


@dataclass(frozen=True)
class OfferChanged:
    """A kind of session or a place is called otherwise or is elsewhere, the program writes times otherwise: whatever shows
    its groups shows them anew."""

    program_id: int


@dataclass(frozen=True)
class GroupRetired:
    """A group is no longer offered: its coming dates end."""

    group_id: int
