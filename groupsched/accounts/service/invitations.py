"""One-time ways to set a password: a link in a mail, or a slip with a QR and a printed code, without any mail."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from groupsched.access.identity import Identity
from groupsched.accounts import queries, rules
from groupsched.accounts.models import Credential, Invitation, Person
from groupsched.accounts.rules import LinkChannel, LinkPurpose
from groupsched.accounts.service import failed_tries
from groupsched.accounts.service.devices import device_of
from groupsched.accounts.service.failed_tries import CountedTry
from groupsched.accounts.service.logins import ensure_credential
from groupsched.accounts.service.passwords import check_password, hash_password, names_of
from groupsched.accounts.service.signing import (
    Browser,
    as_person,
    begin,
    close_all,
    store_password,
    tell_changed,
)
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db, end_transaction
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.core.tokens import fingerprint, secret
from groupsched.outbox.service import absolute, enqueue, when_fields

MADE = {
    LinkChannel.MAIL: AuditAction.INVITATION_MAILED,
    LinkChannel.SLIP: AuditAction.INVITATION_PRINTED,
}


@dataclass(frozen=True)
class Slip:
    """What a slip shows, once: nothing of it can be read from the database again, and it names nobody."""

    link: str
    code: str
    expires_at: datetime


def invite_by_mail(identity: Identity, person: Person) -> None:
    """Send an invitation, or a reset where a password is set. Raises DomainError without a mail address."""
    if not person.email:
        raise DomainError(_("There is no mail address. Use a printed code instead."), code="no-address")
    _mail_link(identity, person)


def make_slip(identity: Identity, person: Person) -> Slip:
    """Make a slip for a person who is here: 15 minutes, once. Any earlier link or code of theirs is dead."""
    code = rules.code_from(secrets.randbits(60))
    token, invitation = _make(identity, person, LinkChannel.SLIP, code)
    return Slip(absolute(f"/welcome/{token}"), code, invitation.expires_at)


def ask_for_reset(login: str, browser: Browser) -> None:
    """Send a link to whoever has this login and a mail address; say nothing about whether that is so.

    Every request counts as a try, so that nobody's mailbox can be filled. Raises TooManyTries.
    """
    normal = rules.normal_login(login)[:254]
    device = device_of(browser.known, queries.credential_for(normal))
    failed_tries.count(CountedTry(f"reset {normal}", browser.address, device))
    credential = queries.credential_for(normal)
    if credential is None or credential.disabled_at is not None or not credential.person.email:
        return
    # A first password of staff is for those who look after accounts to offer, never for who typed the address.
    if credential.password_hash is None and queries.holds_staff_role(credential.person):
        return
    _mail_link(as_person(credential.person), credential.person)


def look_up_invitation(given: str, browser: Browser) -> None:
    """Go on only where this code can be used. Every look counts as a try until the code fits.

    Raises NotFound or TooManyTries.
    """
    attempt = CountedTry("", browser.address)
    failed_tries.count(attempt)
    _usable(given)
    failed_tries.forgive(attempt)


def person_of_invitation(given: str) -> Person:
    """The person of a link's secret or a typed code. Raises NotFound for used, run out, unknown alike.

    A link's secret has 256 bits and a code 60 for a quarter of an hour: there is nothing to be found by trying.
    """
    return _person_of(_usable(given))


def redeem_invitation(given: str, password: str, browser: Browser) -> tuple[Person, str]:
    """Set the password of an invitation's person, use the invitation up, sign the person in.

    Returns the person and the secret for the cookie. Raises NotFound where the invitation is of no use (any more), a
    refusal where the password is.
    """
    invitation = _usable(given)
    person = _person_of(invitation)
    number, staff, names = invitation.id, queries.holds_staff_role(person), names_of(person)
    end_transaction()
    check_password(password, staff=staff, names=names)
    return _use(number, hash_password(password), browser)


def _usable(given: str) -> Invitation:
    code = rules.read_code(given)
    found = queries.open_invitation(fingerprint(code or given))
    if found is None:
        raise NotFound
    return found


def _use(number: int, hashed: str, browser: Browser) -> tuple[Person, str]:
    now = clock.now()
    # The condition decides, not the look before it: two who open one link at the same moment both find it usable.
    taken = db.session.connection().execute(
        update(Invitation)
        .where(Invitation.id == number, Invitation.used_at.is_(None), Invitation.expires_at > now)
        .values(used_at=now)
    )
    if taken.rowcount != 1:
        raise NotFound
    invitation = db.session.get_one(Invitation, number)
    person = _person_of(invitation)
    credential = ensure_credential(person)
    had_one = credential.password_hash is not None
    store_password(credential, hashed)
    failed_tries.forgive(CountedTry(credential.login, browser.address))
    record(as_person(person), AuditAction.INVITATION_USED, person, kind=invitation.kind)
    if had_one:
        tell_changed(person)
    return person, begin(person, browser)


def purpose_for(credential: Credential | None) -> LinkPurpose:
    """A first password is an invitation, any other a reset."""
    return (
        LinkPurpose.RESET if credential is not None and credential.password_hash else LinkPurpose.INVITATION
    )


def _mail_link(identity: Identity, person: Person) -> None:
    credential = ensure_credential(person)
    token, invitation = _make(identity, person, LinkChannel.MAIL, None)
    link, key = f"/welcome/{token}", f"invitation:{invitation.id}"
    if purpose_for(credential) is LinkPurpose.RESET:
        enqueue("account_reset", person, key, link=link)
    else:
        said = when_fields(person, invitation.expires_at, queries.zone_of(person))
        enqueue("account_invite", person, key, link=link, expires=f"{said['date']}, {said['time']}")


def _make(
    identity: Identity, person: Person, channel: LinkChannel, code: str | None
) -> tuple[str, Invitation]:
    if not person.grants:
        raise DomainError(_("Somebody's guest has no account here."), code="guest")
    credential = ensure_credential(person)
    if credential.disabled_at is not None:
        raise DomainError(_("This account is off. Turn it on first."), code="disabled")
    # Anybody may ask for a reset of anybody: that shall not take the slip out of a person's hand.
    close_all(person.id, slips=identity.person != person.id)
    token, purpose, now = secret(), purpose_for(credential), clock.now()
    invitation = Invitation(
        person_id=person.id,
        kind=purpose,
        token_hash=fingerprint(token),
        code_hash=fingerprint(code) if code else None,
        created_at=now,
        expires_at=now + rules.link_lives(purpose, channel),
        created_by_id=identity.person,
    )
    db.session.add(invitation)
    db.session.flush()
    record(identity, MADE[channel], person, subjects=[person], kind=purpose)
    return token, invitation


def _person_of(invitation: Invitation) -> Person:
    return db.session.get_one(Person, invitation.person_id)
