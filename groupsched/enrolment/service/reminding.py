"""Reminders of the dates that somebody has a seat on, for who wants them."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from groupsched.access.models import Program
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.rules import Setting
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries import each_pair, holds_seat
from groupsched.enrolment.rules import FARTHEST, EnrolmentMode, EnrolmentState, Quiet, reminders
from groupsched.enrolment.service.messages import reminder
from groupsched.enrolment.service.placing import own_occurrence_of
from groupsched.outbox.models import Message
from groupsched.outbox.service import MessageDraft, enqueue_all
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

LONGEST = timedelta(days=1)
ROUND = timedelta(minutes=15)
"""How late the worker may come to the moment of a reminder that is the beginning of quiet hours."""


def remind(now: datetime) -> int:
    """Put the reminders that are due into the outbox, each once; says how many. For the worker.

    Whoever got their seat after the moment of a reminder has just read of the date and is not reminded.
    """
    due = {draft.key: draft for draft in _due(now)}
    known = select(Message.key).where(Message.key.in_(due)) if due else None
    for key in db.session.scalars(known) if known is not None else ():
        del due[key]
    enqueue_all(due.values())
    return len(due)


def _due(now: datetime) -> Iterator[MessageDraft]:
    for enrolment, date, seat in db.session.execute(_who_may_want_one(now)):
        date = own_occurrence_of(enrolment, date)
        if date.start <= now:
            continue
        person, zone = enrolment.person, ZoneInfo(date.timezone)
        quiet = Quiet(time.fromisoformat(person.quiet_from), time.fromisoformat(person.quiet_until), zone)
        single = enrolment.mode == EnrolmentMode.DATES or seat is not None
        since = seat.at if single else enrolment.from_start
        for which, at in reminders(
            date.start, day=person.reminds_day, hours=person.reminds_hours, quiet=quiet
        ):
            # Their moment may be the very beginning of the quiet hours; whoever wants them first in these is let sleep.
            if since <= at <= now and not (quiet.holds(now) and now - at > ROUND):
                yield reminder(enrolment, date, which)


def _who_may_want_one(now: datetime) -> Select[Any]:
    return (
        each_pair(Enrolment, Occurrence, DateSeat)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Group, Group.id == Occurrence.group_id)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.group))
        .where(
            # Each program by its index of dates.
            Occurrence.program_id.in_(select(Program.id)),
            Occurrence.external.is_(False),
            # A slot may be to come though its date has begun.
            or_(Occurrence.start > now, and_(Group.setting == Setting.SLOTS, Occurrence.end > now)),
            Occurrence.start > now - LONGEST,
            Occurrence.start <= now + FARTHEST,
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Enrolment.state == EnrolmentState.ACTIVE,
            holds_seat(),
            Person.by_mail,
            or_(Person.reminds_day, Person.reminds_hours),
        )
        .order_by(Occurrence.start, Occurrence.id, Enrolment.id)
    )
