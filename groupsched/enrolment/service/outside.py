"""Taking a meeting that others run into one's own week, and out of it: no seat, no line, and nobody is told."""

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.i18n import _
from groupsched.enrolment.models import OutsideDate
from groupsched.enrolment.queries import facts, facts_of_others, in_own_week, own_spans
from groupsched.enrolment.service.deciding import date_refusal, hold_people
from groupsched.enrolment.service.often import not_too_often
from groupsched.schedule.models import Occurrence


def into_own_week(
    identity: Identity, occurrence: Occurrence, person: Person, *, alone: bool = False
) -> OutsideDate:
    """Have a date of others in one's week, or, as staff, in somebody's. Doing it twice has one effect. With `alone` nothing else
    of theirs is at that time.

    Raises NotFound for a date that is not of others, or for what the identity may not do; Conflict where it is over or cancelled, or with
    the code `clash`.
    """
    _ensure(identity, occurrence, person)
    hold_people([person.id])
    if (there := in_own_week(person.id, occurrence)) is not None:
        return there
    not_too_often(identity, person.id)
    if (gone := date_refusal(occurrence)) is not None:
        raise gone
    if alone and own_spans(person.id, occurrence.start, occurrence.end):
        raise Conflict(_("You have something else at that time."), code="clash")
    row = OutsideDate(person_id=person.id, occurrence_id=occurrence.id, at=clock.now())
    db.session.add(row)
    db.session.flush()
    record(identity, AuditAction.OUTSIDE_TAKEN, occurrence, [person])
    return row


def out_of_own_week(identity: Identity, occurrence: Occurrence, person: Person) -> None:
    """Have it no more; also of one that is over, by who was not there. Doing it twice has one effect. Raises NotFound for what the identity
    may not do."""
    _ensure(identity, occurrence, person)
    hold_people([person.id])
    found = select(OutsideDate).where(
        OutsideDate.person_id == person.id, OutsideDate.occurrence_id == occurrence.id
    )
    if (row := db.session.scalar(found)) is None:
        return
    db.session.delete(row)
    db.session.flush()
    record(identity, AuditAction.OUTSIDE_LEFT, occurrence, [person])


def _ensure(identity: Identity, occurrence: Occurrence, person: Person) -> None:
    group = occurrence.group
    if not occurrence.external or person.program_id != group.program_id:
        raise NotFound
    if person.id == identity.person:
        ensure(identity, Permission.ENROL_SELF, facts(group, person))
    else:
        ensure(identity, Permission.ENROL_OTHERS, facts_of_others(identity, group, person))
