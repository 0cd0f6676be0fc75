"""Proposing people for a group: who leads it names them, and the desk, a supervisor or the person says yes or no."""

from collections.abc import Sequence

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries import lives_of, meeting, others_of
from groupsched.enrolment.rules import DateSeatState, EnrolmentMode, EnrolmentState
from groupsched.enrolment.service.deciding import ensure_joinable
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import lock


def propose(
    identity: Identity, group: Group, people: Sequence[Person], occurrences: Sequence[Occurrence] = ()
) -> None:
    """Propose people for every date, or for these: no seat, no message, and no right to read anything of them.

    Nothing is answered, whether somebody was proposed, is in the group, was proposed before or is kept apart from somebody there
    and passed over: who names people by guess learns nothing. Raises NotFound for who does not lead the group, Conflict where nobody can be in it.
    """
    ensure(identity, Permission.ENROL_PROPOSE, group_facts(group))
    ensure_joinable(group)
    lock(group.id)
    lives = lives_of(group.id, [one.id for one in people])
    others = others_of(group.program_id, {one.id for one in people})
    apart = {person for person, theirs in others.items() if meeting([group.id], theirs)}
    for person in dict.fromkeys(people):
        if person.id not in lives and person.id != identity.person and person.id not in apart:
            _propose(identity, group, person, occurrences)


def _propose(identity: Identity, group: Group, person: Person, occurrences: Sequence[Occurrence]) -> None:
    proposal = Enrolment(
        group=group,
        person=person,
        mode=EnrolmentMode.DATES if occurrences else EnrolmentMode.WHOLE,
        state=EnrolmentState.REQUESTED,
        by_id=identity.person,
        proposed_by_id=identity.person,
        date_seats=[DateSeat(occurrence_id=one.id, state=DateSeatState.WAITING) for one in occurrences],
    )
    db.session.add(proposal)
    db.session.flush()
    record(identity, AuditAction.ENROLMENT_PROPOSED, proposal, [person], mode=proposal.mode)
