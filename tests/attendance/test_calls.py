"""Who is missed is called: rules as data, one call a person, what came of it, a date to make up for it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.access.policy import Permission, can
from groupsched.attendance.models import Task
from groupsched.attendance.queries import (
    absence_rules,
    calls_due,
    makeup_dates,
    read_sheet,
    task_facts,
    tasks_seen_by,
    unseen_people,
)
from groupsched.attendance.rules import (
    AttendanceStatus,
    CallOutcome,
    FollowUpKind,
    MissedRule,
    missed_in_a_row,
    read_tap,
    rule_for,
)
from groupsched.attendance.service import finish, follow_absences, reopen, tap
from groupsched.catalog.rules import Access
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import live_of
from tests.attendance.conftest import Morning
from tests.conftest import identity_of

A, E, C, P = (
    AttendanceStatus.ABSENT,
    AttendanceStatus.EXCUSED,
    AttendanceStatus.CANCELLED,
    AttendanceStatus.PRESENT,
)


def test_an_excuse_and_a_word_beforehand_are_no_miss():
    assert missed_in_a_row([A, E, C, A, P, A]) == 2
    assert missed_in_a_row([E, C]) == 0


def test_the_rule_of_a_kind_of_group_comes_before_the_one_for_any():
    call = FollowUpKind.CALL
    rules = [
        MissedRule(1, 3, call),
        MissedRule(1, 0, call, Access.CLOSED),
        MissedRule(2, 1, call, Access.ENROL),
    ]
    assert rule_for(rules, Access.CLOSED, 1).within_days == 0
    assert rule_for(rules, Access.OPEN, 1).within_days == 3
    assert rule_for(rules, Access.ENROL, 1).within_days == 3, "its own rule does not fit yet"
    assert rule_for([rules[1]], Access.ENROL, 5) is None


class Missed(Morning):
    """A closed group in which Ash and Basil were missed; Ash has a number."""

    def __init__(self, world, **group):
        super().__init__(world, access="closed", **group)
        self.ash.phone = "202 555 0106"
        self.finish(self.mar, self.mat)

    def finish(self, *here):
        with clock.at(self.occurrence.end + timedelta(minutes=1)):
            rows = {row.person: row.attendee_id for row in read_sheet(self.occurrence).rows}
            finish(self.leader, self.occurrence, {rows[one]: P for one in here})
            follow_absences(clock.now())
            follow_absences(clock.now())
        db.session.commit()

    def tasks(self):
        return db.session.scalars(select(Task).order_by(Task.id)).all()


@pytest.fixture
def missed(world):
    return Missed(world)


def test_a_finished_sheet_makes_one_call_for_each_who_was_missed(missed):
    assert [task.subject for task in missed.tasks()] == [missed.ash, missed.basil]
    reopened = missed.occurrence.end + timedelta(minutes=9)
    with clock.at(reopened):
        reopen(missed.leader, missed.occurrence, "Ash was there")
        row = next(row for row in read_sheet(missed.occurrence).rows if row.person == missed.ash)
        tap(missed.leader, missed.occurrence, read_tap(f"{row.attendee_id}.{row.version}.here"))
        finish(missed.leader, missed.occurrence)
        follow_absences(clock.now())
    ash, basil = missed.tasks()
    assert (ash.outcome, basil.outcome) == (CallOutcome.NOT_NEEDED, None)


def test_sql_shows_the_tasks_that_the_policy_allows(missed, world):
    other = world.another_program()
    readers = [missed.ossian, world.front_desk(), world.front_desk("Elsa", site=world.another_site())]
    readers += [world.supervisor(), world.admin(), missed.ash, world.facilitator("Pike"), other.supervisor()]
    for person in readers:
        reader = identity_of(person)
        shown = set(db.session.scalars(select(Task).where(tasks_seen_by(reader))))
        allowed = {one for one in missed.tasks() if can(reader, Permission.TASK_WRITE, task_facts(one))}
        assert shown == allowed, person.name
    assert db.session.scalar(calls_due(missed.leader, clock.now() + timedelta(days=2))) == 2


def test_who_has_left_is_on_the_list_of_the_desk_and_not_of_who_led_them(missed, client, world):
    ash, basil = missed.tasks()
    missed.leaves(missed.ash)
    shown = set(db.session.scalars(select(Task).where(tasks_seen_by(missed.leader))))
    assert (
        shown
        == {basil}
        == {t for t in (ash, basil) if can(missed.leader, Permission.TASK_WRITE, task_facts(t))}
    )
    leader, desk = client.as_(missed.ossian), client.as_(world.front_desk())
    assert leader.get(f"/not-here/{ash.uid}").status_code == 404
    assert "Ash" not in leader.get("/not-here").text and "Ash" in desk.get("/not-here").text


def test_a_call_is_taken_and_what_came_of_it_is_kept(missed, client, world):
    task = missed.tasks()[0]
    address, desk = f"/not-here/{task.uid}", world.front_desk()
    at_desk, leader = client.as_(desk), client.as_(missed.ossian)
    with clock.at(missed.occurrence.end + timedelta(minutes=20)):
        assert "2 people to call." in at_desk.get("/today").text
        assert "tel:2025550106" in at_desk.get(address).text
        assert "tel:" not in leader.get(address).text, "who leads sees no number"
        assert at_desk.post(f"{address}/take").status_code == 303
        assert "With Wren" in leader.get("/not-here").text
        assert at_desk.post(address, data={"outcome": "nonsense"}).status_code == 422
        at_desk.post(address, data={"outcome": "no_answer"})
        again = missed.tasks()[-1]
        assert (again.after_id, again.assigned_to, again.due_at - clock.now()) == (
            task.id,
            desk,
            timedelta(minutes=30),
        )
        assert at_desk.post(address, data={"outcome": "reached"}).status_code == 409
        at_desk.post(f"/not-here/{again.uid}", data={"outcome": "more_support", "note": "comes tomorrow"})
        look = missed.tasks()[-1]
        assert (look.kind, look.done_at) == (FollowUpKind.LOOK, None)
        assert "comes tomorrow" in at_desk.get(f"/not-here/{look.uid}").text
    for stranger in (
        missed.ash,
        world.admin(),
        world.facilitator("Pike"),
        world.another_program().supervisor(),
    ):
        assert client.as_(stranger).get(address).status_code == 404
        assert client.as_(stranger).post(address, data={"outcome": "reached"}).status_code == 404


def test_a_make_up_is_a_date_with_a_seat_and_without_a_clash_and_seats_them(missed, client, world):
    tea, full = world.group("Tea"), world.group("Full", capacity=1)
    date = world.soon(tea, in_minutes=600)
    world.soon(full, in_minutes=600)
    world.fill(full)
    closed = world.group("Closed", access="closed")
    world.soon(closed, in_minutes=800)
    task = missed.tasks()[0]
    assert makeup_dates(missed.ash, missed.group, clock.now()) == [date]
    desk = client.as_(world.front_desk())
    assert "Tea" in desk.get(f"/not-here/{task.uid}").text
    desk.post(f"/not-here/{task.uid}", data={"outcome": "reached", "makeup": date.uid})
    assert live_of(tea.id, missed.ash.id) is not None
    assert db.session.get(Task, task.id).makeup == date
    assert makeup_dates(missed.ash, missed.group, clock.now()) == []


def test_who_was_not_seen_for_long_stands_on_the_list_until_somebody_calls(missed, client, world):
    sup = world.supervisor()
    later = missed.occurrence.end + timedelta(days=15)
    with clock.at(later):
        unseen = {one.person for one in unseen_people(identity_of(sup), 14, clock.now())}
        assert missed.mar in unseen and missed.ash not in unseen, "a call to Ash is open already"
        assert client.as_(sup).post(f"/people/{missed.mar.uid}/call").status_code == 303
        assert missed.mar not in {one.person for one in unseen_people(identity_of(sup), 14, clock.now())}
        again = [client.as_(sup).post(f"/people/{missed.mar.uid}/call").location for _twice in range(2)]
        assert len({*again, f"/not-here/{missed.tasks()[-1].uid}"}) == 1, "a double click makes one call"
        assert client.as_(missed.ossian).post(f"/people/{missed.mat.uid}/call").status_code == 404
    assert unseen_people(identity_of(sup), 14, clock.now()) == []


def test_a_program_writes_its_own_rules(world, client):
    admin = client.as_(world.admin())
    assert len(absence_rules(world.program.id)) == 3
    assert "Rule 1" in admin.get("/program/calls").text
    sent = {"version": world.program.version, "access-0": "", "missed-0": "4", "within-0": "2", "days": "21"}
    assert admin.post("/program/calls", data=sent).status_code == 303
    (rule,) = absence_rules(world.program.id)
    assert (rule.access, rule.missed, rule.within_days, world.program.unseen_days) == (None, 4, 2, 21)
    assert admin.post("/program/calls", data=sent).status_code == 409, "somebody else saved meanwhile"
    assert admin.post("/program/calls", data={**sent, "missed-0": "99"}).status_code == 422
    assert client.as_(world.supervisor()).get("/program/calls").status_code == 404
