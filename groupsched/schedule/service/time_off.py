"""Time off and working hours: entering them, what they do to dates, and who is away on dates that change. They refuse nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.catalog.rules import GroupState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.schedule.models import COVER_REASON_LENGTH, Occurrence, Substitution, TimeOff, WorkingHours
from groupsched.schedule.queries import away_facts, leads, uncovered_among, with_leaders
from groupsched.schedule.rules import TAKEN, CoverState, HoursSpan, overlaps
from groupsched.schedule.service.candidates import candidates_of
from groupsched.schedule.service.covering import ask_for_cover, covers_within, open_asks, withdraw_cover

MOST_DAYS = 366
MOST_AT_ONCE = 60


@dataclass(frozen=True)
class AwayDate:
    """A coming date that somebody leads while they are away, and whether somebody is looked for already."""

    occurrence: Occurrence
    asked: bool


def enter_time_off(
    identity: Identity, person: Person, start: datetime, end: datetime, note: str = ""
) -> TimeOff:
    """Write down that somebody is away. Raises DomainError for a span that is none, NotFound for whom it is not theirs."""
    ensure(identity, Permission.AWAY_WRITE, away_facts(person))
    if not start < end <= start + timedelta(days=MOST_DAYS):
        raise DomainError(_("The end is after the start, and within a year."), field="ends", code="end-range")
    words = clean_line(note)
    if len(words) > COVER_REASON_LENGTH:
        raise DomainError(_("This is too long. Please shorten it."), field="note", code="too-long")
    row = TimeOff(
        person_id=person.id, starts_at=start, ends_at=end, note=words, entered_by_id=identity.person
    )
    db.session.add(row)
    db.session.flush()
    record(identity, AuditAction.TIME_OFF_ENTERED, person)
    return row


def remove_time_off(identity: Identity, row: TimeOff, *, asks_too: bool = False) -> tuple[int, int]:
    """Somebody is not away after all; says how many questions for cover were taken back, which are those still open where
    `asks_too` says so, and how many dates stay covered: who said yes goes on covering them."""
    ensure(identity, Permission.AWAY_WRITE, away_facts(row.person))
    asks = open_asks(row.person, row.starts_at, row.ends_at) if asks_too else []
    for ask in asks:
        withdraw_cover(identity, ask)
    covers = covers_within(row.person, row.starts_at, row.ends_at)
    covered = sum(one.state in TAKEN for one in covers)
    record(identity, AuditAction.TIME_OFF_REMOVED, row.person)
    db.session.delete(row)
    db.session.flush()
    return len(asks), covered


def set_hours(identity: Identity, person: Person, hours: Mapping[int, HoursSpan]) -> None:
    """Say when somebody works, by weekday; nothing: at any time. Raises DomainError for hours that are none."""
    ensure(identity, Permission.AWAY_WRITE, away_facts(person))
    if any(not 0 <= span.begins < span.ends <= 24 * 60 for span in hours.values()):
        raise DomainError(_("Each day ends after it begins."), code="hours-range")
    db.session.execute(delete(WorkingHours).where(WorkingHours.person_id == person.id))
    db.session.add_all(
        WorkingHours(person_id=person.id, weekday=weekday, begins=span.begins, ends=span.ends)
        for weekday, span in sorted(hours.items())
    )
    db.session.flush()
    record(identity, AuditAction.HOURS_CHANGED, person)


def dates_while_away(rows: Sequence[TimeOff]) -> dict[int, list[AwayDate]]:
    """The coming dates that a person leads while they are away, in order, by the number of the time off."""
    if not rows:
        return {}
    first, last = min(one.starts_at for one in rows), max(one.ends_at for one in rows)
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .options(joinedload(Occurrence.place), *with_leaders())
        .where(
            leads(rows[0].person_id),
            Occurrence.awaited(clock.now()),
            Occurrence.external.is_(False),
            Occurrence.start < last,
            Occurrence.end > first,
            Group.state == GroupState.PUBLISHED,
        )
        .order_by(Occurrence.start, Occurrence.id)
    )
    dates = list(db.session.scalars(query).unique())
    asked = uncovered_among(one.id for one in dates)
    return {
        row.id: [
            AwayDate(one, one.id in asked)
            for one in dates
            if overlaps(one.start, one.end, row.starts_at, row.ends_at)
        ]
        for row in rows
    }


@dataclass(frozen=True)
class AwayCovers:
    """What is known of cover while somebody is away: how many questions are open, and the covers by whoever leads instead."""

    asking: int
    led: list[list[Substitution]]


def covers_while_away(rows: Sequence[TimeOff]) -> dict[int, AwayCovers]:
    """What is known of cover of the dates of a person within each of these times, by the number of the time off."""
    if not rows:
        return {}
    first, last = min(one.starts_at for one in rows), max(one.ends_at for one in rows)
    covers = covers_within(rows[0].person, first, last)
    found = {}
    for row in rows:
        within = [
            one
            for one in covers
            if overlaps(one.occurrence.start, one.occurrence.end, row.starts_at, row.ends_at)
        ]
        led: dict[int | None, list[Substitution]] = {}
        for one in within:
            if one.state in TAKEN:
                led.setdefault(one.taken_by_id, []).append(one)
        asking = sum(one.state is CoverState.OPEN for one in within)
        found[row.id] = AwayCovers(asking, list(led.values()))
    return found


def ask_for_all(identity: Identity, row: TimeOff) -> tuple[int, int]:
    """Ask for cover of every date that somebody leads while they are away, those who fit each best; says for how many dates
    people were asked, and for how many nobody is free."""
    person = row.person
    ensure(identity, Permission.AWAY_WRITE, away_facts(person))
    asked = nobody = 0
    dates = [one for one in dates_while_away([row])[row.id][:MOST_AT_ONCE] if not one.asked]
    could = candidates_of([one.occurrence for one in dates], person)
    for one in dates:
        people = [found.person for found in could[one.occurrence.id] if found.ticked]
        if people:
            ask_for_cover(identity, one.occurrence, people, part_of=person)
        asked, nobody = asked + bool(people), nobody + (not people)
    return asked, nobody
