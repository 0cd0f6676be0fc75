"""Slots: how a window is cut, which slot is which when it is cut anew, and the rows that follow their date."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.catalog.service import fields_of, update_group
from groupsched.core.db import db
from groupsched.schedule.models import Timeslot
from groupsched.schedule.rules import KnownSlot, SlotPlan, follow_slots, lay_slots
from groupsched.schedule.service import WantedDate, change_occurrence, undo_change
from tests.factories import ZONE, tomorrow_at

MINUTE = timedelta(minutes=1)
clocks = st.integers(0, 24 * 12 - 1).map(lambda number: time(number // 12, number % 12 * 5))
breaks = st.lists(st.tuples(clocks, clocks).filter(lambda pair: pair[0] < pair[1]), max_size=2).map(tuple)
plans = st.builds(SlotPlan, st.integers(5, 240), st.integers(0, 60), breaks)
# Around the hours that New York leaves out and has twice.
starts = st.sampled_from([datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)]).flatmap(
    lambda day: st.integers(0, 36 * 60).map(lambda minutes: day + minutes * MINUTE)
)


@given(start=starts, minutes=st.integers(1, 24 * 60), plan=plans)
@example(
    start=datetime(2026, 3, 8, 6, tzinfo=UTC),
    minutes=180,
    plan=SlotPlan(5, 0, ((time(2, 5), time(3, 5)),)),
)
def test_slots_are_whole_in_the_window_apart_and_clear_of_breaks(start, minutes, plan):
    zone, end = ZoneInfo(ZONE), start + minutes * MINUTE
    found = lay_slots(start, end, zone, plan)
    for one in found:
        assert start <= one.start and one.end <= end and one.end - one.start == plan.minutes * MINUTE
        for minute in range(plan.minutes):
            wall = (one.start + minute * MINUTE).astimezone(zone)
            if not wall.fold and wall.astimezone(UTC) == one.start + minute * MINUTE:
                assert not any(begins <= wall.time() < until for begins, until in plan.breaks)
    for one, other in pairwise(found):
        assert other.start - one.end >= plan.gap * MINUTE
    if not plan.breaks:
        assert len(found) == (minutes + plan.gap) // (plan.minutes + plan.gap)


@given(
    were=st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=24),
    leads=st.lists(st.integers(1, 6), max_size=4, unique=True),
    spans=st.integers(0, 8),
    from_end=st.booleans(),
)
def test_every_slot_goes_on_once_or_falls_away(were, leads, spans, from_end):
    known = [KnownSlot(key, who, gone) for key, (who, gone) in enumerate(were, 1)]
    found = follow_slots(known, leads, spans, from_end=from_end)
    assert sorted((who, number) for _key, who, number in found.laid) == sorted(
        (who, number) for who in leads for number in range(spans)
    )
    kept = [key for key, _who, _number in found.laid if key is not None]
    assert len(kept) == len(set(kept))
    assert {one.key for one in known if not one.gone} <= {*kept, *found.fallen}
    # Who stays keeps as many as there is time for, in the same order.
    for who in leads:
        own = [one.key for one in known if one.who == who and not one.gone]
        stay = [key for key, by, _number in found.laid if by == who and key in own]
        assert stay == sorted(stay)
        assert len(stay) == min(len(own), spans)


def _slots(date):
    query = select(Timeslot).where(Timeslot.occurrence_id == date.id).order_by(Timeslot.start, Timeslot.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _clock(date, who=None):
    zone = ZoneInfo(ZONE)
    return [
        f"{one.start.astimezone(zone):%H:%M}"
        for one in _slots(date)
        if not one.gone and (who is None or one.person_id == who.id)
    ]


def test_slots_are_made_with_the_date_and_follow_it(world):
    tully, larch, pike = (world.facilitator(name) for name in ("Tully", "Larch", "Pike"))
    group = world.in_slots(tully, larch, slot_gap=5, slot_breaks=("11:00-11:20",))
    first, second = world.series(group, tomorrow_at(10), dates=2, minutes=120)
    assert _clock(first, tully) == _clock(first, larch) == ["10:00", "10:25", "11:20"]
    assert (first.capacity, second.capacity, group.capacity) == (6, 6, None)
    ids = [one.id for one in _slots(first)]

    moved = change_occurrence(
        world.keeper(),
        first,
        WantedDate(start=first.start + timedelta(hours=2), end=first.end + timedelta(hours=2)),
    )
    # The break moves along: as many times as before, in the same order.
    assert _clock(first, tully) == ["12:00", "12:25", "13:20"] == _clock(first, larch)
    assert [one.id for one in _slots(first)] == ids and first.capacity == 6
    undo_change(world.keeper(), moved.made)
    assert _clock(first, tully) == ["10:00", "10:25", "11:20"]
    assert [one.id for one in _slots(first) if not one.gone] == ids

    # The other therapist's times are those of who comes instead; the rows stay.
    fields = fields_of(group)
    update_group(
        System(program_id=group.program_id), group,
        fields.__class__(**{**fields.__dict__, "facilitators": (tully.uid, pike.uid), "slot_minutes": 30}), group.version,
    )  # fmt: skip
    assert _clock(first, pike) == ["10:00", "11:20"] and _clock(first, larch) == []
    assert {one.id for one in _slots(first) if not one.gone} <= set(ids)
    assert (first.capacity, second.capacity) == (4, 4)


def test_a_group_without_slots_has_none(world):
    group = world.group(setting="slots")
    date = world.series(group, tomorrow_at(10), dates=1)[0]
    assert (_slots(date), date.capacity) == ([], 12)
