"""Closed days: what one would do to whom, closing, and taking it back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
from groupsched.core import clock, holidays
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.schedule.models import CLOSURE_NAME_LENGTH, Closure, Occurrence, Series
from groupsched.schedule.queries import closed_rooms, rooms_by_site, usual_answer
from groupsched.schedule.rules import (
    Change,
    CloseDates,
    ClosedDays,
    DateChange,
    OccurrenceStatus,
    ReopenDates,
)
from groupsched.schedule.service.booking import clashes_of
from groupsched.schedule.service.changing import change_for, plan_in
from groupsched.schedule.service.telling import impact_of
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
    """A date that falls under a closure, and what its series does on closed days."""

    date: Occurrence
    closure: int
    answer: ClosedDays


@dataclass(frozen=True)
class Ripple:
    """What closures do: all `dates` that fall under them; of those that are called off how many (`off`), whom that touches,
    which rooms it frees; and, taking one back, the dates that stay called off (`stay`): their group meets then meanwhile, or
    their room or leader is taken."""

    dates: tuple[RippleDate, ...] = ()
    off: tuple[Occurrence, ...] = ()
    people: frozenset[Person] = frozenset()
    stay: tuple[Occurrence, ...] = ()
    rooms: tuple[str, ...] = field(default=())


Answers = Mapping[str, ClosedDays]
"""What is to become of dates, by their public ids; of others what their series says."""


def ripple(identity: Identity, wanted: Sequence[WantedClosure], answers: Answers | None = None) -> Ripple:
    """What closing these would do. Nothing is written. A date whose answer is still asked for takes place."""
    _may(identity)
    for one in wanted:
        check(one)
    dates = _under(identity, [_row(identity, one) for one in wanted])
    plans = [plan_in(timetable_of(group), CloseDates(why)) for group, why in _off(dates, wanted, answers)]
    rows = {one.date.id: one.date for one in dates}
    off = _in_order(rows[now.key or 0] for plan in plans for now in plan.cancelled)
    return Ripple(dates, off, _people(off), rooms=_rooms(off))


def close(
    identity: Identity, wanted: Sequence[WantedClosure], answers: Answers | None = None, *, each: bool = True
) -> tuple[list[Closure], Ripple]:
    """Close: each group is changed once, its people are told, and dates made later fall under it too. With `answers` `each`
    date must have one, unless that is not asked.

    Raises Conflict where one has none (a date that came meanwhile, one to ask of), DomainError for what cannot be closed.
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
    off: list[Occurrence] = []
    people: set[Person] = set()
    for group, why in _off(dates, wanted, answers):
        numbered = {key: (rows[place].id, name) for key, (place, name) in why.items()}
        done = _done(identity, group, CloseDates(numbered), people)
        off += [one.date for one in dates if one.date.id in {now.key for now in done.cancelled}]
    for row in rows:
        record(identity, AuditAction.CLOSURE_ADDED, row, dates=len(off), people=len(people))
    return rows, Ripple(dates, _in_order(off), frozenset(people), rooms=_rooms(off))


def called_off(closure: Closure) -> list[Occurrence]:
    """The coming dates that a closure called off, in order: they can take place again."""
    query = _loaded().where(
        Occurrence.closure_id == closure.id,
        Occurrence.status == OccurrenceStatus.CANCELLED,
        ~Occurrence.dropped,
        Occurrence.start > clock.now(),
        Group.state != GroupState.RETIRED,
    )
    return list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)))


def opening(identity: Identity, closure: Closure, dates: Collection[str] | None = None) -> Ripple:
    """What taking a closure back would do, with these of its dates (by public id) to take place again; None: all."""
    _may(identity)
    meant, back = _wanted_back(closure, dates), set[int]()
    for group, which in _by_group(meant).items():
        _change, plan = _reopening(group, timetable_of(group), which)
        back |= {now.key or 0 for now in plan.restored}
    on = _in_order(one for one in meant if one.id in back)
    stay = _in_order(one for one in meant if one.id not in back)
    return Ripple(off=on, people=_people(on), stay=stay, rooms=_rooms(on))


def take_back(identity: Identity, closure: Closure, dates: Collection[str] | None = None) -> Ripple:
    """Have a closure count no more, and these of its dates take place again: their people have their seats, and are told
    unless they never heard of it. The others stay called off."""
    _may(identity)
    db.session.refresh(closure, ["taken_back_at"], with_for_update=True)
    meant, back, people = _wanted_back(closure, dates), set[int](), set[Person]()
    if closure.taken_back_at is None:
        closure.taken_back_at = clock.now()
        db.session.flush()
        for group, which in _by_group(meant).items():

            def made(rows: TimetableRows, group: Group = group, which: list[Occurrence] = which) -> Change:
                return _reopening(group, rows, which)[0]

            back |= {now.key or 0 for now in change_for(identity, group, made).plan.restored}
        people |= _people([one for one in meant if one.id in back])
        record(identity, AuditAction.CLOSURE_TAKEN_BACK, closure, dates=len(back), people=len(people))
    on = _in_order(one for one in meant if one.id in back)
    stay = _in_order(one for one in meant if one.id not in back)
    return Ripple(off=on, people=frozenset(people), stay=stay, rooms=_rooms(on))


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
        .options(joinedload(Occurrence.group), joinedload(Occurrence.series), joinedload(Occurrence.place))
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
        for one in db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)):
            if one.place_id in closed_rooms(closure, rooms, one.group.site_id):
                answer = one.series.closed_days or usual_answer(one.group)
                found.setdefault(one.id, RippleDate(one, place, answer))
    return tuple(sorted(found.values(), key=lambda one: (one.date.start, one.date.id)))


def _off(
    dates: Iterable[RippleDate], wanted: Sequence[WantedClosure], answers: Answers | None
) -> list[tuple[Group, dict[int, tuple[int, str]]]]:
    """Which dates are called off, a group at a time, each with the place of its closure among those wanted and its name."""
    found = defaultdict[Group, dict[int, tuple[int, str]]](dict)
    for one in dates:
        if (answers or {}).get(one.date.uid, one.answer) is ClosedDays.SKIP:
            found[one.date.group][one.date.id] = (one.closure, clean_line(wanted[one.closure].name))
    # In the order of their numbers: two who close at once wait for each other's groups in one order.
    return sorted(found.items(), key=lambda pair: pair[0].id)


def _done(identity: Identity, group: Group, change: CloseDates, people: set[Person]) -> DateChange:
    people |= impact_of(change.dates).people
    return change_for(identity, group, change).plan


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


def answer_of_series(identity: Identity, answers: Mapping[int, ClosedDays | None]) -> None:
    """Say what series do on closed days, by their number; None: what is usual. Dates that are made stay as they are."""
    _may(identity)
    query = select(Series).join(Series.group).where(
        Series.id.in_(answers), Group.program_id == identity.program_id
    )  # fmt: skip
    for series in db.session.scalars(query.order_by(Series.id)):
        if series.closed_days != answers[series.id]:
            series.closed_days = answers[series.id]
            record(identity, AuditAction.SERIES_CHANGED, series, group=series.group.uid, closed_days=True)


def keep_holidays_of(identity: Identity, site: Site, country: str, part: str) -> None:
    """Say whose public holidays a site is offered: a country's, or those of a part of it. What is not known is none."""
    _may(identity)
    if country not in holidays.countries():
        raise DomainError(_("Choose one of the list."), field="country", code="unknown-country")
    part = part if part in holidays.parts(country) else ""
    if (site.holiday_country, site.holiday_part) != (country, part):
        site.holiday_country, site.holiday_part = country, part
        site.version += 1
        record(identity, AuditAction.SITE_CHANGED, site)
