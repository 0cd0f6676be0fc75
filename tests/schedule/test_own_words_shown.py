"""What one date is called, and what is noted of it, stands wherever that date stands, and with no other."""

from datetime import datetime

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.rules import DateField, SetOfDate
from groupsched.schedule.service import change_dates
from tests.conftest import identity_of

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")
TITLE, NOTE = "Tea in the garden", "Bring a warm coat."


def test_the_title_and_the_note_of_a_date_stand_where_it_stands(world, client):
    with clock.at(NOW):
        lead, robin = world.facilitator(), world.client(email="robin@example.org")
        group = world.group("Tea", led_by=lead)
        first, second, *_rest = world.series(group, datetime(2026, 11, 24, 10), dates=3)
        world.enrol(group, robin)
        change_dates(
            identity_of(lead), group, SetOfDate(first.id, {DateField.TITLE: TITLE, DateField.NOTE: NOTE})
        )
        db.session.commit()
        mine = client.as_(robin)
        for path in ("/my", f"/sessions/{group.uid}/{first.original_local}"):
            page = mine.get(path).text
            assert TITLE in page and NOTE in page, path
        other = mine.get(f"/sessions/{group.uid}/{second.original_local}").text
        assert TITLE not in other and NOTE not in other
        staff = client.as_(lead)
        for path in ("/today", f"/sheet/{first.uid}"):
            assert TITLE in staff.get(path).text, path
        assert NOTE in staff.get("/today").text
