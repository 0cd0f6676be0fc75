"""Showing once more who one is, though one is signed in: before what tells much, and before what cannot be taken back."""

from groupsched.access.identity import Member
from groupsched.accounts import queries, rules
from groupsched.accounts.models import SignIn
from groupsched.accounts.service import failed_tries
from groupsched.accounts.service.factors import check_code
from groupsched.accounts.service.passwords import fits
from groupsched.accounts.service.signing import Browser, own_try
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _


def prove(identity: Member, given: str, browser: Browser) -> None:
    """Take the password of who is signed in, or a code of their second step. Raises TooManyTries, or DomainError where it does
    not fit."""
    person = queries.own_person(identity)
    if person.credential is None:
        raise NotFound
    if rules.looks_like_code(given) and queries.has_factor(person):
        check_code(person, given, browser, field="current")
        return
    _prove_password(identity, person.credential.password_hash, given, browser)


def prove_both(identity: Member, password: str, code: str, browser: Browser) -> None:
    """Take the password of who is signed in, and a code of their second step where they have one. Raises what `prove` does."""
    person = queries.own_person(identity)
    if person.credential is None:
        raise NotFound
    _prove_password(identity, person.credential.password_hash, password, browser)
    person = queries.own_person(identity)
    if queries.has_factor(person):
        check_code(person, code, browser)


def _prove_password(identity: Member, stored: str | None, given: str, browser: Browser) -> None:
    attempt = own_try(identity, browser)
    failed_tries.count(attempt)
    if not fits(given, stored):
        raise DomainError(_("This is not your password now. Please try again."), field="current")
    failed_tries.forgive(attempt)


def confirm(identity: Member, given: str, browser: Browser) -> None:
    """Prove it, and have it count for a while. Raises what `prove` raises."""
    prove(identity, given, browser)
    row = db.session.get(SignIn, identity.sign_in_id)
    if row is not None:
        row.confirmed_at = clock.now()
        record(identity, AuditAction.SIGN_IN_CONFIRMED, row)
