"""Which program and site a page is about."""

from typing import Any, TypeVar

from flask import g, has_request_context
from sqlalchemy import select

from groupsched.access.identity import Identity, current
from groupsched.access.models import Program, Site
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.regions import WayOfWriting
from groupsched.core.resources import content

T = TypeVar("T")


def first_program_id() -> int | None:
    """The program whose public pages a visitor sees: the first of the installation."""
    if "first_program_id" not in g:
        first = db.session.scalar(select(Program).order_by(Program.id).limit(1))
        g.first_program_id = _held(first.id, first).id if first is not None else None
    found: int | None = g.first_program_id
    return found


def current_program(identity: Identity) -> Program | None:
    """The program of this identity, None in an empty installation."""
    return get_program(identity.program_id) if identity.program_id else None


def way_of(program_id: int | None) -> WayOfWriting | None:
    """How a program writes; without its number, the program of this page, else the installation's first."""
    if program_id is None:
        program_id = current().program_id if has_request_context() else first_program_id()
    program = get_program(program_id) if program_id else None
    return WayOfWriting(program.region, program.timezone) if program is not None else None


def get_program(program_id: int) -> Program | None:
    """A program by its number, read once a transaction."""
    return _held(program_id, db.session.get(Program, program_id))


def _held(program_id: int, program: T) -> T:
    # A session forgets rows that nobody holds: the next word of the same page would read the program again.
    db.session.info.setdefault("programs", {})[program_id] = program
    return program


def main_site(program: Program | None) -> Site | None:
    """The site whose crisis numbers stand at the foot of the pages: the program's first."""
    return next(iter(program.sites), None) if program is not None else None


def numbers_of(region: str) -> dict[str, str]:
    """Whom to call in a region, by the columns of a site: those that are known to answer there. Whoever runs a program tries them."""
    presets = content("demo")["crisis_block"]["presets"]
    found: dict[str, str] = next((one for one in presets if one["region"] == region), {})
    return {name: found[name] for name in ("emergency_number", "crisis_number") if name in found}


def numbers_to_check(site: Site) -> bool:
    """Whether the numbers of a site are those that it was made with, and nobody has looked them over."""
    given = numbers_of(site.program.region)
    return bool(given) and site.version == 1 and all(getattr(site, name) == given[name] for name in given)


def sites(identity: Identity) -> list[Site]:
    """The sites of the identity's program, in order."""
    program = current_program(identity)
    return list(program.sites) if program is not None else []


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
