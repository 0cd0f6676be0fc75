"""Of what somebody waits for, what is free now: nobody is being asked about it, and whoever comes could have it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, exists, func, or_, select, union_all

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
class FreeNow:
    """Of what somebody waits for, what is free now: what they take by themselves, and for what they ask a person first."""

    takes: frozenset[FreeKey] = frozenset()
    asks: frozenset[FreeKey] = frozenset()

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
    found = _free(whole, single)
    open_ = _open_doors([one for one in enrolments if any(one.id == number for number, _date in found)])
    takes = frozenset(key for key in found if key[0] in open_)
    return FreeNow(takes, frozenset(found) - takes)


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


def _free(whole: Collection[int], single: Collection[int]) -> set[FreeKey]:
    """What is free of what these wait for, of every date and of single ones, in one statement."""
    asked = [_free_throughout(whole)] if whole else []
    asked += [_free_dates(single)] if single else []
    return {(row[0], row[1]) for row in db.session.execute(union_all(*asked))} if asked else set()


def _free_dates(ids: Collection[int]) -> Select[int, int | None]:
    """Those coming dates for which these wait that have a free seat."""
    return (
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


def _free_throughout(ids: Collection[int]) -> Select[int, int | None]:
    """Those of whose groups every coming date has a free seat, and there is one."""
    there = (Occurrence.group_id == Enrolment.group_id, *_coming())
    return select(Enrolment.id, cast(None, Integer)).where(
        Enrolment.id.in_(ids), exists().where(*there), ~exists().where(*there, ~_has_seat(Enrolment.pool))
    )
