"""Who asks to be in a cohort, who waits for the next one, and what becomes of everybody when one opens or ends."""

from collections.abc import Sequence
from datetime import datetime

from groupsched.access.identity import Identity, System
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import (
    asking_first,
    cohorts_of,
    ensure_may_change,
    open_cohort,
    place_in_line,
)
from groupsched.enrolment.rules import (
    EnrolmentMode,
    EnrolmentState,
    RefusalReason,
    Waitlisted,
)
from groupsched.enrolment.service.apart import ask_supervisor
from groupsched.enrolment.service.clearing import ensure_ready
from groupsched.enrolment.service.cohort_dates import to_give
from groupsched.enrolment.service.deciding import JoinOutcome, answer_of, refusal
from groupsched.enrolment.service.leaving import end
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.outcomes import Deferred, Ended, SeatOutcome, Waiting
from groupsched.enrolment.service.requesting import record_joining
from groupsched.enrolment.service.telling import tell
from groupsched.schedule.service import lock


def give_place_in_cohort(identity: Identity, enrolment: Enrolment) -> JoinOutcome:
    """Yes to somebody who asked to be screened, in a group that asks whom it has a seat for: it is kept for them, or they wait
    behind those to whom yes was said before. The caller holds the locks, and knows that they ask.

    Raises Conflict where nobody gets in now, and as joining does.
    """
    group, now = enrolment.group, clock.now()
    dates = to_give(group, now)
    if not dates:
        raise refusal(RefusalReason.COHORT_CLOSED)
    if asking_first(group.program_id, enrolment.person_id, [group.id]):
        raise ask_supervisor([enrolment.person_id])
    ensure_ready(identity, group, enrolment.person, dates, whole=True)
    # A clash is theirs to solve: they say yes or no to the seat.
    enrolment.state, enrolment.queued_at, enrolment.keeps_both = EnrolmentState.WAITLISTED, now, True
    db.session.flush()
    record_joining(identity, AuditAction.ENROLMENT_WAITLISTED, enrolment)
    moved: list[SeatOutcome] = list(advance(group.id).moved_up)
    answer = answer_of(enrolment)
    if not any(one.enrolment is enrolment for one in moved) and isinstance(answer, Waitlisted):
        moved.append(Waiting(enrolment, dates[0], answer.position, by_staff=True))
    tell(moved)
    return JoinOutcome(enrolment, answer, moved)


def wait_for_next_cohort(identity: Identity, enrolment: Enrolment) -> JoinOutcome:
    """Not this cohort: they have a place in the line for the next one, and are asked when people can get into that. Doing it
    twice has one effect. Raises Conflict where they do not ask any more, or the group has no cohorts."""
    ensure_may_change(identity, enrolment)
    group = enrolment.group
    lock(group.id)
    db.session.refresh(enrolment)
    if enrolment.state != EnrolmentState.REQUESTED:
        if enrolment.state == EnrolmentState.WAITLISTED:
            return JoinOutcome(enrolment, answer_of(enrolment))
        raise Conflict(
            _("This was answered or taken back meanwhile. Nothing has changed."), code="not-asking"
        )
    if not (cohorts := cohorts_of(group)):
        raise Conflict(_("This group does not run as cohorts."), code="no-cohorts")
    now, past, proposed = clock.now(), open_cohort(cohorts), enrolment.is_proposal
    enrolment.state, enrolment.mode, enrolment.queued_at = EnrolmentState.WAITLISTED, EnrolmentMode.WHOLE, now
    if past is not None:
        enrolment.cohort_id, enrolment.ask_from = past.id, past.span.joined_moment(past.timezone)
    db.session.flush()
    record(identity, AuditAction.ENROLMENT_DEFERRED, enrolment, subjects=[enrolment.person_id])
    waits = Deferred(enrolment, now, by_staff=True, quiet=proposed)
    return JoinOutcome(enrolment, Waitlisted(place_in_line(enrolment)), tell([waits]))


def end_cohorts(now: datetime, numbers: Sequence[int]) -> int:
    """Whoever was in a cohort that has ended has completed it, as of its end; says how many. For the worker: of several one does
    it."""
    over: list[SeatOutcome] = []
    for number in numbers:
        one = db.session.get(Enrolment, number)
        if one is None:
            continue
        lock(one.group_id)
        db.session.refresh(one)
        if one.state != EnrolmentState.ACTIVE or one.until_start is None or one.until_start > now:
            continue
        end(one, now, "", state=EnrolmentState.COMPLETED)
        one.ended_at = one.until_start
        house = System(program_id=one.group.program_id)
        record(house, AuditAction.ENROLMENT_COMPLETED, one, subjects=[one.person_id])
        over.append(Ended(one))
    tell(over)
    return len(over)


def open_line(group_id: int) -> int:
    """Who waits for the next cohort of a group is asked for a seat in it, or has one; says how many. For the worker."""
    lock(group_id)
    return len(tell(advance(group_id).moved_up))
