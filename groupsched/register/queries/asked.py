"""Whom and what the audit is asked about: found within the program, and put as conditions on acts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, load_only

from groupsched.access.identity import Identity, Role
from groupsched.accounts.models import Person
from groupsched.accounts.queries import has_client_side, has_staff_side, is_staff
from groupsched.audit.models import AuditRow, AuditSubject
from groupsched.audit.queries import is_about
from groupsched.audit.rules import AuditObject, words_of
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group, visible_groups
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment.models import Enrolment
from groupsched.register.rules import AuditQuestion, hours_of, place_in_act
from groupsched.schedule.models import Occurrence, Series

IN_A_GROUP: dict[AuditObject, Any] = {
    AuditObject.SERIES: Series,
    AuditObject.OCCURRENCE: Occurrence,
    AuditObject.ENROLMENT: Enrolment,
}


@dataclass(frozen=True)
class AskedAbout:
    """Whom and what a question names, among whom and what it could name."""

    client: Person | None
    member: Person | None
    group: Group | None
    staff: Sequence[Person]
    groups: Sequence[Group]


def sees_names(identity: Identity) -> bool:
    """Whether clients show by their names: supervisors may read every record of the program anyway."""
    return identity.holds(Role.SUPERVISOR, identity.program_id)


def asked_about(identity: Identity, question: AuditQuestion) -> AskedAbout:
    """The people and the group of a question, with all staff and all own groups of the program, by name.

    Raises NotFound for one that is not there or not to be seen.
    """
    staff, groups = _staff(identity), _own_groups(identity)
    group = _group(identity, question.group, groups) if question.group else None
    return AskedAbout(
        client=_client(identity, question.client) if question.client else None,
        member=_found(question.staff, staff) if question.staff else None,
        group=group,
        staff=staff,
        groups=groups if group is None or group in groups else [*groups, group],
    )


def _staff(identity: Identity) -> Sequence[Person]:
    here = (Person.program_id == identity.program_id, has_staff_side())
    by_name = (func.lower(Person.first_name), func.lower(Person.last_name), Person.id)
    return db.session.scalars(select(Person).where(*here).order_by(*by_name)).all()


def _own_groups(identity: Identity) -> Sequence[Group]:
    own = visible_groups(identity).where(Group.source_id.is_(None))
    return db.session.scalars(own.options(load_only(Group.uid, Group.plain_title, Group.texts))).all()


def _group(identity: Identity, uid: str, own: Sequence[Group]) -> Group:
    """One of its own, else an external one: those are too many to offer, but a line names them."""
    found = next((group for group in own if group.uid == uid), None)
    return found or get_group(identity, _plain(uid), to_show=False)


def _found(uid: str, people: Iterable[Person]) -> Person:
    for person in people:
        if person.uid == uid:
            return person
    raise NotFound


def _client(identity: Identity, key: str) -> Person:
    if place := place_in_act(key):
        return _client_of_act(identity, *place)
    if not sees_names(identity):
        raise NotFound
    here = (Person.program_id == identity.program_id, Person.uid == _plain(key), has_client_side())
    return _one(select(Person).where(*here))


def _client_of_act(identity: Identity, number: int, place: int) -> Person:
    """Whom an act was about. Who did it is asked for where it was no staff: their number shows beside no name."""
    acts = select(Person).where(AuditRow.id == number, AuditRow.program_id == identity.program_id)
    if place == 0:
        return _one(acts.join(AuditRow, AuditRow.actor_id == Person.id).where(~has_staff_side()))
    about = acts.join(AuditSubject, AuditSubject.person_id == Person.id).join(AuditSubject.row)
    return _one(about.order_by(Person.id).offset(place - 1).limit(1))


def _one(query: Select[Person]) -> Person:
    person = db.session.scalars(query.options(joinedload(Person.grants))).unique().first()
    if person is None:
        raise NotFound
    return person


def _plain(uid: str) -> str:
    """An id as there may be one: no database is asked for letters that it cannot hold. Raises NotFound for others."""
    if not (uid.isascii() and uid.isalnum()):
        raise NotFound
    return uid


def conditions(question: AuditQuestion, asked: AskedAbout, zone: str) -> list[ColumnElement[bool]]:
    """What is asked, as conditions on acts; a day is one of this zone."""
    only = _named_in(asked)
    if question.actions is not None:
        only.append(AuditRow.word.in_(words_of(question.actions)))
    if question.day is not None:
        first, end = hours_of(question.day, zone)
        only += [AuditRow.at >= first, AuditRow.at < end]
    return only


def _named_in(asked: AskedAbout) -> list[ColumnElement[bool]]:
    only: list[ColumnElement[bool]] = []
    if asked.client is not None:
        # Who is staff too signs in and acts under their name: it does not stand beside their number.
        acted = AuditRow.actor_id == asked.client.id
        only.append(
            is_about(asked.client.id) if is_staff(asked.client) else or_(is_about(asked.client.id), acted)
        )
    if asked.member is not None:
        only += [AuditRow.actor_id == asked.member.id, ~is_about(asked.member.id)]
    if asked.group is not None:
        only.append(_of_group(asked.group))
    return only


def _of_group(group: Group) -> ColumnElement[bool]:
    """Acts on a group, its series, its dates, and on what people are in it."""
    parts: dict[AuditObject, Any] = {AuditObject.GROUP: [group.uid]}
    parts |= {kind: select(table.uid).where(table.group_id == group.id) for kind, table in IN_A_GROUP.items()}
    return or_(
        *(and_(AuditRow.object_type == kind, AuditRow.object_uid.in_(uids)) for kind, uids in parts.items())
    )
