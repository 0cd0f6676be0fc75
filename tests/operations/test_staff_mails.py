"""Staff get mails about their work: at once or one a day, as they chose, each piece of news once, none when it is over."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from groupsched.accounts.rules import ReminderWish, StaffMail
from groupsched.accounts.service import change_own, end_role
from groupsched.attendance import service as attendance
from groupsched.attendance.rules import AttendanceStatus, QueuedOperation, attendee_uid
from groupsched.care.service import hand_over, take_back_hand_over
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.rules import GuestRelation
from groupsched.enrolment.service import GuestWish
from groupsched.operations.service import tell_staff
from groupsched.operations.worker import round_of_work
from groupsched.outbox.carriers import FolderCarrier, MailRefused
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.outbox.service import fewer_path
from groupsched.schedule.rules import DateField
from groupsched.schedule.service import WantedDate, cancel_occurrence, change_occurrence
from tests.conftest import identity_of
from tests.factories import ZONE
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOON = datetime.fromisoformat("2026-11-24T17:00:00+00:00")  # a Tuesday, in New York


@kept(at=NOON, still=True)
def tea(world):
    """Ossian, who has an address, leads a group that one asks to join, on Thursdays."""
    world.lead = world.facilitator(email="ossian@example.org")
    world.tea = world.group("Tea", led_by=world.lead, access="referral")
    world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=3)
    world.robin = world.client(email="robin@example.org")
    return world


def choose(person, wish, quiet=("21:00", "08:00")):
    reminders = ReminderWish(False, False, *quiet)
    change_own(identity_of(person), language="en", wants_mail=True, reminders=reminders, staff_mail=wish)
    db.session.commit()


def at(hours):
    """Some hours after that noon."""
    return NOON + timedelta(hours=hours)


def mails(tea, hours=0.0, person=None):
    """What has gone out to Ossian, or somebody else, after a round at that time."""
    with clock.at(at(hours)):
        round_of_work()
    reader = person or tea.lead
    query = select(Message).where(Message.person_id == reader.id, Message.kind.startswith("staff_"))
    found = [(row.kind, row.fields) for row in db.session.scalars(query.order_by(Message.id)) if row.sent_at]
    db.session.rollback()
    return found


def kinds(tea, hours=0.0, person=None):
    return [kind for kind, _fields in mails(tea, hours, person)]


def test_a_request_is_told_once_to_who_leads_and_names_nobody(tea):
    tea.ask(tea.tea, tea.robin)
    ((kind, fields),) = mails(tea)
    assert (kind, fields) == ("staff_request", {"date": "Tue 1 Dec", "first_name": "Ossian"})
    assert len(mails(tea, 1)) == 1
    assert mails(tea, person=tea.robin) == []


def test_a_request_for_a_single_date_is_answered_not_later_than_the_day_before(tea):
    dates = [one for one in tea.dates if one.start > at(24)][:2]
    wish = {"mode": "dates", "occurrences": dates}
    service.enrol(identity_of(tea.robin), tea.tea, tea.robin, **wish)
    db.session.commit()
    ((_kind, fields),) = mails(tea)
    assert fields["date"] == "Wed 25 Nov"
    query = select(Message).where(Message.kind == "request_received")
    assert db.session.scalars(query).one().fields["date"] == "Wed 25 Nov"


def test_a_guest_who_is_asked_for_is_told_to_who_leads_before_the_date(tea):
    group, wish = tea.group("Family evening", led_by=tea.lead), GuestRelation.FRIEND
    (date, *_more) = tea.series(group, datetime(2026, 11, 25, 18), dates=2)
    tea.enrol(group, tea.robin)
    tea.guests(group)
    asked = GuestWish("Nan", wish, [date], word=True, adult=True)
    service.ask_for_guest(identity_of(tea.robin), group, tea.robin, asked)
    db.session.commit()
    ((kind, fields),) = mails(tea)
    # Not later than the day before the first date on which the guest would come.
    assert (kind, fields["date"]) == ("staff_request", "Tue 24 Nov")


def test_a_request_that_was_answered_before_the_worker_came_is_no_news(tea):
    request = tea.ask(tea.tea, tea.robin)
    service.decline_request(identity_of(tea.lead), request)
    db.session.commit()
    assert mails(tea) == []


def test_a_request_taken_back_while_its_mail_waits_takes_the_mail_back(tea):
    class Later(FolderCarrier):
        def carry(self, *_args):
            raise MailRefused("try later")

    request = tea.ask(tea.tea, tea.robin)
    tell_staff(NOON)
    db.session.commit()
    deliver_due(carrier=Later("/nowhere"))
    service.leave(identity_of(tea.robin), request)
    db.session.commit()
    assert mails(tea, 1) == []


def test_nothing_comes_in_quiet_hours_and_what_is_open_then_comes_after_them(tea):
    with clock.at(at(10)):  # 22:00
        tea.ask(tea.tea, tea.robin)
    assert mails(tea, 10) == []
    assert mails(tea, 19.9) == []
    assert kinds(tea, 20) == ["staff_request"]


def test_what_was_settled_in_quiet_hours_never_comes(tea):
    with clock.at(at(10)):
        request = tea.ask(tea.tea, tea.robin)
        mails(tea, 10)
        service.leave(identity_of(tea.robin), request)
        db.session.commit()
    assert mails(tea, 20) == []


def test_one_mail_a_day_comes_in_the_morning_with_all_there_is(tea):
    choose(tea.lead, StaffMail.DAILY)
    tea.ask(tea.tea, tea.robin)
    tea.ask(tea.tea, tea.client("Reed"))
    assert mails(tea, 1) == []
    ((kind, fields),) = mails(tea, 20)
    assert kind == "staff_daily"
    assert fields == {"first_name": "Ossian", "lines": "– 2 requests wait for an answer."}
    with clock.at(at(21)):
        tea.ask(tea.tea, tea.client("Basil"))
    assert len(mails(tea, 22)) == 1
    assert mails(tea, 44)[1][1]["lines"] == "– 1 request waits for an answer."
    assert len(mails(tea, 68)) == 2


def test_who_goes_over_to_at_once_is_not_told_again(tea):
    choose(tea.lead, StaffMail.DAILY)
    tea.ask(tea.tea, tea.robin)
    assert kinds(tea, 20) == ["staff_daily"]
    choose(tea.lead, StaffMail.AT_ONCE)
    assert kinds(tea, 21) == ["staff_daily"]
    choose(tea.lead, StaffMail.DAILY)
    assert kinds(tea, 44) == ["staff_daily"]


def test_who_wants_none_gets_none(tea):
    choose(tea.lead, StaffMail.NONE)
    tea.ask(tea.tea, tea.robin)
    assert mails(tea, 20) == []


def test_who_leads_no_more_gets_none(tea):
    (grant,) = tea.lead.grants
    end_role(identity_of(tea.admin()), tea.lead, grant.id)
    db.session.commit()
    tea.ask(tea.tea, tea.robin)
    assert mails(tea) == []


def test_a_sheet_that_nobody_finished_is_told_two_hours_after_its_end(tea):
    tea.enrol(tea.tea, tea.robin, tea.client("Reed"))
    ended = (tea.dates[0].end - NOON) / timedelta(hours=1)
    assert mails(tea, ended + 1.9) == []
    # Two hours after the end is in quiet hours.
    ((kind, fields),) = mails(tea, ended + 14)
    said = {"count": "2", "date": "Thu 26 Nov", "first_name": "Ossian", "time": "18:00"}
    assert (kind, fields) == ("staff_unfinished_sheet", said)


def test_a_finished_sheet_and_a_cancelled_date_are_no_news(tea):
    tea.enrol(tea.tea, tea.robin)
    cancel_occurrence(identity_of(tea.lead), tea.dates[1], "The heating is out.")
    db.session.commit()
    with clock.at(tea.dates[0].end):
        attendance.finish(identity_of(tea.lead), tea.dates[0])
        db.session.commit()
    for one in tea.dates[:2]:
        assert mails(tea, (one.end - NOON) / timedelta(hours=1) + 14) == []


def test_what_somebody_else_changed_is_told_and_what_one_changed_oneself_is_not(tea):
    cancel_occurrence(identity_of(tea.lead), tea.dates[0], "The heating is out.")
    db.session.commit()
    assert mails(tea) == []
    sup = tea.supervisor(email="marigold@example.org")
    for one in tea.dates[1:]:
        cancel_occurrence(identity_of(sup), one, "The heating is out.")
    db.session.commit()
    ((kind, fields),) = mails(tea, 0.1)
    assert (kind, fields) == (
        "staff_changed",
        {"date": "Tue 24 Nov", "first_name": "Ossian", "time": "12:00"},
    )
    assert mails(tea, person=sup) == []


def test_whoever_leads_now_and_whoever_does_not_any_more_hear_of_it(tea, client):
    """The new lead and the old one heard nothing, and nothing stood on their Today."""
    juniper = tea.facilitator("Juniper", email="juniper@example.org")
    tea.sup = tea.supervisor(email="marigold@example.org")
    wanted = WantedDate(values={DateField.LEADS: (juniper.id,)})
    change_occurrence(identity_of(tea.sup), tea.dates[1], wanted)
    db.session.commit()
    for browser, said in (
        (client.as_(juniper), "You lead now"),
        (client.as_(tea.lead), "You do not lead any more"),
    ):
        page = browser.get("/today").text
        assert said in page and "Tea" in page and "3 Dec" in page
    ((kind, fields),) = mails(tea, 0.1, juniper)
    assert (kind, fields["date"], fields["count"]) == ("staff_leads", "Thu 3 Dec", "1")
    assert ("staff_leads_no_more", "Thu 3 Dec") in [(kind, said["date"]) for kind, said in mails(tea, 0.1)]
    assert mails(tea, 0.1, tea.sup) == []


def test_a_change_of_who_leads_that_is_taken_back_is_told_to_nobody(tea):
    juniper, sup = tea.facilitator("Juniper", email="juniper@example.org"), tea.supervisor()
    for people in ((juniper.id,), ()):
        change_occurrence(identity_of(sup), tea.dates[1], WantedDate(values={DateField.LEADS: people}))
    db.session.commit()
    assert mails(tea, 0.1, juniper) == [] and "staff_leads_no_more" not in kinds(tea, 0.1)


def test_a_message_that_did_not_arrive_is_told_until_somebody_told_its_person(tea):
    tea.enrol(tea.tea, tea.robin)

    class Refusing(FolderCarrier):
        def carry(self, *_args):
            raise MailRefused("no such mailbox", final=True)

    deliver_due(carrier=Refusing("/nowhere"))
    assert kinds(tea) == ["staff_undelivered"]
    assert kinds(tea, 1) == ["staff_undelivered"]


def test_every_mail_leads_to_its_page_and_has_a_way_out(tea, client):
    tea.ask(tea.tea, tea.robin)
    with clock.at(NOON):
        round_of_work()
        (row,) = db.session.scalars(select(Message).where(Message.kind == "staff_request")).all()
        assert row.target == f"/groups/{tea.tea.uid}/people"
        link, lead = fewer_path(row.uid), tea.lead
        page = client.get(link).text
        assert "One mail a day" in page and "No more reminders" not in page and "Ossian" not in page
        assert "one mail a day comes" in client.post(link, data={"what": "daily"}).text
        db.session.refresh(lead)
        assert lead.staff_mail is StaffMail.DAILY
        assert "No more mails about your work" in client.post(link, data={"what": "none"}).text
        db.session.refresh(lead)
        assert (lead.staff_mail, lead.wants_mail) == (StaffMail.NONE, True)
        client.post(link, data={"what": "messages"})
        db.session.refresh(lead)
        assert lead.wants_mail


def test_who_leads_chooses_it_in_their_settings_and_others_have_no_such_choice(tea, client):
    browser, sent = client.as_(tea.lead), {"language": "en", "wants_mail": "y"}
    assert 'name="staff_mail"' in browser.get("/account").text
    browser.post("/account", data={**sent, "staff_mail": "daily"})
    db.session.refresh(tea.lead)
    assert tea.lead.staff_mail is StaffMail.DAILY
    browser.post("/account", data={**sent, "staff_mail": "weekly"})
    db.session.refresh(tea.lead)
    assert tea.lead.staff_mail is StaffMail.DAILY
    assert 'name="staff_mail"' not in client.as_(tea.front_desk()).get("/account").text
    robin = client.as_(tea.robin)
    assert 'name="staff_mail"' not in robin.get("/account").text
    robin.post("/account", data={**sent, "staff_mail": "none"})
    db.session.refresh(tea.robin)
    assert tea.robin.staff_mail is StaffMail.AT_ONCE


def test_a_sheet_with_two_answers_asks_to_choose_one(tea):
    tea.enrol(tea.tea, tea.robin)
    one, desk = tea.dates[0], tea.front_desk()
    with clock.at(one.start):
        for who, status in ((tea.lead, AttendanceStatus.PRESENT), (desk, AttendanceStatus.ABSENT)):
            op = QueuedOperation(
                op_id=str(uuid4()), attendee_id=attendee_uid(one.uid, tea.robin.uid), status=status, observed_at=one.start
            )  # fmt: skip
            attendance.apply(identity_of(who), one, [op])
            db.session.commit()
    ((kind, fields),) = mails(tea, (one.end - NOON) / timedelta(hours=1) + 14)
    assert (kind, fields["count"]) == ("staff_two_answers", "1")


def test_who_looks_up_more_than_twenty_people_in_a_day_is_told_to_supervisors_once(tea, client):
    boss = tea.supervisor(email="boss@example.org")
    people = [tea.client("Sage", f"Lantern{number}") for number in range(22)]
    tea.enrol(tea.tea, tea.robin)

    def look_up(by, some):
        browser = client.as_(by)
        for one in some:
            browser.post(f"/groups/{tea.tea.uid}/enrol", data={"who": one.name, "act": "find"})

    for _ in range(2):
        look_up(tea.lead, people[:20])
    assert mails(tea, person=boss) == []
    assert "Many people looked up" not in client.as_(boss).get("/today").text
    look_up(tea.lead, people[20:])
    # Whose register is open counts for nothing: the desk asks for people all day.
    both = tea.front_desk()
    look_up(both, people)
    for _ in range(2):
        [(kind, fields)] = mails(tea, person=boss)
        assert kind == "staff_sought"
        assert not any(one.first_name in str(fields) or one.last_name in str(fields) for one in people)
    page = client.as_(boss).get("/today").text
    assert "Ossian S. looked up 22 different people by name or number today." in page
    assert mails(tea) == [] and "Many people" not in client.as_(tea.lead).get("/today").text
    with clock.at(at(24)):
        assert "Many people looked up" not in client.as_(boss).get("/today").text


def test_what_is_new_at_once_is_one_mail(tea):
    walk = tea.group("Walk", led_by=tea.lead, access="referral")
    tea.series(walk, datetime(2026, 11, 27, 18), dates=3)
    for group in (tea.tea, walk):
        tea.ask(group, tea.robin)
    assert kinds(tea) == ["staff_request", "staff_request"]
    rows = db.session.scalars(select(Message).where(Message.kind == "staff_request")).all()
    assert len({row.together for row in rows}) == 1 and None not in {row.together for row in rows}


def test_who_takes_people_over_is_told_once_after_a_while_and_reads_no_name(tea):
    boss, fern = tea.supervisor("Ivy"), tea.facilitator("Fern", email="fern@example.org")
    rows = [tea.care_for(one, tea.lead, days=-7) for one in (tea.robin, tea.client("Holly"))]
    hand_over(identity_of(boss), rows, fern, clock.today(ZONE) + timedelta(days=1))
    db.session.commit()
    assert mails(tea, 0.1, fern) == []
    [(kind, fields)] = mails(tea, 0.2, fern)
    assert (kind, fields) == ("staff_care", {"count": "2", "date": "Wed 25 Nov", "first_name": "Fern"})
    assert len(mails(tea, 1, fern)) == 1
    assert mails(tea, 1) == [], "who hands over hears nothing"


def test_a_hand_over_that_was_taken_back_is_never_told(tea):
    boss, fern = tea.supervisor("Ivy"), tea.facilitator("Fern", email="fern@example.org")
    with clock.at(at(10)):  # in quiet hours, so that it waits
        begun = hand_over(identity_of(boss), [tea.care_for(tea.robin, tea.lead)], fern, clock.today(ZONE))
        db.session.commit()
    assert mails(tea, 11, fern) == []
    with clock.at(at(11)):
        take_back_hand_over(identity_of(boss), begun)
        db.session.commit()
    assert mails(tea, 20, fern) == []


def test_who_takes_somebody_over_by_their_own_hand_is_not_told(tea):
    fern = tea.supervisor("Fern", email="fern@example.org")
    hand_over(identity_of(fern), [tea.care_for(tea.robin, tea.lead)], fern, clock.today(ZONE))
    db.session.commit()
    assert mails(tea, 1, fern) == []
