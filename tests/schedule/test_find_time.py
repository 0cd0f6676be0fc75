"""Find a time: what is offered is free, and leads to the form filled in."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.core import clock
from groupsched.schedule.rules import DayPart, WantedTime, found_times

pytestmark = pytest.mark.on_sqlite

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
SINCE = datetime(2026, 11, 30, tzinfo=UTC)
spans = st.lists(st.tuples(st.integers(0, 24 * 28), st.integers(1, 8)), max_size=40).map(
    lambda found: [(SINCE + timedelta(hours=a), SINCE + timedelta(hours=a + b)) for a, b in found]
)


@given(spans, spans, st.integers(15, 240))
def test_what_is_offered_is_free_on_so_many_dates_as_it_says(taken, busy, minutes):
    length = timedelta(minutes=minutes)
    wanted = WantedTime(length, (0, 3), (DayPart.MORNING, DayPart.EVENING), SINCE.date(), 4, "UTC")
    for one in found_times(wanted, {7: taken}, busy):
        start = one.first[0]
        dates = [start + timedelta(weeks=number) for number in range(4)]
        free = [all(end <= day or day + length <= begin for begin, end in [*taken, *busy]) for day in dates]
        assert sum(free) == one.free > 2 and start.weekday() == one.weekday in (0, 3)


def test_the_best_time_is_first_and_its_button_fills_the_form(world, browser, lead):
    with clock.at(NOW):
        studio = world.place("Studio")
        other = world.group("Tea")
        world.series(other, datetime(2026, 11, 25, 8), dates=60, every_days=1, minutes=480)
        mine = world.group("Mine", led_by=lead, place=studio)
        world.series(mine, datetime(2026, 11, 25, 8), dates=9, minutes=120)
        asked = f"minutes=90&room=site:{world.site.uid}&lead={lead.uid}&days=2&parts=morning&weeks=8"
        page = browser.get(f"/groups/find-time?{asked}")
        assert "Wednesday 10:00–11:30" in page.text and "Free on all dates" in page.text
        assert "Oak Room" not in page.text.split('class="dates"')[1], "it is taken every morning"
        [first, *_rest] = re.findall(r'href="(/groups/new\?[^"]*)"', page.text)
        form = browser.get(unescape(first)).text
        for shown in (
            'value="2026-11-25"',
            'value="10:00"',
            'value="11:30"',
            f'selected value="{studio.uid}"',
        ):
            assert shown in form
        assert "needs a choice" not in form
        assert browser.get("/groups/find-time").status_code == 200
        assert browser.get("/groups/find-time?minutes=0").status_code == 422


@pytest.mark.parametrize("asked", ["begin=x&until=y", "begin=9999-12-31T23:00:00-12:00&until=2026-01-01"])
def test_nonsense_in_an_address_fills_nothing(browser, asked):
    assert browser.get(f"/groups/new?from=none&{asked}").status_code == 200
