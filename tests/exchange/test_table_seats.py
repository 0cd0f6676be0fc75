"""Seats from a table: by the product's own verb of enrolling, without a message, and never one beyond the limit."""

import re
from datetime import datetime

import pytest
from sqlalchemy import func, select

from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.catalog.models import Group
from groupsched.catalog.service import retire_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment.models import Enrolment
from groupsched.exchange.rules import TableKind, read_table
from groupsched.exchange.service import RowAction, bring_table
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from tests.conftest import identity_of
from tests.exchange.uploading import send, yes

PAGE = "/import/seats"
NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")
HEAD = "record_number,group,dates,status\n"


@pytest.fixture(autouse=True)
def _held_time():
    with clock.at(NOW):
        yield


@pytest.fixture
def house(world):
    """A group that meets four times, with two seats, and three people who have a mail address."""
    world.boss = world.supervisor()
    world.tea = world.group("Tea and talk", capacity=2)
    world.series(world.tea, datetime(2026, 12, 1, 18), dates=4)
    world.people = [
        world.client(name, email=f"{name.lower()}@example.org") for name in ("Robin", "Holly", "Fern")
    ]
    world.numbers = [one.record_number for one in world.people]
    return world


@pytest.fixture
def browser(client, house):
    """A supervisor's."""
    return client.as_(house.boss)


def plain(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def seats(group):
    db.session.expire_all()
    rows = db.session.scalars(select(Enrolment).where(Enrolment.group_id == group.id).order_by(Enrolment.id))
    return [(one.person.first_name, one.mode.value, one.state.value) for one in rows]


def unsent():
    waits = (Message.state == MessageState.WAITING) | Message.unreached.is_not(None)
    return db.session.scalar(select(func.count()).select_from(Message).where(waits))


GROUPS = "key,title,kind,days,first_date,starts,ends,place,seats,access,style,orientation,leaders,publish\n"


def talk(world):
    """A row of a table of groups."""
    leader = world.facilitator()
    when, place = "Wed,2026-12-02,18:00,19:00", world.room.name
    return f"talk,Talk,{world.support.key},{when},{place},5,enrol,relaxed,secular,{leader.name},yes\n"


def test_people_get_their_seats_once_in_the_audit_and_nobody_a_message(browser, house):
    robin, holly, _fern = house.numbers
    file = f"{HEAD}{robin},tea AND talk,,\n{holly},Tea and talk,2026-12-08; 2026-12-15,seat\n"
    page = send(browser, PAGE, file)
    assert re.search(r"<b>2</b>\s*would be new", page.text)
    assert seats(house.tea) == []
    yes(browser, PAGE, page)
    told = [("Robin", "whole", "active"), ("Holly", "dates", "active")]
    assert seats(house.tea) == told
    assert unsent() == 0
    acts = db.session.scalars(select(AuditRow.word).where(AuditRow.actor_id == house.boss.id)).all()
    assert {AuditAction.ENROLMENT_JOINED, AuditAction.DATE_SEAT_CHOSEN} <= set(acts)
    again = send(browser, PAGE, file)
    assert re.search(r"<b>2</b>\s*are here already", again.text)
    assert "Nothing to bring in" in again.text
    assert seats(house.tea) == told


def test_no_seat_beyond_the_limit_and_the_waiting_list_is_offered(browser, house):
    robin, holly, fern = house.numbers
    file = f"{HEAD}{robin},Tea and talk,,\n{holly},Tea and talk,,\n{fern},Tea and talk,,seat\n"
    page = send(browser, PAGE, file)
    assert "4 status seat Every seat is taken. Write “waiting” into “status”" in plain(page)
    yes(browser, PAGE, page)
    assert [name for name, *_rest in seats(house.tea)] == ["Robin", "Holly"]
    yes(browser, PAGE, send(browser, PAGE, file.replace("seat\n", "en espera\n")))
    assert seats(house.tea)[2] == ("Fern", "whole", "waitlisted")
    assert unsent() == 0


def test_a_row_that_cannot_be_taken_says_where_and_why(browser, house):
    robin = house.numbers[0]
    other = house.group("Same hour")
    house.series(other, datetime(2026, 12, 1, 18, 30), dates=1)
    house.enrol(other, house.people[0])
    old = house.group("Old group")
    house.series(old, datetime(2026, 12, 2, 18), dates=1)
    house.group("Not yet", state="draft")
    for _copy in range(2):
        house.group("Twice")
    retire_group(house.system, old)
    db.session.commit()
    rows = [
        f"{robin},Tea and talk,,",
        f"{robin},Old group,,",
        f"{robin},Not yet,,",
        f"{robin},Twice,,",
        f"{robin},Tea and tlak,,",
        "HL-404,Tea and talk,,",
        f"{robin},Tea and talk,2026-12-02,",
        f"{robin},Tea and talk,soon,",
        f"{robin},Tea and talk,2026-12-15,perhaps",
    ]
    page = plain(send(browser, PAGE, HEAD + "\n".join(rows)))
    for told in (
        "2 group Tea and talk At this time the person is in another group.",
        "3 group Old group This group is no longer offered.",
        "4 group Not yet This group is a draft.",
        "5 group Twice 2 groups are called so.",
        "6 group Tea and tlak There is no such name here. Meant: tea and talk?",
        "7 record_number HL-404 No client here has this record number.",
        "8 dates 2026-12-02 The group has no date to come on Wed 2 Dec.",
        "9 dates soon There is no such day.",
        "10 status perhaps This can be: seat, waiting.",
    ):
        assert told in page
    assert "Nothing to bring in" in page


def test_a_group_is_named_by_the_key_of_its_table_too(browser, house):
    file = GROUPS + talk(house)
    yes(browser, "/import/groups", send(browser, "/import/groups", file))
    yes(browser, PAGE, send(browser, PAGE, f"{HEAD}{house.numbers[0].lower()},TALK,,\n"))
    group = db.session.scalar(select(Group).where(Group.title == "Talk"))
    assert seats(group) == [("Robin", "whole", "active")]


def test_a_row_that_would_tell_somebody_is_left_out(browser, house):
    """The one full date is over, so a seat is free for who waits: it is theirs, and their message is not a table's."""
    short = house.group("Short", capacity=1)
    first, *_rest = house.series(short, datetime(2026, 11, 24, 10), dates=3)
    house.enrol(short, house.people[0], dates=[first])
    house.enrol(short, house.people[1])
    assert seats(short)[1] == ("Holly", "whole", "waitlisted")
    before = unsent()
    with clock.at(first.end):
        page = send(browser, PAGE, f"{HEAD}{house.numbers[2]},Short,,waiting\n")
    assert "Somebody would get a message of this." in page.text
    assert unsent() == before


def test_a_table_of_groups_never_moves_dates_of_people_who_would_have_to_be_told(browser, house):
    file = GROUPS + talk(house)
    yes(browser, "/import/groups", send(browser, "/import/groups", file))
    group = db.session.scalar(select(Group).where(Group.title == "Talk"))
    house.enrol(group, house.people[0])
    before = unsent()
    page = send(browser, "/import/groups", file.replace("18:00,19:00", "18:30,19:30"))
    told = "1 person would hear of it. Please change it on its page, which says who. starts, ends Every Wednesday 18:00–19:00"
    assert told in plain(page)
    assert unsent() == before


def test_who_may_not_bring_people_in_brings_no_seats(client, house):
    for person in (house.facilitator(), house.people[0], house.admin(), house.front_desk()):
        assert client.as_(person).get(PAGE).status_code == 404
    file = f"{HEAD}{house.numbers[0]},Tea and talk,,\n".encode()
    with pytest.raises(NotFound):
        bring_table(identity_of(house.admin()), read_table(file, TableKind.SEATS))
    other = house.another_program()
    stranger = bring_table(identity_of(other.supervisor()), read_table(file, TableKind.SEATS))
    assert [row.action for row in stranger.rows] == [RowAction.REFUSED]


def test_the_template_of_seats_has_its_four_columns(browser):
    answer = browser.get("/import/seats.csv")
    assert answer.data.decode("utf-8-sig").split() == ["record_number,group,dates,status"]
