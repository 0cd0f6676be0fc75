"""A table of groups that comes again: only cells that say something else are changes, and each of them is listed first."""

import re
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from groupsched.catalog.models import Group
from groupsched.catalog.service import fields_of, retire_group, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.exchange.service.table_groups import _hashed, uid_of
from groupsched.outbox.models import Message
from groupsched.schedule.queries import current_series, series_of
from groupsched.schedule.service import change_series, skip_date
from tests.exchange.test_table_groups import HEAD, NOW, PAGE, browser, days_of, group_of, line
from tests.exchange.uploading import send, yes

__all__ = ["browser"]


@pytest.fixture(autouse=True)
def _held_time():
    with clock.at(NOW):
        yield


def bring(browser, file):
    """Bring a file in; what its page said before the yes, without markup."""
    page = send(browser, PAGE, file)
    yes(browser, PAGE, page)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def short(world, columns, cells, key="tea"):
    """A file with a few columns besides the needed ones."""
    return f"key,title,kind,{columns}\n{key},Tea and talk,{world.support.key},{cells}\n"


def with_last(line, day):
    return HEAD.replace("ends,", "ends,last_date,", 1) + re.sub(r"(7:30 pm),", rf"\1,{day},", line)


def change_rule(world, **changes):
    series = current_series(group_of(world))
    change_series(world.system, series, replace(series.rule, **changes), series.version)
    db.session.commit()


def rule_of(world, key="tea"):
    rule = current_series(group_of(world, key)).rule
    return rule.rrule, rule.until, rule.skip


@pytest.mark.on_sqlite
@pytest.mark.parametrize("publish", ["yes", ""])
def test_a_group_that_is_no_longer_offered_stays_so(browser, world, publish):
    bring(browser, HEAD + line(world))
    retire_group(world.system, group_of(world))
    db.session.commit()
    said = bring(browser, HEAD + line(world, publish=publish))
    assert "2 key tea This group is no longer offered. Publish it on its page first" in said
    assert (group_of(world).state, days_of(group_of(world))) == ("retired", [])


@pytest.mark.on_sqlite
def test_a_file_without_a_place_or_a_link_leaves_how_people_come_as_it_is(browser, world):
    both = world.place("Both Room", online_link="https://meet.example.org/y")
    bring(browser, HEAD + line(world, place=both.name))
    group = group_of(world)
    assert group.attendance_mode == "in_person"
    update_group(world.system, group, replace(fields_of(group), attendance_mode="hybrid"), group.version)
    world.enrol(group_of(world), world.client(email="robin@example.org"))
    before = db.session.scalar(select(func.count()).select_from(Message))
    for file in (HEAD + line(world, place=both.name, seats="11"), short(world, "seats", "9")):
        assert "1 would change" in bring(browser, file)
    assert (group_of(world).attendance_mode, group_of(world).capacity) == ("hybrid", 9)
    assert db.session.scalar(select(func.count()).select_from(Message)) == before


@pytest.mark.on_sqlite
def test_people_come_as_the_new_place_and_link_of_a_row_say(browser, world):
    zoom = world.place("Zoom One", mode="online", online_link="https://meet.example.org/x")
    bring(browser, HEAD + line(world, place=zoom.name))
    assert group_of(world).attendance_mode == "online"
    said = bring(browser, short(world, "place", world.room.name))
    assert f"place Zoom One → becomes {world.room.name} place Online → becomes In a room" in said
    assert group_of(world).attendance_mode == "in_person"
    bring(browser, short(world, "online_link", "https://meet.example.org/z"))
    assert group_of(world).attendance_mode == "hybrid"


def test_an_empty_cell_keeps_the_rhythm_and_the_end(browser, world):
    late = {"starts": "20:00", "ends": "9:30 pm"}
    bring(browser, with_last(line(world, repeats="biweekly"), "2026-12-29"))
    bring(browser, HEAD + line(world, key="month", repeats="monthly", days="", **late))
    before = rule_of(world), rule_of(world, "month")
    file = with_last(line(world, repeats="", days=""), "") + re.sub(
        "pm,", "pm,,", line(world, key="month", repeats="", days="", **late)
    )
    assert "2 are here already" in bring(browser, file)
    assert (rule_of(world), rule_of(world, "month")) == before


@pytest.mark.on_sqlite
def test_what_was_changed_on_the_page_since_is_listed_before_a_file_puts_it_back(browser, world):
    bring(browser, HEAD + line(world))
    change_rule(world, rrule="FREQ=WEEKLY;BYDAY=WE", starts_on=date(2026, 12, 2))
    assert "1 would change" in bring(browser, short(world, "seats", "10"))
    assert days_of(group_of(world), 1) == [date(2026, 12, 2)]
    page = bring(browser, HEAD + line(world, seats="11"))
    assert (
        "2 Tea and talk seats 10 → becomes 11 days, first_date Every Wednesday 18:00–19:30, New York time, "
        "from 2 December 2026, without an end → becomes Every Tuesday 18:00–19:30, New York time, "
        "from 1 December 2026, without an end" in page
    )
    assert days_of(group_of(world), 1) == [date(2026, 12, 1)]


def test_a_last_date_of_the_page_stays_where_the_file_has_none(browser, world):
    bring(browser, HEAD + line(world))
    change_rule(world, until=date(2026, 12, 15))
    assert "1 are here already" in bring(browser, HEAD + line(world))
    said = bring(browser, short(world, "last_date", "2026-12-22"))
    assert (
        "last_date Every Tuesday 18:00–19:30, New York time, from 1 December 2026 until 15 December 2026 → "
        in said
    )
    assert days_of(group_of(world), 9)[-1] == date(2026, 12, 22)


@pytest.mark.on_sqlite
@pytest.mark.parametrize("changes", [{}, {"seats": "10"}, {"starts": "17:00"}])
def test_a_date_that_was_left_out_stays_out(browser, world, changes):
    bring(browser, HEAD + line(world))
    series = current_series(group_of(world))
    skip_date(world.system, series, date(2026, 12, 8), series.version)
    db.session.commit()
    bring(browser, HEAD + line(world, **changes))
    assert days_of(group_of(world)) == [date(2026, 12, 1), date(2026, 12, 15), date(2026, 12, 22)]


@pytest.mark.on_sqlite
def test_single_cells_of_when_are_laid_over_how_it_meets_or_refused(browser, world):
    bring(browser, HEAD + line(world, first_date="2026-09-01", repeats="biweekly"))
    for column, cell, days in (
        ("days", "Thu", [26, 10, 24]),
        ("repeats", "weekly", [26, 3, 10]),
        ("last_date", "2026-12-03", [26, 3]),
    ):
        bring(browser, short(world, column, cell))
        assert [day.day for day in days_of(group_of(world))] == days, column
    bring(browser, short(world, "ends", "8 pm"))
    rule = current_series(group_of(world)).rule
    assert (rule.start_time, rule.duration_minutes) == (time(18), 120)
    for column, cell in (("days", "nonsense"), ("last_date", "31/31/2026"), ("starts", "20:00")):
        assert f"2 {column} {cell} " in bring(browser, short(world, column, cell))
    assert current_series(group_of(world)).rule == rule


def test_a_series_that_was_parted_goes_on_as_its_file_says(browser, world):
    """Weeks later, after dates have passed and the rule was cut, the first date of the file is long over."""
    bring(browser, HEAD + line(world, repeats="biweekly"))
    with clock.at(NOW + timedelta(days=30)):
        bring(browser, HEAD + line(world, repeats="biweekly", starts="17:00"))
        before = days_of(group_of(world))
        assert "1 are here already" in bring(browser, HEAD + line(world, repeats="biweekly", starts="17:00"))
        assert (
            days_of(group_of(world)) == before == [date(2026, 12, 29), date(2027, 1, 12), date(2027, 1, 26)]
        )


def test_a_last_date_ends_a_running_series_where_it_stands(browser, world):
    bring(browser, HEAD + line(world, first_date="2026-09-01"))
    with clock.at(NOW + timedelta(days=30)):
        bring(browser, with_last(line(world, first_date="2026-09-01"), "2026-12-29"))
        assert [(row.ended_at, row.until) for row in series_of(group_of(world))] == [
            (None, date(2026, 12, 29))
        ]


def test_the_same_dates_said_otherwise_are_no_change(browser, world):
    bring(browser, HEAD + line(world))
    change_rule(world, rrule="FREQ=WEEKLY;COUNT=3")
    assert "1 are here already" in bring(browser, with_last(line(world), "2026-12-15"))


def test_a_key_is_the_same_whatever_its_capitals_and_hyphens(browser, world):
    bring(browser, HEAD + line(world, key="tuesday-tea"))
    for key in ("Tuesday-Tea", "TUESDAY‑TEA", "ｔuesday–tea"):
        assert "1 are here already" in bring(browser, HEAD + line(world, key=key))
    group = group_of(world, "tuesday-tea")
    group.uid = _hashed(world.program.uid, "Tuesday-Tea")
    db.session.commit()
    assert "1 are here already" in bring(browser, HEAD + line(world, key="tuesday-tea"))
    assert db.session.scalar(select(func.count()).select_from(Group)) == 1
    assert uid_of(world.program.uid, "TEA") == uid_of(world.program.uid, "tea")
