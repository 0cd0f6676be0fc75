"""A date that its rule no longer has leaves no trace in any calendar, and who held it is told of it once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.feeds.service import public
from groupsched.outbox.models import Message
from groupsched.schedule.queries import coming, current_series
from groupsched.schedule.service import cancel_occurrence
from tests.api.conftest import call as call
from tests.factories import delivered
from tests.feeds.linting import unfold
from tests.feeds.setting import link_for
from tests.kept import kept
from tests.schedule.test_scopes import sent

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")
MONTHLY = {"rrule": "FREQ=MONTHLY;BYDAY=1TU"}
THURSDAYS = {"rrule": "FREQ=WEEKLY;BYDAY=TH"}
EVERY_OTHER = {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"}
ENDS = {"until": "2026-12-15"}
RULES = {"monthly": MONTHLY, "Tue to Thu": THURSDAYS, "every other week": EVERY_OTHER, "earlier end": ENDS}


@kept(at=NOW, still=True)
def tea(world):
    """Tuesdays without an end that began in October; Robin has all, Reed those of 8 and 22 December alone."""
    world.lead = world.facilitator()
    world.tea = world.group("Tea", led_by=world.lead)
    with clock.at(NOW - timedelta(days=60)):
        world.dates = world.series(world.tea, datetime(2026, 10, 6, 18), dates=None)
        world.robin, world.reed = (world.client(n, email=f"{n}@example.org") for n in ("robin", "reed"))
        world.enrol(world.tea, world.robin)
        own = [one for one in world.dates if f"{one.local_date:%m-%d}" in ("12-08", "12-22")]
        world.enrol(world.tea, world.reed, dates=own)
    delivered()
    world.paths = [
        link_for(world.robin, titles="full")[1], link_for(world.reed)[1],
        link_for(world.lead, titles="full", kind="leading")[1], "/feeds/public.ics", "/feeds/public.ics?day=tu",
        "/feeds/public.ics?from=2026-11-24&to=2026-12-31",
    ]  # fmt: skip
    return world


@pytest.fixture(autouse=True)
def _nothing_kept():
    public._kept.clear()


def files(client, tea):
    """What every calendar holds, a fresh one for each: how many events, and how many of them are called off."""
    read = ["\n".join(unfold(client.get(path).data)) for path in tea.paths]
    return [(text.count("BEGIN:VEVENT"), text.count("CANCELLED")) for text in read]


def by_the_interface(call, tea, said):
    series = current_series(tea.tea)
    answer = call("PATCH", f"/groups/{tea.tea.uid}/series/{series.uid}", said)
    assert answer.status_code == 200, answer.text
    return answer.json


def messages(person):
    query = select(Message.kind).where(Message.person_id == person.id, Message.created_at >= clock.now())
    return list(db.session.scalars(query.order_by(Message.id)))


@pytest.mark.parametrize("said", RULES.values(), ids=RULES)
def test_another_rule_leaves_no_cancelled_event_in_any_calendar(client, call, tea, said):
    before = files(client, tea)
    by_the_interface(call, tea, said)
    public._kept.clear()
    after = files(client, tea)
    assert [off for _events, off in after] == [0] * len(after)
    assert all(now[0] <= was[0] + 2 for was, now in zip(before, after, strict=True)), (before, after)
    assert after[0][0] >= before[0][0]


def test_an_earlier_end_by_the_page_leaves_none_either(client, tea):
    browser, address = client.as_(tea.lead), f"/series/{current_series(tea.tea).uid}/end"
    form = sent(browser.get(address).text)
    looked = sent(browser.post(address, data=form | {"until": "2026-12-15", "act": "look"}).text)
    assert browser.post(address, data=looked | {"until": "2026-12-15", "act": "save"}).status_code == 303
    assert [row.local_date.day for row in coming(tea.tea, clock.now())] == [24, 1, 8, 15]
    assert [off for _events, off in files(client, tea)] == [0] * len(tea.paths)


@pytest.mark.parametrize("said", RULES.values(), ids=RULES)
def test_nobody_else_finds_a_trace_on_a_page_or_in_the_interface(client, call, tea, said):
    by_the_interface(call, tea, said)
    visitor = client.get("/sessions?view=list&from=2026-11-24&to=2027-01-31").text
    assert "Cancelled" not in visitor and "Cancelled" not in client.get(f"/sessions/{tea.tea.uid}").text
    listed = call("GET", "/occurrences?from=2026-11-24&to=2027-01-31").json["items"]
    assert listed and {one["status"] for one in listed} == {"scheduled"}


def test_who_held_it_is_told_once_and_sees_it_struck_through_until_its_day(client, call, tea):
    by_the_interface(call, tea, {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "from": "2026-11-25"})
    delivered()
    assert len(messages(tea.robin)) == 1 and len(messages(tea.reed)) <= 1
    gone = next(one for one in tea.dates if one.dropped)
    assert gone.local_date.isoformat() in ("2026-12-01", "2026-12-08")
    with clock.at(gone.start - timedelta(hours=3)):
        assert "Cancelled" in client.as_(tea.robin).get("/my").text
    with clock.at(gone.end + timedelta(days=1)):
        assert "Cancelled" not in client.as_(tea.robin).get("/my").text


def test_what_a_person_called_off_is_shown_until_seven_days_after_its_time_where_the_rule_has_it(client, tea):
    held = next(one for one in tea.dates if one.local_date.isoformat() == "2026-12-08")
    cancel_occurrence(tea.system, held, "The heating is out.")
    db.session.commit()
    for moment, off in ((NOW, 1), (held.end + timedelta(days=6), 1), (held.end + timedelta(days=8), 0)):
        with clock.at(moment):
            assert [off for _events, off in files(client, tea)][:3] == [off] * 3


def test_it_goes_at_once_where_the_rule_drops_it_after_that(client, call, tea):
    held = next(one for one in tea.dates if one.local_date.isoformat() == "2026-12-08")
    cancel_occurrence(tea.system, held, "The heating is out.")
    db.session.commit()
    by_the_interface(call, tea, {"until": "2026-12-01"})
    public._kept.clear()
    assert [off for _events, off in files(client, tea)] == [0] * len(tea.paths)
