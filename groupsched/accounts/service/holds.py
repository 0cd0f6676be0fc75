"""Placing and lifting a legal hold: what is of a person stays, until somebody says why it need not any more."""

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts import queries, rules
from groupsched.accounts.models import LegalHold, Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line


def hold(identity: Identity, person: Person, reason: str) -> LegalHold:
    """Keep everything of a person from now on. Where they are on hold already, that one stays as it is.

    Raises NotFound for who may not, DomainError (field `reason`) without a reason.
    """
    why = _why(identity, person, reason)
    before = queries.hold_of(person)
    if before is not None:
        return before
    row = LegalHold(program_id=person.program_id, person_id=person.id, reason=why, by_id=identity.person)
    db.session.add(row)
    db.session.flush()
    db.session.expire(person, ["hold"])
    record(identity, AuditAction.LEGAL_HOLD_PLACED, row, [person])
    return row


def lift_hold(identity: Identity, person: Person, reason: str) -> None:
    """End the hold of a person: what is old by the rules goes in the coming night. Twice has one effect.

    Raises NotFound for who may not, DomainError (field `reason`) without a reason.
    """
    why = _why(identity, person, reason)
    row = queries.hold_of(person)
    if row is None:
        return
    row.lifted_at, row.lifted_by_id, row.lift_reason = clock.now(), identity.person, why
    db.session.flush()
    db.session.expire(person, ["hold"])
    record(identity, AuditAction.LEGAL_HOLD_LIFTED, row, [person])


def not_held(person: Person) -> None:
    """Go on only where a person is not on hold. Raises Conflict."""
    if queries.hold_of(person) is not None:
        raise Conflict(_("This record is on hold, so all of it stays."), code="on-hold")


def lock_people(ids: list[int]) -> None:
    """Whatever is decided over these people is decided by one after another: the later sees the earlier, as where somebody is
    put on hold while something of them is removed."""
    rows = db.select(Person.id).where(Person.id.in_(sorted(ids))).order_by(Person.id)
    db.session.execute(rows.with_for_update(key_share=True))


def _why(identity: Identity, person: Person, reason: str) -> str:
    ensure(identity, Permission.HOLD_WRITE, queries.record_facts(person))
    lock_people([person.id])
    why = clean_line(reason)
    if not rules.says_why(why):
        raise DomainError(_("Please say in a few words why. Others will read it."), field="reason")
    return why[: rules.LONGEST_REASON]
