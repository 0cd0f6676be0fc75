"""Find a time: what is offered is free, and leads to the form filled in."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.core import clock
from groupsched.schedule.rules import DayPart, WantedTime, found_times
from tests.schedule.test_scopes import sent

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


def form_with(html, name):
    """What the form of a page sends that has a field of this name."""
    found = sent(next(part for part in html.split("<form") if f'name="{name}"' in part))
    return {key: [unescape(value) for value in values] for key, values in found.items()}


def test_what_was_written_in_a_form_stays_and_the_time_alone_changes(world, browser, lead, said):
    with clock.at(NOW):
        yoga = world.group("Yoga", led_by=world.facilitator("Pike"))
        world.series(yoga, datetime(2026, 11, 24, 18), dates=20, minutes=60)
        corner = world.place("Corner", capacity=2)
        panel = browser.post("/groups/preview", data=said).text
        assert 'formaction="/groups/find-time"' in panel
        back = "/groups/new?from=none"
        page = browser.post("/groups/find-time", data={**said, "back": back, "not_asked": "Nothing & nobody"})
        assert (
            f'selected value="{world.room.uid}"' in page.text and f'selected value="{lead.uid}"' in page.text
        )
        assert sent(page.text)["minutes"] == ["60"]
        # Looked for again, with any room: one with two seats is none for twelve.
        again = {
            **form_with(page.text, "carried"),
            "days": ["1"],
            "parts": ["evening"],
            "room": f"site:{world.site.uid}",
        }
        assert again["seats"] == ["12"]
        page = browser.post("/groups/find-time", data=again).text
        assert f"/{corner.uid}" not in page and "Oak Room" in page
        use = re.search(r'name="use_time" value="([^"]*)"', page)[1]
        form = browser.post(back, data={**form_with(page, "use_time"), "use_time": use})
        assert form.status_code == 200 and "needs a choice" not in form.text
        filled = sent(form.text)
        assert (filled["title"], filled["count"]) == ([said["title"]], ["12"])
        assert "Nothing &amp; nobody</textarea>" in form.text
        assert filled["start_time"] != ["18:00"] and filled["weekdays"] == ["1"]
        # From nowhere, or from an address of others, it is the page that it always was.
        assert 'method="get" action="/groups/find-time"' in browser.post("/groups/find-time").text
        assert (
            "evil" not in browser.post("/groups/find-time", data={"back": "//evil.example/groups/new"}).text
        )


def test_a_date_goes_to_a_time_that_was_found_in_its_week(world, browser, lead):
    with clock.at(NOW):
        yoga = world.group("Yoga", led_by=world.facilitator("Pike"))
        world.series(yoga, datetime(2026, 12, 8, 18), dates=1, minutes=60)
        studio = world.place("Studio")
        mine = world.group("Mine", led_by=lead, place=studio)
        [date] = world.series(mine, datetime(2026, 12, 8, 18), dates=1, minutes=60)
        page = f"/occurrences/{date.uid}/edit"
        written = {**sent(browser.get(page).text), "place": world.room.uid, "note": "Bring tea"}
        assert "Find a time with no clash" in browser.post(page, data={**written, "act": "look"}).text
        found = browser.post("/groups/find-time", data={**written, "act": "look"}).text
        assert f'selected value="{lead.uid}"' in found, "who leads it as its group"
        assert "first on Tue 8 Dec" in found and "in one week" in found
        carried = form_with(found, "use_time")
        use = re.search(r'Tuesday.*?name="use_time" value="([^"]*)"', found, re.S)[1]
        form = browser.post(page, data={**carried, "use_time": use})
        assert form.status_code == 200 and "moves to" in form.text and "clash" not in form.text
        assert sent(form.text)["note"] == ["Bring tea"] and sent(form.text)["place"] == [world.room.uid]


@pytest.mark.parametrize("asked", ["begin=x&until=y", "begin=9999-12-31T23:00:00-12:00&until=2026-01-01"])
def test_nonsense_in_an_address_fills_nothing(browser, asked):
    assert browser.get(f"/groups/new?from=none&{asked}").status_code == 200
