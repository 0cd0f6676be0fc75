"""A freed seat is offered to who waits, and kept for them until they answer or their time is over."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.rules import LineMode
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.enrolment.models import DateSeat, Enrolment, SeatHold, SeatOffer
from groupsched.enrolment.queries import (
    TurnsHad,
    cannot_answer,
    date_lines,
    free_slots,
    group_line,
    keeps_apart,
    offered_in,
    turns_had,
)
from groupsched.enrolment.rules import (
    OfferState,
    OfferWindow,
    PassedFor,
    Quiet,
    RefusalReason,
    WhoIsNext,
    first_in_reach,
    who_is_next,
    window,
)
from groupsched.enrolment.service.apart import InTheWay
from groupsched.enrolment.service.clearing import why_unready
from groupsched.enrolment.service.cohort_dates import next_opens, spell_over
from groupsched.enrolment.service.deciding import clashes_of
from groupsched.enrolment.service.ending_offers import dates_kept
from groupsched.enrolment.service.outcomes import Offered, PassedOver, SeatOutcome
from groupsched.enrolment.service.seats import ComingDate, DateFull, hold_seats
from groupsched.enrolment.service.undoable import UNDO_FOR
from groupsched.schedule.models import Timeslot
from groupsched.schedule.rules import SeatPool

DateLine = int | None
JUST_AFTER = timedelta(microseconds=1)
_REASONS = {
    RefusalReason.CLEARANCE: PassedFor.CLEARANCE,
    RefusalReason.ADDS_ONLY: PassedFor.ADDS_ONLY,
}


@dataclass(frozen=True)
class _Chance:
    """What somebody can be asked for: from which date on, how long, and of a date in slots which."""

    from_start: datetime
    window: OfferWindow
    slot: Timeslot | None = None


@dataclass
class _Fitting:
    """Whether what is free fits somebody; for whom it does, how; for whom it does not, which date it was."""

    group: Group
    dates: Sequence[ComingDate]
    people: Mapping[int, Enrolment]
    now: datetime
    chances: dict[tuple[int, DateLine], _Chance] = field(default_factory=dict)
    clashes: dict[tuple[int, DateLine], int | None] = field(default_factory=dict)
    slots: dict[int, list[Timeslot]] = field(default_factory=dict)
    by_slot: bool = True
    reasons: dict[tuple[int, DateLine], PassedFor] = field(default_factory=dict)
    not_ready: dict[DateLine, dict[int, RefusalReason]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        asked = offered_in(self.group.id) if keeps_apart(self.group.program_id) else ()
        self._before = InTheWay(list(self.people.values()), asked)
        self._off = cannot_answer([one.person_id for one in self.people.values()])

    def fits(self, number: int, date: DateLine) -> bool:
        """Whether this enrolment can be asked for that date, or for all of them."""
        enrolment = self.people[number]
        if (why := self._stands_in_the_way(enrolment.person_id, date)) is not None:
            # The person is told nothing that is not so.
            self.clashes[number, date] = self.dates[0].id if date is None else date
            self.reasons[number, date] = why
            return False
        found = self._all(enrolment) if date is None else self._one(enrolment, date)
        if isinstance(found, _Chance):
            self.chances[number, date] = found
            self._before.ask(enrolment.person_id)
            return True
        self.clashes[number, date] = found
        self.reasons[number, date] = PassedFor.TOO_LATE if found is None else PassedFor.CLASH
        return False

    def _stands_in_the_way(self, person_id: int, date: DateLine) -> PassedFor | None:
        """Why somebody is not to be asked, whatever they have at that time."""
        if person_id in self._off:
            return PassedFor.ACCOUNT
        if self._before.of(person_id):
            return PassedFor.APART
        why = self._unready(date).get(person_id)
        return _REASONS[why] if why is not None else None

    def _unready(self, date: DateLine) -> dict[int, RefusalReason]:
        """Who may not have it by now, by what is on file for them."""
        if date not in self.not_ready:
            dates = [one for one in self.dates if date is None or one.id == date]
            ids = {one.person_id for one in self.people.values()}
            self.not_ready[date] = why_unready(self.group, ids, dates, whole=date is None)
        return self.not_ready[date]

    def _all(self, enrolment: Enrolment) -> _Chance | int | None:
        starts = [one.start for one in self.dates]
        quiet = _quiet(enrolment.person, self.dates[0].timezone)
        found = first_in_reach(starts, _knows_at(self.dates, self.now), quiet)
        if found is None:
            return self._clash(enrolment, self.dates)
        place, kept = found
        if (clash := self._clash(enrolment, self.dates[place:])) is not None:
            return clash
        # Not with its first date: that one may still move to an earlier hour.
        return _Chance(starts[place - 1] + JUST_AFTER if place else self.now, kept)

    def _one(self, enrolment: Enrolment, number: int) -> _Chance | int | None:
        date = next(one for one in self.dates if one.id == number)
        quiet, at = _quiet(enrolment.person, date.timezone), _knows_at([date], self.now)
        if not (self.group.has_slots and self.by_slot):
            kept = window(date.start, at, quiet)
            clash = self._clash(enrolment, [date])
            return _Chance(date.start, kept) if kept and clash is None else clash
        too_late = False
        for slot in self._free(number):
            there = replace(date, start=slot.start, end=slot.end)
            if self._clash(enrolment, [there]) is None:
                if kept := window(slot.start, at, quiet):
                    self._free(number).remove(slot)
                    return _Chance(date.start, kept, slot)
                too_late = True
        return None if too_late or not self._free(number) else number

    def _free(self, number: int) -> list[Timeslot]:
        if number not in self.slots:
            self.slots[number] = [one for one in free_slots(number) if one.start > self.now]
        return self.slots[number]

    def _clash(self, enrolment: Enrolment, dates: Sequence[ComingDate]) -> int | None:
        if enrolment.keeps_both:
            return None
        found = clashes_of(self.group, enrolment.person, dates)
        return found[0].wanted.key if found else None


def _quiet(person: Person, zone: str) -> Quiet:
    return Quiet(
        time.fromisoformat(person.quiet_from), time.fromisoformat(person.quiet_until), ZoneInfo(zone)
    )


def _freed(dates: Iterable[ComingDate]) -> datetime | None:
    return max((one.freed_at for one in dates if one.freed_at), default=None)


def _knows_at(dates: Iterable[ComingDate], now: datetime) -> datetime:
    """When somebody is told: not while whoever gave the seat back may still have it again."""
    freed = _freed(dates)
    return max(now, freed + UNDO_FOR) if freed else now


def who_would_be_asked(
    group: Group,
    turns: TurnsHad,
    line: Sequence[Enrolment],
    singles: Mapping[int, Sequence[DateSeat]],
    dates: Sequence[ComingDate],
    free: Callable[[SeatPool], Mapping[int, int | None]],
) -> WhoIsNext:
    """Whom these lines would be asked if so many seats of a pool were `free` on each date, None without limit: as `offer_seats` asks
    them, without asking anybody. On a date in slots that time is taken that the whole date takes."""
    found: list[WhoIsNext] = []
    people = {one.id: one for one in line}
    people |= {seat.enrolment_id: seat.enrolment for seats in singles.values() for seat in seats}
    for pool in SeatPool:
        own = [
            one.id for one in line if _pool(one) is pool and not turns.is_over((one.id, None), _freed(dates))
        ]
        by_date = _lines_in(pool, singles, dates, turns)
        if dates and (own or any(by_date.values())):
            asking = _Fitting(group, dates, people, clock.now(), by_slot=False)
            found.append(who_is_next(own, by_date, free(pool), asking.fits))
    return WhoIsNext(
        tuple(one for some in found for one in some.whole),
        tuple(one for some in found for one in some.single),
    )


def offer_seats(group: Group, dates: Sequence[ComingDate], now: datetime) -> list[SeatOutcome]:
    """Ask those who wait for what is free on these dates, in order; the seats are kept for them. The caller holds the lock and tells
    them, and whom nothing fits."""
    line, singles = group_line(group.id, to_ask=now), date_lines(group.id, now)
    if not dates or not (line or singles):
        return []
    turns, found = turns_had(group.id), list[SeatOutcome]()
    people = {one.id: one for one in line}
    people |= {seat.enrolment_id: seat.enrolment for seats in singles.values() for seat in seats}
    for pool in SeatPool:
        own = [
            one.id for one in line if _pool(one) is pool and not turns.is_over((one.id, None), _freed(dates))
        ]
        by_date = _lines_in(pool, singles, dates, turns)
        if not own and not any(by_date.values()):
            continue
        asking = _Fitting(group, dates, people, now)
        free = {one.id: one.seats.free_in(pool) for one in dates}
        everybody = group.line_mode is LineMode.FIRST_YES
        asked = who_is_next(own, by_date, free, asking.fits, everybody=everybody)
        found += _passed_over(asking, asked.passed, turns)
        found += _keep(asking, pool, None, asked.whole, _least(free), together=everybody)
        for number in by_date:
            chosen = [one for one, date in asked.single if date == number]
            rest = None if (left := free[number]) is None else left - _taken_by(asked.whole, _least(free))
            found += _keep(asking, pool, number, chosen, rest, together=everybody)
    return found


def _pool(enrolment: Enrolment, seat: DateSeat | None = None) -> SeatPool:
    return (seat.pool if seat is not None else None) or enrolment.pool or SeatPool.ROOM


def _lines_in(
    pool: SeatPool, singles: Mapping[int, Sequence[DateSeat]], dates: Sequence[ComingDate], turns: TurnsHad
) -> dict[int, list[int]]:
    """The lines of dates in a pool, without those who had their turn."""
    freed = {one.id: one.freed_at for one in dates}
    return {
        date: [
            seat.enrolment_id
            for seat in seats
            if _pool(seat.enrolment, seat) is pool
            and not turns.is_over((seat.enrolment_id, date), freed[date])
        ]
        for date, seats in singles.items()
        if date in freed
    }


def _least(free: Mapping[int, int | None]) -> int | None:
    return min((seats for seats in free.values() if seats is not None), default=None)


def _taken_by(whole: Sequence[int], least: int | None) -> int:
    return len(whole) if least is None else min(least, len(whole))


def _passed_over(
    asking: _Fitting, passed: Iterable[tuple[int, DateLine]], turns: TurnsHad
) -> list[SeatOutcome]:
    """Write down, once for what came free, who was passed over. Without a date that does not fit it is too late to write to
    them: the desk calls, and they are sent nothing."""
    found: list[SeatOutcome] = []
    by_id = {one.id: one for one in asking.dates}
    for number, date in passed:
        freed = _freed(asking.dates) if date is None else by_id[date].freed_at
        if turns.is_said((number, date), freed):
            continue
        enrolment, clash = asking.people[number], asking.clashes[number, date]
        offer = SeatOffer(
            enrolment=enrolment,
            occurrence_id=date,
            clash_id=clash,
            state=OfferState.PASSED_OVER,
            passed_for=asking.reasons[number, date],
            made_at=asking.now,
        )
        db.session.add(offer)
        if clash is not None and asking.reasons[number, date] is PassedFor.CLASH:
            found.append(PassedOver(enrolment, by_id[clash], offer))
    db.session.flush()
    return found


def _keep(
    asking: _Fitting,
    pool: SeatPool,
    date: DateLine,
    chosen: Sequence[int],
    seats: int | None,
    *,
    together: bool,
) -> list[SeatOutcome]:
    """Keep a seat for each of these, or as many as there are for all of them together."""
    if not chosen:
        return []
    if together:
        number = len(chosen) if seats is None else min(seats, len(chosen))
        return _offers(asking, pool, date, chosen, number)
    return [offer for one in chosen for offer in _offers(asking, pool, date, [one], 1)]


def _offers(
    asking: _Fitting, pool: SeatPool, date: DateLine, chosen: Sequence[int], seats: int
) -> list[SeatOutcome]:
    chances = [asking.chances[one, date] for one in chosen]
    closes, spell = next_opens(asking.group), None
    if date is None:
        spell = spell_over(asking.group, asking.dates, max(one.from_start for one in chances))
    hold = SeatHold(
        group_id=asking.group.id, occurrence_id=date, pool=pool, seats=seats, made_at=asking.now,
        from_start=spell.from_start if spell else None, until_start=spell.until_start if spell else None,
        timeslot_id=chances[0].slot.id if chances[0].slot and len(chosen) == 1 else None,
    )  # fmt: skip
    scope = dates_kept(hold, asking.dates)
    try:
        with savepoint():
            hold_seats(hold, asking.now, len(scope), seats)
    except DateFull:
        return []
    db.session.add(hold)
    offers = [
        SeatOffer(
            hold=hold, enrolment=asking.people[one], occurrence_id=date, state=OfferState.OPEN, made_at=asking.now,
            out_at=chance.window.begins, until_at=min(chance.window.ends, closes or chance.window.ends),
        )
        for one, chance in zip(chosen, chances, strict=True)
    ]  # fmt: skip
    db.session.add_all(offers)
    db.session.flush()
    first = scope[0]
    if hold.timeslot is not None:
        first = replace(first, start=hold.timeslot.start, end=hold.timeslot.end)
    return [Offered(one.enrolment, first, one, every=date is None) for one in offers]
