"""Who may read and find which client: one condition for the register, the sheet, enrolling and the interface.

It stands with the enrolments, because a facilitator sees the people of the groups they lead. The client side of somebody
shows under CLIENT_READ, the staff side under STAFF_READ, and one never opens the other: an administrator does not learn
from an account that a colleague is a client.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import ApiToken, Identity, Member, Role, Scope, System
from groupsched.access.policy import CLIENTS_UNDER_GLASS, OWN_GROUP, Facts, Permission, can
from groupsched.accounts.models import Person
from groupsched.accounts.queries import (
    has_client_side,
    holds_now,
    is_client,
    is_staff,
    named,
    record_facts,
    staff_facts,
    staff_seen_by,
    write_rights,
)
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.queries import groups_led_by, leaders_of_groups
from groupsched.catalog.rules import GroupState
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.text import words_of
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries.seats import each_pair, holds_seat
from groupsched.enrolment.rules import LIVE
from groupsched.schedule.models import Occurrence

FEWEST_LETTERS, MOST_FOUND = 2, 12


def facts(group: Group, person: Person) -> Facts:
    """What the policy may know of a person's enrolment in a group: staff rights never reach one's own record."""
    of_group = group_facts(group)
    return Facts(program=of_group.program, site=of_group.site, owners=of_group.owners, subject=person.id)


def client_facts(person: Person) -> Facts:
    """What the policy may know of a person's client record."""
    return replace(record_facts(person), owners=frozenset(_leaders_of(person)))


def _leaders_of(person: Person) -> set[int]:
    live = select(Enrolment.group_id).where(Enrolment.person_id == person.id, Enrolment.state.in_(LIVE))
    return set(db.session.scalars(leaders_of_groups(live)))


def _people_led_by(facilitator_id: int) -> Select[int]:
    """Who is in, or waits for, a group that this person leads."""
    led = Enrolment.group_id.in_(groups_led_by(facilitator_id))
    return select(Enrolment.person_id).where(led, Enrolment.state.in_(LIVE))


def clients_seen_by(identity: Identity) -> ColumnElement[bool]:
    """CLIENT_READ as a condition on Person: the same as `can()` says, without one's own record."""
    if isinstance(identity, System):
        return has_client_side()
    if isinstance(identity, ApiToken):
        seen = true() if identity.may(Scope.PEOPLE) else false()
        return and_(Person.program_id == identity.program_id, seen, has_client_side())
    if not isinstance(identity, Member):
        return false()
    ways = or_(*_ways_to_clients(identity), false())
    return and_(
        Person.program_id == identity.program_id, Person.id != identity.person_id, has_client_side(), ways
    )


def _ways_to_clients(identity: Member) -> list[ColumnElement[bool]]:
    ways: list[ColumnElement[bool]] = []
    if identity.holds(Role.SUPERVISOR, identity.program_id) or CLIENTS_UNDER_GLASS.ever(identity):
        ways.append(true())
    desks = identity.sites(Role.FRONT_DESK)
    if None in desks:
        ways.append(true())
    elif desks:
        ways.append(Person.site_id.in_(desks))
    if identity.holds(Role.FACILITATOR, identity.program_id):
        ways.append(Person.id.in_(_people_led_by(identity.person_id)))
    return ways


def seen_by(identity: Identity) -> ColumnElement[bool]:
    """Everybody of whom one side or the other shows."""
    return or_(clients_seen_by(identity), staff_seen_by(identity))


def findable_clients(identity: Identity, joining: Facts | None = None) -> Select[Person]:
    """The clients whom this identity may find, in no order: those whose record it may read, never oneself.

    `joining` are the facts of a group that somebody is to be brought into. Then only who is a client now is found; who
    leads that group finds everybody of its program, and so does a token that may enrol: it names people by their ids.
    """
    seen = clients_seen_by(identity)
    if joining is None:
        return select(Person).where(seen)
    brings = OWN_GROUP(identity, joining)
    if isinstance(identity, ApiToken):
        brings = can(identity, Permission.ENROL_OTHERS, joining)
    others = (Person.program_id == joining.program, Person.id != (identity.person or 0))
    return select(Person).where(*others, holds_now(Role.CLIENT), true() if brings else seen)


def clients_to_bring(
    identity: Identity, joining: Facts, letters: str, without: Select[int] | list[int]
) -> list[Person]:
    """At most twelve clients to bring into a group by the letters of their names, `without` those who are in it already.

    At least two letters, so that the list of everybody is never on the page. The caller writes down who was shown.
    """
    if sum(map(len, words_of(letters))) < FEWEST_LETTERS:
        return []
    query = findable_clients(identity, joining).where(Person.id.not_in(without), named(letters))
    query = query.order_by(Person.first_name, Person.last_name, Person.id)
    return list(db.session.scalars(query.limit(MOST_FOUND)))


def client_to_bring(identity: Identity, joining: Facts, uid: str) -> Person:
    """A client whom this identity may bring into a group, by their public id. Raises NotFound for any other person."""
    query = findable_clients(identity, joining).where(Person.uid == uid)
    person = db.session.scalar(query) if uid.isascii() and uid.isalnum() else None
    if person is None:
        raise NotFound
    return person


def get_person(identity: Identity, uid: str) -> Person:
    """A person whose client side or staff side this identity may see, or their own. Raises NotFound."""
    query = select(Person).where(Person.uid == uid)
    query = query.options(joinedload(Person.grants), joinedload(Person.credential))
    seen = query.where(or_(seen_by(identity), Person.id == (identity.person or 0)))
    person = db.session.scalars(seen).unique().one_or_none()
    if person is None:
        raise NotFound
    return person


@dataclass(frozen=True)
class PersonRights:
    """What of a person this identity may see and change."""

    client: bool
    staff: bool
    write_client: bool
    write_staff: bool

    @property
    def write(self) -> bool:
        """Whether anything may be changed at all."""
        return self.write_client or self.write_staff


def sides(identity: Identity, person: Person) -> PersonRights:
    """Which sides of a person show to this identity. Their contact may be changed from either."""
    may_write = write_rights(identity, person)
    return PersonRights(
        client=is_client(person) and can(identity, Permission.CLIENT_READ, client_facts(person)),
        staff=is_staff(person) and can(identity, Permission.STAFF_READ, staff_facts(person)),
        write_client=may_write.client,
        write_staff=may_write.staff,
    )


def groups_of(person_id: int) -> int:
    """In how many groups a person is, or waits or asks to be."""
    live = select(func.count()).where(Enrolment.person_id == person_id, Enrolment.state.in_(LIVE))
    return db.session.scalar(live) or 0


def enrolments_of(person: Person) -> list[Enrolment]:
    """The enrolments of a person that are not over, by the title of their groups."""
    query = (
        select(Enrolment)
        .join(Enrolment.group)
        .options(
            contains_eager(Enrolment.group).joinedload(Group.facilitators),
            contains_eager(Enrolment.group).joinedload(Group.modality),
        )
        .where(Enrolment.person_id == person.id, Enrolment.state.in_(LIVE))
        .order_by(Group.title, Enrolment.id)
    )
    return list(db.session.scalars(query).unique())


def shows(identity: Identity, enrolment: Enrolment) -> bool:
    """Whether this identity may know of a person's enrolment: it may see who is in the group."""
    return can(identity, Permission.ROSTER_READ, facts(enrolment.group, enrolment.person))


def coming_dates(enrolments: Collection[Enrolment], now: datetime, limit: int) -> list[Occurrence]:
    """The next dates on which these enrolments hold a seat, cancelled ones too, in order."""
    query = (
        each_pair(Occurrence)
        .options(joinedload(Occurrence.group), joinedload(Occurrence.place))
        .where(Enrolment.id.in_([one.id for one in enrolments]), holds_seat(), Occurrence.end > now)
        .order_by(Occurrence.start, Occurrence.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def groups_to_bring_into(identity: Identity, person: Person, but: Collection[Enrolment]) -> list[Group]:
    """The published groups into which this identity may bring a person who is not in them, by title."""
    query = (
        select(Group)
        .options(joinedload(Group.facilitators))
        .where(
            Group.program_id == person.program_id,
            Group.state == GroupState.PUBLISHED,
            Group.source_id.is_(None),
            Group.id.not_in([one.group_id for one in but]),
        )
        .order_by(Group.title, Group.id)
    )
    rows = db.session.scalars(query).unique()
    return [group for group in rows if can(identity, Permission.ENROL_OTHERS, facts(group, person))]
