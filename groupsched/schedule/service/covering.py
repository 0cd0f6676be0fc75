"""Verbs of cover: asking who leads a date instead, saying yes or no, giving it to somebody, taking it back."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.queries import leaders
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.events import publish
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.schedule.events import LeaderRefused, LedInstead
from groupsched.schedule.models import COVER_REASON_LENGTH, CoverAsk, Occurrence, Substitution
from groupsched.schedule.queries import cover_facts, date_facts, with_leaders
from groupsched.schedule.rules import (
    TAKEN,
    Change,
    CoverState,
    DateField,
    OccurrenceStatus,
    SetOfDate,
    in_place_of,
)
from groupsched.schedule.service.changing import change_for
from groupsched.schedule.service.rows import lock
from groupsched.schedule.service.timetable import TimetableRows


def ask_for_cover(
    identity: Identity,
    occurrence: Occurrence,
    people: Collection[Person],
    *,
    part_of: Person | None = None,
    reason: str = "",
) -> Substitution:
    """Ask these people whether they lead a date instead of somebody who leads it; who is asked already stays asked.

    Raises DomainError where nobody is asked, Conflict where it is too late, NotFound for whom the date is not theirs.
    """
    if not people:
        raise DomainError(_("Choose at least one person."), field="people", code="nobody-asked")
    row = _open_row(identity, occurrence, part_of, reason)
    _refuse_wrong(occurrence, people)
    known = {ask.person_id: ask for ask in row.asks}
    for person in people:
        known.setdefault(person.id, CoverAsk(person_id=person.id)).declined_at = None
    row.asks = list(known.values())
    db.session.flush()
    record(identity, AuditAction.COVER_ASKED, occurrence, people=len(people))
    return row


def give_cover(
    identity: Identity,
    occurrence: Occurrence,
    person: Person,
    *,
    part_of: Person | None = None,
    reason: str = "",
) -> Substitution:
    """Give a date to somebody who has said yes already. Raises as `ask_for_cover` does."""
    row = _open_row(identity, occurrence, part_of, reason)
    _refuse_wrong(occurrence, [person])
    _settle(identity, row, person, CoverState.GIVEN)
    record(identity, AuditAction.COVER_GIVEN, occurrence, to=person.uid)
    return row


def accept_cover(identity: Identity, row: Substitution, person: Person) -> Substitution:
    """Say yes: the first who does leads the date. Saying it twice has one effect.

    Raises Conflict with who leads it where somebody was first, or where it is over; NotFound for who was not asked.
    """
    ensure(identity, Permission.COVER_ANSWER, cover_facts(row))
    if person.id not in {ask.person_id for ask in row.asks}:
        raise DomainError(_("Choose people of the list."), field="person_id", code="not-asked")
    lock(row.occurrence.group_id)
    db.session.refresh(row, ["state", "taken_by_id", "taken_by"])
    if row.state in TAKEN and row.taken_by_id == person.id:
        return row
    try:
        _settle(identity, row, person, CoverState.ACCEPTED)
    except LeaderRefused:
        if identity.person == person.id:
            # What is said to colleagues would tell this one that it is about them.
            raise Conflict(
                _("Somebody else has to lead this one. Please say that you can’t."), code="taken"
            ) from None
        raise
    record(identity, AuditAction.COVER_ACCEPTED, row.occurrence, by=person.uid)
    return row


def accept_covers(identity: Identity, rows: Collection[Substitution], person: Person) -> list[Substitution]:
    """Say yes to several: those come back that they lead now. One that somebody else took, that is over, or at whose time they are
    taken, stays as it is."""
    led = []
    # In this order groups are locked.
    for row in sorted(rows, key=lambda one: (one.occurrence.group_id, one.id)):
        with suppress(Conflict), savepoint():
            led.append(accept_cover(identity, row, person))
    return led


def decline_cover(identity: Identity, row: Substitution, person: Person) -> None:
    """Say that one cannot. That needs no reason."""
    ensure(identity, Permission.COVER_ANSWER, cover_facts(row))
    query = update(CoverAsk).where(
        CoverAsk.substitution_id == row.id, CoverAsk.person_id == person.id, CoverAsk.declined_at.is_(None)
    )
    db.session.execute(query.values(declined_at=clock.now()))
    record(identity, AuditAction.COVER_DECLINED, row.occurrence)


def withdraw_cover(identity: Identity, row: Substitution) -> None:
    """Take the question back; where somebody leads the date already, it is led as before, and its people hear of it if they
    had heard of the other. Raises Conflict where the date has begun."""
    occurrence = row.occurrence
    ensure(identity, Permission.COVER_ASK, date_facts(occurrence, row))
    lock(occurrence.group_id)
    db.session.refresh(row, ["state", "taken_by_id", "taken_by"])
    if row.state is CoverState.OPEN:
        row.state, row.settled_at = CoverState.WITHDRAWN, clock.now()
        db.session.flush()
    elif row.state in TAKEN and row.taken_by_id is not None:
        _put(identity, occurrence, row.taken_by_id, row.part_of_id)
    else:
        return
    record(identity, AuditAction.COVER_TAKEN_BACK, occurrence)


def open_asks(person: Person, start: datetime, end: datetime) -> list[Substitution]:
    """The questions that are open of coming dates within this time, and of which this person's part is meant."""
    return [one for one in covers_within(person, start, end) if one.state is CoverState.OPEN]


def covers_within(person: Person, start: datetime, end: datetime) -> list[Substitution]:
    """The questions of coming dates within this time of which this person's part is meant: those that are open, and those to
    which somebody said yes, or was given the date. In the order in which groups are locked."""
    query = select(Substitution).join(Substitution.occurrence).where(
        Substitution.part_of_id == person.id, Substitution.state.in_((CoverState.OPEN, *TAKEN)),
        Occurrence.start < end, Occurrence.end > start, Occurrence.awaited(clock.now()),
    )  # fmt: skip
    query = query.options(contains_eager(Substitution.occurrence), joinedload(Substitution.taken_by))
    return list(db.session.scalars(query.order_by(Occurrence.group_id, Substitution.id)))


def _open_row(
    identity: Identity, occurrence: Occurrence, part_of: Person | None, reason: str
) -> Substitution:
    """The open question for a part of a date, a new one where there is none."""
    ensure(identity, Permission.COVER_ASK, date_facts(occurrence))
    lock(occurrence.group_id)
    known = select(Occurrence).where(Occurrence.id == occurrence.id).options(*with_leaders())
    occurrence = db.session.scalars(known.execution_options(populate_existing=True)).unique().one()
    if occurrence.external or not is_awaited(occurrence):
        raise Conflict(_("This date has begun, or does not take place."), code="over")
    part = _part(identity, occurrence, part_of)
    words = clean_line(reason)
    if len(words) > COVER_REASON_LENGTH:
        raise DomainError(_("This is too long. Please shorten it."), field="reason", code="too-long")
    query = select(Substitution).where(
        Substitution.occurrence_id == occurrence.id, Substitution.state == CoverState.OPEN
    )
    row = db.session.scalars(query.where(Substitution.part_of_id == part)).first()
    if row is None:
        row = Substitution(
            program_id=occurrence.program_id,
            occurrence_id=occurrence.id,
            part_of_id=part,
            asked_by_id=identity.person,
        )
        db.session.add(row)
    row.reason = words or row.reason or ""
    db.session.flush()
    return row


def is_awaited(occurrence: Occurrence) -> bool:
    """Whether a date takes place and has not begun."""
    return occurrence.status == OccurrenceStatus.SCHEDULED and occurrence.start > clock.now()


def _part(identity: Identity, occurrence: Occurrence, part_of: Person | None) -> int:
    """Whose part of a date is meant: the one named, one's own, else the lead's."""
    leading = occurrence.leader_ids
    if part_of is not None and part_of.id not in leading:
        raise DomainError(_("This person does not lead that date."), field="part_of", code="not-leading")
    if part_of is not None:
        return part_of.id
    if not leading:
        raise Conflict(_("Nobody leads this group yet. Choose who does first."), code="nobody-leads")
    return identity.person if identity.person in leading else leading[0]


def _refuse_wrong(occurrence: Occurrence, people: Collection[Person]) -> None:
    """Whoever is asked may lead groups of the program, and does not lead the date already."""
    known = {person.id for person in leaders(occurrence.program_id)} - set(occurrence.leader_ids)
    if any(person.id not in known for person in people):
        raise DomainError(_("Choose people of the list."), field="people", code="people-unknown")


def _settle(identity: Identity, row: Substitution, person: Person, state: CoverState) -> None:
    """The one place where a part of a date is taken: whoever comes second reads who was first."""
    open_one = update(Substitution).where(Substitution.id == row.id, Substitution.state == CoverState.OPEN)
    taken = open_one.values(state=state, taken_by_id=person.id, settled_at=clock.now())
    done = db.session.execute(taken.returning(Substitution.id).execution_options(synchronize_session=False))
    won = done.first() is not None
    db.session.refresh(row, ["state", "taken_by_id", "taken_by", "settled_at"])
    if not won:
        raise Conflict(_taken_words(row), code="taken")
    _put(identity, row.occurrence, row.part_of_id, person.id)
    publish(LedInstead(row.occurrence_id, person.id))


def _taken_words(row: Substitution) -> str:
    if row.state in TAKEN and row.taken_by is not None:
        return _("%(name)s leads it already. Thank you for looking.", name=row.taken_by.short_name)
    return _("Nobody is needed for this any more. Thank you for looking.")


def _put(identity: Identity, occurrence: Occurrence, was: int, now: int) -> None:
    """Have somebody lead a date in the place of another. Led as its series or its group is, it follows that again."""
    group = occurrence.group

    def change(rows: TimetableRows) -> Change:
        if (date := rows.dates.get(occurrence.id)) is None or was not in date.leader_ids:
            raise Conflict(_("The date is led by somebody else by now."), code="led-otherwise")
        series = rows.timetable.series_with(date.series_id)
        usual = rows.timetable.usual(series, DateField.LEADS)
        leads = in_place_of(date.leader_ids, was, now)
        as_usual = usual or tuple(row.person_id for row in group.facilitators)
        return SetOfDate(date.id, {DateField.LEADS: usual if leads == as_usual else leads})

    change_for(identity, group, change)
