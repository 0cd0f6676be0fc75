"""Undoing a change of dates: a new change, from what stands now to what stood before, field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from groupsched.schedule.rules.changing import ChangeRefused, DateChange, TimetablePart, UndoOf, WhyNot
from groupsched.schedule.rules.laying import as_usual, fallen, in_order
from groupsched.schedule.rules.timetable import Timetable, TimetableDate, TimetableSeries

TOGETHER = (
    ("series", "original", "given"), ("start", "end"), ("status", "dropped", "reason", "closure"),
    ("place",), ("seats",), ("link",), ("title",), ("leads",), ("note",),
)  # fmt: skip
"""What of a date stands and falls together: of each a later change keeps an earlier one from being undone."""


def undone(change: UndoOf, timetable: Timetable, now: datetime) -> DateChange:
    """What comes of undoing a change: what it changed stands as before, what was changed since of anything else stays. Raises
    ChangeRefused where the same was changed since, or a date of it has begun or has marks.

    A date that it added falls away, and stays as a cancelled one for who took a seat on it meanwhile.
    """
    made = {one.key: one for one in change.after.dates}
    standing = {one.key: one for one in timetable.dates}
    if any(key not in standing or not timetable.changeable(standing[key], now) for key in made):
        raise ChangeRefused(WhyNot.CHANGED_SINCE)
    since = _made_since(change, timetable)
    changed = any(one.own or one.marked or not one.takes_place for one in since)
    if changed or any(one.start <= now for one in change.before.dates):
        raise ChangeRefused(WhyNot.CHANGED_SINCE)
    was = {one.key: one for one in change.before.dates}
    back = {key: _date_back(standing[key], one, was.get(key)) for key, one in made.items()}
    back |= {one.key: _never_made(one) for one in since}
    _refuse_opened(timetable, standing, back.values())
    dates = [back.get(one.key, one) for one in timetable.dates]
    again = [replace(one, key=None, held=False) for key, one in was.items() if key not in made]
    series = tuple(_series(change, timetable.series))
    after = replace(
        timetable, series=series, dates=in_order([*(one for one in dates if one is not None), *again])
    )
    after = replace(after, dates=tuple(_as_the_others(one, standing, after) for one in after.dates))
    _refuse_meeting(timetable, after)
    goes_on = next((one.key for one in change.before.series), None)
    return DateChange(timetable, after, goes_on)


def _as_the_others(
    one: TimetableDate, standing: Mapping[Any, TimetableDate], after: Timetable
) -> TimetableDate:
    """A date that takes place again has what the others got meanwhile, where nothing was changed for it alone."""
    was = standing.get(one.key)
    series = next((row for row in after.series if row.key == one.series), None)
    back = was is not None and one.takes_place and not was.takes_place
    return as_usual(after, series, one) if back and series is not None else one


def still_undoable(change: UndoOf, later: Iterable[TimetablePart], now: datetime) -> bool:
    """Whether nothing of a change was changed by the `later` ones, the first of them first, nor has begun; what only rows know
    (marks, what the worker made) is asked when it is undone."""
    dates = {one.key: one for one in change.after.dates}
    series = {one.key: one for one in change.after.series}
    for part in later:
        dates |= {one.key: one for one in part.dates if one.key in dates}
        series |= {one.key: one for one in part.series if one.key in series}
    try:
        undone(change, Timetable(tuple(series.values()), tuple(dates.values())), now)
    except ChangeRefused:
        return False
    return True


def _made_since(change: UndoOf, timetable: Timetable) -> list[TimetableDate]:
    """The dates that came within the horizon since, by the rule that goes: by the old one they are made again."""
    until = {one.key: one.expanded_to for one in change.after.series if one.expanded_to}
    known = {one.key for one in change.after.dates}
    return [
        one for one in timetable.dates
        if one.series in until and one.day > until[one.series] and one.key not in known
    ]  # fmt: skip


def _date_back(
    standing: TimetableDate, made: TimetableDate, was: TimetableDate | None
) -> TimetableDate | None:
    """The date with what the change did taken back."""
    if was is None:
        if replace(standing, held=made.held, referred=made.referred, marked=made.marked) != made:
            raise ChangeRefused(WhyNot.CHANGED_SINCE)
        return _never_made(standing)
    changed = [names for names in TOGETHER if _of(was, names) != _of(made, names)]
    if any(_of(standing, names) != _of(made, names) for names in changed):
        raise ChangeRefused(WhyNot.CHANGED_SINCE)
    own = (standing.own - (made.own - was.own)) | (was.own - made.own)
    return replace(standing, own=own, **{name: getattr(was, name) for names in changed for name in names})


def _never_made(one: TimetableDate) -> TimetableDate | None:
    # Who has every date has those that came with the change too, and never heard of them.
    return fallen(replace(one, held=one.referred), None, unknown=True)


def _of(one: TimetableDate, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in names)


def _series(change: UndoOf, standing: Iterable[TimetableSeries]) -> Iterable[TimetableSeries]:
    """The series as they stood; one that began with the change ends, and has no date left."""
    was = {one.key: one for one in change.before.series}
    made = {one.key: one for one in change.after.series}
    for one in standing:
        if one.key not in made:
            yield one
        elif one.key in was:
            yield _series_back(one, made[one.key], was[one.key])
        elif (one.rule, one.own, one.ended) != (made[one.key].rule, made[one.key].own, made[one.key].ended):
            raise ChangeRefused(WhyNot.CHANGED_SINCE)
        else:
            yield replace(one, ended=True)


def _series_back(standing: TimetableSeries, made: TimetableSeries, was: TimetableSeries) -> TimetableSeries:
    own = _own_back(standing.own, made.own, was.own)
    if (was.rule, was.ended) == (made.rule, made.ended):
        return replace(standing, own=own)
    if (standing.rule, standing.ended) != (made.rule, made.ended):
        raise ChangeRefused(WhyNot.CHANGED_SINCE)
    return replace(was, kept=standing.kept, own=own)


def _own_back(standing: Mapping[Any, Any], made: Mapping[Any, Any], was: Mapping[Any, Any]) -> dict[Any, Any]:
    """What the dates of a series have of their own, with what the change said of it taken back."""
    missing = object()
    names = {*made, *was}
    changed = [name for name in names if made.get(name, missing) != was.get(name, missing)]
    if any(standing.get(name, missing) != made.get(name, missing) for name in changed):
        raise ChangeRefused(WhyNot.CHANGED_SINCE)
    kept = {name: value for name, value in standing.items() if name not in changed}
    return kept | {name: was[name] for name in changed if name in was}


def _refuse_opened(
    timetable: Timetable, standing: Mapping[Any, TimetableDate], back: Iterable[TimetableDate | None]
) -> None:
    """What a closure called off since does not go where it is open."""
    spans = {span.key: span for span in timetable.closures}
    for one in back:
        span = spans.get(one.closure) if one is not None and one.closure is not None else None
        if one is not None and span is not None and span.covers(standing[one.key]) and not span.covers(one):
            raise ChangeRefused(WhyNot.CHANGED_SINCE)


def _refuse_meeting(before: Timetable, after: Timetable) -> None:
    """Two dates of a group do not come to take place at one time by undoing what was done before the other came."""
    stood = {one.key: one for one in before.dates}
    back = [
        one for one in after.dates
        if (was := stood.get(one.key)) is None
        or (was.start, was.end, was.takes_place) != (one.start, one.end, one.takes_place)
    ]  # fmt: skip
    for one in back:
        was = stood.get(one.key)
        for other in after.dates:
            then = stood.get(other.key)
            met = was is not None and then is not None and was.meets_with(then)
            if other is not one and one.meets_with(other) and not met:
                raise ChangeRefused(WhyNot.AT_THE_SAME_TIME)
