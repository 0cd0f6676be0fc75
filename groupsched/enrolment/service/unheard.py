"""Whom nobody has told yet that they are in: a change of their dates is no news to them; that they are in, as it is now, is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import EnrolmentMode
from groupsched.enrolment.service.messages import about_reminder
from groupsched.enrolment.service.outcomes import DateCancelled, Joined, JoinedDate, Replanned, SeatOutcome
from groupsched.enrolment.service.replanned import about_plan
from groupsched.enrolment.service.seats import held_dates
from groupsched.outbox.models import Message
from groupsched.outbox.service import untold, withdraw
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

MOVED_UP = ("moved_up_date", "moved_up_series", "moved_up_dates")
JOINED = ("enrolled_date", "enrolled_series", "enrolled_dates", *MOVED_UP)


@dataclass
class _Unheard:
    """What nobody has said yet of the seats of an enrolment: the kind of each message, by what it is about."""

    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def moved_up(self) -> bool:
        return all(kind in MOVED_UP for kind in self.kinds.values())

    def one_date(self, enrolment: Enrolment, date: Occurrence) -> bool:
        return self.kinds.get(f"{enrolment.uid}/date/{date.uid}", "").endswith("_date")


def as_it_is(
    group_id: int, outcomes: Iterable[SeatOutcome], added: Collection[int] = ()
) -> list[SeatOutcome]:
    """The same outcomes. For whom nobody has told yet that they are in, what they have now stands for a change of all that
    was said to be theirs, and nothing where none is left; `added` are ids of dates that are new with this change."""
    told, unheard = list(outcomes), _unheard(group_id)
    if not unheard:
        return told
    found: list[SeatOutcome] = []
    for one in told:
        known = unheard.get(one.enrolment.uid)
        if known is None or not isinstance(one, Replanned | DateCancelled):
            found.append(one)
        else:
            found += _single_dates(one, known) or _all_dates(one, known, added)
    return found


def _unheard(group_id: int) -> dict[str, _Unheard]:
    query = select(Message.about, Message.kind).where(Message.group_id == group_id, untold())
    found: dict[str, _Unheard] = {}
    for about, kind in db.session.execute(query.where(Message.kind.in_(JOINED))):
        found.setdefault(about.partition("/")[0], _Unheard()).kinds[about] = kind
    return found


def _single_dates(outcome: Replanned | DateCancelled, known: _Unheard) -> list[SeatOutcome]:
    """Each date of which one message alone said that it is theirs, as it is now; the rest of the change stays one."""
    dates = outcome.dates if isinstance(outcome, Replanned) else [outcome.date]
    single = [date for date in dates if known.one_date(outcome.enrolment, date)]
    if not single:
        return []
    _take_back(outcome, [f"{outcome.enrolment.uid}/date/{date.uid}" for date in single], single)
    joined = partial(JoinedDate, outcome.enrolment, at=clock.now(), moved_up=known.moved_up, by_staff=True)
    goes_on = [date for date in single if date.status == OccurrenceStatus.SCHEDULED]
    rest = [date for date in dates if date not in single]
    # Without dates it says nothing, and stands for what the others of the change are told.
    left = replace(outcome, dates=rest) if isinstance(outcome, Replanned) else _nothing(outcome.enrolment)
    return [left, *(joined(date=date) for date in goes_on)]


def _all_dates(
    outcome: Replanned | DateCancelled, known: _Unheard, added: Collection[int]
) -> list[SeatOutcome]:
    """All that they have, where none of it is as it was said; else the change, to be said after it."""
    dates = outcome.dates if isinstance(outcome, Replanned) else [outcome.date]
    held = held_dates(outcome.enrolment, clock.now())
    if {date.id for date in held} - {date.id for date in dates} - set(added):
        return [outcome]
    _take_back(outcome, list(known.kinds), dates)
    if not held:
        return [_nothing(outcome.enrolment)]
    enrolment, now = outcome.enrolment, clock.now()
    if enrolment.mode == EnrolmentMode.WHOLE:
        return [Joined(enrolment, held, known.moved_up, at=now, by_staff=True)]
    return [JoinedDate(enrolment, date, now, known.moved_up, by_staff=True) for date in held]


def _nothing(enrolment: Enrolment) -> Replanned:
    return Replanned(enrolment, [], {}, None)


def _take_back(outcome: SeatOutcome, subjects: Collection[str], dates: Collection[Occurrence]) -> None:
    reminders = [about_reminder(outcome.enrolment, date) for date in dates]
    withdraw([*subjects, about_plan(outcome), *reminders])
