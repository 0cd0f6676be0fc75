"""The way back from coming elsewhere instead, and from joining more dates, on pages."""

from datetime import datetime, timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import short_day
from groupsched.enrolment.queries import live_of
from groupsched.enrolment.service import accept_request, decline_request
from groupsched.outbox.delivery import deliver_due
from tests.conftest import read_html
from tests.enrolment.test_joining_pages import at, enrol, form_to, states
from tests.enrolment.test_leaving_pages import flashed, press

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")


@pytest.fixture
def house(world):
    """A circle and yoga at the same time, on three Thursdays, with one seat each."""
    with clock.at(NOW):
        world.circle, world.yoga = (world.group(title, capacity=1) for title in ("Circle", "Yoga"))
        world.dates = world.series(world.circle, datetime(2026, 11, 26, 10), dates=3)
        world.stretches = world.series(world.yoga, datetime(2026, 11, 26, 10, 30), dates=3)
        world.robin, world.hazel = world.client(email="robin@example.org"), world.client("Hazel")
        yield world


def come_instead(house, browser):
    address, fields = form_to(browser.get(at(house.circle, house.dates[0].original_local)).text, "/switch")
    return browser.get(browser.post(address, data=fields).location).text


def test_a_switch_is_undone_from_its_page_and_from_ones_week(house, client):
    enrol(house, house.robin, house.yoga)
    browser = client.as_(house.robin)
    for undo_of in (lambda page: flashed(page)[1], lambda _page: form_to(browser.get("/my").text, "/undo")):
        page = come_instead(house, browser)
        assert "Your seat in Yoga, Thu 26 Nov, 10:30, is free for someone else." in page
        assert "I can come after all" not in page.split("<h1")[0]
        week = browser.get("/my").text
        assert (
            "You come here instead of to Yoga. Until 08:10 you can undo it, if nobody else has your old seat."
            in week
        )
        back = press(browser, undo_of(page))
        assert (
            flashed(browser.get(back.location).text)[0] == "Undone. With Circle and Yoga, all is as it was."
        )
        assert states(house, house.robin, house.stretches) == ["active"] * 3
        assert states(house, house.robin, house.dates) == [None] * 3
        assert "you can undo it" not in browser.get("/my").text


def test_where_the_old_seat_has_gone_the_line_is_the_way_back(house, client):
    enrol(house, house.robin, house.yoga)
    browser = client.as_(house.robin)
    _words, undo = flashed(come_instead(house, browser))
    enrol(house, house.hazel, house.yoga, house.stretches[:1])
    late = press(browser, undo)
    assert late.location == at(house.circle, "mine")
    words, back = flashed(browser.get(late.location).text)
    assert words == (
        "Your seat has gone to somebody else, so it cannot be undone. You can give each date back below."
    )
    assert back[2] == "Put me back on the list"
    press(browser, back)
    assert states(house, house.robin, [house.stretches[0], house.dates[0]]) == ["waitlisted", "active"]


def test_after_the_messages_have_gone_out_each_date_is_given_back_by_itself(house, client):
    enrol(house, house.robin, house.yoga)
    browser = client.as_(house.robin)
    _words, undo = flashed(come_instead(house, browser))
    with clock.at(NOW + timedelta(minutes=11)):
        deliver_due()
        words, back = flashed(browser.get(press(browser, undo).location).text)
        assert words == "It is too late to undo this. You can give each date back below."
        assert back[2] == "I can come after all"
        press(browser, back)
    assert states(house, house.robin, [house.stretches[0], house.dates[0]]) == ["active", "active"]


def test_more_dates_are_undone_like_a_first_join(house, client):
    enrol(house, house.robin, house.circle, house.dates[:1])
    browser = client.as_(house.robin)
    more = {"what": "dates", "dates": [one.original_local for one in house.dates[1:]]}
    words, undo = flashed(browser.get(browser.post(at(house.circle, "join"), data=more).location).text)
    assert words == "Your seat is kept."
    assert "You joined more dates. Until 08:10 you can undo it." in browser.get("/my").text
    browser.get(press(browser, undo).location)
    assert states(house, house.robin, house.dates) == ["active", None, None]
    browser.get(browser.post(at(house.circle, "join"), data=more).location)
    with clock.at(NOW + timedelta(minutes=11)):
        deliver_due()
        words, back = flashed(browser.get(press(browser, undo).location).text)
        assert (words, back) == ("It is too late to undo this. You can give each date back below.", None)
    db.session.expire_all()
    assert states(house, house.robin, house.dates) == ["active"] * 3


def test_who_takes_the_old_date_after_all_does_not_come_instead_any_more(house, client):
    enrol(house, house.robin, house.yoga)
    browser = client.as_(house.robin)
    come_instead(house, browser)
    browser.post(f"/occurrences/{house.stretches[0].uid}/can-come")
    assert states(house, house.robin, [house.stretches[0], house.dates[0]]) == ["active", "active"]
    assert "You come here instead" not in browser.get("/my").text


def test_who_gives_one_of_the_new_dates_back_reads_no_undo_of_them_all(house, client):
    enrol(house, house.robin, house.circle, house.dates[:1])
    browser = client.as_(house.robin)
    more = {"what": "dates", "dates": [one.original_local for one in house.dates[1:]]}
    browser.post(at(house.circle, "join"), data=more)
    browser.post(f"/occurrences/{house.dates[1].uid}/cannot-come")
    assert "you can undo it" not in browser.get("/my").text
    assert states(house, house.robin, house.dates) == ["active", "given_up", "active"]


def test_a_date_that_one_has_is_not_offered_again_among_those_to_choose(house, client):
    enrol(house, house.robin, house.circle, house.dates[:1])
    page = read_html(client.as_(house.robin).get(at(house.circle)).text)
    choice = next(one for one in page.iter("fieldset") if one.get("data-dates") is not None)
    assert [one.get("value") for one in choice.iter("input")] == [
        one.original_local for one in house.dates[1:]
    ]
    assert "Thu 26 Nov, 10:00 You’re in" in " ".join("".join(choice.itertext()).split())


def test_who_waits_for_every_date_reads_that_all_need_a_seat(house, client):
    enrol(house, house.hazel, house.circle, house.dates[1:2])
    enrol(house, house.robin, house.circle)
    page = client.as_(house.robin).get(at(house.circle)).text
    assert "You wait for every date: as soon as all of them have a seat, they are yours." in page
    assert "As soon as a seat is free" not in page


def test_more_dates_that_were_asked_for_are_undone_and_the_first_request_stays(house, client):
    house.circle.access = "referral"
    db.session.commit()
    browser = client.as_(house.robin)

    def ask(**more):
        return flashed(browser.get(browser.post(at(house.circle, "join"), data=more).location).text)

    def chosen(*dates):
        return {"what": "dates", "dates": [one.original_local for one in dates]}

    first, *others = house.dates
    ask(**chosen(first))
    for wish in (chosen(*others), {"what": "whole"}, chosen(*others)):
        _words, undo = ask(**wish)
        assert states(house, house.robin, house.dates) == ["requested"] * 3
        assert "You asked for more dates. Until 08:10 you can undo it" in browser.get("/my").text
        words, _back = flashed(browser.get(press(browser, undo).location).text)
        assert words == "Undone. With Circle, all is as it was."
        assert states(house, house.robin, house.dates) == ["requested", None, None]
    _words, undo = ask(**chosen(others[0]))
    desk = client.as_(house.front_desk())
    both = [short_day(one.start, one.timezone) for one in (first, others[0])]
    assert f"for {', '.join(both)}" in desk.get(f"/groups/{house.circle.uid}/people").text
    accept_request(house.keeper(), live_of(house.circle.id, house.robin.id))
    db.session.commit()
    browser = client.as_(house.robin)
    words, _back = flashed(browser.get(press(browser, undo).location).text)
    assert words == "It was answered meanwhile, so it cannot be undone."
    assert states(house, house.robin, house.dates) == ["active", "active", None]


def test_a_no_to_more_dates_cannot_be_undone(house, client):
    house.circle.access = "referral"
    db.session.commit()
    for dates in (house.dates[:1], house.dates[1:]):
        enrol(house, house.robin, house.circle, dates)
    request = live_of(house.circle.id, house.robin.id)
    decline_request(house.keeper(), request)
    db.session.commit()
    browser = client.as_(house.robin)
    assert "Undo" not in browser.get("/my").text
    assert browser.post(f"/enrolments/{request.uid}/undo").status_code == 303
    assert states(house, house.robin, house.dates) == [None] * 3
