"""Tasks as their readers see them: who may, one at a time and as SQL; the call list; who was not seen for long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from groupsched.access.identity import GrantInForce, Identity, Member, Role, System
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.accounts.models import Person
from groupsched.attendance.models import AbsenceRule, Attendee, Sheet, Task
from groupsched.attendance.rules import AttendanceStatus
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.queries import groups_led_by
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import clients_seen_by
from groupsched.enrolment.rules import EnrolmentState
from groupsched.schedule.models import Occurrence

MOST = 200
MOST_UNSEEN = 40


def task_facts(task: Task) -> Facts:
    """What the policy may know of a task: who leads its group, as long as its person has a seat there; whose record it is."""
    sits = exists().where(*_sits(task.subject_id, task.group_id))
    inside = task.group is not None and bool(db.session.scalar(select(sits)))
    owners = group_facts(task.group).owners if task.group and inside else frozenset()
    return Facts(program=task.program_id, site=task.site_id, owners=owners, subject=task.subject_id)


def _sits(person_id: Any, group_id: Any) -> tuple[ColumnElement[bool], ...]:
    """Leading opens the names of active members: who has left is called by the desk."""
    return (
        Enrolment.person_id == person_id,
        Enrolment.group_id == group_id,
        Enrolment.state == EnrolmentState.ACTIVE,
    )


def get_task(identity: Identity, uid: str) -> Task:
    """A task by its public id. Raises NotFound where it is unknown or not for this identity."""
    found = db.session.scalars(_whole(select(Task).where(Task.uid == uid))).unique().one_or_none()
    if found is None:
        raise NotFound
    ensure(identity, Permission.TASK_WRITE, task_facts(found))
    return found


def _whole(query: Select[Task]) -> Select[Task]:
    return query.options(
        joinedload(Task.subject).joinedload(Person.grants),
        joinedload(Task.assigned_to),
        joinedload(Task.done_by),
        joinedload(Task.group).joinedload(Group.facilitators),
        joinedload(Task.occurrence),
        joinedload(Task.makeup).joinedload(Occurrence.group),
    )


def tasks_seen_by(identity: Identity) -> ColumnElement[bool]:
    """TASK_WRITE as a condition on Task: the same as `can()` says, never a task about oneself."""
    if isinstance(identity, System):
        return true()
    if not isinstance(identity, Member):
        return false()
    ways = or_(false(), *(_reach(identity, held) for held in identity.in_force()))
    return and_(Task.subject_id != identity.person_id, ways)


def _reach(identity: Member, held: GrantInForce) -> ColumnElement[bool]:
    here: ColumnElement[bool] = Task.program_id == held.program_id
    if held.role is Role.SUPERVISOR and held.site_id is None:
        return here
    if held.role is Role.FRONT_DESK:
        return here if held.site_id is None else and_(here, Task.site_id == held.site_id)
    if held.role is Role.FACILITATOR and held.site_id is None:
        inside = exists().where(*_sits(Task.subject_id, Task.group_id))
        return and_(here, Task.group_id.in_(groups_led_by(identity.person_id)), inside)
    return false()


def call_list(identity: Identity, done_since: datetime) -> Sequence[Task]:
    """What is open for this identity, the soonest first, then what was done since a moment, the latest first."""
    shown = or_(Task.done_at.is_(None), Task.done_at >= done_since)
    query = _whole(select(Task).where(tasks_seen_by(identity), shown))
    query = query.order_by(Task.done_at.is_not(None), Task.done_at.desc(), Task.due_at, Task.id)
    return db.session.scalars(query.limit(MOST)).unique().all()


def open_call(identity: Identity, person: Person) -> Task | None:
    """What is open about somebody and this identity may write down; of several what is due first."""
    query = select(Task).where(tasks_seen_by(identity), Task.subject_id == person.id, Task.done_at.is_(None))
    return db.session.scalar(query.order_by(Task.due_at, Task.id).limit(1))


def calls_due(identity: Identity, until: datetime) -> Select[int]:
    """How many tasks are open for this identity and due before a moment, as a query: it is asked together with others."""
    return select(func.count(Task.id)).where(
        tasks_seen_by(identity), Task.done_at.is_(None), Task.due_at < until
    )


def tries_before(task: Task) -> list[Task]:
    """The earlier tries of the same call, the latest first."""
    found: list[Task] = []
    number = task.after_id
    while number is not None and len(found) < MOST_UNSEEN:
        before = db.session.get_one(Task, number)
        found.append(before)
        number = before.after_id
    return found


def absence_rules(program_id: int | None) -> Sequence[AbsenceRule]:
    """What a program does when somebody is missed, in its order."""
    query = select(AbsenceRule).where(AbsenceRule.program_id == program_id)
    return db.session.scalars(query.order_by(AbsenceRule.position, AbsenceRule.id)).all()


@dataclass(frozen=True)
class UnseenPerson:
    """Somebody with a seat who was in no room for long, and when last; None: never."""

    person: Person
    last: datetime | None


def last_here() -> Select[int | None, datetime]:
    """For each person the start of the last date at which they were marked as here."""
    return (
        select(Attendee.person_id, func.max(Occurrence.start).label("last"))
        .join(Sheet, Sheet.id == Attendee.sheet_id)
        .join(Occurrence, Occurrence.id == Sheet.occurrence_id)
        .where(
            Attendee.status == AttendanceStatus.PRESENT,
            Attendee.person_id.is_not(None),
            Attendee.removed_at.is_(None),
        )
        .group_by(Attendee.person_id)
    )


def unseen_people(identity: Identity, days: int, now: datetime) -> list[UnseenPerson]:
    """Clients of this identity who have had a seat for so many days and were in no room since; those for whom a call is open
    are on the list already. Who was seen longest ago comes first."""
    since = now - timedelta(days=days)
    last = last_here().subquery()
    sits = exists().where(
        Enrolment.person_id == Person.id,
        Enrolment.state == EnrolmentState.ACTIVE,
        Enrolment.from_start < since,
    )
    called = exists().where(
        Task.subject_id == Person.id, or_(Task.done_at.is_(None), Task.created_at > since)
    )
    query = (
        select(Person, last.c.last)
        .outerjoin(last, last.c.person_id == Person.id)
        .where(clients_seen_by(identity), sits, ~called, or_(last.c.last.is_(None), last.c.last < since))
        .order_by(last.c.last.is_not(None), last.c.last, Person.id)
        .limit(MOST_UNSEEN)
    )
    return [UnseenPerson(person, moment) for person, moment in db.session.execute(query)]
