"""What of a group's dates a change reaches, and the dates with that changed."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from groupsched.schedule.rules.changing import ChangeRefused, DateChange, WhyNot
from groupsched.schedule.rules.laying import in_order
from groupsched.schedule.rules.timetable import DateField, Timetable, TimetableDate, TimetableSeries


def going_on(timetable: Timetable, key: int) -> TimetableSeries:
    """A series that has not ended. Raises ChangeRefused."""
    series = timetable.series_with(key)
    if series.ended:
        raise ChangeRefused(WhyNot.ENDED)
    return series


def date_of(timetable: Timetable, key: int) -> TimetableDate:
    """A date that is over does not stand any more."""
    try:
        return timetable.date_with(key)
    except KeyError:
        raise ChangeRefused(WhyNot.OVER) from None


def changeable_date(timetable: Timetable, key: int, now: datetime, *, marked: bool = False) -> TimetableDate:
    """A date that a change may touch; until it begins somebody else may lead it although somebody is `marked` on it."""
    one = date_of(timetable, key)
    if not one.takes_place or not timetable.changeable(replace(one, marked=one.marked and not marked), now):
        raise ChangeRefused(WhyNot.OVER)
    return one


def without_own(timetable: Timetable, one: TimetableDate, which: frozenset[DateField]) -> Timetable:
    """The same, with a date that has nothing of its own in these fields."""
    return only_date(timetable, replace(one, own=one.own - which)).after


def only_date(timetable: Timetable, changed: TimetableDate) -> DateChange:
    """What a change of that date alone does."""
    dates = in_order(changed if one.key == changed.key else one for one in timetable.dates)
    return DateChange(timetable, replace(timetable, dates=dates))


def with_changed(
    timetable: Timetable, change: Callable[[TimetableDate], TimetableDate | None], keys: Iterable[int | None]
) -> tuple[TimetableDate, ...]:
    """The dates of a group, those of these numbers changed, or left out where the change gives none."""
    meant = frozenset(keys)
    found = (change(one) if one.key in meant else one for one in timetable.dates)
    return in_order(one for one in found if one is not None)
