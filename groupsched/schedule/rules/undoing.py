"""Undoing a change of dates: a new change, from what stands now to what stood before."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from groupsched.schedule.rules.changing import ChangeRefused, DateChange, UndoOf, WhyNot
from groupsched.schedule.rules.laying import fallen, in_order
from groupsched.schedule.rules.timetable import Timetable, TimetableDate, TimetableSeries


def undone(change: UndoOf, timetable: Timetable, now: datetime) -> DateChange:
    """What comes of undoing a change. Raises ChangeRefused where something of it was changed since, has begun or has marks.

    A date that it added falls away, and stays as a cancelled one for who took a seat on it meanwhile.
    """
    made = {one.key: one for one in change.after.dates}
    standing = {one.key: one for one in timetable.dates}
    changed = any(
        key not in standing
        or _said(standing[key]) != _said(one)
        or not timetable.changeable(standing[key], now)
        for key, one in made.items()
    )
    since = _made_since(change, timetable)
    changed = changed or any(one.own or one.marked or not one.takes_place for one in since)
    if changed or any(one.start <= now for one in change.before.dates):
        raise ChangeRefused(WhyNot.CHANGED_SINCE)
    was = {one.key: one for one in change.before.dates}
    touched = made.keys() | {one.key for one in since}
    dates = [_as_it_was(one, was.get(one.key)) if one.key in touched else one for one in timetable.dates]
    again = [replace(one, key=None, held=False) for key, one in was.items() if key not in made]
    series = tuple(_series(change, timetable.series))
    after = replace(
        timetable, series=series, dates=in_order([*(one for one in dates if one is not None), *again])
    )
    goes_on = next((one.key for one in change.before.series), None)
    return DateChange(timetable, after, goes_on)


def _made_since(change: UndoOf, timetable: Timetable) -> list[TimetableDate]:
    """The dates that came within the horizon since, by the rule that goes: by the old one they are made again."""
    until = {one.key: one.expanded_to for one in change.after.series if one.expanded_to}
    return [one for one in timetable.dates if one.series in until and one.day > until[one.series]]


def _as_it_was(one: TimetableDate, was: TimetableDate | None) -> TimetableDate | None:
    if was is None:
        # Who has every date has those that came with the change too, and never heard of them.
        return fallen(replace(one, held=one.referred), None, unknown=True)
    return replace(was, held=one.held, referred=one.referred, marked=one.marked)


def _said(one: TimetableDate) -> TimetableDate:
    return replace(one, held=False, referred=False, marked=False)


def _series(change: UndoOf, standing: Iterable[TimetableSeries]) -> Iterable[TimetableSeries]:
    """The series as they stood; one that began with the change ends, and has no date left."""
    was = {one.key: one for one in change.before.series}
    made = {one.key: one for one in change.after.series}
    for one in standing:
        if one.key not in made:
            yield one
        elif (one.rule, one.own, one.ended) != (made[one.key].rule, made[one.key].own, made[one.key].ended):
            raise ChangeRefused(WhyNot.CHANGED_SINCE)
        elif one.key in was:
            yield replace(was[one.key], kept=one.kept)
        else:
            yield replace(one, ended=True)
