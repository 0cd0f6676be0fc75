"""A link in a mail says nothing of where it leads, and leads there whoever may read it."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.schedule.queries import current_series
from groupsched.schedule.service import change_series
from tests.conftest import identity_of
from tests.factories import tomorrow_at

pytestmark = pytest.mark.on_sqlite


@pytest.fixture
def tea(world):
    """Robin has the second of three dates of a group, and the mail about it went out."""
    world.group_ = world.group("Tea", led_by=world.facilitator())
    world.dates = world.series(world.group_, tomorrow_at(18), dates=3)
    world.robin = world.client(email="robin@example.org")
    service.enrol(
        identity_of(world.robin), world.group_, world.robin, mode="dates", occurrences=world.dates[1:2]
    )
    db.session.commit()
    deliver_due()
    world.link = f"/m/{db.session.scalar(select(Message.uid))}"
    world.page = f"/sessions/{world.group_.uid}/{world.dates[1].original_local}"
    db.session.commit()
    return world


def test_the_link_leads_to_the_thing_once_signed_in(tea, client):
    answer = client.as_(tea.robin).get(tea.link)
    assert (answer.status_code, answer.headers["Location"]) == (303, tea.page)


def test_whoever_is_not_signed_in_comes_back_to_it(tea, client):
    for link in (tea.link, "/m/22222222222222"):
        answer = client.get(link)
        assert answer.headers["Location"] == f"/sign-in?next={link}"


def test_nobody_else_learns_where_it_leads(tea, client):
    reed = tea.client("Reed", "Marmalade")
    for person, link in ((reed, tea.link), (tea.robin, "/m/22222222222222")):
        answer = client.as_(person).get(link)
        assert (answer.status_code, "Tea" in answer.text) == (404, False)


def test_a_date_keeps_its_address_when_its_series_meets_at_another_time(tea, client):
    series = current_series(tea.group_)
    first, second = tea.page, tea.page.replace("T1800", "T1700")
    for hour, known in ((17, (first, second)), (16, (first, second, tea.page.replace("T1800", "T1600")))):
        change_series(System(), series, replace(series.rule, start_time=time(hour)), series.version)
        db.session.commit()
        series = current_series(tea.group_)
        for address in known:
            assert client.get(address).status_code == 200
    assert client.get(tea.page.replace("T1800", "T0300")).status_code == 404


def test_an_old_address_belongs_to_the_date_that_has_it_now(tea, client):
    series = current_series(tea.group_)
    change_series(System(), series, replace(series.rule, start_time=time(17)), series.version)
    evening = tea.series(tea.group_, tomorrow_at(18) + timedelta(days=7), dates=1)[0]
    db.session.commit()
    assert evening.original_local == tea.page[-15:]
    page = client.as_(tea.robin).get(tea.page).text
    assert "18:00–19:30" in page
