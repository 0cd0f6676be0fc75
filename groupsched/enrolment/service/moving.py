"""The lines move: who is next when a seat comes free."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, update

from groupsched.access.identity import Member
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.rules import LineMode
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries import (
    TurnsHad,
    date_line,
    date_lines,
    group_line,
    turns_had,
    waiting_for_other_pool,
    whole_count,
)
from groupsched.enrolment.rules import DateSeatState, EnrolmentMode, EnrolmentState, Promotions, promote
from groupsched.enrolment.service.apart import LetIn, apart_here, passed_over
from groupsched.enrolment.service.clearing import why_unready
from groupsched.enrolment.service.cohort_dates import spell_over, to_give
from groupsched.enrolment.service.ending_offers import keep_more, settle
from groupsched.enrolment.service.exchanging import come_the_other_way
from groupsched.enrolment.service.kept_seats import open_to_all
from groupsched.enrolment.service.offering import offer_seats, who_would_be_asked
from groupsched.enrolment.service.outcomes import Joined, JoinedDate, SeatOutcome
from groupsched.enrolment.service.placing import give_slot
from groupsched.enrolment.service.seats import ComingDate, DateFull, held_ahead, take_all, take_one
from groupsched.enrolment.service.telling import tell
from groupsched.schedule.events import SeatsToGive
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus, SeatPool, seats_free
from groupsched.schedule.service import lock

_NEW = 0  # a date that is not there yet
NO_TURNS = TurnsHad(frozenset(), {}, {})


@dataclass(frozen=True)
class LineMoved:
    """The coming dates of a group as they are now, and what became of those who waited: they have a seat, or are asked."""

    coming: list[ComingDate]
    moved_up: list[SeatOutcome]


def advance(group_id: int) -> LineMoved:
    """Give free seats to those who wait, or ask them, in order; offers whose time is over end first. The caller holds the lock, and
    tells what happened."""
    now, group = clock.now(), db.session.get_one(Group, group_id)
    dates = to_give(group, now)
    ended, freed = settle(group_id, dates, now) if _asks(dates) else ([], False)
    opened = _asks(dates) and open_to_all(group_id, dates, now)
    if freed or opened:
        dates = to_give(group, now)
    moved = _give(group, dates, now) if group.line_mode is LineMode.AT_ONCE else _ask(group, dates, now)
    return LineMoved(moved.coming, [*ended, *moved.moved_up])


def _asks(dates: Sequence[ComingDate]) -> bool:
    """Whether seats may be kept for somebody: without a coming date nothing says that none are."""
    return not dates or dates[0].asking


def _ask(group: Group, dates: list[ComingDate], now: datetime) -> LineMoved:
    """Keep free seats for those who wait, until there is nobody left to ask; then who would come another way has theirs."""
    found: list[SeatOutcome] = []
    if group.line_mode is LineMode.FIRST_YES and any(date.seats.free != 0 for date in dates):
        keep_more(group, dates, now)
        dates = to_give(group, now)
    while any(date.seats.free != 0 for date in dates) and (asked := offer_seats(group, dates, now)):
        found += asked
        dates = to_give(group, now)
    if any(date.online_capacity != 0 and date.seats.free != 0 for date in dates):
        others = waiting_for_other_pool(group.id)
        if changed := [one for pair in others if (one := come_the_other_way(*pair, now)) is not None]:
            again = _ask(group, to_give(group, now), now)
            return LineMoved(again.coming, [*found, *changed, *again.moved_up])
    return LineMoved(dates, found)


def _give(group: Group, dates: list[ComingDate], now: datetime) -> LineMoved:
    """Give free seats to those who wait, in order."""
    group_id = group.id
    if all(date.seats.free == 0 for date in dates):
        return LineMoved(dates, [])
    pooled = any(date.online_capacity != 0 for date in dates)
    least = (
        None if pooled else min((n for n in (one.seats.free for one in dates) if n is not None), default=None)
    )
    line = _next_in_line(group, dates, least, now)
    singles = date_lines(group_id, now)
    others = waiting_for_other_pool(group_id) if pooled else []
    if not line and not singles and not others:
        return LineMoved(dates, [])
    moves = _handed_out(
        group, dates, line, singles, lambda pool: {date.id: date.seats.free_in(pool) for date in dates}
    )
    waiting = {(seat.enrolment_id, seat.occurrence_id): seat for seats in singles.values() for seat in seats}
    by_id = {date.id: date for date in dates}
    moved_up: list[SeatOutcome] = []
    next_ones = [one for one in line if one.id in moves.whole]
    let_in = LetIn([*next_ones, *(waiting[pair].enrolment for pair in moves.single)])
    for enrolment in next_ones:
        if let_in.takes(enrolment) and take_group(enrolment, dates, now, moved_up_at=now):
            moved_up.append(let_in.add(Joined(enrolment, dates, moved_up=True)))
    for pair in moves.single:
        if let_in.takes(waiting[pair].enrolment) and take_date(waiting[pair], now, moved_up_at=now):
            moved_up.append(
                let_in.add(JoinedDate(waiting[pair].enrolment, by_id[pair[1]], now, moved_up=True))
            )
    if let_in.passed_over:
        # Who comes next after them: those let in now stand in the way of the others of their pairs.
        again = advance(group_id)
        return LineMoved(again.coming, [*moved_up, *again.moved_up])
    # Whoever has no seat at all comes before those who have one and would come another way.
    if changed := [one for pair in others if (one := come_the_other_way(*pair, now)) is not None]:
        again = _give(group, to_give(group, now), now)
        return LineMoved(again.coming, [*moved_up, *changed, *again.moved_up])
    return LineMoved(to_give(group, now), moved_up)


def _next_in_line(
    group: Group, dates: Sequence[ComingDate], most: int | None, now: datetime
) -> Sequence[Enrolment]:
    """Those who wait for the whole group, as many as there are seats; all of them where somebody is passed over."""
    line = group_line(group.id, most, to_ask=now) if most != 0 else []
    passes = most and len(line) == most and (apart_here(line) or _not_ready(group, dates, line))
    return group_line(group.id, to_ask=now) if passes else line


def _not_ready(group: Group, dates: Sequence[ComingDate], line: Sequence[Enrolment]) -> Collection[int]:
    return why_unready(group, {one.person_id for one in line}, dates, whole=True)


def _handed_out(
    group: Group,
    dates: Sequence[ComingDate],
    line: Sequence[Enrolment],
    singles: Mapping[int, Sequence[DateSeat]],
    free: Callable[[SeatPool], Mapping[int, int | None]],
) -> Promotions:
    """Who moves up, out of each pool its own line; `free` says how many seats of a pool each coming date has. Whoever is kept
    apart from somebody there is passed over, and who may not have it by what is on file for them."""
    line, singles = _ready(group, dates, *passed_over(line, singles))
    whole, single = list[int](), list[tuple[int, int]]()
    for pool in SeatPool:
        waits = [one.id for one in line if (one.pool or SeatPool.ROOM) is pool]
        by_date = {
            date: [
                one.enrolment_id for one in seats if (one.pool or one.enrolment.pool or SeatPool.ROOM) is pool
            ]
            for date, seats in singles.items()
        }
        moves = promote(waits, by_date, free(pool)) if waits or any(by_date.values()) else Promotions()
        whole, single = [*whole, *moves.whole], [*single, *moves.single]
    return Promotions(tuple(whole), tuple(single))


def _ready(
    group: Group,
    dates: Sequence[ComingDate],
    line: Sequence[Enrolment],
    singles: Mapping[int, Sequence[DateSeat]],
) -> tuple[list[Enrolment], dict[int, list[DateSeat]]]:
    if group.modality.clearance is None and not group.modality.complementary:
        return list(line), {date: list(seats) for date, seats in singles.items()}
    away = _not_ready(group, dates, line)
    kept: dict[int, list[DateSeat]] = {}
    for number, seats in singles.items():
        its = [one for one in dates if one.id == number]
        not_yet = why_unready(group, {one.enrolment.person_id for one in seats}, its, whole=False)
        kept[number] = [one for one in seats if one.enrolment.person_id not in not_yet]
    return [one for one in line if one.person_id not in away], kept


def move_lines(now: datetime) -> int:
    """Let people in where the last full date of a group has passed; says in how many groups. For the worker."""
    coming = (
        Occurrence.group_id == Enrolment.group_id,
        Occurrence.start > now,
        Occurrence.status == OccurrenceStatus.SCHEDULED,
    )
    query = (
        select(Enrolment.group_id)
        .where(
            Enrolment.state == EnrolmentState.WAITLISTED,
            Enrolment.mode == EnrolmentMode.WHOLE,
            or_(Enrolment.ask_from.is_(None), Enrolment.ask_from <= now),
            exists().where(*coming),
            or_(
                *(
                    and_(
                        func.coalesce(Enrolment.pool, SeatPool.ROOM.value) == pool.value,
                        ~exists().where(*coming, ~Occurrence.free_in(pool)),
                    )
                    for pool in SeatPool
                )
            ),
        )
        .distinct()
        .order_by(Enrolment.group_id)
    )
    found = list(db.session.scalars(query))
    moved_up: list[SeatOutcome] = []
    for group_id in found:
        lock(group_id)
        moved_up += advance(group_id).moved_up
    tell(moved_up)
    return len(found)


def see_moved_up(identity: Member, until: datetime) -> None:
    """The person has seen where they moved up until then: it is no news any more."""
    own = Enrolment.person_id == identity.person_id
    mine = select(Enrolment.id).where(own).scalar_subquery()
    for table, where in ((Enrolment, own), (DateSeat, DateSeat.enrolment_id.in_(mine))):
        change = update(table).where(where, table.moved_up_at <= until).values(moved_up_at=None)
        db.session.execute(change.execution_options(synchronize_session=False))


def would_move_up(occurrence: Occurrence) -> bool:
    """Whether somebody in line would get a seat that is given back on this date, or be asked for it."""
    return line_behind(occurrence)[1]


def who_would_move_up(question: SeatsToGive) -> list[Person]:
    """Those in line who would get a seat, or be asked for one, if the coming dates of a group had as many as the question says."""
    now = clock.now()
    line, singles = group_line(question.group_id, to_ask=now), date_lines(question.group_id, now, full=True)
    if not line and not singles:
        return []
    group = db.session.get_one(Group, question.group_id)
    seats, dates = dict(question.dates), to_give(group, now)
    whole = whole_count(question.group_id) if question.more else 0

    def free(pool: SeatPool) -> dict[int, int | None]:
        there = {
            one.id: replace(one, capacity=seats[one.id]).seats.free_in(pool)
            for one in dates
            if one.id in seats
        }
        if question.more and pool is SeatPool.ROOM:
            there[_NEW] = seats_free(question.capacity, whole)
        return there

    moves = _moves(question.group_id, _turns(question.group_id), line, singles, dates, free)
    numbers = {*moves.whole, *(enrolment for enrolment, _date in moves.single)}
    people = select(Person).join(Enrolment, Enrolment.person_id == Person.id).where(Enrolment.id.in_(numbers))
    return list(db.session.scalars(people.order_by(Person.id))) if numbers else []


def line_behind(occurrence: Occurrence) -> tuple[int, bool]:
    """How many wait for a date, but those who are asked for a seat of it already, and whether one of them would get a seat that is
    given back on it, or be asked for it."""
    now = clock.now()
    line, singles = group_line(occurrence.group_id, to_ask=now), date_line(occurrence.id)
    turns = _turns(occurrence.group_id) if line or singles else NO_TURNS
    waiting = sum((one.id, None) not in turns.asked_now for one in line)
    waiting += sum((one.enrolment_id, occurrence.id) not in turns.asked_now for one in singles)
    if not waiting:
        return 0, False
    dates = [
        replace(one, freed_at=now) if one.id == occurrence.id else one
        for one in to_give(occurrence.group, now)
    ]

    def free(pool: SeatPool) -> dict[int, int | None]:
        there = {one.id: one.seats.free_in(pool) for one in dates}
        return {
            number: n or 1 if number == occurrence.id and n is not None else n for number, n in there.items()
        }

    moves = _moves(occurrence.group_id, turns, line, {occurrence.id: singles}, dates, free)
    return waiting, bool(moves.whole or moves.single)


def line_behind_all(enrolment: Enrolment) -> tuple[int, bool]:
    """How many people wait for seats of this enrolment, but those who are asked already, and whether one of them would get one, or
    be asked for it, if it ended now."""
    now, group_id = clock.now(), enrolment.group_id
    held = held_ahead(enrolment, now)
    if not held:
        return 0, False
    line, lines = group_line(group_id, to_ask=now), date_lines(group_id, now, full=True)
    singles = {date: seats for date, seats in lines.items() if date in held}
    turns = _turns(group_id) if line or singles else NO_TURNS
    those: set[tuple[int, int | None]] = {(one.id, None) for one in line}
    those |= {(one.enrolment_id, date) for date, seats in singles.items() for one in seats}
    waiting = len({number for number, _date in those - turns.asked_now} - {enrolment.id})
    if not waiting:
        return 0, False
    dates = [replace(one, freed_at=now) if one.id in held else one for one in to_give(enrolment.group, now)]

    def free(pool: SeatPool) -> dict[int, int | None]:
        there = {one.id: one.seats.free_in(pool) for one in dates}
        given = {number for number, own in held.items() if (own or SeatPool.ROOM) is pool}
        return {number: n + 1 if number in given and n is not None else n for number, n in there.items()}

    moves = _moves(group_id, turns, line, singles, dates, free)
    return waiting, bool(moves.whole or moves.single)


def _turns(group_id: int) -> TurnsHad:
    """Who of a group was asked for a seat; where nobody is asked, nobody."""
    group = db.session.get_one(Group, group_id)
    return NO_TURNS if group.line_mode is LineMode.AT_ONCE else turns_had(group_id)


def _moves(
    group_id: int,
    turns: TurnsHad,
    line: Sequence[Enrolment],
    singles: Mapping[int, Sequence[DateSeat]],
    dates: Sequence[ComingDate],
    free: Callable[[SeatPool], Mapping[int, int | None]],
) -> Promotions:
    """Who would have a seat, or be asked for one where the group asks, if so many of a pool were free."""
    group = db.session.get_one(Group, group_id)
    if group.line_mode is LineMode.AT_ONCE:
        return _handed_out(group, dates, line, singles, free)
    asked = who_would_be_asked(group, turns, line, singles, dates, free)
    return Promotions(asked.whole, asked.single)


def take_group(
    enrolment: Enrolment, dates: Sequence[ComingDate], now: datetime, *, moved_up_at: datetime | None = None
) -> bool:
    """A seat on every coming date (`dates`), from now on; or none at all, where one is full.

    It begins now, not with its first date: that one may still move to an earlier hour.
    """
    try:
        with savepoint():
            take_all(enrolment.group_id, now, dates, enrolment.pool)
    except DateFull:
        return False
    enrolment.state, enrolment.queued_at = EnrolmentState.ACTIVE, None
    spell_over(enrolment.group, dates, now).begin(enrolment)
    enrolment.moved_up_at = moved_up_at
    db.session.flush()
    return True


def take_date(seat: DateSeat, now: datetime, *, moved_up_at: datetime | None) -> bool:
    """The seat on its date for somebody who waits for it, if there is one free; `moved_up_at`: it is news to them since then."""
    if not take_one(seat.occurrence_id, seat.pool or seat.enrolment.pool):
        return False
    give_slot(seat, seat.enrolment.group)
    seat.state, seat.at, seat.moved_up_at = DateSeatState.HELD, now, moved_up_at
    if seat.enrolment.mode == EnrolmentMode.DATES:
        seat.enrolment.state, seat.enrolment.queued_at = EnrolmentState.ACTIVE, None
    db.session.flush()
    return True
