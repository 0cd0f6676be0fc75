"""Adding and changing people, their roles, and whether they may sign in."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from groupsched.access.identity import STAFF, Identity, Role, System
from groupsched.access.models import Site
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.access.queries import get_program
from groupsched.access.standing import gives_up
from groupsched.accounts import queries
from groupsched.accounts.events import AccountSwitched, ClientRoleEnded, PersonRenamed, RolesChanged
from groupsched.accounts.models import Grant, Person
from groupsched.accounts.rules import (
    EVENINGS,
    MORNINGS,
    ReminderWish,
    StaffMail,
    is_mail_address,
    normal_login,
)
from groupsched.accounts.service import factors, logins, signing
from groupsched.accounts.service.present import as_now
from groupsched.accounts.service.witness import ensure_role_witnessed, ensure_witnessed
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.errors import ChangedMeanwhile, Conflict, DomainError, NotFound
from groupsched.core.events import publish
from groupsched.core.i18n import LANGUAGES, _
from groupsched.core.text import clean_line
from groupsched.core.tokens import public_id

MOST_COLUMNS, LONGEST_KEY = 100, 40


@dataclass(frozen=True)
class PersonFields:
    """What is written down about a person; nothing else can be set from a form."""

    first_name: str
    last_name: str = ""
    email: str | None = None
    phone: str = ""
    language: str = "en"
    site_id: int | None = None


def add_person(
    identity: Identity,
    fields: PersonFields,
    roles: frozenset[Role],
    uid: str | None = None,
    *,
    record_number: str = "",
) -> Person:
    """Add a person with roles that begin now. Raises NotFound where one of the roles may not be given.

    The same `uid` a second time gives the first person back. A `record_number` is one that the program gave before; without
    one a new one is made up.
    """
    program = _program_of(identity)
    for role in roles or {Role.CLIENT}:
        ensure(identity, _permission(role), Facts(program=program, site=fields.site_id))
    number = clean_line(record_number) or public_id()[:8].upper()
    person = Person(program_id=program, record_number=number, uid=uid or public_id())
    _set(person, fields)
    now = clock.now()
    person.grants = [
        Grant(program_id=program, role=role, site_id=_site(role, fields), from_at=now)
        for role in Role
        if role in roles
    ]
    try:
        with savepoint():
            db.session.add(person)
            db.session.flush()
    except IntegrityError:
        return _first(identity, uid or "")
    record(
        identity,
        AuditAction.PERSON_ADDED,
        person,
        _subject(person),
        roles=[grant.role for grant in person.grants],
    )
    return person


def _first(identity: Identity, uid: str) -> Person:
    """The person whom the click before this one added."""
    person = queries.person_with(identity.program_id, uid)
    if person is None or not queries.write_rights(identity, person):
        raise Conflict(_("This was changed by somebody else at the same moment."))
    return person


def change_person(
    identity: Identity,
    person: Person,
    fields: PersonFields,
    version: int | None = None,
    *,
    witnessed: bool = False,
) -> None:
    """Change what is written down about a person. `version` is the one that was seen: Conflict where it has moved on.

    Raises WitnessNeeded for the mail address of somebody who reads clients: a link for a new password goes there.
    """
    rights = queries.write_rights(identity, person)
    if not rights:
        raise NotFound
    # Under the lock: of two who saw the same version the second one compares with what the first has saved.
    db.session.refresh(person, ["version"], with_for_update=True)
    if version is not None and version != person.version:
        raise ChangedMeanwhile("version")
    old_mail, old_name = person.email, person.name
    _set(person, fields)
    if person.email != old_mail and queries.is_staff(person) and not rights.staff:
        raise DomainError(
            _("Only an administrator can change this mail address: this person signs in with it as staff."),
            field="email",
        )
    if person.email != old_mail:
        ensure_witnessed(identity, person, witnessed=witnessed)
    person.version += 1
    db.session.flush()
    logins.follow_mail(person, old_mail)
    if old_mail and normal_login(old_mail) != normal_login(person.email or ""):
        signing.tell_old_address(person, old_mail)
    record(identity, AuditAction.PERSON_CHANGED, person, _subject(person))
    if person.name != old_name:
        publish(PersonRenamed(person.id))


def set_qualification(identity: Identity, person: Person, key: str) -> None:
    """Say which credential somebody of the staff holds, by its key; empty for none on file. Raises NotFound."""
    rights = queries.write_rights(identity, person)
    if not rights or not rights.staff:
        raise NotFound
    found = next((row for row in queries.qualifications(person.program_id) if row.key == key), None)
    if key and found is None:
        raise NotFound
    if person.qualification is not found:
        person.qualification = found
        db.session.flush()
        record(identity, AuditAction.QUALIFICATION_CHANGED, person, credential=key)


def change_own(
    identity: Identity,
    *,
    language: str,
    wants_mail: bool,
    reminders: ReminderWish | None = None,
    staff_mail: StaffMail | None = None,
) -> None:
    """Change one's own settings; without `reminders` or `staff_mail` those stay, and what is not offered changes nothing."""
    person = queries.own_person(identity)
    if reminders is not None:
        person.reminds_day, person.reminds_hours = reminders.day, reminders.hours
        person.quiet_from = reminders.quiet_from if reminders.quiet_from in EVENINGS else person.quiet_from
        person.quiet_until = (
            reminders.quiet_until if reminders.quiet_until in MORNINGS else person.quiet_until
        )
    if language in LANGUAGES:
        person.language = language
    person.wants_mail, person.staff_mail = wants_mail, staff_mail or person.staff_mail
    record(identity, AuditAction.SETTINGS_CHANGED, person)


def keep_week_columns(identity: Identity, view: str, keys: Sequence[str]) -> None:
    """Keep which columns somebody wants on their week in one of its views, by their keys; none: those that matter by themselves."""
    person = queries.own_person(identity)
    wanted = [key for key in dict.fromkeys(keys) if len(key) <= LONGEST_KEY][:MOST_COLUMNS]
    known = queries.week_columns(identity)
    if known.get(view, []) != wanted:
        person.week_columns = json.dumps({**known, view: wanted})
        record(identity, AuditAction.SETTINGS_CHANGED, person)


def fewer_mails(person: Person, *, reminders_only: bool) -> None:
    """Somebody followed the link in a mail: no reminders any more, or no messages at all but those of the account."""
    person.reminds_day = person.reminds_hours = False
    if not reminders_only:
        person.wants_mail = False
    record(System(program_id=person.program_id), AuditAction.SETTINGS_CHANGED, person, _subject(person))


def fewer_staff_mails(person: Person, wish: StaffMail) -> None:
    """Somebody on staff followed the link in a mail about their work: one a day from now on, or none."""
    person.staff_mail = wish
    record(System(program_id=person.program_id), AuditAction.SETTINGS_CHANGED, person)


def acknowledge_privacy(identity: Identity, version: int) -> None:
    """Write down that a person has seen the privacy notice, in which version."""
    person = queries.own_person(identity)
    person.privacy_seen = max(person.privacy_seen, version)
    record(identity, AuditAction.NOTICE_ACKNOWLEDGED, person, version=version)


def give_role(
    identity: Identity,
    person: Person,
    role: Role,
    *,
    site_id: int | None,
    until: datetime | None,
    start: datetime | None = None,
    witnessed: bool = False,
) -> Grant:
    """Give a person a role from `start`, or now, on. Only the desk is held at a place; a facilitator's groups are their own
    wherever they meet.

    Raises NotFound where this identity may not: nobody raises their own role; WitnessNeeded where it opens clients to somebody
    who signs in already, and who gives it does not read them.
    """
    ensure(as_now(identity), _permission(role), _facts(role, person))
    ensure_role_witnessed(identity, person, role, witnessed=witnessed)
    if site_id is not None and role in STAFF - {Role.FRONT_DESK}:
        raise DomainError(
            _("Only the front desk is held at one site. Choose the whole program."), field="site_id"
        )
    now = clock.now()
    begins = max(start or now, now)
    if until is not None and until <= begins:
        raise DomainError(_("The last day comes before the first."), field="until")
    if any(g.role == role and g.site_id == site_id and g.lasts(now) for g in person.grants):
        raise DomainError(_("This role is held already."), field="role")
    grant = Grant(program_id=person.program_id, role=role, site_id=site_id, from_at=begins, until_at=until)
    person.grants.append(grant)
    db.session.flush()
    record(identity, AuditAction.ROLE_GIVEN, person, _subject(person), **_told(grant))
    publish(RolesChanged(person.id))
    return grant


def end_role(identity: Identity, person: Person, grant_id: int) -> None:
    """End a role now; the row stays as history. With the last one of a client their groups end too.

    Raises NotFound where this identity may not.
    """
    grant = next((grant for grant in person.grants if grant.id == grant_id), None)
    if grant is None or not grant.lasts(clock.now()):
        raise NotFound
    ensure(as_now(identity), _permission(grant.role), _facts(grant.role, person))
    gives_up(person.id)
    # A role that was given and taken within one instant still has a beginning before its end.
    grant.until_at = max(clock.now(), grant.from_at + grant.from_at.resolution)
    db.session.flush()
    record(identity, AuditAction.ROLE_ENDED, person, _subject(person), **_told(grant))
    publish(RolesChanged(person.id))
    if grant.role == Role.CLIENT and not any(queries.client_grants_left(person)):
        publish(ClientRoleEnded(person.id))


def disable(identity: Identity, person: Person) -> None:
    """Close an account: every sign-in ends, open links die, feeds go dark. Nothing of the record is lost."""
    _may_switch(identity, person)
    credential = logins.ensure_credential(person)
    if credential.disabled_at is None:
        gives_up(person.id)
        credential.disabled_at = clock.now()
        signing.end_all_sign_ins(person.id)
        signing.close_all(person.id)
        record(identity, AuditAction.ACCOUNT_DISABLED, person, _subject(person))
        publish(AccountSwitched(person.id))


def enable(identity: Identity, person: Person) -> None:
    """Open an account again, with the password it had."""
    _may_switch(identity, person)
    credential = logins.ensure_credential(person)
    if credential.disabled_at is not None:
        credential.disabled_at = None
        db.session.flush()
        record(identity, AuditAction.ACCOUNT_ENABLED, person, _subject(person))
        publish(AccountSwitched(person.id))


def sign_out_everywhere(identity: Identity, person: Person) -> None:
    """End every sign-in of somebody else; they are told. Raises NotFound where this identity may not."""
    _may_switch(identity, person)
    signing.end_all_sign_ins(person.id)
    record(identity, AuditAction.ACCOUNT_DISCONNECTED, person, _subject(person))
    signing.tell_signed_out(person)


def reset_second_step(identity: Identity, person: Person) -> None:
    """Take the second step from somebody who has lost it. Raises NotFound but for who may write accounts of staff."""
    if not queries.write_rights(identity, person).staff:
        raise NotFound
    factors.reset_factor(identity, person)


def want_second_step(identity: Identity, roles: Collection[Role]) -> None:
    """Say which roles of staff sign in with a second step; who holds one and has none adds it at their next page.

    Raises NotFound but for who may write accounts of staff, DomainError in a demo: whoever tries it out comes in by a door.
    """
    program = get_program(_program_of(identity))
    if program is None:
        raise NotFound
    ensure(identity, Permission.STAFF_WRITE, Facts(program=program.id))
    if program.demo and roles:
        raise DomainError(_("In the demo nobody needs a second step."), field="roles")
    program.factor_roles = [role.value for role in Role if role in STAFF and role in roles]
    record(identity, AuditAction.PROGRAM_CHANGED, program, second_step=program.factor_roles)


def ensure_may_invite(identity: Identity, person: Person, *, witnessed: bool = False) -> None:
    """Go on only where this identity may help this person sign in. Raises NotFound, or WitnessNeeded where that would open
    clients to who may not read them."""
    _may_switch(identity, person)
    ensure_witnessed(identity, person, witnessed=witnessed)


def _may_switch(identity: Identity, person: Person) -> None:
    """An account that opens staff pages is for those who may write staff accounts; one of a client for the desk too."""
    rights = queries.write_rights(as_now(identity), person)
    if not (rights.staff if queries.is_staff(person) else rights.client):
        raise NotFound


def _set(person: Person, fields: PersonFields) -> None:
    first, mail = clean_line(fields.first_name), clean_line(fields.email or "") or None
    if not first:
        raise DomainError(_("Please fill this in."), field="first_name")
    if mail is not None and not is_mail_address(mail):
        raise DomainError(_("This mail address looks cut off. Please check it."), field="email")
    person.first_name, person.last_name = first, clean_line(fields.last_name)
    person.email, person.phone = mail, clean_line(fields.phone)
    person.language = fields.language if fields.language in LANGUAGES else "en"
    person.site_id = fields.site_id


def _program_of(identity: Identity) -> int:
    if identity.program_id is None:
        raise NotFound
    return identity.program_id


def _permission(role: Role) -> Permission:
    return Permission.CLIENT_WRITE if role is Role.CLIENT else Permission.STAFF_WRITE


def _facts(role: Role, person: Person) -> Facts:
    return queries.record_facts(person) if role is Role.CLIENT else queries.staff_facts(person)


def _site(role: Role, fields: PersonFields) -> int | None:
    """The desk is held at a site; every other role in the whole program."""
    return fields.site_id if role is Role.FRONT_DESK else None


def _told(grant: Grant) -> dict[str, str]:
    """What the audit says of a role: which, and at which site where it is held at one."""
    site = db.session.get(Site, grant.site_id) if grant.site_id else None
    return {"role": grant.role} if site is None else {"role": grant.role, "site": site.uid}


def _subject(person: Person) -> list[Person]:
    """Clients are named as subjects, so that their own page of accesses shows the act."""
    return [person] if queries.is_client(person) else []
