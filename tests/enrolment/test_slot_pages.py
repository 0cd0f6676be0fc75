"""The pages of a date in slots: choosing a time without a script, changing it, the line, my week, a calendar; and staff."""

import re
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from groupsched.accounts.cookie import member
from groupsched.core.db import db
from groupsched.core.filters import short_day
from groupsched.enrolment.queries import own_slots, slots_on
from groupsched.enrolment.service import take_slot
from groupsched.feeds.service import create_feed
from groupsched.schedule.models import Occurrence
from tests.factories import ZONE, tomorrow_at
from tests.schedule.test_scopes import sent

pytestmark = pytest.mark.on_sqlite


def begun(world):
    tully, larch = world.facilitator("Tully", "Otterly"), world.facilitator("Larch", "Samplewood")
    group = world.in_slots(tully, larch, slot_breaks=("15:20-15:40",))
    return group, world.series(group, tomorrow_at(15), dates=2, minutes=60)[0]


def at(person, date):
    slot = own_slots(person.id, [db.session.get_one(Occurrence, date.id)]).get(date.id)
    return f"{slot.start.astimezone(ZoneInfo(ZONE)):%H:%M}" if slot else None


def test_a_client_chooses_changes_and_gives_back_a_time(client, world):
    group, date = begun(world)
    robin, hazel = world.client("Robin", "Teacup"), world.client("Hazel", "Quill")
    take_slot(world.keeper(), slots_on(date)[0].slot, hazel)
    db.session.commit()
    page = f"/sessions/{group.uid}/{date.original_local}"
    client = client.as_(robin)
    shown = client.get(page).text
    assert "3 of 4 times free" in shown and "With Tully" in shown and "Break until 15:40" in shown
    assert "Hazel" not in shown and shown.count(" disabled") == 1
    free = re.findall(r'name="slot" value="(\w{14})">', shown)
    client.post(f"/occurrences/{date.uid}/slot", data={"slot": free[-1]})
    assert at(robin, date) == "15:40"
    mine = client.get(f"/sessions/{group.uid}/mine").text
    assert "15:40–16:00" in mine and "With Larch" in mine and "15:00–16:00" not in mine
    assert "15:40–16:00 with Larch" in client.get(page).text
    week = client.get("/my").text
    assert "15:40–16:00" in week and "15:00–16:00" not in week
    client.post(f"/occurrences/{date.uid}/slot", data={"slot": "first"})
    assert at(robin, date) == "15:00"
    client.post(f"/occurrences/{date.uid}/cannot-come", data={})
    assert at(robin, date) is None and "can’t come" in client.get(page).text


def test_a_calendar_has_the_time_of_the_holder_and_no_other(client, world):
    _group, date = begun(world)
    robin, hazel = world.client("Robin", "Teacup"), world.client("Hazel", "Quill")
    by_time = [one.slot for one in slots_on(date)]
    take_slot(world.keeper(), by_time[0], hazel)
    take_slot(world.keeper(), by_time[1], robin)
    _feed, url = create_feed(member(robin), robin, "Phone", "full", "mine")
    db.session.commit()
    first = client.get(url[url.index("/feeds/") :]).text
    local = date.start.astimezone(ZoneInfo(ZONE))
    assert re.findall(r"DTSTART[^\r\n]*:(\S+)", first)[-1] == f"{local:%Y%m%dT%H%M%S}" or "Z" in first
    starts = re.findall(r"\nDTSTART[^:\r\n]*:(\S+)", first.split("BEGIN:VEVENT")[1])
    sequence = int(re.findall(r"SEQUENCE:(\d+)", first)[-1])
    take_slot(member(robin), by_time[2], robin)
    db.session.commit()
    later = client.get(url[url.index("/feeds/") :]).text
    again = re.findall(r"\nDTSTART[^:\r\n]*:(\S+)", later.split("BEGIN:VEVENT")[1])
    assert len(starts) == len(again) == 1 and starts != again
    assert int(re.findall(r"SEQUENCE:(\d+)", later)[-1]) > sequence
    assert by_time[2].start.strftime("%Y%m%dT%H%M") in later or f"{local:%Y%m%d}T154000" in later


def test_staff_place_somebody_and_see_who_has_which_time(client, world):
    group, date = begun(world)
    desk, robin = world.front_desk(), world.client("Robin", "Teacup")
    client = client.as_(desk)
    page = f"/occurrences/{date.uid}/slots"
    slot = slots_on(date)[3].slot.uid
    wrong = client.post(page, data={"who": "Nobody Known", "slot": slot})
    assert wrong.status_code == 422 and "Nobody by exactly that name" in wrong.text
    client.post(page, data={"who": "Robin Teacup", "slot": slot})
    assert at(robin, date) == "15:40" and "Robin T." in client.get(page).text
    client = client.as_(robin)
    assert client.get(page).status_code == 404 and group.has_slots


def test_the_form_makes_a_group_in_slots(client, world):
    lead = world.facilitator("Tully", "Otterly")
    client = client.as_(lead)
    said = {
        "title": "Chair massage", "modality": "support-group", "setting": "slots", "repeats": "once", "starts_on": "2099-01-05",
        "start_time": "15:00", "end_time": "17:00", "lead": lead.uid, "place": world.room.uid, "languages": "en", "access": "enrol",
        "attendance_mode": "in_person", "slot_minutes": "20", "slot_gap": "5", "break_start": "15:50", "break_end": "16:10",
    }  # fmt: skip
    panel = client.post("/groups/preview", data=said).text
    assert "4 slots of 20 minutes, 1 person who treats, 5 minutes of change-over, break 15:50–16:10." in panel
    wrong = client.post("/groups/new?from=none", data=said | {"act": "draft", "break_end": "15:30"})
    assert wrong.status_code == 422 and 'href="#break_end"' in wrong.text


def test_the_panel_and_the_list_of_people_say_whose_time_goes(client, world):
    group, date = begun(world)
    robin, hazel = world.client("Robin", "Teacup"), world.client("Hazel", "Quill")
    others = [world.client("Seat", f"Warmer {number}") for number in range(2)]
    by_time = [one.slot for one in slots_on(date)]
    for slot, person in zip(by_time, (robin, *others, hazel), strict=True):
        take_slot(world.keeper(), slot, person)
    other = select(Occurrence).where(Occurrence.group_id == group.id, Occurrence.id != date.id)
    second = db.session.scalars(other).one()
    take_slot(world.keeper(), slots_on(second)[0].slot, hazel)
    db.session.commit()
    client = client.as_(world.supervisor())
    page = f"/occurrences/{date.uid}/edit"
    form = sent(client.get(page).text) | {"end_time": "15:20"}
    looked = client.post(page, data=form | {"act": "look"}).text
    assert "2 people lose their time:" in looked and "Hazel" in looked
    saved = client.post(page, data=form | {"act": "save", "looked": "live"}, follow_redirects=True).text
    assert "2 people lose their time:" in saved and "Hazel" in saved
    people = client.get(f"/groups/{group.uid}/people").text
    _told, inside, waits = re.split('id="(?:inside|line)"', people)
    gone, kept = (short_day(one.start, ZONE) for one in (date, second))
    hers = inside.split("Hazel")[1].split("</li>")[0]
    assert "Hazel" in waits and gone in waits and "No one is waiting" not in waits
    assert kept in hers and gone not in hers, "in the group for the other date alone"
