"""Pages that promise a message say who gets a mail and who has to be told, before and after."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.audit.models import AuditRow
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.schedule.queries import current_series
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")
NAMED = "Reed Marmalade"


@kept(at=NOW, still=True)
def tea(world):
    """Three Thursdays with four people who have an address, and Reed, who has a phone."""
    world.lead, world.boss = world.facilitator(), world.supervisor()
    world.tea = world.group("Tea", led_by=world.lead, capacity=5)
    world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=3)
    world.mailed = [world.client(f"Robin{n}", email=f"robin{n}@example.org") for n in range(4)]
    world.reed = world.client("Reed", "Marmalade", phone="(555) 0100")
    world.enrol(world.tea, *world.mailed, world.reed, at=NOW - timedelta(hours=1))
    return world


def says_before(page, *, named=True):
    assert "4 people get a mail." in page
    assert "1 person gets no mail and has to be told." in page
    assert (NAMED in page) is named
    assert ('href="tel:5550100"' in page) is named
    assert ("Who gets a mail" in page) is named
    assert "5 people will be told" not in page


def says_after(page, *, named=True):
    assert "4 people get a mail." in page
    assert ("Not by mail: Reed Marmalade ((555) 0100)." in page) is named
    assert ("1 person gets no mail and has to be told." in page) is not named


def test_cancelling_a_date_names_who_has_to_be_told_before_and_after(tea, client):
    browser, address = client.as_(tea.boss), f"/occurrences/{tea.dates[0].uid}/cancel"
    page = browser.get(address).text
    says_before(page)
    assert "Cancel and mail 4 people" in page
    says_after(browser.post(address, data={"reason": "The heating is out."}, follow_redirects=True).text)


def test_who_leads_reads_who_has_to_be_told_and_no_number(tea, client):
    """The desk and supervisors have the numbers: a facilitator once read those of a whole register."""
    browser, address = client.as_(tea.lead), f"/occurrences/{tea.dates[0].uid}/cancel"
    page = browser.get(address).text
    assert "Reed M." in page and "The desk has their numbers." in page
    sent = browser.post(address, data={"reason": "The heating is out."}, follow_redirects=True).text
    assert "Not by mail: Reed M. The desk has their numbers." in sent.replace("M..", "M.")
    today = browser.get("/today").text
    assert "Tell Reed Marmalade" in today and "The desk has the number." in today
    reed = db.session.scalars(select(Enrolment).where(Enrolment.person_id == tea.reed.id)).one()
    removal = browser.get(f"/enrolments/{reed.uid}/remove").text
    record = browser.get(f"/people/{tea.reed.uid}").text
    assert "The desk has their mail address and number." in record
    for text in (page, sent, today, removal, record, browser.get("/people").text):
        assert "0100" not in text and "tel:" not in text.replace("tel:9", "")


def test_an_administrator_reads_no_name(tea, client):
    address = f"/occurrences/{tea.dates[0].uid}/cancel"
    client.as_(tea.lead).post(address, data={"reason": "The heating is out."})
    assert client.as_(tea.admin()).get(address).status_code == 404
    assert NAMED not in client.as_(tea.admin()).get("/today").text


def test_a_date_of_people_without_mail_promises_none(tea, client):
    one = tea.series(group := tea.group("Chess", led_by=tea.lead), datetime(2026, 11, 27, 9), dates=1)[0]
    tea.enrol(group, tea.reed)
    page = client.as_(tea.lead).get(f"/occurrences/{one.uid}/cancel").text
    assert "get a mail" not in page and "gets a mail" not in page
    assert "Cancel this date" in page


def test_the_end_of_a_group_says_it_before_and_after(tea, client):
    browser, address = client.as_(tea.boss), f"/groups/{tea.tea.uid}/retire"
    says_before(browser.get(address).text)
    says_after(browser.post(address, follow_redirects=True).text)


def test_an_edit_says_it_before_and_after(tea, client):
    browser, address = client.as_(tea.boss), f"/groups/{tea.tea.uid}/edit"
    assert "a mail" not in browser.get(address).text
    form = {
        "title": "Tea", "modality": "support-group", "structure": "structured", "orientation": "secular",
        "setting": "group", "repeats": "weekly", "weekdays": ["3"], "starts_on": "2026-11-26", "start_time": "17:00",
        "end_time": "18:30", "ends": "after", "count": "3", "attendance_mode": "in_person", "place": tea.room.uid,
        "lead": tea.lead.uid, "capacity": "5", "access": "enrol", "languages": ["en"], "monthly_by": "day",
        "version": str(tea.tea.version), "series_version": str(current_series(tea.tea).version),
    }  # fmt: skip
    says_before(browser.post(f"/groups/preview?group={tea.tea.uid}", data=form).text)
    says_after(browser.post(address, data={**form, "act": "save"}, follow_redirects=True).text)


def test_who_is_brought_in_and_taken_out_is_said_to_need_telling(tea, client):
    browser, hazel = client.as_(tea.boss), tea.client("Hazel", "Buttons", phone="555 0199")
    address = f"/groups/{tea.tea.uid}/enrol"
    found = browser.post(address, data={"letters": "hazel", "act": "search"}).text
    assert "No mail reaches them: 555 0199" in found
    page = browser.post(address, data={"people": [hazel.uid], "act": "enrol"}).text
    assert "Not by mail: Hazel Buttons (555 0199)." in page
    reed = db.session.scalars(select(Enrolment).where(Enrolment.person_id == tea.reed.id)).one()
    asked = browser.get(f"/enrolments/{reed.uid}/remove").text
    assert "No mail reaches them, so they have to be told:" in asked and 'href="tel:5550100"' in asked
    page = browser.post(f"/enrolments/{reed.uid}/remove", follow_redirects=True).text
    assert "Not by mail: Hazel Buttons (555 0199) and Reed Marmalade ((555) 0100)." in page
    assert "Hazel Buttons moved up" in page


def test_whoever_gets_a_mail_is_said_to_get_one(tea, client):
    browser, hazel = client.as_(tea.boss), tea.client("Hazel", "Buttons", email="hazel@example.org")
    page = browser.post(f"/groups/{tea.tea.uid}/enrol", data={"people": [hazel.uid], "act": "enrol"}).text
    assert "1 person gets a mail." in page
    assert "To be told" not in page


def cancel(tea, client):
    client.as_(tea.lead).post(
        f"/occurrences/{tea.dates[0].uid}/cancel", data={"reason": "The heating is out."}
    )


def test_today_shows_whom_to_call_and_what_to_say_until_it_is_ticked(tea, client):
    cancel(tea, client)
    browser = client.as_(tea.front_desk())
    page = browser.get("/today").text
    assert NAMED in page and 'href="tel:5550100"' in page and "No mail address." in page
    assert "will not take place. We are sorry." in page
    tick = page.split('action="/messages/')[1].split('"')[0]
    page = browser.post(f"/messages/{tick}", data={"next": "/today"}, follow_redirects=True).text
    assert "Reed Marmalade was told." in page
    assert "tel:5550100" not in page
    page = browser.post(f"/messages/{tick}/undo", data={"next": "/today"}, follow_redirects=True).text
    assert "Reed Marmalade still has to be told." in page
    assert "tel:5550100" in page


def test_the_list_of_a_group_shows_its_own_and_leads_back_there(tea, client):
    cancel(tea, client)
    browser, address = client.as_(tea.lead), f"/groups/{tea.tea.uid}/people"
    page = browser.get(address).text
    assert "To be told" in page
    tick = page.split('action="/messages/')[1].split('"')[0]
    answer = browser.post(f"/messages/{tick}", data={"next": address})
    assert (answer.status_code, answer.location) == (303, address)
    assert "To be told" not in browser.get(address).text
    other = tea.group("Chess", led_by=tea.lead)
    assert "To be told" not in browser.get(f"/groups/{other.uid}/people").text


def test_that_a_name_was_shown_on_today_is_written_down(tea, client):
    cancel(tea, client)
    desk = tea.front_desk()
    client.as_(desk).get("/today")
    row = db.session.scalars(select(AuditRow).where(AuditRow.actor_id == desk.id)).one()
    assert [one.person_id for one in row.subjects] == [tea.reed.id]


def test_many_who_have_to_be_told_are_five_and_a_fold(tea, client):
    chess = tea.group("Chess", led_by=tea.lead)
    one = tea.series(chess, datetime(2026, 11, 27, 9), dates=1)[0]
    tea.enrol(chess, *(tea.client(f"Person{n}") for n in range(7)))
    browser = client.as_(tea.boss)
    address = f"/occurrences/{one.uid}/cancel"
    after = browser.post(address, data={"reason": "The heating is out."}, follow_redirects=True).text
    assert "Person3 Teacup (no phone number), Person4 Teacup (no phone number) and 2 more." in after
    page = browser.get("/today").text
    assert "2 more to be told" in page
    assert page.count("No mail address.") == 7


def test_a_stranger_to_the_roster_cannot_tick(tea, client):
    cancel(tea, client)
    page = client.as_(tea.lead).get("/today").text
    tick = page.split('action="/messages/')[1].split('"')[0]
    for person in (tea.admin(), tea.reed, tea.facilitator("Pike", "Mockridge")):
        assert client.as_(person).post(f"/messages/{tick}").status_code == 404
    assert "Tell Reed Marmalade" in client.as_(tea.lead).get("/today").text


def test_who_was_told_stays_in_a_fold_for_a_day_with_the_way_back(tea, client):
    cancel(tea, client)
    browser = client.as_(tea.lead)
    page = browser.get("/today").text
    assert "Told in the last 24 hours" not in page
    tick = page.split('action="/messages/')[1].split('"')[0]
    browser.post(f"/messages/{tick}")
    for address in ("/today", f"/groups/{tea.tea.uid}/people"):
        browser.get(address)  # says what was done, once
        page = browser.get(address).text
        assert "Told in the last 24 hours" in page
        assert f'action="/messages/{tick}/undo"' in page
        assert "Not told after all" in page
    browser.post(f"/messages/{tick}/undo")
    assert "Told in the last 24 hours" not in browser.get("/today").text


def test_a_tick_for_what_is_said_otherwise_by_now_says_so_and_ticks_nothing(tea, client):
    cancel(tea, client)
    browser = client.as_(tea.lead)
    tick = browser.get("/today").text.split('action="/messages/')[1].split('"')[0]
    with clock.at(NOW + timedelta(minutes=1)):
        address = f"/occurrences/{tea.dates[1].uid}/cancel"
        browser.post(address, data={"reason": "The heating is out."})
        page = browser.post(f"/messages/{tick}", data={"next": "/today"}, follow_redirects=True).text
        assert "Meanwhile something has changed. Please look here for what to say now." in page
        assert "Not on Thu 26 Nov and Thu 3 Dec at 18:00." in page
        assert "was told." not in page


def test_one_person_of_two_groups_is_counted_once(tea, client):
    yoga = tea.group("Yoga", led_by=tea.lead, place=tea.place("Hall", capacity=20))
    [first, _second] = tea.series(yoga, datetime(2026, 11, 27, 9), dates=2)
    tea.enrol(yoga, tea.reed, at=NOW - timedelta(hours=1))
    cancel(tea, client)
    client.as_(tea.boss).post(f"/occurrences/{first.uid}/cancel", data={"reason": "Snow"})
    page = client.as_(tea.boss).get("/today").text
    assert page.count(f"Tell {NAMED}") == 2
    assert '<h2 id="attention">Needs attention <span class="tag tag-warn">1</span>' in " ".join(page.split())


def test_nobody_has_to_be_told_of_dates_that_are_all_over(tea, client):
    """A card asked in February to tell somebody of dates in December."""
    cancel(tea, client)
    boss = client.as_(tea.boss)
    assert f"Tell {NAMED}" in boss.get("/today").text
    with clock.at(datetime.fromisoformat("2026-12-20T14:00:00+00:00")):
        later = client.as_(tea.boss)
        assert f"Tell {NAMED}" not in later.get("/today").text
        assert f"Tell {NAMED}" not in later.get(f"/groups/{tea.tea.uid}/people").text
