"""The record comes out again: rates, who may read how far back, a date as it was known then, tables that go out."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from groupsched.attendance.queries import (
    by_date,
    by_person,
    group_record,
    known_at,
    person_record,
    read_sheet,
    readable,
    reads,
)
from groupsched.attendance.rules import AttendanceStatus, RowAnswer, RowState, came_of, read_tap, span_of
from groupsched.attendance.service import did_not_meet, finish, give_reason, reopen, tap
from groupsched.audit.models import AuditRow
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.models import Occurrence
from tests.attendance.conftest import Morning
from tests.conftest import identity_of


def states(*statuses):
    return [RowState(answer=RowAnswer(status)) for status in statuses]


def test_a_rate_leaves_out_who_is_not_marked_or_was_excused():
    rate = came_of(states(*AttendanceStatus, AttendanceStatus.PRESENT))
    assert (rate.came, rate.asked) == (2, 4)
    torn = RowState(answer=RowAnswer(AttendanceStatus.PRESENT), rival=RowAnswer(AttendanceStatus.ABSENT))
    assert came_of([torn]).asked == 0


def test_a_span_is_turned_round_and_cut():
    today = date(2026, 11, 27)
    assert span_of(None, None, today) is None
    assert span_of(today, date(2026, 11, 1), today).days == 27
    assert span_of(date(2020, 1, 1), None, today).days == 401


class Weeks(Morning):
    """Three weeks of the group: last week's sheet is finished, the one before nobody met, today's runs."""

    def __init__(self, world):
        super().__init__(world)
        self.before, self.first = self.earlier(1), self.earlier(2)
        with clock.at(self.before.end + timedelta(minutes=5)):
            marks = {row.person.uid: row.attendee_id for row in self.rows(self.before)}
            finish(
                self.leader,
                self.before,
                {
                    marks[self.ash.uid]: AttendanceStatus.PRESENT,
                    marks[self.basil.uid]: AttendanceStatus.EXCUSED,
                },
            )
        with clock.at(self.first.end + timedelta(minutes=5)):
            did_not_meet(self.leader, self.first, "Storm")
        db.session.commit()

    def rows(self, occurrence):
        return read_sheet(occurrence).rows


@pytest.fixture
def weeks(world):
    return Weeks(world)


def test_dates_and_people_add_up_and_a_date_on_which_nobody_met_counts_for_nobody(weeks):
    views = group_record(weeks.leader, weeks.group, None)
    lines = {one.view.occurrence.id: one for one in by_date(views)}
    assert (lines[weeks.before.id].came.came, lines[weeks.before.id].came.asked) == (1, 3)
    assert not lines[weeks.first.id].met
    sums = {one.person.id: one for one in by_person(views)}
    assert (sums[weeks.ash.id].came.came, sums[weeks.ash.id].minutes) == (1, 90)
    assert (sums[weeks.basil.id].came.asked, sums[weeks.basil.id].excused) == (0, 1)
    assert [mark.occurrence for mark in person_record(weeks.leader, weeks.ash, None)] == [weeks.before]


def test_sql_shows_the_dates_that_the_policy_allows(weeks, world):
    readers = [weeks.ossian, world.front_desk(), world.supervisor(), world.admin(), weeks.ash]
    readers += [world.facilitator("Juniper", "Placeholder"), world.another_program().supervisor()]
    for later in (timedelta(), timedelta(days=3), timedelta(days=30)):
        with clock.at(clock.now() + later):
            for person in readers:
                reader = identity_of(person)
                query = select(Occurrence).join(Group).where(readable(reader, clock.now()))
                shown = set(db.session.scalars(query))
                every = db.session.scalars(select(Occurrence)).all()
                assert shown == {one for one in every if reads(reader, one)}, (person.name, later)


def test_who_led_reads_a_year_later_without_a_reason_and_writes_with_one(weeks, client, world):
    desk = world.front_desk()
    with clock.at(weeks.before.end + timedelta(days=300)):
        leader = client.as_(weeks.ossian)
        page = leader.get(f"/sheet/{weeks.before.uid}/record")
        assert page.status_code == 200 and "Ash D." in page.text
        assert "Why do you open this sheet?" in leader.get(f"/sheet/{weeks.before.uid}").text
        assert client.as_(desk).get(f"/sheet/{weeks.before.uid}/record").status_code == 404
        assert client.as_(desk).get(f"/sheet/{weeks.before.uid}").status_code == 404
        give_reason(weeks.leader, weeks.before, "A slip turned up")
        reopen(weeks.leader, weeks.before, "A slip turned up")
        with pytest.raises(NotFound):
            reopen(identity_of(desk), weeks.before, "No")
    for stranger in weeks.strangers().values():
        assert client.as_(stranger).get(f"/sheet/{weeks.before.uid}/record").status_code == 404


def test_a_date_is_read_as_it_was_known_then(weeks):
    known = weeks.before.end + timedelta(hours=1)
    with clock.at(weeks.before.end + timedelta(days=2)):
        reopen(weeks.leader, weeks.before, "Basil was there")
        uid = next(row.attendee_id for row in weeks.rows(weeks.before) if row.person == weeks.basil)
        version = next(row.version for row in weeks.rows(weeks.before) if row.attendee_id == uid)
        tap(weeks.leader, weeks.before, read_tap(f"{uid}.{version}.here"))
        finish(weeks.leader, weeks.before)
    db.session.commit()

    def status(moment):
        return {row.label: row.state.status for row in known_at(weeks.before, moment).rows}["Basil C."]

    assert status(known) is AttendanceStatus.EXCUSED
    assert status(clock.now() + timedelta(days=9)) is AttendanceStatus.PRESENT
    assert status(weeks.before.start) is AttendanceStatus.UNMARKED


def test_pages_and_tables_say_it_and_each_look_is_written_down(weeks, client, world):
    sup = client.as_(world.supervisor())
    page = " ".join(sup.get(f"/groups/{weeks.group.uid}/attendance").text.split())
    assert (
        "1 of 3 came." in page
        and "Did not meet" in page
        and "%" not in page.split("<main")[1].split("</main")[0]
    )
    month = sup.get(f"/groups/{weeks.group.uid}/attendance/month?of={weeks.before.local_date}").text
    assert "Ash D." in month and "42 CFR" in month
    assert "1 of 1" in sup.get(f"/people/{weeks.ash.uid}/attendance").text
    weeks.ash.first_name = "=Ash"
    db.session.commit()
    table = sup.get(f"/groups/{weeks.group.uid}/attendance.csv?from={weeks.first.local_date}")
    lines = table.data.decode("utf-8-sig").splitlines()
    assert "42 CFR Part 2" in lines[0] and "attendance.csv" in table.headers["Content-Disposition"]
    assert any(",'=Ash D.,Here" in line for line in lines)
    assert "Here" in sup.get(f"/people/{weeks.ash.uid}/attendance.csv").text
    words = set(db.session.scalars(select(AuditRow.word)))
    assert words >= {
        "attendance.read",
        "attendance.printed",
        "attendance.exported",
        "mark.read",
        "mark.exported",
    }
    nobody = client.as_(world.admin())
    assert nobody.get(f"/groups/{weeks.group.uid}/attendance").status_code == 404
    empty = sup.get(f"/groups/{weeks.group.uid}/attendance?from=2020-01-01&to=2020-02-01").text
    assert "No dates to show" in empty
