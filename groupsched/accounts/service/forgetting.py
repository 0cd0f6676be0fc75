"""Forgetting people: who came by mistake, a row of a table that was not meant, and who left so long ago that a rule says so."""

from sqlalchemy import delete

from groupsched.access.identity import Identity
from groupsched.accounts import queries
from groupsched.accounts.models import (
    Credential,
    DeviceUser,
    Grant,
    Invitation,
    Person,
    Pin,
    RecoveryCode,
    SecondFactor,
)
from groupsched.accounts.service.holds import not_held
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.tokens import public_id


def forget_person(identity: Identity, person: Person) -> None:
    """Forget a client who never was here: name, contact, record number and role. Raises NotFound for who may not, Conflict
    where they are on hold.

    The row stays, empty and found by nobody: what was done and seen is kept by its number. Whether somebody was here
    (seats, marks, a way to sign in) is for the caller to know.
    """
    if not queries.write_rights(identity, person).client:
        raise NotFound
    not_held(person)
    record(identity, AuditAction.PERSON_REMOVED, person, [person])
    _empty(person)


def forget_left(identity: Identity, person: Person) -> None:
    """Forget who a former client was: name, contact, record number, roles and every way to sign in. What was marked stays,
    of nobody in particular. For rules of retention, which know who left; raises Conflict where they are on hold."""
    not_held(person)
    record(identity, AuditAction.PERSON_FORGOTTEN, person, [person])
    for table in (Credential, Invitation, RecoveryCode, SecondFactor, DeviceUser, Pin):
        db.session.execute(delete(table).where(table.person_id == person.id))
    db.session.expire(person, ["credential"])
    _empty(person)


def _empty(person: Person) -> None:
    db.session.execute(delete(Grant).where(Grant.person_id == person.id))
    db.session.expire(person, ["grants"])
    person.first_name = person.last_name = person.title = person.phone = ""
    person.email = person.site_id = None
    person.record_number, person.gone_at = public_id()[:12].upper(), clock.now()
    person.version += 1
    db.session.flush()
