"""After a no to a seat: the place is kept, kept until later, or it is single dates alone from then on."""

from datetime import date, datetime, timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.enrolment import service
from groupsched.enrolment.queries import live_of, offer_of, place_in_line, standings
from groupsched.operations.worker import round_of_work
from groupsched.upkeep.service import faults
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-12-01T10:00:00-05:00")
OUT = NOW + timedelta(minutes=10)
LATER = date(2026, 12, 7)


@pytest.fixture
def scene(world):
    """One seat on each of six Wednesdays, which Robin gave back; Hazel is asked and says no, Indigo is asked now."""
    with clock.at(NOW - timedelta(days=2)):
        world.art = world.group("Art", capacity=1, line_mode="ask_first")
        world.dates = world.series(world.art, datetime(2026, 12, 9, 14), dates=6)
        world.robin, world.hazel, world.indigo = (
            world.client(name, email=f"{name.lower()}@example.org") for name in ("Robin", "Hazel", "Indigo")
        )
        world.enrol(world.art, world.robin, world.hazel, world.indigo)
    with clock.at(NOW):
        service.leave(identity_of(world.robin), live(world, world.robin))
        db.session.commit()
    with clock.at(OUT):
        world.offer = offer_to(world, world.hazel)
        no(world, world.hazel)
        yield world


def live(world, person):
    return live_of(world.art.id, person.id)


def offer_to(world, person):
    return offer_of(live(world, person), clock.now(), out=False)


def no(world, person):
    service.decline_offer(identity_of(person), offer_to(world, person))
    db.session.commit()


def later(world, day=LATER):
    service.ask_later(identity_of(world.hazel), live(world, world.hazel), day)
    db.session.commit()


def seat_comes_free(world):
    """Somebody says yes and leaves again."""
    service.accept_offer(identity_of(world.indigo), offer_to(world, world.indigo))
    db.session.commit()
    service.leave(identity_of(world.indigo), live(world, world.indigo))
    db.session.commit()


def proved():
    db.session.commit()
    return faults() == []


def test_who_said_later_is_passed_by_until_then_and_keeps_the_place(scene):
    later(scene)
    with clock.at(OUT + timedelta(hours=1)):
        seat_comes_free(scene)
        assert offer_to(scene, scene.hazel) is None
        assert place_in_line(live(scene, scene.hazel)) == 1
        assert service.line_behind_all(live(scene, scene.hazel)) == (0, False)


def test_from_that_day_on_they_are_asked_for_what_is_free(scene):
    later(scene)
    with clock.at(OUT + timedelta(hours=1)):
        seat_comes_free(scene)
    midnight = datetime.fromisoformat("2026-12-07T00:00:00-05:00")
    with clock.at(midnight - timedelta(minutes=1)):
        round_of_work()
        assert offer_to(scene, scene.hazel) is None
    with clock.at(midnight):
        round_of_work()
        assert offer_to(scene, scene.hazel) is not None
        assert live(scene, scene.hazel).ask_from is None
        assert proved()


def test_asked_as_before_they_have_the_seat_that_is_free(scene):
    later(scene)
    with clock.at(OUT + timedelta(hours=1)):
        seat_comes_free(scene)
        service.ask_as_before(identity_of(scene.hazel), live(scene, scene.hazel))
        db.session.commit()
        assert offer_to(scene, scene.hazel) is not None


def test_at_once_too_nobody_is_given_a_seat_before_their_day(world):
    with clock.at(NOW):
        art = world.group("Art", capacity=1)
        world.series(art, datetime(2026, 12, 9, 14), dates=2)
        robin, hazel, indigo = (world.client(name) for name in ("Robin", "Hazel", "Indigo"))
        world.enrol(art, robin, hazel, indigo)
        service.ask_later(identity_of(hazel), live_of(art.id, hazel.id), LATER)
        db.session.commit()
        service.leave(identity_of(robin), live_of(art.id, robin.id))
        db.session.commit()
        assert live_of(art.id, hazel.id).state == "waitlisted"
        assert live_of(art.id, indigo.id).state == "active"


@pytest.mark.on_sqlite
@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_day_has_to_be_ahead_and_within_a_year(scene, days):
    with pytest.raises(DomainError):
        later(scene, clock.today("America/New_York") + timedelta(days=days))
    db.session.rollback()


def test_single_dates_are_waited_for_one_by_one_since_they_began_to_wait(scene):
    since = live(scene, scene.hazel).queued_at
    service.only_single_dates(identity_of(scene.hazel), live(scene, scene.hazel))
    db.session.commit()
    one = live(scene, scene.hazel)
    assert (one.mode, one.state, len(one.date_seats)) == ("dates", "waitlisted", 6)
    assert {seat.at for seat in one.date_seats} == {since}
    with clock.at(OUT + timedelta(minutes=1)):
        no(scene, scene.indigo)
        assert offer_to(scene, scene.hazel) is not None
        service.accept_offer(identity_of(scene.hazel), offer_to(scene, scene.hazel))
        db.session.commit()
        where = standings(scene.hazel.id, scene.dates)
        assert [one.state for one in where.values()].count("active") == 1
        assert proved()


def test_nobody_else_says_how_somebody_waits(scene):
    with pytest.raises(NotFound):
        service.ask_later(identity_of(scene.indigo), live(scene, scene.hazel), LATER)
    with pytest.raises(NotFound):
        service.only_single_dates(identity_of(scene.indigo), live(scene, scene.hazel))


def test_who_waits_no_more_has_nothing_to_say(scene):
    service.leave(identity_of(scene.hazel), was := live(scene, scene.hazel))
    db.session.commit()
    for say in (
        lambda: service.only_single_dates(identity_of(scene.hazel), was),
        lambda: service.ask_later(identity_of(scene.hazel), was, LATER),
    ):
        with pytest.raises(Conflict):
            say()
        db.session.rollback()


@pytest.mark.on_sqlite
def test_the_page_after_a_no_has_all_four_ways(scene, client):
    browser, page = client.as_(scene.hazel), f"/offers/{scene.offer.uid}"
    text = browser.get(page).get_data(as_text=True)
    for words in ("Keep my place", "ask me later", "Only for single dates", "Leave the waiting list"):
        assert words in text
    answer = browser.post(f"{page}/line", data={"wish": "later", "day": "2026-12-07"}, follow_redirects=True)
    assert "We do not ask you before Mon 7 Dec" in answer.get_data(as_text=True)
    text = browser.get(f"/sessions/{scene.art.uid}/mine").get_data(as_text=True)
    assert "we do not ask you before Mon 7 Dec" in text
    text = client.as_(scene.supervisor()).get(f"/groups/{scene.art.uid}/waiting").get_data(as_text=True)
    assert "Said later" in text and "Is asked again from Mon 7 Dec on." in text
    assert 'value="2026-12-07"' in browser.get(page).get_data(as_text=True)
    answer = browser.post(f"{page}/line", data={"wish": "later", "day": "2026-11-01"})
    assert answer.status_code == 422 and 'href="#day"' in answer.get_data(as_text=True)
    answer = browser.post(f"{page}/line", data={"wish": "single"}, follow_redirects=True)
    assert "You wait for each date by itself now." in answer.get_data(as_text=True)
    answer = browser.post(f"{page}/line", data={"wish": "keep"}, follow_redirects=True)
    assert "You do not wait for every date of this group any more." in answer.get_data(as_text=True)
    assert client.as_(scene.indigo).post(f"{page}/line", data={"wish": "single"}).status_code == 404
