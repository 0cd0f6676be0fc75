"""Who is at one date besides those who lead it: observers, who only look on, and hosts, who receive people."""

from sqlalchemy import delete

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.queries import leaders
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.schedule.models import Assignment, Occurrence
from groupsched.schedule.queries import date_facts
from groupsched.schedule.rules import BESIDE, AssignmentRole
from groupsched.schedule.service.covering import is_awaited
from groupsched.schedule.service.rows import lock


def put_beside(identity: Identity, occurrence: Occurrence, person: Person, role: AssignmentRole) -> None:
    """Somebody is at a date as an observer or a host; who was the other is this now. They see no sheet.

    Raises DomainError for who leads it or leads no groups, Conflict where it has begun, NotFound for whom it is not theirs.
    """
    ensure(identity, Permission.COVER_ASK, date_facts(occurrence))
    lock(occurrence.group_id)
    if not is_awaited(occurrence):
        raise Conflict(_("This date has begun, or does not take place."), code="over")
    known = {one.id for one in leaders(occurrence.program_id)} - set(occurrence.leader_ids)
    if role not in BESIDE or person.id not in known:
        raise DomainError(_("Choose people of the list."), field="beside", code="people-unknown")
    _remove(occurrence, person.id)
    db.session.add(Assignment(occurrence_id=occurrence.id, person_id=person.id, role=role))
    db.session.flush()
    record(identity, AuditAction.OCCURRENCE_CHANGED, occurrence)


def take_from_beside(identity: Identity, occurrence: Occurrence, person: Person) -> None:
    """Somebody is not there besides after all. Raises NotFound for whom the date is not theirs."""
    ensure(identity, Permission.COVER_ASK, date_facts(occurrence))
    _remove(occurrence, person.id)
    record(identity, AuditAction.OCCURRENCE_CHANGED, occurrence)


def _remove(occurrence: Occurrence, person_id: int) -> None:
    theirs = Assignment.occurrence_id == occurrence.id, Assignment.person_id == person_id
    db.session.execute(delete(Assignment).where(*theirs, Assignment.role.in_(BESIDE)))
