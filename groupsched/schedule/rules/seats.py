"""The seats of a date: in the room, and online where some of its people come so. The one place that says what is free."""

from dataclasses import dataclass
from enum import StrEnum


class SeatPool(StrEnum):
    """How somebody comes to a date of a hybrid group, and out of which seats."""

    ROOM = "room"
    ONLINE = "online"

    @property
    def other(self) -> "SeatPool":
        """The one that is not this."""
        return SeatPool.ROOM if self is SeatPool.ONLINE else SeatPool.ONLINE


def seats_free(capacity: int | None, taken: int) -> int | None:
    """Free seats, never below nothing; None where there is no limit."""
    return None if capacity is None else max(0, capacity - taken)


def sees_link(pool: SeatPool | None) -> bool:
    """Whether somebody who comes so is shown the way in online; who has not said how they come is shown both ways."""
    return pool is not SeatPool.ROOM


def sees_room(pool: SeatPool | None) -> bool:
    """Whether somebody who comes so is shown the room and its address."""
    return pool is not SeatPool.ONLINE


@dataclass(frozen=True)
class PooledSeats:
    """The seats of one date: `capacity` in the room (None: no limit) and `taken` of all, of these `online_taken` online, where
    there are `online_capacity`: 0 where nobody comes so. Who has not said how they come sits in the room.

    >>> PooledSeats(12, 9, 6, 3).free_in(SeatPool.ROOM), PooledSeats(12, 9, 6, 3).free, PooledSeats(12, 13).free
    (6, 9, 0)
    """

    capacity: int | None
    taken: int
    online_capacity: int | None = 0
    online_taken: int = 0

    def free_in(self, pool: SeatPool | None) -> int | None:
        """Free seats of a pool; None where it has no limit."""
        if pool is SeatPool.ONLINE:
            return seats_free(self.online_capacity, self.online_taken)
        return seats_free(self.capacity, self.room_taken)

    @property
    def room_taken(self) -> int:
        """Taken seats in the room."""
        return self.taken - self.online_taken

    @property
    def free(self) -> int | None:
        """Free seats, however one comes; None where either pool has no limit."""
        room, online = self.free_in(SeatPool.ROOM), self.free_in(SeatPool.ONLINE)
        return None if room is None or online is None else room + online

    @property
    def some_full(self) -> bool:
        """Whether a pool has no seat left: people may wait for one of it."""
        return self.free_in(SeatPool.ROOM) == 0 or (
            self.online_capacity != 0 and self.free_in(SeatPool.ONLINE) == 0
        )

    @property
    def all(self) -> int | None:
        """Seats of both pools; None where either has no limit."""
        limits = self.capacity, self.online_capacity
        return None if limits[0] is None or limits[1] is None else limits[0] + limits[1]
