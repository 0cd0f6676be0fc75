"""The form of a group says before saving which dates fall away and who hears of it: those who then do, and nobody else."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from groupsched.access.identity import System
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.schedule.queries import coming, current_series
from groupsched.schedule.rules import SeriesRule
from groupsched.schedule.service import add_series, cancel_occurrence
from tests.factories import ZONE
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")
ROOM = "https://meet.example.org/room"


@kept(at=NOW, still=True)
def tea(world):
    """Ten Thursdays with four seats: three people with an address and Reed, who has a phone; Hazel and Pia wait."""
    world.lead = world.facilitator()
    world.tea = world.group("Tea", led_by=world.lead, capacity=4)
    rule = SeriesRule(NOW.date() + timedelta(days=2), datetime(2026, 1, 1, 18).time(), 90, ZONE,
                      "FREQ=WEEKLY;BYDAY=TH;COUNT=10")  # fmt: skip
    add_series(System(), world.tea, rule)
    mailed = [world.client(f"Robin{n}", email=f"robin{n}@example.org") for n in range(3)]
    world.reed = world.client("Reed", "Marmalade", phone="(555) 0100")
    world.hazel = world.client("Hazel", email="hazel@example.org")
    world.pia = world.client("Pia", email="pia@example.org")
    world.enrol(world.tea, *mailed, world.reed, at=NOW - timedelta(hours=1))
    world.enrol(world.tea, world.hazel, world.pia, at=NOW - timedelta(minutes=50))
    return world


def form(tea, **said):
    return {
        "title": "Tea", "modality": "support-group", "structure": "structured", "orientation": "secular",
        "setting": "group", "repeats": "weekly", "weekdays": ["3"], "starts_on": "2026-11-26", "start_time": "18:00",
        "end_time": "19:30", "ends": "after", "count": "10", "attendance_mode": "in_person", "place": tea.room.uid,
        "lead": tea.lead.uid, "capacity": "4", "access": "enrol", "languages": ["en"], "monthly_by": "day", "line_mode": "at_once",
        "version": str(tea.tea.version), "series_version": str(current_series(tea.tea).version), **said,
    }  # fmt: skip


@pytest.fixture
def change(tea, client):
    """What the panel says of a change, word by word, and who then hears of it."""

    def both(**said):
        browser, sent = client.as_(tea.lead), form(tea, **said)
        panel = browser.post(f"/groups/preview?group={tea.tea.uid}", data=sent).text
        words = " ".join(re.sub(r"<[^>]+>", " ", panel).split())
        last = db.session.scalar(select(func.max(Message.id)))
        page = browser.post(
            f"/groups/{tea.tea.uid}/edit", data={**sent, "act": "save"}, follow_redirects=True
        )
        assert "Saved." in page.text
        told = set(db.session.scalars(select(Message.person_id).where(Message.id > last)))
        return words, told

    return both


def says(words, *, mail, others=0, let_in=0):
    sentences = {
        f"{mail} {'person gets' if mail == 1 else 'people get'} a mail.": mail,
        f"{others} {'person gets no mail and has' if others == 1 else 'people get no mail and have'} to be told.": others,
        f"{let_in} {'person who waits gets' if let_in == 1 else 'people who wait get'} a seat and": let_in,
    }
    assert [sentence for sentence, number in sentences.items() if (sentence in words) != bool(number)] == []
    assert ("Nobody is told of this." in words) is not bool(mail + others + let_in)


def test_where_nothing_is_changed_nothing_is_said(tea, change, client):
    assert "a mail" not in client.as_(tea.lead).get(f"/groups/{tea.tea.uid}/edit").text
    words, told = change()
    assert not told
    assert "told" not in words and "a mail" not in words and "fall" not in words


def test_while_the_seats_are_being_written_nobody_is_let_in(tea, client):
    sent = form(tea, capacity="", title="Coffee")
    panel = client.as_(tea.lead).post(f"/groups/preview?group={tea.tea.uid}", data=sent).text
    assert "Nobody is told of this." in panel


@pytest.mark.parametrize(
    "said", [{"title": "Coffee"}, {"capacity": "4", "min_to_run": "2"}, {"description": "We drink it."}]
)
def test_other_words_tell_nobody(change, said):
    words, told = change(**said)
    says(words, mail=0)
    assert not told


@pytest.mark.parametrize(
    "said",
    [
        {"start_time": "17:00", "end_time": "18:30"},
        {"end_time": "20:00"},
        {"count": "7"},
        {"weekdays": ["2"], "starts_on": "2026-11-25"},
        {"attendance_mode": "online", "online_link": ROOM},
        {"attendance_mode": "hybrid", "online_link": ROOM},
    ],
)  # fmt: skip
def test_another_time_day_end_or_way_to_come_is_told_to_all_who_are_in_and_who_wait(change, said):
    words, told = change(**said)
    says(words, mail=5, others=1)
    assert len(told) == 6
    assert "Reed M. The desk has their numbers." in words


def test_another_room_and_more_dates(tea, change):
    words, told = change(place=tea.place("Quiet Loft").uid)
    says(words, mail=5, others=1)
    assert len(told) == 6
    words, told = change(place=tea.tea.place.uid, count="12")
    says(words, mail=0)
    assert not told and "2 new dates: 4 Feb and 11 Feb." in words


def test_one_more_seat_is_told_to_who_gets_it_and_no_limit_to_all_who_wait(tea, change):
    words, told = change(capacity="5")
    says(words, mail=0, let_in=1)
    assert told == {tea.hazel.id}
    words, told = change(capacity="", no_limit="1")
    says(words, mail=0, let_in=1)
    assert told == {tea.pia.id}


def test_more_seats_at_another_time_say_both(tea, change):
    words, told = change(capacity="", no_limit="1", start_time="17:00", end_time="18:30")
    says(words, mail=3, others=1, let_in=2)
    assert len(told) == 6


def test_who_waits_for_one_date_gets_its_seat(tea, change):
    basil = tea.client("Basil", email="basil@example.org")
    tea.enrol(tea.tea, basil, dates=coming(tea.tea, NOW, 2)[1:])
    words, told = change(capacity="7")
    says(words, mail=0, let_in=3)
    assert told == {tea.hazel.id, tea.pia.id, basil.id}


def test_an_online_group_that_gets_another_room_tells_nobody(tea, change):
    change(attendance_mode="online", online_link=ROOM)
    words, told = change(attendance_mode="online", online_link=ROOM, place=tea.place("Quiet Loft").uid)
    says(words, mail=0)
    assert not told


# --- dates that fall away --------------------------------------------------------------------------------------------

SHORTER = "5 dates fall away: 31 Dec, 7 Jan, 14 Jan, 21 Jan and 28 Jan."


def test_a_second_weekday_names_the_dates_that_fall_away_and_the_mail_the_new_end(tea, change):
    words, _told = change(weekdays=["1", "3"])
    assert SHORTER in words
    assert "5 new dates: 1 Dec, 8 Dec, 15 Dec, 22 Dec and 29 Dec." in words
    says(words, mail=5, others=1)
    row = db.session.scalars(select(Message).where(Message.kind == "series_moved")).first()
    assert row.fields["changes"].split("\n") == [
        "– From Tue 1 Dec on you have one every Tuesday and Thursday 18:00–19:30, no longer every Thursday.",
        "– The last date is Tue 29 Dec at 18:00, no longer Thu 28 Jan 2027.",
    ]


def test_dates_that_fall_away_are_named_where_nobody_is_in(tea, client):
    empty = tea.group("Chess", led_by=tea.lead, capacity=4)
    tea.series(empty, datetime(2026, 11, 26, 18), dates=10)
    tea.tea = empty
    sent = form(tea, title="Chess", weekdays=["1", "3"])
    panel = client.as_(tea.lead).post(f"/groups/preview?group={empty.uid}", data=sent).text
    words = " ".join(re.sub(r"<[^>]+>", " ", panel).split())
    assert SHORTER in words
    says(words, mail=0)


def test_of_many_dates_that_fall_away_the_first_few_are_named(change):
    words, _told = change(count="2")
    assert "8 dates fall away: 10 Dec, 17 Dec, 24 Dec, 31 Dec, 7 Jan and 3 more dates." in words


def test_another_weekday_with_as_many_dates_says_nothing_of_an_end_in_the_same_week(change):
    change(weekdays=["2"], starts_on="2026-11-25")
    row = db.session.scalars(select(Message).where(Message.kind == "series_moved")).first()
    assert "last date" not in row.fields["changes"]


def test_dates_that_come_back_are_named_and_told_but_not_one_that_was_called_off(tea, change):
    rows = coming(tea.tea, clock.now(), None)
    cancel_occurrence(System(), rows[7], "The heating is out.")
    db.session.commit()
    change(count="4")
    with clock.at(NOW + timedelta(hours=1)):
        deliver_due()
        words, told = change(count="10")
    assert "5 new dates: 24 Dec, 31 Dec, 7 Jan, 21 Jan and 28 Jan." in words
    assert "Thu 14 Jan 2027 Cancelled" in words
    says(words, mail=5, others=1)
    assert len(told) == 6
