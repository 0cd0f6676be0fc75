"""The page on which somebody changes groups: what it says before, one button, its undo; and the same for staff."""

import re
from datetime import timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import short_day
from groupsched.enrolment import service
from groupsched.enrolment.queries import live_of
from groupsched.enrolment.rules import Waitlisted
from groupsched.operations.worker import round_of_work
from tests.conftest import identity_of
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite


@kept
def house(world):
    """Robin is in the circle; yoga has two seats, the walk none, and a mail address tells of what comes."""
    lead, other = world.facilitator("Ossian"), world.facilitator("Pike")
    house = {
        "robin": world.client(),
        "hazel": world.client("Hazel"),
        "ossian": lead,
        "pike": other,
        "ivy": world.supervisor("Ivy"),
        "circle": world.group("Circle", led_by=lead),
        "yoga": world.group("Writing", capacity=2, led_by=other),
        "walk": world.group("Walk", capacity=1, led_by=other),
    }
    start = (clock.now() + timedelta(days=2)).replace(tzinfo=None, minute=0)
    for number, name in enumerate(("circle", "yoga", "walk")):
        world.series(house[name], start + timedelta(days=number), dates=4)
    [house["seat"]] = world.enrol(house["circle"], house["robin"])
    world.enrol(house["walk"], house["hazel"])
    world.care_for(house["robin"], other)
    return house


def state(house, name, person="robin"):
    live = live_of(house[name].id, house[person].id)
    return live.state.value if live else None


def test_beside_the_rhythm_stands_its_hour_not_that_of_an_odd_date(house, world, client):
    early = (clock.now() + timedelta(days=1)).replace(tzinfo=None, hour=6, minute=45)
    world.series(house["circle"], early, dates=1)
    page = client.as_(house["robin"]).get(f"/sessions/{house['yoga'].uid}/switch").text
    assert "6:45" not in page.partition("Into</span>")[0]


def test_who_has_single_dates_reads_their_own_and_no_rhythm(house, world, client):
    dates = world.series(
        house["yoga"], (clock.now() + timedelta(days=9)).replace(tzinfo=None, hour=7), dates=3
    )
    [seat] = world.enrol(house["yoga"], house["robin"], dates=dates[1:2])
    page = client.as_(house["robin"]).get(f"/sessions/{house['walk'].uid}/switch?from={seat.uid}").text
    old = " ".join(page.partition("Into</span>")[0].split())
    day = short_day(dates[1].start, dates[1].timezone)
    assert "Out of</span> Writing" in old and "Every" not in old
    assert day in old and short_day(dates[0].start, dates[0].timezone) not in old


def test_who_leads_one_of_the_groups_and_is_on_the_care_team_reads_why_and_the_page_says_so(
    house, world, client
):
    page = client.as_(house["robin"])
    shown = " ".join(page.get(f"/sessions/{house['yoga'].uid}/switch").text.split())
    assert "Why is for the care team alone: Pike. Pike leads one of these groups" in shown
    assert "Neither learns" not in shown
    world.care_for(house["robin"], house["ivy"])
    shown = " ".join(page.get(f"/sessions/{house['yoga'].uid}/switch").text.split())
    assert "alone: Ivy, Pike. Pike leads one of these groups and is on the care team, so reads why." in shown
    world.care_for(house["robin"], house["ossian"])
    shown = " ".join(page.get(f"/sessions/{house['yoga'].uid}/switch").text.split())
    assert "Ossian and Pike lead one of these groups and are on the care team, so they read why." in shown


def test_from_the_page_of_a_group_one_changes_into_it_in_one_step_and_back(house, client):
    client = client.as_(house["robin"])
    page = client.get(f"/sessions/{house['yoga'].uid}").text
    [link] = re.findall(rf'href="(/sessions/{house["yoga"].uid}/switch\?from={house["seat"].uid})"', page)
    shown = " ".join(client.get(link).text.split())
    for words in ("Out of</span> Circle", "Into</span> Writing", "2 seats free", "Only if you like", "No clash.",
                  "Why is for the care team alone: Pike.", "Change to Writing"):  # fmt: skip
        assert words in shown, words
    done = client.post(
        link.partition("?")[0], data={"from": house["seat"].uid, "why": "fit"}, follow_redirects=True
    )
    assert "You are in Writing now, and no longer in Circle." in done.text
    assert (state(house, "circle"), state(house, "yoga")) == (None, "active")
    [undo] = re.findall(r'action="(/enrolments/\w+/undo)"', done.text)[:1]
    client.post(undo)
    assert (state(house, "circle"), state(house, "yoga")) == ("active", None)


def test_where_it_is_full_the_page_says_so_before_and_both_pages_while_one_waits(house, client):
    client = client.as_(house["robin"])
    address = f"/sessions/{house['walk'].uid}/switch"
    shown = client.get(address).text
    assert "Full now: number 1 on the waiting list" in shown
    assert "Wait for Walk" in shown
    after = client.post(address, data={"from": house["seat"].uid}, follow_redirects=True).text
    assert "your seat there ends by itself when you have one here" in " ".join(after.split())
    mine = client.get(f"/sessions/{house['circle'].uid}/mine").text
    assert "You wait to change to Walk." in mine
    kept_both = client.post(f"{address}/keep", follow_redirects=True).text
    assert "You keep your seat in Circle" in kept_both
    assert "You wait to change" not in client.get(f"/sessions/{house['circle'].uid}/mine").text
    service.leave(identity_of(house["hazel"]), live_of(house["walk"].id, house["hazel"].id))
    round_of_work()
    assert (state(house, "circle"), state(house, "walk")) == ("active", "active")


def test_nobody_changes_what_is_another_ones_and_nothing_is_offered_without_a_seat_elsewhere(house, client):
    hazel = client.as_(house["hazel"])
    address = f"/sessions/{house['yoga'].uid}/switch"
    assert hazel.post(address, data={"from": house["seat"].uid}).status_code == 404
    assert hazel.post(address, data={}).status_code == 404
    newcomer = client.as_(house["pike"])
    assert newcomer.get(address).status_code == 303
    assert "Change groups" not in newcomer.get(f"/sessions/{house['yoga'].uid}").text


def test_staff_change_it_with_the_person_and_the_care_team_alone_reads_why(house, client):
    page = client.as_(house["ivy"])
    address = f"/enrolments/{house['seat'].uid}/switch"
    assert address in page.get(f"/people/{house['robin'].uid}").text
    assert "Writing" in page.get(address).text
    shown = page.get(f"{address}?into={house['yoga'].uid}").text
    assert "Only if they like" in shown
    done = page.post(address, data={"into": house["yoga"].uid, "why": "without_faith"}, follow_redirects=True)
    assert "is in Writing now, and no longer in Circle." in done.text
    about = f"/people/{house['robin'].uid}/care-team"
    shown = page.get(about).text
    assert "From Circle to Writing" in shown
    assert "Without faith" not in shown, "who supervises is not on the team"
    assert "Without faith" in client.as_(house["pike"]).get(about).text
    lead = client.as_(house["ossian"])
    assert lead.get(f"/people/{house['robin'].uid}").status_code == 404
    assert lead.get(address).status_code == 404
    undo = f"/enrolments/{house['seat'].uid}/remove/undo"
    assert "all is as it was" in client.as_(house["ivy"]).post(undo, follow_redirects=True).text
    assert (state(house, "circle"), state(house, "yoga")) == ("active", None)


def test_a_group_whose_single_dates_are_over_is_none_to_change_from_and_one_to_change_into(
    house, world, client
):
    soon = world.series(house["yoga"], (clock.now() + timedelta(hours=2)).replace(tzinfo=None), dates=1)
    world.enrol(house["yoga"], house["robin"], dates=soon)
    robin, walk = client.as_(house["robin"]), f"/sessions/{house['walk'].uid}/switch"
    assert "out of Writing" in robin.get(walk).text
    with clock.at(soon[0].end + timedelta(minutes=1)):
        page = robin.get(walk).text
        assert "Writing" not in page.partition("Into</span>")[0]
        seat = house["seat"].uid
        staff = client.as_(house["ivy"]).get(f"/enrolments/{seat}/switch").text
        assert f'value="{house["yoga"].uid}"' in staff


def test_who_had_single_dates_that_are_over_waits_for_a_full_group_like_anybody(house, world):
    soon = world.series(house["walk"], (clock.now() + timedelta(hours=2)).replace(tzinfo=None), dates=1)
    [before] = world.enrol(house["walk"], house["robin"], dates=soon)
    with clock.at(soon[0].end + timedelta(minutes=1)):
        outcome = service.enrol(identity_of(house["robin"]), house["walk"], house["robin"])
        db.session.commit()
        assert isinstance(outcome.answer, Waitlisted)
        assert (before.state, state(house, "walk")) == ("left", "waitlisted")


def test_who_has_a_single_date_ahead_is_not_asked_to_wait_for_all_of_a_full_group(house, world, client):
    """ "Wait for …" led to a refusal and the same button again."""
    later = world.series(
        house["walk"], (clock.now() + timedelta(days=9)).replace(tzinfo=None, hour=7), dates=1
    )
    world.enrol(house["walk"], house["robin"], dates=later)
    robin, home = client.as_(house["robin"]), f"/sessions/{house['walk'].uid}"
    page = robin.get(f"{home}/switch").text
    assert "can wait for other single ones" in page
    assert "Wait for Walk" not in page
    choice = re.search(r'<input[^>]*value="whole"[^>]*>', robin.get(home).text)[0]
    assert "disabled" in choice and "checked" not in choice
