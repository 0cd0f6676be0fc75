"""What somebody whom staff take out of a group knows of it: only that is said to be over."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, exists, or_, select

from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import EnrolmentState
from groupsched.enrolment.service.outcomes import AnyDate, Left
from groupsched.enrolment.service.subjects import about_date, about_seat
from groupsched.enrolment.service.unheard import JOINED, MOVED_UP
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.outbox.service import heard_of, untold

WAITS = "waitlisted"


def as_known(left: Left) -> Left:
    """A removal by staff as its person can understand it: without dates of which nobody has told them; off the line for who
    only knows that they wait; and `unheard` for who knows nothing of it."""
    unheard = _unheard(left.enrolment)
    if not unheard:
        return left
    if not _knows_anything(left.enrolment):
        return replace(left, unheard=True)
    dates = _known_dates(left.enrolment, left.dates, unheard)
    if dates or left.was != EnrolmentState.ACTIVE:
        return replace(left, dates=dates)
    waited = all(kind in MOVED_UP for kind in unheard.values())
    return replace(left, was=EnrolmentState.WAITLISTED, dates=(), unheard=not waited)


def hears_of_removal(enrolment: Enrolment) -> bool:
    """Whether somebody who is taken out of a group now has heard that they were in it, or wait for it."""
    return not _unheard(enrolment) or _knows_anything(enrolment)


def _unheard(enrolment: Enrolment) -> Mapping[str, str]:
    """The messages by which the person would have heard of their seats, by what each is about. Who joined by themselves
    knows it before the mail arrives, but not that they moved up."""
    waits = Message.state == MessageState.WAITING
    if enrolment.by_id == enrolment.person_id:
        waits &= Message.kind.in_(MOVED_UP)
    query = select(Message.about, Message.kind).where(
        Message.kind.in_([*JOINED, WAITS]),
        _of(enrolment),
        Message.withdrawn_at.is_(None),
        or_(untold(), waits),
    )
    return {row.about: row.kind for row in db.session.execute(query)}


def _knows_anything(enrolment: Enrolment) -> bool:
    if enrolment.by_id == enrolment.person_id:
        return True
    return bool(db.session.scalar(select(exists().where(_of(enrolment), heard_of()))))


def _of(enrolment: Enrolment) -> ColumnElement[bool]:
    return (Message.person_id == enrolment.person_id) & Message.about.startswith(f"{enrolment.uid}/")


def _known_dates(
    enrolment: Enrolment, dates: Sequence[AnyDate], unheard: Mapping[str, str]
) -> Sequence[AnyDate]:
    if about_seat(enrolment) in unheard:
        return ()
    since = {seat.occurrence_id: seat.at for seat in enrolment.date_seats}
    # One message tells of all dates of one act: it is about the first of them, and they have one moment.
    together = {
        since.get(one.id) for one in dates if unheard.get(about_date(enrolment, one), "").endswith("_dates")
    }
    return [
        one
        for one in dates
        if about_date(enrolment, one) not in unheard and since.get(one.id) not in together - {None}
    ]
