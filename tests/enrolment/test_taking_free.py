"""Whoever waits takes what is free by now, in one step: all who were asked said no or were late, and nobody is asked any more."""

from datetime import datetime, timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.enrolment import service
from groupsched.enrolment.queries import free_now, live_of, offer_of, standings
from groupsched.operations.worker import round_of_work
from groupsched.upkeep.service import faults
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-12-01T10:00:00-05:00")
OUT = NOW + timedelta(minutes=10)


@pytest.fixture(params=["ask_first", "first_yes"])
def scene(world, request):
    """One seat on each of two Wednesdays. Robin has both; Hazel, then Indigo, wait for the first one, and Robin gives it back."""
    with clock.at(NOW - timedelta(days=2)):
        world.art = world.group("Art", capacity=1, line_mode=request.param)
        world.dates = world.series(world.art, datetime(2026, 12, 9, 14), dates=2)
        world.robin, world.hazel, world.indigo = (world.client(name) for name in ("Robin", "Hazel", "Indigo"))
        world.enrol(world.art, world.robin)
        for person in (world.hazel, world.indigo):
            take(world, person)
    with clock.at(NOW):
        service.cannot_come(identity_of(world.robin), world.dates[0], world.robin)
        db.session.commit()
    with clock.at(OUT):
        yield world


def live(world, person):
    return live_of(world.art.id, person.id)


def take(world, person, date=0, mode="dates", who=None):
    dates = [world.dates[date]] if mode == "dates" else []
    done = service.enrol(identity_of(who or person), world.art, person, mode=mode, occurrences=dates)
    db.session.commit()
    return done


def offer_to(world, person):
    return offer_of(live(world, person), clock.now(), out=False)


def no(world, *people):
    for person in people:
        service.decline_offer(identity_of(person), offer_to(world, person))
        db.session.commit()


def state(world, person, date=0):
    return standings(person.id, [world.dates[date]])[world.dates[date].id].state


def test_while_somebody_is_asked_nothing_is_free_for_who_waits_behind(scene):
    no(scene, scene.hazel)
    assert free_now([live(scene, scene.hazel)]).takes == frozenset()
    take(scene, scene.hazel)
    assert state(scene, scene.hazel) == "waitlisted" and offer_to(scene, scene.indigo) is not None


def test_once_all_said_no_each_of_them_may_take_it(scene):
    no(scene, scene.hazel, scene.indigo)
    for person in (scene.indigo, scene.hazel):
        one = live(scene, person)
        assert free_now([one]).takes == {(one.id, scene.dates[0].id)}
    take(scene, scene.indigo)
    assert state(scene, scene.indigo) == "active" and live(scene, scene.indigo).state == "active"
    take(scene, scene.indigo)
    assert (
        state(scene, scene.hazel) == "waitlisted"
        and free_now([live(scene, scene.hazel)]).takes == frozenset()
    )
    db.session.commit()
    assert faults() == []


def test_after_the_time_is_over_too(scene):
    for day in (1, 2, 3):
        with clock.at(OUT + timedelta(days=day)):
            round_of_work()
    with clock.at(OUT + timedelta(days=3)):
        take(scene, scene.hazel)
        assert state(scene, scene.hazel) == "active"


def test_who_waits_for_all_dates_takes_them_where_all_are_free(world):
    with clock.at(NOW - timedelta(days=2)):
        world.art = world.group("Art", capacity=1, line_mode="ask_first")
        world.dates = world.series(world.art, datetime(2026, 12, 9, 14), dates=2)
        robin, hazel, indigo = (world.client(name) for name in ("Robin", "Hazel", "Indigo"))
        world.enrol(world.art, robin, hazel, indigo)
    with clock.at(NOW):
        service.leave(identity_of(robin), live(world, robin))
        db.session.commit()
    with clock.at(OUT):
        no(world, hazel, indigo)
        assert free_now([live(world, indigo)]).takes == {(live(world, indigo).id, None)}
        assert take(world, indigo, mode="whole").answer
        assert live(world, indigo).state == "active"
        assert live(world, hazel).state == "waitlisted"
        take(world, hazel, mode="whole")
        assert live(world, hazel).state == "waitlisted"
        db.session.commit()
        assert faults() == []


def test_whoever_is_kept_apart_from_somebody_there_takes_nothing_by_themselves(scene):
    no(scene, scene.hazel, scene.indigo)
    scene.keep_apart(scene.hazel, scene.robin)
    assert free_now([live(scene, scene.hazel)]).takes == frozenset()
    assert free_now([live(scene, scene.hazel)]).asks
    with pytest.raises(Conflict):
        take(scene, scene.hazel)
    db.session.rollback()
    assert state(scene, scene.hazel) == "waitlisted"


@pytest.fixture
def pages(scene, client):
    """A browser; reads the pages on which somebody in line stands."""

    def read(person, *paths):
        browser = client.as_(person)
        return [browser.get(path).get_data(as_text=True) for path in paths]

    return read


def where(world):
    group = f"/sessions/{world.art.uid}"
    return group, f"{group}/{world.dates[0].original_local}", f"{group}/mine", "/my"


@pytest.mark.on_sqlite
def test_the_group_the_date_the_line_and_the_week_say_it_and_take_it_in_one_step(scene, pages, client):
    for text in pages(scene.hazel, *where(scene)):
        assert "Take the seat" not in text
    no(scene, scene.hazel, scene.indigo)
    for text in pages(scene.hazel, *where(scene)):
        assert "Take the seat" in text
        assert "number 1" not in text and "number 2" not in text
    fields = {"what": "date", "date": scene.dates[0].original_local}
    answer = client.as_(scene.hazel).post(f"/sessions/{scene.art.uid}/join", data=fields)
    assert answer.status_code == 303 and answer.location.endswith("/mine")
    assert state(scene, scene.hazel) == "active"
    for text in pages(scene.indigo, *where(scene)):
        assert (
            "Take the seat" not in text and "On the waiting list" in text
        ) or "waiting list, number" in text


@pytest.mark.on_sqlite
def test_on_the_week_what_is_kept_for_somebody_stands_once(scene, pages):
    offer = offer_to(scene, scene.hazel)
    (text,) = pages(scene.hazel, "/my")
    assert f"/offers/{offer.uid}" in text
    at = text.find("waiting list, number")
    assert at < 0, text[at - 600 : at + 100]


@pytest.mark.on_sqlite
def test_too_late_an_answer_has_the_seat_where_nobody_else_is_asked(scene, client):
    offer = offer_to(scene, scene.hazel)
    no(scene, scene.indigo) if offer_to(scene, scene.indigo) else service.leave(
        identity_of(scene.indigo), live(scene, scene.indigo)
    )
    db.session.commit()
    with clock.at(offer.until_at + timedelta(seconds=14)):
        client.as_(scene.hazel).post(f"/offers/{offer.uid}", data={"answer": "yes"})
        assert state(scene, scene.hazel) == "active"


@pytest.mark.on_sqlite
def test_too_late_an_answer_stays_late_where_the_next_one_is_asked(scene, client):
    if scene.art.line_mode != "ask_first":
        return
    offer = offer_to(scene, scene.hazel)
    with clock.at(offer.until_at + timedelta(seconds=14)):
        client.as_(scene.hazel).post(f"/offers/{offer.uid}", data={"answer": "yes"})
        assert state(scene, scene.hazel) == "waitlisted"
        assert offer_to(scene, scene.indigo) is not None
        text = client.as_(scene.hazel).get(f"/offers/{offer.uid}").get_data(as_text=True)
        assert "Take the seat" not in text and "still on the waiting list" in text


@pytest.mark.on_sqlite
def test_the_page_after_a_no_says_that_nobody_else_took_it(scene, pages):
    offer = offer_to(scene, scene.hazel)
    no(scene, scene.hazel, scene.indigo)
    (text,) = pages(scene.hazel, f"/offers/{offer.uid}")
    assert "Nobody else has taken the seat in Art" in text and "Take the seat" in text


@pytest.mark.on_sqlite
def test_dates_at_the_same_time_are_said_before_it_is_taken(scene, pages, client):
    no(scene, scene.hazel, scene.indigo)
    tea = scene.group("Tea")
    scene.series(tea, datetime(2026, 12, 9, 14), dates=1)
    scene.enrol(tea, scene.hazel)
    fields = {"what": "date", "date": scene.dates[0].original_local}
    answer = client.as_(scene.hazel).post(f"/sessions/{scene.art.uid}/join", data=fields)
    assert answer.status_code == 409 and "Take the seat, keep both" in answer.get_data(as_text=True)
    client.as_(scene.hazel).post(f"/sessions/{scene.art.uid}/join", data=fields | {"accept_clash": "y"})
    assert state(scene, scene.hazel) == "active"


@pytest.mark.on_sqlite
def test_whoever_is_kept_apart_reads_as_where_one_asks_first_and_no_number(scene, pages):
    """As everybody reads who waits in a group that asks first; the pair shows nowhere."""
    no(scene, scene.hazel, scene.indigo)
    scene.keep_apart(scene.hazel, scene.robin)
    theirs = pages(scene.hazel, *where(scene))
    for text in theirs:
        assert "Take the seat" not in text and "waiting list, number" not in text
    assert "Before a seat is yours, a person answers" in theirs[1]
    scene.art.access = "referral"
    db.session.commit()
    assert "Before a seat is yours, a person answers" in pages(scene.indigo, where(scene)[1])[0]
