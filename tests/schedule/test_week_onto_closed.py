"""A week copied onto a closed day: the page says so, and what is added all the same answers as one more date does."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import WantedClosure, close
from tests.conftest import identity_of
from tests.factories import ZONE

pytestmark = pytest.mark.on_sqlite


def test_a_date_that_would_fall_on_a_closed_day_is_off_and_says_so(world, client):
    lead = world.facilitator()
    group = world.group("Retreat", led_by=lead)
    today = clock.today(ZONE)
    monday = today + timedelta(days=14 - today.weekday())
    dates = world.series(group, datetime.combine(monday, time(10)), dates=2, every_days=1, minutes=60)
    shut = monday + timedelta(weeks=2, days=1)
    regular = world.series(group, datetime.combine(monday + timedelta(days=1), time(15)), dates=4, minutes=60)
    start = datetime.combine(shut, time(), ZoneInfo(ZONE)).astimezone(UTC)
    closing = WantedClosure(world.site, "Founders’ Day", start, start + timedelta(days=1))
    close(identity_of(world.supervisor()), [closing], each=False)
    db.session.commit()
    browser, page = client.as_(lead), f"/groups/{group.uid}/dates/copy-week"
    asked = {"week": monday.isoformat(), "to": shut.isoformat()}
    look = browser.get(page, query_string=asked).text
    assert "It is closed then: Founders’ Day. It would be called off." in look
    assert f'value="{dates[0].uid}" checked' in look and f'value="{dates[1].uid}" checked' not in look
    added = browser.post(
        page, data=asked | {"date": [one.uid for one in (*dates, regular[0])]}, follow_redirects=True
    ).text
    assert "1 date is added." in added and "2 dates fall on closed days and are called off" in added
    known = {one.id for one in (*dates, *regular)}
    rows = db.session.scalars(
        select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
    )
    new = [(one.status.value, one.closure_id is not None) for one in rows if one.id not in known]
    off = ("cancelled", True)
    assert new == [("scheduled", False), off, off], "also at the hour of a date that was called off there"
