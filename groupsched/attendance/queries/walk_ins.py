"""Clients who may walk in: those whom who writes on the sheet may find."""

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.attendance.queries.rows import SheetView
from groupsched.attendance.queries.writable import facts
from groupsched.enrolment.queries import client_to_bring, clients_to_bring
from groupsched.schedule.models import Occurrence


def walk_ins_matching(identity: Identity, view: SheetView, letters: str) -> list[Person]:
    """Clients of these letters whom this identity may find and who are not on the sheet, by name."""
    here = [row.person.id for row in view.rows if row.person]
    return clients_to_bring(identity, facts(view.occurrence), letters, here)


def walk_in_with(identity: Identity, occurrence: Occurrence, uid: str) -> Person:
    """The client with this public id whom this identity may put on a sheet. Raises NotFound for anybody else."""
    return client_to_bring(identity, facts(occurrence), uid)
