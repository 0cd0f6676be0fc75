"""What became of each of several people whom staff enrolled at once."""

from dataclasses import dataclass

from groupsched.accounts.models import Person
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import Admitted, BroughtAs, Waitlisted


@dataclass(frozen=True)
class BroughtPerson:
    """What became of one of several people. `position` is a place in line, `why` what stood in the way."""

    person: Person
    how: BroughtAs
    position: int = 0
    why: str = ""
    enrolment: Enrolment | None = None


def became(person: Person, done: service.JoinOutcome | DomainError) -> BroughtPerson:
    """That as words and a place in line."""
    if isinstance(done, service.ClashFound):
        why = _("Some of these dates are at the same time as other dates of theirs.")
        return BroughtPerson(person, BroughtAs.REFUSED, why=why)
    if isinstance(done, DomainError):
        return BroughtPerson(person, BroughtAs.REFUSED, why=done.message)
    match done.answer:
        case Waitlisted(position=position):
            how = BroughtAs.WAITS if done.happened else BroughtAs.WAITED
            return BroughtPerson(person, how, position, enrolment=done.enrolment)
        case Admitted() if done.happened:
            return BroughtPerson(person, BroughtAs.JOINED, enrolment=done.enrolment)
    return BroughtPerson(person, BroughtAs.WAS_IN, enrolment=done.enrolment)
