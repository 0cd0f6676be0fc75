"""Leaving and giving back on pages: true words before, the way back after, in the right door."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.attendance.models import Attendee, Sheet
from groupsched.catalog.service import retire_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import live_of, standings
from groupsched.outbox.models import Message
from groupsched.schedule.service import cancel_occurrence
from tests.conftest import identity_of, read_html
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")
FIRST = datetime(2026, 11, 26, 10)
CLOSED = {"access": "closed"}
REFERRAL = {"access": "referral"}
ONE_TO_ONE = {"access": "closed", "setting": "private", "capacity": 1}


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def house(world):
    world.lead = world.facilitator()
    world.robin, world.hazel = world.client(), world.client("Hazel")
    return world


def opened(house, **fields):
    house.circle = house.group("Circle", led_by=house.lead, **{"capacity": 2, **fields})
    house.dates = house.series(house.circle, FIRST, dates=4)
    return house.circle


def bring(house, person, dates=()):
    by, mode = house.keeper(), "dates" if dates else "whole"
    service.enrol(by, house.circle, person, mode=mode, occurrences=dates, accept_clash=True)
    db.session.commit()


def at(house, *rest):
    return "/".join(["/sessions", house.circle.uid, *rest])


def state(house, person, number=0):
    db.session.expire_all()
    found = standings(person.id, house.dates).get(house.dates[number].id)
    return found.state if found else None


def flashed(page):
    """The words of the message on a page, and the form beside it: where it goes and what it sends."""
    notice = next(node for node in read_html(page).iter("div") if node.get("class") == "flash")
    form = next(iter(notice.iter("form")), None)
    words = "".join(next(notice.iter("p")).itertext())
    if form is None:
        return words, None
    fields = {}
    for field in form.iter("input"):
        fields.setdefault(field.get("name"), []).append(field.get("value"))
    return words, (form.get("action"), fields, "".join(next(form.iter("button")).itertext()))


def press(browser, form):
    return browser.post(form[0], data=form[1])


@pytest.mark.parametrize("kind", [CLOSED, REFERRAL, ONE_TO_ONE, {"hidden": True}])
def test_what_one_cannot_join_again_by_oneself_asks_first(house, client, kind):
    opened(house, **kind)
    bring(house, house.robin)
    browser = client.as_(house.robin)
    mine = browser.get(at(house, "mine")).text
    assert "You cannot come back by yourself." in mine
    assert "You can come back." not in mine
    asked = browser.post(at(house, "leave"))
    assert asked.location == at(house, "leave")
    assert state(house, house.robin) == "active"
    page = browser.get(asked.location).text
    assert "You cannot come back by yourself." in page
    assert "You have no more dates here from Thursday 26 November on." in page
    who = "You can ask again." if kind is REFERRAL else "Ossian can let you in again if a seat is free."
    assert who in page
    assert "Keep my seat" in page and "I can’t come on Thu 26 Nov" in page
    left = browser.post(at(house, "leave"), data={"sure": "1"})
    assert left.location == "/my"
    words, undo = flashed(browser.get("/my").text)
    assert words == "You left Circle."
    assert browser.post(at(house, "leave"), data={"sure": "1"}).status_code == 303
    assert press(browser, undo).location == at(house, "mine")
    assert state(house, house.robin) == "active"
    assert press(browser, undo).status_code == 303


def test_who_waits_for_what_is_closed_is_asked_about_the_line(house, client):
    opened(house, **CLOSED, capacity=1)
    bring(house, house.hazel)
    bring(house, house.robin)
    browser = client.as_(house.robin)
    page = browser.get(browser.post(at(house, "leave")).location).text
    assert "Leave the waiting list of Circle?" in page
    assert "Ossian can put you on the list again, at its end." in page
    browser.post(at(house, "leave"), data={"sure": "1"})
    words, undo = flashed(browser.get("/my").text)
    assert words == "You no longer wait for Circle."
    press(browser, undo)
    assert state(house, house.robin) == "waitlisted"


def test_what_one_can_join_again_asks_nothing(house, client):
    opened(house)
    bring(house, house.robin)
    browser = client.as_(house.robin)
    assert browser.get(at(house, "leave")).location == at(house, "mine")
    assert browser.post(at(house, "leave")).location == "/my"
    assert state(house, house.robin) is None


def test_too_late_is_said_with_the_way_that_is_left(house, client):
    opened(house)
    bring(house, house.robin, house.dates[:2])
    browser = client.as_(house.robin)
    browser.post(at(house, "leave"))
    _words, undo = flashed(browser.get("/my").text)
    for name in ("Hazel", "Indigo"):
        bring(house, house.client(name), house.dates[1:2])
    late = press(browser, undo)
    assert late.location == at(house)
    words, again = flashed(browser.get(late.location).text)
    assert words == "Your seat has gone to somebody else, so it cannot be undone."
    assert again[2] == "Put me on the waiting list"
    press(browser, again)
    assert [state(house, house.robin, number) for number in range(3)] == ["active", "waitlisted", None]


def test_after_the_message_has_gone_out_one_joins_again(house, client):
    opened(house)
    bring(house, house.robin)
    browser = client.as_(house.robin)
    browser.post(at(house, "leave"))
    _words, undo = flashed(browser.get("/my").text)
    with clock.at(NOW + timedelta(minutes=11)):
        press(browser, undo)
        words, again = flashed(browser.get(at(house)).text)
        assert words == "It is too late to undo this."
        assert again[2] == "Join again"
        press(browser, again)
    assert state(house, house.robin) == "active"


def test_who_leaves_the_line_of_a_date_reads_that_and_can_undo_it(house, client):
    opened(house, capacity=1)
    bring(house, house.hazel)
    bring(house, house.robin, house.dates[:1])
    browser = client.as_(house.robin)
    browser.post(f"/occurrences/{house.dates[0].uid}/cannot-come")
    words, undo = flashed(browser.get("/my").text)
    assert words == "You no longer wait for Circle, Thu 26 Nov, 10:00."
    press(browser, undo)
    assert state(house, house.robin) == "waitlisted"


def test_nobody_undoes_for_somebody_else(house, client):
    opened(house)
    bring(house, house.robin)
    browser = client.as_(house.robin)
    browser.post(at(house, "leave"))
    _words, undo = flashed(browser.get("/my").text)
    for stranger in (house.hazel, house.lead, house.another_program().client(), None):
        assert client.as_(stranger).post(undo[0]).status_code == 404
    assert state(house, house.robin) is None


def test_a_line_of_one_date_is_said_before_leaving_too(house, client):
    for kind in (CLOSED, {}):
        opened(house, **kind, capacity=1)
        bring(house, house.robin)
        bring(house, house.client("Indigo"), house.dates[2:3])
        page = client.as_(house.robin).get(at(house, "leave"), follow_redirects=True).text
        assert "1 person waits. Your seat goes to them at once, and this cannot be undone then." in page
        assert ("You cannot come back by yourself." in page) is bool(kind)


def test_a_full_date_says_before_that_the_seat_goes_to_the_line_and_offers_the_line_after(house, client):
    opened(house, capacity=1)
    bring(house, house.robin)
    for name in ("Hazel", "Indigo"):
        bring(house, house.client(name), house.dates[:1])
    browser, address = client.as_(house.robin), f"/occurrences/{house.dates[0].uid}/cannot-come"
    asked = browser.post(address, data={"next": at(house, "mine")})
    assert asked.location == f"{address}?next={at(house, 'mine')}"
    assert state(house, house.robin) == "active"
    page = browser.get(asked.location).text
    assert "2 people wait. Your seat goes at once to the first who can take it." in page
    gone = browser.post(address, data={"next": at(house, "mine"), "sure": "1"})
    page = browser.get(gone.location).text
    words, back = flashed(page)
    assert words.endswith("Thu 26 Nov, 10:00, went to the next person who waited.")
    assert back[2] == "Put me back on the list"
    assert page.count("Put me back on the list") == 1
    press(browser, back)
    assert flashed(browser.get("/my").text)[0] == "You’re on the waiting list, number 2"
    assert state(house, house.robin) == "waitlisted"


def test_a_date_for_which_nobody_could_move_up_is_given_back_with_one_tap(house, client):
    opened(house, capacity=1)
    bring(house, house.robin)
    bring(house, house.hazel)  # waits for every date: one of them helps nobody
    browser, address = client.as_(house.robin), f"/occurrences/{house.dates[0].uid}/cannot-come"
    assert browser.post(address).location == "/my"
    assert flashed(browser.get("/my").text)[1][2] == "I can come after all"
    assert browser.get(address).location == "/my"


def test_the_pages_that_ask_first_ask_the_database_few_times(house, client, statements):
    opened(house, **CLOSED, capacity=1)
    bring(house, house.robin)
    for number in range(12):
        bring(house, house.client(f"Person{number}"), house.dates[:2] if number % 2 else ())
    browser = client.as_(house.robin)
    for address in (at(house, "leave"), f"/occurrences/{house.dates[0].uid}/cannot-come"):
        db.session.close()
        before = len(statements())
        assert browser.get(address).status_code == 200
        # A closed group may have cohorts: who asks of them is answered each time.
        assert len(statements()) - before <= 16


def test_the_undo_stays_on_ones_week_for_its_ten_minutes(house, client):
    """The page that said it for ten minutes was gone after one look elsewhere."""
    opened(house)
    bring(house, house.robin)
    browser = client.as_(house.robin)
    browser.post(at(house, "leave"))
    browser.get("/my"), browser.get("/sessions")
    page = browser.get("/my").text
    assert "Until 08:10 you can undo it" in page and "/undo" in page
    with clock.at(NOW + timedelta(minutes=10)):
        assert "/undo" not in browser.get("/my").text
    bring(house, house.robin)
    assert "/undo" not in browser.get("/my").text, "in again, nothing is left to undo"


def test_a_full_series_says_before_that_the_seat_goes_to_the_first_who_waits(house, client):
    """Giving up one date of it asked first; giving up all of them did not."""
    opened(house)
    for name in ("Robin", "Teacup", "Hazel", "Indigo", "Basil"):
        bring(house, house.robin if name == "Robin" else house.client(name))
    browser = client.as_(house.robin)
    asked = browser.post(at(house, "leave"))
    assert (asked.location, state(house, house.robin)) == (at(house, "leave"), "active")
    page = browser.get(asked.location).text
    assert "3 people wait. Your seat goes at once to the first who can take it" in page
    assert "If you want it back later, you stand at the end of the line." in page
    assert "minutes you can undo it" not in page and "You cannot come back by yourself." not in page
    browser.post(at(house, "leave"), data={"sure": "1"})
    words, back = flashed(browser.get("/my").text)
    assert words == "You left Circle. Your seat went to the next person who waited."
    assert back[2] == "Put me on the waiting list"


def test_who_waits_in_vain_does_not_make_leaving_ask(house, client):
    opened(house, capacity=1)
    bring(house, house.robin, house.dates[:1])
    bring(house, house.client("Basil"), house.dates[1:2])
    bring(house, house.hazel)  # waits for every date: one of them helps nobody
    assert client.as_(house.robin).post(at(house, "leave")).location == "/my"


def test_a_closed_course_says_how_far_it_is_and_what_comes_next(house, client):
    opened(house, **CLOSED)
    bring(house, house.robin)
    far, near = (house.group(title, led_by=house.lead, access="referral") for title in ("Far", "Near"))
    house.series(house.group("Begun"), datetime(2026, 11, 20, 10), dates=9)
    for group, day in ((far, 20), (near, 12)):
        house.series(group, datetime(2027, 1, day, 10), dates=4)
    own = house.group("Own")
    house.series(own, datetime(2027, 1, 3, 10), dates=4)
    house.enrol(own, house.robin)
    house.series(house.group("Shut", **CLOSED), datetime(2027, 1, 2, 10), dates=4)
    with clock.at(NOW + timedelta(days=10)):
        for date in house.dates[:2]:
            there = Attendee(person_id=house.robin.id, status="present")
            db.session.add(Sheet(occurrence_id=date.id, attendees=[there]))
        db.session.commit()
        page = client.as_(house.robin).get(at(house, "leave")).text
    words = " ".join(page.split())
    assert "It has run 2 of 4 weeks. Ossian can let you in again if a seat is free." in words
    assert "Near, of the same kind, starts on Tuesday 12 January 2027. You can ask to join it." in words
    assert "You were at 2 meetings. That stays on record." in words


def test_a_date_that_was_cancelled_while_one_looked_is_not_given_back(house, client):
    opened(house)
    bring(house, house.robin)
    cancel_occurrence(identity_of(house.lead), house.dates[1], "I am away")
    db.session.commit()
    browser = client.as_(house.robin)
    page = browser.post(f"/occurrences/{house.dates[1].uid}/cannot-come")
    assert page.status_code == 409
    assert "This date is cancelled: there is nothing to give back." in page.text
    kinds = db.session.scalars(select(Message.kind).where(Message.person_id == house.robin.id))
    assert "cannot_come" not in list(kinds)
    # Whose words these are is said: not the reader's own.
    for address in (at(house, "mine"), at(house)):
        assert "Cancelled: I am away" in browser.get(address).text


def test_ones_week_says_what_was_left_and_offers_no_seat_that_is_gone(house, client):
    opened(house, access="referral", capacity=1)
    browser = client.as_(house.robin)
    browser.post(at(house, "join"), data={"what": "whole"})
    browser.post(at(house, "leave"))
    assert "You took your request back. Until 08:10 you can undo it." in browser.get("/my").text
    with clock.at(NOW + timedelta(minutes=1)):
        bring(house, house.robin)
        browser.post(at(house, "leave"), data={"sure": "1"})
        week = browser.get("/my").text
        assert "You took it back. Until 08:11 you can undo it, if nobody else has your seat." in week
        assert week.count("you can undo it") == 1
        bring(house, house.hazel)
        assert "you can undo it" not in browser.get("/my").text
    with clock.at(NOW + timedelta(minutes=2)):
        bring(house, house.robin)
        browser.post(at(house, "leave"), data={"sure": "1"})
        week = browser.get("/my").text
        assert "You no longer wait. Until 08:12 you can undo it, with your old place in the line." in week


def test_who_was_answered_no_reads_it_on_their_week_though_no_mail_reaches_them(house, client):
    opened(house, access="referral")
    browser = client.as_(house.robin)
    asked = browser.get(browser.post(at(house, "join"), data={"what": "whole"}).location).text
    assert "A person answers you. You see it here and in My week." in asked
    assert "We also write." not in asked and "by message" not in asked
    [request] = db.session.scalars(select(Enrolment).where(Enrolment.person_id == house.robin.id))
    service.decline_request(identity_of(house.lead), request)
    db.session.commit()
    answer = "You asked to join. This one is not possible right now. You can talk with us about it."
    assert answer in browser.get("/my").text
    with clock.at(NOW + timedelta(days=1)):
        browser.post(at(house, "join"), data={"what": "whole"})
        assert answer not in browser.get("/my").text


def test_what_is_no_longer_offered_offers_no_undo(house, client):
    opened(house)
    bring(house, house.robin)
    browser = client.as_(house.robin)
    browser.post(at(house, "leave"))
    assert "you can undo it" in browser.get("/my").text
    retire_group(identity_of(house.supervisor()), house.circle)
    db.session.commit()
    assert "you can undo it" not in browser.get("/my").text


def test_who_leaves_the_line_on_an_old_page_keeps_the_seat_they_got_meanwhile(house, client):
    opened(house, capacity=1)
    bring(house, house.hazel)
    bring(house, house.robin)
    browser = client.as_(house.robin)
    page = browser.get(at(house, "mine")).text
    assert [one.get("value") for one in read_html(page).iter("input") if one.get("name") == "was"] == [
        "waitlisted"
    ]
    service.leave(identity_of(house.hazel), live_of(house.circle.id, house.hazel.id))
    db.session.commit()
    answer = browser.post(at(house, "leave"), data={"was": "waitlisted"})
    words, _undo = flashed(browser.get(answer.location).text)
    assert words == "Meanwhile a seat came free: you’re in. Nothing was given back."
    assert state(house, house.robin) == "active"
    browser.post(at(house, "leave"), data={"was": "active"})
    assert state(house, house.robin) is None


def test_who_gave_a_full_date_back_reads_that_the_seat_may_be_gone_before_coming_again(house, client):
    """ "I can come" led to the waiting list without a word of it before."""
    opened(house)
    bring(house, house.robin)
    browser, page = client.as_(house.robin), f"/sessions/{house.circle.uid}/mine"
    service.cannot_come(identity_of(house.robin), house.dates[1], house.robin)
    db.session.commit()
    assert "may have your seat" not in browser.get(page).get_data(as_text=True)
    for name in ("Hazel", "Indigo"):
        bring(house, house.client(name), [house.dates[1]])
    db.session.commit()
    assert "Somebody else may have your seat by now." in browser.get(page).get_data(as_text=True)
