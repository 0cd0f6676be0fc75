"""A copy of what is kept of a person, for that person: a client, or somebody's guest."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from groupsched.accounts.models import Person
from groupsched.attendance.queries import own_marks
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment, Guest, GuestDate, OutsideDate
from groupsched.enrolment.queries import guest_times
from groupsched.schedule.models import Occurrence

MOST = 5000


def copy_of(person: Person, now: datetime) -> dict[str, Any]:
    """What is kept of somebody, as plain values, every list in the order of time. Of a guest whom a client brings it says the
    client's own words: what the guest said themself is the guest's. Of a guest's client it says nothing: that is the client's."""
    return {
        "made_at": now.isoformat(),
        "program": person.program.name,
        "person": _who(person),
        "groups": [_group(one) for one in _enrolments(person.id)],
        "attendance": [
            {**_date(one.occurrence), "marked": one.status}
            for one in reversed(own_marks(person.id, now, MOST))
        ],
        "meetings_of_others": [_date(one) for one in _outside(person.id)],
        "guests": [_brought(one) for one in _guests(person.id)],
        "came_as_guest": [_came(one) for one in reversed(guest_times(person))],
    }


def _who(person: Person) -> dict[str, Any]:
    kept = ("first_name", "last_name", "record_number", "email", "phone", "language")
    return {name: getattr(person, name) or None for name in kept}


def _group(one: Enrolment) -> dict[str, Any]:
    ended = one.ended_at.isoformat() if one.ended_at else None
    return {
        "title": one.group.title,
        "of_it": one.mode,
        "state": one.state,
        "since": one.created_at.isoformat(),
        "ended": ended,
        "dates": [
            {**_date(seat.occurrence), "seat": seat.state}
            for seat in sorted(one.date_seats, key=lambda seat: (seat.occurrence.start, seat.id))
        ],
    }


def _brought(guest: Guest) -> dict[str, Any]:
    return {
        "name": guest.person.first_name or None,
        "relation": guest.relation,
        "group": guest.group.title,
        "your_words": guest.words,
        "said_at": guest.word_at.isoformat(),
        "state": guest.state,
        "dates": _dates(guest),
    }


def _came(guest: Guest) -> dict[str, Any]:
    return {
        "group": guest.group.title,
        "relation": guest.relation,
        "asked_at": guest.word_at.isoformat(),
        "agreed_to_confidentiality_at": guest.confirmed_at.isoformat() if guest.confirmed_at else None,
        "state": guest.state,
        "ended": guest.ended_at.isoformat() if guest.ended_at else None,
        "dates": _dates(guest),
    }


def _dates(guest: Guest) -> list[dict[str, Any]]:
    return [
        _date(one)
        for one in sorted((row.occurrence for row in guest.dates), key=lambda one: (one.start, one.id))
    ]


def _date(one: Occurrence) -> dict[str, Any]:
    return {"title": one.title, "start": one.start.isoformat(), "end": one.end.isoformat()}


def _enrolments(person_id: int) -> Sequence[Enrolment]:
    query = (
        select(Enrolment)
        .options(
            joinedload(Enrolment.group),
            selectinload(Enrolment.date_seats).joinedload(DateSeat.occurrence).joinedload(Occurrence.group),
        )
        .where(Enrolment.person_id == person_id)
    )
    return db.session.scalars(query.order_by(Enrolment.created_at, Enrolment.id)).all()


def _guests(person_id: int) -> Sequence[Guest]:
    query = (
        select(Guest)
        .options(
            joinedload(Guest.group),
            joinedload(Guest.person),
            selectinload(Guest.dates).joinedload(GuestDate.occurrence).joinedload(Occurrence.group),
        )
        .where(Guest.host_id == person_id)
    )
    return db.session.scalars(query.order_by(Guest.word_at, Guest.id)).all()


def _outside(person_id: int) -> Sequence[Occurrence]:
    query = select(Occurrence).options(joinedload(Occurrence.group))
    query = query.join(OutsideDate, OutsideDate.occurrence_id == Occurrence.id)
    return db.session.scalars(
        query.where(OutsideDate.person_id == person_id).order_by(Occurrence.start, Occurrence.id)
    ).all()
