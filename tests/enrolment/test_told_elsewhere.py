"""Whoever is in a group hears how and where it meets now: online, in a room, both, by another link, in a place that moved."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.catalog.rules import AttendanceMode
from groupsched.catalog.service import save_row
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import unreached
from groupsched.outbox.models import Message
from groupsched.schedule.queries import coming, series_of
from groupsched.schedule.routes.groups import group_facts
from tests.conftest import identity_of
from tests.enrolment.test_told_changes import NOW, THURSDAYS, House
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

LINK, OTHER = "https://meet.example.org/abc", "https://meet.example.org/new"
ROOM = {"attendance_mode": AttendanceMode.IN_PERSON}
ONLINE = {"attendance_mode": AttendanceMode.ONLINE, "online_link": LINK}
HYBRID = {"attendance_mode": AttendanceMode.HYBRID, "online_link": LINK}


@kept(at=NOW, still=True)
def tea(world):
    return House(world, THURSDAYS)


@pytest.mark.parametrize(
    ("before", "after", "said", "dicho"),
    [
        (ROOM, ONLINE, "It meets online now, no longer in a room.", "Ahora es en línea, ya no en una sala."),
        (ONLINE, ROOM, "It meets in a room now, no longer online.", "Ahora es en una sala, ya no en línea."),
        (ROOM, HYBRID, "You can also join online now.", "Ahora también puedes participar en línea."),
        (ONLINE, HYBRID, "You can also come in person now.", "Ahora también puedes venir en persona."),
        (HYBRID, ROOM, "It meets in a room now, no longer online.", "Ahora es en una sala, ya no en línea."),
        (HYBRID, ONLINE, "It meets online now, no longer in a room.", "Ahora es en línea, ya no en una sala."),
        (ONLINE, {"online_link": OTHER}, "There is a new link to join online.", "Hay un nuevo enlace para participar en línea."),
        (HYBRID, {"online_link": OTHER}, "There is a new link to join online.", "Hay un nuevo enlace para participar en línea."),
    ],
)  # fmt: skip
def test_another_way_to_come_is_told_to_everybody_who_is_in(tea, before, after, said, dicho):
    tea.change(**before)
    tea.sent()
    tea.change(**after)
    assert (tea.changes(), tea.changes(tea.reed)) == (
        [f"Every Thursday 11:00 AM–12:30 PM: {said}"],
        [f"Cada jueves de 11:00 a.m. a 12:30 p.m.: {dicho}"],
    )


def test_neither_the_link_nor_the_name_of_the_room_is_in_a_message(tea):
    tea.change(**ONLINE)
    tea.sent()
    tea.change(**ROOM)
    kept = " ".join(f"{row.fields} {row.was}" for row in db.session.scalars(select(Message)))
    assert "meet.example.org" not in kept and "Oak Room" not in kept


def test_online_and_back_before_the_mail_goes_out_is_told_to_nobody(tea):
    tea.change(**ONLINE)
    tea.change(**ROOM, online_link="")
    assert tea.waits() == []


def test_online_at_another_time_is_one_mail(tea):
    tea.change({"duration_minutes": 120}, **ONLINE)
    assert tea.changes() == [
        "From Thu, Nov 26 on it ends at 1:00 PM, no longer at 12:30 PM.",
        "Every Thursday 11:00 AM–1:00 PM: It meets online now, no longer in a room.",
    ]


def test_the_room_of_a_group_that_meets_online_is_nothing_to_hear_of(tea):
    tea.change(**ONLINE)
    tea.sent()
    tea.change(place=tea.world.place("Quiet Loft").uid)
    assert tea.waits() == []


def test_who_has_one_date_hears_of_that_date(tea):
    hazel = tea.world.client("Hazel", email="hazel@example.org")
    tea.world.enrol(tea.group, hazel, dates=coming(tea.group, NOW, 2)[1:])
    tea.sent()
    tea.change(**ONLINE)
    assert tea.waits(hazel) == [("date_changed", ["It meets online now, no longer in a room."])]


def test_whom_no_mail_reaches_stands_in_needs_attention(tea):
    pia = tea.world.client("Pia", "Cardigan", phone="555 0107")
    tea.world.enrol(tea.group, pia)
    tea.change(**ONLINE)
    (one,) = [one for one in unreached(identity_of(tea.lead)).waiting if one.message.kind == "series_moved"]
    assert (one.person.first_name, one.words.split("\n")[1]) == (
        "Pia",
        "– Every Thursday 11:00 AM–12:30 PM: It meets online now, no longer in a room.",
    )


def test_what_an_earlier_version_kept_of_a_place_is_still_understood(tea):
    tea.change(place=tea.world.place("Quiet Loft").uid)
    for row in db.session.scalars(select(Message).where(Message.was.is_not(None))):
        kept = [[number, start, end, place] for number, start, end, _mode, place, *_rest in row.was["dates"]]
        row.was = {**row.was, "dates": kept}
    tea.change({"duration_minutes": 120})
    assert tea.changes() == [
        "From Thu, Nov 26 on it ends at 1:00 PM, no longer at 12:30 PM.",
        "From Thu, Nov 26 on the one every Thursday 11:00 AM–1:00 PM is in another place.",
    ]


# --- a place that is elsewhere ---------------------------------------------------------------------------------------


def move(tea, room, **values):
    save_row(tea.world.system, room, values, room.version)
    db.session.commit()


def test_a_room_that_is_at_another_site_now_is_told_as_another_place(tea):
    move(tea, tea.world.room, site_id=tea.world.another_site().id)
    assert tea.changes() == [
        "From Thu, Nov 26 on the one every Thursday 11:00 AM–12:30 PM is in another place."
    ]


def test_a_room_with_another_name_or_more_chairs_is_told_to_nobody(tea):
    move(tea, tea.world.room, name="Elm Room", capacity=20, address="1 Lantern Street")
    assert tea.waits() == []


def test_a_room_that_moves_back_before_the_mail_goes_out_is_told_to_nobody(tea):
    home = tea.world.room.site_id
    move(tea, tea.world.room, site_id=tea.world.another_site().id)
    move(tea, tea.world.room, site_id=home)
    assert tea.waits() == []


def test_a_new_link_of_an_online_place_is_told_to_those_who_meet_by_it(tea):
    call = tea.world.place("Video", mode="online", online_link=LINK, site_id=None)
    tea.change(attendance_mode=AttendanceMode.ONLINE, place=call.uid)
    tea.sent()
    move(tea, call, online_link=OTHER)
    assert tea.changes() == ["Every Thursday 11:00 AM–12:30 PM: There is a new link to join online."]


def test_what_has_passed_is_no_news_where_a_room_moves(tea):
    with clock.at(NOW + timedelta(days=5)):
        move(tea, tea.world.room, site_id=tea.world.another_site().id)
        assert tea.changes() == [
            "From Thu, Dec 3 on the one every Thursday 11:00 AM–12:30 PM is in another place."
        ]


def test_the_page_of_a_place_says_how_many_hear_that_it_moved(tea, client):
    room, annex = tea.world.room, tea.world.another_site()
    said = {
        "name": "Oak Room", "mode": "room", "site": annex.uid, "capacity": "12", "version": str(room.version),
    }  # fmt: skip
    browser = client.as_(tea.world.admin())
    page = browser.post(f"/catalog/places/{room.uid}", data=said, follow_redirects=True).text
    assert "Saved. 2 people get a mail." in page
    said |= {"version": str(room.version), "capacity": "14"}
    with clock.at(NOW + timedelta(minutes=1)):
        page = browser.post(f"/catalog/places/{room.uid}", data=said, follow_redirects=True).text
    assert "Saved." in page and "a mail" not in page


def test_who_would_hear_that_a_place_moved_is_said_before_it_is_saved(tea, client):
    room, annex, home = tea.world.room, tea.world.another_site(), tea.world.site
    said = {"name": "Oak Room", "mode": "room", "capacity": "12", "version": str(room.version)}
    browser, before = client.as_(tea.world.admin()), f"/catalog/places/{room.uid}/preview"
    assert f'hx-post="{before}"' in browser.get(f"/catalog/places/{room.uid}").text
    told = browser.post(before, data=said | {"site": annex.uid}).text
    assert "2 people get a mail." in told
    assert "a mail" not in browser.post(before, data=said | {"site": home.uid, "name": "Elm"}).text
    # A link of a room in which everybody sits is no news.
    linked = said | {"site": home.uid, "online_link": "https://meet.example.org/x"}
    assert "Nobody is told of this." in browser.post(before, data=linked).text
    assert tea.waits() == []
    page = browser.post(f"/catalog/places/{room.uid}", data=said | {"site": annex.uid}, follow_redirects=True)
    assert "Saved. 2 people get a mail." in page.text
    assert client.as_(tea.world.supervisor()).post(before, data=said).status_code == 404


# --- what its page says ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "where"), [(ROOM, "Oak Room"), (ONLINE, "Online"), (HYBRID, "Oak Room and online")]
)
def test_its_page_says_one_thing_of_where_it_meets(tea, how, where):
    tea.change(**how)
    assert dict(group_facts(tea.group, series_of(tea.group)))["Where"] == where
