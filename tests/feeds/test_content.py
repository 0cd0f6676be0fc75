"""What a calendar says besides when: the place as people find it, labels, a color, and that it is private where titles are."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from groupsched.catalog.service import fields_of, save_row, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.feeds.service import fetching, public
from groupsched.schedule.queries import coming
from groupsched.schedule.rules import DateField, SetOfDate
from groupsched.schedule.service import change_dates
from tests.conftest import identity_of
from tests.feeds.linting import lint, unfold
from tests.feeds.setting import link_for, meets
from tests.kept import kept

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)


@kept(at=NOW, still=True)
def tea(world):
    """Tea in the Elm Room of a site, with Robin in it."""
    world.site.name, world.site.address = "Harbor House", "12 Quay Street"
    world.robin, world.lead = world.client(), world.facilitator()
    world.oak = world.place("Elm Room", site_id=world.site.id, address="")
    world.tea = world.group("Tea", led_by=world.lead, place=world.oak)
    world.series(world.tea, datetime(2026, 11, 26, 18), dates=4)
    world.enrol(world.tea, world.robin)
    return world


def lines(client, path):
    ics = client.get(path).data
    assert lint(ics) == []
    return unfold(ics)


def test_in_full_the_place_is_room_site_and_address_and_what_is_listed_has_labels(client, tea):
    date = coming(tea.tea, NOW)[0]
    change_dates(identity_of(tea.lead), tea.tea, SetOfDate(date.id, {DateField.NOTE: "We bake."}))
    fields = replace(fields_of(tea.tea), online_link="https://meet.example.org/oak")
    update_group(tea.system, tea.tea, fields, tea.tea.version)
    db.session.commit()
    said = lines(client, link_for(tea.robin, titles="full")[1])
    assert said.count(r"LOCATION:Elm Room\, Harbor House\, 12 Quay Street") == 2
    described = next(line for line in said if line.startswith("DESCRIPTION:Note: We bake."))
    assert r"\n\nOnline: https://meet.example.org/oak" in described
    assert {line for line in said if line.startswith("COLOR")} == {"COLOR:seagreen"}


@pytest.mark.parametrize(("titles", "private"), [("private", True), ("short", False), ("full", False)])
def test_a_calendar_is_marked_private_only_where_its_titles_are(client, tea, titles, private):
    said = lines(client, link_for(tea.robin, titles=titles)[1])
    assert ("CLASS:PRIVATE" in said) == private
    assert any(line.startswith("COLOR") for line in said) == (titles == "full")


def test_a_feed_hints_at_its_zone_and_a_file_of_one_date_does_not(client, tea):
    public._kept.clear()
    for path in (link_for(tea.robin)[1], "/feeds/public.ics"):
        assert "X-WR-TIMEZONE:America/New_York" in lines(client, path)
    one = coming(tea.tea, NOW)[0]
    assert "X-WR-TIMEZONE" not in client.get(f"/calendar/dates/{one.uid}.ics").text


@pytest.mark.parametrize("zone", ["America/New_York", "Africa/Cairo"])
def test_a_calendar_without_an_event_still_has_a_component(client, world, zone):
    world.program.timezone = zone
    db.session.commit()
    said = lines(client, link_for(world.client("Nobody"))[1])
    assert "BEGIN:VTIMEZONE" in said and "BEGIN:VEVENT" not in said


def test_another_name_or_address_of_the_site_reaches_the_calendar_with_a_later_stamp(client, tea):
    path = link_for(tea.robin, titles="full")[1]
    before = lines(client, path)
    with clock.at(NOW + timedelta(hours=1)):
        save_row(tea.system, tea.site, {"address": "14 Quay Street"}, tea.site.version)
        db.session.commit()
        after = lines(client, path)
    assert r"LOCATION:Elm Room\, Harbor House\, 14 Quay Street" in after
    stamps = [max(line for line in said if line.startswith("DTSTAMP")) for said in (before, after)]
    assert stamps[0] < stamps[1]


def test_another_language_reaches_the_calendar_at_once(client, tea):
    path = link_for(tea.robin)[1]
    assert "SUMMARY:Appointment" in lines(client, path)
    client.as_(tea.robin).post("/language", data={"language": "es"})
    tea.robin.language = "es"
    db.session.commit()
    said = lines(client, path)
    assert "SUMMARY:Cita" in said and "X-WR-CALNAME:Citas" in said


def test_another_name_of_the_house_reaches_the_public_calendar_at_once(client, tea):
    public._kept.clear()
    client.get("/feeds/public.ics")
    tea.program.name = "Quay House"
    db.session.commit()
    assert "X-WR-CALNAME:Quay House" in lines(client, "/feeds/public.ics")


def test_a_personal_calendar_keeps_to_what_programs_take(client, world, monkeypatch):
    """Of single dates the nearest stay; here at most twenty, of a zone in which each date is an event of its own."""
    robin, lead = world.client(), world.facilitator()
    group = world.group("Sun", led_by=lead)
    with clock.at(NOW):
        meets(group, lead, zone="Africa/Cairo", rrule="FREQ=DAILY", starts_on=date(2026, 11, 25))
        world.enrol(group, robin)
        path = link_for(robin)[1]
        monkeypatch.setattr(fetching, "MOST_EVENTS", 20)
        starts = sorted(line for line in lines(client, path) if line.startswith("DTSTART:2"))
    assert len(starts) == 20 and starts[0].startswith("DTSTART:20261125")
    assert starts[-1].startswith("DTSTART:20261214")
