"""The second step at sign-in: adding an app, taking its codes once each, codes on paper, and doing without."""

import base64
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, update

from groupsched.access.identity import Identity
from groupsched.accounts import queries, rules
from groupsched.accounts.models import Credential, Person, RecoveryCode, SecondFactor
from groupsched.accounts.service import failed_tries
from groupsched.accounts.service.devices import device_of
from groupsched.accounts.service.failed_tries import CountedTry
from groupsched.accounts.service.keyed import keyed
from groupsched.accounts.service.signing import Browser, as_person, end_all_sign_ins, tell_changed
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.core.tokens import fingerprint

SECRET_BYTES = 20  # what RFC 4226 recommends


@dataclass(frozen=True)
class FactorOffer:
    """What an app has to be told: as an address for a QR, and as letters to type."""

    address: str
    letters: str


def new_salt() -> str:
    """The beginning of a new second step. It is no secret: nothing follows from it without the secret key."""
    return secrets.token_hex(32)


def offer(person: Person, salt: str) -> FactorOffer:
    """What an app is told to make the codes of this salt."""
    secret, credential = _secret(salt), _credential(person)
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return FactorOffer(rules.address_for_app(secret, credential.login, person.program.name), spaced)


def add_factor(identity: Identity, person: Person, salt: str, typed: str, browser: Browser) -> list[str]:
    """Take an app as the second step of a person who has shown a code of it; return ten codes on paper, this once.

    An earlier app and earlier codes count no more. Raises TooManyTries, or DomainError where the code does not fit.
    """
    attempt = _try(person, browser)
    failed_tries.count(attempt)
    step = rules.step_of(typed, _secret(salt), clock.now(), 0)
    if step is None:
        raise _wrong()
    failed_tries.forgive(attempt)
    _forget(person)
    db.session.add(SecondFactor(person_id=person.id, salt=salt, since=clock.now(), last_step=step))
    record(identity, AuditAction.FACTOR_ADDED, person)
    tell_changed(person)
    return _new_codes(person)


def renew_codes(identity: Identity, person: Person) -> list[str]:
    """Ten new codes on paper; those from before count no more. Raises NotFound without a second step."""
    if not queries.has_factor(person):
        raise NotFound
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    record(identity, AuditAction.RECOVERY_CODE_RENEWED, person)
    return _new_codes(person)


def remove_factor(identity: Identity, person: Person) -> None:
    """Do without a second step. Raises DomainError where the program wants one of this person."""
    if queries.must_have_factor(person):
        raise DomainError(_("Your program asks for the second step. You can change it, not remove it."))
    if _forget(person):
        record(identity, AuditAction.FACTOR_REMOVED, person)
        tell_changed(person)


def reset_factor(identity: Identity, person: Person) -> None:
    """Take the second step from somebody who has lost phone and paper, and sign them out everywhere. They are told.

    Whoever needs one adds a new one at the next sign-in.
    """
    _forget(person)
    end_all_sign_ins(person.id)
    record(identity, AuditAction.FACTOR_RESET, person)
    tell_changed(person)


def check_code(person: Person, typed: str, browser: Browser, *, field: str = "code") -> None:
    """Take a code of the app, or one on paper, once. Raises TooManyTries, or DomainError where it does not fit or was taken."""
    attempt = _try(person, browser)
    failed_tries.count(attempt)
    if not (_take_step(person, typed) or _take_paper(person, typed)):
        raise _wrong(field)
    failed_tries.forgive(attempt)


def _take_step(person: Person, typed: str) -> bool:
    factor = db.session.get(SecondFactor, person.id)
    step = rules.step_of(typed, _secret(factor.salt), clock.now(), factor.last_step) if factor else None
    if step is None:
        return False
    # The condition decides, not the look before it: the same code may come twice at the same moment.
    later = (SecondFactor.person_id == person.id, SecondFactor.last_step < step)
    taken = db.session.connection().execute(update(SecondFactor).where(*later).values(last_step=step))
    return taken.rowcount == 1


def _take_paper(person: Person, typed: str) -> bool:
    code = rules.read_code(typed)
    if code is None:
        return False
    unused = (
        RecoveryCode.person_id == person.id,
        RecoveryCode.code_hash == fingerprint(code),
        RecoveryCode.used_at.is_(None),
    )
    taken = db.session.connection().execute(update(RecoveryCode).where(*unused).values(used_at=clock.now()))
    if taken.rowcount == 1:
        record(as_person(person), AuditAction.RECOVERY_CODE_USED, person)
        tell_changed(person)
    return taken.rowcount == 1


def _new_codes(person: Person) -> list[str]:
    codes = [rules.code_from(secrets.randbits(60)) for _number in range(rules.RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(person_id=person.id, code_hash=fingerprint(code)) for code in codes)
    db.session.flush()
    return codes


def _forget(person: Person) -> bool:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    factor = db.session.get(SecondFactor, person.id)
    if factor is not None:
        db.session.delete(factor)
        db.session.flush()
    return factor is not None


def _secret(salt: str) -> str:
    return base64.b32encode(bytes.fromhex(keyed(f"second factor {salt}"))[:SECRET_BYTES]).decode()


def _credential(person: Person) -> Credential:
    if person.credential is None:
        raise NotFound
    return person.credential


def _try(person: Person, browser: Browser) -> CountedTry:
    device = device_of(browser.known, person.credential)
    return CountedTry(f"second factor {person.id}", browser.address, device, person.id)


def _wrong(field: str = "code") -> DomainError:
    return DomainError(
        _(
            "This code does not fit. Each counts once: wait for the next one, and check the time of your phone."
        ),
        field=field,
    )
