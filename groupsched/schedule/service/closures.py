"""Closed days: what one would do to whom, closing, and taking it back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.models import Site
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.catalog.rules import GroupState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.outbox.service import sent_together
from groupsched.schedule.models import CLOSURE_NAME_LENGTH, Closure, Occurrence, Substitution
from groupsched.schedule.queries import (
    closed_rooms,
    covers_of_dates,
    moved_out_of,
    rooms_by_site,
    usual_answer,
    with_leaders,
)
from groupsched.schedule.rules import (
    Change,
    ChosenDates,
    CloseDates,
    ClosedDays,
    DateChange,
    MoveDate,
    OccurrenceStatus,
    ReopenDates,
)
from groupsched.schedule.service.booking import clashes_of
from groupsched.schedule.service.changing import change_for, plan_in
from groupsched.schedule.service.closure_times import proposed_times
from groupsched.schedule.service.substitutes import lapse_covers
from groupsched.schedule.service.telling import impact_of, never_heard
from groupsched.schedule.service.timetable import TimetableRows, timetable_of

MOST_DAYS = 366


@dataclass(frozen=True)
class WantedClosure:
    """A span that somebody wants to close: a site, or these rooms of it; `name` is what people read."""

    site: Site
    name: str
    start: datetime
    end: datetime
    rooms: tuple[int, ...] = ()


@dataclass(frozen=True)
class RippleDate:
    """A date that falls under a closure, what its series does on closed days, and the time of its week at which it could be
    instead."""

    date: Occurrence
    closure: int
    answer: ClosedDays
    free: tuple[datetime, datetime] | None = None


@dataclass(frozen=True)
class Ripple:
    """What closures do: all `dates` that fall under them; of those that are called off how many (`off`), whom that touches,
    which rooms it frees; those that are `moved`, and when they are then; the `covers` that are needed no longer; and, taking one
    back, the dates that stay called off (`stay`): their group meets then meanwhile, or their room or leader is taken; and whom it
    touches without a word (`unheard`): they have not heard that it was closed."""

    dates: tuple[RippleDate, ...] = ()
    off: tuple[Occurrence, ...] = ()
    people: frozenset[Person] = frozenset()
    stay: tuple[Occurrence, ...] = ()
    rooms: tuple[str, ...] = field(default=())
    moved: tuple[tuple[Occurrence, datetime], ...] = ()
    covers: tuple[Substitution, ...] = ()
    unheard: frozenset[Person] = frozenset()

    @property
    def told(self) -> frozenset[Person]:
        """Whom it touches and who reads of it."""
        return self.people - self.unheard


Answers = Mapping[str, ClosedDays | datetime]
"""What is to become of dates, by their public ids: a moment is when they begin instead; of others what their series says."""


def ripple(identity: Identity, wanted: Sequence[WantedClosure], answers: Answers | None = None) -> Ripple:
    """What closing these would do. Nothing is written. A date whose answer is still asked for takes place.

    Raises Conflict where a date cannot move where it is to."""
    _may(identity)
    for one in wanted:
        check(one)
    dates = _with_free_times(_under(identity, [_row(identity, one) for one in wanted]), wanted)
    found, told = _ClosedSum(dates), set[Person]()
    for group, meant in _meant(dates, wanted, answers):
        rows = timetable_of(group)
        shut = plan_in(rows, CloseDates(meant.off))
        moves = plan_in(rows, ChosenDates(meant.moves))
        found.add(shut, moves)
        told |= impact_of(moves.told, whole_line=True).people if moves.told else frozenset()
    off = found.off
    return found.ripple(_people(off) | told)


def close(
    identity: Identity, wanted: Sequence[WantedClosure], answers: Answers | None = None, *, each: bool = True
) -> tuple[list[Closure], Ripple]:
    """Close: each group is changed once, its people are told, each in one mail, and dates made later fall under it too. Nobody
    is looked for any more who would lead a date that is called off. With `answers` `each` date must have one, unless that is
    not asked.

    Raises Conflict where one has none (a date that came meanwhile, one to ask of), or cannot move where it is to (DatesTaken
    where something is taken then), DomainError for what cannot be closed.
    """
    _may(identity)
    for one in wanted:
        check(one)
    rows = [_row(identity, one) for one in wanted]
    dates = _under(identity, rows)
    if each and answers is not None and any(one.date.uid not in answers for one in dates):
        raise Conflict(_("Say of each date what becomes of it. There may be new ones."), code="unanswered")
    _refuse_twice(identity, rows)
    db.session.add_all(rows)
    db.session.flush()
    found, people = _ClosedSum(dates), set[Person]()
    with sent_together():
        for group, meant in _meant(dates, wanted, answers):
            numbered = {key: (rows[place].id, name) for key, (place, name) in meant.off.items()}
            found.add(*change_closed(identity, group, numbered, meant.moves, people))
    _keep(rows, dates, answers)
    done = found.ripple(frozenset(people))
    lapse_covers(one.id for one in done.off)
    for row in rows:
        record(identity, AuditAction.CLOSURE_ADDED, row, dates=len(done.off), people=len(people))
    return rows, done


@dataclass
class _ClosedSum:
    """What closing does to these dates, a group at a time."""

    dates: tuple[RippleDate, ...]
    cancelled: set[int] = field(default_factory=set)
    moved: dict[int, datetime] = field(default_factory=dict)

    def add(self, shut: DateChange, moves: DateChange) -> None:
        """And to those of one more group."""
        self.cancelled |= {now.key or 0 for now in shut.cancelled}
        self.moved |= {now.key or 0: now.start for _was, now in moves.moved}

    @property
    def off(self) -> tuple[Occurrence, ...]:
        """The dates that are called off, in order."""
        return _in_order(one.date for one in self.dates if one.date.id in self.cancelled)

    def ripple(self, people: frozenset[Person]) -> Ripple:
        """All of it."""
        off = self.off
        moved = tuple((one.date, self.moved[one.date.id]) for one in self.dates if one.date.id in self.moved)
        rooms = _rooms((*off, *(one for one, _start in moved)))
        covers = tuple(covers_of_dates(one.id for one in off))
        return Ripple(self.dates, off, people, rooms=rooms, moved=moved, covers=covers)


def called_off(closure: Closure) -> list[Occurrence]:
    """The coming dates that a closure called off, in order: they can take place again."""
    query = _loaded().where(
        Occurrence.closure_id == closure.id,
        Occurrence.status == OccurrenceStatus.CANCELLED,
        ~Occurrence.dropped,
        Occurrence.start > clock.now(),
        Group.state != GroupState.RETIRED,
    )
    return list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)).unique())


def opening(identity: Identity, closure: Closure, dates: Collection[str] | None = None) -> Ripple:
    """What taking a closure back would do, with these of its dates (by public id) to take place again; None: all."""
    _may(identity)
    meant, back = _wanted_back(closure, dates), set[int]()
    for group, which in _by_group(meant).items():
        _change, plan = _reopening(group, timetable_of(group), which)
        back |= {now.key or 0 for now in plan.restored}
    on = _in_order(one for one in meant if one.id in back)
    stay = _in_order(one for one in meant if one.id not in back)
    unheard = never_heard(one.id for one in on)
    moved = tuple((one, one.start) for one in moved_out_of(closure))
    return Ripple(off=on, people=_people(on), stay=stay, rooms=_rooms(on), moved=moved, unheard=unheard)


def take_back(identity: Identity, closure: Closure, dates: Collection[str] | None = None) -> Ripple:
    """Have a closure count no more, and these of its dates take place again: their people have their seats, and are told
    unless they never heard of it. The others stay called off."""
    _may(identity)
    db.session.refresh(closure, ["taken_back_at"], with_for_update=True)
    meant, back, people = _wanted_back(closure, dates), set[int](), set[Person]()
    unheard = never_heard(one.id for one in meant)
    if closure.taken_back_at is None:
        closure.taken_back_at = clock.now()
        db.session.flush()
        with sent_together():
            back |= {
                number
                for group, which in _by_group(meant).items()
                for number in _reopen(identity, group, which)
            }
        people |= _people([one for one in meant if one.id in back])
        record(identity, AuditAction.CLOSURE_TAKEN_BACK, closure, dates=len(back), people=len(people))
    on = _in_order(one for one in meant if one.id in back)
    stay = _in_order(one for one in meant if one.id not in back)
    return Ripple(off=on, people=frozenset(people), stay=stay, rooms=_rooms(on), unheard=unheard & people)


def check(wanted: WantedClosure) -> None:
    """Raises DomainError where this cannot be closed: without a reason, backwards, over already, for more than a year."""
    if not clean_line(wanted.name):
        raise DomainError(
            _("Say why it is closed. People will read it."), field="name", code="reason-missing"
        )
    if len(clean_line(wanted.name)) > CLOSURE_NAME_LENGTH:
        raise DomainError(_("This is too long. Please shorten it."), field="name", code="too-long")
    if wanted.end <= wanted.start:
        raise DomainError(_("The end is before the start."), field="ends", code="order")
    if wanted.end <= clock.now():
        raise DomainError(_("This day is over."), field="starts", code="past")
    if (wanted.end - wanted.start).days > MOST_DAYS:
        raise DomainError(_("A closure lasts a year at most."), field="ends", code="too-long-closed")


def _may(identity: Identity) -> None:
    ensure(identity, Permission.CLOSURE_WRITE, Facts(program=identity.program_id))


def _row(identity: Identity, wanted: WantedClosure) -> Closure:
    return Closure(
        program_id=wanted.site.program_id,
        site_id=wanted.site.id,
        name=clean_line(wanted.name),
        starts_at=wanted.start,
        ends_at=wanted.end,
        rooms=sorted(wanted.rooms),
        created_by_id=identity.person,
    )


def _refuse_twice(identity: Identity, rows: Iterable[Closure]) -> None:
    """A second click closes nothing twice."""
    for row in rows:
        query = select(Closure).where(
            Closure.program_id == identity.program_id, Closure.site_id == row.site_id,
            Closure.starts_at == row.starts_at, Closure.ends_at == row.ends_at, Closure.taken_back_at.is_(None),
        )  # fmt: skip
        if any(one.rooms == row.rooms for one in db.session.scalars(query)):
            raise Conflict(_("This is closed already."), code="closed-already")


def _loaded() -> Select[Occurrence]:
    return (
        select(Occurrence)
        .join(Occurrence.group)
        .options(*with_leaders(), joinedload(Occurrence.series), joinedload(Occurrence.place))
    )


def _under(identity: Identity, closures: Sequence[Closure]) -> tuple[RippleDate, ...]:
    """The dates that fall under these, each under the first of them."""
    rooms, found = rooms_by_site(identity.program_id or 0), dict[int, RippleDate]()
    for place, closure in enumerate(closures):
        query = _loaded().where(
            Occurrence.program_id == identity.program_id, ~Occurrence.external, Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.start < closure.ends_at, Occurrence.end > closure.starts_at, Occurrence.start > clock.now(),
            ~Occurrence.frozen, Group.state != GroupState.RETIRED,
        )  # fmt: skip
        for one in db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)).unique():
            if one.place_id in closed_rooms(closure, rooms, one.group.site_id):
                answer = one.series.closed_days or usual_answer(one.group)
                found.setdefault(one.id, RippleDate(one, place, answer))
    return tuple(sorted(found.values(), key=lambda one: (one.date.start, one.date.id)))


@dataclass
class _Meant:
    """What is to become of the dates of a group: those called off, each with the place of its closure among those wanted and
    its name, and the moves of others."""

    off: dict[int, tuple[int, str]] = field(default_factory=dict)
    moves: tuple[MoveDate, ...] = ()


def _meant(
    dates: Iterable[RippleDate], wanted: Sequence[WantedClosure], answers: Answers | None
) -> list[tuple[Group, _Meant]]:
    """What is to become of which dates, a group at a time."""
    found = defaultdict[Group, _Meant](_Meant)
    for one in dates:
        answer, date = (answers or {}).get(one.date.uid, one.answer), one.date
        if isinstance(answer, datetime):
            found[date.group].moves += (MoveDate(date.id, answer, answer + (date.end - date.start)),)
        elif answer is ClosedDays.SKIP:
            found[date.group].off[date.id] = (one.closure, clean_line(wanted[one.closure].name))
    # In the order of their numbers: two who close at once wait for each other's groups in one order.
    return sorted(found.items(), key=lambda pair: pair[0].id)


def _with_free_times(
    dates: tuple[RippleDate, ...], wanted: Sequence[WantedClosure]
) -> tuple[RippleDate, ...]:
    spans = [(one.start, one.end) for one in wanted]
    free = proposed_times([one.date for one in dates], spans)
    return tuple(replace(one, free=free.get(one.date.id)) for one in dates)


def _keep(rows: Sequence[Closure], dates: Iterable[RippleDate], answers: Answers | None) -> None:
    """Remember of which dates somebody decided that they take place though it is closed: nobody is asked of them again."""
    for one in dates:
        if (answers or {}).get(one.date.uid) is ClosedDays.KEEP:
            one.date.kept_closure = rows[one.closure].id
    db.session.flush()


def change_closed(
    identity: Identity,
    group: Group,
    off: Mapping[int, tuple[int, str]],
    moves: tuple[MoveDate, ...],
    people: set[Person],
) -> tuple[DateChange, DateChange]:
    """Move dates of a group and call others off, each with the number of its closure and its name; whom that touches is added."""
    moved = change_for(identity, group, ChosenDates(moves))
    people |= moved.impact.people | impact_of(off).people
    return change_for(identity, group, CloseDates(off)).plan, moved.plan


def _reopen(identity: Identity, group: Group, which: Iterable[Occurrence]) -> set[int]:
    """Have these dates of a group take place again; those that do, by number."""

    def made(rows: TimetableRows) -> Change:
        return _reopening(group, rows, which)[0]

    return {now.key or 0 for now in change_for(identity, group, made).plan.restored}


def _reopening(
    group: Group, rows: TimetableRows, which: Iterable[Occurrence]
) -> tuple[ReopenDates, DateChange]:
    """Having these dates of a group take place again, save those whose room or leader is taken meanwhile, and what that does."""
    change = ReopenDates(frozenset(one.id for one in which))
    plan = plan_in(rows, change)
    taken = {clash.wanted.date for clash in clashes_of(group, plan)} if plan.changes else set()
    if taken:
        change = ReopenDates(change.dates - taken)
        plan = plan_in(rows, change)
    return change, plan


def _wanted_back(closure: Closure, dates: Collection[str] | None) -> list[Occurrence]:
    return [one for one in called_off(closure) if dates is None or one.uid in dates]


def _by_group(dates: Iterable[Occurrence]) -> dict[Group, list[Occurrence]]:
    found = defaultdict[Group, list[Occurrence]](list)
    for one in sorted(dates, key=lambda one: (one.group_id, one.id)):
        found[one.group].append(one)
    return found


def _in_order(dates: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    return tuple(sorted(dates, key=lambda one: (one.start, one.id)))


def _people(dates: Sequence[Occurrence]) -> frozenset[Person]:
    """Whom it concerns that these dates take place or not. Of drafts nobody knows."""
    found: set[Person] = set()
    for which in _by_group(dates).values():
        found |= impact_of([one.id for one in which]).people
    return frozenset(found)


def _rooms(dates: Iterable[Occurrence]) -> tuple[str, ...]:
    return tuple(sorted({one.place.name for one in dates if one.place is not None}))
