"""Not here today: whom somebody calls, what came of it, and who was not seen for long."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.access.queries import current_program
from groupsched.accounts.words import labels_of
from groupsched.attendance import queries, service
from groupsched.attendance.models import Task
from groupsched.attendance.routes.blueprint import sent
from groupsched.attendance.rules import CallOutcome
from groupsched.attendance.words import outcome_pairs, outcome_words
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.enrolment.queries import facts_to_enrol, get_person, sides
from groupsched.schedule.models import Occurrence

blueprint = Blueprint("calls", __name__)
NOTE = 300
DONE_SHOWN = timedelta(hours=20)


@blueprint.get("/not-here")
@requires(Permission.TASK_WRITE)
def calls() -> str:
    """The call list: what is open, what was done lately, who was not seen for long."""
    return _page(None)


@blueprint.get("/not-here/<uid>")
@requires(Permission.TASK_WRITE)
def call(uid: str) -> str:
    """The list with one call beside it."""
    return _page(queries.get_task(current(), uid))


def _page(task: Task | None, error: DomainError | None = None) -> str:
    identity, now, program = current(), clock.now(), current_program(current())
    rows = queries.call_list(identity, now - DONE_SHOWN)
    days = program.unseen_days if program else 0
    unseen = queries.unseen_people(identity, days, now) if days else []
    people = [*(row.subject for row in rows), *(one.person for one in unseen)]
    beside = _beside(task) if task else {}
    audit.saw(identity, AuditAction.PERSON_LISTED, people)
    return render_template(
        "attendance/calls.html", rows=rows, unseen=unseen, days=days, called=labels_of(people), now=now, error=error,
        zone=program.timezone if program else "UTC", outcome_words=outcome_words, task=task, **beside,
    )  # fmt: skip


def _beside(task: Task) -> dict[str, Any]:
    """What whoever calls needs: the number where they may see it, earlier tries, dates that could make up for it."""
    identity, person = current(), task.subject
    audit.saw(identity, AuditAction.TASK_OPENED, [person], task)
    return {
        "phone": person.phone if sides(identity, person).contact else "",
        "tries": queries.tries_before(task),
        "makeups": [] if task.done_at else _makeups(task),
        "outcomes": outcome_pairs(task.kind),
        "chosen": request.form,
    }


def _makeups(task: Task) -> list[Occurrence]:
    found = queries.makeup_dates(task.subject, task.group, clock.now())
    identity = current()
    return [
        one
        for one in found
        if can(identity, Permission.ENROL_OTHERS, facts_to_enrol(identity, one.group, task.subject))
    ]


@blueprint.post("/not-here/<uid>/take")
@requires(Permission.TASK_WRITE)
def take(uid: str) -> Response:
    """Say that one calls oneself."""
    task = queries.get_task(current(), uid)
    try:
        service.take_task(current(), task)
    except Conflict as refusal:
        db.session.rollback()
        flash(refusal.message, "warn")
    return redirect(url_for("calls.call", uid=uid), 303)


@blueprint.post("/not-here/<uid>")
@requires(Permission.TASK_WRITE)
def keep(uid: str) -> Response | tuple[str, int]:
    """Write down what came of a call; then the next one is shown."""
    task = queries.get_task(current(), uid)
    try:
        if sent("outcome") not in list(CallOutcome):
            raise DomainError(_("Say what came of it."), field="outcome")
        makeup = next((one for one in _makeups(task) if one.uid == sent("makeup")), None)
        if sent("makeup") and makeup is None:
            raise Conflict(_("This date is full by now, or clashes. Please choose another."), code="full")
        service.finish_task(current(), task, CallOutcome(sent("outcome")), sent("note", NOTE), makeup)
    except NotFound:
        raise
    except DomainError as refusal:
        db.session.rollback()
        return _page(queries.get_task(current(), uid), refusal), refusal.status
    flash(_("Kept as a call. Not a mark against anybody."))
    return redirect(_next_address(), 303)


def _next_address() -> str:
    """The next call that is mine or nobody's."""
    rows = queries.call_list(current(), clock.now())
    mine = (row for row in rows if row.done_at is None and row.assigned_to_id in (None, current().person))
    due = next((row for row in mine if row.after_id is None or row.due_at <= clock.now()), None)
    return url_for("calls.call", uid=due.uid) if due else url_for("calls.calls")


@blueprint.post("/people/<uid>/call")
@requires(Permission.TASK_WRITE)
def add(uid: str) -> Response:
    """Call somebody who was not seen for long."""
    person = get_person(current(), uid)
    if person.id == current().person or not sides(current(), person).client:
        raise NotFound
    task = service.add_call(current(), person)
    return redirect(url_for("calls.call", uid=task.uid), 303)
