"""A wish to join, before anything is changed: may it be, what is left to do, which dates, what would clash."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.queries import is_public
from groupsched.catalog.rules import Access, GroupState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.filters import clock_time, short_day
from groupsched.core.i18n import _
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import (
    cohorts_of,
    ever_apart_from,
    facts,
    facts_to_enrol,
    live_of,
    open_cohort,
    own_spans,
    place_in_line,
    screening,
)
from groupsched.enrolment.rules import (
    IN_LINE,
    Admitted,
    Clash,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    JoinAnswer,
    JoinRefused,
    RefusalReason,
    Requested,
    TimeSpan,
    Waitlisted,
    admit,
    clashes,
)
from groupsched.enrolment.service.outcomes import SeatOutcome
from groupsched.enrolment.service.seats import ComingDate
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.rules import OccurrenceStatus


@dataclass(frozen=True)
class JoinOutcome:
    """What became of a wish to join: the enrolment, the answer in one word, and what happened to get there."""

    enrolment: Enrolment
    answer: JoinAnswer
    happened: Sequence[SeatOutcome] = ()


class ClashFound(Conflict):
    """Some dates run into dates of the person's own; the person may choose to have both (`accept_clash`)."""

    def __init__(self, found: Sequence[Clash]) -> None:
        super().__init__(
            _("Some of these dates are at the same time as dates you already have. You can keep both."),
            code="clash",
        )
        self.clashes = list(found)


def preview(group: Group, person_id: int | None, dates: Sequence[Occurrence]) -> list[Clash]:
    """The clashes of coming dates of a group with a person's own other dates."""
    if person_id is None or not dates:
        return []
    wanted = [
        TimeSpan(one.id, one.start, one.end, group.title)
        for one in dates
        if one.status == OccurrenceStatus.SCHEDULED
    ]
    return _against_own(group.id, person_id, wanted)


def acts_as_staff(identity: Identity, group: Group, person: Person) -> bool:
    """Whether this is staff acting for somebody. Raises NotFound for what may not be done at all."""
    if person.program_id != group.program_id:
        raise NotFound
    own = person.id == identity.person
    if own:
        ensure(identity, Permission.ENROL_SELF, facts(group, person))
        if not is_public(group) and live_of(group.id, person.id) is None:
            raise NotFound
    else:
        ensure(identity, Permission.ENROL_OTHERS, facts_to_enrol(identity, group, person))
    ensure_joinable(group)
    return not own


def ensure_joinable(group: Group) -> None:
    """Go on only if people can be in this group at all. Raises Conflict."""
    if group.external:
        raise refusal(RefusalReason.EXTERNAL)
    if group.state == GroupState.RETIRED:
        raise refusal(RefusalReason.RETIRED)
    if not group.published:
        raise refusal(RefusalReason.NOT_PUBLISHED)


def nothing_left(
    live: Enrolment, mode: EnrolmentMode, coming: Sequence[ComingDate], *, by_staff: bool
) -> JoinOutcome | None:
    """The answer where nothing is left to do; None where the wish goes further than what there is: so it does where somebody waits
    for what is free by now."""
    if live.state == EnrolmentState.REQUESTED:
        return None if by_staff or live.mode == EnrolmentMode.DATES else JoinOutcome(live, Requested())
    if live.mode == EnrolmentMode.WHOLE and mode == EnrolmentMode.WHOLE:
        if live.state == EnrolmentState.WAITLISTED and _all_free(live, coming):
            return None
        return JoinOutcome(live, answer_of(live))
    return None


def answer_of(enrolment: Enrolment) -> JoinAnswer:
    """What somebody would be told of their enrolment as it stands."""
    if enrolment.state == EnrolmentState.REQUESTED:
        return Requested()
    if enrolment.state != EnrolmentState.WAITLISTED:
        return Admitted()
    return Waitlisted(place_in_line(enrolment))


def _all_free(live: Enrolment, coming: Sequence[ComingDate]) -> bool:
    return bool(coming) and all(date.seats.free_in(live.pool) != 0 for date in coming)


def ensure_open(group: Group, coming: Sequence[ComingDate], mode: EnrolmentMode, *, by_staff: bool) -> None:
    """Go on only where people get into a group today: of one that runs as cohorts, into the whole of the one that is open.
    Whoever finds its door shut is told that instead. Raises Conflict."""
    cohorts = cohorts_of(group)
    if not cohorts or not (by_staff or screening(group)):
        return
    if mode == EnrolmentMode.DATES:
        raise refusal(RefusalReason.WHOLE_COHORT)
    if not coming and open_cohort(cohorts) is None:
        raise refusal(RefusalReason.COHORT_CLOSED)


def wanted_dates(
    coming: list[ComingDate],
    mode: EnrolmentMode,
    occurrences: Iterable[Occurrence],
    live: Enrolment | None,
    *,
    by_staff: bool,
) -> list[ComingDate]:
    """Those of the coming dates that are asked for and not had yet; what is only requested, staff can give. Who waits for a date has
    it not yet, where it is free by now."""
    if mode == EnrolmentMode.WHOLE:
        return coming
    asked = {one.id for one in occurrences}
    free = {
        date.id
        for date in coming
        if live is not None and live.state in IN_LINE and date.seats.free_in(live.pool_on(date.id)) != 0
    }
    had = (
        {
            seat.occurrence_id
            for seat in live.date_seats
            if seat.state == DateSeatState.HELD
            or (seat.state == DateSeatState.WAITING and seat.occurrence_id not in free)
        }
        if live
        else set()
    )
    if live is not None and live.state == EnrolmentState.REQUESTED and by_staff:
        had = set()
    if live is not None and live.mode == EnrolmentMode.WHOLE:
        given_up = {s.occurrence_id for s in live.date_seats if s.state == DateSeatState.GIVEN_UP}
        had |= {date.id for date in coming if live.covers(date.start) and date.id not in given_up}
    return [date for date in coming if date.id in asked - had]


def when_wanted(dates: Sequence[ComingDate], slot: Timeslot | None) -> Sequence[ComingDate]:
    """Between when somebody would be there."""
    if slot is None:
        return dates
    return [replace(one, start=slot.start, end=slot.end) for one in dates]


def clashes_of(
    group: Group, person: Person, dates: Sequence[ComingDate], busy: Sequence[TimeSpan] | None = None
) -> list[Clash]:
    """What these dates run into; `busy` is what the person has besides, where it was read already."""
    wanted = [TimeSpan(date.id, date.start, date.end, group.title) for date in dates]
    return _against_own(group.id, person.id, wanted) if busy is None else clashes(wanted, busy)


def _against_own(group_id: int, person_id: int, wanted: Sequence[TimeSpan]) -> list[Clash]:
    if not wanted:
        return []
    first, last = min(span.start for span in wanted), max(span.end for span in wanted)
    return clashes(wanted, own_spans(person_id, first, last, but=group_id))


def decide(
    group: Group,
    dates: Sequence[ComingDate],
    by_staff: bool,
    clashing: bool,
    accept_clash: bool,
    kept_apart: bool,
) -> Requested | JoinRefused | None:
    return admit(
        group.access or Access.OPEN,
        group.setting,
        by_staff=by_staff,
        dates=len(dates),
        clashing=clashing,
        accept_clash=accept_clash,
        kept_apart=kept_apart,
        screening=group.access == Access.CLOSED and screening(group),
    )


def date_refusal(occurrence: Occurrence) -> Conflict | None:
    """Why nobody can join this date any more; None where it is still to come."""
    zone = occurrence.timezone
    when = {"day": short_day(occurrence.start, zone), "time": clock_time(occurrence.start, zone)}
    if occurrence.status == OccurrenceStatus.CANCELLED:
        return Conflict(
            _("%(day)s, %(time)s is cancelled. Please choose another date.", **when), code="cancelled"
        )
    if occurrence.status != OccurrenceStatus.SCHEDULED or occurrence.start <= clock.now():
        return Conflict(
            _("%(day)s, %(time)s has begun or is over. Please choose another date.", **when), code="over"
        )
    return None


def refusal(reason: RefusalReason, found: Sequence[Clash] = ()) -> Conflict:
    if reason is RefusalReason.CLASH:
        return ClashFound(found)
    sentences = {
        RefusalReason.ASK_COUNSELOR: _("Your counselor can open this for you. Would you like to ask?"),
        RefusalReason.EXTERNAL: _("Others run this group. You do not need a seat from us: just go."),
        RefusalReason.NOT_PUBLISHED: _("This group is a draft. Publish it first."),
        RefusalReason.RETIRED: _("This group is no longer offered. Nobody can join it."),
        RefusalReason.CHOOSE_SLOT: _(
            "Each date has its own times here. Please choose a date, and a time on it."
        ),
        RefusalReason.NO_DATES: _("There are no coming dates to join."),
        RefusalReason.ASK_SUPERVISOR: _("Ask the supervisor."),
        RefusalReason.COHORT_CLOSED: _(
            "Nobody gets into this group now: its cohort has closed, or the next one is not open yet."
        ),
        RefusalReason.WHOLE_COHORT: _("A cohort is joined as a whole: the same people on every date."),
    }
    return Conflict(sentences[reason], code=reason)


def hold_people(ids: Iterable[int]) -> None:
    """Lock who is to join, before any group, and those from whom they are kept apart: of two joins at once the later one sees
    the clash.

    SQLite has one writer and no such lock.
    """
    if db.engine.dialect.name != "sqlite":
        known = sorted(ids)
        # Not against those who only point at the person, as every new enrolment does.
        rows = (
            select(Person.id)
            .where(or_(Person.id.in_(known), Person.id.in_(ever_apart_from(known))))
            .order_by(Person.id)
        )
        db.session.execute(rows.with_for_update(key_share=True))
