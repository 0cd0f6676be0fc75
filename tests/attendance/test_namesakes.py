"""People of the same name: told apart by what the desk can check, and by nothing that who asks may not read."""

import re
from datetime import timedelta

import pytest

from groupsched.attendance import queries, service
from groupsched.attendance.rules import read_tap
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import short_day

pytestmark = pytest.mark.on_sqlite


def were_here(morning, occurrence, by=None):
    """Everybody on the sheet of a past date is here, on its day."""
    with clock.at(occurrence.start + timedelta(minutes=2)):
        for row in queries.read_sheet(occurrence).rows:
            service.tap(by or morning.leader, occurrence, read_tap(f"{row.attendee_id}.{row.version}.here"))
    db.session.commit()


def found(page):
    return [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in re.findall(r"<li>.*?</li>", page, re.S)]


def test_people_who_read_alike_at_the_door_show_where_they_belong_and_when_they_were_last_here(
    morning, world, client
):
    past, annex = morning.earlier(3), world.another_site()
    teacup, thimble = world.client("Robin", "Teacup"), world.client("Robin", "Thimble", site=annex)
    world.enrol(morning.group, teacup, at=past.start - timedelta(days=1), dates=[past])
    were_here(morning, past)
    sage = world.client("Sage", "Lantern")
    supervisor = client.as_(world.supervisor())
    supervisor.post(f"/sheet/{morning.occurrence.uid}/reason", data={"reason": "At the door today"})
    address = f"/sheet/{morning.occurrence.uid}/walk-in/find"
    one, other = found(supervisor.post(address, data={"q": "robin"}, headers={"HX-Request": "true"}).text)
    day = short_day(past.start, past.timezone)
    assert f"record ends in {teacup.record_number[-3:]}, Lantern Street, last here {day}" in one
    assert f"{thimble.record_number[-3:]}, Annex House, not seen here yet" in other
    (alone,) = found(supervisor.post(address, data={"q": "sage"}, headers={"HX-Request": "true"}).text)
    assert sage.record_number[-3:] in alone and "here yet" not in alone, "nobody else is called so"


def test_what_is_said_of_a_namesake_is_of_this_group_and_of_sheets_that_one_may_read(morning, world, client):
    mine = world.client("Robin", "Teacup")
    world.client("Robin", "Thimble")
    other = world.group("Another group", led_by=world.facilitator("Juniper", "Placeholder"))
    date = world.soon(other, in_minutes=-300)
    world.enrol(other, mine, at=date.start - timedelta(days=1))
    were_here(morning, date, by=world.system)
    address, words = f"/sheet/{morning.occurrence.uid}/walk-in/find", {"q": "robin teacup"}
    world.client("Robin", "Teacup")
    leads = client.as_(morning.ossian).post(address, data=words).text
    assert leads.count("not seen here yet") == 2 and "last here" not in leads
    assert "last here" in client.as_(world.front_desk()).post(address, data={"q": "robin te"}).text


def test_two_of_one_name_on_a_sheet_are_told_apart_in_their_rows(morning, world, client):
    twin = world.client("Ash", "Doorbell")
    morning.enrol(twin)
    view = queries.read_sheet(morning.occurrence)
    row = next(one for one in view.rows if one.person == twin)
    assert row.label.endswith(twin.record_number[-3:])
    address = f"/sheet/{morning.occurrence.uid}"
    leads = client.as_(morning.ossian)
    page = leads.get(f"{address}?row={row.attendee_id}").text
    assert "Lantern Street, not seen here yet; In this group since" in page
    told = leads.get(f"{address}/rows").json["rows"]
    assert sum("Lantern Street" in one["since"] for one in told) == 2, "nobody else of the sheet"
    (kept,) = leads.get("/sheet/ahead").json["sheets"]
    assert kept["rows"] == told, "without a line too"


def test_people_of_one_name_stand_in_the_order_of_what_tells_them_apart(morning, world):
    morning.enrol(*(world.client("Ann", "Lee") for _one in range(5)))
    called = [row.label for row in queries.read_sheet(morning.occurrence).rows if row.label.startswith("Ann")]
    assert len(called) == 5 and called == sorted(called)
