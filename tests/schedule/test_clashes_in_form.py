"""Whoever defines a group reads what it runs into while typing, chooses, and keeps every word when somebody was quicker."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Booking, Occurrence
from groupsched.schedule.service import enter_time_off
from tests.conftest import identity_of
from tests.schedule.test_scopes import sent

pytestmark = pytest.mark.on_sqlite

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def held(app):
    with clock.at(NOW):
        yield


def test_a_clash_is_shown_while_typing_and_settled_in_three_ways(world, browser, said):
    studio = world.place("Studio", capacity=20)
    hidden = world.group("Quiet hour", led_by=world.facilitator("Pike"), hidden=True)
    world.series(hidden, datetime(2026, 12, 8, 18, 30), dates=2, minutes=30)
    panel = browser.post("/groups/preview", data=said).text
    assert "2 dates need a choice" in panel and "Oak Room is taken, 18:30–19:00" in panel
    assert "Quiet hour" not in panel and "By another group." in panel, (
        "it is hidden from who does not lead it"
    )
    assert "Use the Studio on all dates" in panel and "Another room for Tue 8 Dec" in panel
    refused = browser.post("/groups/new?from=none", data=said)
    assert refused.status_code == 409
    assert f'value="{said["title"]}"' in refused.text and "2 dates need a choice" in refused.text
    assert db.session.scalar(select(func.count(Group.id)).where(Group.plain_title == said["title"])) == 0
    there = browser.post("/groups/new?from=none", data={**said, "act": "update", "use_room": studio.uid}).text
    assert f'selected value="{studio.uid}"' in there and "need a choice" not in there
    without = browser.post("/groups/preview", data={**said, "skip": ["2026-12-08", "2026-12-15"]}).text
    assert "need a choice" not in without
    kept = browser.post("/groups/new?from=none", data={**said, "keep_clashes": "They share the room."})
    assert kept.status_code == 303
    [reason] = set(db.session.scalars(select(Booking.reason).where(Booking.kept)))
    assert reason == "They share the room."


def test_a_new_group_says_that_who_leads_it_is_away_on_dates_of_it(world, browser, said, lead):
    """A new group was published on dates on which its lead was away, without a word."""
    at_sea = datetime(2026, 12, 14, 5, tzinfo=UTC)
    enter_time_off(identity_of(lead), lead, at_sea, at_sea + timedelta(days=7), "By the sea")
    db.session.commit()
    words = "Ossian is away: Mon 14 Dec to Sun 20 Dec. 1 date then needs cover."
    panel = browser.post("/groups/preview", data=said).text
    assert words in panel and "By the sea" not in panel
    skipped = browser.post("/groups/preview", data=said | {"skip": "2026-12-15"}).text
    assert "is away" not in skipped
    saved = browser.post("/groups/new?from=none", data=said, follow_redirects=True).text
    assert "Published." in saved and words in saved


def test_a_group_given_to_somebody_says_on_which_of_its_dates_they_are_away(world, browser, said):
    pike = world.facilitator("Pike")
    at_sea = datetime(2026, 12, 14, 5, tzinfo=UTC)
    enter_time_off(identity_of(pike), pike, at_sea, at_sea + timedelta(days=7))
    db.session.commit()
    done = browser.post("/groups/new?from=none", data=said)
    page = f"{done.location}/edit"
    form = sent(browser.get(page).text)
    look = browser.post(
        f"/groups/preview?group={done.location.rsplit('/', 1)[1]}", data=form | {"lead": pike.uid}
    )
    assert "Pike is away: Mon 14 Dec to Sun 20 Dec." in look.text


def test_every_clash_can_be_settled_not_only_the_first(world, browser, said, lead):
    studio = world.place("Studio", capacity=20)
    yoga = world.group("Yoga", led_by=world.facilitator("Pike"))
    world.series(yoga, datetime(2026, 12, 8, 18, 30), dates=12, minutes=30)
    few = browser.post("/groups/preview", data=said).text
    assert "11 dates need a choice" in few and few.count("Another room for") == 6 and "5 more dates" in few
    every = browser.post("/groups/new?from=none", data={**said, "every_clash": "1"}).text
    assert every.count("Another room for") == 11 and "5 more dates" not in every
    assert 'type="hidden" name="every_clash"' in every, "they stay while one after the other is settled"

    # The same of a series that moves as a whole.
    walk = world.group("Walk", led_by=lead)
    [date, *_rest] = world.series(walk, datetime(2026, 12, 8, 20), dates=12, minutes=30)
    page = f"/occurrences/{date.uid}/edit"
    form = sent(browser.get(f"{page}?scope=all").text)
    form |= {"start_time": "18:30", "end_time": "19:00", "place": world.room.uid}
    few = browser.post(page, data=form | {"act": "look"}).text
    assert "12 clashes" in few and few.count("Another room for") == 8 and "4 more clashes" in few
    rest = browser.post(page, data=form | {"every_clash": "1"}).text
    assert rest.count("Another room for") == 12 and "more clash" not in rest
    assert studio.uid in rest


def test_only_a_room_that_holds_the_group_is_offered_with_its_seats(world, browser, said, lead):
    studio, corner = (
        world.place("Studio", capacity=20, equipment={"mats": 12}),
        world.place("Corner", capacity=2),
    )
    hall = world.place("Hall", capacity=30)
    yoga = world.group("Yoga", led_by=world.facilitator("Pike"))
    world.series(yoga, datetime(2026, 12, 8, 18, 30), dates=2, minutes=30)
    panel = browser.post("/groups/preview", data=said).text
    assert "Use the Studio on all dates · 20 seats" in panel and "Hall, 30 seats" in panel
    assert "Use the Corner" not in panel and f'value="{corner.uid}"' not in panel
    with_mats = browser.post("/groups/preview", data=said | {"needs": "12 mats"}).text
    assert "Studio, 20 seats" in with_mats and f'value="{hall.uid}"' not in with_mats, "it has no mats"

    mine = world.group("Mine", led_by=lead, capacity=25, place=studio)
    [date] = world.series(mine, datetime(2026, 12, 8, 18, 30), dates=1)
    page = f"/occurrences/{date.uid}/edit"
    look = {**sent(browser.get(page).text), "place": world.room.uid, "act": "look"}
    shown = browser.post(page, data=look).text
    assert "Free then: Hall, 30 seats" in shown and "Corner, 2 seats</small>" not in shown
    fewer = browser.post(page, data={**look, "capacity": "2"}).text
    assert "Free then: Corner, 2 seats" in fewer, "the date itself has fewer seats than its group"


def places_of(group):
    query = select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
    return [(one.place.name, "place" in one.own_fields.split()) for one in db.session.scalars(query)]


def test_one_date_goes_to_another_room_from_within_the_form(world, browser, said, lead):
    studio = world.place("Studio", capacity=20)
    yoga = world.group("Yoga", led_by=world.facilitator("Pike"))
    world.series(yoga, datetime(2026, 12, 8, 18, 30), dates=2, minutes=30)
    one = {"room-20261208T2300": studio.uid}
    panel = browser.post("/groups/preview", data=said | one).text
    assert (
        "1 date needs a choice" in panel
        and "In another room" in panel
        and "Another room for Tue 15 Dec" in panel
    )
    both = one | {"room-20261215T2300": studio.uid, "room-nonsense": studio.uid, "room-20261222T2300": "x"}
    assert browser.post("/groups/new?from=none", data=said | one).status_code == 409
    assert browser.post("/groups/new?from=none", data=said | both).status_code == 303
    group = db.session.scalars(select(Group).where(Group.plain_title == said["title"])).one()
    oak = ("Oak Room", False)
    assert places_of(group) == [oak, ("Studio", True), ("Studio", True), *[oak] * 9]

    # A published group that moves to another hour meets something else, and sends that date alone elsewhere.
    walk = world.group("Walk", led_by=world.facilitator("Quill"))
    world.series(walk, datetime(2026, 12, 22, 20), dates=1)
    date = db.session.scalars(
        select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
    ).first()
    page, when = f"/occurrences/{date.uid}/edit", {"start_time": "20:00", "end_time": "21:00"}
    form = sent(browser.get(f"{page}?scope=all").text) | when | {"act": "save", "looked": "live"}
    refused = browser.post(page, data=form)
    assert refused.status_code == 422 and 'name="room-20261223T0100"' in refused.text
    done = browser.post(page, data=form | {"room-20261223T0100": studio.uid})
    assert done.status_code == 303
    assert places_of(group)[:4] == [oak, ("Studio", True), ("Studio", True), ("Studio", True)]

    # And through the form of the group, back to where it was, next to what took the room meanwhile.
    world.series(world.group("Late", led_by=world.facilitator("Reed")), datetime(2026, 12, 29, 18), dates=1)
    form = (
        sent(browser.get(f"/groups/{group.uid}/edit").text)
        | {"act": "save"}
        | {"start_time": "18:00", "end_time": "19:00"}
    )
    page = f"/groups/{group.uid}/edit"
    assert browser.post(page, data=form).status_code == 409
    assert browser.post(page, data=form | {"room-20261229T2300": studio.uid}).status_code == 303
    assert [place for place, _own in places_of(group)][:5] == ["Oak Room", *["Studio"] * 4]


def test_of_two_who_publish_at_once_one_reads_that_it_is_taken_and_keeps_their_words(app, world, said):
    people = [world.supervisor("Marigold").id, world.supervisor("Wilma").id]
    leads = [said["lead"], world.facilitator("Pike").uid]
    db.session.remove()
    start = Barrier(2)

    def one(number):
        browser = app.test_client()
        browser.environ_base["test.person"] = people[number]
        words = {**said, "title": f"Circle {number}", "lead": leads[number]}
        start.wait()
        return browser.post("/groups/new?from=none", data=words)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(one, range(2)))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    [lost] = [number for number, answer in enumerate(answers) if answer.status_code == 409]
    assert f'value="Circle {lost}"' in answers[lost].text and "is taken" in answers[lost].text
    groups = list(db.session.scalars(select(Group.plain_title).where(Group.plain_title.like("Circle%"))))
    assert groups == [f"Circle {1 - lost}"]
