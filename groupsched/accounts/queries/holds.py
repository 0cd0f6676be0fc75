"""Reading legal holds: whose records stay, whatever else would remove them."""

from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.accounts.models import LegalHold, Person
from groupsched.core.db import db

_STANDS = LegalHold.lifted_at.is_(None)


def held(person: Any) -> ColumnElement[bool]:
    """That a person is on hold, as a condition on a column with their number; where it is empty, they are not."""
    return exists().where(LegalHold.person_id == person, _STANDS)


def hold_of(person: Person) -> LegalHold | None:
    """The hold that a person is on, with who placed it."""
    query = select(LegalHold).options(joinedload(LegalHold.by))
    return db.session.scalar(query.where(LegalHold.person_id == person.id, _STANDS))


def holds_of_program(identity: Identity) -> list[LegalHold]:
    """Who is on hold in the program of this identity, but itself, the latest first. Call it behind HOLD_WRITE."""
    query = select(LegalHold).options(joinedload(LegalHold.by), joinedload(LegalHold.person))
    here = (LegalHold.program_id == identity.program_id, LegalHold.person_id != (identity.person or 0))
    return list(
        db.session.scalars(query.where(*here, _STANDS).order_by(LegalHold.since.desc(), LegalHold.id))
    )


def number_held(program_id: int) -> int:
    """How many people of a program are on hold."""
    query = select(func.count()).select_from(LegalHold).where(LegalHold.program_id == program_id, _STANDS)
    return db.session.scalar(query) or 0
