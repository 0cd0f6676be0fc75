"""Who leads a date: those written down when it began, else those who lead its group."""

import pytest
from sqlalchemy import select

from groupsched.attendance.queries import facts, get_writable_sheet, writable
from groupsched.attendance.service import finish
from groupsched.catalog.service.filling import set_leaders
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.operations.worker import round_of_work
from groupsched.schedule.models import Assignment, Occurrence
from groupsched.schedule.queries import leads
from groupsched.schedule.service import assign_begun
from tests.conftest import identity_of
from tests.kept import kept


@kept
def tea(world):
    """A group with a date that runs now and one to come, led by Ossian until somebody hands it on."""
    world.ossian, world.pike = world.facilitator(), world.facilitator("Pike", "Placebo")
    world.group_ = world.group("Tea", led_by=world.ossian)
    world.now, world.later = world.soon(world.group_), world.soon(world.group_, in_minutes=600)
    return world


def hand_on(world):
    """The group gets another leader."""
    set_leaders(world.group_, [world.pike.id])
    db.session.commit()
    db.session.expire_all()


def test_a_date_that_began_keeps_its_leader_when_the_group_is_handed_on(tea):
    round_of_work()
    hand_on(tea)
    assert (tea.now.leaders, tea.later.leaders) == ([tea.ossian], [tea.pike])
    assert get_writable_sheet(identity_of(tea.ossian), tea.now.uid).occurrence is tea.now
    with pytest.raises(NotFound):
        get_writable_sheet(identity_of(tea.pike), tea.now.uid)
    with pytest.raises(NotFound):
        get_writable_sheet(identity_of(tea.ossian), tea.later.uid)


def test_until_it_begins_a_date_is_led_as_its_group_is(tea):
    assert assign_begun(clock.now()) == 1
    assert db.session.scalars(select(Assignment.occurrence_id)).all() == [tea.now.id]


def test_who_led_is_written_down_with_the_finished_sheet_where_no_worker_came_by(tea):
    finish(identity_of(tea.ossian), tea.now)
    db.session.commit()
    hand_on(tea)
    assert tea.now.leaders == [tea.ossian]


def test_two_workers_write_it_down_once(tea):
    assert [assign_begun(clock.now()), assign_begun(clock.now())] == [1, 0]


def test_the_lead_comes_first_and_knows_as_what(tea):
    set_leaders(tea.group_, [tea.pike.id, tea.ossian.id])
    db.session.flush()
    assign_begun(clock.now())
    db.session.expire_all()
    assert [(row.person, row.role) for row in tea.now.assignments] == [
        (tea.pike, "lead"),
        (tea.ossian, "co_lead"),
    ]


def test_drafts_and_cancelled_dates_are_led_by_nobody_yet(tea):
    tea.soon(tea.group("Draft", led_by=tea.ossian, state="draft"))
    off = tea.soon(tea.group("Off", led_by=tea.ossian))
    off.status = "cancelled"
    db.session.commit()
    assert assign_begun(clock.now()) == 1


def test_sql_says_who_leads_as_the_rows_do(tea):
    round_of_work()
    hand_on(tea)
    for person in (tea.ossian, tea.pike, tea.client()):
        found = set(db.session.scalars(select(Occurrence.id).where(leads(person.id))))
        assert found == {one.id for one in (tea.now, tea.later) if person.id in one.leader_ids}
        identity = identity_of(person)
        sheets = select(Occurrence.id).join(Occurrence.group).where(writable(identity))
        assert set(db.session.scalars(sheets)) == found
    assert facts(tea.now).owners == {tea.ossian.id}
    assert facts(tea.later).owners == {tea.pike.id}


def test_the_day_of_staff_names_who_leads_the_date(tea, client):
    round_of_work()
    hand_on(tea)
    assert "Ossian" in client.as_(tea.supervisor()).get("/today").text
    assert tea.now.uid in client.as_(tea.ossian).get("/today").text
    assert tea.now.uid not in client.as_(tea.pike).get("/today").text
