"""What the pages about people share: loading one, filling choices, reading what was typed."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, url_for

from groupsched.access.identity import Identity, Member, Role, current
from groupsched.access.policy import Facts, Permission, can
from groupsched.access.queries import sites
from groupsched.accounts.models import Grant, Person
from groupsched.accounts.queries import (
    client_grants_left,
    has_factor,
    is_staff,
    qualifications,
    record_facts,
    sign_ins,
    staff_facts,
    zone_of,
)
from groupsched.accounts.service import PersonFields
from groupsched.accounts.words import role_names
from groupsched.attendance.queries import door_code_of
from groupsched.attendance.words import status_words
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.care.models import CareTeamMember, Reflection
from groupsched.care.queries import reflections_shared, team_on, today_in
from groupsched.care.words import care_role_words
from groupsched.core import clock
from groupsched.core.errors import NotFound
from groupsched.core.i18n import LANGUAGES, _, text_of
from groupsched.core.tokens import public_id
from groupsched.enrolment.queries import (
    PersonRights,
    get_person,
    guest_times,
    other_care,
    sides,
)
from groupsched.register.forms import (
    BringIntoForm,
    NewPersonForm,
    PersonForm,
    QualificationForm,
    RoleForm,
)
from groupsched.register.queries import (
    PersonRecord,
    grants_shown,
    may_try,
    record_of,
    sees_names,
    trial_shown,
)

REFLECTIONS = 12


def load(uid: str) -> tuple[Person, PersonRights]:
    """A person and the sides of them that show. Raises NotFound: one's own page is the account page."""
    person = get_person(current(), uid)
    seen = sides(current(), person)
    if person.id == current().person or not (seen.client or seen.staff):
        raise NotFound
    return person, seen


def person_page(
    person: Person,
    seen: PersonRights,
    form: RoleForm | None = None,
    bring: BringIntoForm | None = None,
) -> str:
    """The page of one person, with a form that was refused; a look at it is written down."""
    if seen.client:
        saw(current(), AuditAction.PERSON_OPENED, [person], person)
    roles, bring = form or RoleForm(formdata=None), bring or BringIntoForm(formdata=None)
    fill_roles(roles, person, seen)
    record = record_of(current(), person, clock.now(), seen.about.care_team) if seen.client else None
    is_guest = not person.grants
    groups = [(group.uid, group.title) for group in record.groups] if record and not is_guest else []
    bring.group.choices = [("", _("Choose…")), *groups] if groups else []
    may_hold = can(current(), Permission.HOLD_WRITE, record_facts(person))
    may_invite = not is_guest and (seen.write_staff if is_staff(person) else seen.write_client)
    return render_template(
        "register/person.html",
        person=person,
        seen=seen,
        is_guest=is_guest,
        comes_as_guest=guest_times(person) if is_guest and seen.client else [],
        form=form or bring,
        role_form=roles,
        bring=bring,
        record=record,
        care_team=_care_team(person, seen),
        care_roles=care_role_words(),
        **_complementary(person, seen, record),
        reflections=_reflections(person, seen),
        trying=trial_shown(person, record, clock.now()) if record is not None else None,
        may_try=record is not None and may_try(current(), record),
        status_words=status_words,
        grants=grants_shown(seen, person),
        now=clock.now(),
        roles=role_names(),
        site_names={site.id: site.name for site in sites(current())},
        zone=zone_of(person),
        groups_ending=groups_ending(person, record),
        may_invite=may_invite,
        sign_ins=len(sign_ins(person)) if may_invite else 0,
        has_factor=seen.write_staff and has_factor(person),
        may_hold=may_hold,
        may_keep_apart=can(current(), Permission.KEEP_APART, record_facts(person)),
        hold=person.hold if may_hold else None,
        audits=_audits(person, seen),
        qualification=_qualification(person, seen),
        has_door=_has_door(person, seen),
        door_code=door_code_of(person.id) if _has_door(person, seen) else None,
    )


def _care_team(person: Person, seen: PersonRights) -> list[CareTeamMember] | None:
    """Who cares for a client now, None for whom that does not show."""
    if not seen.client or not can(current(), Permission.CARE_TEAM_READ, seen.about):
        return None
    return team_on(person, today_in(person.program_id))


def _complementary(person: Person, seen: PersonRights, record: PersonRecord | None) -> dict[str, Any]:
    """Whether who asks may note what is on file before some kinds of sessions, and what the person has where any of what shows
    is complementary."""
    may = seen.client and can(current(), Permission.CLEARANCE_WRITE, seen.about)
    has = may and record is not None and any(one.group.modality.complementary for one in record.shown)
    return {"may_clear": may, "care": other_care(person.id, clock.now()) if has else None}


def _reflections(person: Person, seen: PersonRights) -> list[Reflection]:
    """What a client said of dates and shared with who asks; asked for of those alone who could be one of its readers."""
    identity = current()
    reads = identity.person in seen.about.care_team or (
        isinstance(identity, Member) and identity.glass is not None
    )
    return reflections_shared(identity, person, REFLECTIONS) if seen.client and reads else []


def _has_door(person: Person, seen: PersonRights) -> bool:
    """Whether somebody may get a code for the door from who asks."""
    return seen.write_client and person.program.self_sign_in


def groups_ending(person: Person, record: PersonRecord | None) -> int:
    """How many groups end with the role of a client, where it is the last one that is left; 0 for whom no record shows."""
    return record.ending if record and len(client_grants_left(person)) == 1 else 0


def _qualification(person: Person, seen: PersonRights) -> QualificationForm | None:
    """The form of a colleague's credential, for whoever writes staff; nothing of somebody who is none."""
    if not seen.write_staff or not is_staff(person):
        return None
    held = person.qualification.key if person.qualification else ""
    form = QualificationForm(formdata=None, data={"qualification": held})
    rows = [(row.key, text_of(row.texts, "name")) for row in qualifications(person.program_id)]
    form.qualification.choices = [("", _("No credential on file")), *rows]
    return form


def _audits(person: Person, seen: PersonRights) -> dict[str, str]:
    """What the audit may be asked for of this person: words and address. By their record only where names show there."""
    if not can(current(), Permission.AUDIT_READ):
        return {}
    audits = {}
    if seen.client and sees_names(current()):
        audits[_("What was done with this record")] = url_for("audit.rows", client=person.uid)
    if seen.staff:
        audits[_("What this person did")] = url_for("audit.rows", staff=person.uid)
    return audits


def roles_to_give(identity: Identity) -> list[Role]:
    """The roles that this identity may start somebody with."""
    staff = can(identity, Permission.STAFF_WRITE, Facts(program=identity.program_id))
    client = can(identity, Permission.CLIENT_WRITE)
    return [role for role in Role if (client if role is Role.CLIENT else staff)]


def fill(form: PersonForm, identity: Identity) -> None:
    """The choices of a person's form: places at which this identity may write people down."""
    form.language.choices = list(LANGUAGES.items())
    here = sites(identity)
    desks = identity.sites(Role.FRONT_DESK) if isinstance(identity, Member) else frozenset()
    bound = bool(desks) and None not in desks and not _writes_everywhere(identity)
    choices = [(site.id, site.name) for site in here if not bound or site.id in desks]
    form.site_id.choices = choices if bound else [(0, _("No site")), *choices]


def said_of(person: Person) -> PersonForm:
    """The form as the person's row says it now."""
    form = PersonForm(formdata=None, obj=person)
    fill(form, current())
    form.site_id.data = person.site_id or 0
    return form


def _writes_everywhere(identity: Identity) -> bool:
    return any(identity.holds(role, identity.program_id) for role in (Role.SUPERVISOR, Role.ADMIN))


def start(form: NewPersonForm, identity: Identity, roles: list[Role]) -> None:
    """What a new person's form starts with."""
    form.uid.data = public_id()
    first_site = next((number for number, _name in form.site_id.choices if number), 0)
    form.site_id.data = first_site
    form.roles.data = [roles[0]] if roles == [Role.CLIENT] else []


def fields_of(form: PersonForm) -> PersonFields:
    """What was typed, as the verbs take it."""
    return PersonFields(
        first_name=form.first_name.data or "",
        last_name=form.last_name.data or "",
        email=form.email.data,
        phone=form.phone.data or "",
        language=form.language.data,
        site_id=form.site_id.data or None,
    )


def uid_of(form: NewPersonForm) -> str | None:
    """The id that the page chose, if it is one."""
    text = form.uid.data or ""
    return text if len(text) == len(public_id()) and text.isascii() and text.isalnum() else None


def version_of(form: PersonForm) -> int | None:
    """The version that the form was filled from."""
    text = str(form.version.data or "")
    # isascii: ² is a digit too, and none that int() reads.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def fill_roles(form: RoleForm, person: Person, seen: PersonRights) -> None:
    """The roles that may be given to this person, and where."""
    names, now = role_names(), clock.now()
    held = {grant.role for grant in person.grants if grant.lasts(now)}
    client = can(current(), Permission.CLIENT_WRITE, record_facts(person)) and Role.CLIENT not in held
    staff = can(current(), Permission.STAFF_WRITE, staff_facts(person))
    allowed = [role for role in Role if (client if role is Role.CLIENT else staff)]
    form.role.choices = [(role, names[role]) for role in allowed]
    form.site_id.choices = [(0, _("The whole program")), *((s.id, s.name) for s in sites(current()))]


def same_again(grant: Grant, person: Person) -> dict[str, str]:
    """What the form for a role would say to give this one once more."""
    fields = {"role": grant.role, "site_id": str(grant.site_id or 0)}
    if grant.until_at is not None:
        last = grant.until_at.astimezone(ZoneInfo(zone_of(person))) - timedelta(days=1)
        fields["until"] = last.date().isoformat()
    return fields


def days_of(form: RoleForm, person: Person) -> tuple[datetime | None, datetime | None]:
    """When a role begins and ends: the start of its first day and the end of its last, at the person's place."""
    zone = ZoneInfo(zone_of(person))
    first, last = form.start.data, form.until.data
    return (
        datetime.combine(first, time(), zone).astimezone(UTC) if first else None,
        datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC) if last else None,
    )
