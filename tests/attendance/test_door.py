"""At the door: clients sign themselves in with a code on a paired tablet, which shows no list and no name."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.accounts.service import end_role, offer_pairing, pair
from groupsched.attendance import queries, service
from groupsched.attendance.models import AttendanceOperation, DoorCode, MarkToReview
from groupsched.attendance.rules import AttendanceStatus, DoorDate, meant_at_door, opens_next
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.catalog.service import save_row
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.filters import clock_time
from tests.attendance.conftest import Morning
from tests.conftest import identity_of

THANKS, DESK = "Thank you, you are signed in.", "Please see the desk."


class Tablet:
    """A browser that is the paired tablet of the first site; its program lets clients sign themselves in."""

    def __init__(self, client, morning):
        world = morning.world
        self.morning, self.browser = morning, client
        save_row(world.system, world.program, {"self_sign_in": True}, world.program.version)
        offer = offer_pairing(identity_of(world.admin()), world.site, "Door tablet")
        self.device, self.secret = pair(offer.link.rsplit("/", 1)[1], "")
        db.session.commit()

    def as_(self, person):
        """The tablet, with somebody signed in on it or nobody."""
        browser = self.browser.as_(person)
        browser.set_cookie("device", self.secret)
        return browser

    def code(self, person):
        code = service.make_door_code(identity_of(person), person)
        db.session.commit()
        return code

    def type(self, code, minutes=0, of=None):
        """What the door says so many minutes after the start of the date."""
        with clock.at((of or self.morning.occurrence).start + timedelta(minutes=minutes)):
            headers = {"Accept": "application/json"}
            answer = self.as_(None).post("/door", data={"code": code}, headers=headers)
            assert answer.status_code == 200, answer.text
            return answer.json["told"]

    def row(self, person, occurrence=None):
        db.session.rollback()
        rows = queries.read_sheet(occurrence or self.morning.occurrence).rows
        return next(row for row in rows if row.person and row.person.id == person.id)


@pytest.fixture
def tablet(client, morning):
    return Tablet(client, morning)


def test_of_several_dates_their_own_counts_then_a_drop_in_they_know_then_the_only_one():
    now = clock.now()

    def date(key, minutes, *, belongs=False, known=False):
        start = now + timedelta(minutes=minutes)
        return DoorDate(key, start, start + timedelta(minutes=90), belongs, known)

    running, soon, later = date(1, -70, belongs=True), date(2, 20, belongs=True), date(3, 31, belongs=True)
    assert meant_at_door([running, soon, later], now) is soon, "the nearest start"
    assert meant_at_door([date(4, 0), running], now) is running, "their own before what anybody comes to"
    assert meant_at_door([date(4, 0), date(5, 0, known=True)], now).key == 5
    assert meant_at_door([date(4, 0), date(5, 0)], now) is None, "nobody can know which"
    assert meant_at_door([date(4, 0)], now).key == 4
    assert meant_at_door([later], now) is None
    assert opens_next([later, date(6, 300, belongs=True)], now) == later.start - timedelta(minutes=30)
    assert opens_next([running, date(7, 300)], now) is None


def test_a_code_marks_whoever_has_it_now_and_a_repeated_one_is_thanked_alike(tablet):
    ash, code = tablet.morning.ash, tablet.code(tablet.morning.ash)
    assert tablet.type(code, -10) == THANKS
    answer = tablet.row(ash).state.answer
    start = tablet.morning.occurrence.start
    assert (answer.status, answer.time_in) == (AttendanceStatus.PRESENT, start - timedelta(minutes=10))
    assert tablet.type(code, 40) == THANKS
    (op,) = db.session.scalars(select(AttendanceOperation)).all()
    assert (op.actor_id, op.device, op.paired_device_id) == (ash.id, "Door tablet", tablet.device.id)
    (act,) = db.session.scalars(select(AuditRow).where(AuditRow.word == AuditAction.DOOR_CODE_USED))
    assert act.actor_id == ash.id
    with clock.at(start + timedelta(minutes=41)):
        plain = tablet.as_(None).post("/door", data={"code": code}).text
    assert THANKS in plain and 'content="6;url=/door"' in plain, "without a script it clears by itself too"
    late = tablet.code(tablet.morning.basil)
    assert tablet.type(late, 30) == THANKS
    assert tablet.row(tablet.morning.basil).state.answer.time_in == start + timedelta(minutes=30)


def test_out_of_its_time_the_door_says_when_it_opens_and_never_what(tablet, world):
    code = tablet.code(tablet.morning.ash)
    start, zone = tablet.morning.occurrence.start, tablet.morning.occurrence.timezone
    opens = clock_time(start - timedelta(minutes=30), zone)
    same_day = (start - timedelta(minutes=31)).astimezone().date() == start.astimezone().date()
    told = tablet.type(code, -31)
    assert told == (f"It is early. You can sign in from {opens} on." if same_day else told)
    assert tablet.morning.group.title not in told
    assert tablet.row(tablet.morning.ash).state.untouched
    assert tablet.type(code, 91) == DESK
    stranger = world.client("Zinnia", "Postcard")
    assert tablet.type(tablet.code(stranger), 5) == DESK, "has no seat in a group that is not for dropping in"


def test_who_drops_in_gets_a_row_and_what_is_finished_waits_for_review(client, world):
    tablet = Tablet(client, Morning(world, access="open"))
    zinnia = world.client("Zinnia", "Postcard")
    code = tablet.code(zinnia)
    assert tablet.type(code, 5) == THANKS
    assert tablet.row(zinnia).state.status is AttendanceStatus.PRESENT
    ash = tablet.code(tablet.morning.ash)
    with clock.at(tablet.morning.occurrence.start + timedelta(minutes=80)):
        service.finish(tablet.morning.leader, tablet.morning.occurrence)
        db.session.commit()
    assert tablet.type(ash, 85) == DESK
    (waits,) = db.session.scalars(select(MarkToReview)).all()
    assert waits.actor_id == tablet.morning.ash.id, "nothing is lost"
    assert tablet.type(tablet.code(world.client("Yuri", "Clementine")), 86) == DESK


def test_guessing_is_slowed_down_by_the_tablet_and_an_own_code_makes_no_room_for_more(tablet):
    code = tablet.code(tablet.morning.ash)
    for guess in range(10):
        assert tablet.type(f"{guess:06}" if f"{guess:06}" != code else "999999", guess / 60) == DESK
    assert tablet.type(code, 0.2) == DESK, "even a right one waits now"
    assert tablet.row(tablet.morning.ash).state.untouched
    assert tablet.type(code, 3) == THANKS, "some minutes later it goes on"
    assert tablet.type("123", 20) == DESK


def test_only_a_paired_tablet_where_program_and_site_want_it_has_a_door(tablet, world, app, statements):
    from tests.conftest import Client

    before = len(statements())
    page = tablet.as_(None).get("/door").text
    assert len(statements()) - before <= 12
    assert "Type your code" in page and tablet.morning.group.title not in page
    assert re.findall(r"<a [^>]*>", page) == [], "no link"
    assert tablet.morning.ash.first_name not in page and "Ossian" not in page
    assert Client(app).as_(None).get("/door").status_code == 404, "any other browser"
    staff = tablet.as_(tablet.morning.ossian)
    begin = staff.get("/door").text
    assert staff.post("/sign-out", data={"next": "/door"}).location == "/door"
    assert staff.post("/sign-out", data={"next": "//evil.example"}).location == "/sign-in"
    assert "You are signed out of this tablet" in begin and 'name="code"' not in begin
    for row in (world.site, world.program):
        save_row(world.system, row, {"self_sign_in": False}, row.version)
        db.session.commit()
        assert tablet.as_(None).get("/door").status_code == 404
        save_row(world.system, row, {"self_sign_in": True}, row.version)
        db.session.commit()


def test_a_code_is_shown_once_replaced_retired_and_given_only_by_who_may(tablet, world, client):
    ash, desk = tablet.morning.ash, world.front_desk()
    page = client.as_(desk).post(f"/people/{ash.uid}/door-code").text
    first = "".join(re.search(r'<p class="h1 num mb-2">(\d{3}) (\d{3})</p>', page).groups())
    assert first not in client.as_(desk).get(f"/people/{ash.uid}").text, "nobody reads it again"
    (row,) = db.session.scalars(select(DoorCode)).all()
    assert first not in row.code_hash
    own = client.as_(ash).post("/my/door-code").text
    second = "".join(re.search(r'<p class="h1 num mb-2">(\d{3}) (\d{3})</p>', own).groups())
    assert tablet.type(first, 5) == DESK
    assert tablet.type(second, 5) == THANKS
    assert "Do without a code" in client.as_(ash).get("/my").text
    basil = tablet.code(tablet.morning.basil)
    end_role(world.keeper(), tablet.morning.basil, tablet.morning.basil.grants[0].id)
    db.session.commit()
    assert tablet.type(basil, 6) == DESK and len(db.session.scalars(select(DoorCode)).all()) == 1
    client.as_(ash).post("/my/door-code/retire")
    assert db.session.scalars(select(DoorCode)).all() == []
    elsewhere = world.front_desk("Elsa", site=world.another_site())
    for stranger in (
        tablet.morning.ossian,
        elsewhere,
        world.another_program().front_desk(),
        tablet.morning.basil,
    ):
        assert client.as_(stranger).post(f"/people/{ash.uid}/door-code").status_code == 404, (
            stranger.first_name
        )
    save_row(world.system, world.program, {"self_sign_in": False}, world.program.version)
    db.session.commit()
    with pytest.raises(NotFound):
        service.make_door_code(identity_of(desk), ash)
    assert "Code for the door" not in client.as_(ash).get("/my").text
