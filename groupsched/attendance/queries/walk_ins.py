"""Clients who may walk in: those whom who writes on the sheet may find."""

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.attendance.queries.rows import SheetView
from groupsched.enrolment.queries import (
    chooses_by_letters,
    client_at_door,
    clients_at_door,
    clients_by_letters,
)
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import sheet_facts as facts


def walk_ins_matching(identity: Identity, view: SheetView, words: str) -> list[Person]:
    """Clients of these words whom this identity may find and who are not on the sheet, by name: for the desk and supervisors
    by their first letters, for others by a whole name or number."""
    here = [row.person.id for row in view.rows if row.person]
    find = clients_by_letters if finds_by_letters(identity, view.occurrence) else clients_at_door
    return find(identity, facts(view.occurrence), words, here)


def finds_by_letters(identity: Identity, occurrence: Occurrence) -> bool:
    """Whether some letters are enough at the door of this date."""
    return chooses_by_letters(identity, facts(occurrence))


def walk_in_with(identity: Identity, occurrence: Occurrence, uid: str) -> Person:
    """The client with this public id whom this identity may put on a sheet. Raises NotFound for anybody else."""
    return client_at_door(identity, facts(occurrence), occurrence.uid, uid)
