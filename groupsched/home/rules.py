"""What the pages of the day and their frame tell apart; how the staff week is laid out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

WEEK = 7
COLUMNS = 7
"""So many rooms or people stand side by side; the others are on further pages."""
USUAL_HOURS = (8, 20)
DAY_MINUTES = 24 * 60
FIRST_YEAR, LAST_YEAR = 2000, 2100


class Theme(StrEnum):
    """The light of pages, where it is not the device's own."""

    LIGHT = "light"
    DARK = "dark"


class TaskKind(StrEnum):
    """Why a sheet waits for somebody: two answers stand for one row, or nobody has finished it."""

    TWO_ANSWERS = "two"
    UNFINISHED = "unfinished"


class WeekView(StrEnum):
    """What stands side by side on the staff week."""

    ROOMS = "rooms"
    PEOPLE = "people"


@dataclass(frozen=True)
class Meeting:
    """A date as the week lays it out: `begins` is a minute of the day at its place. One that was cancelled takes nothing."""

    number: int
    start: datetime
    end: datetime
    begins: int
    takes_place: bool = True

    @property
    def ends(self) -> int:
        """The minute of the day on which it begins at which it ends; more than 1440 after midnight."""
        return self.begins + (self.end - self.start) // timedelta(minutes=1)


@dataclass(frozen=True)
class TakenSpan:
    """A piece of the bar of a day, in minutes from its first hour: taken, or taken `twice`."""

    begins: int
    minutes: int
    twice: bool


def monday_of(asked: str, today: date) -> date:
    """The Monday of the week of the day that an address asks for, of this week where it asks for none that there is.

    >>> monday_of("2026-12-09", date(2026, 11, 27)), monday_of("soon", date(2026, 11, 27))
    (datetime.date(2026, 12, 7), datetime.date(2026, 11, 23))
    """
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = today
    day = day if FIRST_YEAR <= day.year <= LAST_YEAR else today
    return day - timedelta(day.weekday())


def overlapping(meetings: Iterable[Meeting]) -> frozenset[int]:
    """The numbers of those that are at the same time as another. What begins when another ends is not."""
    found: set[int] = set()
    latest: Meeting | None = None
    for one in _in_order(meetings):
        if not one.takes_place:
            continue
        if latest is not None and one.start < latest.end:
            found |= {one.number, latest.number}
        if latest is None or one.end > latest.end:
            latest = one
    return frozenset(found)


def together(meetings: Iterable[Meeting]) -> list[list[int]]:
    """The numbers of the meetings of a day in order of time, those at the same time as one list."""
    found: list[list[int]] = []
    until: datetime | None = None
    for one in _in_order(meetings):
        if one.takes_place and until is not None and one.start < until:
            found[-1].append(one.number)
        else:
            found.append([one.number])
        if one.takes_place:
            until = max(until or one.end, one.end)
    return found


def hours_shown(meetings: Iterable[Meeting]) -> tuple[int, int]:
    """The hours from and until which days are drawn: the usual ones, and as many more as something takes place in."""
    shown = [one for one in meetings if one.takes_place]
    first = min([USUAL_HOURS[0], *(one.begins // 60 for one in shown)])
    return first, max([USUAL_HOURS[1], *(min(24, -(-one.ends // 60)) for one in shown)])


def taken_spans(
    meetings: Iterable[Meeting], hours: tuple[int, int], twice: frozenset[int]
) -> list[TakenSpan]:
    """What of the hours of a day is taken, to scale."""
    first, last = (hour * 60 for hour in hours)
    return [
        TakenSpan(one.begins - first, min(one.ends, last) - one.begins, one.number in twice)
        for one in _in_order(meetings)
        if one.takes_place
    ]


def absent_spans(
    hours: tuple[int, int], works: tuple[int, int] | None, away: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """What of the hours of a day somebody is not there, as pieces of its bar: from which minute of it on, and for how many.
    `works` and `away` are minutes of the day; None: they do not work that day.

    >>> absent_spans((8, 20), (9 * 60, 17 * 60), [(16 * 60, 18 * 60)])
    [(0, 60), (480, 120), (540, 180)]
    """
    first, last = (hour * 60 for hour in hours)
    begins, ends = works or (last, last)
    spans = [(first, begins), *away, (ends, last)]
    cut = [(max(first, begin), min(last, end)) for begin, end in spans]
    return [(begin - first, end - begin) for begin, end in sorted(cut) if begin < end]


def covers_all(away: Iterable[tuple[int, int]], works: tuple[int, int], hours: tuple[int, int]) -> bool:
    """Whether somebody is away all the time that they work within the hours shown."""
    first, last = max(works[0], hours[0] * 60), min(works[1], hours[1] * 60)
    return any(begin <= first and last <= end for begin, end in away)


def pages_of(count: int) -> int:
    """On how many pages so many columns stand; there is always one."""
    return max(1, -(-count // COLUMNS))


def _in_order(meetings: Iterable[Meeting]) -> list[Meeting]:
    return sorted(meetings, key=lambda one: (one.start, one.number))
