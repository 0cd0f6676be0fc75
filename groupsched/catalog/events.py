"""What the catalogue tells the rooms above."""

from dataclasses import dataclass
from datetime import datetime

from groupsched.access.identity import Identity
from groupsched.catalog.rules import AttendanceMode


@dataclass(frozen=True)
class Reach:
    """How people come to a group: in a room, online or both, and by which link of its own."""

    mode: AttendanceMode
    link: str


@dataclass(frozen=True)
class GroupChanged:
    """A group's fields changed (title, seats, place, who leads …), or it was published. Where people come to it another
    way now, `reach_was` is how they came before. `by` is who did it."""

    group_id: int
    program_id: int
    reach_was: Reach | None = None
    by: Identity | None = None


@dataclass(frozen=True)
class LeadersCome:
    """These people come to lead a group that they did not lead; a room above may refuse by raising."""

    group_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True)
class PlaceMoved:
    """A place is at another site now, or has another link: what meets there is elsewhere, though its place is the same."""

    place_id: int
    site_id_was: int | None
    link_was: str


@dataclass(frozen=True)
class PlaceWouldMove:
    """Question: who would be told if a place were at this site and had this link? Each room answers with people."""

    place_id: int
    site_id: int | None
    link: str


@dataclass(frozen=True)
class OfferChanged:
    """A kind of session or a place is called otherwise or is elsewhere, the program writes times otherwise: whatever shows
    its groups shows them anew."""

    program_id: int


@dataclass(frozen=True)
class GroupRetired:
    """A group is no longer offered: its coming dates end. `by` is who did it."""

    group_id: int
    by: Identity | None = None


@dataclass(frozen=True)
class RetiringUndone:
    """A group that was not offered any more, since then, is as it was; its dates follow."""

    group_id: int
    retired_at: datetime
