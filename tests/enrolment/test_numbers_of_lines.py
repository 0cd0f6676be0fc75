"""What is said of a line before a seat is given back or added is what then happens, where seats are kept for who is asked."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.catalog.service import update_group
from groupsched.catalog.service.groups import fields_of
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.models import SeatOffer
from groupsched.enrolment.queries import live_of, offer_of, place_in_line, places_in_line, waiting_counts
from groupsched.enrolment.service.moving import who_would_move_up
from groupsched.schedule.events import SeatsToGive
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-12-01T10:00:00-05:00")
WEDNESDAY = datetime(2026, 12, 9, 14)


@pytest.fixture
def scene(world):
    """Two seats on each of two Wednesdays. Robin gave one back, and Hazel is asked for it; Basil has the other. Indigo waits."""
    with clock.at(NOW - timedelta(days=2)):
        world.art = world.group("Art", capacity=2, line_mode="ask_first")
        world.dates = world.series(world.art, WEDNESDAY, dates=2)
        names = ("Robin", "Basil", "Hazel", "Indigo")
        world.people = {name: world.client(name, email=f"{name.lower()}@example.org") for name in names}
        world.enrol(world.art, *world.people.values())
    with clock.at(NOW):
        leave(world, "Robin")
        yield world


def live(world, name):
    return live_of(world.art.id, world.people[name].id)


def leave(world, name):
    service.leave(identity_of(world.people[name]), live(world, name))
    db.session.commit()


def asked(world):
    """Who is asked now, by first name."""
    query = select(SeatOffer).where(SeatOffer.state == "open").order_by(SeatOffer.id)
    return [one.enrolment.person.first_name for one in db.session.scalars(query)]


def with_seats(world, number, more=False):
    question = SeatsToGive(world.art.id, tuple((one.id, number) for one in world.dates), number, more)
    return [one.first_name for one in who_would_move_up(question)]


def wait_for_first(world):
    rowan = world.client("Rowan")
    service.enrol(identity_of(rowan), world.art, rowan, mode="dates", occurrences=world.dates[:1])
    db.session.commit()
    return rowan


def busy(world, name):
    with clock.at(NOW):
        other = world.group("Yoga")
        world.series(other, WEDNESDAY, dates=1)
        world.enrol(other, world.people[name])


def test_who_is_asked_already_is_not_counted_behind_the_next_seat(scene):
    assert asked(scene) == ["Hazel"]
    assert service.line_behind_all(live(scene, "Basil")) == (1, True)
    # One date alone is nothing for who waits for all of them.
    assert service.line_behind(scene.dates[0]) == (1, False)
    rowan = wait_for_first(scene)
    assert service.line_behind(scene.dates[0]) == (2, True)
    service.leave(identity_of(rowan), live_of(scene.art.id, rowan.id))
    leave(scene, "Basil")
    assert asked(scene) == ["Hazel", "Indigo"]


def test_where_all_are_asked_nobody_waits_for_one_more(scene):
    leave(scene, "Basil")
    late = wait_for_first(scene)
    assert service.line_behind(scene.dates[0]) == (1, True)
    assert with_seats(scene, 3) == ["Rowan"]
    service.leave(identity_of(late), live_of(scene.art.id, late.id))
    db.session.commit()
    assert service.line_behind(scene.dates[0]) == (0, False)


def test_whom_it_does_not_fit_is_counted_as_waiting_but_not_as_asked(scene):
    busy(scene, "Indigo")
    assert service.line_behind_all(live(scene, "Basil")) == (1, False)
    leave(scene, "Basil")
    assert asked(scene) == ["Hazel"]


def test_who_said_no_is_asked_for_the_seat_that_comes_free_next(scene):
    with clock.at(NOW + timedelta(minutes=10)):
        service.decline_offer(identity_of(scene.people["Hazel"]), offer_of(live(scene, "Hazel"), clock.now()))
        db.session.commit()
        assert asked(scene) == ["Indigo"]
    with clock.at(NOW + timedelta(minutes=20)):
        assert service.line_behind_all(live(scene, "Basil")) == (1, True)
        leave(scene, "Basil")
        assert asked(scene) == ["Indigo", "Hazel"]


def test_more_seats_are_offered_to_those_that_were_named_before(scene):
    """Hazel has her seat kept: of two more the one goes to Indigo, and nobody is left for the other."""
    assert with_seats(scene, 2) == []
    assert with_seats(scene, 4) == ["Indigo"]
    fields = fields_of(scene.art)
    object.__setattr__(fields, "capacity", 4)
    update_group(scene.system, scene.art, fields, scene.art.version)
    db.session.commit()
    assert asked(scene) == ["Hazel", "Indigo"]


@pytest.mark.on_sqlite
def test_the_pages_say_offered_and_how_many(scene, client):
    page = f"/sessions/{scene.art.uid}/leave"
    text = client.as_(scene.people["Basil"]).get(page).get_data(as_text=True)
    assert "1 person waits. Your seat is offered to them." in text
    wait_for_first(scene)
    page = f"/occurrences/{scene.dates[0].uid}/cannot-come"
    text = client.as_(scene.people["Basil"]).get(page).get_data(as_text=True)
    assert "2 people wait. Your seat is offered to the first" in text
    other = scene.group("Yoga")
    date = scene.series(other, WEDNESDAY, dates=1)[0]
    page = f"/sessions/{other.uid}/{date.original_local}"
    text = client.as_(scene.people["Basil"]).get(page).get_data(as_text=True)
    assert "Your seat there is offered to the first of them whom it fits." in text


@pytest.fixture
def full(world):
    """One seat on each of three Wednesdays, all of Robin. Maple and Finch wait for every date, Hazel for the second one."""
    with clock.at(NOW):
        world.tea = world.group("Tea", capacity=1, line_mode="ask_first")
        world.teas = world.series(world.tea, WEDNESDAY, dates=3)
        names = ("Robin", "Maple", "Finch", "Hazel")
        world.folk = {name: world.client(name, email=f"{name.lower()}@example.org") for name in names}
        world.enrol(world.tea, *(world.folk[name] for name in names[:3]))
        hazel = world.folk["Hazel"]
        service.enrol(identity_of(hazel), world.tea, hazel, mode="dates", occurrences=[world.teas[1]])
        db.session.commit()
        yield world


def place_of(world, name):
    """Their place as the lists of many and as the one of theirs alone say it: the same."""
    row = live_of(world.tea.id, world.folk[name].id)
    date = world.teas[1].id if name == "Hazel" else None
    place = place_in_line(row, date)
    assert places_in_line([row])[row.id, date] == place
    return place


def test_who_waits_for_one_date_is_number_one_where_those_before_are_not_asked_for_it(full):
    assert [place_of(full, name) for name in ("Maple", "Finch", "Hazel")] == [1, 2, 1]
    # Who would come next for that date stands behind her alone, for another one behind nobody.
    assert waiting_counts(full.teas) == {full.teas[0].id: 0, full.teas[1].id: 1, full.teas[2].id: 0}
    robin = full.folk["Robin"]
    service.cannot_come(identity_of(robin), full.teas[1], robin)
    db.session.commit()
    assert asked(full) == ["Hazel"]


def test_where_the_date_alone_is_full_who_waits_for_every_date_comes_before(full):
    robin = full.folk["Robin"]
    for date in (full.teas[0], full.teas[2]):
        service.cannot_come(identity_of(robin), date, robin)
    db.session.commit()
    assert asked(full) == []
    assert place_of(full, "Hazel") == 3
    assert waiting_counts(full.teas[1:2]) == {full.teas[1].id: 3}
    service.cannot_come(identity_of(robin), full.teas[1], robin)
    db.session.commit()
    assert asked(full) == ["Maple"]


@pytest.mark.on_sqlite
def test_staff_read_the_same_numbers_and_why_somebody_is_asked_before_another(full, client):
    page = " ".join(client.as_(full.supervisor()).get(f"/groups/{full.tea.uid}/waiting").text.split())
    assert "is asked once each coming date has a free seat" in page
    rows = re.findall(r"(\d+)\.</span>\s*(?:<[^>]*>\s*)*(\w+)", page)
    assert rows == [("1", "Maple"), ("2", "Finch"), ("1", "Hazel")]
