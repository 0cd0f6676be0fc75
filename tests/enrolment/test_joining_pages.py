"""Joining on pages: a card that joins, more dates, clashes and what one can do about them, the online room."""

from datetime import datetime, timedelta

import pytest

from groupsched.catalog.rules import Access
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.queries import standings
from tests.conftest import identity_of, read_html
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")
ROOM = "https://meet.example.org/circle"


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def house(world):
    """A circle every Thursday at ten, and yoga on every second of these days at half past ten."""
    world.robin = world.client()
    world.circle = world.group("Circle", capacity=2)
    world.dates = world.series(world.circle, datetime(2026, 11, 26, 10), dates=6)
    world.yoga = world.group("Yoga", capacity=2)
    world.stretches = world.series(world.yoga, datetime(2026, 11, 26, 10, 30), dates=3, every_days=14)
    return world


def enrol(house, person, group, dates=()):
    mode = "dates" if dates else "whole"
    service.enrol(identity_of(person), group, person, mode=mode, occurrences=dates, accept_clash=True)
    db.session.commit()


def at(group, *rest):
    return "/".join(["/sessions", group.uid, *rest])


def states(house, person, dates):
    db.session.expire_all()
    where = standings(person.id, dates)
    return [where[one.id].state if one.id in where else None for one in dates]


def form_to(page, ending):
    """The address and the fields of the form that is posted to such an address."""
    form = next(one for one in read_html(page).iter("form") if one.get("action", "").endswith(ending))
    return form.get("action"), {one.get("name"): one.get("value") for one in form.iter("input")}


def test_add_to_my_week_on_a_card_joins_the_next_free_date(house, client):
    house.circle.access = Access.OPEN
    db.session.commit()
    browser = client.as_(house.robin)
    address, fields = form_to(browser.get("/sessions?q=circle").text, "/join")
    assert browser.post(address, data=fields).location == at(house.circle, "mine")
    assert states(house, house.robin, house.dates) == ["active", *[None] * 5]
    assert "Your seat is kept." in browser.get(at(house.circle, "mine")).text


def test_choose_dates_on_a_card_leads_to_the_next_free_date(house, client):
    for name in ("Hazel", "Indigo"):
        enrol(house, house.client(name), house.circle, house.dates[:1])
    page = client.as_(house.robin).get("/sessions?q=circle").text
    links = {one.get("href"): "".join(one.itertext()) for one in read_html(page).iter("a")}
    assert "Choose dates" in links[at(house.circle, house.dates[1].original_local)]


def test_join_waiting_list_on_a_card_joins_the_line_of_that_date(house, client):
    for name in ("Hazel", "Indigo"):
        enrol(house, house.client(name), house.circle, house.dates)
    browser = client.as_(house.robin)
    address, fields = form_to(browser.get("/sessions?q=circle").text, "/join")
    browser.post(address, data=fields)
    assert states(house, house.robin, house.dates)[:2] == ["waitlisted", None]


def test_from_any_of_ones_dates_one_joins_more(house, client):
    enrol(house, house.robin, house.circle, house.dates[:2])
    browser = client.as_(house.robin)
    for page in (at(house.circle, "mine"), at(house.circle, house.dates[1].original_local)):
        assert f'href="{at(house.circle)}#join">Join more dates' in browser.get(page).text
    page = browser.get(at(house.circle)).text
    assert "You have single dates" in page and "Thursday 10 December" in page
    address, fields = form_to(page, "/join")
    browser.post(address, data={"what": "date", "date": fields["date"]})
    assert states(house, house.robin, house.dates)[:4] == ["active", "active", "active", None]


def test_the_clash_notice_speaks_of_the_date_in_question(house, client):
    enrol(house, house.robin, house.yoga)
    browser = client.as_(house.robin)
    clashing = browser.get(at(house.circle, house.dates[0].original_local)).text
    assert "This date is at the same time as what you have" in clashing
    assert "2 other dates are at the same time as what you have" in clashing
    calm = browser.get(at(house.circle, house.dates[1].original_local)).text
    assert "This date is at the same time" not in calm
    assert "3 other dates are at the same time as what you have" in calm
    whole = browser.get(at(house.circle)).text
    assert "At the same time as dates you have" in whole
    assert whole.count("<li>Yoga, ") == 3
    assert whole.count("same time as Yoga") == 3


def test_one_can_take_only_the_dates_without_a_clash(house, client):
    enrol(house, house.robin, house.yoga)
    browser = client.as_(house.robin)
    page = browser.get(at(house.circle)).text
    assert "Only dates without a clash" in page and "Join 3 dates without a clash" in page
    browser.post(at(house.circle, "join"), data={"what": "no_clash"})
    assert states(house, house.robin, house.dates) == [None, "active"] * 3


def test_one_date_can_be_taken_instead_of_the_other_only_this_once(house, client):
    enrol(house, house.robin, house.yoga)
    browser = client.as_(house.robin)
    page = browser.get(at(house.circle, house.dates[2].original_local)).text
    assert "your seat in Yoga that day is given back" in page
    address, fields = form_to(page, "/switch")
    for _twice in range(2):
        assert browser.post(address, data=fields).location == at(house.circle, "mine")
        assert states(house, house.robin, house.dates) == [None, None, "active", None, None, None]
        assert states(house, house.robin, house.stretches) == ["active", "given_up", "active"]
    page = browser.get(at(house.circle, "mine")).text
    assert "Your seat in Yoga, Thu 10 Dec, 10:30, is free for someone else." in page


def test_a_switch_to_a_date_that_filled_up_keeps_the_old_seat(house, client):
    enrol(house, house.robin, house.yoga)
    browser, when = client.as_(house.robin), house.dates[0].original_local
    address, fields = form_to(browser.get(at(house.circle, when)).text, "/switch")
    for name in ("Hazel", "Indigo"):
        enrol(house, house.client(name), house.circle)
    assert browser.post(address, data=fields).location == at(house.circle, when)
    assert "The last seat just went." in browser.get(at(house.circle, when)).text
    assert states(house, house.robin, house.stretches) == ["active"] * 3
    assert states(house, house.robin, house.dates) == [None] * 6
    assert "Come here instead" not in browser.get(at(house.circle, when)).text


def test_a_switch_says_before_that_the_old_seat_goes_to_the_line(house, client):
    first = house.stretches[:1]
    enrol(house, house.robin, house.yoga)
    enrol(house, house.client("Hazel"), house.yoga, first)
    browser, address = client.as_(house.robin), at(house.circle, house.dates[0].original_local)
    calm = browser.get(address).text
    assert "for Yoga." not in calm
    assert "If the last seat here goes this minute, you keep your seat in Yoga." in calm
    waiting = [house.client("Waits", f"Kettle{number}") for number in range(3)]
    for one in waiting:
        enrol(house, one, house.yoga, first)
    page = browser.get(address).text
    assert "3 people wait for Yoga. Your seat there goes to the first of them at once." in " ".join(
        page.split()
    )
    switch, fields = form_to(page, "/switch")
    browser.post(switch, data=fields)
    assert states(house, house.robin, first) == ["given_up"]
    assert states(house, waiting[0], first) == ["active"]
    assert (
        "Your seat in Yoga, Thu 26 Nov, 10:30, went to the next person"
        in browser.get(at(house.circle, "mine")).text
    )


def test_saying_so_keeps_to_the_statements_of_a_page(house, client, statements):
    enrol(house, house.robin, house.yoga)
    for name in ("Hazel", "Waits", "Waits too"):
        enrol(house, house.client(name), house.yoga, house.stretches[:1])
    browser, address = client.as_(house.robin), at(house.circle, house.dates[0].original_local)
    db.session.close()
    before = len(statements())
    assert "2 people wait for Yoga." in browser.get(address).text
    assert len(statements()) - before <= 17


def test_a_line_whose_first_cannot_take_the_seat_is_said_too(house, client):
    enrol(house, house.robin, house.yoga)
    enrol(house, house.client("Hazel"), house.yoga)
    enrol(house, house.client("Waits"), house.yoga)
    page = client.as_(house.robin).get(at(house.circle, house.dates[0].original_local)).text
    said = "1 person waits for Yoga. Your seat there may be gone when you want it back."
    assert said in " ".join(page.split())


def test_where_the_new_one_is_full_it_says_that_the_old_seat_stays(house, client):
    enrol(house, house.robin, house.yoga)
    for name in ("Hazel", "Indigo"):
        enrol(house, house.client(name), house.circle)
    page = client.as_(house.robin).get(at(house.circle, house.dates[0].original_local)).text
    assert (
        "It is full here, so you cannot change now. You keep your seat in Yoga, also while you wait." in page
    )
    assert "Come here instead" not in page


def test_nobody_switches_into_what_they_may_not_join(house, client):
    enrol(house, house.robin, house.yoga)
    for access in ("closed", "referral"):
        house.circle.access = access
        db.session.commit()
        browser = client.as_(house.robin)
        assert "Come here instead" not in browser.get(at(house.circle, house.dates[0].original_local)).text
        assert browser.post(f"/occurrences/{house.dates[0].uid}/switch").status_code == 303
        assert states(house, house.robin, house.stretches) == ["active"] * 3
        assert states(house, house.robin, house.dates) == [None] * 6


def test_the_online_room_is_one_tap_away_from_a_quarter_before_until_the_end(house, client):
    house.circle.online_link, house.circle.attendance_mode = ROOM, "online"
    db.session.commit()
    enrol(house, house.robin, house.circle)
    date, hazel = house.dates[0], house.client("Hazel")
    pages = ("/my", at(house.circle, date.original_local), at(house.circle, "mine"))
    minute = timedelta(minutes=1)
    for moment, shown in (
        (date.start - 16 * minute, False),
        (date.start - 15 * minute, True),
        (date.end - minute, True),
        (date.end, False),
    ):
        with clock.at(moment):
            assert [ROOM in client.as_(house.robin).get(page).text for page in pages] == [shown] * 3, moment
            for reader in (hazel, None):
                assert ROOM not in client.as_(reader).get(pages[1]).text


def test_who_gave_the_date_up_is_not_shown_the_room_and_a_place_may_have_it(house, client):
    house.circle.place_id = house.place("Online", mode="online", online_link=ROOM).id
    house.circle.attendance_mode = "online"
    db.session.commit()
    enrol(house, house.robin, house.circle)
    for date in house.dates:
        date.place_id = house.circle.place_id
    db.session.commit()
    with clock.at(house.dates[0].start):
        browser = client.as_(house.robin)
        assert ROOM in browser.get("/my").text
    service.cannot_come(identity_of(house.robin), house.dates[0], house.robin)
    db.session.commit()
    with clock.at(house.dates[0].start):
        assert ROOM not in browser.get("/my").text
