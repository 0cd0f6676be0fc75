"""A week of a group, once more in another week: each date by its own hour, one change with one undo."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import ChangeMade, Occurrence
from groupsched.schedule.rules import DateField, OccurrenceStatus
from groupsched.schedule.service import WantedDate, change_occurrence
from tests.conftest import identity_of
from tests.factories import ZONE

pytestmark = pytest.mark.on_sqlite


def starts(group):
    db.session.rollback()
    query = select(Occurrence).where(
        Occurrence.group_id == group.id, Occurrence.status == OccurrenceStatus.SCHEDULED, ~Occurrence.dropped
    )
    rows = db.session.scalars(query.order_by(Occurrence.start).execution_options(populate_existing=True))
    return [one.start.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None) for one in rows]


def test_a_week_is_copied_with_its_rooms_and_taken_back_as_one(world, client):
    lead, robin = world.facilitator(), world.client("Robin")
    group = world.group("Retreat", led_by=lead)
    today = clock.today(ZONE)
    monday = today + timedelta(days=14 - today.weekday())
    first = world.series(group, datetime.combine(monday, time(10)), dates=3, every_days=1, minutes=60)
    world.enrol(group, robin)
    elm = world.place("Elm Room")
    change_occurrence(identity_of(lead), first[1], WantedDate(values={DateField.PLACE: elm.id}))
    db.session.commit()
    browser, page = client.as_(lead), f"/groups/{group.uid}/dates/copy-week"
    assert "Copy a week" in browser.get(f"/groups/{group.uid}").text
    to = monday + timedelta(weeks=3, days=2)
    asked = {"week": monday.isoformat(), "to": to.isoformat()}
    look = browser.get(page, query_string=asked).text
    assert look.count('name="date"') == 3 and "Add these dates" in look
    assert "1 person gets no mail and has to be told." in look, "who comes to every date"
    assert (
        "The group meets at that time already." in browser.get(page, query_string=asked | {"to": monday}).text
    )
    wrong = browser.get(page, query_string=asked | {"to": "soon"})
    assert wrong.status_code == 422 and "Write the date like" in wrong.text and 'value="soon"' in wrong.text
    none = browser.post(page, data=asked)
    assert none.status_code == 422 and "Choose at least one date." in none.text
    before = starts(group)
    uids = [one.uid for one in first[:2]]
    assert browser.post(page, data=asked | {"date": uids}).status_code == 303
    new = [one + timedelta(weeks=3) for one in before[:2]]
    assert starts(group) == sorted([*before, *new])
    added = db.session.scalars(
        select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
    ).all()
    assert [one.place.name for one in added[-2:]] == ["Oak Room", "Elm Room"]
    assert [one.taken for one in added[-2:]] == [1, 1], "who has every date has these too"
    made = db.session.scalars(
        select(ChangeMade).where(ChangeMade.group_id == group.id).order_by(ChangeMade.id)
    ).all()[-1]
    undone = browser.post(f"/groups/{group.uid}/changes/{made.uid}/undo", follow_redirects=True).text
    assert "Undone." in undone
    assert starts(group) == before

    # What took a room meanwhile is named before, and each copy goes elsewhere, is left out or kept.
    yoga = world.group("Yoga", led_by=world.facilitator("Pike"))
    world.series(yoga, datetime.combine(monday + timedelta(weeks=3), time(10)), dates=1)
    loft = world.place("Loft")
    look = browser.get(page, query_string=asked).text
    assert "Oak Room is taken" in look and "Yoga" in look
    refused = browser.post(page, data=asked | {"date": uids})
    assert refused.status_code == 409 and "Nothing is added yet." in refused.text
    assert (
        len(re.findall(r'name="date" value="[^"]+" checked', refused.text)) == 2 and starts(group) == before
    )
    [field] = set(re.findall(r'name="(room-[^"]+)"', refused.text))
    assert browser.post(page, data=asked | {"date": uids, field: loft.uid}).status_code == 303
    assert starts(group) == sorted([*before, *new])
    query = select(Occurrence).where(Occurrence.group_id == group.id, Occurrence.place_id == loft.id)
    assert [one.own_fields for one in db.session.scalars(query)] == ["place"]
