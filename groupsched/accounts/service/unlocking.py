"""Unlocking a paired tablet with a PIN, hiding its screen and locking it, and whose marks it may send."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from groupsched.access.identity import Member
from groupsched.accounts import rules
from groupsched.accounts.models import Credential, Person, SignIn
from groupsched.accounts.service.pins import check_pin
from groupsched.accounts.service.present import grants_now
from groupsched.accounts.service.signing import Browser, as_person, begin
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound


def unlock(browser: Browser, person_uid: str, pin: str) -> tuple[Person, str]:
    """Sign somebody in with their PIN on the tablet of this browser; return them, and the secret for the cookie.

    Raises NotFound where it is no paired tablet, DomainError where the PIN does not fit.
    """
    if browser.device is None:
        raise NotFound
    person, proved = check_pin(browser.device, person_uid, pin)
    return person, begin(person, browser, proved=proved, by_pin=True)


def hide_screen(identity: Member) -> None:
    """The screen of this sign-in is hidden from now on: shown again within five minutes, or locked."""
    hidden = (SignIn.id == identity.sign_in_id, SignIn.covered_at.is_(None), SignIn.own_phone.is_(False))
    db.session.execute(update(SignIn).where(*hidden).values(covered_at=clock.now()))


def show_screen(identity: Member) -> None:
    """It is shown again."""
    here = (SignIn.id == identity.sign_in_id, SignIn.covered_at.is_not(None))
    db.session.execute(update(SignIn).where(*here).values(covered_at=None))


def vouched_for(identity: Member, actor_uid: str, unlock_uid: str, observed: datetime) -> Member | None:
    """Somebody else in whose name the tablet of this sign-in may send what was done then, with the roles they hold now: they
    had unlocked it.

    None where it is no paired tablet, they had not, it is too long ago, or their account was closed.
    """
    if identity.device is None:
        return None
    had = (
        SignIn.uid == unlock_uid,
        SignIn.device_id == identity.device.id,
        SignIn.needs_factor.is_(False),
        Person.uid == actor_uid,
        Person.program_id == identity.program_id,
        Credential.disabled_at.is_(None),
    )
    query = (
        select(Person, SignIn.created_at)
        .join(SignIn, SignIn.person_id == Person.id)
        .join(Credential, Credential.person_id == Person.id)
    )
    found = db.session.execute(query.where(*had)).one_or_none()
    if found is None or not rules.vouches(found[1], observed):
        return None
    roles = grants_now(found[0].id, lock=True)
    return replace(as_person(found[0]), grants=roles, device=identity.device, unlock=unlock_uid)
