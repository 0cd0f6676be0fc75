"""The rhythm of a group in a word: the weekdays on which it meets, if that says it all."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta


def weekly_days(walls: Sequence[datetime]) -> tuple[int, ...]:
    """The weekdays (0 Monday) of dates that come every week at one time of the wall clock; none for any other rhythm.

    >>> weekly_days([datetime(2026, 12, day, 10) for day in (1, 3, 8, 10, 15)])
    (1, 3)
    >>> weekly_days([datetime(2026, 12, day, 10) for day in (1, 15, 29)])
    ()
    """
    if not walls:
        return ()
    soon = [wall for wall in walls if wall.date() < walls[0].date() + timedelta(days=14)]
    days = {wall.weekday() for wall in soon}
    if len({wall.time() for wall in soon}) > 1 or len(soon) != 2 * len(days):
        return ()
    return tuple(sorted(days))


def sentences(text: str) -> list[str]:
    """The sentences (or lines) of a short text, for a list; a dot within a number or a name ends nothing.

    >>> sentences("You need not talk. Come by 9.30 or later")
    ['You need not talk.', 'Come by 9.30 or later']
    """
    return [part.strip() for part in re.split(r"(?<=[.!?])\s+|\n+", text) if part.strip()]
