"""From a finished sheet to the calls that follow it: by the worker, once a sheet, again where it was opened and finished anew."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import System
from groupsched.accounts.models import Person
from groupsched.attendance.models import Attendee, Sheet, Task
from groupsched.attendance.queries import absence_rules
from groupsched.attendance.rules import (
    THE_SAME_HOUR,
    WINDOW,
    AttendanceStatus,
    CallOutcome,
    MissedRule,
    RowOrigin,
    missed_in_a_row,
    rule_for,
)
from groupsched.attendance.service.tasks import write_task
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence

AT_ONCE = 20
LOOKED_BACK = 20


def follow_absences(now: datetime) -> int:
    """Make the calls that the sheets ask for that were finished since the last time. Returns how many sheets were looked at."""
    query = (
        select(Sheet)
        .options(joinedload(Sheet.occurrence).joinedload(Occurrence.group))
        .where(
            Sheet.finished_at > now - WINDOW,
            or_(Sheet.followed_at.is_(None), Sheet.followed_at < Sheet.finished_at),
        )
        .order_by(Sheet.id)
        .limit(AT_ONCE)
        .with_for_update(of=Sheet, skip_locked=True)
    )
    sheets = db.session.scalars(query).all()
    for sheet in sheets:
        _follow(sheet, now)
        sheet.followed_at = now
    db.session.flush()
    return len(sheets)


def _follow(sheet: Sheet, now: datetime) -> None:
    absent = {row.person_id: row.person for row in _absent(sheet) if row.person_id and row.person}
    tasks = db.session.scalars(select(Task).where(Task.occurrence_id == sheet.occurrence_id)).all()
    for task in tasks:
        if task.done_at is None and task.subject_id not in absent:
            # They were there after all: nobody calls, and it stands why.
            task.done_at, task.outcome = now, CallOutcome.NOT_NEEDED
    called = {task.subject_id for task in tasks} | _being_called(sheet, list(absent))
    rules = [row.rule for row in absence_rules(sheet.occurrence.program_id)]
    missed = _missed(sheet.occurrence, list(absent))
    for number, person in absent.items():
        rule = rule_for(rules, sheet.occurrence.group.access, missed[number])
        if rule is not None and number not in called:
            _call(sheet, person, rule)


def _absent(sheet: Sheet) -> Sequence[Attendee]:
    query = (
        select(Attendee)
        .options(joinedload(Attendee.person))
        .where(
            Attendee.sheet_id == sheet.id,
            Attendee.status == AttendanceStatus.ABSENT,
            Attendee.origin == RowOrigin.ENROLLED,
            Attendee.removed_at.is_(None),
        )
        .order_by(Attendee.id)
    )
    return db.session.scalars(query).all()


def _being_called(sheet: Sheet, people: list[int]) -> set[int]:
    """Of these people those for whom a call about this group is open: nobody is called twice."""
    query = select(Task.subject_id).where(
        Task.subject_id.in_(people), Task.group_id == sheet.occurrence.group_id, Task.done_at.is_(None)
    )
    return set(db.session.scalars(query))


def _missed(occurrence: Occurrence, people: list[int]) -> dict[int, int]:
    """How many dates of the group each of these people missed in a row, this one too."""
    dates = (
        select(Occurrence.id)
        .join(Sheet, Sheet.occurrence_id == Occurrence.id)
        .where(
            Occurrence.group_id == occurrence.group_id,
            Occurrence.start <= occurrence.start,
            Sheet.finished_at.is_not(None),
        )
        .order_by(Occurrence.start.desc())
        .limit(LOOKED_BACK)
    )
    query = (
        select(Attendee.person_id, Attendee.status)
        .join(Sheet, Sheet.id == Attendee.sheet_id)
        .join(Occurrence, Occurrence.id == Sheet.occurrence_id)
        .where(Occurrence.id.in_(dates), Attendee.person_id.in_(people), Attendee.removed_at.is_(None))
        .order_by(Occurrence.start.desc(), Attendee.id)
    )
    said: dict[int, list[AttendanceStatus]] = defaultdict(list)
    for number, status in db.session.execute(query):
        if number is not None:
            said[number].append(status)
    return {number: missed_in_a_row(said[number]) for number in people}


def _call(sheet: Sheet, person: Person, rule: MissedRule) -> None:
    one = sheet.occurrence
    finished = sheet.finished_at or one.end
    wait = timedelta(days=rule.within_days) if rule.within_days else THE_SAME_HOUR
    task = Task(
        program_id=one.program_id, site_id=one.group.site_id or person.site_id, kind=rule.kind, subject=person,
        subject_id=person.id, group_id=one.group_id, occurrence_id=one.id, due_at=finished + wait,
    )  # fmt: skip
    write_task(System(program_id=one.program_id), task)
