"""Reading people as accounts: who they are, their roles, how they sign in.

A person may be a client and staff. The staff side of somebody shows under STAFF_READ and is read here; who may read and
find clients depends on the groups they are in, and stands with the enrolments (`enrolment/queries/clients.py`).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from groupsched.access.identity import STAFF, ApiToken, Identity, Role, Scope, System
from groupsched.access.models import Program, Site
from groupsched.access.policy import Facts, Permission, can
from groupsched.accounts.models import Grant, Person, Qualification
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.search import matches
from groupsched.core.text import MOST_WORDS, plain_number, searchable, words_of
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.outbox.service import untold


def record_facts(person: Person) -> Facts:
    """What the policy may know of a person's client record, but for who leads their groups: it decides who may write it."""
    return Facts(program=person.program_id, site=person.site_id, subject=person.id)


def staff_facts(person: Person) -> Facts:
    """What the policy may know of a person's staff account."""
    return Facts(program=person.program_id, subject=person.id)


def holds_now(role: Role) -> ColumnElement[bool]:
    """Whoever holds a role in their program at this moment, as a condition on Person."""
    held = (Grant.person_id == Person.id, Grant.program_id == Person.program_id, Grant.role == role)
    return exists().where(*held, Grant.in_force(clock.now()))


def has_client_side() -> ColumnElement[bool]:
    """Whoever is or was a client, and everybody who never had a role; nobody who is gone."""
    any_grant = exists().where(Grant.person_id == Person.id)
    client = exists().where(Grant.person_id == Person.id, Grant.role == Role.CLIENT)
    return and_(or_(client, ~any_grant), Person.gone_at.is_(None))


def has_clients(program_id: int | None) -> bool:
    """Whether anybody is or was a client of a program."""
    held = select(Grant.id).where(Grant.program_id == program_id, Grant.role == Role.CLIENT)
    return db.session.scalar(held.limit(1)) is not None


def has_staff_side() -> ColumnElement[bool]:
    """Whoever holds or held a role of staff."""
    return exists().where(Grant.person_id == Person.id, Grant.role.in_(STAFF))


def is_client(person: Person) -> bool:
    """Whether a person has a client side."""
    roles = {grant.role for grant in person.grants}
    return person.gone_at is None and (not roles or Role.CLIENT in roles)


def is_staff(person: Person) -> bool:
    """Whether a person has a staff side."""
    return any(grant.role in STAFF for grant in person.grants)


def staff_seen_by(identity: Identity) -> ColumnElement[bool]:
    """STAFF_READ as a condition on Person."""
    if isinstance(identity, System):
        return has_staff_side()
    here = Person.program_id == identity.program_id
    if isinstance(identity, ApiToken):
        return and_(here, has_staff_side(), true() if identity.may(Scope.PEOPLE) else false())
    reads = any(identity.holds(role, identity.program_id) for role in (Role.ADMIN, Role.SUPERVISOR))
    return and_(here, has_staff_side(), Person.id != identity.person) if reads else false()


def named(asked: str) -> ColumnElement[bool]:
    """Who is meant by some words: each begins one of the names, or is the record number or its end: at
    least two signs with a figure among them, or four. What the number has between its signs nobody has to write."""
    words = words_of(asked)
    if not words:
        return matches(Person.folded, asked)
    parts = asked.split()[:MOST_WORDS]
    return or_(and_(*map(_named_or_numbered, parts)), has_number(asked))


def _named_or_numbered(part: str) -> ColumnElement[bool]:
    """A word, or what hangs together: O’Neil, HL-0001."""
    each = (or_(matches(Person.folded, word), _numbered(word.upper())) for word in words_of(part))
    return or_(and_(true(), *each), _numbered(plain_number(part)))


def has_number(asked: str) -> ColumnElement[bool]:
    """Whose whole record number this is, with or without what stands between its signs."""
    number = plain_number(asked)
    return _plain_record_number() == number if number else false()


def _numbered(word: str) -> ColumnElement[bool]:
    if len(word) > 3 or (len(word) > 1 and any(sign.isdigit() for sign in word)):
        return _plain_record_number().endswith(word, autoescape=True)
    return Person.record_number == word if word else false()


def _plain_record_number() -> ColumnElement[str]:
    """`plain_number` of what is stored. A program may have numbers with these signs; those of the product have none."""
    number: ColumnElement[str] = func.upper(Person.record_number)
    for sign in "-/. _":
        number = func.replace(number, sign, "")
    return number


def own_person(identity: Identity) -> Person:
    """The person who asks. Raises NotFound where nobody is signed in."""
    person = db.session.get(Person, identity.person) if identity.person else None
    if person is None:
        raise NotFound
    return person


def week_columns(identity: Identity) -> dict[str, list[str]]:
    """The keys of the columns that whoever asks wants side by side on their week, by the name of its view."""
    kept: dict[str, list[str]] = json.loads(own_person(identity).week_columns or "{}")
    return kept


def client_grants_left(person: Person) -> list[Grant]:
    """The grants by which a person is a client, or will be: those that are not over."""
    now = clock.now()
    return [grant for grant in person.grants if grant.role == Role.CLIENT and grant.lasts(now)]


@dataclass(frozen=True)
class WriteRights:
    """Which sides of a person an identity may change. Their contact may be changed from either."""

    client: bool
    staff: bool

    def __bool__(self) -> bool:
        return self.client or self.staff


def write_rights(identity: Identity, person: Person) -> WriteRights:
    """What of a person this identity may change."""
    return WriteRights(
        client=is_client(person) and can(identity, Permission.CLIENT_WRITE, record_facts(person)),
        staff=is_staff(person) and can(identity, Permission.STAFF_WRITE, staff_facts(person)),
    )


def qualifications(program_id: int | None) -> list[Qualification]:
    """The credentials that somebody of a program may hold, in its order."""
    query = select(Qualification).where(Qualification.program_id == program_id)
    return list(db.session.scalars(query.order_by(Qualification.position, Qualification.id)))


def person_with(program_id: int | None, uid: str) -> Person | None:
    """The person of a program with this public id, whoever asks: for a verb that looks at the rights itself."""
    return db.session.scalar(select(Person).where(Person.uid == uid, Person.program_id == program_id))


def holds_staff_role(person: Person) -> bool:
    """Whether a person holds a role of staff now: it decides how long passwords are and sign-ins last."""
    now = clock.now()
    return any(grant.role in STAFF and grant.in_force(now) for grant in person.grants)


def roles_now(person: Person) -> frozenset[Role]:
    """The roles that a person holds at this moment."""
    now = clock.now()
    return frozenset(grant.role for grant in person.grants if grant.in_force(now))


def opens_clients(person: Person) -> bool:
    """Whether whoever signs in as this person may read clients, now or when a role of theirs begins; a client who is staff
    too reads one, themselves."""
    now = clock.now()
    lasting = {grant.role for grant in person.grants if grant.lasts(now)}
    return bool(lasting - {Role.ADMIN, Role.CLIENT}) or (Role.CLIENT in lasting and is_staff(person))


def gets_staff_mail(person: Person) -> bool:
    """Whether a person leads groups or supervises now: whoever does gets mails about that work."""
    now, roles = clock.now(), (Role.FACILITATOR, Role.SUPERVISOR)
    return any(grant.role in roles and grant.in_force(now) for grant in person.grants)


def zone_of(person: Person) -> str:
    """The zone of a person's site, else of their program."""
    site = db.session.get(Site, person.site_id) if person.site_id else None
    return site.timezone if site is not None else db.session.get_one(Program, person.program_id).timezone


@dataclass(frozen=True)
class PeopleTold:
    """Who gets a mail, and whom no mail reaches: by name, nobody twice."""

    mailed: list[Person]
    unreached: list[Person]


def told_of(group_ids: Collection[int], since: datetime) -> PeopleTold:
    """Whom the messages of groups that were put into the outbox since then reach, and whom not."""
    query = (
        select(Person, Message.unreached)
        .join(Message, Message.person_id == Person.id)
        .where(
            Message.group_id.in_(group_ids),
            Message.created_at >= since,
            or_(Message.state == MessageState.WAITING, untold()),
        )
        .order_by(Person.first_name, Person.last_name, Person.id)
    )
    found = db.session.execute(query).all()
    mailed, others = ([p for p, why in found if (why is None) is by_mail] for by_mail in (True, False))
    return PeopleTold(list(dict.fromkeys(mailed)), list(dict.fromkeys(others)))


def names(numbers: Collection[int], uids: Collection[str] = ()) -> dict[int, Person]:
    """People by their numbers, those with these public ids among them, for the audit pages: the caller has decided what
    shows of them."""
    wanted = or_(Person.id.in_(numbers), Person.uid.in_(uids))
    found = db.session.scalars(select(Person).where(wanted).options(joinedload(Person.grants)))
    return {person.id: person for person in found.unique()}


def called(program_id: int | None, first_name: str, last_name: str) -> Select[Person]:
    """Who of a program has this whole name, however it is written: whether they show is another question."""
    here = (Person.program_id == program_id, Person.folded == searchable(first_name, last_name))
    return select(Person).where(*here).order_by(Person.id)


def with_mail(program_id: int | None, mail: str, but: str | None) -> Select[Person]:
    """Who of a program has this mail address, without the person of the public id `but`: whether they show is another
    question."""
    here = (
        Person.program_id == program_id,
        func.lower(Person.email) == mail.lower(),
        Person.uid != (but or ""),
    )
    return select(Person).where(*here).order_by(Person.id)
