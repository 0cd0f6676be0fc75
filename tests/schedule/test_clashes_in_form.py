"""Whoever defines a group reads what it runs into while typing, chooses, and keeps every word when somebody was quicker."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import func, select

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Booking

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
    assert "Use the Studio on all dates" in panel and "Free then: Studio" in panel
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
