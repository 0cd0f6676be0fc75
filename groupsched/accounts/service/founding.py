"""Setting a program up from nothing, with the person who looks after it."""

import re
import unicodedata
from collections.abc import Collection

from sqlalchemy import select

from groupsched.access.identity import Identity, Role, System
from groupsched.access.models import Program, Site
from groupsched.access.queries import get_program, numbers_of
from groupsched.accounts.events import ProgramFounded
from groupsched.accounts.models import Person
from groupsched.accounts.service import logins, signing
from groupsched.accounts.service.passwords import check_password, hash_password
from groupsched.accounts.service.people import PersonFields, add_person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.events import publish
from groupsched.core.i18n import LANGUAGES, _
from groupsched.core.regions import of_zone
from groupsched.core.text import clean_line


def found_program(name: str, timezone: str, site_name: str) -> Program:
    """Make the first program with its site and the product's kinds of sessions; the site with the numbers to call that are known
    of its region. Raises Conflict where there is one."""
    if db.session.scalar(select(Program.id).limit(1)) is not None:
        raise Conflict(
            _("There is a program already. Add people with `groupsched user create`."), code="founded"
        )
    program = Program(
        key=key_of(name),
        name=clean_line(name),
        timezone=timezone,
        languages=list(LANGUAGES),
        region=of_zone(timezone),
    )
    program.sites = [
        Site(
            key=key_of(site_name),
            name=clean_line(site_name),
            timezone=timezone,
            **numbers_of(program.region),
        )
    ]
    db.session.add(program)
    db.session.flush()
    record(System(program_id=program.id), AuditAction.PROGRAM_FOUNDED, program)
    publish(ProgramFounded(program.id))
    return program


def add_account(
    identity: Identity,
    fields: PersonFields,
    roles: frozenset[Role],
    *,
    login: str | None = None,
    password: str | None = None,
) -> Person:
    """Add a person with a way to sign in. Raises a refusal for a login that is taken or a weak password."""
    program = get_program(identity.program_id or 0)
    names = [
        fields.first_name,
        fields.last_name,
        fields.email or "",
        login or "",
        program.name if program else "",
    ]
    hashed = checked_hash(password, roles, names) if password else None
    person = add_person(identity, fields, roles)
    credential = logins.choose_login(person, login) if login else logins.ensure_credential(person)
    if hashed:
        signing.store_password(credential, hashed)
    return person


def checked_hash(password: str, roles: frozenset[Role], names: Collection[str]) -> str:
    """The hash of a password that is long enough for these roles, and not easy to guess for who knows these names."""
    check_password(password, staff=bool(roles - {Role.CLIENT}), names=names)
    return hash_password(password)


def key_of(name: str) -> str:
    """A short key made from a name.

    >>> key_of("Harbor House")
    'harbor-house'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "program"
