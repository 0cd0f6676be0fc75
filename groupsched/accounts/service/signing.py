"""Signing in and out. The browser holds a secret; the database holds its hash, and everything else about the sign-in."""

from dataclasses import dataclass

from sqlalchemy import update

from groupsched.access.identity import Member, PairedDevice
from groupsched.access.refusals import fitted
from groupsched.access.standing import gives_up
from groupsched.accounts import queries, rules
from groupsched.accounts.models import Credential, Device, Invitation, Person, SignIn
from groupsched.accounts.service import failed_tries
from groupsched.accounts.service.devices import device_of
from groupsched.accounts.service.failed_tries import CountedTry
from groupsched.accounts.service.passwords import check_password, fits, hash_password, names_of
from groupsched.accounts.service.pins import known_on
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.core.tokens import fingerprint, secret
from groupsched.outbox.service import enqueue, enqueue_to, when_fields


@dataclass(frozen=True)
class Browser:
    """Where a sign-in comes from: its address (only ever counted, as a hash), its name for the person's own list, the keys of
    the accounts that know it (see `devices.py`), and which paired tablet it is."""

    address: str
    name: str
    known: str = ""
    device: PairedDevice | None = None

    def device_of(self, person: Person) -> int | None:
        """The number of the tablet, where the person's program has paired it."""
        ours = self.device is not None and self.device.program_id == person.program_id
        return self.device.id if self.device is not None and ours else None


def sign_in(login: str, password: str, browser: Browser, *, own_phone: bool) -> tuple[Person, str]:
    """Check a login and start a sign-in; return the person and the secret for the cookie.

    Raises TooManyTries, or DomainError with the one sentence for everything that does not fit: unknown, wrong,
    disabled, not yet invited. Every path does the same work.
    """
    normal = rules.normal_login(login)[:254]
    credential = queries.credential_for(normal)
    known = _known(credential)
    attempt = CountedTry(
        normal, browser.address, device_of(browser.known, credential), known.person_id or None
    )
    held = failed_tries.count(attempt, despite_others=True)
    # The hash first, whatever else is wrong: an answer that came sooner would tell a closed or unknown account by its time.
    if not fits(password, known.password_hash) or known.closed or known != _held(normal):
        raise held or DomainError(
            _("Name and password do not match. Please try again, or ask the desk for help."), code="sign-in"
        )
    person = db.session.get_one(Person, known.person_id)
    # What others have tried holds up nobody who has a second step to show; nor does the answer tell who has one.
    if held and not queries.has_factor(person):
        raise held
    failed_tries.forgive(attempt)
    return person, begin(person, browser, own_phone=own_phone)


@dataclass(frozen=True)
class _KnownCredential:
    """What is taken out of a credential before its transaction ends: afterwards the row may not be touched."""

    person_id: int
    password_hash: str | None
    closed: bool


def _known(credential: Credential | None) -> _KnownCredential:
    if credential is None:
        return _KnownCredential(0, None, closed=True)
    return _KnownCredential(
        credential.person_id, credential.password_hash, credential.disabled_at is not None
    )


def _held(login: str) -> _KnownCredential:
    """What stands in the credential now, locked: it may have been changed or closed while the password was looked at."""
    credential = queries.credential_for(login)
    if credential is not None:
        db.session.refresh(credential, with_for_update=True)
    return _known(credential)


def begin(
    person: Person, browser: Browser, *, own_phone: bool = False, proved: bool = False, by_pin: bool = False
) -> str:
    """Start a sign-in for a person who has shown who they are; return the secret for the cookie.

    Where a second step is to come it waits for that for ten minutes; not for whoever `proved` it in this browser before.
    Begun with a password on a paired tablet, their PIN opens it from now on.
    """
    token = secret()
    staff = queries.holds_staff_role(person)
    own_phone = own_phone and not staff
    half = not proved and (queries.has_factor(person) or queries.must_have_factor(person))
    limit = rules.HALF_LIFETIME if half else rules.lifetime(staff=staff, own_phone=own_phone).absolute
    now = clock.now()
    row = SignIn(
        token_hash=fingerprint(token),
        person_id=person.id,
        created_at=now,
        seen_at=now,
        ends_at=now + limit,
        own_phone=own_phone,
        browser=browser.name[:80],
        confirmed_at=now,
        needs_factor=half,
        device_id=browser.device_of(person),
    )
    db.session.add(row)
    db.session.flush()
    if not half:
        _is_in(row, person, by_pin=by_pin)
    return token


def _is_in(row: SignIn, person: Person, *, by_pin: bool = False, factor: bool = False) -> None:
    if row.device_id is not None and not by_pin:
        known_on(row.device_id, person, factor=factor)
    detail = {"device": db.session.get_one(Device, row.device_id).uid} if row.device_id is not None else {}
    record(as_person(person), AuditAction.SIGN_IN_BEGUN, row, **detail)


def finish(row: SignIn, person: Person) -> str:
    """Let somebody in who was half way; return a new secret for the cookie, so that no copy of the first one is let in too."""
    limit = rules.lifetime(staff=queries.holds_staff_role(person), own_phone=row.own_phone)
    token, now = secret(), clock.now()
    row.token_hash, row.needs_factor = fingerprint(token), False
    row.created_at = row.seen_at = row.confirmed_at = now
    row.ends_at = now + limit.absolute
    db.session.flush()
    _is_in(row, person, factor=True)
    return token


def end_sign_in(identity: Member, uid: str) -> None:
    """End one of one's own sign-ins. Raises NotFound for anybody else's."""
    row = next((row for row in queries.sign_ins(queries.own_person(identity)) if row.uid == uid), None)
    if row is None:
        raise NotFound
    gives_up(identity.person_id)
    row.ended_at = clock.now()
    record(identity, AuditAction.SIGN_IN_ENDED, row)


def end_current_sign_in(identity: Member) -> None:
    """Sign out: the secret in this browser, and in any copy of its cookie, is dead."""
    row = db.session.get(SignIn, identity.sign_in_id)
    if row is not None and row.ended_at is None:
        row.ended_at = clock.now()
        record(identity, AuditAction.SIGN_IN_ENDED, row)


def end_all_sign_ins(person_id: int, *, but: int = 0) -> None:
    """End every sign-in of a person, except one."""
    gives_up(person_id)
    db.session.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.id != but)
        .values(ended_at=clock.now())
    )


def tell_way_in(person: Person) -> None:
    """Tell somebody on staff by mail that a way to sign in as them was made, or widened, by others."""
    now = clock.now()
    said = when_fields(person, now, queries.zone_of(person))
    key = f"account-way-in:{person.uid}:{now.isoformat()}"
    enqueue("account_way_in", person, key, date=said["date"], time=said["time"])


def tell_signed_out(person: Person) -> None:
    """Tell a person by mail that somebody of their program has ended all their sign-ins."""
    now = clock.now()
    said = when_fields(person, now, queries.zone_of(person))
    key = f"account-signed-out:{person.uid}:{now.isoformat()}"
    enqueue("account_signed_out", person, key, date=said["date"], time=said["time"])


def change_hat(identity: Member, *, as_self: bool) -> None:
    """Lay the staff hat down, or take it up again, in this browser."""
    row = db.session.get(SignIn, identity.sign_in_id)
    if row is not None:
        row.as_self = as_self
        record(identity, AuditAction.HAT_CHANGED, row, as_self=as_self)


def own_try(identity: Member, browser: Browser) -> CountedTry:
    """A try by somebody who is signed in: counted by their sign-in, so that no stranger holds it up."""
    return CountedTry("", browser.address, f"sign-in {identity.sign_in_id}", identity.person_id)


def change_password(identity: Member, current: str, new: str, browser: Browser) -> str:
    """Set a new password after a look at the present one; return a new secret for this browser.

    Every other sign-in ends, and this one gets a new secret, so a copied cookie is dead too.
    """
    person = queries.own_person(identity)
    if person.credential is None:
        raise NotFound
    attempt = own_try(identity, browser)
    known, staff, names = _known(person.credential), queries.holds_staff_role(person), names_of(person)
    failed_tries.count(attempt)
    if not fits(current, known.password_hash):
        raise DomainError(_("This is not your password now. Please try again."), field="current")
    fitted()
    check_password(new, staff=staff, names=names)
    hashed = hash_password(new)
    failed_tries.forgive(attempt)
    return _replace_password(identity, hashed, browser)


def _replace_password(identity: Member, hashed: str, browser: Browser) -> str:
    person = queries.own_person(identity)
    here = db.session.get(SignIn, identity.sign_in_id)
    if person.credential is None:
        raise NotFound
    store_password(person.credential, hashed)
    record(identity, AuditAction.PASSWORD_CHANGED, person)
    tell_changed(person)
    return begin(person, browser, own_phone=here is not None and here.own_phone, proved=True)


def store_password(credential: Credential, hashed: str) -> None:
    """Keep a new hash; end every sign-in that the old password opened, and every link and code that is on its way."""
    credential.password_hash = hashed
    credential.password_at = clock.now()
    end_all_sign_ins(credential.person_id)
    close_all(credential.person_id)
    db.session.flush()


def close_all(person_id: int, *, slips: bool = True) -> None:
    """Make every open link and code of a person useless; without `slips` the mailed ones only."""
    now = clock.now()
    still_open = [
        Invitation.person_id == person_id,
        Invitation.used_at.is_(None),
        Invitation.expires_at > now,
    ]
    if not slips:
        still_open.append(Invitation.code_hash.is_(None))
    db.session.execute(update(Invitation).where(*still_open).values(expires_at=now))


def tell_changed(person: Person) -> None:
    """Tell a person by mail that their way to sign in has changed, so that a stranger's change does not stay unseen."""
    now = clock.now()
    said = when_fields(person, now, queries.zone_of(person))
    key = f"account-changed:{person.uid}:{now.isoformat()}"
    enqueue("account_changed", person, key, date=said["date"], time=said["time"], link="/forgot")


def tell_old_address(person: Person, old: str) -> None:
    """Tell the mail address that a person had until now, once, that it is no longer theirs. It names nobody."""
    said = when_fields(person, clock.now(), queries.zone_of(person))
    key = f"address-changed:{person.uid}:{person.version}"
    enqueue_to(old, "address_changed", person, key, date=said["date"], time=said["time"])


def as_person(person: Person) -> Member:
    """The identity that stands in the audit for a person who is not signed in yet."""
    return Member(program_id=person.program_id, person_id=person.id, person_uid=person.uid)
