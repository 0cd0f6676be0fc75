"""What follows when somebody is missed: calls are made of finished sheets by the rules of the program, taken, and written down."""

from datetime import datetime, timedelta

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.accounts.models import Person
from groupsched.accounts.service import lock_people
from groupsched.attendance.models import AbsenceRule, Task
from groupsched.attendance.queries import absence_rules, open_call, task_facts
from groupsched.attendance.rules import AGAIN, CALL_AGAIN, CallOutcome, FollowUpKind
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.catalog.rules import Access
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.i18n import _
from groupsched.core.resources import content
from groupsched.core.text import clean_line
from groupsched.enrolment.rules import EnrolmentMode
from groupsched.enrolment.service import enrol
from groupsched.schedule.models import Occurrence

NOTE = 300
A_DAY = timedelta(days=1)


def load_absence_rules(program: Program) -> None:
    """Give a program the rules that come with the product, where it has none."""
    if absence_rules(program.id):
        return
    for number, row in enumerate(content("absence_rules")["rules"]):
        db.session.add(
            AbsenceRule(
                program_id=program.id,
                access=Access(row["access"]) if row["access"] else None,
                missed=row["missed"],
                within_days=row["within_days"],
                kind=FollowUpKind(row["kind"]),
                position=number,
            )
        )
    db.session.flush()


def add_call(identity: Identity, person: Person) -> Task:
    """Note that somebody is to be called today, because they were not seen for long; where a call to them is open already, it is
    that one. Raises NotFound."""
    task = Task(
        program_id=person.program_id, site_id=person.site_id, kind=FollowUpKind.CALL, subject=person, subject_id=person.id,
        due_at=clock.now() + AGAIN, assigned_to_id=identity.person,
    )  # fmt: skip
    ensure(identity, Permission.TASK_WRITE, task_facts(task))
    lock_people([person.id])
    return open_call(identity, person) or write_task(identity, task)


def write_task(identity: Identity, task: Task) -> Task:
    """Keep a new task, and that there is one."""
    db.session.add(task)
    db.session.flush()
    audit.record(identity, AuditAction.TASK_ADDED, task, [task.subject_id])
    return task


def take_task(identity: Identity, task: Task) -> None:
    """Say that one does it oneself; whoever had it sees who has it now. Raises NotFound, Conflict where it is done."""
    _hold(identity, task)
    if task.assigned_to_id != identity.person:
        task.assigned_to_id = identity.person
        db.session.flush()
        db.session.expire(task, ["assigned_to"])
        audit.record(identity, AuditAction.TASK_TAKEN, task, [task.subject_id])


def _hold(identity: Identity, task: Task) -> None:
    ensure(identity, Permission.TASK_WRITE, task_facts(task))
    db.session.refresh(task, ["done_at", "outcome", "assigned_to_id"], with_for_update=True)
    if task.done_at is not None:
        raise Conflict(_("Somebody has written down already what came of it."), code="done")


def finish_task(
    identity: Identity, task: Task, outcome: CallOutcome, note: str = "", makeup: Occurrence | None = None
) -> Task | None:
    """Write down what came of a task. Who was not reached gets the next call, who wants more is looked at today; who was
    reached may come to another date instead. Returns what follows, if anything.

    Raises NotFound, Conflict where it is done already or the date has no seat any more.
    """
    _hold(identity, task)
    if makeup is not None and outcome is CallOutcome.REACHED:
        _seat(identity, task, makeup)
    task.done_at, task.done_by_id = clock.now(), identity.person
    task.outcome, task.note = outcome, clean_line(note, NOTE)
    db.session.flush()
    db.session.expire(task, ["done_by"])
    audit.record(identity, AuditAction.TASK_FINISHED, task, [task.subject_id], outcome=outcome.value)
    return _next(identity, task, outcome)


def _seat(identity: Identity, task: Task, makeup: Occurrence) -> None:
    if makeup.program_id != task.program_id:
        raise NotFound
    enrol(identity, makeup.group, task.subject, mode=EnrolmentMode.DATES, occurrences=[makeup], wait=False)
    task.makeup = makeup


def _next(identity: Identity, task: Task, outcome: CallOutcome) -> Task | None:
    now = clock.now()
    if outcome in CALL_AGAIN:
        return write_task(identity, _after(task, task.kind, now + AGAIN, task.assigned_to_id))
    if outcome is CallOutcome.MORE_SUPPORT:
        return write_task(identity, _after(task, FollowUpKind.LOOK, now + A_DAY, None))
    return None


def _after(task: Task, kind: FollowUpKind, due: datetime, assigned: int | None) -> Task:
    return Task(
        program_id=task.program_id, site_id=task.site_id, kind=kind, subject=task.subject, subject_id=task.subject_id,
        group_id=task.group_id, occurrence_id=task.occurrence_id, due_at=due, assigned_to_id=assigned, after_id=task.id,
    )  # fmt: skip


def change_rules(identity: Identity, program: Program, rules: list[AbsenceRule]) -> None:
    """Put other rules in the place of a program's. Raises NotFound."""
    ensure(identity, Permission.CATALOG_WRITE, Facts(program=program.id))
    for row in absence_rules(program.id):
        db.session.delete(row)
    for number, row in enumerate(rules):
        row.program_id, row.position = program.id, number
        db.session.add(row)
    db.session.flush()
