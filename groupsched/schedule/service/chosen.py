"""The same done to several chosen dates of a group: looked at first, with the messages that would go out, then done."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.rules import SENTENCE_LENGTH
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, DomainError
from groupsched.core.i18n import LANGUAGES, _
from groupsched.core.text import clean_line
from groupsched.outbox.service import ComposedMessage, composed_since, last_message
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import (
    BookingClash,
    BringBack,
    CancelDate,
    ChosenAct,
    ChosenDates,
    DateChange,
    DateField,
    MoveDate,
    SetOfDate,
)
from groupsched.schedule.service.changing import ChangedDates, change_dates
from groupsched.schedule.service.dates import check_reason
from groupsched.schedule.service.telling import never_heard
from groupsched.schedule.service.timetable import TimetableRows

MOST_MINUTES = 12 * 60


@dataclass(frozen=True)
class WantedOfDates:
    """What somebody wants of several dates. To move: by `minutes`, or to begin `at` a time on the wall; a room or leads that
    are none are those of the group. With the words `keep` it is done although something is taken then; the dates that begin at
    the moments of `rooms` go there."""

    act: ChosenAct
    reason: str = ""
    minutes: int | None = None
    at: time | None = None
    place: int | None = None
    leads: tuple[int, ...] = ()
    note: str = ""
    keep: str = ""
    rooms: Mapping[datetime, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ChosenLook:
    """What a change of chosen dates would do: the plan, whom it touches, what it runs into and is kept, and the messages by
    language, each with how many get it; a language that nobody of them reads has what they would read in it, for nobody.
    `unheard`: whom it touches and who hears nothing of it."""

    plan: DateChange
    people: frozenset[Person] = frozenset()
    messages: Sequence[tuple[str, ComposedMessage, int]] = field(default=())
    clashes: tuple[BookingClash, ...] = ()
    unheard: frozenset[Person] = frozenset()


def look_at_chosen(
    identity: Identity, group: Group, dates: Collection[str], wanted: WantedOfDates
) -> ChosenLook:
    """Do it, read what it did and whom it told, and undo it all: whatever else the transaction held is gone with it.

    Raises DomainError for what is missing, Conflict where it cannot be.
    """
    number, look = group.id, None
    for language in (None, *LANGUAGES):
        try:
            found = _tried(identity, number, dates, wanted, language, look)
        finally:
            db.session.rollback()
        look = found if look is None else _with(look, found, language or "")
    assert look is not None
    return look


def change_chosen(
    identity: Identity, group: Group, dates: Collection[str], wanted: WantedOfDates, seen: str = ""
) -> ChangedDates:
    """Do it, as one change with one undo, and tell their people. `seen` is how the dates stood when somebody looked.

    Raises ChangedMeanwhile where they stand otherwise now, DomainError and Conflict as above.
    """

    def made(rows: TimetableRows) -> ChosenDates:
        chosen = [one for one in rows.dates.values() if one.uid in dates]
        if seen and seen != standing_of(chosen):
            raise ChangedMeanwhile
        if not chosen:
            raise DomainError(_("Choose at least one date."), field="dates", code="no-date")
        return ChosenDates(tuple(_change(one, wanted) for one in chosen))

    _check(wanted)
    return change_dates(identity, group, made, keep=wanted.keep or None, rooms=wanted.rooms)


def unheard_of_chosen(dates: Collection[str], wanted: WantedOfDates) -> frozenset[Person]:
    """Whom it touches that chosen dates are brought back, and who has not heard that they were cancelled."""
    if wanted.act is not ChosenAct.BRING_BACK:
        return frozenset()
    query = select(Occurrence.id).where(Occurrence.uid.in_(dates)).order_by(Occurrence.id)
    return never_heard(db.session.scalars(query))


def standing_of(dates: Iterable[Occurrence]) -> str:
    """How dates stand, as a form keeps it."""
    return " ".join(sorted(f"{one.uid}:{one.version}" for one in dates))


def _tried(
    identity: Identity,
    number: int,
    dates: Collection[str],
    wanted: WantedOfDates,
    language: str | None,
    look: ChosenLook | None,
) -> ChosenLook:
    before, group = last_message(), db.session.get_one(Group, number)
    unheard = unheard_of_chosen(dates, wanted)
    if language is not None and look is not None:
        numbers = [one.id for one in look.people]
        for person in db.session.scalars(select(Person).where(Person.id.in_(numbers))):
            person.language = language
        db.session.flush()
    done = change_chosen(identity, group, dates, wanted)
    told = Counter(composed_since(before, number))
    messages = [(one.language, one, count) for one, count in told.most_common()]
    return ChosenLook(done.plan, done.impact.people - unheard, messages, done.clashes, unheard)


def _with(look: ChosenLook, found: ChosenLook, language: str) -> ChosenLook:
    """The same with what most would read in a language, where nobody reads any of it."""
    known = {one for one, *_rest in look.messages}
    others = [(language, message, 0) for _language, message, _count in found.messages[:1]]
    return look if language in known else replace(look, messages=(*look.messages, *others))


def _check(wanted: WantedOfDates) -> None:
    if wanted.act is ChosenAct.CANCEL:
        check_reason(clean_line(wanted.reason))
    if wanted.act is ChosenAct.MOVE and wanted.at is None and not wanted.minutes:
        raise DomainError(_("Say by how many minutes, or the new time."), field="minutes", code="missing")
    if wanted.minutes is not None and abs(wanted.minutes) > MOST_MINUTES:
        raise DomainError(_("Twelve hours at most."), field="minutes", code="too-far")
    if len(wanted.note) > SENTENCE_LENGTH:
        raise DomainError(_("This is too long. Please shorten it."), field="note", code="too-long")


def _change(one: Occurrence, wanted: WantedOfDates) -> CancelDate | MoveDate | SetOfDate | BringBack:
    if wanted.act is ChosenAct.BRING_BACK:
        return BringBack(one.id)
    if wanted.act is ChosenAct.CANCEL:
        return CancelDate(one.id, clean_line(wanted.reason))
    if wanted.act is ChosenAct.MOVE:
        start = _moved(one, wanted)
        return MoveDate(one.id, start, start + (one.end - one.start))
    values: dict[ChosenAct, tuple[DateField, Any]] = {
        ChosenAct.PLACE: (DateField.PLACE, wanted.place if wanted.place is not None else one.group.place_id),
        ChosenAct.LEADS: (DateField.LEADS, wanted.leads),
        ChosenAct.NOTE: (DateField.NOTE, wanted.note),
    }
    return SetOfDate(one.id, dict([values[wanted.act]]))


def _moved(one: Occurrence, wanted: WantedOfDates) -> datetime:
    if wanted.at is None:
        return one.start + timedelta(minutes=wanted.minutes or 0)
    return datetime.combine(one.local_date, wanted.at, ZoneInfo(one.timezone)).astimezone(UTC)
