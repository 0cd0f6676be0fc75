"""Closed days: what the ripple says is what happens, and what is made later falls under them too."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from groupsched.attendance.queries import group_record
from groupsched.attendance.rules import DaySpan
from groupsched.attendance.service import follow_absences
from groupsched.catalog.rules import AttendanceMode
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.outbox.models import Message
from groupsched.schedule.models import Closure, Occurrence
from groupsched.schedule.queries import changes_made, get_closure
from groupsched.schedule.rules import (
    CloseDates,
    ClosedDays,
    ClosedSpan,
    ExtendSeries,
    MoveDate,
    NewRule,
    OccurrenceStatus,
    ReopenDates,
    plan,
)
from groupsched.schedule.service import (
    WantedClosure,
    called_off,
    close,
    opening,
    parts_of,
    ripple,
    take_back,
)
from groupsched.schedule.words import said_of
from tests.conftest import identity_of
from tests.schedule.test_planning import NOW, ROOM, THURSDAYS, days, of

DAY = timedelta(days=1)
CHRISTMAS = ClosedSpan(
    5, "Christmas", datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 25, tzinfo=UTC), frozenset({ROOM})
)


def test_dates_made_later_fall_under_a_closure_that_stands():
    there = replace(of(THURSDAYS), closures=(CHRISTMAS,))
    early = replace(there, series=(replace(there.series[0], expanded_to=date(2026, 12, 10)),))
    early = replace(early, dates=tuple(one for one in early.dates if one.day <= date(2026, 12, 10)))
    found = plan(early, ExtendSeries(7), NOW)
    assert days(found.added) == ["17.12. 11:00", "31.12. 11:00"]
    (off,) = [one for one in found.added if not one.takes_place]
    assert (off.day, off.reason, off.closure) == (date(2026, 12, 24), "Christmas", 5)
    keeps = replace(early, series=(replace(early.series[0], closed_days=ClosedDays.KEEP),))
    assert len(days(plan(keeps, ExtendSeries(7), NOW).added)) == 3
    elsewhere = replace(early, closures=(replace(CHRISTMAS, places=frozenset({None})),))
    assert len(days(plan(elsewhere, ExtendSeries(7), NOW).added)) == 3


def test_a_rule_that_moves_dates_moves_them_in_and_out_of_closed_days():
    morning = replace(CHRISTMAS, end=datetime(2026, 12, 24, 12, tzinfo=UTC))
    there = replace(of(THURSDAYS), closures=(morning,))
    assert len(days(there.dates)) == 6, "what was there before the closure waits for its decision"
    shut = plan(there, CloseDates({5: (5, "Christmas")}), NOW)
    assert [(one.day.day, one.reason) for one in shut.cancelled] == [(24, "Christmas")]
    later = plan(shut.after, NewRule(7, replace(THURSDAYS, start_time=time(15))), NOW)
    assert [one.key for one in later.restored] == [5] and len(days(later.after.dates)) == 6
    back = plan(later.after, NewRule(later.goes_on, THURSDAYS), NOW)
    assert [(one.key, one.closure) for one in back.cancelled] == [(5, 5)]
    kept = plan(there, NewRule(7, replace(THURSDAYS, duration_minutes=90)), NOW)
    assert not kept.cancelled, "who decided that it takes place decided for the date, whatever its length"
    by_hand = plan(
        shut.after,
        MoveDate(4, CHRISTMAS.start + timedelta(hours=15), CHRISTMAS.start + timedelta(hours=16)),
        NOW,
    )
    assert by_hand.after.date_with(4).takes_place, "by hand a date may be held on a closed day"
    assert plan(shut.after, ReopenDates(frozenset({5})), NOW).after == there
    besides = replace(shut.after, closures=(morning, replace(CHRISTMAS, key=6)))
    assert not plan(besides, ReopenDates(frozenset({5})), NOW).changes, "it is closed for another reason too"


@pytest.fixture
def house(world):
    """Two groups on Thursdays in one house and one of them online; somebody is in both, somebody on one date, one waits."""
    lead, both, once = world.facilitator(), world.client("Robin"), world.client("Sparrow")
    circle, stretch = world.group("Circle", led_by=lead), world.group("Stretching", led_by=lead)
    online = world.group("Online circle", led_by=lead, place=None, attendance_mode=AttendanceMode.ONLINE)
    for group, hour in ((circle, 10), (stretch, 15), (online, 18)):
        world.series(group, datetime(2026, 12, 3, hour), dates=8)
    with clock.at(NOW):
        for group in (circle, stretch, online):
            world.enrol(group, both)
    dates = db.session.scalars(
        select(Occurrence).where(Occurrence.group_id == circle.id).order_by(Occurrence.start)
    ).all()
    world.enrol(circle, once, dates=[dates[4]], at=NOW)
    return circle, stretch, online


def new_year(world, **fields):
    zone = ZoneInfo(world.site.timezone)
    start = datetime(2026, 12, 31, tzinfo=zone).astimezone(UTC)
    return WantedClosure(
        world.site, **{"name": "New Year’s Eve", "start": start, "end": start + DAY, **fields}
    )


def told(before=frozenset()):
    """The messages that wait, or who hears by those that did not wait before."""
    rows = db.session.scalars(select(Message).where(Message.withdrawn_at.is_(None))).all()
    return {row.person_id for row in rows if row.id not in before} if before else {row.id for row in rows}


def test_the_ripple_is_what_happens_and_taking_it_back_is_too(world, house):
    circle, stretch, _online = house
    admin = identity_of(world.admin())
    with clock.at(NOW):
        wanted = [new_year(world)]
        before = ripple(admin, wanted)
        assert [(one.date.group.title, one.answer) for one in before.dates] == [
            ("Circle", ClosedDays.SKIP),
            ("Stretching", ClosedDays.SKIP),
            ("Online circle", ClosedDays.KEEP),
        ]
        assert not db.session.scalars(select(Closure)).all(), "a look writes nothing"
        assert sorted(one.first_name for one in before.people) == ["Robin", "Sparrow"]
        (closure,), done = close(admin, wanted)
        db.session.commit()
        assert (done.off, done.people, done.rooms) == (before.off, before.people, before.rooms)
        assert {one.reason for one in done.off} == {"New Year’s Eve"} and all(one.closed for one in done.off)
        for group in (circle, stretch):
            assert said_of(group, [parts_of(changes_made(group)[0])])[0]
        with pytest.raises(Conflict):
            close(admin, wanted)
        db.session.rollback()
        with clock.at(datetime(2027, 1, 2, tzinfo=UTC)):
            lead = identity_of(world.supervisor())
            record = group_record(lead, circle, DaySpan(date(2026, 12, 24), date(2027, 1, 1)))
            assert [one.occurrence.local_date.day for one in record] == [24], "closed counts against nobody"
            assert follow_absences(clock.now()) == 0
        again = opening(admin, closure)
        assert (again.off, again.people) == (before.off, before.people)
        back = take_back(admin, closure)
        db.session.commit()
        assert (back.off, back.people) == (again.off, again.people)
        assert {one.status for one in back.off} == {OccurrenceStatus.SCHEDULED}
        assert [one.taken for one in back.off] == [2, 1], "people have their seats again"
        assert not called_off(closure)
        with pytest.raises(NotFound):
            get_closure(admin, closure.uid)


@pytest.mark.on_sqlite
@settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    begins=st.integers(0, 40 * 24), lasts=st.integers(1, 10 * 24), kept=st.sets(st.integers(0, 30)),
    rooms=st.booleans(), back=st.sets(st.integers(0, 30)),
)  # fmt: skip
def test_whatever_is_closed_the_ripple_is_what_happens(world, house, begins, lasts, kept, rooms, back):
    db.session.rollback()
    admin = identity_of(world.supervisor("Kit"))
    start = datetime(2026, 12, 1, tzinfo=UTC) + timedelta(hours=begins)
    chosen = (world.room.id,) if rooms else ()
    wanted = [new_year(world, start=start, end=start + timedelta(hours=lasts), rooms=chosen)]
    with clock.at(NOW):
        known, before = ripple(admin, wanted).dates, frozenset(told()) | {0}
        answers = {
            one.date.uid: ClosedDays.KEEP if number in kept else ClosedDays.SKIP
            for number, one in enumerate(known)
        }
        tried = ripple(admin, wanted, answers)
        (closure,), done = close(admin, wanted, answers)
        assert (done.off, done.people) == (tried.off, tried.people)
        off = db.session.scalars(select(Occurrence).where(Occurrence.closure_id == closure.id)).all()
        assert {one.uid for one in off} == {
            uid for uid, answer in answers.items() if answer is ClosedDays.SKIP
        }
        assert told(before) == {person.id for person in tried.people}
        again = {one.uid for number, one in enumerate(tried.off) if number in back}
        tried = opening(admin, closure, again)
        assert take_back(admin, closure, again) == tried
        assert {one.uid for one in off if one.status == OccurrenceStatus.SCHEDULED} == again
        if again == {one.uid for one in off}:
            assert not told(before), "whoever never heard of it hears nothing"
    db.session.rollback()
