"""Who wants it is reminded a day and two hours before, never in quiet hours, once, and of no date that they do not have."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.queries import live_of
from groupsched.operations.worker import round_of_work
from groupsched.outbox.carriers import FolderCarrier, MailRefused
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.schedule.queries import current_series
from groupsched.schedule.service import cancel_occurrence, change_series
from tests.conftest import identity_of
from tests.kept import kept

JOINED = datetime.fromisoformat("2026-11-20T14:00:00+00:00")
EVENING = datetime.fromisoformat("2026-11-26T18:00:00-05:00")


@kept
def tea(world):
    """Thursday evenings, with Robin, who wants both reminders, in all of them."""
    with clock.at(JOINED):
        world.lead = world.facilitator()
        world.tea = world.group("Tea", led_by=world.lead)
        world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=3)
        world.robin = world.reminded()
        service.enrol(identity_of(world.robin), world.tea, world.robin)
        db.session.commit()
        round_of_work()
    return world


def reminded(*moments):
    """At which of these moments a round of the worker sent a reminder."""
    sent = []
    for moment in moments:
        with clock.at(moment):
            round_of_work()
        query = select(Message.sent_at).where(Message.kind == "reminder", Message.state == "sent")
        found = len(db.session.scalars(query).all())
        db.session.rollback()
        sent += [moment] if found > len(sent) else []
    return sent


def before(**gap):
    return EVENING - timedelta(**gap)


def test_a_day_and_two_hours_before_each_once(tea):
    moments = [
        before(hours=24, minutes=1), before(hours=24), before(hours=23), before(hours=2, seconds=1), before(hours=2),
        before(hours=1), EVENING,
    ]  # fmt: skip
    assert reminded(*moments) == [before(hours=24), before(hours=2)]
    row = db.session.scalars(select(Message).where(Message.kind == "reminder")).first()
    assert (row.fields["date"], row.fields["time"]) == ("Thu 26 Nov", "18:00")
    assert row.target == f"/sessions/{tea.tea.uid}/2026-11-26T1800"


@pytest.mark.parametrize(
    ("day", "hours", "mail", "when"),
    [
        (True, False, True, [before(hours=24)]),
        (False, True, True, [before(hours=2)]),
        (False, False, True, []),
        (True, True, False, []),
    ],
)
def test_only_who_wants_them(tea, day, hours, mail, when):
    tea.robin.reminds_day, tea.robin.reminds_hours, tea.robin.wants_mail = day, hours, mail
    db.session.commit()
    assert reminded(before(hours=24), before(hours=2)) == when


def test_nobody_is_reminded_in_quiet_hours_but_the_evening_before(tea):
    with clock.at(JOINED):
        early = tea.group("Qigong")
        tea.series(early, datetime(2026, 11, 28, 8, 30), dates=1)
        service.enrol(identity_of(tea.robin), early, tea.robin)
        tea.robin.reminds_day = False
        db.session.commit()
    night = datetime.fromisoformat("2026-11-27T21:00:00-05:00")
    moments = (night - timedelta(minutes=1), night, night + timedelta(hours=9, minutes=30))
    assert reminded(*moments) == [night]


def test_whoever_wants_them_first_in_the_quiet_hours_is_let_sleep(world):
    """Ticked at night for the early morning: the moment was the evening before, and now is not the time."""
    with clock.at(JOINED):
        early = world.group("Early", led_by=world.facilitator())
        world.series(early, datetime(2026, 11, 26, 7, 30), dates=1)
        robin = world.reminded()
        service.enrol(identity_of(robin), early, robin)
        robin.reminds_day = robin.reminds_hours = False
        db.session.commit()
    night = datetime.fromisoformat("2026-11-26T05:41:00-05:00")
    with clock.at(night - timedelta(minutes=1)):
        robin.reminds_hours = True
        db.session.commit()
    assert reminded(night, night + timedelta(minutes=20)) == []


def test_whoever_joined_after_its_moment_has_just_read_of_the_date(tea):
    reed = tea.reminded("Reed", hours=False)
    with clock.at(before(hours=20)):
        service.enrol(identity_of(reed), tea.tea, reed)
        db.session.commit()
        round_of_work()
    query = select(Message.kind).where(Message.person_id == reed.id)
    assert db.session.scalars(query).all() == ["enrolled_series"]


def end_cancelled(tea):
    cancel_occurrence(identity_of(tea.lead), tea.dates[0], "The heating is out.")


def end_given_up(tea):
    service.cannot_come(identity_of(tea.robin), tea.dates[0], tea.robin)


def end_left(tea):
    service.leave(identity_of(tea.robin), live_of(tea.tea.id, tea.robin.id))


def end_moved(tea):
    series = current_series(tea.tea)
    change_series(System(), series, replace(series.rule, start_time=time(23)), series.version)


def told_times():
    """The times of which somebody was reminded."""
    query = select(Message).where(Message.kind == "reminder", Message.state == "sent")
    return [row.fields["time"] for row in db.session.scalars(query)]


ENDS = [end_cancelled, end_given_up, end_left, end_moved]


@pytest.mark.parametrize("end", ENDS)
def test_none_after_a_date_fell_away_or_moved(tea, end):
    with clock.at(before(hours=30)):
        end(tea)
        db.session.commit()
    reminded(before(hours=24), before(hours=23), before(hours=2))
    assert told_times() == ([] if end is not end_moved else ["23:00"])


@pytest.mark.parametrize("end", ENDS)
def test_none_that_waited_for_a_mail_server_either(tea, end, monkeypatch):
    with clock.at(before(hours=24)):
        assert service.remind(clock.now()) == 1
        db.session.commit()
        assert service.remind(clock.now()) == 0
        end(tea)
        db.session.commit()
    reminded(before(hours=23))
    assert told_times() == []


def test_none_once_the_date_has_begun(tea, tmp_path):
    class Down(FolderCarrier):
        def carry(self, *_args):
            raise MailRefused("try later")

    with clock.at(before(hours=2)):
        service.remind(clock.now())
        db.session.commit()
        deliver_due(carrier=Down(tmp_path))
    assert reminded(EVENING) == []
    assert "skipped" in db.session.scalars(select(Message.state).where(Message.kind == "reminder")).all()
