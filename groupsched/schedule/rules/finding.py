"""At which times of the week a group could meet: its room and its leaders free on all of the next dates, or on most."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from groupsched.schedule.rules.booking import free_spans

STEP = timedelta(minutes=30)
MOST_FOUND = 12
Spans = Sequence[tuple[datetime, datetime]]


class DayPart(StrEnum):
    """A part of the day in which something begins."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


HOURS = {DayPart.MORNING: (8, 12), DayPart.AFTERNOON: (12, 17), DayPart.EVENING: (17, 21)}


@dataclass(frozen=True)
class WantedTime:
    """What is looked for: so long, once a week on one of these days (0 Monday), beginning in one of these parts of the day,
    `weeks` times from a day on."""

    length: timedelta
    weekdays: tuple[int, ...]
    parts: tuple[DayPart, ...]
    since: date
    weeks: int
    zone: str


@dataclass(frozen=True)
class FoundTime:
    """A time of the week at which a place (None: nowhere in particular) is `free` on so many of the dates; `first` is the first
    of these dates, free or not, and when it ends."""

    place: int | None
    weekday: int
    at: time
    free: int
    first: tuple[datetime, datetime]


def found_times(wanted: WantedTime, taken: Mapping[int | None, Spans], busy: Spans) -> list[FoundTime]:
    """The best times: free on the most dates first, then as they come in the week; of one time only the places that are free
    most often. `taken` says when each place is, `busy` when anybody who leads is. What is free on half of the dates or fewer is none."""
    starts = list(_starts(wanted))
    found: list[FoundTime] = []
    for place, spans in taken.items():
        free = _Free([*spans, *busy], wanted)
        for weekday, at, dates in starts:
            number = sum(free.during(start, start + wanted.length) for start in dates)
            if number * 2 > wanted.weeks:
                found.append(FoundTime(place, weekday, at, number, (dates[0], dates[0] + wanted.length)))
    order = list(taken)
    found.sort(key=lambda one: (-one.free, one.weekday, one.at, order.index(one.place)))
    return found[:MOST_FOUND]


def until_of(wanted: WantedTime) -> date:
    """The last day on which anything would be."""
    return wanted.since + timedelta(weeks=wanted.weeks, days=1)


def moment_of(day: date, at: time, zone: str) -> datetime:
    """That time of that day at the place, in UTC."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def _starts(wanted: WantedTime) -> Iterable[tuple[int, time, list[datetime]]]:
    """Every time of the week that is looked at, each with the moments at which its dates would begin."""
    for weekday in wanted.weekdays:
        first = wanted.since + timedelta(days=(weekday - wanted.since.weekday()) % 7)
        days = [first + timedelta(weeks=number) for number in range(wanted.weeks)]
        for at in _times(wanted.parts):
            yield weekday, at, [moment_of(day, at, wanted.zone) for day in days]


def _times(parts: Iterable[DayPart]) -> list[time]:
    steps = [
        time(hour, minute)
        for part in DayPart
        if part in parts
        for hour in range(*HOURS[part])
        for minute in range(0, 60, STEP // timedelta(minutes=1))
    ]
    return sorted(set(steps))


class _Free:
    """What is left free for long enough, to be asked often."""

    def __init__(self, taken: Spans, wanted: WantedTime) -> None:
        start = moment_of(wanted.since, time(), wanted.zone)
        end = moment_of(until_of(wanted), time(), wanted.zone)
        self.spans = free_spans(taken, start, end, wanted.length)
        self.starts = [span[0] for span in self.spans]

    def during(self, start: datetime, end: datetime) -> bool:
        place = bisect_right(self.starts, start) - 1
        return place >= 0 and end <= self.spans[place][1]
