"""Times of another zone name it, and stand under the day that it is where the page is."""

import re
from dataclasses import replace
from datetime import date, datetime, time

import pytest
import time_machine

from groupsched.core.db import db
from groupsched.enrolment.service import enrol
from groupsched.outbox.models import Message
from groupsched.schedule.queries import current_series
from groupsched.schedule.service import change_series
from tests.factories import delivered

pytestmark = pytest.mark.on_sqlite

# Tuesday in New York. The group in Los Angeles meets on Tuesdays at 22:30 there: Wednesday 01:30 in New York.
NOW = datetime.fromisoformat("2026-12-01T12:00:00-05:00")
WEST = "America/Los_Angeles"


@pytest.fixture
def west(world):
    with time_machine.travel(NOW, tick=False):
        world.lead, world.robin = world.facilitator(), world.client(email="robin@example.org")
        world.late = world.group("Late circle", led_by=world.lead)
        world.series(world.late, datetime(2026, 12, 1, 22, 30), dates=3, zone=WEST)
        world.near = world.group("Near circle", led_by=world.lead)
        world.series(world.near, datetime(2026, 12, 2, 9), dates=3)
        db.session.refresh(world.late)
        yield world


def under(page, day, title):
    """Whether a date stands below the heading of this day and above the next."""
    below = page.split(day, 1)[1]
    return title in below.split("dayrail", 1)[0]


def test_the_list_shows_it_under_the_day_of_the_page_with_its_zone(west, client):
    page = client.get("/sessions?view=list").text
    assert under(page, "2 December", "Late circle")
    assert "22:30, Los Angeles time" in page, "the day before there"
    assert page.count("Los Angeles time") > 0
    assert "New York time" not in page.split("Near circle")[1].split("</a>")[0]


def test_a_day_asked_for_is_a_day_of_the_page(west, client):
    tuesday, wednesday = (
        client.get(f"/sessions?from=2026-12-0{n}&to=2026-12-0{n}&view=list").text for n in (1, 2)
    )
    assert "Late circle" not in tuesday
    assert "Late circle" in wednesday
    assert "Late circle" in client.get("/sessions?day=we").text
    assert "Late circle" not in client.get("/sessions?day=tu").text


def test_week_and_month_agree_with_the_list(west, client):
    week = client.get("/sessions?view=week").text
    assert "Late circle" in week.split("Tomorrow")[1].split("\n          Thu")[0].split("Thu<")[0]
    month = " ".join(client.get("/sessions?view=month").text.split())
    assert 'Wednesday 2 December: </span><span class="mo-count">2<' in month


def test_my_week_and_the_page_of_the_group_name_the_zone(west, client):
    enrol(west.keeper(), west.late, west.robin)
    db.session.commit()
    browser = client.as_(west.robin)
    for path in ("/my", f"/sessions/{west.late.uid}", f"/sessions/{west.late.uid}/mine"):
        assert "Los Angeles time" in browser.get(path).text, path
    assert "Tomorrow" in browser.get("/my").text


def test_a_mail_names_it(west):
    enrol(west.keeper(), west.late, west.robin)
    db.session.commit()
    fields = (
        db.session.query(Message)
        .filter_by(person_id=west.robin.id)
        .order_by(Message.id.desc())
        .first()
        .fields
    )
    assert fields["time"] == "22:30, Los Angeles time"


def test_the_sheet_stands_in_its_own_zone(west, client):
    with time_machine.travel("2026-12-02T06:40:00+00:00", tick=False):
        date = west.late and db.session.get(type(west.late), west.late.id)
        sheet = client.as_(west.lead).get(f"/sheet/{first_date(date).uid}").text
        assert "22:30–00:00" in sheet
        assert "Los Angeles time" not in sheet


@pytest.fixture
def call(west):
    """A group that meets online, at 22:30 in Los Angeles: 01:30 where the page is."""
    link = {"attendance_mode": "online", "place": None, "online_link": "https://meet.example.org/tea"}
    west.call = west.group("Late call", led_by=west.lead, **link)
    west.series(west.call, datetime(2026, 12, 1, 22, 30), dates=3, zone=WEST)
    db.session.refresh(west.call)
    return west


def test_what_people_come_to_online_has_their_own_time_beside_its_own_on_every_page(call, client):
    enrol(call.keeper(), call.call, call.robin)
    db.session.commit()
    browser = client.as_(call.robin)
    date = first_date(call.call).original_local
    address = f"/sessions/{call.call.uid}"
    for path in ("/sessions", "/my", address, f"{address}/{date}", f"{address}/mine", "/sessions?view=week"):
        page = " ".join(browser.get(path).text.split())
        assert "Los Angeles time, 01:30" in page, path
        assert "here" in page.split("Los Angeles time, 01:30")[1][:20], path


def test_a_mail_of_an_online_date_has_both_times(call):
    enrol(call.keeper(), call.call, call.robin)
    db.session.commit()
    newest = db.session.query(Message).filter_by(person_id=call.robin.id).order_by(Message.id.desc()).first()
    assert newest.fields["time"] == "22:30, Los Angeles time, 01:30 here"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "From Tue 1 Dec on the time is 21:00–22:30, Los Angeles time, 00:00–01:30 here, "
                "no longer 22:30–00:00, Los Angeles time, 01:30–03:00 here.",
                "From Tue 1 Dec on it ends at 23:00, Los Angeles time, 02:00 here, "
                "no longer at 22:30, Los Angeles time, 01:30 here.",
                "From Wed 2 Dec on you have one every Wednesday 21:00–23:00, Los Angeles time, 00:00–02:00 here, no longer every Tuesday.",
            ],
        ),
        (
            "es",
            [
                "Desde el mar 1 dic el horario es 21:00–22:30, hora de Los Ángeles, 00:00–01:30 aquí, "
                "ya no 22:30–00:00, hora de Los Ángeles, 01:30–03:00 aquí.",
                "Desde el mar 1 dic termina a las 23:00, hora de Los Ángeles, 02:00 aquí, "
                "ya no a las 22:30, hora de Los Ángeles, 01:30 aquí.",
                "Desde el mié 2 dic tienes una cada miércoles de 21:00 a 23:00, hora de Los Ángeles, 00:00–02:00 aquí, ya no cada martes.",
            ],
        ),
    ],
)
def test_a_mail_of_a_changed_rhythm_has_both_times(call, language, said):
    reed = call.client("Reed", language=language, email="reed@example.org")
    call.enrol(call.call, reed)
    found = []
    for rule in (
        {"start_time": time(21)},
        {"duration_minutes": 120},
        {"rrule": "FREQ=WEEKLY;COUNT=3", "starts_on": date(2026, 12, 2)},
    ):
        delivered()
        series = current_series(call.call)
        change_series(call.system, series, replace(series.rule, **rule), series.version)
        db.session.commit()
        newest = db.session.query(Message).filter_by(person_id=reed.id).order_by(Message.id.desc()).first()
        found.append(newest.fields["changes"].removeprefix("– ").split("\n")[0])
    assert found == said


def test_what_meets_in_a_room_has_the_time_of_the_room_alone(west, client):
    assert "01:30" not in client.get(f"/sessions/{west.late.uid}").text


def test_the_preview_of_a_private_calendar_names_the_zone_and_stands_under_the_day_of_the_page(west, client):
    enrol(west.keeper(), west.late, west.robin)
    db.session.commit()
    preview = client.as_(west.robin).get("/calendar").text.split('class="phone-h"')[1]
    text = " ".join(re.sub(r"<[^>]+>", " ", preview.split('class="phone-h"', 1)[0]).split())
    assert "Wed 2 Dec" in text
    assert "22:30–00:00, Los Angeles time" in text


def test_an_invented_preview_is_in_the_zone_of_the_page(west, client):
    page = client.as_(west.robin).get("/calendar").text
    assert "09:00–10:30" in page
    assert "UTC" not in page.split('class="phone-h"')[1]


def first_date(group):
    from groupsched.schedule.models import Occurrence

    return db.session.query(Occurrence).filter_by(group_id=group.id).order_by(Occurrence.start).first()
