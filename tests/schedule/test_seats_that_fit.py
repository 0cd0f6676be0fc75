"""Seats that can't be: more than the room holds, fewer than are in, none said at all; and what goes with the setting."""

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.outbox.models import Message
from tests.schedule.test_pages import NOW, dates_of, groups, made
from tests.schedule.test_scopes import sent

pytestmark = pytest.mark.on_sqlite


@pytest.fixture(autouse=True)
def _still(app):
    with clock.at(NOW):
        yield


@pytest.fixture
def tea(world, browser, said):
    """Twelve Tuesdays with twelve seats; three people are in, and one more on the first date."""
    world.tea = made(browser, said)
    world.people = [
        world.client("Robin", f"Teacup{number}", email=f"p{number}@example.org") for number in range(4)
    ]
    world.enrol(world.tea, *world.people[:3])
    world.enrol(world.tea, world.people[3], dates=dates_of(world.tea)[:1])
    return world


def edit(group, said, **more):
    series = dates_of(group)[0].series
    return said | {"act": "save", "version": str(group.version), "series_version": str(series.version)} | more


def page_of(group):
    return f"/groups/{group.uid}/edit"


# --- more than the room holds ---


@pytest.mark.parametrize(
    ("seats", "words"),
    [
        ({"capacity": "13"}, "Oak Room holds 12 people. This group has 13 seats."),
        ({"capacity": "", "no_limit": "y"}, "Oak Room holds 12 people. This group has no limit."),
        ({"capacity": "12"}, None),
        ({"capacity": "13", "attendance_mode": "online", "online_link": "https://meet.example.org/a"}, None),
    ],
)
def test_more_seats_than_the_room_holds_are_said_beside_the_form_and_after_saving(
    browser, said, seats, words
):
    panel = browser.post("/groups/preview", data=said | seats).text
    group = made(browser, said | seats)
    after = browser.get(f"/groups/{group.uid}").text
    for text in (panel, after):
        assert (words in text) if words else ("holds" not in text)


def test_the_button_that_publishes_says_so_too(browser, said):
    group = made(browser, said | {"capacity": "13", "act": "draft"})
    answer = browser.post(f"/groups/{group.uid}/publish", follow_redirects=True)
    assert "Oak Room holds 12 people. This group has 13 seats." in answer.text


# --- fewer than are in ---


def test_fewer_seats_than_people_say_what_becomes_of_whom_and_ask_once(tea, browser, said):
    words = "On 12 coming dates more people are in than that: up to 4."
    assert (
        words
        in browser.post(f"/groups/preview?group={tea.tea.uid}", data=edit(tea.tea, said, capacity="2")).text
    )
    asked = browser.post(page_of(tea.tea), data=edit(tea.tea, said, capacity="2"))
    assert asked.status_code == 422
    for sentence in (
        words, "All of them keep their seat, and nobody is told.", 'href="#keep_seats"',
        "Nobody new gets in, and nobody who waits moves up, until fewer than 2 are in.",
    ):  # fmt: skip
        assert sentence in asked.text
    assert groups()[-1].capacity == 12
    # A tick for another number of seats is none for this.
    assert (
        browser.post(page_of(tea.tea), data=edit(tea.tea, said, capacity="2", keep_seats="3")).status_code
        == 422
    )
    assert (
        browser.post(page_of(tea.tea), data=edit(tea.tea, said, capacity="2", keep_seats="2")).status_code
        == 303
    )
    assert groups()[-1].capacity == 2


def test_what_is_said_of_fewer_seats_is_what_happens(tea, browser, said):
    waiting = tea.client("Hazel", "Lampshade")
    before = len(list(db.session.scalars(select(Message))))
    browser.post(page_of(tea.tea), data=edit(tea.tea, said, capacity="2", keep_seats="2"))
    db.session.expire_all()
    assert {one.taken for one in dates_of(tea.tea)} == {3, 4}
    assert {row.state for row in db.session.scalars(select(Enrolment))} == {"active"}
    assert len(list(db.session.scalars(select(Message)))) == before
    (row,) = tea.enrol(tea.tea, waiting)
    assert row.state == "waitlisted"
    for person in tea.people[:2]:
        client = browser.application.test_client().as_(person)
        client.post(f"/sessions/{tea.tea.uid}/leave", data={"sure": "1"})
    db.session.expire_all()
    assert row.state == "waitlisted", "one is in besides for the first date"
    browser.application.test_client().as_(tea.people[3]).post(
        f"/sessions/{tea.tea.uid}/leave", data={"sure": "1"}
    )
    db.session.expire_all()
    assert row.state == "active"


def test_what_was_said_yes_to_is_not_asked_again(tea, browser, said):
    fewer = {"capacity": "2", "keep_seats": "2"}
    browser.post(page_of(tea.tea), data=edit(tea.tea, said, **fewer))
    later = edit(groups()[-1], said, capacity="2", title="Tea later")
    assert browser.post(page_of(tea.tea), data=later).status_code == 303
    assert browser.post(page_of(tea.tea), data=edit(groups()[-1], said, capacity="1")).status_code == 422


def test_seats_for_all_who_are_in_ask_nothing(tea, browser, said):
    assert browser.post(page_of(tea.tea), data=edit(tea.tea, said, capacity="4")).status_code == 303
    assert (
        browser.post(page_of(tea.tea), data=edit(groups()[-1], said, capacity="", no_limit="y")).status_code
        == 303
    )


# --- no limit is a choice ---


def test_no_limit_is_ticked_not_left_empty(browser, said):
    bare = browser.post("/groups/new?from=none", data=said | {"capacity": ""})
    assert bare.status_code == 422
    assert "Say how many seats there are, or choose “No limit”." in bare.text
    both = browser.post("/groups/new?from=none", data=said | {"no_limit": "y"})
    assert both.status_code == 422
    assert "Choose one: a number of seats, or no limit." in both.text
    group = made(browser, said | {"capacity": "", "no_limit": "y"})
    assert group.capacity is None
    assert 'id="no_limit" checked' in " ".join(browser.get(page_of(group)).text.split())


def test_a_draft_may_leave_the_seats_open_and_is_asked_when_it_is_published(browser, said):
    group = made(browser, said | {"capacity": "", "act": "draft"})
    assert 'id="no_limit" checked' not in " ".join(browser.get(page_of(group)).text.split())
    answer = browser.post(page_of(group), data=edit(group, said, capacity="", act="publish"))
    assert answer.status_code == 422
    assert "Say how many seats there are" in answer.text


# --- what goes with the setting ---


def test_online_without_a_link_is_a_sentence_at_the_link(browser, said, world):
    online = said | {"attendance_mode": "online", "place": ""}
    answer = browser.post("/groups/new?from=none", data=online)
    assert answer.status_code == 422
    assert "Write the link for those who come online, or choose a place that has one." in answer.text
    assert 'href="#online_link"' in answer.text
    made(browser, online | {"online_link": "https://meet.example.org/tea"})
    place = world.place("Our screen", mode="online", online_link="https://meet.example.org/ours")
    later = {"start_time": "20:00", "end_time": "21:00"}
    made(browser, said | later | {"attendance_mode": "hybrid", "place": place.uid})


def test_one_to_one_with_five_seats_is_a_sentence_at_the_seats(browser, said):
    answer = browser.post("/groups/new?from=none", data=said | {"setting": "private", "capacity": "5"})
    assert answer.status_code == 422
    assert "One to one is one seat. For more people make it a group." in answer.text
    made(browser, said | {"setting": "private", "capacity": "1"})


def test_a_draft_that_cannot_be_is_not_published_by_its_button_either(browser, said):
    group = made(browser, said | {"setting": "private", "capacity": "5", "act": "draft"})
    answer = browser.post(f"/groups/{group.uid}/publish", follow_redirects=True)
    assert "One to one is one seat." in answer.text
    assert groups()[-1].state == "draft"


# --- a room of another site ---


def test_a_room_says_its_site_where_there_are_several_and_a_move_there_is_said(tea, browser, said):
    assert "Oak Room, 12 seats" in browser.get(page_of(tea.tea)).text
    annex = tea.another_site()
    lamp = tea.place("Lamp Room", capacity=12, site_id=annex.id)
    form = browser.get(page_of(tea.tea)).text
    assert "Lamp Room · Annex House, 12 seats" in form and "another site" not in form
    asked = f"/groups/preview?group={tea.tea.uid}"
    words = "It moves to another site: Annex House."
    assert words in browser.post(asked, data=edit(tea.tea, said, place=lamp.uid)).text
    assert words not in browser.post(asked, data=edit(tea.tea, said)).text
    assert words not in browser.post("/groups/preview", data=said | {"place": lamp.uid}).text


def test_a_room_too_small_for_who_has_a_seat_is_named_before_dates_go_there(tea, browser):
    corner, closet = tea.place("Corner", capacity=3), tea.place("Closet", capacity=2)
    first, second = dates_of(tea.tea)[:2]
    page = f"/occurrences/{first.uid}/edit"
    look = {**sent(browser.get(page).text), "act": "look"}
    assert (
        "Corner holds 3 people. More have a seat: 1 Dec."
        in browser.post(page, data=look | {"place": corner.uid}).text
    )
    page = f"/groups/{tea.tea.uid}/dates/choose"
    asked = {"date": [first.uid, second.uid], "act": "place", "step": "look"}
    one = browser.post(page, data=asked | {"place": corner.uid}).text
    assert "Corner holds 3 people. More have a seat: 1 Dec." in one
    both = browser.post(page, data=asked | {"place": closet.uid}).text
    assert "Closet holds 2 people. More have a seat: 1 Dec and 8 Dec." in both
    none = browser.post(page, data=asked | {"date": [second.uid], "place": corner.uid}).text
    assert "More have a seat" not in none
