"""Reading people: the register of clients and the accounts of staff, each scoped by who asks.

A person may stand in both. The client side of somebody shows under CLIENT_READ, the staff side under STAFF_READ, and
one never opens the other: an administrator does not learn from an account that a colleague is a client.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import selectinload

from groupsched.access.identity import STAFF, ApiToken, Identity, Member, Role, Scope, System
from groupsched.access.models import Program, Site
from groupsched.access.policy import OWN_GROUP, Facts, Permission, can
from groupsched.accounts.events import GroupsOf, LeadersOf, PeopleLedBy
from groupsched.accounts.models import Credential, Grant, Invitation, Person, SignIn
from groupsched.accounts.rules import PeopleList, is_over, lifetime
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.events import ask
from groupsched.core.search import matches
from groupsched.core.text import words_of

FEWEST_LETTERS, MOST_FOUND = 2, 12


def facts(person: Person) -> Facts:
    """What the policy may know of a person's client record."""
    leaders: set[int] = set().union(*ask(LeadersOf(person.id)))
    return Facts(program=person.program_id, site=person.site_id, subject=person.id, owners=frozenset(leaders))


def staff_facts(person: Person) -> Facts:
    """What the policy may know of a person's staff account."""
    return Facts(program=person.program_id, subject=person.id)


def holds_now(role: Role) -> ColumnElement[bool]:
    """Whoever holds a role in their program at this moment, as a condition on Person."""
    held = (Grant.person_id == Person.id, Grant.program_id == Person.program_id, Grant.role == role)
    return exists().where(*held, Grant.in_force(clock.now()))


def has_client_side() -> ColumnElement[bool]:
    """Whoever is or was a client, and everybody who never had a role."""
    any_grant = exists().where(Grant.person_id == Person.id)
    client = exists().where(Grant.person_id == Person.id, Grant.role == Role.CLIENT)
    return or_(client, ~any_grant)


def has_staff_side() -> ColumnElement[bool]:
    """Whoever holds or held a role of staff."""
    return exists().where(Grant.person_id == Person.id, Grant.role.in_(STAFF))


def is_client(person: Person) -> bool:
    """Whether a person has a client side."""
    roles = {grant.role for grant in person.grants}
    return not roles or Role.CLIENT in roles


def is_staff(person: Person) -> bool:
    """Whether a person has a staff side."""
    return any(grant.role in STAFF for grant in person.grants)


def clients_seen_by(identity: Identity) -> ColumnElement[bool]:
    """CLIENT_READ as a condition on Person: the same as `can()` says, without one's own record."""
    if isinstance(identity, System):
        return has_client_side()
    if isinstance(identity, ApiToken):
        seen = true() if identity.may(Scope.READ) else false()
        return and_(Person.program_id == identity.program_id, seen, has_client_side())
    if not isinstance(identity, Member):
        return false()
    ways = or_(*_ways_to_clients(identity), false())
    return and_(
        Person.program_id == identity.program_id, Person.id != identity.person_id, has_client_side(), ways
    )


def _ways_to_clients(identity: Member) -> list[ColumnElement[bool]]:
    ways: list[ColumnElement[bool]] = []
    if identity.holds(Role.SUPERVISOR, identity.program_id):
        ways.append(true())
    desks = identity.sites(Role.FRONT_DESK)
    if None in desks:
        ways.append(true())
    elif desks:
        ways.append(Person.site_id.in_(desks))
    if identity.holds(Role.FACILITATOR, identity.program_id):
        ways += [Person.id.in_(led) for led in ask(PeopleLedBy(identity.person_id))]
    return ways


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


def staff_seen_by(identity: Identity) -> ColumnElement[bool]:
    """STAFF_READ as a condition on Person."""
    if isinstance(identity, System):
        return has_staff_side()
    here = Person.program_id == identity.program_id
    if isinstance(identity, ApiToken):
        return and_(here, has_staff_side(), true() if identity.may(Scope.READ) else false())
    reads = any(identity.holds(role, identity.program_id) for role in (Role.ADMIN, Role.SUPERVISOR))
    return and_(here, has_staff_side(), Person.id != identity.person) if reads else false()


def seen_by(identity: Identity) -> ColumnElement[bool]:
    """Everybody of whom one side or the other shows."""
    return or_(clients_seen_by(identity), staff_seen_by(identity))


def lists_for(identity: Identity) -> list[PeopleList]:
    """Which lists of people this identity may open at all. One's own record makes no list."""
    register = bool(identity.roles() & {Role.FACILITATOR, Role.FRONT_DESK, Role.SUPERVISOR})
    lists = {PeopleList.CLIENTS: register, PeopleList.STAFF: can(identity, Permission.STAFF_READ)}
    return [name for name, opens in lists.items() if opens]


@dataclass(frozen=True)
class PeoplePage:
    """A page of people; `more` says whether another follows."""

    people: Sequence[Person]
    number: int
    more: bool


def find_people(
    identity: Identity, *, staff: bool = False, text: str = "", number: int = 1, size: int = 30
) -> PeoplePage:
    """The clients, or the staff, that this identity may see, by name, a page at a time."""
    query = people_query(identity, staff=staff, text=text)
    people = db.session.scalars(query.offset((number - 1) * size).limit(size + 1)).all()
    return PeoplePage(people[:size], number, len(people) > size)


def people_query(identity: Identity, *, staff: bool = False, text: str = "") -> Select[Person]:
    """The same as a query, in the order of names."""
    query = select(Person).where(staff_seen_by(identity)) if staff else findable_clients(identity)
    query = query.options(selectinload(Person.grants), selectinload(Person.credential))
    query = query.where(named(text))
    return query.order_by(func.lower(Person.first_name), func.lower(Person.last_name), Person.id)


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


def named(asked: str) -> ColumnElement[bool]:
    """Who is meant by some words: each begins one of the names, or is the record number (in figures, at least its end)."""
    words = words_of(asked)
    if not words:
        return matches(Person.folded, asked)
    return and_(*(or_(matches(Person.folded, word), _numbered(word.upper())) for word in words))


def _numbered(word: str) -> ColumnElement[bool]:
    if word.isdigit() and len(word) > 1:
        return Person.record_number.endswith(word)
    return Person.record_number == word


def get_person(identity: Identity, uid: str) -> Person:
    """A person whose client side or staff side this identity may see, or their own. Raises NotFound."""
    query = select(Person).where(Person.uid == uid).options(selectinload(Person.grants))
    person = db.session.scalar(query.where(or_(seen_by(identity), Person.id == (identity.person or 0))))
    if person is None:
        raise NotFound
    return person


def own_person(identity: Identity) -> Person:
    """The person who asks. Raises NotFound where nobody is signed in."""
    person = db.session.get(Person, identity.person) if identity.person else None
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
    record, account = facts(person), staff_facts(person)
    client, staff = is_client(person), is_staff(person)
    return PersonRights(
        client=client and can(identity, Permission.CLIENT_READ, record),
        staff=staff and can(identity, Permission.STAFF_READ, account),
        write_client=client and can(identity, Permission.CLIENT_WRITE, record),
        write_staff=staff and can(identity, Permission.STAFF_WRITE, account),
    )


def grants_shown(seen: PersonRights, person: Person) -> list[Grant]:
    """The grants of the sides that show, newest first."""
    shown = [g for g in person.grants if (seen.client if g.role == Role.CLIENT else seen.staff)]
    return sorted(shown, key=lambda grant: grant.from_at, reverse=True)


def client_grants_left(person: Person) -> list[Grant]:
    """The grants by which a person is a client, or will be: those that are not over."""
    now = clock.now()
    return [grant for grant in person.grants if grant.role == Role.CLIENT and grant.lasts(now)]


def groups_of(person: Person) -> int:
    """In how many groups a person is, or waits or asks to be."""
    return sum(ask(GroupsOf(person.id)))


def holds_staff_role(person: Person) -> bool:
    """Whether a person holds a role of staff now: it decides how long passwords are and sign-ins last."""
    now = clock.now()
    return any(grant.role in STAFF and grant.in_force(now) for grant in person.grants)


def sign_ins(person: Person) -> list[SignIn]:
    """Where a person is signed in now, the latest use first."""
    now, staff = clock.now(), holds_staff_role(person)
    live = (SignIn.person_id == person.id, SignIn.ended_at.is_(None), SignIn.ends_at > now)
    rows = db.session.scalars(select(SignIn).where(*live).order_by(SignIn.seen_at.desc(), SignIn.id))
    return [
        row
        for row in rows
        if not is_over(row.created_at, row.seen_at, lifetime(staff=staff, own_phone=row.own_phone), now)
    ]


def open_invitation(secret_hash: str) -> Invitation | None:
    """The invitation of a link or a printed code that can still be used, or None; one answer for every reason."""
    held = or_(Invitation.token_hash == secret_hash, Invitation.code_hash == secret_hash)
    live = and_(Invitation.used_at.is_(None), Invitation.expires_at > clock.now())
    disabled = exists().where(
        Credential.person_id == Invitation.person_id, Credential.disabled_at.is_not(None)
    )
    return db.session.scalar(select(Invitation).where(held, live, ~disabled))


def zone_of(person: Person) -> str:
    """The zone of a person's site, else of their program."""
    site = db.session.get(Site, person.site_id) if person.site_id else None
    return site.timezone if site is not None else db.session.get_one(Program, person.program_id).timezone


def credential_of(login: str) -> Credential | None:
    """The credential of a login in its normal form."""
    return db.session.scalar(select(Credential).where(Credential.login == login))


def names(numbers: set[int]) -> dict[int, Person]:
    """People by their numbers, for the audit pages: the caller has decided what shows of them."""
    found = db.session.scalars(
        select(Person).where(Person.id.in_(numbers)).options(selectinload(Person.grants))
    )
    return {person.id: person for person in found}
