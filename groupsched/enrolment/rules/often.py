"""How often seats may be taken and given back: each act can move a line and send mails to others."""

from collections.abc import Sequence
from datetime import datetime, timedelta

WITHIN = timedelta(hours=1)
BY_ONESELF = 40
"""Acts of a person for themselves. Who goes away for a month gives back each date of it one by one, and still has room."""
BY_STAFF = 2000
"""Acts of one of the staff, for whomever: a desk fills a house in a morning."""
BY_PROGRAM = 200
"""Acts for one person by tokens of the interface."""


def wait_for_room(last: Sequence[datetime], most: int, now: datetime) -> timedelta:
    """How long until one more act fits; `last` are the latest acts, newest first. Zero where it fits now.

    >>> noon = datetime(2026, 3, 2, 12)
    >>> wait_for_room([noon, noon - timedelta(minutes=50)], 2, noon), wait_for_room([noon], 2, noon)
    (datetime.timedelta(seconds=600), datetime.timedelta(0))
    """
    if len(last) < most:
        return timedelta()
    return max(timedelta(), last[most - 1] + WITHIN - now)
