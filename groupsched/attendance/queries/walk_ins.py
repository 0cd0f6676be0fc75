"""Clients who may walk in: found by the beginning of a name or the end of a record number."""

from sqlalchemy import ColumnElement, Select, func, or_, select

from groupsched.access.identity import Identity, Role
from groupsched.accounts.models import Person
from groupsched.accounts.queries import holds_now
from groupsched.attendance.queries.rows import SheetView
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence

FEWEST = 2
MOST = 12


def walk_ins_matching(identity: Identity, view: SheetView, letters: str) -> list[Person]:
    """Clients of the program whose names begin so (or whose record number ends so) and who are not on the sheet.

    At least two letters, so that the list of everybody is never on the page; never the one who asks.
    """
    words = letters.replace(".", " ").split()[:3]
    if len("".join(words)) < FEWEST:
        return []
    here = [row.person.id for row in view.rows if row.person]
    query = _clients(view.occurrence).where(
        Person.id.not_in([*here, identity.person or 0]), *(_named(word) for word in words)
    )
    return list(
        db.session.scalars(query.order_by(Person.first_name, Person.last_name, Person.id).limit(MOST))
    )


def walk_in_with(occurrence: Occurrence, uid: str) -> Person | None:
    """The client of the program with this public id: nobody else can be on a sheet."""
    return db.session.scalar(_clients(occurrence).where(Person.uid == uid))


def _named(word: str) -> ColumnElement[bool]:
    first = func.lower(Person.first_name).startswith(word.lower(), autoescape=True)
    last = func.lower(Person.last_name).startswith(word.lower(), autoescape=True)
    number = Person.record_number.endswith(word, autoescape=True)
    return or_(first, last, number) if word.isdigit() else or_(first, last)


def _clients(occurrence: Occurrence) -> Select[Person]:
    return select(Person).where(Person.program_id == occurrence.program_id, holds_now(Role.CLIENT))
