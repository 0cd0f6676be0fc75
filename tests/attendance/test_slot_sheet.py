"""The one sheet of a date in slots: who comes when to whom, in order, and small enough."""

import re

from sqlalchemy import select

from groupsched.attendance.models import Attendee
from groupsched.attendance.queries import read_sheet
from groupsched.attendance.service import open_sheet
from groupsched.core.db import db
from groupsched.enrolment.queries import slots_on
from groupsched.enrolment.service import cannot_come, take_slot
from tests.factories import tomorrow_at


def test_the_sheet_lists_its_slots_by_who_treats_in_order_of_time(client, world):
    tully, larch = world.facilitator("Tully", "Otterly"), world.facilitator("Larch", "Samplewood")
    group = world.in_slots(tully, larch, slot_minutes=5)
    date = world.soon(group, in_minutes=20, minutes=100)
    people = [world.client(f"Rowan{number:02}", "Teacup") for number in range(40)]
    slots = [one.slot for one in slots_on(date)]
    assert len(slots) == 40
    # Named against the order of time.
    for person, slot in zip(people, reversed(slots), strict=True):
        take_slot(world.keeper(), slot, person)
    db.session.commit()
    page = client.as_(tully).get(f"/sheet/{date.uid}")
    assert len(page.data) <= 26_000  # a time and who treats stand on each tile besides
    names = re.findall(r"<strong>(\d\d:\d\d) (Rowan\d\d)", page.text)
    assert len(names) == 40
    first_time = names[0][0]
    for part in (names[:20], names[20:]):
        times = [time for time, _name in part]
        assert times == sorted(times, key=lambda time: (time < first_time, time)), "also over midnight"

    # What is stored names the slot too, and follows who changes or gives it back.
    open_sheet(world.system, date)
    first = db.session.scalars(select(Attendee).where(Attendee.person_id == people[0].id)).one()
    assert first.timeslot_id == slots[-1].id
    cannot_come(world.keeper(), date, people[1])
    take_slot(world.keeper(), slots[-2], people[0])
    assert first.timeslot_id == slots[-2].id
    assert len(read_sheet(date).rows) == 40


def test_a_short_sheet_says_with_whom_too(world):
    tully, larch = world.facilitator("Tully", "Otterly"), world.facilitator("Larch", "Samplewood")
    date = world.series(world.in_slots(tully, larch), tomorrow_at(15), dates=1, minutes=40)[0]
    for name, one in zip(("Hazel", "Ivy", "Jo"), slots_on(date), strict=False):
        take_slot(world.keeper(), one.slot, world.client(name, "Teacup"))
    assert [row.label for row in read_sheet(date).rows] == [
        "15:00 Hazel T. · Tully",
        "15:20 Jo T. · Tully",
        "15:00 Ivy T. · Larch",
    ]
