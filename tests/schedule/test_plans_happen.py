"""What the dry run says is what happens: any change, of any scope, after any history; and what must hold every time."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.errors import Conflict
from groupsched.enrolment.models import DateSeat
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import changes_made
from groupsched.schedule.rules import (
    AddBackDay,
    AddDates,
    AddSeries,
    BringBack,
    CancelDate,
    ChangeScope,
    ChosenDates,
    DateField,
    EndAfter,
    ExtendSeries,
    ExtraDate,
    FollowGroup,
    MoveDate,
    NewRule,
    OccurrenceStatus,
    RetireDates,
    RuleFrom,
    RuleRefused,
    SetOfDate,
    SkipDay,
    UndoOf,
    parse_rule,
    rule_ahead,
)
from groupsched.schedule.service import DatesTaken, can_be_undone, change_dates, freeze, parts_of, plan_dates
from groupsched.schedule.service.timetable import timetable_of
from tests.conftest import DATABASES, identity_of

BEGIN = datetime(2026, 2, 20, 12, tzinfo=UTC)
SHAPES = (
    "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "FREQ=MONTHLY;BYDAY=1MO",
    "FREQ=MONTHLY;BYMONTHDAY=9", "FREQ=DAILY", "",
)  # fmt: skip
OVERWRITES = st.sets(st.sampled_from(DateField)).map(frozenset)


@st.composite
def rules(draw):
    shape = draw(st.sampled_from(SHAPES))
    count = draw(st.integers(1, 20)) if shape else None
    day = {"FREQ=WEEKLY;BYDAY=TU": 3, "FREQ=MONTHLY;BYMONTHDAY=9": 9}.get(shape, 2)
    hour = draw(st.sampled_from((time(2, 30), time(10), time(23, 30))))
    return parse_rule(
        starts_on=datetime(2026, 3, day).date(), start_time=hour, duration_minutes=draw(st.sampled_from((30, 90))),
        timezone="America/New_York", rrule=shape + (f";COUNT={count}" if count else ""),
    )  # fmt: skip


@st.composite
def changes(draw):
    """A change of a group, made when its dates are known: which of them is a number, taken around."""
    which, scope, days = (
        draw(st.integers(0, 50)),
        draw(st.sampled_from(ChangeScope)),
        draw(st.integers(-3, 3)),
    )
    minutes, overwrite, rule = draw(st.sampled_from((-60, 0, 45))), draw(OVERWRITES), draw(rules())
    kind = draw(st.sampled_from(KINDS))

    def made(timetable, group, place):
        going_on = [one for one in timetable.series if not one.ended]
        ahead = [one for one in timetable.dates if kind is not BringBack or not one.takes_place]
        series = (going_on or timetable.series)[which % len(going_on or timetable.series)].key
        one = ahead[which % len(ahead)] if ahead else None
        if kind is UndoOf:
            found = can_be_undone(changes_made(group))
            return UndoOf(*parts_of(found[which % len(found)])) if found else None
        if kind in (MoveDate, SetOfDate, RuleFrom, CancelDate, BringBack) and one is None:
            return None
        match kind.__name__:
            case "MoveDate":
                by = timedelta(days=days, minutes=minutes)
                return MoveDate(
                    one.key, one.start + by, one.end + by + timedelta(minutes=which), scope, overwrite
                )
            case "ChosenDates":
                chosen = [one for one in ahead[which % 5 :][:3] if one.key is not None]
                by = timedelta(days=days, minutes=minutes)
                each = (
                    MoveDate(one.key, one.start + by, one.end + by) if days else CancelDate(one.key, "Snow.")
                    for one in chosen
                )  # fmt: skip
                return ChosenDates(tuple(each))
            case "AddDates":
                once = replace(rule, rrule="", until=None, skip=frozenset())
                later = [replace(once, starts_on=once.starts_on + timedelta(days=n * which)) for n in (1, 2)]
                return AddDates(tuple(ExtraDate(one, {DateField.PLACE: place}) for one in (once, *later)))
            case "SetOfDate":
                values = (
                    {DateField.PLACE: place, DateField.SEATS: which}
                    if days
                    else {DateField.NOTE: "Bring a mat."}
                )
                return SetOfDate(one.key, values, scope, overwrite)
            case "RuleFrom":
                wide = ChangeScope.ALL if scope is ChangeScope.THIS else scope
                ahead = rule_ahead(timetable.series_with(one.series), one, wide)
                values = (
                    {DateField.LEADS: (group.facilitators[0].person_id,)}
                    if days
                    else {DateField.PLACE: place}
                )
                return RuleFrom(
                    one.key,
                    replace(ahead, start_time=time(11)) if days > 0 else rule,
                    values,
                    wide,
                    overwrite,
                )
            case "CancelDate":
                return CancelDate(one.key, "Snow.", scope)
            case "BringBack":
                return BringBack(one.key)
            case "NewRule":
                return NewRule(series, rule, overwrite)
            case "AddSeries":
                return AddSeries(rule)
            case "SkipDay" | "AddBackDay":
                return kind(series, one.day if one else rule.starts_on)
            case "EndAfter":
                return EndAfter(series, one.day if one and days else None)
            case "FollowGroup":
                return FollowGroup(timetable.place, which)
            case "ExtendSeries":
                return ExtendSeries(series)
        return RetireDates()

    return made


KINDS = (
    MoveDate, MoveDate, SetOfDate, RuleFrom, RuleFrom, CancelDate, BringBack, NewRule, NewRule, AddSeries, SkipDay, AddBackDay,
    EndAfter, FollowGroup, ExtendSeries, RetireDates, UndoOf, UndoOf, ChosenDates, ChosenDates, AddDates,
)  # fmt: skip


HISTORIES = {
    "first": rules(),
    "steps": st.lists(
        st.tuples(changes(), st.integers(0, 12), st.booleans(), st.booleans()), min_size=1, max_size=6
    ),
}
RUN = {
    "deadline": None, "phases": [Phase.explicit, Phase.generate], "suppress_health_check": list(HealthCheck),
}  # fmt: skip


@pytest.mark.on_sqlite
@settings(max_examples=20, **RUN)
@given(**HISTORIES)
def test_what_the_dry_run_says_is_what_happens(world, loft, first, steps):
    check(world, loft, first, steps)


@pytest.mark.skipif("postgresql" not in DATABASES, reason="There is no PostgreSQL in this run.")
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@settings(max_examples=4, **RUN)
@given(**HISTORIES)
def test_it_happens_so_on_postgresql_too(world, loft, first, steps):
    check(world, loft, first, steps)


@pytest.fixture
def loft(world):
    return world.place("Loft")


def check(world, loft, first, steps):
    lead, now = world.facilitator(), BEGIN
    group, me = (
        world.group(led_by=lead, capacity=None, place=world.place(f"Room {lead.id}")),
        identity_of(lead),
    )
    with clock.at(now):
        change_dates(me, group, AddSeries(first))
        world.enrol(group, world.client())
    for made, days, marked, sits in steps:
        now += timedelta(days=days)
        with clock.at(now):
            live_on(world, group, marked, sits)
            change_as_planned(me, group, made, loft, now)


def live_on(world, group, marked, sits):
    """What happens between two changes: somebody is marked, somebody takes a seat on one date."""
    ahead = [
        one for one in rows_of(group) if one.status == OccurrenceStatus.SCHEDULED and one.start > clock.now()
    ]
    if marked and ahead:
        freeze(ahead[0])
    if sits and len(ahead) > 2:
        world.enrol(group, world.client(), dates=[ahead[2]])


def change_as_planned(me, group, made, loft, now):
    before = timetable_of(group).timetable
    change = made(before, group, loft.id)
    if change is None:
        return
    sitting = dict(db.session.execute(select(DateSeat.id, DateSeat.occurrence_id)).all())
    still = {row.id: look(row) for row in rows_of(group) if row.start <= now or row.frozen}
    try:
        tried = plan_dates(group, change)
    except (Conflict, RuleRefused) as refusal:
        event(f"{type(change).__name__} refused")
        with pytest.raises(type(refusal)):
            change_dates(me, group, change)
        assert said(timetable_of(group).timetable) == said(before)
        return
    planned = tried.plan
    event(f"{type(change).__name__} {'does' if planned.changes else 'changes nothing'}")
    if tried.clashes:
        event(f"{type(change).__name__} clashes")
        with pytest.raises(DatesTaken) as taken, savepoint():
            change_dates(me, group, change)
        assert {(one.wanted.start, one.with_date) for one in taken.value.clashes} == {
            (one.wanted.start, one.with_date) for one in tried.clashes
        }
    change_dates(me, group, change, keep="Both." if tried.clashes else None)
    after = timetable_of(group).timetable
    assert said(planned.after) == said(after)
    begun = {row.id: look(row) for row in rows_of(group) if row.id in still}
    if not isinstance(
        change, CancelDate | ChosenDates
    ):  # one that has begun with nobody in it may be called off
        assert begun == still, "what has begun or has marks stays"
    assert (
        dict(db.session.execute(select(DateSeat.id, DateSeat.occurrence_id)).all()).items() >= sitting.items()
    )
    doubled = select(Occurrence.series_id).where(Occurrence.group_id == group.id)
    doubled = doubled.group_by(Occurrence.series_id, Occurrence.original_start).having(func.count() > 1)
    assert not list(db.session.scalars(doubled))


def rows_of(group):
    query = (
        select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start, Occurrence.id)
    )
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def look(row):
    return row.start, row.end, row.status, row.place_id, row.series_id, row.original_local


def said(timetable):
    """A timetable without the numbers of new rows, and without what follows from it: who holds what."""
    ahead = [one for one in timetable.dates if one.end > clock.now()]
    dates = [replace(one, key=0, series=0, held=False, referred=False, leads=()) for one in ahead]
    plain = sorted(dates, key=lambda one: (one.start, one.original, one.place or 0, one.status, one.dropped))
    return sorted(said_of_series(one) for one in timetable.series), plain


def said_of_series(one):
    return (
        str(replace(one.rule, skip=frozenset())),
        sorted(one.rule.skip),
        one.ended,
        str(one.own),
        one.expanded_to,
    )
