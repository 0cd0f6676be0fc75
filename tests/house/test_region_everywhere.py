"""In a program of the United States nothing reads 14:30: no page, form, mail or print; everywhere it is 2:30 PM and Tue, Dec 1."""

import re
from datetime import datetime

import pytest
import time_machine

from groupsched.core.db import db
from groupsched.enrolment.service import enrol
from groupsched.feeds.service import create_feed
from groupsched.outbox.models import Message
from tests.conftest import identity_of
from tests.house.test_no_500 import address, rules

MILITARY = re.compile(r"(?<![\d:-])(?:1[3-9]|2[0-3]|0\d):[0-5]\d(?![\d:]*Z)")
NOW = datetime.fromisoformat("2026-12-01T20:00:00+00:00")


@pytest.fixture
def america(world):
    """A group on Tuesdays from 2:30 PM, which runs now, with Robin in it."""
    with time_machine.travel(NOW, tick=False):
        world.program.region = "US"
        world.lead, world.sup, world.robin = (
            world.facilitator(),
            world.supervisor(),
            world.client(email="robin@example.org"),
        )
        world.tea = world.group("Tea", led_by=world.lead)
        world.dates = world.series(world.tea, datetime(2026, 12, 1, 14, 30), dates=4)
        db.session.refresh(world.tea)
        enrol(identity_of(world.sup), world.tea, world.robin)
        world.feed, _url = create_feed(identity_of(world.robin), world.robin, "Phone", "full", "mine")
        db.session.commit()
        yield world


def words_of(page):
    """What a page says: without its tags' attributes, and with what stands written in its fields."""
    values = re.findall(r'<input[^>]*type="text"[^>]*value="([^"]*)"', page)
    return " ".join(
        [re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.S)), *values]
    )


# Words are the same whatever keeps them; that every page answers on both is asked in tests/house/test_statements.py.
@pytest.mark.on_sqlite
def test_no_page_reads_as_a_timetable(app, america):
    ids = {"/sheet": america.dates[0].uid, "/occurrences": america.dates[1].uid, "/people": america.robin.uid,
           "/calendar": america.feed.uid, "/groups": america.tea.uid, "/sessions": america.tea.uid}  # fmt: skip
    known = {"when": america.dates[1].original_local, "key": "client", **ids}
    read = []
    for person in (None, america.robin, america.lead, america.sup, america.admin()):
        browser = app.test_client().as_(person)
        for rule in rules(app, api=False):
            begin = "/" + rule.rule.split("/")[1]
            where = address(rule, {**known, "uid": ids.get(begin, "unknown")})
            answer = browser.get(where) if "GET" in rule.methods else None
            if answer is None or answer.status_code != 200 or not answer.content_type.startswith("text/html"):
                continue
            said = words_of(re.sub(r"<select[^>]*name=\"region\".*?</select>", "", answer.text, flags=re.S))
            assert not MILITARY.search(said), (where, MILITARY.search(said))
            read += re.findall(r"\d{1,2}:\d\d(?:–\d{1,2}:\d\d)? [AP]M", said)
    assert "2:30–4:00 PM" in read
    assert "2:30 PM" in read


def test_a_form_reads_what_people_write_and_shows_it_their_way(america, client):
    browser = client.as_(america.lead)
    page = browser.get(f"/groups/{america.tea.uid}/edit").text
    assert 'name="start_time" placeholder="6:00 PM" type="text" value="2:30 PM"' in page
    form = {
        "starts_on": "2026-12-03",
        "repeats": "weekly",
        "weekdays": "3",
        "start_time": "10",
        "end_time": "11.30 am",
        "ends": "open",
    }
    assert "Every Thursday 10:00–11:30 AM" in browser.post("/groups/preview", data=form).text
    assert (
        "Write the time like 6:00 PM."
        in browser.post("/groups/preview", data={**form, "start_time": "tenish"}).text
    )


def test_a_mail_says_it_so_and_in_spanish_too(app, america):
    tea = america.group("Choir", led_by=america.lead)
    america.series(tea, datetime(2026, 12, 3, 14, 30), dates=2)
    db.session.refresh(tea)
    said = {}
    for language in ("en", "es"):
        person = america.client("Reed", language.title(), email=f"{language}@example.org", language=language)
        enrol(identity_of(america.sup), tea, person, mode="dates", occurrences=[tea_date(tea)])
        db.session.commit()
        said[language] = (
            db.session.query(Message)
            .filter_by(person_id=person.id)
            .order_by(Message.id.desc())
            .first()
            .fields
        )
    assert (said["en"]["date"], said["en"]["time"]) == ("Thu, Dec 3", "2:30 PM")
    assert (said["es"]["date"], said["es"]["time"]) == ("jue 3 dic", "2:30 p.m.")


def tea_date(group):
    from groupsched.enrolment.queries import dates_ahead

    return dates_ahead(group)[0]
