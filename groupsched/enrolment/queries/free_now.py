"""Of what somebody waits for, what is free now: nobody is being asked about it, and whoever comes could have it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from groupsched.catalog.rules import Access
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries.apart import asking_first
from groupsched.enrolment.rules import (
    IN_LINE,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    EntryMode,
    door,
    seen_access,
)
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus, SeatPool

FreeKey = tuple[int, int | None]
"""An enrolment, and the date for which it waits: None for all of them."""


class FreeScope(StrEnum):
    """One date is free, or all coming ones are."""

    DATE = "date"
    ALL = "all"


@dataclass(frozen=True)
class FreeSome:
    """Of all coming dates for which somebody waits together, so many are free: not none, and not all."""

    free: int
    all: int


@dataclass(frozen=True)
class FreeNow:
    """Of what somebody waits for, what is free now: what they take by themselves, and for what they ask a person first. Of whom who
    waits for all dates how many they could take by themselves instead, by enrolment."""

    takes: frozenset[FreeKey] = frozenset()
    asks: frozenset[FreeKey] = frozenset()
    some: Mapping[int, FreeSome] = field(default_factory=dict)

    def of(self, enrolment: Enrolment) -> FreeSome | None:
        """How many of the dates for which an enrolment waits together are free to take, where not all are."""
        return self.some.get(enrolment.id)

    def has(self, enrolment: Enrolment, date: Occurrence | None, *, asks: bool = False) -> FreeScope | None:
        """Whether what an enrolment waits for, this date or all of them, is free to take, or with `asks` to ask for."""
        found = self.asks if asks else self.takes
        if date is not None and (enrolment.id, date.id) in found:
            return FreeScope.DATE
        return FreeScope.ALL if (enrolment.id, None) in found else None


def free_now(enrolments: Collection[Enrolment]) -> FreeNow:
    """What these enrolments of one person wait for and is free, as it is to anybody who does not wait: dates with a free seat, or
    None where all dates of a group have one. A seat that is kept for who is asked is not free. Where one asks before one joins,
    one does so too who waits."""
    whole = [one.id for one in enrolments if _waits_for_all(one)]
    single = [one.id for one in enrolments if one.state in IN_LINE and any(map(_waits, one.date_seats))]
    counts = _free_of_all(whole)
    throughout = [(number, None) for number, one in counts.items() if one.free == one.all]
    found: set[FreeKey] = {*throughout, *_free_dates(single)}
    some = {number: one for number, one in counts.items() if 0 < one.free < one.all}
    known = {*(number for number, _date in found), *some}
    open_ = _open_doors([one for one in enrolments if one.id in known])
    takes = frozenset(key for key in found if key[0] in open_)
    return FreeNow(takes, frozenset(found) - takes, {key: one for key, one in some.items() if key in open_})


def _waits(seat: DateSeat) -> bool:
    return seat.state == DateSeatState.WAITING


def _waits_for_all(one: Enrolment) -> bool:
    return one.state == EnrolmentState.WAITLISTED and one.mode == EnrolmentMode.WHOLE


def _open_doors(enrolments: Collection[Enrolment]) -> set[int]:
    """Those whose group anybody may walk into who does not wait, and they too."""
    if not enrolments:
        return set()
    first = next(iter(enrolments))
    kept_apart = asking_first(first.group.program_id, first.person_id, {one.group_id for one in enrolments})
    return {
        one.id
        for one in enrolments
        if door(
            seen_access(one.group.access or Access.OPEN, kept_apart=one.group_id in kept_apart),
            one.group.setting,
            by_staff=False,
        )
        is EntryMode.WALK_IN
    }


def _coming() -> tuple[ColumnElement[bool], ...]:
    return Occurrence.start > clock.now(), Occurrence.status == OccurrenceStatus.SCHEDULED


def _has_seat(*pools: Any) -> ColumnElement[bool]:
    online = func.coalesce(*pools, SeatPool.ROOM.value) == SeatPool.ONLINE.value
    return or_(
        and_(online, Occurrence.free_in(SeatPool.ONLINE)), and_(~online, Occurrence.free_in(SeatPool.ROOM))
    )


def _free_dates(ids: Collection[int]) -> list[FreeKey]:
    """Those coming dates for which these wait that have a free seat."""
    query = (
        select(DateSeat.enrolment_id, DateSeat.occurrence_id)
        .join(DateSeat.enrolment)
        .join(DateSeat.occurrence)
        .where(
            DateSeat.enrolment_id.in_(ids),
            DateSeat.state == DateSeatState.WAITING,
            *_coming(),
            _has_seat(DateSeat.pool, Enrolment.pool),
        )
    )
    return [(enrolment, date) for enrolment, date in db.session.execute(query)] if ids else []


def _free_of_all(ids: Collection[int]) -> dict[int, FreeSome]:
    """Of each of whose groups there are coming dates how many of them have a free seat."""
    query = (
        select(Enrolment.id, func.sum(case((_has_seat(Enrolment.pool), 1), else_=0)), func.count())
        .join(Occurrence, Occurrence.group_id == Enrolment.group_id)
        .where(Enrolment.id.in_(ids), *_coming())
        .group_by(Enrolment.id)
    )
    return {number: FreeSome(free, every) for number, free, every in db.session.execute(query)} if ids else {}
