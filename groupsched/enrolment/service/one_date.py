"""Giving back one date by the signed address of a message, and nothing else."""

from groupsched.access.identity import Member
from groupsched.enrolment.queries import DateByLink
from groupsched.enrolment.service.leaving import cannot_come


def give_back_by_link(found: DateByLink) -> None:
    """Its person cannot come to this date. Who holds the address is them for this one act, with no grant and no sign-in. Doing it
    twice has one effect. Raises Conflict as `cannot_come`, TooOften."""
    person = found.enrolment.person
    if not found.given_back:
        bearer = Member(program_id=person.program_id, person_id=person.id, person_uid=person.uid)
        cannot_come(bearer, found.occurrence, person)
