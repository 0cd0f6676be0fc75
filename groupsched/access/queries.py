"""Which program and site a page is about."""

from typing import Any, TypeVar

from flask import g
from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.access.models import Program, Site
from groupsched.core.db import db
from groupsched.core.errors import NotFound

T = TypeVar("T")


def first_program_id() -> int | None:
    """The program whose public pages a visitor sees: the first of the installation."""
    if "first_program_id" not in g:
        g.first_program_id = db.session.scalar(select(Program.id).order_by(Program.id).limit(1))
    found: int | None = g.first_program_id
    return found


def current_program(identity: Identity) -> Program | None:
    """The program of this identity, None in an empty installation."""
    if "program" not in g:
        g.program = db.session.get(Program, identity.program_id) if identity.program_id else None
    found: Program | None = g.program
    return found


def main_site(program: Program | None) -> Site | None:
    """The site whose crisis numbers stand at the foot of the pages: the program's first."""
    if program is None:
        return None
    if "main_site" not in g:
        g.main_site = db.session.scalar(
            select(Site).where(Site.program_id == program.id).order_by(Site.id).limit(1)
        )
    found: Site | None = g.main_site
    return found


def sites(identity: Identity) -> list[Site]:
    """The sites of the identity's program, in order."""
    query = select(Site).where(Site.program_id == identity.program_id).order_by(Site.id)
    return list(db.session.scalars(query))


def get_site(identity: Identity, uid: str) -> Site:
    """A site of the identity's program by its public id. Raises NotFound."""
    return of_program(identity, Site, uid)


def of_program(identity: Identity, table: type[T], uid: str) -> T:
    """A row of the identity's program by its public id; `table` has both. Raises NotFound for any other."""
    columns: Any = table
    found: T | None = db.session.scalar(
        select(columns).where(columns.uid == uid, columns.program_id == identity.program_id)
    )
    if found is None:
        raise NotFound
    return found
