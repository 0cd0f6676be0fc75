"""What staff open first: now, next, what waits for somebody."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from groupsched.accounts.service import invite_by_mail, make_slip
from groupsched.attendance import service
from groupsched.attendance.rules import AttendanceStatus, QueuedOperation, attendee_uid
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import when
from groupsched.home.routes.today import day_of
from groupsched.operations.worker import round_of_work
from groupsched.outbox.carriers import FolderCarrier, MailRefused
from groupsched.outbox.delivery import deliver_due
from groupsched.schedule.service import cancel_occurrence
from tests.conftest import identity_of, read_html
from tests.factories import ZONE
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite


@pytest.fixture
def noon():
    """The middle of a day in New York, so that earlier and later are the same day."""
    moment = clock.now().replace(hour=17, minute=0, second=0, microsecond=0)
    with clock.at(moment):
        yield moment


@kept
def house(noon, world):
    return House(world)


class House:
    """A facilitator with a group, and everybody else of the house."""

    def __init__(self, world):
        self.world = world
        self.ossian = world.facilitator()
        self.group = world.group(led_by=self.ossian)
        self.people = [world.client("Ash", "Doorbell"), world.client("Basil", "Cardigan")]

    def date(self, in_minutes, *, group=None, people=()):
        one = self.world.soon(group or self.group, in_minutes=in_minutes)
        self.world.enrol(one.group, *people, at=one.start - timedelta(minutes=5))
        return one

    def mark(self, one, person, status, by=None, base=0):
        op = QueuedOperation(
            op_id=str(uuid4()), attendee_id=attendee_uid(one.uid, person.uid), status=status, observed_at=one.start,
            base_version=base,
        )  # fmt: skip
        service.apply(identity_of(by or self.ossian), one, [op])
        db.session.commit()

    def see(self, person=None):
        return day_of(identity_of(person or self.ossian))


def titles(cards):
    return [card.occurrence.group.title for card in cards]


def test_what_runs_now_shows_how_many_are_here(house, client):
    one = house.date(-25, people=house.people)
    house.mark(one, house.people[0], AttendanceStatus.PRESENT)
    page = client.as_(house.ossian).get("/today").text
    assert "Running now, until" in page
    assert "1 of 2 here. 1 not marked yet." in " ".join("".join(read_html(page).itertext()).split())
    assert f'href="/sheet/{one.uid}"' in page


def test_before_its_sheet_is_opened_the_seats_taken_are_the_expected(house):
    house.date(-5, people=house.people)
    (card,) = house.see().running
    assert (card.count.here, card.count.expected, card.opened) == (0, 2, False)


def test_later_today_is_next_and_tomorrow_is_folded(house, client):
    house.date(120)
    house.date(24 * 60)
    day = house.see()
    assert (len(day.running), len(day.coming), len(day.tomorrow)) == (0, 1, 1)
    page = client.as_(house.ossian).get("/today").text
    assert "Next" in page
    assert "1 session" in page


def test_a_session_about_to_start_stands_with_the_running_ones(house, client):
    house.date(10)
    assert len(house.see().running) == 1
    assert "Starts at" in client.as_(house.ossian).get("/today").text


def test_what_is_over_is_neither_now_nor_next(house):
    house.date(-200)
    day = house.see()
    assert day.empty


def test_a_sheet_nobody_finished_needs_attention_for_seven_days(house, client):
    one = house.date(-24 * 60, people=house.people)
    (waits,) = house.see().waits
    assert (waits.kind, waits.card.occurrence.id) == ("unfinished", one.id)
    page = client.as_(house.ossian).get("/today").text
    assert "Sheet not finished" in page
    assert "2 people not marked." in page
    house.world.program.region = "US"
    db.session.commit()
    browser = client.as_(house.ossian)
    browser.set_cookie("language", "es")
    page = browser.get("/today").text
    assert "p.m." in page and ".m.." not in page
    with clock.at(clock.now() + timedelta(days=7)):
        assert house.see().waits == []


def test_a_finished_sheet_an_empty_date_and_a_cancelled_one_need_nobody(house):
    finished = house.date(-24 * 60, people=house.people)
    service.finish(identity_of(house.ossian), finished)
    house.date(-48 * 60)
    cancelled = house.date(-72 * 60, people=house.people)
    with clock.at(cancelled.start - timedelta(minutes=1)):
        cancel_occurrence(identity_of(house.ossian), cancelled, "The heating is out.")
    db.session.commit()
    assert house.see().waits == []


def test_two_answers_need_somebody_to_choose(house, client):
    one = house.date(-25, people=house.people)
    house.mark(one, house.people[0], AttendanceStatus.PRESENT)
    house.mark(one, house.people[0], AttendanceStatus.ABSENT, by=house.world.front_desk())
    (waits,) = house.see().waits
    assert (waits.kind, waits.card.count.two) == ("two", 1)
    page = client.as_(house.ossian).get("/today").text
    assert "1 person to settle." in page
    assert "Nothing needs you" not in page


def test_a_sheet_with_two_answers_stands_once_and_leads_to_where_one_chooses(house, client):
    one = house.date(-24 * 60, people=house.people)
    house.mark(one, house.people[0], AttendanceStatus.PRESENT)
    house.mark(one, house.people[0], AttendanceStatus.ABSENT, by=house.world.front_desk())
    assert [waits.kind for waits in house.see().waits] == ["two"]
    assert f'href="/sheet/{one.uid}/finish"' in client.as_(house.ossian).get("/today").text


def test_facilitators_see_their_own_groups_and_the_desk_its_site(house):
    house.date(-5)
    other = house.world.group("Tea and talk", led_by=house.world.facilitator("Pike", "Mockridge"))
    house.date(-5, group=other)
    elsewhere = house.world.another_program()
    elsewhere.soon(elsewhere.group("Far away"))
    assert titles(house.see().running) == ["Morning group"]
    assert sorted(titles(house.see(house.world.front_desk()).running)) == ["Morning group", "Tea and talk"]
    assert sorted(titles(house.see(house.world.supervisor()).running)) == ["Morning group", "Tea and talk"]


def test_listings_of_others_and_drafts_are_no_work_of_ours(house):
    one = house.date(-5)
    one.external = True
    draft = house.date(-5, group=house.world.group("Draft", led_by=house.ossian, state="draft"))
    db.session.commit()
    assert draft.status == "scheduled"
    assert house.see().running == []


def test_an_empty_day_says_what_comes_next(house, client):
    house.date(5 * 24 * 60)
    page = client.as_(house.ossian).get("/today").text
    assert "Nothing is planned for the rest of today" in page
    assert "The next one is Morning group" in page
    assert "Nothing needs you right now." in page


def test_a_house_without_dates_says_so(house, client):
    assert "Nothing is planned" in client.as_(house.ossian).get("/today").text


def test_the_page_names_no_client(house, client):
    one = house.date(-25, people=house.people)
    house.mark(one, house.people[0], AttendanceStatus.PRESENT)
    assert "Ash" not in client.as_(house.ossian).get("/today").text


def test_clients_and_strangers_have_no_today(house, client):
    assert client.as_(house.people[0]).get("/today").status_code == 404
    assert client.get("/today").status_code == 303
    assert client.as_(house.ossian).post("/today").status_code == 405
    assert client.as_(house.ossian, as_self=True).get("/today").status_code == 404


def test_an_admin_opens_the_page_and_sees_no_sheet(house, client):
    house.date(-5, people=house.people)
    page = client.as_(house.world.admin()).get("/today")
    assert page.status_code == 200
    assert "Open sheet" not in page.text


def test_many_sessions_ask_no_more_of_the_database_than_few(house, client, statements):
    for minutes in range(-60, 0, 10):
        house.date(minutes, group=house.world.group(f"Group {minutes}", led_by=house.ossian))
    browser = client.as_(house.ossian)
    before = len(statements())
    assert len(re.findall(r"</svg>\s*Open sheet", browser.get("/today").text)) == 6
    assert len(statements()) - before <= 12


def test_a_request_to_join_waits_for_those_who_may_answer_it(house, client):
    family = house.world.group("Family", led_by=house.ossian, access="referral")
    house.date(24 * 60, group=family)
    house.world.ask(family, house.people[0])
    for person, sees in (
        (house.ossian, True), (house.world.supervisor(), True), (house.world.facilitator("Pike", "Mockridge"), False),
    ):  # fmt: skip
        page = client.as_(person).get("/today").text
        assert ("1 person waits for an answer." in page) is sees
        assert (f"/groups/{family.uid}/people" in page) is sees
        assert ("Nothing needs you right now." in page) is not sees


def test_an_administrator_reads_when_nobody_delivers_messages(house, client, noon):
    admin, words = house.world.admin(), "Messages do not go out"

    def page(person, later=timedelta()):
        with clock.at(noon + later):
            return client.as_(person).get("/today").text

    assert words in page(admin) and "Nothing has been delivered yet." in page(admin)
    assert words not in page(house.world.supervisor()) + page(house.ossian)
    round_of_work()
    assert words not in page(admin)
    assert words not in page(admin, timedelta(minutes=15))
    late = page(admin, timedelta(minutes=16))
    assert words in late and f"Nothing has been delivered since {when(noon, ZONE)}." in late


def test_an_invitation_that_did_not_arrive_stands_there_until_another_way_is_given(house, client, tmp_path):
    class Refusing(FolderCarrier):
        def carry(self, *_args):
            raise MailRefused("no such mailbox", final=True)

    desk = house.world.front_desk()
    hazel = house.world.client("Hazel", "Buttons", email="hazel@example.org")
    invite_by_mail(identity_of(desk), hazel)
    db.session.commit()
    deliver_due(carrier=Refusing(tmp_path))
    words = "The mail to Hazel Buttons did not arrive."
    for person, sees in (
        (desk, True),
        (house.world.supervisor(), True),
        (house.ossian, False),
        (house.world.admin(), False),
    ):
        assert (words in client.as_(person).get("/today").text) is sees, person.name
    looks = db.session.query(AuditRow).filter_by(word=AuditAction.PERSON_LISTED, actor_id=desk.id)
    assert f"/people/{hazel.uid}" in client.as_(desk).get("/today").text
    before = looks.count()
    db.session.rollback()
    for _refreshed_by_itself in range(2):
        client.as_(desk).get("/today", headers={"X-Unattended": "1"})
    assert looks.count() == before, "the same people on the same page are one look"
    db.session.rollback()
    with clock.at(clock.now() + timedelta(minutes=1)):
        make_slip(identity_of(desk), hazel)
        db.session.commit()
        assert words not in client.as_(desk).get("/today").text


def test_a_group_without_a_limit_shows_no_empty_seats(house, client, world):
    group = world.group("Open circle", led_by=house.ossian, access="open", capacity=None)
    one = house.date(-5, group=group)
    page = client.as_(house.ossian).get("/today").text
    assert 'class="seats"' not in page and "0 of" not in page
    date_page = client.get(f"/sessions/{group.uid}/{one.original_local}")
    assert date_page.status_code == 200 and 'class="seats"' not in date_page.text
