"""Topics on pages: the list of a group, a client's week and session, the sheet, a calendar, the interface."""

from datetime import timedelta

import pytest

from groupsched.attendance.queries import read_sheet
from groupsched.attendance.rules import AttendanceStatus
from groupsched.attendance.service import finish
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import short_day
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import topics_of
from groupsched.schedule.rules import CancelDate, DateField, SetOfDate
from groupsched.schedule.service import change_dates
from tests.conftest import identity_of
from tests.factories import tomorrow_at
from tests.feeds.setting import link_for

pytestmark = pytest.mark.on_sqlite


@pytest.fixture
def lead(world):
    return world.facilitator()


@pytest.fixture
def robin(world):
    return world.client("Robin")


@pytest.fixture
def group(world, lead, robin):
    found = world.group("Skills", led_by=lead)
    world.series(found, tomorrow_at(10), dates=6)
    world.enrol(found, robin)
    return found


def dates(group):
    return db.session.query(Occurrence).filter_by(group_id=group.id).order_by(Occurrence.start).all()


def at(client, person, address):
    return client.as_(person).get(address).text


def test_a_list_is_written_put_in_order_and_chosen_from_without_a_script(world, group, lead, client):
    browser, page = client.as_(lead), f"/groups/{group.uid}/topics"
    assert "No topics yet." in browser.get(page).text
    assert "Add topics" in browser.get(f"/groups/{group.uid}").text
    refused = browser.post(page, data={"lines": "Sleep\nTriggers\nsleep"})
    assert refused.status_code == 422
    assert "Line 3: “sleep” is on the list already." in refused.text and "Sleep\nTriggers" in refused.text
    done = browser.post(page, data={"lines": "Sleep: why it goes\nTriggers"}, follow_redirects=True).text
    assert "2 topics are added." in done and "why it goes" in done
    first, second = topics_of(group)
    browser.post(f"{page}/{second.uid}/move", data={"to": "1"})
    assert [one.name for one in topics_of(group)] == ["Triggers", "Sleep"]
    said = {
        "name": "Set off",
        "outline": "What sets it off",
        "note": "Bring cards",
        "name_es": "Detonantes",
        "outline_es": "",
    }
    empty = browser.post(f"{page}/{second.uid}", data=said | {"name": ""})
    assert empty.status_code == 422 and "Please fill this in." in empty.text and "Bring cards" in empty.text
    taken = browser.post(f"{page}/{second.uid}", data=said | {"name": "sleep"})
    assert taken.status_code == 422 and "This topic is on the list already." in taken.text
    assert browser.post(f"{page}/{second.uid}", data=said).status_code == 303
    assert (
        "Bring cards" in browser.get(page).text and "Detonantes" in browser.get(f"{page}/{second.uid}").text
    )
    rows = dates(group)
    wrong = browser.post(f"{page}/order", data={"mode": "fixed", "begins_on": "soon"})
    assert wrong.status_code == 422 and "Write the date like" in wrong.text and 'value="soon"' in wrong.text
    browser.post(f"{page}/order", data={"mode": "fixed", "begins_on": ""})
    assert [one.topic and one.topic.name for one in rows] == ["Set off", "Sleep", None, None, None, None]
    chosen = {
        f"date-{rows[0].uid}": "without",
        f"date-{rows[3].uid}": first.uid,
        f"date-{rows[4].uid}": "nonsense",
    }
    browser.post(f"{page}/dates", data=chosen)
    assert [one.topic and one.topic.name for one in rows] == [None, "Set off", None, "Sleep", None, None]
    off = browser.post(f"{page}/{first.uid}/remove", follow_redirects=True).text
    assert "“Sleep” is off the list." in off
    assert "Undone." in browser.post(f"{page}/undo", follow_redirects=True).text
    assert len(topics_of(group)) == 2
    other = world.facilitator("Pike", "Mockridge")
    assert client.as_(other).get(page).status_code == 404 or "Add to the list" not in at(client, other, page)
    assert client.as_(other).post(page, data={"lines": "X"}).status_code in (403, 404)


def test_clients_read_what_a_date_is_about_and_what_is_missing(group, lead, robin, client):
    browser = client.as_(lead)
    browser.post(f"/groups/{group.uid}/topics", data={"lines": "Triggers: what sets it off\nSleep\nHelp"})
    rows = dates(group)
    _feed, path = link_for(robin, titles="full")
    assert "Triggers" in at(client, robin, "/my")
    page = at(client, robin, f"/sessions/{group.uid}")
    assert (
        "Topic: Triggers" in page
        and "what sets it off" in page
        and "The next round of topics starts on" in page
    )
    assert "You were there" not in page
    calendar = client.as_(None).get(path).text.replace("\r\n ", "")
    assert "Topic: Triggers\\nwhat sets it off" in calendar and calendar.count("RECURRENCE-ID") == 6
    change_dates(identity_of(lead), group, SetOfDate(rows[1].id, {DateField.NOTE: "Bring a warm coat."}))
    db.session.commit()
    _feed, leading = link_for(lead, titles="full", kind="leading")
    alone = f"/calendar/dates/{rows[1].uid}.ics"
    for address, coat in ((path, True), (leading, False), ("/feeds/public.ics", False), (alone, False)):
        told = client.as_(None).get(address).text.replace("\r\n ", "")
        assert "Topic: Sleep" in told and ("Bring a warm coat." in told) == coat, address
    _feed, private = link_for(robin, titles="private", name="Wall")
    assert "Topic" not in client.as_(None).get(private).text
    with clock.at(rows[0].start + timedelta(minutes=10)):
        assert "Triggers" in at(client, lead, f"/sheet/{rows[0].uid}")
        kept = client.as_(lead).get("/sheet/ahead", headers={"Accept": "application/json"}).json["sheets"]
        assert [one["line"].endswith("· Triggers") for one in kept] == [True]
    with clock.at(rows[1].start - timedelta(days=1)):
        finish(
            identity_of(lead),
            rows[0],
            {row.attendee_id: AttendanceStatus.PRESENT for row in read_sheet(rows[0]).rows},
        )
        db.session.commit()
        met = at(client, lead, f"/groups/{group.uid}/topics/people")
        assert "1 of 3 topics." in met and "Sleep" in met
        assert "You were there" in at(client, robin, f"/sessions/{group.uid}")
        assert client.as_(robin).get(f"/groups/{group.uid}/topics/people").status_code in (403, 404)


def test_a_topic_whose_dates_are_over_says_when_it_was_met(world, group, lead, client):
    page = f"/groups/{group.uid}/topics"
    client.as_(lead).post(page, data={"lines": "\n".join(f"Week {n}" for n in range(1, 8))})
    first, second, *_rest = dates(group)
    change_dates(identity_of(lead), group, CancelDate(second.id, "Snow"))
    db.session.commit()
    with clock.at(dates(group)[2].end + timedelta(minutes=5)):
        shown = at(client, lead, page)
        assert shown.count("Met on ") == 2 and f"Met on {short_day(first.start, first.timezone)}" in shown
        assert shown.count("Next: ") == 3 and shown.count("No date yet") == 2


def test_a_list_longer_than_the_page_leads_to_the_rest(world, lead, client):
    long = world.group("Long", led_by=lead)
    world.series(long, tomorrow_at(15), dates=12)
    browser, page = client.as_(lead), f"/groups/{long.uid}/topics"
    browser.post(page, data={"lines": "Sleep\nTriggers"})
    short = browser.get(page).text
    assert short.count('name="date-') == 10 and "Show 2 more dates" in short
    whole = browser.get(f"{page}?all=1").text
    assert whole.count('name="date-') == 12 and "more date" not in whole
