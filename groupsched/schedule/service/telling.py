"""One change of a group's dates is told to the rooms above once, whatever parts it has."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from sqlalchemy import select

from groupsched.accounts.models import Person
from groupsched.catalog.events import PlaceMoved, PlaceWouldMove, Reach
from groupsched.catalog.models import Group, Place
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import ask, publish
from groupsched.schedule.events import (
    ComeToAll,
    DateBefore,
    DatesChanged,
    Impact,
    ImpactOf,
    NeverHeard,
    RuleChange,
    SlotBefore,
    Whereabouts,
)
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus
from groupsched.schedule.service.booking import book
from groupsched.schedule.service.rows import touch

# The parts of each change that is not at its end yet, by the number of the group.
_open: ContextVar[Mapping[int, list[DatesChanged]]] = ContextVar("open_changes")


def announce(
    group: Group,
    *,
    added: Iterable[int] = (),
    changed: Iterable[int] = (),
    dropped: Iterable[int] = (),
    restored: Iterable[int] = (),
    cancelled: Iterable[int] = (),
    rules: Iterable[RuleChange] = (),
    slots: Iterable[SlotBefore] = (),
    besides: Iterable[int] = (),
    gone: Iterable[int] = (),
) -> None:
    """Say which dates came, changed, fell away, came back or were called off, by id: inside `told_once` at its end, else
    now."""
    said = DatesChanged(
        group.id,
        tuple(added),
        tuple(changed),
        tuple(dropped),
        tuple(restored),
        tuple(cancelled),
        rules=tuple(rules),
        slots=tuple(slots),
        besides=tuple(besides),
        gone=tuple(gone),
    )
    parts = _open.get({}).get(group.id)
    if parts is None:
        publish(said)
    else:
        parts.append(said)


@contextmanager
def told_once(group: Group, reach_was: Reach | None = None) -> Iterator[None]:
    """What is announced inside of the dates of a group is one change, published at the end of the outermost block. There its
    bookings follow, too: what is on the way to what is wanted takes nothing.

    `reach_was` is how people came to the group, where that has changed already.
    """
    if group.id in _open.get({}):
        yield
        return
    before = _coming(group, reach_was)
    parts: list[DatesChanged] = []
    token = _open.set({**_open.get({}), group.id: parts})
    try:
        yield
    finally:
        _open.reset(token)
    db.session.flush()
    book(group)
    if parts:
        publish(_sum(group, before, parts))


@contextmanager
def booked_once(group: Group) -> Iterator[None]:
    """The same for what moves no date: what is announced is published at once."""
    yield
    if group.id not in _open.get({}):
        db.session.flush()
        book(group)


def _sum(group: Group, before: Mapping[int, DateBefore], parts: Sequence[DatesChanged]) -> DatesChanged:
    added, changed, dropped, restored, cancelled, rules, besides, gone = (
        tuple(dict.fromkeys(one for part in parts for one in getattr(part, name)))
        for name in ("added", "changed", "dropped", "restored", "cancelled", "rules", "besides", "gone")
    )
    after = _coming(group) if changed else before
    moved = tuple(was for number, was in before.items() if after.get(number, was) != was)
    # As a slot was before the first of the parts.
    slots = {one.timeslot_id: one for part in reversed(parts) for one in part.slots}
    stood = _stood(before, cancelled)
    return DatesChanged(
        group.id,
        added,
        changed,
        dropped,
        restored,
        cancelled,
        moved,
        rules,
        slots=tuple(slots.values()),
        stood=stood,
        besides=besides,
        gone=gone,
    )


def _stood(before: Mapping[int, DateBefore], cancelled: Collection[int]) -> tuple[DateBefore, ...]:
    """When and where those of the cancelled dates were that are at another time now."""
    asked = [number for number in cancelled if number in before]
    query = select(Occurrence.id, Occurrence.start, Occurrence.end).where(Occurrence.id.in_(asked))
    rows = db.session.execute(query) if asked else ()
    now = {number: (start, end) for number, start, end in rows}
    was = (before[number] for number in asked)
    return tuple(one for one in was if (one.start, one.end) != now[one.occurrence_id])


def place_moved(event: PlaceMoved) -> None:
    """A place is elsewhere, or has another link: say so of the coming dates there, a group at a time."""
    for group in _groups_at(event.place_id):
        now = _coming(group)
        moved = [was for number, was in _coming(group, place=event).items() if now[number] != was]
        rows = select(Occurrence).where(Occurrence.id.in_([was.occurrence_id for was in moved]))
        for row in db.session.scalars(rows):
            row.sequence += 1
            touch(row)
        db.session.flush()
        book(group)
        if moved:
            changed = tuple(was.occurrence_id for was in moved)
            publish(DatesChanged(group.id, changed=changed, moved=tuple(moved)))


def told_if_place_moved(question: PlaceWouldMove) -> frozenset[Person]:
    """Who would hear of it if a place were elsewhere, or had another link: who has a seat or waits on a date there."""
    there = PlaceMoved(question.place_id, question.site_id, question.link)
    ids: list[int] = []
    for group in _groups_at(question.place_id):
        then = _coming(group, place=there)
        ids += [number for number, now in _coming(group).items() if then[number] != now]
    return impact_of(ids, whole_line=True).people if ids else frozenset()


def impact_of(occurrence_ids: Iterable[int], *, whole_line: bool = False) -> Impact:
    """Whom a change of these dates touches, as the rooms above answer; with those who wait for every date, if asked."""
    ids = tuple(occurrence_ids)
    return Impact.sum(ask(ImpactOf(ids, whole_line)), dates=len(ids))


def never_heard(occurrence_ids: Iterable[int]) -> frozenset[Person]:
    """Who would have a seat again if these cancelled dates took place, and has heard of none that it does not: to them that
    is no news."""
    ids = tuple(occurrence_ids)
    return frozenset(person for people in ask(NeverHeard(ids)) for person in people) if ids else frozenset()


def who_comes_to_all(group: Group, starts: Iterable[datetime]) -> frozenset[Person]:
    """Who has a seat on new dates of a group that begin then, and hears of them: whoever comes to every date."""
    last = max(starts, default=None)
    answers = ask(ComeToAll(group.id, last)) if last is not None else ()
    return frozenset(person for people in answers for person in people)


def _groups_at(place_id: int) -> list[Group]:
    """The groups with dates to come at a place."""
    there = select(Occurrence.group_id).where(
        Occurrence.place_id == place_id, Occurrence.start > clock.now(), ~Occurrence.external
    )
    return list(db.session.scalars(select(Group).where(Group.id.in_(there)).order_by(Group.id)))


def _coming(
    group: Group, reach: Reach | None = None, place: PlaceMoved | None = None
) -> dict[int, DateBefore]:
    """When and where the coming dates are, or were: reached so, with that place as it was."""
    reach = reach or Reach(group.attendance_mode, group.online_link)
    query = (
        select(
            Occurrence.id,
            Occurrence.start,
            Occurrence.end,
            Occurrence.place_id,
            Occurrence.own_link,
            Place.site_id,
            Place.online_link,
        )
        .outerjoin(Occurrence.place)
        .where(
            Occurrence.group_id == group.id,
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.start > clock.now(),
        )
        .order_by(Occurrence.start, Occurrence.id)
    )
    found = {}
    for number, start, end, place_id, own_link, site_id, link in db.session.execute(query):
        if place is not None and place_id == place.place_id:
            site_id, link = place.site_id_was, place.link_was
        where = Whereabouts.of(reach.mode, place_id, site_id, own_link or reach.link or link or "")
        found[number] = DateBefore(number, start, end, where)
    return found
