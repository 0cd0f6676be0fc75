"""Seats that came free too late to write to anybody: whom to call, in which group."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from groupsched.access.identity import Identity
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment, SeatOffer
from groupsched.enrolment.queries.apart import stranger_to
from groupsched.enrolment.queries.lines import in_group_line
from groupsched.enrolment.rules import IN_LINE, DateSeatState, OfferState
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus, SeatPool


def to_be_called(now: datetime) -> ColumnElement[bool]:
    """A row of who was passed over, joined with its enrolment, is of somebody to be called: it was too late to write to them, they
    still wait, and the seat is still free, on the one date or on all that are left."""
    newer = aliased(SeatOffer)
    same_date = or_(
        newer.occurrence_id == SeatOffer.occurrence_id,
        and_(newer.occurrence_id.is_(None), SeatOffer.occurrence_id.is_(None)),
    )
    answered = exists().where(
        newer.enrolment_id == SeatOffer.enrolment_id, newer.id > SeatOffer.id, same_date
    )
    return and_(
        SeatOffer.state == OfferState.PASSED_OVER,
        SeatOffer.clash_id.is_(None),
        Enrolment.state.in_(IN_LINE),
        ~answered,
        or_(_waits_for_the_date(now), _waits_for_all(now)),
    )


def _waits_for_the_date(now: datetime) -> ColumnElement[bool]:
    pool = func.coalesce(DateSeat.pool, Enrolment.pool, SeatPool.ROOM.value)
    seat = exists().where(
        DateSeat.enrolment_id == Enrolment.id,
        DateSeat.occurrence_id == SeatOffer.occurrence_id,
        DateSeat.state == DateSeatState.WAITING,
        Occurrence.id == SeatOffer.occurrence_id,
        _still_comes(now),
        _free_in(pool),
    )
    return seat.correlate(SeatOffer, Enrolment)


def _waits_for_all(now: datetime) -> ColumnElement[bool]:
    coming = and_(Occurrence.group_id == Enrolment.group_id, _still_comes(now))
    pool = func.coalesce(Enrolment.pool, SeatPool.ROOM.value)
    some = exists().where(coming).correlate(Enrolment)
    full = exists().where(coming, ~_free_in(pool)).correlate(Enrolment)
    return and_(SeatOffer.occurrence_id.is_(None), in_group_line(), some, ~full)


def _still_comes(now: datetime) -> ColumnElement[bool]:
    return and_(Occurrence.start > now, Occurrence.status == OccurrenceStatus.SCHEDULED)


def _free_in(pool: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(*(and_(pool == one.value, Occurrence.free_in(one)) for one in SeatPool))


def offers_by_phone(group: Group, now: datetime) -> frozenset[int]:
    """The rows, by number, of those in the lines of a group who are to be called now. Ask it behind the right to read its line."""
    query = select(SeatOffer.id).join(SeatOffer.enrolment)
    return frozenset(db.session.scalars(query.where(Enrolment.group_id == group.id, to_be_called(now))))


def calls_by_group(now: datetime, identity: Identity) -> Select[int, int]:
    """The groups in which people are to be called now, with how many; of everybody but the reader, and those from whom
    the reader is kept apart."""
    query = select(Enrolment.group_id, func.count(SeatOffer.id).label("calls")).join(
        Enrolment, SeatOffer.enrolment_id == Enrolment.id
    )
    others = Enrolment.person_id != (identity.person or 0), stranger_to(identity, Enrolment.person_id)
    return query.where(*others, to_be_called(now)).group_by(Enrolment.group_id)
