"""Reading the audit with what it names: rows keep public ids, a page says titles and dates.

Everything is read in bulk, once a page: people, what stands in a group, what has a name, what has one in each language. What is
gone, of another program or not to be seen by who reads has no name here; then a page says only what kind of thing it was.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, cast, literal, null, or_, select, union_all

from groupsched.access.identity import Identity
from groupsched.access.models import Program, Site
from groupsched.accounts.models import Device, Person
from groupsched.accounts.queries import names
from groupsched.api.models import Token
from groupsched.audit.models import AuditRow
from groupsched.audit.queries import AuditPage, rows_about, rows_of_program, subjects_of
from groupsched.audit.rules import AuditObject
from groupsched.catalog.models import Group, ListingSource, Modality, Place, ServiceType, Term, UnitPreset
from groupsched.catalog.queries import readable
from groupsched.core.db import UtcDateTime, db
from groupsched.core.i18n import text_of
from groupsched.enrolment.models import Enrolment
from groupsched.register.queries.asked import IN_A_GROUP, AskedAbout, conditions
from groupsched.register.rules import AuditQuestion
from groupsched.schedule.models import Occurrence, SavedPattern

WITH_A_NAME: dict[AuditObject, Any] = {
    AuditObject.SITE: Site,
    AuditObject.PLACE: Place,
    AuditObject.LISTING_SOURCE: ListingSource,
    AuditObject.DEVICE: Device,
    AuditObject.TEMPLATE: SavedPattern,
    AuditObject.API_TOKEN: Token,
}
WITH_TEXTS: dict[AuditObject, Any] = {
    AuditObject.MODALITY: Modality,
    AuditObject.TERM: Term,
    AuditObject.SERVICE_TYPE: ServiceType,
    AuditObject.UNIT_PRESET: UnitPreset,
}
NO_TEXTS = cast(null(), Modality.texts.type)
NO_MOMENT = (cast(null(), UtcDateTime()), literal(""))


@dataclass(frozen=True)
class AuditedObject:
    """What an act was done to: its name, or that of its group, which `group` is the public id of; a date has a start."""

    name: str
    group: str = ""
    start: datetime | None = None
    zone: str = ""


Objects = Mapping[tuple[str, str], AuditedObject]


@dataclass(frozen=True)
class ActsRead:
    """A page of acts with whatever they name."""

    page: AuditPage
    subjects: Mapping[int, Sequence[int]]
    people: Mapping[int, Person]
    objects: Objects

    @property
    def about(self) -> Sequence[int]:
        """The numbers of everybody whom an act of the page was about."""
        return sorted({number for about in self.subjects.values() for number in about})


def acts_of_program(
    identity: Identity, program: Program, question: AuditQuestion, asked: AskedAbout, before: int | None
) -> ActsRead:
    """What was done and seen in a program, newest first, of that what is asked for."""
    only = conditions(question, asked, program.timezone)
    return _read(identity, rows_of_program(program.id, *only, before=before))


def acts_about(identity: Identity, person: Person, before: int | None) -> ActsRead:
    """Every act about one person's record, newest first."""
    return _read(identity, rows_about(person.id, before=before))


def _read(identity: Identity, page: AuditPage) -> ActsRead:
    subjects = subjects_of(page.rows)
    uids = _uids(page.rows)
    numbers = {number for about in subjects.values() for number in about}
    numbers |= {row.actor_id for row in page.rows if row.actor_id}
    people = names(numbers, uids.pop(AuditObject.PERSON, ()))
    return ActsRead(page, subjects, people, _objects(identity, uids))


def _uids(rows: Sequence[AuditRow]) -> dict[str, set[str]]:
    """The public ids that rows name, by the kind of object."""
    found: dict[str, set[str]] = {}
    for row in rows:
        if row.object_uid:
            found.setdefault(row.object_type, set()).add(row.object_uid)
        if row.token_uid:
            found.setdefault(AuditObject.API_TOKEN, set()).add(row.token_uid)
        if site := row.detail.get("site"):
            found.setdefault(AuditObject.SITE, set()).add(site)
    return found


def _objects(identity: Identity, uids: Mapping[str, Collection[str]]) -> Objects:
    """What is named, all in one statement."""
    parts = [*_group_parts(identity, uids), *_parts(identity, uids)]
    rows = db.session.execute(union_all(*parts)) if parts else ()
    return {
        (kind, uid): AuditedObject(name or text_of(texts, "name"), group, start, zone)
        for kind, uid, name, texts, group, start, zone in rows
    }


def _group_parts(identity: Identity, uids: Mapping[str, Collection[str]]) -> list[Select[Any]]:
    """Groups, and what stands in one: a person sees, beside those that they may read, the groups that they were ever in."""
    mine = select(Enrolment.group_id).where(Enrolment.person_id == (identity.person or 0))
    shown = (Group.program_id == identity.program_id, or_(readable(identity), Group.id.in_(mine)))
    parts = []
    for kind, table in {AuditObject.GROUP: Group, **IN_A_GROUP}.items():
        if kind in uids:
            moment = (table.start, table.timezone) if table is Occurrence else NO_MOMENT
            part = select(literal(kind.value), table.uid, Group.title, NO_TEXTS, Group.uid, *moment)
            joined = part if table is Group else part.join(Group, Group.id == table.group_id)
            parts.append(joined.where(table.uid.in_(uids[kind]), *shown))
    return parts


def _parts(identity: Identity, uids: Mapping[str, Collection[str]]) -> list[Select[Any]]:
    parts = []
    for kind, table in {**WITH_A_NAME, **WITH_TEXTS}.items():
        if kind in uids:
            said = (literal(""), table.texts) if kind in WITH_TEXTS else (table.name, NO_TEXTS)
            part = select(literal(kind.value), table.uid, *said, literal(""), *NO_MOMENT)
            parts.append(part.where(table.uid.in_(uids[kind]), table.program_id == identity.program_id))
    return parts
