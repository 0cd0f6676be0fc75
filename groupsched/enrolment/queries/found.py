"""How clients are found: by letters, by those who may open the register; by whole names and numbers, by those who lead."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import load_only

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts
from groupsched.accounts.models import Person
from groupsched.accounts.queries import has_number, named
from groupsched.audit.rules import AuditAction
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.text import fold, plain_number, words_of
from groupsched.enrolment.queries.clients import clients_of, clients_seen_by, findable_clients
from groupsched.enrolment.queries.known import chooses_by_letters, sought_lately
from groupsched.enrolment.rules import KnownPerson, lines_of, meant

FEWEST_LETTERS, MOST_FOUND, MOST_AT_DOOR = 2, 12, 5
ORDER = (Person.first_name, Person.last_name, Person.id)


def clients_by_letters(
    identity: Identity, joining: Facts, letters: str, without: Collection[int]
) -> list[Person]:
    """At most twelve clients by the letters of their names, `without` those who are there already.

    At least two letters, so that the list of everybody is never on the page. The caller writes down who was shown.
    """
    if sum(map(len, words_of(letters))) < FEWEST_LETTERS:
        return []
    query = findable_clients(identity, joining).where(Person.id.not_in(without), named(letters))
    return list(db.session.scalars(query.order_by(*ORDER).limit(MOST_FOUND)))


def clients_at_door(identity: Identity, joining: Facts, words: str, without: Collection[int]) -> list[Person]:
    """At most five clients of the site by a whole first name, surname or record number, or by the whole name. The caller
    writes down who was shown: whoever was may be put on the sheet for an hour."""
    query = clients_of(identity, joining).where(Person.site_id == joining.site, Person.id.not_in(without))
    rows = db.session.scalars(query.where(could_mean(words)).order_by(*ORDER))
    return [one for one in rows if _is_called(one, words)][:MOST_AT_DOOR]


def _is_called(person: Person, words: str) -> bool:
    said = fold(words)
    names = (person.first_name, person.last_name, person.name, f"{person.last_name} {person.first_name}")
    return bool(said) and (
        said in map(fold, names) or plain_number(words) == plain_number(person.record_number)
    )


def client_at_door(identity: Identity, joining: Facts, about: str, uid: str) -> Person:
    """A client whom this identity may put on the sheet of a date (`about`, its public id). Raises NotFound for others."""
    query = clients_of(identity, joining).where(Person.uid == uid)
    found = Person.id.in_(sought_lately(identity, AuditAction.WALK_IN_SOUGHT, about))
    if not chooses_by_letters(identity, joining):
        query = query.where(found)
    else:
        query = query.where(or_(clients_seen_by(identity), found))
    person = db.session.scalar(query) if uid.isascii() and uid.isalnum() else None
    if person is None:
        raise NotFound
    return person


def client_to_bring(identity: Identity, joining: Facts, uid: str) -> Person:
    """A client whom this identity may bring into a group, by their public id. Raises NotFound for any other person."""
    query = findable_clients(identity, joining).where(Person.uid == uid)
    person = db.session.scalar(query) if uid.isascii() and uid.isalnum() else None
    if person is None:
        raise NotFound
    return person


def person_before(identity: Identity, group: Group, words: str) -> Person | None:
    """The one client of this whole name or record number; None where there is nobody or more than one. Call it behind
    ENROL_OTHERS, and write down the answer: it is how somebody who leads enrols whom they have before them."""
    found = people_meant(identity, group, lines_of(words)[:1])
    return found[0] if found else None


def people_meant(identity: Identity, group: Group, lines: Iterable[str]) -> list[Person]:
    """The clients of the program whom these lines mean for sure. Whom they mean is nothing to say to who asks."""
    asked = list(lines)
    if not asked:
        return []
    query = clients_of(identity, group_facts(group)).where(or_(*map(could_mean, asked)))
    columns = (Person.uid, Person.first_name, Person.last_name, Person.record_number)
    rows = {one.uid: one for one in db.session.scalars(query.options(load_only(*columns)).order_by(*ORDER))}
    known = [KnownPerson(one.uid, one.name, one.record_number) for one in rows.values()]
    return [rows[uid] for uid in meant(asked, known).sure]


def could_mean(line: str) -> ColumnElement[bool]:
    """Everybody whom `meant` may take for this line, and few others."""
    words = [(Person.folded + " ").contains(f" {word} ") for word in words_of(line)]
    named_so = and_(*words) if words else false()
    return or_(named_so, *map(has_number, {line, *line.split()[-1:]}))


def names_open(identity: Identity, people: Collection[Person]) -> set[int]:
    """Whose whole name and number show to this identity: those whose record it may read. Others are first name and initial."""
    numbers = [one.id for one in people]
    query = select(Person.id).where(Person.id.in_(numbers), clients_seen_by(identity))
    return set(db.session.scalars(query)) if numbers else set()
