"""Which program and site a page is about."""

from typing import Any, TypeVar

from flask import g, has_request_context
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity, current
from groupsched.access.models import Program, Site
from groupsched.core.db import db
from groupsched.core.errors import NotFound

T = TypeVar("T")


def first_program_id() -> int | None:
    """The program whose public pages a visitor sees: the first of the installation."""
    if "program" not in g:
        g.program = _with_sites(Program.id == select(func.min(Program.id)).scalar_subquery())
    return g.program.id if g.program is not None else None


def current_program(identity: Identity) -> Program | None:
    """The program of this identity with its sites, read once a request; None in an empty installation."""
    found: Program | None = g.get("program")
    if found is None or found.id != identity.program_id:
        found = g.program = _with_sites(Program.id == identity.program_id)
    return found


def region_of(program_id: int | None) -> str | None:
    """The region of a program; without its number, of the program of this page, else of the installation's first."""
    if program_id is None and not has_request_context():
        program_id = first_program_id()
    program = get_program(program_id) if program_id else current_program(current())
    return program.region if program is not None else None


def get_program(program_id: int) -> Program | None:
    """A program by its number, read once a transaction: a session forgets rows that nobody holds, so it holds this one."""
    program = db.session.get(Program, program_id)
    db.session.info.setdefault("programs", {})[program_id] = program
    return program


def main_site(program: Program | None) -> Site | None:
    """The site whose crisis numbers stand at the foot of the pages: the program's first."""
    return next(iter(program.sites), None) if program is not None else None


def sites(identity: Identity) -> list[Site]:
    """The sites of the identity's program, in order."""
    program = current_program(identity)
    return list(program.sites) if program is not None else []


def _with_sites(which: ColumnElement[bool]) -> Program | None:
    query = select(Program).where(which).options(joinedload(Program.sites))
    return db.session.scalars(query).unique().one_or_none()


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
