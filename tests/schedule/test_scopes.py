"""The pages that change dates: a scope first, what it changes before it is saved, the way back after it."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from groupsched.core.db import db
from groupsched.outbox.delivery import deliver_due
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus
from tests.kept import kept

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@kept(at=NOW, still=True)
def tea(world):
    """Twelve Thursdays at 18:00 from 26 November on; Robin has every one of them, Reed that of 17 December."""
    world.lead = world.facilitator()
    world.tea = world.group("Tea", led_by=world.lead)
    world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=12)
    world.robin, world.reed = (world.client(n, email=f"{n}@example.org") for n in ("robin", "reed"))
    world.enrol(world.tea, world.robin)
    world.enrol(world.tea, world.reed, dates=[world.dates[3]])
    deliver_due()
    db.session.commit()
    return world


@pytest.fixture
def page(tea, client):
    return client.as_(tea.lead)


def form_of(browser, address):
    """What a browser would send of a page as it is."""
    html = browser.get(address).text
    return sent(html)


def sent(html):
    found = {}
    for tag in re.findall(r"<(?:input|textarea)\b[^>]*>", html):
        about = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = about.get("type", "text")
        if "name" not in about or (kind in ("radio", "checkbox") and " checked" not in tag):
            continue
        found.setdefault(about["name"], []).append(about.get("value", ""))
    for name, inner in re.findall(r'<select[^>]*\bname="(\w+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"|<option value="([^"]*)" selected', inner)
        first = re.search(r'<option value="([^"]*)"', inner)
        found[name] = [next(filter(None, chosen.groups()), "") if chosen else first[1]]
    return found


def coming(tea):
    db.session.rollback()
    query = select(Occurrence).where(
        Occurrence.group_id == tea.tea.id, Occurrence.status == OccurrenceStatus.SCHEDULED
    )
    query = query.order_by(Occurrence.start).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def words_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_try(tea, page):
    second = tea.dates[1]
    html = page.get(f"/occurrences/{second.uid}/edit").text
    print(words_of(html)[:3000])
    form = sent(html)
    print(form)
    look = page.post(
        f"/occurrences/{second.uid}/edit",
        data=form | {"start_time": "19:00", "end_time": "20:30", "act": "save"},
    )
    print(look.status_code, words_of(look.text)[:3500])
    wide = page.post(
        f"/occurrences/{second.uid}/edit",
        data=form | {"start_time": "19:00", "end_time": "20:30", "to": "following"},
    )
    print(wide.status_code, sent(wide.text))
    again = page.post(
        f"/occurrences/{second.uid}/edit", data=sent(wide.text) | {"weekdays": ["2"], "act": "save"}
    )
    print(again.status_code, words_of(again.text)[:3500])
    done = page.post(
        f"/occurrences/{second.uid}/edit", data=sent(again.text) | {"act": "save"}, follow_redirects=True
    )
    print(done.status_code, words_of(done.text)[:2500])
    assert 0
