"""The wall around clients: who may not read them makes no way in as somebody who may, not alone.

An administrator helps staff sign in. Where that opens clients, the person's own password so far is shown as well, or a second
administrator or a supervisor is there and says yes with theirs.
"""

from dataclasses import dataclass
from datetime import timedelta

from groupsched.access.identity import Identity, Member, Role
from groupsched.accounts import queries, rules
from groupsched.accounts.models import Credential, Person
from groupsched.accounts.service import failed_tries
from groupsched.accounts.service.factors import check_code
from groupsched.accounts.service.failed_tries import CountedTry
from groupsched.accounts.service.passwords import fits
from groupsched.accounts.service.signing import Browser, as_person, tell_way_in
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db, end_transaction
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _

WITNESSES = frozenset({Role.ADMIN, Role.SUPERVISOR})
LENT_FOR = timedelta(days=7)
READERS = frozenset({Role.FACILITATOR, Role.FRONT_DESK, Role.SUPERVISOR})


class WitnessNeeded(DomainError):
    """Somebody else has to say yes first."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("This opens client records. It needs a second person."), code="witness")


@dataclass(frozen=True)
class Witness:
    """Who says yes, and how they show who they are; without a login it is the person whose way in it is."""

    login: str
    password: str
    code: str


def ensure_witnessed(identity: Identity, person: Person, *, witnessed: bool) -> None:
    """Go on where this identity makes a way in alone, or somebody else has said yes. Raises WitnessNeeded."""
    if not witnessed and may_not_read(identity) and queries.opens_clients(person):
        raise WitnessNeeded


def ensure_role_witnessed(identity: Identity, person: Person, role: Role, *, witnessed: bool) -> None:
    """The same for a role that opens clients to whoever can sign in already. Raises WitnessNeeded."""
    signs_in = person.credential is not None and person.credential.password_hash is not None
    if not witnessed and may_not_read(identity) and role in READERS and signs_in:
        raise WitnessNeeded


def may_not_read(identity: Identity) -> bool:
    """Whether somebody acts who does not read every client of the program anyhow. Tokens and commands are no people, and before
    the first client comes there is nothing to read: one administrator sets a program up."""
    if not isinstance(identity, Member) or identity.holds(Role.SUPERVISOR, identity.program_id):
        return False
    return queries.has_clients(identity.program_id)


def bear_witness(identity: Member, person: Person, witness: Witness, browser: Browser) -> None:
    """Take the yes of a second person; it is written down as theirs, and the person whose way in it is is told.

    Raises TooManyTries, or DomainError with one sentence for whatever does not fit.
    """
    login = rules.normal_login(witness.login)[:254] or (person.credential.login if person.credential else "")
    target, me, program = person.id, identity.person_id, identity.program_id
    failed_tries.count(CountedTry(login, browser.address))
    known = queries.credential_for(login)
    stored = known.password_hash if known is not None else None
    end_transaction()
    known = queries.credential_for(login)
    if not fits(witness.password, stored) or not _counts(known, target, me, program):
        raise DomainError(
            _("Name and password do not match, or this person cannot confirm it."), field="witness_login"
        )
    failed_tries.forgive(CountedTry(login, browser.address))
    found = queries.credential_for(login)
    if found is None:
        raise WitnessNeeded
    if queries.has_factor(found.person):
        check_code(found.person, witness.code, browser, field="witness_code")
    record(as_person(found.person), AuditAction.INVITATION_CONFIRMED, person)
    tell_way_in(person)


def _counts(known: Credential | None, target: int, me: int, program: int | None) -> bool:
    if known is None or known.disabled_at is not None or known.person_id == me:
        return False
    if known.person_id == target:
        return True
    is_another = known.person.program_id == program and not _is_same(known.person, me)
    return is_another and bool(queries.roles_now(known.person) & WITNESSES)


def _is_same(witness: Person, me: int) -> bool:
    """Whether a second account is the first one's: its name or mail address, or a password that the first one's slip or link
    gave it a few days ago. Once there are clients: those who set a program up together are two."""
    asker = db.session.get_one(Person, me)
    mails = {(one.email or "").lower() for one in (witness, asker)}
    alike = witness.folded == asker.folded or (len(mails) == 1 and mails != {""})
    return alike or queries.came_in_by(witness, me, clock.now() - LENT_FOR)
