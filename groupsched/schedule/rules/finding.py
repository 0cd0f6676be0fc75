"""At which times of the week a group could meet: its room and its leaders free on all of the next dates, or on most."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from groupsched.schedule.rules.booking import free_spans

STEP = timedelta(minutes=30)
MOST_A_DAY = 3
WEEKEND = 5
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
    """The best times: free on the most dates first, then as they come in the week; of times that overlap only the best.
    `taken` says when each place is, `busy` when anybody who leads is. What is free on half of the dates or fewer is none."""
    starts = list(_starts(wanted))
    found: list[FoundTime] = []
    for place, spans in taken.items():
        free = _FreeWindow([*spans, *busy], wanted)
        for weekday, at, dates in starts:
            number = sum(free.during(start, start + wanted.length) for start in dates)
            if number * 2 > wanted.weeks:
                found.append(FoundTime(place, weekday, at, number, (dates[0], dates[0] + wanted.length)))
    order = list(taken)
    found.sort(key=lambda one: (-one.free, one.weekday, one.at, order.index(one.place)))
    return _apart(found, wanted.length)


@dataclass(frozen=True)
class DisplacedDate:
    """A date that cannot be when it is, and is looked another time for in its own week. On the days `besides` its group meets
    already."""

    start: datetime
    end: datetime
    zone: str
    besides: frozenset[date] = frozenset()

    @property
    def day(self) -> date:
        """Its day at the place."""
        return self.start.astimezone(ZoneInfo(self.zone)).date()


def another_time(one: DisplacedDate, taken: Spans, now: datetime) -> tuple[datetime, datetime] | None:
    """The next free time in the week of a date, from tomorrow on: at its own hour on a day after it, else on one before it, else
    at any hour. At the weekend only what is there already. None where all is taken."""
    days = _days_beside(one, now.astimezone(ZoneInfo(one.zone)).date())
    if not days:
        return None
    wanted = WantedTime(
        one.end - one.start, tuple(day.weekday() for day in days), tuple(DayPart), min(days), 1, one.zone
    )
    free, at = _FreeWindow(taken, wanted), one.start.astimezone(ZoneInfo(one.zone)).time()
    for day in days:
        start = moment_of(day, at, one.zone)
        if day != one.day and free.during(start, start + wanted.length):
            return start, start + wanted.length
    found = found_times(wanted, {None: taken}, ())
    return found[0].first if found else None


def _days_beside(one: DisplacedDate, today: date) -> list[date]:
    """The days of a week on which a date could be instead: those after it, then its own and those before it, nearest first."""
    monday = one.day - timedelta(one.day.weekday())
    last = 7 if one.day.weekday() >= WEEKEND else WEEKEND
    week = [
        day for day in (monday + timedelta(n) for n in range(last)) if day > today and day not in one.besides
    ]
    later = [day for day in week if day > one.day]
    return later + [day for day in reversed(week) if day <= one.day]


def _apart(found: Sequence[FoundTime], length: timedelta) -> list[FoundTime]:
    """Of times that overlap on one weekday the best, and of each weekday the best few: what is much the same helps nobody choose."""
    chosen: dict[int, list[FoundTime]] = {}
    for one in found:
        there = chosen.setdefault(one.weekday, [])
        begins = [abs(one.first[0] - other.first[0]) for other in there]
        if len(there) < MOST_A_DAY and all(apart >= length for apart in begins):
            there.append(one)
    few = {id(one) for there in chosen.values() for one in there}
    return [one for one in found if id(one) in few]


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


class _FreeWindow:
    """What is left free for long enough, to be asked often."""

    def __init__(self, taken: Spans, wanted: WantedTime) -> None:
        start = moment_of(wanted.since, time(), wanted.zone)
        end = moment_of(until_of(wanted), time(), wanted.zone)
        self.spans = free_spans(taken, start, end, wanted.length)
        self.starts = [span[0] for span in self.spans]

    def during(self, start: datetime, end: datetime) -> bool:
        place = bisect_right(self.starts, start) - 1
        return place >= 0 and end <= self.spans[place][1]
