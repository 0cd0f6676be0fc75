"""Who may read and find which client: one condition for the register, the sheet, enrolling and the interface.

It stands with the enrolments, because a facilitator sees the people of the groups they lead. The client side of somebody
shows under CLIENT_READ, the staff side under STAFF_READ, and one never opens the other: an administrator does not learn
from an account that a colleague is a client.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select, true, union_all
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.events import CARES, CareTeamAsked, InCareAsked
from groupsched.access.identity import ApiToken, Identity, Member, Role, Scope, System
from groupsched.access.policy import CARE_TEAM, CLIENTS_UNDER_GLASS, Facts, Permission, can
from groupsched.access.standing import leans_on
from groupsched.accounts.models import Person
from groupsched.accounts.queries import (
    has_client_side,
    holds_now,
    is_client,
    is_staff,
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
from groupsched.core.events import ask
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries.known import enrolled_by, who_knows
from groupsched.enrolment.queries.seats import each_pair, holds_seat
from groupsched.enrolment.rules import LIVE, EnrolmentState
from groupsched.schedule.models import Occurrence


def facts(group: Group, person: Person) -> Facts:
    """What the policy may know of a person's enrolment in a group: staff rights never reach one's own record."""
    of_group = group_facts(group)
    return Facts(program=of_group.program, site=of_group.site, owners=of_group.owners, subject=person.id)


def facts_to_enrol(identity: Identity, group: Group, person: Person) -> Facts:
    """The same with whether this identity knows the person: what enrolling and changing an enrolment ask for."""
    about = facts(group, person)
    return replace(about, known_to=who_knows(identity, about.owners, person))


def client_facts(person: Person) -> Facts:
    """What the policy may know of a person's client record: who leads their groups, and who is on their care team."""
    leaders = leaders_of_groups(_groups_with(person))
    asked = ask(CareTeamAsked(person.id, person.program_id))
    ways = [one.add_columns(literal(number)) for number, one in enumerate([leaders, *asked])]
    found = [(number, id_) for id_, number in db.session.execute(union_all(*ways))]
    care_team = frozenset(id_ for number, id_ in found if number)
    leans_on(f"{CARES}{person.id}", care_team)
    owners = frozenset(id_ for number, id_ in found if not number)
    return replace(record_facts(person), owners=owners, care_team=care_team)


def _groups_with(person: Person) -> Select[int]:
    return select(Enrolment.group_id).where(
        Enrolment.person_id == person.id, Enrolment.state == EnrolmentState.ACTIVE
    )


def _people_led_by(facilitator_id: int) -> Select[int]:
    """Who has a seat in a group that this person leads. Who waits or asks has not let them look yet."""
    led = Enrolment.group_id.in_(groups_led_by(facilitator_id))
    return select(Enrolment.person_id).where(led, Enrolment.state == EnrolmentState.ACTIVE)


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
    if any(predicate.ever(identity) for predicate in CARE_TEAM):
        asked = InCareAsked(identity.person_id, identity.program_id or 0)
        ways.extend(Person.id.in_(theirs) for theirs in ask(asked))
    return ways


def seen_by(identity: Identity) -> ColumnElement[bool]:
    """Everybody of whom one side or the other shows."""
    return or_(clients_seen_by(identity), staff_seen_by(identity))


def findable_clients(identity: Identity, joining: Facts | None = None) -> Select[Person]:
    """The clients whom this identity may find, in no order: those whose record it may read, never oneself.

    `joining` are the facts of a group that somebody is to be brought into: then only who is a client now is found.
    """
    seen = clients_seen_by(identity)
    if joining is None:
        return select(Person).where(seen)
    return clients_of(identity, joining).where(or_(false(), *enrolled_by(identity, joining, seen)))


def clients_of(identity: Identity, joining: Facts) -> Select[Person]:
    """Everybody who is a client of a group's program now, but oneself: only ever asked by whole names and numbers."""
    others = (Person.program_id == joining.program, Person.id != (identity.person or 0))
    return select(Person).where(*others, holds_now(Role.CLIENT))


def get_person(identity: Identity, uid: str) -> Person:
    """A person whose client side or staff side this identity may see, or their own. Raises NotFound."""
    query = select(Person).where(Person.uid == uid)
    with_it = (Person.grants, Person.credential, Person.hold)
    query = query.options(*map(joinedload, with_it))
    seen = query.where(or_(seen_by(identity), Person.id == (identity.person or 0)))
    person = db.session.scalars(seen).unique().one_or_none()
    if person is None:
        raise NotFound
    return person


@dataclass(frozen=True)
class PersonRights:
    """What of a person this identity may see and change, and what the policy was told of their record as a client."""

    client: bool
    staff: bool
    contact: bool
    write_client: bool
    write_staff: bool
    about: Facts

    @property
    def write(self) -> bool:
        """Whether anything may be changed at all."""
        return self.write_client or self.write_staff


def sides(identity: Identity, person: Person) -> PersonRights:
    """Which sides of a person show to this identity. Their contact may be changed from either, and is read from either but by
    who leads a group of theirs."""
    may_write = write_rights(identity, person)
    staff = is_staff(person) and can(identity, Permission.STAFF_READ, staff_facts(person))
    about = client_facts(person) if is_client(person) else record_facts(person)
    return PersonRights(
        client=is_client(person) and can(identity, Permission.CLIENT_READ, about),
        staff=staff,
        contact=staff or can(identity, Permission.REGISTER_READ, record_facts(person)),
        write_client=may_write.client,
        write_staff=may_write.staff,
        about=about,
    )


def groups_of(person_id: int) -> int:
    """In how many groups a person is, or waits or asks to be."""
    live = select(func.count()).where(Enrolment.person_id == person_id, Enrolment.state.in_(LIVE))
    return db.session.scalar(live) or 0


def enrolments_of(person: Person) -> list[Enrolment]:
    """The enrolments of a person that are not over, by the title of their groups."""
    return _of_person(person, Enrolment.state.in_(LIVE))


def enrolments_and_before(person: Person, most: int) -> tuple[list[Enrolment], list[Enrolment]]:
    """The same, and those that are over and were not undone, the latest first, at most so many. One statement."""
    stood = (Enrolment.state.not_in(LIVE), Enrolment.undone.is_(False))
    over = select(Enrolment.id).where(Enrolment.person_id == person.id, *stood)
    over = over.order_by(Enrolment.ended_at.desc(), Enrolment.id.desc()).limit(most)
    every = _of_person(person, or_(Enrolment.state.in_(LIVE), Enrolment.id.in_(over)))
    ended = {(one.ended_at, one.id): one for one in every if one.ended_at and one.state not in LIVE}
    return [one for one in every if one.state in LIVE], [ended[key] for key in sorted(ended, reverse=True)]


def _of_person(person: Person, which: ColumnElement[bool]) -> list[Enrolment]:
    group = contains_eager(Enrolment.group)
    query = (
        select(Enrolment)
        .join(Enrolment.group)
        .options(group.joinedload(Group.facilitators), group.joinedload(Group.modality))
        .where(Enrolment.person_id == person.id, which)
        .order_by(Group.title, Enrolment.id)
    )
    return list(db.session.scalars(query).unique())


def shows(identity: Identity, enrolment: Enrolment, care_team: frozenset[int] = frozenset()) -> bool:
    """Whether this identity may know of a person's enrolment: it may see who is in the group, or is on the care team."""
    about = replace(facts(enrolment.group, enrolment.person), care_team=care_team)
    answers = not enrolment.is_proposal or can(identity, Permission.PROPOSAL_ANSWER, about)
    return answers and can(identity, Permission.ROSTER_READ, about)


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
        .options(joinedload(Group.facilitators), joinedload(Group.modality))
        .where(
            Group.program_id == person.program_id,
            Group.state == GroupState.PUBLISHED,
            Group.source_id.is_(None),
            Group.id.not_in([one.group_id for one in but]),
        )
        .order_by(Group.title, Group.id)
    )
    rows = db.session.scalars(query).unique()
    known = who_knows(identity, frozenset({identity.person or 0}), person)
    return [
        group
        for group in rows
        if can(identity, Permission.ENROL_OTHERS, replace(facts(group, person), known_to=known))
    ]
