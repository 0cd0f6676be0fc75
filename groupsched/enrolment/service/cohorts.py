"""Cohorts of closed groups: planning one, changing its days, who waits for the next one, and what ends with it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from groupsched.access.identity import Identity, System
from groupsched.access.policy import Permission, ensure
from groupsched.access.queries import get_program
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.rules import Access
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.events import publish
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.enrolment.events import EnrolmentsChanged
from groupsched.enrolment.models import Cohort, Enrolment
from groupsched.enrolment.queries import (
    anybody_in,
    asking_first,
    cohorts_of,
    ensure_may_change,
    open_cohort,
    place_in_line,
)
from groupsched.enrolment.rules import (
    MOST_COHORT_DAYS,
    CohortFault,
    CohortSpan,
    CohortState,
    EnrolmentMode,
    EnrolmentState,
    RefusalReason,
    Waitlisted,
    cohort_faults,
)
from groupsched.enrolment.service.apart import ask_supervisor
from groupsched.enrolment.service.clearing import ensure_ready
from groupsched.enrolment.service.cohort_dates import to_give
from groupsched.enrolment.service.deciding import JoinOutcome, answer_of, refusal
from groupsched.enrolment.service.leaving import end
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.outcomes import Deferred, Ended, SeatOutcome, Waiting
from groupsched.enrolment.service.requesting import record_joining
from groupsched.enrolment.service.seats import ahead, recount
from groupsched.enrolment.service.telling import tell
from groupsched.schedule.service import lock

COHORT_NAME = 60
FIELDS = {
    CohortFault.ENDS_FIRST: "ends_on",
    CohortFault.TOO_LONG: "ends_on",
    CohortFault.SCREENED_BACKWARDS: "screening_until",
    CohortFault.SCREENED_TOO_LATE: "screening_from",
    CohortFault.JOINS_TOO_EARLY: "joins_until",
    CohortFault.JOINS_TOO_LATE: "joins_until",
    CohortFault.TWO_AT_ONCE: "begins_on",
    CohortFault.TWO_OPEN: "screening_from",
}


@dataclass(frozen=True)
class CohortPlan:
    """What is said of a cohort."""

    name: str
    span: CohortSpan


def plan_cohort(identity: Identity, group: Group, plan: CohortPlan) -> Cohort:
    """A closed group runs as cohorts: one more of them. Whoever is in the group already when its first one runs is in that, and
    their seats end with it.

    Raises NotFound for who may not change the group, DomainError with the field for days that do not fit, Conflict of a group
    that is not closed, or one in slots.
    """
    ensure(identity, Permission.GROUP_WRITE, group_facts(group))
    if group.access != Access.CLOSED or group.external or group.has_slots:
        raise Conflict(
            _("Only a closed group with seats runs as cohorts: set “Getting in” to closed first."),
            code="not-closed",
        )
    lock(group.id)
    others = cohorts_of(group)
    program = get_program(group.program_id)
    zone = program.timezone if program is not None else "UTC"
    if plan.span.ends_on < clock.today(zone):
        raise DomainError(_("This day is over."), field="ends_on", code="over")
    _refuse_faults(plan.span, others)
    cohort = Cohort(group=group, timezone=zone, name=clean_line(plan.name, COHORT_NAME), **asdict(plan.span))
    db.session.add(cohort)
    db.session.flush()
    record(identity, AuditAction.COHORT_PLANNED, group, **_said(cohort))
    if not others and cohort.span.state(cohort.today) is CohortState.RUNNING:
        _take_in_who_is_here(cohort)
    return cohort


def change_cohort(identity: Identity, cohort: Cohort, plan: CohortPlan) -> None:
    """Other days, or another name. Once it runs its first day stays, and once somebody is in it, they have its dates as they are
    then. Raises NotFound for who may not, DomainError with the field, Conflict of one that has ended."""
    group = cohort.group
    ensure(identity, Permission.GROUP_WRITE, group_facts(group))
    lock(group.id)
    db.session.refresh(cohort)
    today, was = cohort.today, cohort.span
    if was.state(today) is CohortState.ENDED:
        raise Conflict(_("This cohort has ended."), code="ended")
    if was.state(today) is CohortState.RUNNING and plan.span.begins_on != was.begins_on:
        raise DomainError(_("It runs already: its first day stays."), field="begins_on", code="runs")
    if plan.span.ends_on < today:
        raise DomainError(_("This day is over."), field="ends_on", code="over")
    _refuse_faults(plan.span, [one for one in cohorts_of(group) if one is not cohort])
    cohort.name = clean_line(plan.name, COHORT_NAME)
    for name, day in asdict(plan.span).items():
        setattr(cohort, name, day)
    cohort.version += 1
    _let_seats_follow(cohort)
    record(identity, AuditAction.COHORT_CHANGED, group, **_said(cohort))
    tell(advance(group.id).moved_up)


def take_cohort_away(identity: Identity, cohort: Cohort) -> None:
    """It was planned by mistake, or is not held: gone, as long as nobody has or had a seat in it. Raises Conflict, NotFound."""
    group = cohort.group
    ensure(identity, Permission.GROUP_WRITE, group_facts(group))
    lock(group.id)
    if anybody_in(cohort):
        raise Conflict(
            _("People have seats in this cohort: it stays. You can change its days."), code="people"
        )
    record(identity, AuditAction.COHORT_REMOVED, group, **_said(cohort))
    # Who waits past it, or did: they wait for the next one that there is.
    waits = update(Enrolment).where(Enrolment.cohort_id == cohort.id).values(cohort_id=None, ask_from=None)
    db.session.execute(waits.execution_options(synchronize_session="fetch"))
    db.session.delete(cohort)
    db.session.flush()
    # What was kept in it for whom staff said yes to is kept no more.
    tell(advance(group.id).moved_up)


def _said(cohort: Cohort) -> dict[str, str]:
    return {name: f"{day}" for name, day in asdict(cohort.span).items()}


def _refuse_faults(span: CohortSpan, others: Sequence[Cohort]) -> None:
    found = cohort_faults(span, [one.span for one in others])
    if not found:
        return
    words = {
        CohortFault.ENDS_FIRST: _("The last day is before the first one."),
        CohortFault.TOO_LONG: _("A cohort runs for at most %(days)s days.", days=MOST_COHORT_DAYS),
        CohortFault.SCREENED_BACKWARDS: _("The last day to ask is before the first one."),
        CohortFault.SCREENED_TOO_LATE: _("Screening begins on the first day of the cohort at the latest."),
        CohortFault.JOINS_TOO_EARLY: _("Choose the last day to ask, or a later one."),
        CohortFault.JOINS_TOO_LATE: _("Choose the last day of the cohort, or an earlier one."),
        CohortFault.TWO_AT_ONCE: _("Another cohort of this group runs on these days."),
        CohortFault.TWO_OPEN: _("Until then people get into the cohort before. Choose a later day."),
    }
    raise DomainError(words[found[0]], field=FIELDS[found[0]], code=found[0])


def _take_in_who_is_here(cohort: Cohort) -> None:
    """Who is in the group without a cohort is in this one: what they have beyond its end is free."""
    here = select(Enrolment).where(
        Enrolment.group_id == cohort.group_id,
        Enrolment.state == EnrolmentState.ACTIVE,
        Enrolment.mode == EnrolmentMode.WHOLE,
        Enrolment.cohort_id.is_(None),
    )
    for one in db.session.scalars(here.order_by(Enrolment.id)):
        one.cohort_id = cohort.id
    _let_seats_follow(cohort)


def _let_seats_follow(cohort: Cohort) -> None:
    """Whoever is in it has its dates as it is now; who waits for the next one, waits past it."""
    first, until = cohort.span.first_moment(cohort.timezone), cohort.span.end_moment(cohort.timezone)
    own = select(Enrolment).where(Enrolment.cohort_id == cohort.id).order_by(Enrolment.id)
    changed: list[Enrolment] = []
    for one in db.session.scalars(own):
        if one.state == EnrolmentState.WAITLISTED:
            one.ask_from = cohort.span.joined_moment(cohort.timezone)
        elif one.state == EnrolmentState.ACTIVE:
            later = one.from_start is None or one.from_start > clock.now()
            one.from_start, one.until_start = first if later else one.from_start, until
            changed.append(one)
    db.session.flush()
    if changed:
        publish(EnrolmentsChanged(cohort.group_id, tuple(one.person_id for one in changed)))
        recount([one.id for one in ahead(cohort.group_id, clock.now())])


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


def proposed_days(group: Group, today: date) -> CohortSpan | None:
    """The days of the next cohort, as long as the last one, and begun where it ended; None for a first one."""
    cohorts = cohorts_of(group)
    if not cohorts:
        return None
    last = cohorts[-1].span
    begins = max(last.ends_on, today) + timedelta(days=7)
    screens = max(last.joins_until + timedelta(days=1), today, begins - timedelta(days=28))
    until = max(screens, begins - timedelta(days=1))
    return CohortSpan(begins, begins + (last.ends_on - last.begins_on), screens, until, until)
