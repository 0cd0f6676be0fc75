"""What a person said of a group, put into its row: every reference looked up within the program, or refused."""

from typing import Any, NoReturn

from sqlalchemy import select

from groupsched.access.identity import Identity, Role, System
from groupsched.access.models import Site
from groupsched.access.standing import gives_up
from groupsched.accounts.models import Person
from groupsched.catalog.events import LeadersCome
from groupsched.catalog.models import Facilitator, Group, Modality, Place, ServiceType
from groupsched.catalog.queries import leaders, modality_with_key, service_types
from groupsched.catalog.rules import TEXTS_OF_A_GROUP, FieldProblem, GroupFields, Setting, cleaned, problems
from groupsched.catalog.words import reason
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.events import publish
from groupsched.core.i18n import _


def fill(identity: Identity, group: Group, fields: GroupFields) -> None:
    """Set the fields of a group, each reference looked up within the program."""
    fields = cleaned(fields)
    refuse_first(problems(fields))
    modality = _modality(group, fields)
    place = _find(Place, "place", group, fields.place)
    site = _find(Site, "site", group, fields.site)
    people = _leaders(identity, group, fields)
    for name in TEXTS_OF_A_GROUP:
        setattr(group, f"plain_{name}", getattr(fields, name))
    group.texts = dict(fields.texts)
    # Each with its number: what changed is compared by the numbers, before the flush that would fill them in.
    group.modality, group.modality_id = modality, modality.id
    group.place, group.place_id = place, place.id if place else None
    group.site_id = (
        site.id if site else (place.site_id if place else group.site_id or _only_site(group.program_id))
    )
    group.orientation, group.structure = fields.orientation, fields.structure
    group.access, group.setting, group.attendance_mode = fields.access, fields.setting, fields.attendance_mode
    group.capacity, group.online_capacity = fields.capacity, fields.online_capacity
    group.min_to_run, group.line_mode = fields.min_to_run, fields.line_mode
    group.decide_hours, group.cancels_if_few = fields.decide_hours, fields.cancels_if_few
    group.stays_open = fields.stays_open
    group.slot_minutes, group.slot_gap = fields.slot_minutes, fields.slot_gap
    group.slot_breaks, group.needs = list(fields.slot_breaks), dict(fields.needs)
    group.languages, group.audience, group.tags = (
        list(fields.languages),
        list(fields.audience),
        list(fields.tags),
    )
    group.online_link, group.run_sheet, group.hidden = fields.online_link, fields.run_sheet, fields.hidden
    group.service_type = _service_type(group, fields)
    group.service_type_id = group.service_type.id if group.service_type else None
    group.secular_pair = _find(Group, "secular_pair", group, fields.secular_pair)
    group.named_person_id = _named_person(group, fields, people)
    set_leaders(group, [person.id for person in people])


def _modality(group: Group, fields: GroupFields) -> Modality:
    modality = modality_with_key(group.program_id, fields.modality)
    if modality is None or (modality.retired_at is not None and modality.id != group.modality_id):
        _refuse("modality", "modality-unknown")
    return modality


def _service_type(group: Group, fields: GroupFields) -> ServiceType | None:
    """The service type of this key, None where the group has that of its kind of session."""
    if not fields.service_type:
        return None
    found = service_types(group.program_id)
    return next((row for row in found if row.key == fields.service_type), None) or _refuse(
        "service_type", "service-type-unknown"
    )


def _find(table: Any, field: str, group: Group, uid: str | None) -> Any:
    """A row of the group's program by its public id, None where none was named."""
    if not uid:
        return None
    found = db.session.scalar(select(table).where(table.uid == uid, table.program_id == group.program_id))
    if found is None:
        _refuse(field, f"{field.replace('_', '-')}-unknown")
    return found


def _leaders(identity: Identity, group: Group, fields: GroupFields) -> list[Person]:
    """Who leads. A facilitator without a wider role cannot leave themself out: they would lose their own group."""
    known = {person.uid: person for person in leaders(group.program_id)}
    known |= {row.person.uid: row.person for row in group.facilitators}
    if any(uid not in known for uid in fields.facilitators):
        _refuse("facilitators", "facilitators-unknown")
    chosen = [known[uid] for uid in dict.fromkeys(fields.facilitators)]
    if not _writes_the_program(identity, group.program_id) and identity.person not in {p.id for p in chosen}:
        _refuse("facilitators", "keep-yourself")
    return chosen


def _writes_the_program(identity: Identity, program_id: int) -> bool:
    return isinstance(identity, System) or identity.holds(Role.SUPERVISOR, program_id)


def _named_person(group: Group, fields: GroupFields, people: list[Person]) -> int | None:
    if fields.setting is not Setting.PRIVATE:
        return None
    named = _find(Person, "named_person", group, fields.named_person)
    if named is not None and named in people:
        return int(named.id)
    return people[0].id if people else None


def set_leaders(group: Group, people: list[int]) -> None:
    """Who leads, in this order; rows that stay are kept. Raises DomainError where a room above refuses one who comes."""
    by_person = {row.person_id: row for row in group.facilitators}
    if group.id is not None and (new := tuple(sorted(set(people) - by_person.keys()))):
        publish(LeadersCome(group.id, new))
    for person_id in by_person.keys() - set(people):
        gives_up(person_id)
    rows = [by_person.get(person_id) or Facilitator(person_id=person_id) for person_id in people]
    for position, row in enumerate(rows):
        row.position = position
    group.facilitators = rows


def _only_site(program_id: int) -> int | None:
    sites = list(db.session.scalars(select(Site.id).where(Site.program_id == program_id).limit(2)))
    return sites[0] if len(sites) == 1 else None


def refuse_first(found: list[FieldProblem]) -> None:
    if found:
        _refuse(found[0].field, found[0].reason)


def _refuse(field: str, why: str) -> NoReturn:
    raise DomainError(reason(why), field=field, code=why)


def refuse_external(group: Group) -> None:
    """Listings of others are read-only here."""
    if group.external:
        raise Conflict(_("This listing comes from another directory and is changed there."), code="external")
