"""Pairing tablets: an offer that is shown once, the tablet that takes it, and the end of it."""

import secrets
from dataclasses import dataclass

from sqlalchemy import update

from groupsched.access.identity import Anonymous, Identity
from groupsched.access.models import Site
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.accounts import queries, rules
from groupsched.accounts.models import Device, Pairing, SignIn
from groupsched.accounts.service import failed_tries
from groupsched.accounts.service.failed_tries import CountedTry
from groupsched.accounts.service.signing import Browser
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.core.tokens import fingerprint, secret
from groupsched.outbox.service import absolute

LONGEST_NAME = 60


@dataclass(frozen=True)
class PairingOffer:
    """What the page of an offer shows, once: nothing of it can be read from the database again."""

    link: str
    code: str
    row: Pairing


def offer_pairing(identity: Identity, site: Site, name: str) -> PairingOffer:
    """Offer to pair one tablet with a site: for ten minutes, once. An earlier offer of the same person is dead.

    Raises NotFound for who may not, DomainError without a name.
    """
    ensure(identity, Permission.DEVICE_WRITE, Facts(program=site.program_id, site=site.id))
    now, token, code = clock.now(), secret(), rules.code_from(secrets.randbits(60))
    mine = (Pairing.created_by_id == identity.person, Pairing.used_at.is_(None), Pairing.expires_at > now)
    db.session.execute(update(Pairing).where(*mine).values(expires_at=now))
    row = Pairing(
        program_id=site.program_id,
        site_id=site.id,
        name=_name(name),
        token_hash=fingerprint(token),
        code_hash=fingerprint(code),
        seats=1 + secrets.randbelow(rules.RING - 1),
        created_at=now,
        created_by_id=identity.person,
        expires_at=now + rules.PAIRING_LASTS,
    )
    db.session.add(row)
    db.session.flush()
    record(identity, AuditAction.DEVICE_OFFERED, name=row.name)
    return PairingOffer(absolute(f"/pair/{token}"), code, row)


def stop_pairing(identity: Identity, uid: str) -> None:
    """Make an offer of one's own useless. Raises NotFound."""
    row = queries.get_pairing(identity, uid)
    row.expires_at = min(row.expires_at, clock.now())


def look_up_pairing(given: str, browser: Browser) -> None:
    """Go on only where this code pairs a tablet. Every look counts as a try until the code fits.

    Raises NotFound or TooManyTries.
    """
    attempt = CountedTry("", browser.address)
    failed_tries.count(attempt)
    pairing_with(given)
    failed_tries.forgive(attempt)


def pairing_with(given: str) -> Pairing:
    """The offer of a link's secret or a typed code. Raises NotFound for used, run out, unknown alike."""
    found = queries.open_pairing(fingerprint(rules.read_code(given) or given))
    if found is None:
        raise NotFound
    return found


def pair(given: str, kept: str) -> tuple[Device, str]:
    """Pair the tablet that took an offer; return it, and the secret for its cookie. `kept` is the secret that the browser
    had: the tablet it was until now is none any more.

    Raises NotFound where the offer is of no use (any more).
    """
    found, now, token = pairing_with(given), clock.now(), secret()
    taken = (Pairing.id == found.id, Pairing.used_at.is_(None), Pairing.expires_at > now)
    if db.session.connection().execute(update(Pairing).where(*taken).values(used_at=now)).rowcount != 1:
        raise NotFound
    row = Device(
        program_id=found.program_id,
        site_id=found.site_id,
        name=found.name,
        secret_hash=fingerprint(token),
        paired_at=now,
        paired_by_id=found.created_by_id,
    )
    before = queries.device_with(fingerprint(kept)) if kept else None
    db.session.add(row)
    db.session.flush()
    found.device_id = row.id
    if before is not None and before.revoked_at is None:
        _unpaired(before)
        record(Anonymous(before.program_id), AuditAction.DEVICE_UNPAIRED, before)
    record(Anonymous(row.program_id), AuditAction.DEVICE_PAIRED, row)
    return row, token


def rename_device(identity: Identity, row: Device, name: str) -> None:
    """Give a tablet another name. Raises NotFound for who may not, DomainError without one."""
    ensure(identity, Permission.DEVICE_WRITE, queries.device_facts(row))
    row.name = _name(name)
    record(identity, AuditAction.DEVICE_RENAMED, row)


def unpair(identity: Identity, row: Device) -> None:
    """End a pairing: who is signed in there is signed out, no PIN opens it, and names go from it when it is next there.

    What waits on it stays there until those who made it have sent it. Raises NotFound for who may not.
    """
    ensure(identity, Permission.DEVICE_WRITE, queries.device_facts(row))
    if row.revoked_at is None:
        _unpaired(row)
        record(identity, AuditAction.DEVICE_UNPAIRED, row)


def pair_again(identity: Identity, row: Device) -> None:
    """Take the end of a pairing back, within ten minutes. Raises NotFound for who may not, Conflict where it is too late."""
    ensure(identity, Permission.DEVICE_WRITE, queries.device_facts(row))
    if row.revoked_at is None:
        return
    if clock.now() >= row.revoked_at + rules.UNPAIRED_UNDO:
        raise Conflict(_("This was unpaired a while ago. Pair it again with a new code."))
    row.revoked_at = None
    record(identity, AuditAction.DEVICE_TAKEN_BACK, row)


def _unpaired(row: Device) -> None:
    row.revoked_at = now = clock.now()
    here = (SignIn.device_id == row.id, SignIn.ended_at.is_(None))
    db.session.execute(update(SignIn).where(*here).values(ended_at=now))


def _name(given: str) -> str:
    name = clean_line(given)
    if not name:
        raise DomainError(_("Please give it a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise DomainError(_("Please use a shorter name."), field="name")
    return name
