"""A series and its dates as rows: made ahead, changed from now on, cancelled one by one."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.catalog.service import fields_of, publish_group, retire_group, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, Conflict, DomainError, NotFound
from groupsched.enrolment.service import cannot_come
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import parse_rule
from groupsched.schedule.service import (
    add_back_date,
    add_series,
    cancel_occurrence,
    change_series,
    extend_horizon,
    freeze,
    set_status,
    skip_date,
)
from tests.conftest import identity_of
from tests.kept import kept

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def weekly(rrule="FREQ=WEEKLY;BYDAY=WE", starts_on=date(2026, 3, 4), **fields):
    given = {"start_time": time(10), "duration_minutes": 90, "timezone": "America/New_York"} | fields
    return parse_rule(starts_on=starts_on, rrule=rrule, **given)


@kept
def lead(world):
    return world.facilitator()


@kept
def group(world, lead):
    return world.group(led_by=lead)


@pytest.fixture
def me(lead):
    return identity_of(lead)


@pytest.fixture(autouse=True)
def monday(app):
    with clock.at(MONDAY):
        yield


def rows(group):
    db.session.flush()
    query = select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def standing(group):
    return [row for row in rows(group) if not row.dropped]


def take_a_seat(world, row):
    person = world.client()
    world.enrol(row.group, person, dates=[row])
    return person


def test_a_series_makes_its_dates_400_days_ahead(group, me):
    add_series(me, group, weekly())
    found = rows(group)
    assert found[0].original_local == "2026-03-04T1000"
    assert found[0].start == datetime(2026, 3, 4, 15, tzinfo=UTC)
    assert found[1].start == datetime(2026, 3, 11, 14, tzinfo=UTC), "the clocks went forward on 8 March"
    assert (found[1].local_date, found[1].local_minute) == (date(2026, 3, 11), 600)
    assert found[-1].start >= MONDAY + timedelta(days=394)
    assert {row.capacity for row in found} == {12}


def test_the_worker_extends_the_horizon_and_stops_when_nothing_is_left(group, me):
    add_series(me, group, weekly())
    add_series(me, group, weekly("FREQ=WEEKLY;COUNT=3"))
    before = len(rows(group))
    assert extend_horizon(clock.now()) == 0
    with clock.at(MONDAY + timedelta(days=30)):
        assert extend_horizon(clock.now()) == 1
        assert extend_horizon(clock.now()) == 0
        assert rows(group)[-1].start >= clock.now() + timedelta(days=394)
    assert len(rows(group)) in (before + 4, before + 5)
    starts = [row.start for row in rows(group) if row.series.rrule == "FREQ=WEEKLY;BYDAY=WE"]
    assert len(starts) == len(set(starts))


def test_a_change_of_time_moves_the_coming_dates_and_keeps_their_rows(group, me):
    series = add_series(me, group, weekly())
    before = {row.uid for row in rows(group)}
    same = change_series(me, series, weekly(start_time=time(11)), series.version)
    assert same is series, "nothing had taken place: the series is the same"
    assert {row.uid for row in rows(group)} == before
    assert rows(group)[0].original_local == "2026-03-04T1100"
    assert rows(group)[0].sequence == 1


def test_what_has_passed_or_has_attendance_stays_as_it_was(group, me):
    series = add_series(me, group, weekly())
    with clock.at(MONDAY + timedelta(days=10)):
        past, today = rows(group)[:2]
        freeze(today)
        goes_on = change_series(me, series, weekly(start_time=time(11)), series.version)
        assert goes_on is not series
        found = rows(group)
    assert [row.original_local for row in found[:3]] == [
        "2026-03-04T1000",
        "2026-03-11T1000",
        "2026-03-18T1100",
    ]
    assert (past.series_id, today.series_id, found[2].series_id) == (series.id, series.id, goes_on.id)
    assert series.rule.until == date(2026, 3, 11)
    assert series.ended_at is not None
    assert goes_on.ical_uid != series.ical_uid


def test_a_count_goes_on_counting_across_a_change(group, me):
    series = add_series(me, group, weekly("FREQ=WEEKLY;COUNT=5"))
    with clock.at(MONDAY + timedelta(days=10)):
        change_series(me, series, weekly("FREQ=WEEKLY;COUNT=5", start_time=time(11)), series.version)
    assert len(rows(group)) == 5


def test_a_change_of_the_future_alone_keeps_the_series(group, me):
    series = add_series(me, group, weekly())
    with clock.at(MONDAY + timedelta(days=10)):
        assert change_series(me, series, weekly(until=date(2026, 4, 1)), series.version) is series
        assert standing(group)[-1].local_date == date(2026, 4, 1)


def test_a_removed_date_keeps_its_row_and_comes_back_as_the_same_one(world, group, me):
    series = add_series(me, group, weekly("FREQ=WEEKLY;COUNT=4"))
    take_a_seat(world, rows(group)[3])
    before = [row.uid for row in rows(group)]
    change_series(me, series, weekly("FREQ=WEEKLY;COUNT=2"), series.version)
    assert [(row.local_date.day, row.status, row.dropped) for row in rows(group)] == [
        (4, "scheduled", False), (11, "scheduled", False), (18, "cancelled", True), (25, "cancelled", True),
    ]  # fmt: skip
    change_series(me, series, weekly("FREQ=WEEKLY;COUNT=4"), series.version)
    assert [row.uid for row in standing(group)] == before


def test_a_date_somebody_gave_up_is_kept_for_the_record(world, group, me):
    series = add_series(me, group, weekly("FREQ=WEEKLY;COUNT=2"))
    row = rows(group)[1]
    person = take_a_seat(world, row)
    cannot_come(identity_of(person), row, person)
    change_series(me, series, weekly("FREQ=WEEKLY;COUNT=1"), series.version)
    assert rows(group)[1].status == "cancelled"


def test_a_date_is_skipped_and_added_back_once(group, me):
    series = add_series(me, group, weekly("FREQ=WEEKLY;COUNT=4"))
    skip_date(me, series, date(2026, 3, 11), series.version)
    skip_date(me, series, date(2026, 3, 11), series.version)
    assert [row.local_date.day for row in standing(group)] == [4, 18, 25]
    add_back_date(me, series, date(2026, 3, 11), series.version)
    assert [row.local_date.day for row in standing(group)] == [4, 11, 18, 25]
    assert len(rows(group)) == 4


def test_a_group_meets_once_at_a_time_whatever_its_series_say(world, group, me):
    series = add_series(me, group, weekly())
    skip_date(me, series, date(2026, 3, 18), series.version)
    single = replace(weekly(), starts_on=date(2026, 3, 18), rrule="")
    add_series(me, group, single)
    add_series(me, group, single)
    add_back_date(me, series, date(2026, 3, 18), series.version)
    thursdays = replace(
        series.rule, rrule="FREQ=WEEKLY;BYDAY=TH", starts_on=date(2026, 3, 5), skip=frozenset()
    )
    back = change_series(me, series, thursdays, series.version)
    change_series(me, back, weekly(), back.version)
    starts = [row.start for row in standing(group)]
    assert [row.day for row in starts[:4]] == [4, 11, 18, 25]
    assert len(set(starts)) == len(starts)
    assert back.rule.skip == {date(2026, 3, 18)}
    # Also those that come within the horizon later.
    add_series(me, group, replace(weekly(), starts_on=date(2026, 3, 7), rrule="FREQ=DAILY"))
    with clock.at(MONDAY + timedelta(days=60)):
        while extend_horizon(clock.now()):
            pass
        starts = [row.start for row in standing(group)]
    assert len(set(starts)) == len(starts)


def test_a_cancelled_date_stays_cancelled_when_the_series_moves(group, me):
    series = add_series(me, group, weekly("FREQ=WEEKLY;COUNT=3"))
    cancel_occurrence(me, rows(group)[1], "The room is flooded")
    change_series(me, series, weekly("FREQ=WEEKLY;COUNT=3", start_time=time(11)), series.version)
    assert [row.status for row in rows(group)] == ["scheduled", "cancelled", "scheduled"]


def test_cancelling_says_why_raises_the_sequence_and_works_once(group, me):
    add_series(me, group, weekly("FREQ=WEEKLY;COUNT=3"))
    row = rows(group)[0]
    assert cancel_occurrence(me, row, "Closed", dry_run=True).dates == 1
    assert row.status == "scheduled"
    cancel_occurrence(me, row, "  The room\x00 is   flooded ")
    cancel_occurrence(me, row, "again")
    assert (row.status, row.reason, row.sequence) == ("cancelled", "The room is flooded", 1)
    assert (
        len(
            list(
                db.session.scalars(select(AuditRow).where(AuditRow.word == AuditAction.OCCURRENCE_CANCELLED))
            )
        )
        == 1
    )


def test_cancelling_needs_a_reason_that_is_short_and_a_date_that_is_not_over(group, me):
    add_series(me, group, weekly("FREQ=WEEKLY;COUNT=3"))
    first, second, _third = rows(group)
    for words in ("", "  \n", "x" * 301):
        with pytest.raises(DomainError) as found:
            cancel_occurrence(me, first, words)
        assert found.value.field == "reason"
    freeze(first)
    with clock.at(first.start), pytest.raises(Conflict):
        cancel_occurrence(me, first, "Ill")
    set_status(second, "did_not_meet", "Nobody came")
    with pytest.raises(Conflict):
        cancel_occurrence(me, second, "Ill")
    with clock.at(MONDAY + timedelta(days=60)), pytest.raises(Conflict):
        cancel_occurrence(me, _third, "Ill")


def test_two_editors_the_second_is_told(group, me):
    series = add_series(me, group, weekly())
    change_series(me, series, weekly(start_time=time(11)), 1)
    with pytest.raises(ChangedMeanwhile):
        change_series(me, series, weekly(start_time=time(12)), 1)


def test_strangers_find_nothing_to_change(world, group, me):
    series = add_series(me, group, weekly())
    elsewhere = world.another_program()
    for person in (world.client(), world.front_desk(), world.facilitator("Juniper"), elsewhere.admin()):
        for verb in (
            lambda who: add_series(who, group, weekly()),
            lambda who: change_series(who, series, weekly(start_time=time(9)), series.version),
            lambda who: cancel_occurrence(who, rows(group)[0], "Because"),
        ):
            with pytest.raises(NotFound):
                verb(identity_of(person))


def test_a_retired_group_loses_its_coming_dates_and_keeps_its_past(world, group, me):
    add_series(me, group, weekly("FREQ=WEEKLY;COUNT=6"))
    take_a_seat(world, rows(group)[4])
    with clock.at(MONDAY + timedelta(days=10)):
        retire_group(me, group)
        retire_group(me, group)
        found = [(row.local_date.isoformat()[5:], row.status) for row in rows(group)]
    assert found == [
        ("03-04", "scheduled"), ("03-11", "scheduled"), ("03-18", "cancelled"), ("03-25", "cancelled"), ("04-01", "cancelled"),
        ("04-08", "cancelled"),
    ]  # fmt: skip


def test_coming_dates_follow_the_seats_and_the_room_of_their_group(world, group, me):
    add_series(me, group, weekly("FREQ=WEEKLY;COUNT=3"))
    cancel_occurrence(me, rows(group)[2], "Closed")
    other = world.place("Quiet Loft", capacity=10)
    update_group(me, group, replace(fields_of(group), capacity=8, place=other.uid), group.version)
    assert [(row.capacity, row.place_id, row.sequence) for row in rows(group)] == [
        (8, other.id, 1), (8, other.id, 1), (12, world.room.id, 1),
    ]  # fmt: skip


def test_a_draft_may_change_its_past_too(world, lead, me):
    group = world.group(led_by=lead, state="draft")
    series = add_series(me, group, weekly(starts_on=date(2026, 2, 4), rrule="FREQ=WEEKLY;COUNT=6"))
    change_series(me, series, weekly(starts_on=date(2026, 2, 5), rrule="FREQ=WEEKLY;COUNT=2"), series.version)
    assert [row.local_date for row in rows(group)] == [date(2026, 2, 5), date(2026, 2, 12)]
    publish_group(me, group)
    assert group.published


def test_listings_of_others_get_dates_from_the_product_alone(world, group, me):
    from groupsched.catalog.models import ListingSource

    source = ListingSource(program_id=world.program.id, name="county", format="meeting-guide")
    db.session.add(source)
    db.session.flush()
    group.source_id = source.id
    with pytest.raises(Conflict):
        add_series(me, group, weekly())
    add_series(System(program_id=world.program.id), group, weekly())
    assert all(row.external for row in rows(group))
