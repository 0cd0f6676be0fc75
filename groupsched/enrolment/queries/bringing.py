"""Whom staff may enrol in a group: the list of them, those of another group, those of a pasted list.

Who may be enrolled says `clients.findable_clients` alone; here it is only asked.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, can, ensure
from groupsched.accounts.models import Person
from groupsched.accounts.queries import named
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.queries import get_group
from groupsched.catalog.rules import GroupState
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries.clients import findable_clients
from groupsched.enrolment.queries.found import ORDER, could_mean
from groupsched.enrolment.queries.known import chooses_by_letters
from groupsched.enrolment.rules import (
    IN_LINE,
    LIVE,
    EnrolmentMode,
    EnrolmentState,
    KnownPerson,
    ListAnswer,
    lines_of,
    meant,
)

PAGE = 40


@dataclass(frozen=True)
class PeopleToBring:
    """A page of the list; `more` says whether another follows."""

    people: Sequence[Person]
    number: int
    more: bool


def people_to_bring(identity: Identity, group: Group, letters: str, number: int) -> PeopleToBring:
    """Clients who are not in the group and whom this identity may enrol, by name, a page at a time; by letters, where the
    register is open to it."""
    query = _findable(identity, group).where(Person.id.not_in(_inside(identity, group)))
    if letters and chooses_by_letters(identity, group_facts(group)):
        query = query.where(named(letters))
    found = db.session.scalars(query.order_by(*ORDER).offset((number - 1) * PAGE).limit(PAGE + 1)).all()
    return PeopleToBring(found[:PAGE], number, len(found) > PAGE)


def people_of(identity: Identity, group: Group, uids: Collection[str]) -> list[Person]:
    """Those of these people whom this identity may enrol, by name: anybody else is left out."""
    asked = [uid for uid in uids if uid.isascii() and uid.isalnum()]
    query = _findable(identity, group).where(Person.uid.in_(asked)).order_by(*ORDER)
    return list(db.session.scalars(query)) if asked else []


def in_already(group: Group, people: Collection[Person]) -> list[Person]:
    """Those of these people who have every date of the group already, or wait for them."""
    whole = (Enrolment.mode == EnrolmentMode.WHOLE, Enrolment.state.in_(IN_LINE))
    query = select(Enrolment.person_id).where(Enrolment.group_id == group.id, *whole)
    found = set(db.session.scalars(query.where(Enrolment.person_id.in_([one.id for one in people]))))
    return [one for one in people if one.id in found]


def people_in_both(identity: Identity, group: Group, other_uid: str) -> tuple[list[Person], int]:
    """Whoever has a seat in another group and may be enrolled in this one by this identity, by name; and how many have a
    seat there in all. Raises NotFound where it may not read the other's list."""
    other = get_group(identity, other_uid, Permission.ROSTER_READ)
    there = select(Enrolment.person_id).where(
        Enrolment.group_id == other.id, Enrolment.state == EnrolmentState.ACTIVE
    )
    found = db.session.scalars(_findable(identity, group).where(Person.id.in_(there)).order_by(*ORDER)).all()
    return list(found), db.session.scalar(select(func.count()).select_from(there.subquery())) or 0


def groups_with_people(identity: Identity, group: Group) -> list[Group]:
    """The other published groups with people in them whose list this identity may read, by title."""
    has_people = select(Enrolment.group_id).where(Enrolment.state == EnrolmentState.ACTIVE)
    query = (
        select(Group)
        .options(joinedload(Group.facilitators))
        .where(
            Group.program_id == group.program_id,
            Group.state == GroupState.PUBLISHED,
            Group.id != group.id,
            Group.id.in_(has_people),
        )
        .order_by(Group.title, Group.id)
    )
    rows = db.session.scalars(query).unique()
    return [one for one in rows if can(identity, Permission.ROSTER_READ, group_facts(one))]


def people_listed(identity: Identity, group: Group, text: str) -> tuple[ListAnswer, dict[str, Person]]:
    """Whom a pasted list means among those whom this identity may enrol, and those people by their public ids."""
    lines = lines_of(text)
    if not lines:
        return ListAnswer(), {}
    query = _findable(identity, group).where(or_(*map(could_mean, lines))).order_by(*ORDER)
    people = {one.uid: one for one in db.session.scalars(query)}
    known = [KnownPerson(one.uid, one.name, one.record_number) for one in people.values()]
    return meant(lines, known), people


def _findable(identity: Identity, group: Group) -> Select[Person]:
    about = group_facts(group)
    ensure(identity, Permission.ENROL_OTHERS, about)
    return findable_clients(identity, about)


def _inside(identity: Identity, group: Group) -> Select[int]:
    """Who is in the group, waits or asks, as far as this identity knows of it: of a proposal who leads knows nothing."""
    live = select(Enrolment.person_id).where(Enrolment.group_id == group.id, Enrolment.state.in_(LIVE))
    answers = can(identity, Permission.PROPOSAL_ANSWER, group_facts(group))
    return live if answers else live.where(~Enrolment.is_proposal)
