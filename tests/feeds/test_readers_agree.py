"""From the database to four calendar programs: all show the person's own dates, and only those."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import own_dates
from groupsched.enrolment.service import can_come_again, cannot_come, enrol, leave
from groupsched.feeds.service import keep_own_words
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import parse_rule
from groupsched.schedule.service import cancel_occurrence, change_series
from tests.conftest import identity_of
from tests.feeds.linting import lint
from tests.feeds.more_readers import libical_reads, vobject_reads
from tests.feeds.readers import Seen, python_reads, thunderbird_reads
from tests.feeds.setting import link_for, meets

pytestmark = pytest.mark.on_sqlite

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
# Clock changes of both halves of the year lie in here, and every date has its row.
FIRST, LAST = datetime(2025, 12, 10, tzinfo=UTC), datetime(2027, 2, 20, tzinfo=UTC)
ZONES = ["America/New_York", "Europe/Berlin", "Australia/Sydney", "Australia/Lord_Howe", "Africa/Cairo"]


@pytest.fixture(autouse=True)
def _still():
    """A series is made at that moment too: of what is long over, no rows are made."""
    with clock.at(NOW):
        yield


def coming(group, **more):
    query = db.session.query(Occurrence).filter(
        Occurrence.group_id == group.id, Occurrence.start > clock.now()
    )
    return query.filter_by(**more).order_by(Occurrence.start).all()


def ours(person, title="Appointment"):
    """What the product itself says a person's dates are; cancelled and given-up ones for seven days after."""
    mine = {one.id for one in own_dates(person.id, FIRST, LAST)}
    shown = own_dates(person.id, FIRST, LAST, given_up=True)
    rows = []
    for one in shown:
        off = one.status == "cancelled" or one.id not in mine
        if not off or clock.now() < one.end + timedelta(days=7):
            rows.append(Seen(one.start, one.end, f"Cancelled: {title}" if off else title, off))
    return sorted(rows)


def assert_all_show(client, path, expected):
    ics = client.get(path).data
    assert lint(ics) == []
    assert expected
    assert python_reads(ics, FIRST, LAST) == expected
    assert vobject_reads(ics, FIRST, LAST) == expected
    assert libical_reads(ics, FIRST, LAST) == expected
    [seen] = thunderbird_reads((ics, FIRST, LAST))
    assert seen == expected


@pytest.mark.parametrize("zone", ZONES)
def test_memberships_single_dates_and_cancellations_read_as_our_own_dates(client, world, zone):
    robin, leader = world.client(), world.facilitator()
    me, boss = identity_of(robin), identity_of(leader)
    weekly = world.group("Weekly", led_by=leader)
    night = world.group("Night watch", led_by=leader)
    chosen = world.group("Chosen dates", led_by=leader)
    for group, rrule, start in (
        (weekly, "FREQ=WEEKLY;BYDAY=MO,TH", time(10)),
        (night, "FREQ=WEEKLY;BYDAY=SA,SU", time(1, 30)),
        (chosen, "FREQ=MONTHLY;BYDAY=1WE", time(18)),
    ):
        meets(group, leader, zone=zone, rrule=rrule, start=start, starts_on=first_of(rrule))
    with clock.at(NOW):
        enrol(me, weekly, robin)
        enrol(me, night, robin)
        enrol(me, chosen, robin, mode="dates", occurrences=coming(chosen)[1:4])
        cancel_occurrence(boss, coming(weekly)[3], "The heating is out.")
        cannot_come(me, coming(weekly)[6], robin)
        cannot_come(me, coming(night)[2], robin)
        cannot_come(me, coming(weekly)[9], robin)
        can_come_again(me, coming(weekly)[9], robin)
        db.session.commit()
        _feed, path = link_for(robin)
        assert_all_show(client, path, ours(robin))
        later = coming(weekly)[12].start + timedelta(hours=3)
    with clock.at(later):
        assert_all_show(client, path, ours(robin))


def first_of(rrule):
    return {"FREQ=WEEKLY;BYDAY=MO,TH": date(2026, 1, 5), "FREQ=WEEKLY;BYDAY=SA,SU": date(2026, 1, 3)}.get(
        rrule, date(2026, 1, 7)
    )


@pytest.mark.parametrize("zone", ["America/New_York", "Africa/Cairo"])
def test_leaving_and_coming_back_are_two_spells(client, world, zone):
    robin, leader = world.client(), world.facilitator()
    group = world.group(led_by=leader)
    meets(group, leader, zone=zone)
    me = identity_of(robin)
    with clock.at(NOW):
        first = enrol(me, group, robin).enrolment
        db.session.commit()
        _feed, path = link_for(robin)
    with clock.at(NOW + timedelta(days=30)):
        leave(me, first)
        db.session.commit()
        assert_all_show(client, path, ours(robin))
    with clock.at(NOW + timedelta(days=60)):
        enrol(me, group, robin)
        db.session.commit()
        assert_all_show(client, path, ours(robin))
        assert client.get(path).data.count(b"RRULE:FREQ=WEEKLY") == (2 if zone == "America/New_York" else 0)


def test_a_series_that_moves_to_another_day_keeps_its_past(client, world):
    robin, leader = world.client(), world.facilitator()
    group = world.group(led_by=leader)
    series = meets(group, leader)
    with clock.at(NOW):
        enrol(identity_of(robin), group, robin)
        db.session.commit()
        _feed, path = link_for(robin)
    with clock.at(NOW + timedelta(days=30)):
        rule = parse_rule(
            starts_on=date(2026, 1, 6), start_time=time(18), duration_minutes=60, timezone="America/New_York",
            rrule="FREQ=WEEKLY;BYDAY=TU",
        )  # fmt: skip
        change_series(identity_of(leader), series, rule, series.version)
        db.session.commit()
        assert_all_show(client, path, ours(robin))


def test_waiting_and_asking_are_not_in_the_calendar(client, world):
    robin, holly, leader = world.client(), world.client("Holly", "Kettle"), world.facilitator()
    full = world.group("Full", led_by=leader, capacity=1)
    meets(full, leader)
    with clock.at(NOW):
        enrol(identity_of(holly), full, holly)
        enrol(identity_of(robin), full, robin)
        db.session.commit()
        _feed, path = link_for(robin)
        assert b"VEVENT" not in client.get(path).data


def test_own_words_stand_in_every_reader(client, world):
    robin, leader = world.client(), world.facilitator()
    group = world.group(led_by=leader)
    meets(group, leader)
    with clock.at(NOW):
        enrol(identity_of(robin), group, robin)
        keep_own_words(identity_of(robin), robin.id, {group.id: "Coro, \\ ensayo; 🎵"})
        db.session.commit()
        _feed, path = link_for(robin)
        assert_all_show(client, path, ours(robin, "Coro, \\ ensayo; 🎵"))


def test_what_a_facilitator_leads_is_every_date_of_their_groups(client, world):
    leader, other = world.facilitator(), world.facilitator("Juniper", "Placeholder")
    mine, theirs = world.group(led_by=leader), world.group("Not mine", led_by=other)
    meets(mine, leader)
    meets(theirs, other)
    with clock.at(NOW):
        _feed, path = link_for(leader, kind="leading", titles="full")
        rows = db.session.query(Occurrence).filter_by(group_id=mine.id).all()
        expected = sorted(
            Seen(one.start, one.end, "Morning group", False, "Oak Room, Lantern Street")
            for one in rows
            if FIRST < one.start < LAST
        )
        assert_all_show(client, path, expected)


def test_a_first_date_that_ends_in_the_skipped_hour_gives_no_other_its_length(client, world):
    robin, leader = world.client(), world.facilitator()
    night = world.group("Night watch", led_by=leader)
    meets(
        night, leader, zone="America/New_York", rrule="FREQ=WEEKLY;BYDAY=SA,SU;COUNT=9", start=time(23, 30),
        starts_on=date(2026, 3, 7), minutes=150,
    )  # fmt: skip
    with clock.at(NOW):
        enrol(identity_of(robin), night, robin)
        db.session.commit()
        _feed, path = link_for(robin)
        assert_all_show(client, path, ours(robin))
