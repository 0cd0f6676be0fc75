"""Who comes online sees the link, who comes into the room sees the room; who has not said it sees both, and is asked."""

from datetime import timedelta

import pytest

from groupsched.accounts.cookie import member
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import live_of
from groupsched.feeds.queries.contents import shown_by
from groupsched.feeds.rules import FeedKind, TitleMode
from groupsched.feeds.service import date_file
from groupsched.schedule.rules import SeatPool
from tests.factories import tomorrow_at

LINK = "https://meet.example.org/room"
ADDRESS = "1 Example St"


@pytest.fixture
def hybrid(world):
    room = world.place("Juniper Room", address=ADDRESS)
    group = world.group("Both ways", attendance_mode="hybrid", capacity=3, online_capacity=None, place=room)
    return group, world.series(group, tomorrow_at(10), dates=3)


def told(person):
    """All that the calendar of a person says, with the places of its events."""
    db.session.rollback()
    found = shown_by(person.id, person.uid, FeedKind.MINE, TitleMode.FULL, clock.now())
    events = [one.words for one in found.series_spans]
    exceptions = {day: one.words for span in found.series_spans for day, one in span.exceptions.items()}
    return events[0], exceptions


def saw(words):
    return LINK in f"{words.place} {words.description}", ADDRESS in words.place


@pytest.mark.on_sqlite
def test_the_link_is_for_those_who_come_online_on_pages_and_in_calendars(client, world, hybrid):
    group, dates = hybrid
    ann, bea, cal = (world.client(name) for name in ("Ann", "Bea", "Cal"))
    uid, when = group.uid, dates[0].original_local
    for person, pool in ((ann, "online"), (bea, "room"), (cal, None)):
        client = client.as_(person)
        page = client.get(f"/sessions/{uid}/{when}").text
        assert "How do you come?" in page
        assert LINK not in page
        data = {"what": "whole", **({"pool": pool} if pool else {})}
        assert client.post(f"/sessions/{uid}/join", data=data).status_code == 303
    people = {"ann": ann, "bea": bea, "cal": cal}
    seen = {name: saw(told(one)[0]) for name, one in people.items()}
    assert seen == {"ann": (True, False), "bea": (False, True), "cal": (True, True)}
    for name, one in people.items():
        file = date_file(member(one), dates[0].uid).decode().replace("\r\n ", "")
        db.session.rollback()
        if name == "bea":
            assert LINK not in file
    with clock.at(dates[0].start - timedelta(minutes=5)):
        for name, one in people.items():
            client = client.as_(one)
            pages = [
                client.get(path).text for path in ("/my", f"/sessions/{uid}/mine", f"/sessions/{uid}/{when}")
            ]
            assert [LINK in page for page in pages] == [name != "bea"] * 3, name
            assert ("Juniper Room" in pages[0]) is (name != "ann")
    # Who has not said it is asked; one date is another way, and the calendar says it of that date alone.
    client = client.as_(cal)
    assert "Until you say it you see both" in client.get(f"/sessions/{uid}/mine").text
    client.post(f"/sessions/{uid}/pool", data={"pool": "room"})
    client.post(f"/sessions/{uid}/pool", data={"pool": "online", "date": dates[1].original_local})
    every, apart = told(cal)
    assert saw(every) == (False, True)
    assert [saw(one) for one in apart.values()] == [(True, False)]
    assert live_of(group.id, cal.id).pool is SeatPool.ROOM
    assert "3 in the room" not in client.get("/sessions").text
    desk = world.front_desk()
    client = client.as_(desk)
    assert "1 in the room, online open" in client.get("/sessions").text
    assert "Online" in client.get(f"/groups/{uid}/people").text


@pytest.mark.on_sqlite
def test_where_the_other_pool_is_full_the_line_is_offered(client, world):
    group = world.group(attendance_mode="hybrid", capacity=3, online_capacity=1)
    world.series(group, tomorrow_at(10), dates=2)
    ann, bea = world.client("Ann"), world.client("Bea")
    for person, pool in ((ann, "online"), (bea, "room")):
        client = client.as_(person)
        client.post(f"/sessions/{group.uid}/join", data={"what": "whole", "pool": pool})
    mine = f"/sessions/{group.uid}/mine"
    client.post(f"/sessions/{group.uid}/pool", data={"pool": "online", "next": mine})
    page = client.get(mine).text
    assert "No seat is free online just now. You keep the one you have." in page
    assert "Change it when a seat is free" in page
    client.post(f"/sessions/{group.uid}/pool", data={"pool": "online", "wait": "1", "next": mine})
    assert "You wait for a seat online, and keep yours in the room." in client.get(mine).text
    client = client.as_(ann)
    client.post(f"/sessions/{group.uid}/leave", data={"sure": "1"})
    client = client.as_(bea)
    assert "You come online." in client.get(mine).text
