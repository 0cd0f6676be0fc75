"""From a change to what it does: a group's dates as they stand in, the same as they stand with the change out.

Nothing is written here. Who is asked before and told after, and how rows take over what is planned, is in `service/`.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import singledispatch

from groupsched.schedule.rules.carrying import carried, giving_up, rule_ahead
from groupsched.schedule.rules.changing import (
    AddBackDay,
    AddDates,
    AddSeries,
    BringBack,
    CancelDate,
    Change,
    ChangeRefused,
    ChangeScope,
    ChosenDates,
    CloseDates,
    DateChange,
    EndAfter,
    ExtendSeries,
    FollowClock,
    FollowGroup,
    MoveAndSet,
    MoveDate,
    NewRule,
    ReopenDates,
    RetireDates,
    RuleFrom,
    SetOfDate,
    SkipDay,
    UndoOf,
    WhyNot,
)
from groupsched.schedule.rules.clocks import with_clock
from groupsched.schedule.rules.closing import closed, reopened, under_closures
from groupsched.schedule.rules.dates import expand
from groupsched.schedule.rules.extending import BACK, extended
from groupsched.schedule.rules.laying import (
    as_usual,
    fallen,
    in_order,
    kept_until,
    lay,
    made_until,
    without_met,
)
from groupsched.schedule.rules.lines import (
    in_step,
    later_parts,
    line_of,
    over_line,
    says_otherwise,
    until_next,
)
from groupsched.schedule.rules.reaching import (
    changeable_date,
    date_of,
    going_on,
    only_date,
    with_changed,
    without_own,
)
from groupsched.schedule.rules.recurrence import without_count
from groupsched.schedule.rules.series import RuleRefused, SeriesRule
from groupsched.schedule.rules.shifting import shifted
from groupsched.schedule.rules.splitting import cut_after, rest_of
from groupsched.schedule.rules.states import OccurrenceStatus
from groupsched.schedule.rules.timetable import (
    NEW,
    TIMES,
    DateField,
    Timetable,
    TimetableDate,
    TimetableSeries,
)
from groupsched.schedule.rules.undoing import undone


def plan(timetable: Timetable, change: Change, now: datetime) -> DateChange:
    """What a change does to the dates of a group. Raises ChangeRefused, RuleRefused, KeyError for what is not there."""
    found = _plan(change, timetable, now)
    return found if _by_hand(change) else under_closures(found)


def _by_hand(change: Change) -> bool:
    """Whether somebody says it of each of these dates: then it holds on closed days too. Dates that are added are new."""
    alone = getattr(change, "scope", None) is ChangeScope.THIS and not isinstance(change, AddDates)
    return alone or isinstance(change, BringBack | CloseDates | ReopenDates | UndoOf)


@singledispatch
def _plan(change: object, timetable: Timetable, now: datetime) -> DateChange:
    raise TypeError(change)


@_plan.register
def _add(change: AddSeries, timetable: Timetable, now: datetime) -> DateChange:
    rule = without_met(timetable, change.rule, now)
    made = TimetableSeries(NEW, rule, expanded_to=made_until(rule, timetable.horizon), own=change.own)
    first = max(rule.starts_on, now.date() - BACK)
    dates = [timetable.made(made, slot) for slot in expand(rule, first, timetable.horizon)]
    after = replace(timetable, series=(*timetable.series, made), dates=in_order([*timetable.dates, *dates]))
    return DateChange(timetable, after, NEW)


@_plan.register
def _new_rule(change: NewRule, timetable: Timetable, now: datetime) -> DateChange:
    series = going_on(timetable, change.series)
    rule = without_met(timetable, change.rule, now, series.key)
    if rule == series.rule and not change.overwrite:
        return DateChange(timetable, timetable, series.key)
    return lay(timetable, series, rule, now, overwrite=change.overwrite)


@_plan.register
def _skip(change: SkipDay, timetable: Timetable, now: datetime) -> DateChange:
    rule = going_on(timetable, change.series).rule
    return _new_rule(NewRule(change.series, _with_skip(rule, rule.skip | {change.day})), timetable, now)


@_plan.register
def _add_back(change: AddBackDay, timetable: Timetable, now: datetime) -> DateChange:
    rule = going_on(timetable, change.series).rule
    return _new_rule(NewRule(change.series, _with_skip(rule, rule.skip - {change.day})), timetable, now)


@_plan.register
def _end_after(change: EndAfter, timetable: Timetable, now: datetime) -> DateChange:
    rule = going_on(timetable, change.series).rule
    if change.last is None:
        rule = replace(rule, rrule=without_count(rule.rrule) if rule.rrule else "", until=None)
    elif change.last < rule.starts_on:
        raise RuleRefused("The end date is before the first date.", "until")
    else:
        rule = cut_after(rule, change.last)
    return _new_rule(NewRule(change.series, rule), timetable, now)


@_plan.register
def _retire(_change: RetireDates, timetable: Timetable, now: datetime) -> DateChange:
    # Those of a series that was cut too: it ended, and has its dates until the cut.
    coming = {one.key for one in timetable.dates if one.takes_place and timetable.changeable(one, now)}
    open_ones = {one.key for one in timetable.series if not one.ended}
    coming |= {
        one.key for one in timetable.dates if one.series in open_ones and timetable.changeable(one, now)
    }
    series = tuple(_retired(one) for one in timetable.series)
    dates = with_changed(timetable, lambda one: fallen(one, None, unknown=timetable.draft), coming)
    stay = tuple(one for one in timetable.dates if one.series in open_ones and one.marked)
    return DateChange(timetable, replace(timetable, series=series, dates=dates), None, stay)


def _retired(one: TimetableSeries) -> TimetableSeries:
    if one.ended:
        return one
    cut = one.kept is not None and one.rule.rrule
    return replace(one, ended=True, rule=cut_after(one.rule, one.kept) if cut and one.kept else one.rule)


@_plan.register
def _follow_group(change: FollowGroup, timetable: Timetable, now: datetime) -> DateChange:
    there = replace(timetable, place=change.place, seats=change.seats)
    series = {one.key: one for one in timetable.series}
    coming = {one.key for one in timetable.dates if one.takes_place and not one.marked and one.start > now}
    names = (DateField.PLACE, DateField.SEATS)
    dates = with_changed(there, lambda one: as_usual(there, series[one.series], one, names), coming)
    return DateChange(timetable, replace(there, dates=dates))


@_plan.register
def _extend(change: ExtendSeries, timetable: Timetable, now: datetime) -> DateChange:
    return extended(timetable, going_on(timetable, change.series), now)


_plan.register(FollowClock, with_clock)


@_plan.register
def _move(change: MoveDate, timetable: Timetable, now: datetime) -> DateChange:
    one = changeable_date(timetable, change.date, now)
    if change.start < now and not timetable.draft:
        raise ChangeRefused(WhyNot.PAST)
    series = timetable.series_with(one.series)
    if change.scope is ChangeScope.THIS:
        return _moved_alone(change, timetable, one, series)
    local = change.start.astimezone(series.rule.zone).replace(tzinfo=None)
    minutes = int((change.end - change.start).total_seconds()) // 60
    since = change.scope.since(one.day)
    kept = kept_until(going_on(timetable, series.key), since)
    rest = rest_of(series.rule, kept + timedelta(days=1)) if kept is not None else series.rule
    rule = shifted(rest or series.rule, one.day, local, minutes)
    given_up = without_own(timetable, one, TIMES)
    laid = lay(given_up, series, rule, now, since=since, overwrite=change.overwrite)
    parts, was = later_parts(timetable, series), series.rule

    def follows(there: Timetable, part: TimetableSeries) -> DateChange:
        return lay(there, part, in_step(part.rule, rule, was), now, overwrite=change.overwrite)

    return replace(over_line(laid, parts, follows), before=timetable)


def _moved_alone(
    change: MoveDate, timetable: Timetable, one: TimetableDate, series: TimetableSeries
) -> DateChange:
    usual_end = change.start + timedelta(minutes=series.rule.duration_minutes)
    own = one.own - TIMES
    own |= {DateField.START} if change.start != one.given else set()
    own |= {DateField.END} if change.end != usual_end else set()
    moved = replace(one, start=change.start, end=change.end, own=own)
    if any(moved.meets_with(other) for other in timetable.dates if other.key != one.key):
        raise ChangeRefused(WhyNot.AT_THE_SAME_TIME)
    return only_date(timetable, moved)


@_plan.register
def _set(change: SetOfDate, timetable: Timetable, now: datetime) -> DateChange:
    one = changeable_date(timetable, change.date, now, marked=change.who_leads_alone)
    series = timetable.series_with(one.series)
    if change.scope is not ChangeScope.THIS:
        series = going_on(timetable, series.key)
        own = {**series.own, **change.values}
        given_up = without_own(timetable, one, frozenset(change.values))
        since = change.scope.since(one.day)
        laid = lay(given_up, series, series.rule, now, since=since, own=own, overwrite=change.overwrite)
        return replace(_own_follows(change, laid, later_parts(timetable, series), now), before=timetable)
    changed = {name for name, value in change.values.items() if value != timetable.usual(series, name)}
    values = {name.value: value for name, value in change.values.items()}
    return only_date(timetable, replace(one, own=(one.own - set(change.values)) | changed, **values))


def _own_follows(
    change: SetOfDate, laid: DateChange, parts: list[TimetableSeries], now: datetime
) -> DateChange:
    """What the dates of a series have of their own, on those of the later parts of its line too."""

    def follows(there: Timetable, part: TimetableSeries) -> DateChange:
        own = {**part.own, **change.values}
        return lay(there, part, part.rule, now, own=own, overwrite=change.overwrite)

    return over_line(laid, parts, follows)


@_plan.register
def _rule_from(change: RuleFrom, timetable: Timetable, now: datetime) -> DateChange:
    one = changeable_date(timetable, change.date, now)
    series = going_on(timetable, one.series)
    parts, was = later_parts(timetable, series), rule_ahead(series, one, change.scope)
    rule = without_met(timetable, until_next(change.rule, was, parts), now, series.key)
    otherwise = says_otherwise(rule, was)

    def follows(there: Timetable, part: TimetableSeries) -> DateChange:
        after = in_step(part.rule, rule, was) if otherwise else part.rule
        return lay(there, part, after, now, own={**part.own, **change.values}, overwrite=change.overwrite)

    laid = _rule_laid(change, timetable, rule, now)
    if not (otherwise or change.values or change.overwrite):
        return laid
    return replace(over_line(laid, parts, follows), before=timetable)


def _rule_laid(change: RuleFrom, timetable: Timetable, rule: SeriesRule, now: datetime) -> DateChange:
    """The rule laid over the dates of its own series."""
    one = timetable.date_with(change.date)
    series, since = timetable.series_with(one.series), change.scope.since(one.day)
    rule, own = carried(series, rule, kept_until(series, since)), {**series.own, **change.values}
    if rule == series.rule and own == series.own and not change.overwrite:
        return DateChange(timetable, timetable, series.key)
    given_up = without_own(timetable, one, giving_up(series.rule, rule, change.values))
    laid = lay(given_up, series, rule, now, since=since, own=own, overwrite=change.overwrite)
    return replace(laid, before=timetable)


@_plan.register
def _move_and_set(change: MoveAndSet, timetable: Timetable, now: datetime) -> DateChange:
    moved = _move(change.move, timetable, now)
    both = _set(change.others, moved.after, now)
    return DateChange(timetable, both.after, both.goes_on or moved.goes_on, moved.kept)


@_plan.register
def _cancel(change: CancelDate, timetable: Timetable, now: datetime) -> DateChange:
    one = date_of(timetable, change.date)
    if one.status == OccurrenceStatus.CANCELLED and change.scope is ChangeScope.THIS:
        return DateChange(timetable, timetable)
    begun_with_marks = one.marked and one.start <= now
    if change.scope is ChangeScope.THIS:
        if not one.takes_place or one.end <= now or begun_with_marks:
            raise ChangeRefused(WhyNot.OVER)
        return only_date(timetable, _called_off(one, change.reason))
    since = change.scope.since(one.day)
    line = line_of(timetable, one.series)
    meant = [row for row in timetable.dates if row.series in line and row.takes_place]
    meant = [row for row in meant if since is None or row.day >= since]
    coming = {row.key for row in meant if timetable.changeable(row, now)}
    dates = with_changed(timetable, lambda row: _called_off(row, change.reason), coming)
    return DateChange(
        timetable, replace(timetable, dates=dates), None, tuple(row for row in meant if row.key not in coming)
    )


@_plan.register
def _add_dates(change: AddDates, timetable: Timetable, now: datetime) -> DateChange:
    series, dates = list(timetable.series), list(timetable.dates)
    for number, extra in enumerate(change.each):
        rule = extra.rule
        made = TimetableSeries(
            NEW - number, rule, expanded_to=made_until(rule, timetable.horizon), own=extra.own
        )
        (slot,) = expand(rule, rule.starts_on, rule.starts_on)
        date_made = timetable.made(made, slot)
        if date_made.start > now and not any(date_made.meets_with(one) for one in dates):
            series.append(made)
            dates.append(date_made)
    return DateChange(timetable, replace(timetable, series=tuple(series), dates=in_order(dates)))


@_plan.register
def _chosen(change: ChosenDates, timetable: Timetable, now: datetime) -> DateChange:
    there, kept = timetable, list[TimetableDate]()
    # A date that moves makes room for the next: from behind where they move to later, so that none meets another.
    for one in sorted(change.each, key=lambda part: _turn(part, timetable)):
        try:
            there = _plan(one, there, now).after
        except ChangeRefused as refusal:
            if refusal.why is not WhyNot.OVER:
                raise
            kept += [row for row in timetable.dates if row.key == one.date]
    return DateChange(timetable, there, None, tuple(kept))


def _turn(change: MoveDate | SetOfDate | CancelDate | BringBack, timetable: Timetable) -> float:
    start = next((one.start for one in timetable.dates if one.key == change.date), None)
    if start is None or not isinstance(change, MoveDate):
        return change.date
    return start.timestamp() * (-1 if change.start > start else 1)


def _called_off(one: TimetableDate, reason: str) -> TimetableDate:
    return replace(one, status=OccurrenceStatus.CANCELLED, reason=reason, dropped=False)


@_plan.register
def _bring_back(change: BringBack, timetable: Timetable, now: datetime) -> DateChange:
    one = date_of(timetable, change.date)
    if one.status != OccurrenceStatus.CANCELLED or one.dropped:
        raise ChangeRefused(WhyNot.NOT_CANCELLED)
    if one.start <= now:
        raise ChangeRefused(WhyNot.OVER)
    series = timetable.series_with(one.series)
    back = as_usual(
        timetable, series, replace(one, status=OccurrenceStatus.SCHEDULED, reason="", closure=None)
    )
    if any(back.meets_with(other) for other in timetable.dates if other.key != one.key):
        raise ChangeRefused(WhyNot.AT_THE_SAME_TIME)
    rule = replace(series.rule, skip=series.rule.skip - {one.day})
    named = tuple(replace(row, rule=rule) if row.key == series.key else row for row in timetable.series)
    found = only_date(timetable, back)
    return replace(found, after=replace(found.after, series=named))


@_plan.register
def _close(change: CloseDates, timetable: Timetable, now: datetime) -> DateChange:
    coming = {one.key for one in timetable.dates if one.takes_place and timetable.changeable(one, now)}
    meant = {key: why for key, why in change.dates.items() if key in coming}
    dates = with_changed(timetable, lambda one: closed(one, *meant[one.key or 0]), meant)
    return DateChange(timetable, replace(timetable, dates=dates))


@_plan.register
def _reopen(change: ReopenDates, timetable: Timetable, now: datetime) -> DateChange:
    there = timetable
    for one in timetable.dates:
        if one.key in change.dates and one.closure is not None and not one.takes_place and one.start > now:
            back = reopened(there, one)
            shut = any(span.key != one.closure and span.covers(one) for span in there.closures)
            if not shut and not any(back.meets_with(other) for other in there.dates if other.key != one.key):
                there = only_date(there, back).after
    return DateChange(timetable, there)


@_plan.register
def _undo(change: UndoOf, timetable: Timetable, now: datetime) -> DateChange:
    return undone(change, timetable, now)


def _with_skip(rule: SeriesRule, skip: frozenset[date]) -> SeriesRule:
    return replace(rule, skip=skip & frozenset(rule.dates(max(skip, default=rule.starts_on))))
