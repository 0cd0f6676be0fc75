"""Joining: the whole group or single dates, for oneself or, as staff, for somebody."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from groupsched.access.identity import Identity, System
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.rules import LineMode
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries import asking_first, live_of, place_in_line
from groupsched.enrolment.rules import (
    LIVE,
    Admitted,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    JoinRefused,
    RefusalReason,
    Requested,
    TimeSpan,
    Waitlisted,
    seated,
)
from groupsched.enrolment.service.apart import ask_supervisor, asks_themself
from groupsched.enrolment.service.clearing import ensure_moves_up, ensure_ready
from groupsched.enrolment.service.cohort_dates import to_give_late
from groupsched.enrolment.service.deciding import (
    JoinOutcome,
    acts_as_staff,
    answer_of,
    clashes_of,
    date_refusal,
    decide,
    ensure_open,
    hold_people,
    nothing_left,
    refusal,
    wanted_dates,
    when_wanted,
)
from groupsched.enrolment.service.kept_seats import keep_again, use_kept
from groupsched.enrolment.service.leaving import end
from groupsched.enrolment.service.moving import advance, take_group
from groupsched.enrolment.service.often import not_too_often
from groupsched.enrolment.service.outcomes import Joined, JoinedDate, Waiting
from groupsched.enrolment.service.placing import give_slot
from groupsched.enrolment.service.requesting import let_in_late, new_enrolment, record_joining, request
from groupsched.enrolment.service.seats import ComingDate, DateFull, take_one
from groupsched.enrolment.service.telling import tell
from groupsched.enrolment.service.undoable import UNDO_FOR, keep
from groupsched.enrolment.service.waited import (
    has_date_ahead,
    has_it_now,
    not_taken,
    takes_what_is_free,
    waits_for,
)
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.rules import SeatPool
from groupsched.schedule.service import lock


@dataclass(frozen=True)
class JoinerWish:
    """Which dates somebody wants, and what they put up with; `alone`: what fails takes back no more than itself; of a date
    in slots the `slot`, else the first free one; in a hybrid group the `pool`, where the person says how they come. The dates of
    `leaving` are given back for it. `late`: into a cohort that is closed by now, by who may let somebody in all the same."""

    mode: EnrolmentMode
    occurrences: Sequence[Occurrence] = ()
    accept_clash: bool = False
    wait: bool = True
    alone: bool = False
    slot: Timeslot | None = None
    pool: SeatPool | None = None
    leaving: Collection[int] = ()
    late: bool = False


@dataclass(frozen=True)
class Joiner:
    """What is known of somebody before they join: their enrolment that is not over, and what else they have in the time of
    the coming dates (None: to be read). `at` is when these were read: a date that begins meanwhile still counts. What comes of
    it can be taken back `undo_until` then. Of who is in no pair of people kept apart (not `in_pair`) that is not asked."""

    live: Enrolment | None
    by_staff: bool
    at: datetime
    undo_until: datetime | None = None
    busy: Sequence[TimeSpan] | None = None
    in_pair: bool = True


def enrol(
    identity: Identity,
    group: Group,
    person: Person,
    *,
    mode: EnrolmentMode = EnrolmentMode.WHOLE,
    occurrences: Iterable[Occurrence] = (),
    accept_clash: bool = False,
    wait: bool = True,
    quietly: bool = False,
    undo_until: datetime | None = None,
    slot: Timeslot | None = None,
    pool: SeatPool | None = None,
    leaving: Collection[int] = (),
    late: str = "",
) -> JoinOutcome:
    """Join: every coming date (`whole`, or wait for all of them), or the given dates (each seated or waiting alone).

    What somebody joins besides what they have can be taken back for some minutes; a first join, by leaving. With `undo_until`
    it is part of an act that can be taken back until then. Without `wait` a date that is full meanwhile is a Conflict with
    the code `full`, and nothing is changed. `leaving` are dates that they give back for it. `quietly` no message tells the person of it.
    With a reason, `late`, whoever may change the group lets somebody into a cohort that nobody gets into any more.

    Doing it twice has one effect and the same answer. Staff who act for a person open closed, private and referral
    groups, and answer that person's request by it. Raises NotFound for what the identity may not do, Conflict with a
    `code` of rules.Reason where it is not possible, ClashFound where a choice is needed first, TooOften.
    """
    way = pool if group.has_pools else None
    wish = JoinerWish(mode, tuple(occurrences), accept_clash, wait, slot=slot, pool=way, leaving=leaving)
    if late:
        ensure(identity, Permission.GROUP_WRITE, group_facts(group))
        wish = replace(wish, late=True)
    if not quietly:
        not_too_often(identity, person.id)
    outcome = _enrol(identity, group, person, wish, undo_until)
    if late:
        let_in_late(identity, [outcome], late)
    tell([replace(one, quiet=True) for one in outcome.happened] if quietly else outcome.happened)
    return outcome


def open_lines(group: Group) -> list[ComingDate]:
    """Lock a group and let those who wait take what is free; returns its coming dates as they are then."""
    lock(group.id)
    line = advance(group.id)
    # At once, though the wish may still be refused: who catches that keeps their seats, and a seat is never without its word.
    tell(line.moved_up)
    return line.coming


def _enrol(
    identity: Identity, group: Group, person: Person, wish: JoinerWish, undo_until: datetime | None
) -> JoinOutcome:
    by_staff = acts_as_staff(identity, group, person)
    hold_people([person.id])
    coming, now = open_lines(group), clock.now()
    coming = to_give_late(group, now) if wish.late else coming
    live = live_of(group.id, person.id)
    if live is None and by_staff and not person.grants:
        raise Conflict(
            _(
                "This is somebody’s guest. A guest comes with their client, and is enrolled as a client only once they are one."
            ),
            code="guest",
        )
    if live is not None and not by_staff and live.state != EnrolmentState.REQUESTED:
        undo_until = undo_until or now + UNDO_FOR
    # Whoever was proposed says yes by joining: staff have opened the door for them already.
    joiner = Joiner(live, by_staff or (live is not None and live.is_proposal), now, undo_until)
    return settle(identity, group, person, wish, joiner, coming)


def settle(
    identity: Identity,
    group: Group,
    person: Person,
    wish: JoinerWish,
    joiner: Joiner,
    coming: list[ComingDate],
) -> JoinOutcome:
    """What becomes of one wish, the lines being open (`open_lines`). Tells nobody."""
    live, by_staff = joiner.live, joiner.by_staff
    if group.has_slots and wish.mode == EnrolmentMode.WHOLE:
        raise refusal(RefusalReason.CHOOSE_SLOT)
    if live is not None and (known := nothing_left(live, wish.mode, coming, by_staff=by_staff)) is not None:
        return known
    ensure_open(group, coming, wish.mode, by_staff=by_staff)
    dates = wanted_dates(coming, wish.mode, wish.occurrences, live, by_staff=by_staff)
    waited = live is not None and waits_for(live, dates)
    if live is not None and takes_what_is_free(live, wish.mode, dates):
        # What was waited for is given back as any seat: the place in line is not kept besides.
        joiner = replace(joiner, undo_until=None)
    if wish.mode == EnrolmentMode.DATES and not dates and live is not None:
        return JoinOutcome(live, answer_of(live))
    if not dates and (gone := next(filter(None, map(date_refusal, wish.occurrences)), None)):
        raise gone
    found = clashes_of(group, person, when_wanted(dates, wish.slot), joiner.busy)
    # Asked of every group alike, and of one that asks everybody first too: neither answer nor time tells one from the other.
    kept_apart = joiner.in_pair and bool(asking_first(group.program_id, person.id, [group.id]))
    answer = decide(group, dates, by_staff, bool(found), wish.accept_clash, kept_apart)
    if isinstance(answer, JoinRefused):
        apart = answer.reason is RefusalReason.ASK_SUPERVISOR
        if apart and person.id == identity.person:
            return asks_themself(identity, live)
        raise ask_supervisor([person.id]) if apart else refusal(answer.reason, found)
    if isinstance(answer, Requested):
        return _as_wished(request(identity, group, person, live, wish.mode, dates), wish)
    if live is not None and waited:
        ensure_moves_up(identity, live, dates)
    else:
        whole = wish.mode == EnrolmentMode.WHOLE
        ensure_ready(identity, group, person, dates, wish.leaving, whole=whole)
    with savepoint() if wish.alone or not wish.wait else nullcontext():
        brought = (
            by_staff and person.id != identity.person and dates[0].asking and wish.pool is not SeatPool.ONLINE
        )
        used = use_kept(group.id, dates, joiner.at) if brought else {}
        dates = [replace(one, taken=one.taken - (one.id in used)) for one in dates]
        outcome = _join(identity, group, person, joiner, wish, dates)
        keep_again([used[number] for number in not_taken(outcome, used)], joiner.at)
        outcome.enrolment.keeps_both = outcome.enrolment.keeps_both or bool(found)
        has_it_now(live if waited else None, outcome)
        if not wish.wait and any(isinstance(one, Waiting) for one in outcome.happened):
            raise Conflict(
                _("The last seat just went. You can wait for one, or look at two others like it."),
                code="full",
            )
    for_others = by_staff and person.id != identity.person and not isinstance(identity, System)
    done = _by_whom(outcome, by_staff=for_others, until=joiner.undo_until)
    if live is None or (live.state in LIVE and not waited) or group.line_mode is LineMode.AT_ONCE:
        return done
    # Who stands in a line no more may have been asked: the next one is.
    return replace(done, happened=[*done.happened, *advance(group.id).moved_up])


def _as_wished(asked: JoinOutcome, wish: JoinerWish) -> JoinOutcome:
    """How somebody who asks would come; the slot for which they asked is theirs with the yes, where it is free then."""
    asked.enrolment.pool = wish.pool or asked.enrolment.pool
    for seat in asked.enrolment.date_seats if wish.slot is not None else ():
        if wish.slot is not None and seat.occurrence_id == wish.slot.occurrence_id:
            seat.timeslot_id = wish.slot.id
    db.session.flush()
    return asked


def _by_whom(outcome: JoinOutcome, *, by_staff: bool, until: datetime | None) -> JoinOutcome:
    """The same, where somebody else did it; what the product does by itself nobody has to tell."""
    happened = [replace(one, by_staff=by_staff, until=until) for one in outcome.happened]
    return replace(outcome, happened=happened)


def _join(
    identity: Identity,
    group: Group,
    person: Person,
    joiner: Joiner,
    wish: JoinerWish,
    dates: Sequence[ComingDate],
) -> JoinOutcome:
    live, now, mode = joiner.live, joiner.at, wish.mode
    if mode == EnrolmentMode.DATES:
        return _join_dates(identity, _for_dates(identity, group, person, joiner), dates, joiner, wish)
    if live is not None and live.mode == EnrolmentMode.DATES and live.state != EnrolmentState.REQUESTED:
        if has_date_ahead(live, dates):
            return _widen(identity, live, dates, joiner, wish.pool)
        # Their single dates are over: nothing is lost, so they join or wait like anybody.
        end(live, now, _("Joined the whole group"))
        db.session.flush()
        live = None
    in_line = live if live is not None and live.state == EnrolmentState.WAITLISTED else None
    enrolment = (
        _opened(live, EnrolmentMode.WHOLE)
        or in_line
        or new_enrolment(
            identity, group, person, EnrolmentMode.WHOLE, EnrolmentState.WAITLISTED, queued_at=now
        )
    )
    if enrolment.queued_at is None:
        enrolment.queued_at = now
    if wish.pool is not None:
        enrolment.pool = wish.pool
    offered = seated(EnrolmentMode.WHOLE, {date.id: date.seats.free_in(enrolment.pool) for date in dates})
    if not offered or not take_group(enrolment, dates, now):
        position = place_in_line(enrolment)
        record_joining(identity, AuditAction.ENROLMENT_WAITLISTED, enrolment)
        return JoinOutcome(enrolment, Waitlisted(position), [Waiting(enrolment, dates[0], position)])
    record_joining(identity, AuditAction.ENROLMENT_JOINED, enrolment)
    return JoinOutcome(enrolment, Admitted(), [Joined(enrolment, dates)])


def _widen(
    identity: Identity, live: Enrolment, dates: Sequence[ComingDate], joiner: Joiner, pool: SeatPool | None
) -> JoinOutcome:
    """From single dates to the whole group; where some date is full the person keeps what they have."""
    group, person, now = live.group, live.person, joiner.at
    try:
        with savepoint():
            end(live, now, _("Joined the whole group"), undo_until=joiner.undo_until)
            enrolment = new_enrolment(identity, group, person, EnrolmentMode.WHOLE, EnrolmentState.WAITLISTED)
            enrolment.pool = pool or live.pool
            keep(enrolment, joiner.undo_until, EnrolmentState.LEFT)
            if not take_group(enrolment, dates, now):
                raise DateFull
    except DateFull as full:
        db.session.refresh(live)
        raise Conflict(
            _("Some dates are full, so the whole group is not possible now. You keep the dates you have."),
            code="full",
        ) from full
    record_joining(identity, AuditAction.ENROLMENT_JOINED, enrolment)
    return JoinOutcome(enrolment, Admitted(), [Joined(enrolment, dates)])


def _for_dates(identity: Identity, group: Group, person: Person, joiner: Joiner) -> Enrolment:
    """The enrolment that single dates are added to."""
    live, until = joiner.live, joiner.undo_until
    if live is not None and live.mode == EnrolmentMode.WHOLE and live.state == EnrolmentState.WAITLISTED:
        end(live, clock.now(), _("Took single dates instead"), undo_until=until)
        live = None
    found = _opened(live, EnrolmentMode.DATES) or live
    if found is not None:
        keep(found, until, found.state)
        return found
    new = new_enrolment(identity, group, person, EnrolmentMode.DATES, EnrolmentState.WAITLISTED)
    if until:
        keep(new, until, EnrolmentState.LEFT)
    return new


def _join_dates(
    identity: Identity,
    enrolment: Enrolment,
    dates: Sequence[ComingDate],
    joiner: Joiner,
    wish: JoinerWish,
) -> JoinOutcome:
    now, undoable, slot = joiner.at, joiner.undo_until is not None, wish.slot
    if wish.pool is not None and not enrolment.date_seats:
        enrolment.pool = wish.pool
    pools = {date.id: wish.pool or enrolment.pool_on(date.id) for date in dates}
    offered = seated(EnrolmentMode.DATES, {date.id: date.seats.free_in(pools[date.id]) for date in dates})
    free = [date for date in dates if date.id in offered and take_one(date.id, pools[date.id])]
    said = {seat.occurrence_id: seat for seat in enrolment.date_seats}
    for date in dates:
        if date.id not in said:
            said[date.id] = DateSeat(occurrence_id=date.id)
            enrolment.date_seats.append(said[date.id])
        seat = said[date.id]
        seat.pool = None if pools[date.id] == enrolment.pool else pools[date.id]
        seat.left_as = (seat.state or DateSeatState.LEFT) if undoable else None
        if date in free:
            give_slot(seat, enrolment.group, slot.id if slot is not None else None)
        seat.state = DateSeatState.HELD if date in free else DateSeatState.WAITING
        seat.at, seat.moved_up_at = now, None
    if any(seat.state == DateSeatState.HELD for seat in enrolment.date_seats):
        enrolment.state = EnrolmentState.ACTIVE
    db.session.flush()
    chosen = [date.original_local for date in dates]
    record_joining(identity, AuditAction.DATE_SEAT_CHOSEN, enrolment, dates=chosen)
    happened = [
        JoinedDate(enrolment, date, now)
        if date in free
        else Waiting(enrolment, date, place_in_line(enrolment, date.id), f"{date.uid}:{now:%Y%m%d%H%M%S%f}")
        for date in dates
    ]
    match happened:
        case [Waiting(position=position)]:
            return JoinOutcome(enrolment, Waitlisted(position), happened)
    return JoinOutcome(enrolment, answer_of(enrolment), happened)


def _opened(live: Enrolment | None, mode: EnrolmentMode) -> Enrolment | None:
    """A request that staff now answer with yes, for the whole group or for dates."""
    if live is None or live.state != EnrolmentState.REQUESTED:
        return None
    keep(live, None)
    live.state, live.mode = EnrolmentState.WAITLISTED, mode
    if mode == EnrolmentMode.WHOLE:
        for seat in live.date_seats:
            seat.state = DateSeatState.HELD
    db.session.flush()
    return live
