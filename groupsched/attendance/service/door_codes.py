"""Codes for the door: made, replaced, retired. Only a keyed hash of one is kept, so that it is shown once."""

import secrets

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, can
from groupsched.access.queries import get_program
from groupsched.accounts.models import Person
from groupsched.accounts.service import keyed
from groupsched.attendance.models import DoorCode
from groupsched.attendance.rules import DIGITS
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core.db import db, savepoint
from groupsched.core.errors import NotFound


def code_hash(program_id: int, code: str) -> str:
    """What is kept of a code."""
    return keyed(f"door code of {program_id}: {code}")


def make_door_code(identity: Identity, person: Person) -> str:
    """Give somebody a code, in place of the one before; the digits are told this once.

    Raises NotFound for whoever may not, and where nobody signs themselves in.
    """
    may_give_code(identity, person)
    db.session.execute(delete(DoorCode).where(DoorCode.person_id == person.id))
    code = _kept(identity, person)
    while code is None:
        code = _kept(identity, person)
    audit.record(identity, AuditAction.DOOR_CODE_GIVEN, person, [person])
    return code


def _kept(identity: Identity, person: Person) -> str | None:
    """A new code, None where somebody of the program has it already."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    hashed = code_hash(person.program_id, code)
    try:
        with savepoint():
            row = DoorCode(
                program_id=person.program_id,
                person_id=person.id,
                code_hash=hashed,
                made_by_id=identity.person,
            )
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        return None
    return code


def drop_door_code(person_id: int) -> None:
    """Whoever is no client any more has no code."""
    db.session.execute(delete(DoorCode).where(DoorCode.person_id == person_id))


def retire_door_code(identity: Identity, person: Person) -> None:
    """A code is worth nothing any more. Raises NotFound for whoever may not."""
    may_give_code(identity, person)
    done = db.session.connection().execute(delete(DoorCode).where(DoorCode.person_id == person.id))
    if done.rowcount:
        audit.record(identity, AuditAction.DOOR_CODE_RETIRED, person, [person])


def may_give_code(identity: Identity, person: Person) -> None:
    """Go on where this identity may give somebody a code: whoever writes their client record, and they themself."""
    program = get_program(person.program_id)
    about = Facts(program=person.program_id, site=person.site_id, subject=person.id)
    may = can(identity, Permission.CLIENT_WRITE, about) or can(
        identity, Permission.ATTENDANCE_READ_OWN, about
    )
    if program is None or not program.self_sign_in or not may:
        raise NotFound
