"""Whom nobody has told yet that they are in: a change of their dates is no news to them; that they are in, as it is now, is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy import or_, select

from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import touched_by
from groupsched.enrolment.rules import EnrolmentMode
from groupsched.enrolment.service.outcomes import DateCancelled, Joined, JoinedDate, Replanned, SeatOutcome
from groupsched.enrolment.service.replanned import about_plan
from groupsched.enrolment.service.seats import held_dates
from groupsched.enrolment.service.subjects import about_reminder
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.outbox.service import untold, withdraw
from groupsched.schedule.events import NeverHeard
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

WHAT = ("date", "series", "dates", "rhythm", "every_date")
MOVED_UP = tuple(f"moved_up_{what}" for what in WHAT)
JOINED = (*MOVED_UP, *(f"enrolled_{what}" for what in WHAT))


@dataclass
class _Unheard:
    """What nobody has said yet of the seats of an enrolment: the kind of each message, by what it is about; and whether nobody
    has said that a single date is `cancelled`, which no rhythm says."""

    kinds: dict[str, str] = field(default_factory=dict)
    cancelled: bool = False

    @property
    def moved_up(self) -> bool:
        return all(kind in MOVED_UP for kind in self.kinds.values())

    def one_date(self, enrolment: Enrolment, date: Occurrence) -> bool:
        return self.kinds.get(f"{enrolment.uid}/date/{date.uid}", "") in ("enrolled_date", "moved_up_date")


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


def who_never_heard(question: NeverHeard) -> frozenset[Person]:
    """Who of those with seats on cancelled dates has heard of none that it does not take place: what would say so waits, or
    that they are in at all has not been said."""
    pairs = touched_by(question.occurrence_ids)
    groups = {one.group_id for one, _date in pairs}
    unheard = or_(Message.state == MessageState.WAITING, untold())
    about_them = select(Message.about, Message.kind, Message.was).where(Message.group_id.in_(groups), unheard)
    seats, dates = set[str](), set[tuple[str, int]]()
    for about, kind, was in db.session.execute(about_them) if groups else ():
        uid = about.partition("/")[0]
        seats |= {uid} if kind in JOINED else set()
        # One that was known not to take place has nothing but its number.
        dates |= {(uid, number) for number, *known in (was or {}).get("dates", ()) if known}
    heard = {one.person_id for one, date in pairs if one.uid not in seats and (one.uid, date.id) not in dates}
    return frozenset(one.person for one, _date in pairs if one.person_id not in heard)


def of_dates_gone(group_id: int, gone: Collection[int], told: Collection[SeatOutcome]) -> list[SeatOutcome]:
    """For who has not read yet that these dates, which are gone without a trace, are theirs: nothing, to be joined with what they
    would have read. Who is `told` of anything has that already."""
    if not gone:
        return []
    unheard = or_(Message.state == MessageState.WAITING, untold())
    about_them = select(Message.about, Message.was).where(Message.group_id == group_id, unheard)
    rows = db.session.execute(about_them.where(Message.was.is_not(None)))
    uids = {about.partition("/")[0] for about, was in rows if set(was.get("new", ())) & set(gone)}
    uids -= {one.enrolment.uid for one in told}
    people = select(Enrolment).where(Enrolment.uid.in_(uids)).order_by(Enrolment.id)
    return [_nothing(one) for one in db.session.scalars(people)] if uids else []


def _unheard(group_id: int) -> dict[str, _Unheard]:
    query = select(Message.about, Message.kind).where(Message.group_id == group_id, untold())
    found: dict[str, _Unheard] = {}
    for about, kind in db.session.execute(query.where(Message.kind.in_([*JOINED, "cancelled"]))):
        known = found.setdefault(about.partition("/")[0], _Unheard())
        if kind in JOINED:
            known.kinds[about] = kind
        known.cancelled |= kind not in JOINED
    return {uid: known for uid, known in found.items() if known.kinds}


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
    _take_back(outcome, [*known.kinds, *([] if held and known.cancelled else [about_plan(outcome)])], dates)
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
    withdraw([*subjects, *reminders])
