"""Seats that a group keeps for people whom staff bring, until some days before each date."""

from datetime import datetime, timedelta

MOST_KEPT, MOST_DAYS = 20, 60


def opens_at(start: datetime, days: int) -> datetime:
    """When the seats that are kept on a date are for everybody: so many times 24 hours before it.

    >>> opens_at(datetime(2026, 12, 9, 14), 3)
    datetime.datetime(2026, 12, 6, 14, 0)
    """
    return start - timedelta(days=days)


def to_keep(wanted: int, kept: int, free: int | None) -> int:
    """How many seats more are kept, or fewer (below nought), where so many are `wanted` and so many `free` besides; where there is
    no limit none are.

    >>> to_keep(3, 0, 2), to_keep(1, 2, 0), to_keep(2, 0, None)
    (2, -1, 0)
    """
    if free is None:
        return -kept
    return min(wanted - kept, free)
