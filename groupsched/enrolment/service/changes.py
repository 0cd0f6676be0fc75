"""What the schedule and the catalogue did, and what that means for seats, lines and people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from groupsched.catalog.events import RetiringUndone
from groupsched.catalog.models import Group
from groupsched.catalog.rules import LineMode
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import (
    anybody_waits,
    concerned_by,
    in_lines_of,
    places_in_line,
    referral_pool,
    told_about,
)
from groupsched.enrolment.rules import LIVE, DateSeatState, EnrolmentMode, EnrolmentState
from groupsched.enrolment.service.ending_offers import settle, withdraw_unheard
from groupsched.enrolment.service.kept_seats import lay_out, open_to_all
from groupsched.enrolment.service.leaving import end
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.outcomes import (
    AwaitedCancelled,
    DateCancelled,
    Ended,
    Joined,
    Replanned,
    SeatOutcome,
    SlotLost,
)
from groupsched.enrolment.service.places_in_words import in_another_place
from groupsched.enrolment.service.placing import give_slot, lose_slots
from groupsched.enrolment.service.replanned import before, next_date
from groupsched.enrolment.service.seats import ahead, recount
from groupsched.enrolment.service.slots_moved import in_another_slot, in_its_slots, without
from groupsched.enrolment.service.telling import tell
from groupsched.enrolment.service.undoable import let_go
from groupsched.enrolment.service.unheard import as_it_is, of_dates_gone
from groupsched.schedule.events import DateBefore, DatesChanged
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import where_of
from groupsched.schedule.rules import OccurrenceStatus, SeatPool
from groupsched.schedule.service import lock


def dates_changed(event: DatesChanged) -> None:
    """Seats and lines follow the dates; each person with a seat on one that moved or fell away, and who waits for one, is
    told once. Who is let in by the change hears only of the dates as they are now.
    """
    if not _has_people(event.group_id):
        _keep_for_referrals(event)
        return
    lock(event.group_id)
    if event == DatesChanged(event.group_id, cancelled=event.cancelled[:1]) != DatesChanged(event.group_id):
        _one_cancelled(event.group_id, *event.cancelled)
        return
    lost = lose_slots(event)
    recount([*event.added, *event.changed, *event.restored])
    _keep_for_referrals(event)
    seated = as_it_is(event.group_id, _replanned(event, _seated(event)), event.added)
    seated += of_dates_gone(event.group_id, event.gone, seated)
    if _changed(event) and not anybody_waits(event.group_id):
        tell(seated)
        return
    if event.moved or event.slots:
        moved = {*(one.occurrence_id for one in event.moved), *(one.occurrence_id for one in event.slots)}
        withdraw_unheard(db.session.get_one(Group, event.group_id), clock.now(), moved)
    moved_up = advance(event.group_id).moved_up
    moved_up = in_another_slot(event, lost, moved_up)
    waiting = without(lost, _in_line(event))
    places = places_in_line(list(waiting))
    in_line = [replace(one, position=_position(one, places)) for one in _replanned(event, waiting)]
    tell([*seated, *in_line, *_placed_in_line(moved_up)])


def _keep_for_referrals(event: DatesChanged) -> None:
    """On new dates too seats are kept for who is referred, where the group does that."""
    if referral_pool(event.group_id) is not None:
        lock(event.group_id)
        group, now = db.session.get_one(Group, event.group_id), clock.now()
        dates = ahead(group.id, now)
        lay_out(group, dates, now, event.added)
        open_to_all(group.id, dates, now)


def _placed_in_line(outcomes: Iterable[SeatOutcome]) -> list[SeatOutcome]:
    """The same, each who lost their time with the place in the line where they wait for another one."""
    found = list(outcomes)
    places = places_in_line([one.enrolment for one in found if isinstance(one, SlotLost)])
    return [
        replace(one, position=places.get((one.enrolment.id, one.date.id), 1))
        if isinstance(one, SlotLost)
        else one
        for one in found
    ]


def _one_cancelled(group_id: int, occurrence_id: int) -> None:
    """Everybody with a seat on the date is told, and who waits for it: singly, or for every date where it was their next one.
    The rest of the group's dates may have room for its line: who gets a seat by it hears that alone.
    """
    concerned = concerned_by(occurrence_id)
    told = as_it_is(group_id, [DateCancelled(one, date) for one, date, seated in concerned if seated])
    moved_up = advance(group_id).moved_up
    let_in = {one.enrolment for one in moved_up if isinstance(one, Joined)}
    waits = ((one, date) for one, date, seated in concerned if not seated and one not in let_in)
    tell([*told, *(AwaitedCancelled(*row) for row in waits), *moved_up])


def _changed(event: DatesChanged) -> list[int]:
    """The dates of which people hear, save those that are new."""
    moved = [*(one.occurrence_id for one in event.moved), *(one.occurrence_id for one in event.slots)]
    return [*dict.fromkeys(moved), *event.dropped, *event.restored, *event.cancelled]


def _seated(event: DatesChanged) -> dict[Enrolment, list[Occurrence]]:
    """Who has a seat on a date that changed, or that there is besides, with those dates."""
    changed, dates = [*_changed(event), *event.besides], defaultdict[Enrolment, list[Occurrence]](list)
    for enrolment, date in told_about(changed, in_line=False) if changed else ():
        dates[enrolment].append(date)
    return dates


def _in_line(event: DatesChanged) -> dict[Enrolment, list[Occurrence]]:
    """Who waits for all dates, or for one that changed, with what changed of that."""
    changed = _changed(event)
    waits = in_lines_of(event.group_id, changed) if changed else []
    if not waits:
        return {}
    query = select(Occurrence).where(Occurrence.id.in_(changed)).order_by(Occurrence.start, Occurrence.id)
    rows = list(db.session.scalars(query))
    wanted = defaultdict[Enrolment, set[int]](set)
    for enrolment, date in waits:
        wanted[enrolment] |= set(changed) if date is None else {date}
    return {one: [row for row in rows if row.id in ids] for one, ids in wanted.items()}


def _position(outcome: Replanned, places: Mapping[tuple[int, int | None], int]) -> int:
    """The place in the line of the group, or in that of the first date."""
    number = outcome.enrolment.id
    return places.get((number, None)) or next(
        (places[number, one.id] for one in outcome.dates if (number, one.id) in places), 1
    )


def _know_what_is_said(enrolments: Iterable[Enrolment]) -> None:
    """Read what these say of single dates in one statement, not one by one."""
    query = select(Enrolment).where(Enrolment.id.in_({one.id for one in enrolments}))
    db.session.scalars(query.options(selectinload(Enrolment.date_seats))).all()


def _concerns(enrolment: Enrolment, one: Occurrence, was: DateBefore | None) -> bool:
    """Whether something is otherwise for this person: the link is nothing to who comes into the room, the room to nobody online."""
    pool, now = enrolment.pool_on(one.id), where_of(one)
    same = was is not None and (was.start, was.end, was.where.mode) == (one.start, one.end, now.mode)
    if was is None or not same or pool is None or one.status != OccurrenceStatus.SCHEDULED:
        return True
    return was.where.link != now.link if pool is SeatPool.ONLINE else in_another_place(was.where, now)


def _replanned(event: DatesChanged, dates: Mapping[Enrolment, list[Occurrence]]) -> list[Replanned]:
    was: dict[int, DateBefore | None] = {one.occurrence_id: one for one in event.moved}
    was |= dict.fromkeys((*event.restored, *event.besides))
    stood = {one.occurrence_id: one for one in event.stood}
    if db.session.get_one(Group, event.group_id).has_pools:
        _know_what_is_said(dates)
        dates = {one: [o for o in own if _concerns(one, o, was.get(o.id))] for one, own in dates.items()}
        dates = {one: own for one, own in dates.items() if own}
    goes_on = {
        one
        for one, own in dates.items()
        if one.mode == EnrolmentMode.WHOLE and not any(o.id in was for o in own)
    }
    following = next_date(event.group_id) if goes_on else None
    return [
        in_its_slots(event, Replanned(
            one, own, {o.id: was[o.id] if o.id in was else stood.get(o.id) or before(o) for o in own}, following if one in goes_on else None,
            event.rules, new=frozenset(event.besides),
        ))
        for one, own in dates.items()
    ]  # fmt: skip


def group_retired(group_id: int) -> None:
    """A group is no longer offered: whoever is in it has completed it, lines and requests end."""
    lock(group_id)
    live = select(Enrolment).where(Enrolment.group_id == group_id, Enrolment.state.in_(LIVE))
    ended = db.session.scalars(live.order_by(Enrolment.id)).all()
    for enrolment in ended:
        was_in = enrolment.state == EnrolmentState.ACTIVE
        over = EnrolmentState.COMPLETED if was_in else EnrolmentState.LEFT
        end(enrolment, clock.now(), "", state=over, kept=True)
    if ended and ended[0].group.line_mode is not LineMode.AT_ONCE:
        settle(group_id, (), clock.now())
    tell(Ended(enrolment, cancelled=True) for enrolment in ended)


def retiring_undone(event: RetiringUndone) -> None:
    """Whoever was in the group, waited or asked when it was taken off the list is there again; the seats follow the dates."""
    lock(event.group_id)
    kept = select(Enrolment).where(
        Enrolment.group_id == event.group_id,
        Enrolment.state.not_in(LIVE),
        Enrolment.ended_at >= event.retired_at,
        Enrolment.left_as.is_not(None),
        Enrolment.undo_until.is_(None),
    )
    for one in db.session.scalars(kept.order_by(Enrolment.id)).all():
        for seat in one.date_seats:
            if seat.left_as == DateSeatState.HELD:
                give_slot(seat, one.group)
            seat.state = seat.left_as or seat.state
        one.state, one.ended_at = one.left_as or one.state, None
        let_go(one)


def _has_people(group_id: int) -> bool:
    live = Enrolment.state.in_(LIVE)
    return bool(db.session.scalar(select(exists().where(Enrolment.group_id == group_id, live))))
