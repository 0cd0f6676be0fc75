"""What somebody without a seat, or without the role any more, tried to read from calendars."""

from datetime import UTC, datetime

import pytest

from groupsched.access.identity import Role
from groupsched.accounts.models import Grant
from groupsched.accounts.service.people import end_role
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.service import enrol, leave
from groupsched.feeds.service import revoke_feed
from groupsched.feeds.service.links import MOST_LINKS
from groupsched.schedule.models import Occurrence
from tests.conftest import identity_of
from tests.feeds.setting import link_for, meets

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROOM = "https://meet.example.org/secret-room"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(NOW):
        yield


@pytest.fixture
def leader(world):
    return world.facilitator()


@pytest.fixture
def online(world, leader):
    group = world.group(led_by=leader, attendance_mode="online", online_link=ROOM)
    meets(group, leader)
    return group


def coming():
    return db.session.query(Occurrence).filter(Occurrence.start > NOW).order_by(Occurrence.start).first()


def room_in(answer):
    return ROOM.encode() in answer.data.replace(b"\r\n ", b"")


def test_the_way_into_an_online_room_is_in_the_file_of_a_date_for_those_with_a_seat_only(
    client, world, leader, online
):
    inside, curious = world.client(), world.client("Ash", "Doily")
    enrol(identity_of(inside), online, inside)
    for person in (inside, curious):
        link_for(person, titles="full")
    link_for(leader, titles="full", kind="mine")
    path = f"/calendar/dates/{coming().uid}.ics"
    readers = (None, curious, inside, leader)
    assert [room_in(client.as_(one).get(path)) for one in readers] == [False, False, True, True]


@pytest.mark.parametrize("mode", ["whole", "dates"])
def test_who_has_left_does_not_learn_where_the_group_meets_now(client, world, online, mode):
    robin = world.client()
    first = coming()
    enrolment = enrol(identity_of(robin), online, robin, mode=mode, occurrences=[first]).enrolment
    _feed, path = link_for(robin, titles="full")
    db.session.commit()
    assert room_in(client.get(path))
    with clock.at(datetime(2026, 3, 20, 12, tzinfo=UTC)):
        leave(identity_of(robin), enrolment)
        db.session.commit()
        answer = client.get(path)
        assert b"SUMMARY:Morning group" in answer.data
        assert not room_in(answer)


def test_the_calendar_of_what_one_leads_is_empty_once_the_role_has_ended(client, world, leader, online):
    _feed, path = link_for(leader, titles="full", kind="leading")
    assert b"BEGIN:VEVENT" in client.get(path).data
    grant = db.session.query(Grant).filter_by(person_id=leader.id, role=Role.FACILITATOR).one()
    end_role(identity_of(world.admin()), leader, grant.id)
    db.session.commit()
    with clock.at(NOW.replace(minute=1)):
        answer = client.get(path)
    assert answer.status_code == 200
    assert b"BEGIN:VEVENT" not in answer.data


def test_nobody_fills_the_house_with_links(client, world):
    robin = world.client()
    feeds = [link_for(robin)[0] for _ in range(MOST_LINKS)]
    new = {"name": "One more", "titles": "private", "kind": "mine"}
    assert client.as_(robin).post("/calendar", data=new).status_code == 422
    revoke_feed(identity_of(robin), feeds[0])
    db.session.commit()
    assert client.as_(robin).post("/calendar", data=new).status_code == 200
