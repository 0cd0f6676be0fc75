"""The days of the staff week: what stands in each cell, and when somebody is not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from groupsched.catalog.models import Place
from groupsched.core import regions
from groupsched.core.i18n import _
from groupsched.home.routes.week_columns import WeekColumn, WeekDate
from groupsched.home.rules import DAY_MINUTES, TakenSpan, absent_spans, covers_all, taken_spans, together
from groupsched.schedule.models import Closure, TimeOff
from groupsched.schedule.rules import HoursSpan


@dataclass(frozen=True)
class WeekCell:
    """A day of a column: its bar, and its dates in boxes; more than one in a box are at the same time. A room may be closed
    at some hour of it, a person away all day, or not working that day; `absent` is what of the bar they are not there, and
    `notes` say it."""

    closed: bool
    away: bool
    works: bool
    absent: list[tuple[int, int]]
    notes: list[str]
    spans: list[TakenSpan]
    boxes: list[list[WeekDate]]


@dataclass(frozen=True)
class WeekDay:
    """A day of the week: what is closed, all that is on it, and its cells."""

    day: date
    closures: list[Closure]
    dates: list[WeekDate]
    cells: list[WeekCell]

    @property
    def planned(self) -> int:
        """How many of its dates take place."""
        return sum(not one.cancelled for one in self.dates)


@dataclass(frozen=True)
class WeekFrame:
    """What all days of a week are drawn with: its columns, the hours that are shown, what is closed, who is away, and who
    works when."""

    columns: Sequence[WeekColumn]
    hours: tuple[int, int]
    shut: Sequence[Closure]
    off: Sequence[TimeOff]
    zone: str
    works: Mapping[int, Mapping[int, HoursSpan]] = field(default_factory=dict)


def day_of(day: date, dates: Sequence[WeekDate], frame: WeekFrame) -> WeekDay:
    """A day of the week with its cells."""
    today = [one for one in dates if one.occurrence.local_date == day]
    closures = [one for one in frame.shut if _touches(one, day)]
    return WeekDay(
        day, closures, today, [_cell(day, today, column, closures, frame) for column in frame.columns]
    )


def _touches(closure: Closure, day: date) -> bool:
    """Whether something is closed at some hour of that day of its site."""
    return _minutes(closure.starts_at, closure.ends_at, day, closure.site.timezone) is not None


def _minutes(start: datetime, end: datetime, day: date, zone: str) -> tuple[int, int] | None:
    """From which to which minute of a day something lasts by its clock; None where it does not touch it."""
    begin, over = (one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in (start, end))
    midnight = datetime.combine(day, time())
    first, last = ((one - midnight) // timedelta(minutes=1) for one in (begin, over))
    return (max(0, first), min(DAY_MINUTES, last)) if first < DAY_MINUTES and last > 0 else None


def _closes(closure: Closure, room: Place) -> bool:
    return room.id in closure.rooms if closure.rooms else room.site_id == closure.site_id


def _cell(
    day: date, today: Sequence[WeekDate], column: WeekColumn, closures: Sequence[Closure], frame: WeekFrame
) -> WeekCell:
    here = {one.occurrence.id: one for one in today if one.occurrence.id in column.dates}
    meetings = [one.meeting for one in here.values()]
    boxes = [[number] for number in here] if column.shared else together(meetings)
    room = column.room
    works, away = _there(column, day, frame)
    gone = covers_all(away, works or (0, DAY_MINUTES), frame.hours)
    return WeekCell(
        closed=room is not None and any(_closes(one, room) for one in closures),
        away=gone,
        works=works is not None,
        absent=absent_spans(frame.hours, works, away),
        notes=[] if gone else _notes(works, away),
        spans=taken_spans(meetings, frame.hours, column.twice),
        boxes=[[here[number] for number in box] for box in boxes],
    )


def _there(
    column: WeekColumn, day: date, frame: WeekFrame
) -> tuple[tuple[int, int] | None, list[tuple[int, int]]]:
    """From when to when the person of a column works that day, in minutes, None: not at all; and when they are away."""
    if column.person is None:
        return (0, DAY_MINUTES), []
    rows = (row for row in frame.off if row.person_id == column.person.id)
    away = [span for row in rows if (span := _minutes(row.starts_at, row.ends_at, day, frame.zone))]
    said = frame.works.get(column.person.id)
    works = said.get(day.weekday()) if said else HoursSpan(0, DAY_MINUTES)
    return (works.begins, works.ends) if works else None, away


def _notes(works: tuple[int, int] | None, away: Sequence[tuple[int, int]]) -> list[str]:
    """What of a day somebody is there only in part, in words."""
    said = [_("Works %(hours)s", hours=_hours(*works))] if works and works != (0, DAY_MINUTES) else []
    return said + [_("Away %(hours)s", hours=_hours(*span)) for span in away]


def _hours(begins: int, ends: int) -> str:
    first, last = (time(number // 60 % 24, number % 60) for number in (begins, ends))
    return regions.clock_range(first, last)
