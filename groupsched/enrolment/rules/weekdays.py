"""The rhythm of a group in a word: the weekdays on which it meets, if that says it all."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

MOST_EXTRA = 2


def weekly_days(walls: Sequence[datetime], *, gaps: bool = True) -> tuple[int, ...]:
    """The weekdays (0 Monday) of dates that come every week at one time of the wall clock; none for any other rhythm. A few
    weeks may be left out, unless there are to be no `gaps`.

    >>> weekly_days([datetime(2026, 12, day, 10) for day in (1, 3, 8, 10, 15)])
    (1, 3)
    >>> weekly_days([datetime(2026, 12, day, 10) for day in (1, 15, 29)])
    ()
    """
    by_day = defaultdict[int, list[date]](list)
    for wall in walls:
        by_day[wall.weekday()].append(wall.date())
    if len({wall.time() for wall in walls}) != 1 or not all(
        _is_weekly(days, gaps) for days in by_day.values()
    ):
        return ()
    often = [len(days) for days in by_day.values()]
    # Tuesdays that Thursdays take the place of later are not every Tuesday and Thursday.
    return tuple(sorted(by_day)) if 2 * min(often) >= max(often) else ()


def _is_weekly(days: Sequence[date], gaps: bool) -> bool:
    """Whether days of one weekday follow each other week by week, with at most one of the `gaps` among three steps."""
    steps = [later - day for day, later in pairwise(days)]
    weekly = steps.count(timedelta(days=7))
    return bool(steps) and (3 * weekly >= 2 * len(steps) if gaps else weekly == len(steps))


def weekly_with_extra(walls: Sequence[datetime]) -> tuple[tuple[int, ...], tuple[date, ...]]:
    """The weekdays as `weekly_days`, and the one or two days on which there is a date besides; no days without a rhythm.

    >>> weekly_with_extra([datetime(2026, 12, day, 10) for day in (5, 10, 12, 19)])
    ((5,), (datetime.date(2026, 12, 10),))
    """
    days = weekly_days(walls)
    if days:
        return days, ()
    often = Counter((wall.weekday(), wall.time()) for wall in walls)
    weekly = [wall for wall in walls if often[wall.weekday(), wall.time()] > 1]
    days = weekly_days(weekly)
    extra = tuple(wall.date() for wall in walls if wall not in weekly)
    if len(extra) > MOST_EXTRA or any(day.weekday() in days for day in extra):
        return (), ()
    return days, extra if days else ()


WEEK = ("mo", "tu", "we", "th", "fr", "sa", "su")
WORKING = 5


def like_days(day: str) -> tuple[str, ...]:
    """The days of the week that are like this one: those of work, or those of the weekend.

    >>> like_days("su")
    ('sa', 'su')
    """
    return WEEK[:WORKING] if WEEK.index(day) < WORKING else WEEK[WORKING:]


def sentences(text: str) -> list[str]:
    """The sentences (or lines) of a short text, for a list; a dot within a number or a name ends nothing.

    >>> sentences("You need not talk. Come by 9.30 or later")
    ['You need not talk.', 'Come by 9.30 or later']
    """
    return [part.strip() for part in re.split(r"(?<=[.!?])\s+|\n+", text) if part.strip()]
