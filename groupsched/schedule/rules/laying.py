"""Laying a rule over the dates of a series: which follow it, which come, which fall away, and where a series is cut in two."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from groupsched.schedule.rules.changing import DateChange
from groupsched.schedule.rules.dates import RuleDate, expand, last_date
from groupsched.schedule.rules.matching import paired
from groupsched.schedule.rules.series import SeriesRule
from groupsched.schedule.rules.splitting import cut_after, rest_of, same_until
from groupsched.schedule.rules.states import OccurrenceStatus
from groupsched.schedule.rules.timetable import (
    NEW,
    NOTHING,
    DateField,
    Timetable,
    TimetableDate,
    TimetableSeries,
)

FOR_GOOD = date(9999, 12, 31)
DAY = timedelta(days=1)


def lay(
    timetable: Timetable,
    series: TimetableSeries,
    rule: SeriesRule,
    now: datetime,
    *,
    since: date | None = None,
    own: Mapping[DateField, Any] | None = None,
    overwrite: frozenset[DateField] = frozenset(),
) -> DateChange:
    """What comes of it that a series follows this rule from now on, or from the day `since`, and its dates have this of
    their `own`. What has begun or has marks stays: where the rule says otherwise of it, the series ends and another goes on.
    """
    kept = kept_until(series, since)
    if kept is None and not timetable.draft:
        rule = _to_come(rule, now)
    ended, goes_on = _carried_on(series, rule, kept, series.own if own is None else own, since is not None)
    if goes_on.key == NEW and not timetable.draft:
        goes_on = replace(goes_on, rule=_to_come(goes_on.rule, now))
    if ended is not None and _meets_still(ended.rule, now) and not timetable.draft:
        # The earlier part is no past yet: until its last date it can be changed, and ended, like any series.
        ended = replace(ended, ended=False, expanded_to=made_until(ended.rule, timetable.horizon))
    goes_on = replace(goes_on, expanded_to=made_until(goes_on.rule, timetable.horizon))
    slots = _slots_after(timetable, goes_on.rule, kept, now)
    rows = _replaceable(timetable, series, kept, now)
    behind = [one for one in _left_behind(timetable, series, now) if kept is None or one.day > kept]
    laid = _laid(timetable, series.rule, goes_on, slots, [*behind, *rows], overwrite)
    replaced = {one.key for one in [*rows, *behind]}
    after = _with_series(timetable, [*([ended] if ended else []), goes_on])
    dates = [*(one for one in timetable.dates if one.key not in replaced), *laid]
    stay = [
        one for one in timetable.dates if one.series == series.key and one.marked and one.key not in replaced
    ]
    return DateChange(timetable, replace(after, dates=in_order(dates)), goes_on.key, tuple(stay))


def kept_until(series: TimetableSeries, since: date | None) -> date | None:
    """The last day of a series that a change from the day `since` on leaves as it is."""
    earlier = (day for day in series.rule.dates(since - DAY)) if since is not None else ()
    return max(filter(None, (series.kept, *earlier)), default=None)


def made_until(rule: SeriesRule, horizon: date) -> date:
    """The last day until which the dates of a rule are made; for good where it has no further one."""
    last = last_date(rule)
    return FOR_GOOD if last is not None and last <= horizon else horizon


def without_met(
    timetable: Timetable, rule: SeriesRule, now: datetime, series: int | None = None
) -> SeriesRule:
    """The rule of this series, or of a new one, that skips the coming dates on which the group meets at the same moment in
    its place by another series."""
    met = {
        one.start for one in timetable.dates
        if one.takes_place and one.start > now and one.place == timetable.place and one.series != series
    }  # fmt: skip
    return replace(rule, skip=rule.skip | days_met(rule, met, now, timetable.horizon))


def days_met(rule: SeriesRule, met: Collection[datetime], now: datetime, horizon: date) -> frozenset[date]:
    """The coming days of a rule, skipped ones too, on which it would begin at one of these moments."""
    if not met:
        return frozenset()
    slots = expand(replace(rule, skip=frozenset()), now.astimezone(rule.zone).date() - DAY, horizon)
    return frozenset(slot.original_local.date() for slot in slots if slot.start in met)


def in_order(dates: Iterable[TimetableDate]) -> tuple[TimetableDate, ...]:
    """Dates by their start; those without a row come last of those that begin alike."""
    return tuple(sorted(dates, key=lambda one: (one.start, one.key is None, one.key or 0)))


def as_usual(
    timetable: Timetable, series: TimetableSeries, one: TimetableDate, which: Iterable[DateField] = NOTHING
) -> TimetableDate:
    """The date with what its series, or its group, says of these fields, save what it has of its own."""
    values = {name.value: timetable.usual(series, name) for name in which if name not in one.own}
    return replace(one, **values)


def fallen(one: TimetableDate, rule: SeriesRule | None, *, unknown: bool = False) -> TimetableDate | None:
    """A date that its rule has no longer, or only leaves out by name. Its row stays for ever, shown to those alone who held it;
    None where nobody holds it and its address is `unknown` yet: of a draft, or of what came with a change that is undone."""
    named = rule is not None and one.day in rule.skip
    if not one.takes_place:
        return replace(one, dropped=one.dropped or not named)
    if not one.held and unknown:
        return None
    return replace(one, status=OccurrenceStatus.CANCELLED, reason="", dropped=not named or not one.held)


def at_slot(one: TimetableDate, series: TimetableSeries, slot: RuleDate) -> TimetableDate:
    """The date as the one that a series has then: its times follow, save what was changed for it alone."""
    start = one.start if DateField.START in one.own else slot.start
    end = _end(one, start, series.rule, slot) if DateField.END in one.own else None
    end = end or start + timedelta(minutes=series.rule.duration_minutes)
    return replace(
        one, series=series.key, original=slot.original_local, given=slot.start, start=start, end=end
    )


def _end(one: TimetableDate, start: datetime, rule: SeriesRule, slot: RuleDate) -> datetime | None:
    """The end of its own: it goes to another day with its date, and stays on the clock; None where it would be over before."""
    if one.start == start:
        return one.end
    local = one.end.astimezone(rule.zone).replace(tzinfo=None) + (slot.original_local.date() - one.day)
    end = local.replace(tzinfo=rule.zone).astimezone(start.tzinfo)
    return end if start < end <= start + DAY else None


def _to_come(rule: SeriesRule, now: datetime) -> SeriesRule:
    """The rule from its first date that is to come: of others no rows are made, and calendars would show them."""
    local = now.astimezone(rule.zone)
    first = local.date() + (DAY if rule.start_time <= local.time() else timedelta())
    return (rest_of(rule, first) or rule) if rule.starts_on < first else rule


def _carried_on(
    series: TimetableSeries, rule: SeriesRule, kept: date | None, own: Mapping[DateField, Any], split: bool
) -> tuple[TimetableSeries | None, TimetableSeries]:
    """The series that ends, if one does, and the one that goes on."""
    was = series.rule
    cut = kept is not None and (
        not same_until(was, rule, kept)
        or (split and own != series.own and bool(expand(was, was.starts_on, kept)))
    )
    if not cut or kept is None:
        return None, replace(series, rule=rule, own=own)
    rest, ended = rest_of(rule, kept + DAY), replace(series, rule=cut_after(was, kept))
    if rest is None:
        return None, ended
    return replace(ended, ended=True), TimetableSeries(NEW, rest, own=own, closed_days=series.closed_days)


def _meets_still(rule: SeriesRule, now: datetime) -> bool:
    last = last_date(rule)
    slots = expand(replace(rule, skip=frozenset()), last, last) if last is not None else []
    return any(slot.start > now for slot in slots)


def _slots_after(
    timetable: Timetable, rule: SeriesRule, kept: date | None, now: datetime
) -> dict[date, RuleDate]:
    """The meetings of a rule after the last kept day that are to come; of a draft, any."""
    slots = expand(rule, rule.starts_on if kept is None else kept + DAY, timetable.horizon)
    return {slot.original_local.date(): slot for slot in slots if timetable.draft or slot.start > now}


def _replaceable(
    timetable: Timetable, series: TimetableSeries, kept: date | None, now: datetime
) -> list[TimetableDate]:
    return [
        one for one in timetable.dates
        if one.series == series.key and timetable.changeable(one, now) and (kept is None or one.day > kept)
    ]  # fmt: skip


def _left_behind(timetable: Timetable, series: TimetableSeries, now: datetime) -> list[TimetableDate]:
    """The dates that fell away with an earlier series of the group, or after the end of one that goes on until then."""
    others = {one.key: one for one in timetable.series if one.key != series.key}

    def beyond(one: TimetableDate) -> bool:
        until = others[one.series].rule.until
        return others[one.series].ended or (until is not None and one.day > until)

    return [
        one for one in timetable.dates
        if one.series in others and beyond(one) and not one.takes_place and one.dropped and not one.marked and one.start > now
    ]  # fmt: skip


def _laid(
    timetable: Timetable,
    was: SeriesRule,
    series: TimetableSeries,
    slots: Mapping[date, RuleDate],
    rows: Iterable[TimetableDate],
    overwrite: frozenset[DateField],
) -> list[TimetableDate]:
    """The rows as they stand with the rule, and the dates that come with it."""
    rows = list(rows)
    by_day = {one.day: one for one in rows}
    coming = {one.day: one for one in rows if one.takes_place and one.day not in slots}
    free = [day for day in slots if day not in by_day]
    pairs = paired(was, series.rule, coming, free, {day for day, one in coming.items() if one.held})
    of_slot = {slot: by_day[day] for day, slot in pairs.items()}
    of_slot |= {day: by_day[day] for day in slots if day in by_day}
    laid = [
        _follows(timetable, of_slot[day], series, slot, overwrite)
        if day in of_slot
        else timetable.made(series, slot)
        for day, slot in slots.items()
    ]
    matched = {one.key for one in of_slot.values()}
    left = [
        fallen(one, series.rule, unknown=timetable.draft)
        for one in rows if one.key not in matched and by_day[one.day] is one
    ]  # fmt: skip
    hidden = [one for one in rows if by_day[one.day] is not one]
    return [*laid, *(one for one in left if one is not None), *hidden]


def _follows(
    timetable: Timetable,
    one: TimetableDate,
    series: TimetableSeries,
    slot: RuleDate,
    overwrite: frozenset[DateField],
) -> TimetableDate:
    status = OccurrenceStatus.SCHEDULED if one.fell_away else one.status
    one = at_slot(replace(one, own=one.own - overwrite, status=status, dropped=False), series, slot)
    return as_usual(timetable, series, one) if one.takes_place else one


def _with_series(timetable: Timetable, changed: Iterable[TimetableSeries]) -> Timetable:
    now = {one.key: one for one in changed}
    others = [now.pop(one.key, one) for one in timetable.series]
    return replace(timetable, series=(*others, *now.values()))
