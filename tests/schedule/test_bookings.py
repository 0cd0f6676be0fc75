"""What dates occupy: a room or a leader is taken once, whoever comes first, unless somebody keeps both and says why."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from groupsched.catalog.service import fields_of, publish_group, update_group
from groupsched.core import clock
from groupsched.core.db import constraint_name, db, savepoint
from groupsched.schedule.models import Booking, Occurrence
from groupsched.schedule.queries import current_series
from groupsched.schedule.rules import ConflictKind, DateField, OccurrenceStatus
from groupsched.schedule.service import (
    DatesTaken,
    SeenVersions,
    WantedClosure,
    WantedDate,
    change_occurrence,
    close,
    define_group,
    extend_horizon,
    opening,
    redefine_group,
    take_back,
)
from tests.conftest import identity_of
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@kept(at=NOW, still=True)
def two(world):
    """Two groups in two rooms with two leaders, on Thursdays at 18:00; the second one is led by somebody who may change it."""
    world.studio = world.place("Studio", capacity=8)
    world.ossian, world.pike = world.facilitator(), world.facilitator("Pike", "Sampleton")
    world.boss = world.supervisor()
    world.tea = world.group("Tea", led_by=world.ossian)
    world.walk = world.group("Walk", led_by=world.pike, place=world.studio)
    world.teas = world.series(world.tea, datetime(2026, 11, 26, 18), dates=4)
    world.walks = world.series(world.walk, datetime(2026, 11, 26, 18), dates=4)
    return world


def taken(group):
    query = select(Booking).join(Booking.occurrence).where(Occurrence.group_id == group.id)
    return list(db.session.scalars(query.order_by(Booking.start, Booking.person_id)))


def move(two, **wanted):
    return change_occurrence(identity_of(two.pike), two.walks[0], WantedDate(**wanted))


def into_oak(two, **more):
    return WantedDate(values={DateField.PLACE: two.room.id}, **more)


def test_a_date_occupies_its_room_and_its_leaders_until_it_is_called_off(two):
    first = [(one.place_id, one.person_id) for one in taken(two.tea)[:2]]
    assert sorted(first, key=str) == sorted([(two.room.id, None), (None, two.ossian.id)], key=str)
    assert len(taken(two.tea)) == 8 and not any(one.kept for one in taken(two.tea))
    moved = timedelta(hours=3)
    move(two, start=two.walks[0].start + moved)
    assert {one.start for one in taken(two.walk)[:2]} == {two.walks[1].start, two.walks[0].start} - {
        two.walks[1].start
    }
    move(two, status=OccurrenceStatus.CANCELLED, reason="Snow")
    assert len(taken(two.walk)) == 6
    move(two, status=OccurrenceStatus.SCHEDULED)
    assert len(taken(two.walk)) == 8


def test_a_room_that_is_taken_is_refused_and_the_dry_run_says_it_before(two):
    me, date = identity_of(two.pike), two.walks[0]
    [clash] = change_occurrence(me, date, into_oak(two), dry_run=True).clashes
    assert (clash.wanted.kind, clash.with_date) == (ConflictKind.ROOM, two.teas[0].id)
    with pytest.raises(DatesTaken) as refused, savepoint():
        change_occurrence(me, date, into_oak(two))
    assert refused.value.clashes == (clash,)
    db.session.rollback()
    done = change_occurrence(me, date, into_oak(two, keep="They share the room."))
    assert done.clashes == (clash,)
    [shared] = [one for one in taken(two.walk) if one.kept]
    assert (shared.place_id, shared.reason) == (two.room.id, "They share the room.")
    # What is kept stays kept when something else of the date changes, and counts as taken for the next one.
    change_occurrence(me, date, into_oak(two), dry_run=True)
    move(two, start=date.start, end=date.end + timedelta(minutes=30), keep="As before.")
    assert [one.reason for one in taken(two.walk) if one.kept] == ["As before."]


def test_adjacent_meetings_do_not_overlap_and_whoever_leads_two_is_taken(two):
    me, date = identity_of(two.boss), two.walks[0]
    assert not change_occurrence(me, date, into_oak(two, start=two.teas[0].end), dry_run=True).clashes
    change_occurrence(me, date, into_oak(two, start=two.teas[0].end))
    fields = fields_of(two.walk)
    both = (two.pike.uid, two.ossian.uid)
    with pytest.raises(DatesTaken) as refused:
        update_group(me, two.walk, replace(fields, facilitators=both), two.walk.version)
    assert {one.wanted.person for one in refused.value.clashes} == {two.ossian.id}
    assert len(refused.value.clashes) == 3


def test_a_draft_takes_nothing_until_it_is_published(two):
    draft = two.group("Idea", led_by=two.pike, state="draft")
    two.series(draft, datetime(2026, 11, 26, 18, 30), dates=2)
    assert taken(draft) == []
    with pytest.raises(DatesTaken):
        publish_group(identity_of(two.boss), draft)


def test_a_new_group_and_a_changed_one_are_one_change_each(two):
    """On its way to another room at another time it may pass through what is taken."""
    me, fields = identity_of(two.boss), fields_of(two.tea)
    rule = current_series(two.walk).rule
    with pytest.raises(DatesTaken), savepoint():
        define_group(me, replace(fields, title="Third"), rule, publish=True)
    db.session.rollback()
    third = define_group(me, replace(fields, title="Third"), rule, publish=True, keep="One big circle.")
    assert {one.reason for one in taken(third)} == {"One big circle."}
    later = replace(rule, start_time=time(20))
    there = replace(fields_of(two.walk), place=two.room.uid)
    seen = SeenVersions(two.walk.version, current_series(two.walk).version)
    redefine_group(me, two.walk, there, later, seen, publish=False)
    assert [one.kept for one in taken(two.walk)] == [False] * 8


def test_dates_that_come_with_time_are_kept_where_nobody_can_choose(two):
    long = two.group("Long", led_by=two.pike, place=two.studio)
    two.series(long, datetime(2026, 11, 27, 18), dates=None)
    with clock.at(NOW + timedelta(days=30)):
        late = two.group("Late", led_by=two.ossian, place=two.studio)
        two.series(late, datetime(2028, 1, 14, 18), dates=1)
        extend_horizon(clock.now())
        [both] = [one for one in taken(long) if one.kept]
    assert both.place_id == two.studio.id and both.reason == ""


def test_the_database_refuses_the_second_of_two(two):
    [room, _lead] = sorted(taken(two.tea)[:2], key=lambda one: one.place_id is None)
    row = {
        "place_id": room.place_id, "occurrence_id": two.walks[0].id,
        "start": room.start + timedelta(minutes=89), "end": room.end + timedelta(minutes=89),
    }  # fmt: skip
    with pytest.raises(IntegrityError) as refused, savepoint():
        db.session.execute(insert(Booking), [row])
    assert constraint_name(refused.value) == "ex_booking_place_id"
    db.session.execute(insert(Booking), [row | {"kept": True}])
    db.session.execute(insert(Booking), [row | {"start": room.end, "end": room.end + timedelta(hours=1)}])
    with pytest.raises(IntegrityError), savepoint():
        db.session.execute(
            insert(Booking),
            [row | {"start": room.end + timedelta(minutes=59), "end": room.end + timedelta(hours=2)}],
        )


def test_a_date_that_nobody_holds_goes_and_its_bookings_with_it(two):
    db.session.execute(delete(Occurrence).where(Occurrence.id == two.walks[3].id))
    assert len(taken(two.walk)) == 6


def test_what_takes_the_room_meanwhile_keeps_a_closed_date_off(two):
    boss, day = identity_of(two.boss), two.teas[0].start - timedelta(hours=2)
    [closed], _ripple = close(boss, [WantedClosure(two.site, "Holiday", day, day + timedelta(hours=8))])
    assert two.teas[0].closed and two.walks[0].closed
    late = two.group("Late")
    two.series(late, datetime(2026, 11, 26, 19), dates=1)
    [again] = db.session.scalars(select(Occurrence).where(Occurrence.group_id == late.id))
    change_occurrence(boss, again, WantedDate(status=OccurrenceStatus.SCHEDULED))
    shown, done = opening(boss, closed), take_back(boss, closed)
    assert [one.id for one in shown.stay] == [one.id for one in done.stay] == [two.teas[0].id]
    assert [one.id for one in done.off] == [two.walks[0].id]
