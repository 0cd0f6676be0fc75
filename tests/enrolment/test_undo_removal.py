"""A removal by staff can be taken back like one's own leaving; and what is to be said of it is true."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import live_of, unreached
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from tests.conftest import identity_of
from tests.enrolment.test_leaving_pages import flashed, press

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(world):
    """Four Thursdays with one seat; Robin has mail, no mail reaches Hazel."""
    with clock.at(NOW):
        world.lead = world.facilitator()
        world.circle = world.group("Circle", led_by=world.lead, capacity=1)
        world.dates = world.series(world.circle, datetime(2026, 11, 26, 10), dates=4)
        world.robin, world.hazel = world.client(email="robin@example.org"), world.client("Hazel")
        yield world


def bring(house, person, dates=(), by=None):
    mode, who = "dates" if dates else "whole", identity_of(by) if by else house.keeper()
    service.enrol(who, house.circle, person, mode=mode, occurrences=dates, accept_clash=True)
    db.session.commit()


def remove(house, client, person):
    """The browser of the lead, and the message on the page after it."""
    browser = client.as_(house.lead)
    enrolment = live_of(house.circle.id, person.id)
    there = browser.post(f"/enrolments/{enrolment.uid}/remove").location
    return browser, flashed(browser.get(there).text)


def mails(person):
    wanted = (Message.person_id == person.id, Message.state.in_([MessageState.WAITING, MessageState.SENT]))
    return list(db.session.scalars(select(Message.kind).where(*wanted).order_by(Message.id)))


def to_tell(house):
    db.session.expire_all()
    return [(one.person.first_name, one.message.kind) for one in unreached(identity_of(house.lead)).waiting]


def test_staff_undo_a_removal_before_anybody_heard_of_it(house, client):
    bring(house, house.robin)
    deliver_due()
    was = live_of(house.circle.id, house.robin.id).id
    with clock.at(NOW + MINUTE):
        browser, (words, undo) = remove(house, client, house.robin)
        assert words == "Robin Teacup is no longer in this group."
        assert mails(house.robin) == ["enrolled_series", "removed_dates"]
    with clock.at(NOW + 10 * MINUTE):
        assert deliver_due().sent == 0
        page = browser.get(f"/groups/{house.circle.uid}/people").text
        assert "Removed a moment ago" in page and "Until 08:11 this can be undone" in page
        for _twice in range(2):
            assert press(browser, undo).location == f"/groups/{house.circle.uid}/people"
        assert live_of(house.circle.id, house.robin.id).id == was
        page = browser.get(f"/groups/{house.circle.uid}/people").text
        assert "Undone. With Robin Teacup, all is as it was." in page and "Removed a moment ago" not in page
        assert mails(house.robin) == ["enrolled_series"]
    acts = list(db.session.scalars(select(AuditRow.word).order_by(AuditRow.id.desc()).limit(9)))
    assert acts.count(AuditAction.ENROLMENT_TAKEN_BACK) == 1


def test_it_is_too_late_once_the_message_is_out_or_the_seat_is_gone_and_the_way_back_is_said(house, client):
    bring(house, house.robin)
    browser, (_words, undo) = remove(house, client, house.robin)
    with clock.at(NOW + 11 * MINUTE):
        deliver_due()
        words, _none = flashed(browser.get(press(browser, undo).location).text)
        assert words == (
            "It is too late to undo this. To bring Robin T. back, enrol them again; where it is full they wait."
        )
        bring(house, house.robin)
        bring(house, house.hazel)
        _browser, (words, button) = remove(house, client, house.robin)
        assert words == (
            "Robin Teacup is no longer in this group. To bring Robin Teacup back, enrol them again; where it is full they wait."
        )
        assert button is None
        query = select(Enrolment.uid).where(Enrolment.person_id == house.robin.id)
        last = db.session.scalars(query.order_by(Enrolment.id.desc())).first()
        again = browser.post(f"/enrolments/{last}/remove/undo")
        words, _none = flashed(browser.get(again.location).text)
        assert words.startswith("The seat has gone to somebody else, so it cannot be undone.")


def test_only_who_may_enrol_undoes_a_removal_and_not_what_people_did_themselves(house, client):
    bring(house, house.robin)
    _browser, (_words, undo) = remove(house, client, house.robin)
    other = house.facilitator("Juniper", "Placeholder")
    for stranger in (house.robin, house.hazel, other, house.another_program().supervisor()):
        assert client.as_(stranger).post(undo[0]).status_code in (403, 404), stranger.name
    assert "/undo" not in client.as_(house.robin).get("/my").text
    press(client.as_(house.supervisor()), undo)
    enrolment = live_of(house.circle.id, house.robin.id)
    service.leave(identity_of(house.robin), enrolment)
    db.session.commit()
    assert client.as_(house.lead).post(undo[0]).status_code == 404
    assert "Removed a moment ago" not in client.as_(house.lead).get(f"/groups/{house.circle.uid}/people").text


@pytest.mark.parametrize("mail", [False, True])
def test_who_never_heard_that_they_were_in_need_not_hear_that_they_are_not(house, client, mail):
    """ "These dates are no longer planned for you" was to be told to somebody who never knew of any."""
    person = house.robin if mail else house.hazel
    bring(house, person)
    before = to_tell(house)
    page = client.as_(house.lead).get(f"/enrolments/{live_of(house.circle.id, person.id).uid}/remove").text
    assert "Nobody has told them yet that they are on this list" in page
    with clock.at(NOW + MINUTE):
        browser, (_words, undo) = remove(house, client, person)
        assert (to_tell(house), mails(person)) == ([], [])
        press(browser, undo)
    assert to_tell(house) == before
    assert mails(person) == (["enrolled_series"] if mail else [])


def test_who_knows_of_some_dates_hears_of_these_alone(house, client):
    bring(house, house.hazel, house.dates[:1])
    service.finish_telling(identity_of(house.lead), unreached(identity_of(house.lead)).waiting[0].message.uid)
    db.session.commit()
    with clock.at(NOW + MINUTE):
        bring(house, house.hazel, house.dates[1:3])
    with clock.at(NOW + 2 * MINUTE):
        remove(house, client, house.hazel)
        [row] = unreached(identity_of(house.lead)).waiting
        assert "26 Nov" in row.words and "3 Dec" not in row.words and "10 Dec" not in row.words


def test_who_knows_only_that_they_wait_hears_that_they_do_not_any_more(house, client):
    bring(house, house.robin)
    bring(house, house.hazel, by=house.hazel)
    service.leave(identity_of(house.robin), live_of(house.circle.id, house.robin.id))
    db.session.commit()
    assert to_tell(house) == [("Hazel", "moved_up_series")]
    with clock.at(NOW + MINUTE):
        remove(house, client, house.hazel)
        assert to_tell(house) == [("Hazel", "off_waiting_list")]


def test_a_no_to_somebody_who_asked_is_taken_back_before_they_hear_of_it(house, client):
    house.circle.access = "referral"
    db.session.commit()
    bring(house, house.robin, house.dates[:2], by=house.robin)
    deliver_due()
    browser = client.as_(house.lead)
    with clock.at(NOW + MINUTE):
        there = browser.post(f"/enrolments/{live_of(house.circle.id, house.robin.id).uid}/answer").location
        words, undo = flashed(browser.get(there).text)
        assert words == "Robin T. is not asking any more."
        assert mails(house.robin) == ["request_received", "request_declined"]
        assert deliver_due().sent == 0
    with clock.at(NOW + 5 * MINUTE):
        press(browser, undo)
        request = live_of(house.circle.id, house.robin.id)
        assert (request.state, len(request.date_seats)) == ("requested", 2)
        assert mails(house.robin) == ["request_received"]
        browser.post(f"/enrolments/{request.uid}/answer")
    with clock.at(NOW + 16 * MINUTE):
        deliver_due()
        press(browser, undo)
        assert live_of(house.circle.id, house.robin.id) is None
        assert mails(house.robin) == ["request_received", "request_declined"]
