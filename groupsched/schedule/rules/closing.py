"""Closed days: which dates they call off, and when those take place again."""

from dataclasses import replace

from groupsched.schedule.rules.changing import DateChange
from groupsched.schedule.rules.laying import as_usual
from groupsched.schedule.rules.states import OccurrenceStatus
from groupsched.schedule.rules.timetable import ClosedDays, ClosedSpan, Timetable, TimetableDate


def closed(one: TimetableDate, closure: int, name: str) -> TimetableDate:
    """The date called off by a closure; people read its name."""
    return replace(one, status=OccurrenceStatus.CANCELLED, reason=name, closure=closure, dropped=False)


def reopened(timetable: Timetable, one: TimetableDate) -> TimetableDate:
    """The date as it takes place after all."""
    back = replace(one, status=OccurrenceStatus.SCHEDULED, reason="", closure=None, dropped=False)
    return as_usual(timetable, timetable.series_with(one.series), back)


def closure_over(timetable: Timetable, one: TimetableDate) -> ClosedSpan | None:
    """The closure under which a date falls, the earliest where there are several."""
    return next((span for span in timetable.closures if span.covers(one)), None)


def under_closures(found: DateChange) -> DateChange:
    """The same change, with the dates that come or move under a closure called off where their series skips closed days,
    and those that move out from under one taking place."""
    after = found.after
    if not after.closures and not any(one.closure for one in after.dates):
        return found
    were: dict[int | None, TimetableDate] = {one.key: one for one in found.before.dates}
    dates = tuple(
        one if _stays(found.before, were.get(one.key), one) else _settled(after, one) for one in after.dates
    )
    return replace(found, after=replace(after, dates=dates))


def _stays(before: Timetable, was: TimetableDate | None, now: TimetableDate) -> bool:
    """Whether a date is where it was, or somebody decided that it takes place although it is closed then."""
    if was is None or was.takes_place != now.takes_place:
        return False
    there = (was.start, was.end, was.place) == (now.start, now.end, now.place)
    return there or (was.takes_place and closure_over(before, was) is not None)


def _settled(timetable: Timetable, one: TimetableDate) -> TimetableDate:
    over = closure_over(timetable, one)
    if one.takes_place and over is not None and timetable.on_closed_days(one.series) is ClosedDays.SKIP:
        return closed(one, over.key, over.name)
    if one.closure is not None and not one.takes_place and not one.dropped and over is None:
        return reopened(timetable, one)
    return one
