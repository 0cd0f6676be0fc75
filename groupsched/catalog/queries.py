"""Reads of the catalogue, always within the identity's program."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from groupsched.access.events import Footing, footing_columns
from groupsched.access.identity import ApiToken, Identity, Member, Role, Scope, System
from groupsched.access.models import Program, Site
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.access.queries import get_program, of_program
from groupsched.access.standing import leans_on
from groupsched.accounts.models import Person
from groupsched.accounts.queries import holds_now
from groupsched.catalog.models import Facilitator, Group, Modality, Place, ServiceType, Term, UnitPreset
from groupsched.catalog.rules import FIELD_OF, GroupState, Setting
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.i18n import in_every_language
from groupsched.core.search import matches
from groupsched.core.states import rank
from groupsched.core.text import is_found, searchable, words_of

LEADS = "leads "
Texts = dict[str, Any]
# The words of each program's terms, true for one revision of its catalogue.
_kept_services: dict[str, tuple[int, Mapping[str, Texts]]] = {}
_kept: dict[str, tuple[int, Mapping[tuple[str, str], Texts]]] = {}


def facts(group: Group) -> Facts:
    """What the policy may know of a group. Private and hidden ones are never public."""
    owners = frozenset(row.person_id for row in group.facilitators)
    leans_on(f"{LEADS}{group.id}", owners)
    return Facts(
        program=group.program_id,
        site=group.site_id,
        owners=owners,
        published=is_public(group),
    )


def still_leads(identity: Identity, words: Collection[str]) -> Footing | None:
    """Those of the words of `facts` that name a group which this identity leads."""
    ids = sorted(int(word.removeprefix(LEADS)) for word in words if word.startswith(LEADS))
    if not ids:
        return None
    led = select(*footing_columns(true(), number=Facilitator.group_id)).where(
        Facilitator.person_id == identity.person, Facilitator.group_id.in_(ids)
    )
    held = led.order_by(Facilitator.group_id).with_for_update(read=True)
    return Footing(held, lambda found: frozenset(f"{LEADS}{row.number}" for row in found))


def is_public(group: Group) -> bool:
    """Whether anybody may see the group."""
    return group.published and group.setting != Setting.PRIVATE and not group.hidden


def readable(identity: Identity) -> ColumnElement[bool]:
    """The same as GROUP_READ over facts(group), as SQL."""
    if isinstance(identity, System):
        return true()
    public = and_(
        Group.state == GroupState.PUBLISHED, Group.setting != Setting.PRIVATE, Group.hidden.is_(False)
    )
    if identity.program_id is not None:
        public = and_(public, Group.program_id == identity.program_id)
    return or_(public, _as_staff(identity))


def writable(identity: Identity) -> ColumnElement[bool]:
    """The same as GROUP_WRITE over facts(group), as SQL."""
    if isinstance(identity, System):
        return true()
    own_program = Group.program_id == identity.program_id
    if isinstance(identity, ApiToken):
        return own_program if identity.may(Scope.SCHEDULE) else false()
    if _holds(identity, Role.SUPERVISOR):
        return own_program
    return and_(own_program, _led_by(identity)) if _holds(identity, Role.FACILITATOR) else false()


def _as_staff(identity: Identity) -> ColumnElement[bool]:
    own_program = Group.program_id == identity.program_id
    if isinstance(identity, ApiToken):
        return own_program if identity.may(Scope.READ) else false()
    if _holds(identity, Role.SUPERVISOR) or _holds(identity, Role.ADMIN):
        return own_program
    ways: list[ColumnElement[bool]] = [false()]
    if _holds(identity, Role.FACILITATOR):
        ways.append(_led_by(identity))
    if isinstance(identity, Member):
        sites = identity.sites(Role.FRONT_DESK)
        ways.append(true() if None in sites else Group.site_id.in_(sites))
    return and_(own_program, or_(*ways))


def _holds(identity: Identity, role: Role) -> bool:
    return isinstance(identity, Member) and identity.holds(role, identity.program_id)


def _led_by(identity: Identity) -> ColumnElement[bool]:
    return Group.id.in_(groups_led_by(identity.person))


def groups_led_by(person_id: int | None) -> Select[int]:
    """The numbers of the groups that a person leads, for use in a query. Who leads one of their dates is another
    question: `schedule.queries.leads`."""
    return select(Facilitator.group_id).where(Facilitator.person_id == person_id)


def leaders_of_groups(group_ids: Select[int] | Collection[int]) -> Select[int]:
    """The numbers of the people who lead any of these groups, for use in a query."""
    return select(Facilitator.person_id).where(Facilitator.group_id.in_(group_ids))


def visible_groups(identity: Identity) -> Select[Group]:
    """The groups this identity may see, by title."""
    return select(Group).where(readable(identity)).order_by(Group.title, Group.id)


def get_group(
    identity: Identity, uid: str, permission: Permission = Permission.GROUP_READ, *, to_show: bool = True
) -> Group:
    """A group by its public id. Raises NotFound for one that is unknown or that this identity may not touch so.

    `to_show` reads what a page shows of it in the same breath: its kind, its place, who leads it.
    """
    query = select(Group).where(Group.uid == uid)
    if to_show:
        query = query.options(
            joinedload(Group.modality), joinedload(Group.place), joinedload(Group.service_type),
            joinedload(Group.facilitators).joinedload(Facilitator.person),
        )  # fmt: skip
    group = db.session.scalars(query).unique().one_or_none()
    if group is None:
        raise NotFound
    ensure(identity, permission, facts(group))
    return group


def staff_groups(identity: Identity, words: str = "", *, mine: bool = False) -> Select[Group]:
    """The program's own groups as staff see them (no listings of others): drafts first, then by title."""
    query = select(Group).where(_as_staff(identity), Group.source_id.is_(None)).options(
        joinedload(Group.modality), joinedload(Group.place), selectinload(Group.facilitators).joinedload(Facilitator.person)
    )  # fmt: skip
    query = query.where(_said_on_card(identity, words))
    if mine:
        query = query.where(_led_by(identity))
    return query.order_by(rank(Group.state, GroupState), Group.title, Group.id)


def leaders_seen(identity: Identity) -> list[Person]:
    """Who leads any of the groups that this identity sees as staff, by name."""
    seen = select(Group.id).where(_as_staff(identity), Group.source_id.is_(None))
    query = select(Person).where(Person.id.in_(leaders_of_groups(seen)))
    return list(db.session.scalars(query.order_by(Person.first_name, Person.last_name, Person.id)))


def _said_on_card(identity: Identity, asked: str) -> ColumnElement[bool]:
    """Each of the words stands in a group's own texts, in the name of its kind of session or its place, or in a leader's."""
    words = words_of(asked)
    if not words:
        return matches(Group.folded, asked)
    kinds = {
        row.id: searchable(*in_every_language(row.texts, "name"))
        for row in modalities(identity, retired=True)
    }
    return and_(*(_says(word, kinds) for word in words))


def _says(word: str, kinds: Mapping[int, str]) -> ColumnElement[bool]:
    return or_(
        matches(Group.folded, word),
        Group.facilitators.any(Facilitator.person.has(matches(Person.folded, word))),
        Group.place.has(matches(Place.folded, word)),
        Group.modality_id.in_([number for number, name in kinds.items() if is_found(name, word)]),
    )


def modalities(identity: Identity, *, retired: bool = False) -> list[Modality]:
    """The kinds of sessions of the program, in its order; with `retired` those too that are no longer offered."""
    query = select(Modality).where(Modality.program_id == identity.program_id)
    if not retired:
        query = query.where(Modality.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(Modality.position, Modality.id)))


def get_modality(identity: Identity, uid: str) -> Modality:
    """A kind of session by its public id. Raises NotFound."""
    return of_program(identity, Modality, uid)


def modality_with_key(program_id: int | None, key: str) -> Modality | None:
    """A kind of session by its key, retired or not."""
    return db.session.scalar(select(Modality).where(Modality.program_id == program_id, Modality.key == key))


def service_types(program_id: int | None) -> list[ServiceType]:
    """What a group of a program can count as, in its order."""
    query = select(ServiceType).where(ServiceType.program_id == program_id)
    return list(db.session.scalars(query.order_by(ServiceType.position, ServiceType.id)))


def get_service_type(identity: Identity, uid: str) -> ServiceType:
    """A service type of the program by its public id. Raises NotFound."""
    return of_program(identity, ServiceType, uid)


def get_unit_preset(identity: Identity, uid: str) -> UnitPreset:
    """A unit of the program by its public id. Raises NotFound."""
    return of_program(identity, UnitPreset, uid)


def said_of_service_types(program_id: int | None) -> Mapping[str, Texts]:
    """What a program calls its service types, by key and in its order. Read once per revision of the catalogue."""
    program = get_program(program_id) if program_id is not None else None
    if program is None:
        return {}
    revision, texts = _kept_services.get(program.uid, (0, {}))
    if revision != program.catalogue_revision:
        texts = {row.key: row.texts for row in service_types(program_id)}
        _kept_services[program.uid] = program.catalogue_revision, texts
    return texts


def unit_presets(program_id: int | None) -> list[UnitPreset]:
    """How time becomes units in a program, in its order."""
    query = select(UnitPreset).where(UnitPreset.program_id == program_id)
    return list(db.session.scalars(query.order_by(UnitPreset.position, UnitPreset.id)))


def places(identity: Identity, *, retired: bool = False) -> list[Place]:
    """The program's own places and rooms, by name; places of listings are left out."""
    query = select(Place).where(Place.program_id == identity.program_id, Place.external.is_(False))
    if not retired:
        query = query.where(Place.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(Place.name, Place.id)))


def get_place(identity: Identity, uid: str) -> Place:
    """A place by its public id. Raises NotFound."""
    return of_program(identity, Place, uid)


def terms(identity: Identity, *, retired: bool = False) -> list[Term]:
    """The tags, audiences and languages of the program, in its order; with `retired` those too that are taken out."""
    query = select(Term).where(Term.program_id == identity.program_id)
    if not retired:
        query = query.where(Term.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(Term.position, Term.id)))


def get_term(identity: Identity, uid: str) -> Term:
    """A tag, an audience or a language by its public id. Raises NotFound."""
    return of_program(identity, Term, uid)


def uses_of_terms(identity: Identity) -> Counter[tuple[str, str]]:
    """How many of the program's own groups, drafts too, carry each term, by vocabulary and key."""
    mine = (
        Group.program_id == identity.program_id,
        Group.source_id.is_(None),
        Group.state != GroupState.RETIRED,
    )
    columns = [getattr(Group, field) for field in FIELD_OF.values()]
    return Counter(
        (vocabulary, key)
        for row in db.session.execute(select(*columns).where(*mine).order_by(Group.id))
        for vocabulary, keys in zip(FIELD_OF, row, strict=True)
        for key in keys
    )


def texts_of_terms(program_id: int | None) -> Mapping[tuple[str, str], Texts]:
    """What a program calls its terms, retired ones too, by vocabulary and key. Read once per revision of the catalogue."""
    program = get_program(program_id) if program_id is not None else None
    if program is None:
        return {}
    revision, texts = _kept.get(program.uid, (0, {}))
    if revision != program.catalogue_revision:
        rows = db.session.scalars(select(Term).where(Term.program_id == program_id).order_by(Term.id))
        texts = {(row.vocabulary, row.key): row.texts for row in rows}
        _kept[program.uid] = program.catalogue_revision, texts
    return texts


def leaders(program_id: int | None) -> list[Person]:
    """The people who hold a facilitator's role now, by first name: who may lead a group."""
    query = select(Person).where(Person.program_id == program_id, holds_now(Role.FACILITATOR))
    return list(db.session.scalars(query.order_by(Person.first_name, Person.last_name, Person.id)))


def zone_of(group: Group) -> str:
    """The zone a new series of this group is in: that of its site, else of its program."""
    site = db.session.get(Site, group.site_id) if group.site_id else None
    if site is not None:
        return site.timezone
    program = db.session.get_one(Program, group.program_id)
    return program.timezone
