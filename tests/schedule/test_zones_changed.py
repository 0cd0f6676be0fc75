"""A country gives up its summer time: coming dates keep their time on the clock, and nothing else of them changes."""

import logging
import zoneinfo
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.zones import zone_file
from groupsched.feeds.rules import zone_rule
from groupsched.operations.worker import follow_zones
from groupsched.outbox.models import Message
from groupsched.schedule.models import Occurrence, ZoneKnown
from groupsched.schedule.rules import DateField, MoveDate, SetOfDate
from groupsched.schedule.service import cancel_occurrence, change_dates, freeze
from tests.feeds.readers import python_reads
from tests.feeds.setting import link_for

ZONE = "America/Detroit"  # no other test reads it: some readers keep what they once knew of a zone
NOW = datetime.fromisoformat("2026-06-03T16:00:00+00:00")


@pytest.fixture
def no_summer_time(tmp_path):
    """From when it is called on, Detroit has the clock of Lima: five hours behind Greenwich all year."""

    def give_up() -> None:
        (tmp_path / "America").mkdir()
        (tmp_path / ZONE).write_bytes(zone_file("America/Lima"))
        zoneinfo.reset_tzpath(to=[str(tmp_path), *zoneinfo.TZPATH])
        forget()

    yield give_up
    zoneinfo.reset_tzpath()
    forget()


def forget():
    ZoneInfo.clear_cache()
    zone_rule.cache_clear()


def dates(group):
    db.session.rollback()
    query = select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def at(moment):
    return moment.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)


def test_coming_dates_keep_their_time_on_the_clock(world, client, no_summer_time, caplog):
    with clock.at(NOW - timedelta(days=8)):
        lead, robin = world.facilitator(), world.client(email="robin@example.org")
        tea, yoga = (
            world.group("Tea", led_by=lead),
            world.group("Yoga", led_by=lead, place=world.place("Loft")),
        )
        world.series(tea, datetime(2026, 5, 27, 18), dates=30, zone=ZONE)
        world.series(yoga, datetime(2026, 6, 4, 9), dates=4, zone="Europe/Berlin")
        world.enrol(tea, robin)
        _feed, path = link_for(robin, titles="full")
        follow_zones()
    with clock.at(NOW):
        _over, marked, moved, noted, off, *_rest = dates(tea)
        change_dates(
            world.system,
            tea,
            MoveDate(moved.id, moved.start + timedelta(hours=1), moved.end + timedelta(hours=1)),
        )
        change_dates(
            world.system, tea, SetOfDate(noted.id, {DateField.NOTE: "Bring a mat.", DateField.SEATS: 5})
        )
        cancel_occurrence(world.system, off, "Works.")
        freeze(marked)
        db.session.commit()
        before, elsewhere = (
            [(one.start, one.sequence) for one in dates(tea)],
            [one.start for one in dates(yoga)],
        )
        messages = db.session.scalar(select(func.count(Message.id)))
        assert follow_zones() == 0, "nothing is known otherwise"
        no_summer_time()
        with caplog.at_level(logging.WARNING):
            assert follow_zones() == 21, "those of the summer that are to come, without the one with marks"
        assert f"the clocks of {ZONE} turn otherwise than before: 21 dates moved" in caplog.text
        assert db.session.get_one(ZoneKnown, ZONE).moved == 21
        after = dates(tea)
        assert [one.start for one in after[:3]] == [start for start, _number in before[:3]], (
            "over, marked, by hand"
        )
        assert {(at(one.start).time(), one.local_minute) for one in after[3:]} == {(time(18), 18 * 60)}
        assert at(after[3].start).date() == date(2026, 6, 17)
        summer = [number for one, (start, number) in zip(after, before, strict=True) if one.start != start]
        assert len(summer) == 20
        assert all(one.sequence > number for one, number in zip(after[3:], summer, strict=False))
        assert (after[3].own_note, after[3].capacity, after[4].reason) == ("Bring a mat.", 5, "Works.")
        assert [one.start for one in dates(yoga)] == elsewhere
        assert db.session.scalar(select(func.count(Message.id))) == messages, (
            "it is at the time that people know"
        )
        shown = python_reads(client.get(path).data, NOW + timedelta(days=21), NOW + timedelta(days=400))
        assert [one.start for one in shown] == [
            one.start for one in after if one.start > NOW + timedelta(days=21)
        ]
        assert follow_zones() == 0
