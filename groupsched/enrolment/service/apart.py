"""Keeping two people apart: beginning it, ending it, taking that back; and who of a line is passed over because of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import exists, select

from groupsched.access.identity import Identity, current
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.access.queries import get_program
from groupsched.accounts.models import Person
from groupsched.accounts.service import lock_people
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.events import LeadersCome
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.enrolment.models import ApartPair, DateSeat, Enrolment
from groupsched.enrolment.queries import (
    keeps_apart,
    leads_kept_apart,
    meeting,
    others_of,
    pair_facts,
    pairs_among,
    pairs_kept,
    today_of,
)
from groupsched.enrolment.rules import (
    ApartRefusal,
    ApartSpan,
    EnrolmentState,
    RefusalReason,
    Requested,
    refusal_to_keep,
)
from groupsched.enrolment.service.deciding import JoinOutcome, refusal
from groupsched.enrolment.service.outcomes import SeatOutcome
from groupsched.schedule.events import LeaderRefused, LeadsDate
from groupsched.schedule.models import Occurrence

Came = TypeVar("Came", bound=SeatOutcome)
REASON_LENGTH = 500
LONGEST_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class ApartWish:
    """From when until when two people are to be kept apart, how many minutes lie between them at one site, and why."""

    span: ApartSpan
    reason: str


def keep_apart(identity: Identity, person: Person, other: Person, wish: ApartWish) -> ApartPair:
    """Keep two people of a program apart. What they share already stays: whoever keeps them apart is shown it, and settles it.

    Raises DomainError where it cannot be, NotFound for people who are none of who asks.
    """
    ids = {person.id, other.id}
    ensure(identity, Permission.KEEP_APART, _facts(identity, person, other))
    lock_people(sorted(ids))
    first, second = min(ids), max(ids)
    why = refusal_to_keep(person.id, other.id, _stands(first, second, wish.span.from_day), wish.span)
    if why is None and wish.span.from_day > today_of(person.program_id) + LONGEST_AHEAD:
        why = ApartRefusal.TOO_FAR
    _refuse(why)
    reason = clean_line(wish.reason, REASON_LENGTH)
    if not reason:
        raise DomainError(_("Please say why. Supervisors alone read it."), field="reason", code="no-reason")
    pair = ApartPair(
        program_id=person.program_id, first_id=first, second_id=second, reason=reason, from_day=wish.span.from_day,
        until_day=wish.span.until_day, minutes=wish.span.minutes, entered_by_id=identity.person,
    )  # fmt: skip
    db.session.add(pair)
    if (program := get_program(person.program_id)) is not None:
        program.keeps_apart = True
    db.session.flush()
    # Of nobody: what was done with people's records they may read themselves, and neither is to learn of this.
    record(identity, AuditAction.APART_BEGUN, pair)
    return pair


def end_apart(identity: Identity, pair: ApartPair) -> None:
    """From today two people are kept apart no longer. Doing it twice has one effect."""
    ensure(identity, Permission.KEEP_APART, pair_facts(pair, identity.person))
    lock_people([pair.first_id, pair.second_id])
    db.session.refresh(pair)
    today = today_of(pair.program_id)
    if pair.span.is_over(today):
        return
    pair.until_day, pair.ended_by_id = max(today, pair.from_day), identity.person
    db.session.flush()
    record(identity, AuditAction.APART_ENDED, pair)


def keep_on(identity: Identity, pair: ApartPair) -> None:
    """Take back that it ended: it goes on with no end. Raises Conflict where another pair of the two stands by now."""
    ensure(identity, Permission.KEEP_APART, pair_facts(pair, identity.person))
    lock_people([pair.first_id, pair.second_id])
    db.session.refresh(pair)
    if pair.until_day is None:
        return
    if _stands(pair.first_id, pair.second_id, pair.from_day, but=pair.id):
        _refuse(ApartRefusal.ALREADY)
    pair.until_day = pair.ended_by_id = None
    db.session.flush()
    record(identity, AuditAction.APART_BEGUN, pair)


def refusal_words(why: ApartRefusal) -> str:
    """Why a pair cannot be kept in this way."""
    return {
        ApartRefusal.THEMSELVES: _("Choose two different people."),
        ApartRefusal.ALREADY: _("These two are kept apart already."),
        ApartRefusal.ENDS_FIRST: _("The last day comes before the first."),
        ApartRefusal.TOO_FAR: _("Choose a day within a year."),
    }[why]


def _facts(identity: Identity, person: Person, other: Person) -> Facts:
    if person.program_id != other.program_id:
        raise NotFound
    own = identity.person if identity.person in (person.id, other.id) else None
    return Facts(program=person.program_id, subject=own)


def _stands(first_id: int, second_id: int, day: date, but: int = 0) -> bool:
    same = ApartPair.first_id == first_id, ApartPair.second_id == second_id, ApartPair.id != but
    lasts = ApartPair.until_day.is_(None) | (ApartPair.until_day > day)
    return bool(db.session.scalar(select(exists().where(*same, lasts))))


def _refuse(why: ApartRefusal | None) -> None:
    if why is not None:
        field = {ApartRefusal.ENDS_FIRST: "last_day", ApartRefusal.TOO_FAR: "from_day"}.get(why, "person")
        raise DomainError(refusal_words(why), field=field, code=why.value)


class AskSupervisor(Conflict):
    """Two people are kept apart, and a supervisor decides what comes of it. `pairs`: those that who reads keeps, none for others."""

    def __init__(self, pairs: Sequence[ApartPair] = ()) -> None:
        self.pairs = pairs
        true = _("Two people are kept apart today, and this would bring them together.")
        super().__init__(true if pairs else _("Ask the supervisor."), code="ask_supervisor")


def ask_supervisor(people: Collection[int]) -> AskSupervisor:
    """What staff read where one of these people is kept apart from somebody there: who and why only for who keeps such pairs."""
    who = current()
    pairs = [one for one in pairs_kept(who) if {one.first_id, one.second_id} & set(people)]
    return AskSupervisor([one for one in pairs if one.span.holds(today_of(who.program_id))])


def asks_themself(identity: Identity, live: Enrolment | None) -> JoinOutcome:
    """Whoever was proposed says yes, and is kept apart from somebody there by now: it is their own wish then, which staff
    answer."""
    if live is None or live.state != EnrolmentState.REQUESTED:
        raise refusal(RefusalReason.ASK_COUNSELOR)
    live.proposed_by_id = live.proposed_by = None
    db.session.flush()
    record(identity, AuditAction.ENROLMENT_REQUESTED, live, subjects=[live.person_id])
    return JoinOutcome(live, Requested())


def passed_over(
    line: Sequence[Enrolment], singles: Mapping[int, Sequence[DateSeat]]
) -> tuple[list[Enrolment], dict[int, list[DateSeat]]]:
    """The lines without those who are kept apart from somebody in the group, or who leads it, or who comes too near to its
    dates: they keep their place, and whoever stands behind them comes first, as where a date does not fit them."""
    waiting = [*line, *(seat.enrolment for seats in singles.values() for seat in seats)]
    away = apart_here(waiting)
    kept = {
        date: [seat for seat in seats if seat.enrolment.person_id not in away]
        for date, seats in singles.items()
    }
    return [one for one in line if one.person_id not in away], kept


def apart_here(waiting: Sequence[Enrolment]) -> frozenset[int]:
    """The numbers of those people of one group's lines who cannot come in now because they are kept apart from somebody."""
    if not waiting:
        return frozenset()
    others = others_of(waiting[0].group.program_id, {one.person_id for one in waiting})
    group_id = waiting[0].group_id
    return frozenset(person for person, theirs in others.items() if meeting([group_id], theirs))


class InTheWay:
    """Whom nobody of one group's lines may be asked beside: those who are there, and those who were asked before them."""

    def __init__(self, waiting: Sequence[Enrolment], asked: Collection[int]) -> None:
        people = {one.person_id for one in waiting} | set(asked)
        self._there = apart_here(waiting)
        kept = len(people) > 1 and keeps_apart(waiting[0].group.program_id)
        self._pairs = pairs_among(people, today_of(waiting[0].group.program_id)) if kept else frozenset()
        self._asked = set(asked)

    def of(self, person_id: int) -> bool:
        """Whether somebody from whom this person is kept apart comes before them."""
        return person_id in self._there or any(
            frozenset((person_id, one)) in self._pairs for one in self._asked
        )

    def ask(self, person_id: int) -> None:
        """A seat is kept for somebody."""
        self._asked.add(person_id)


class LetIn:
    """Those of a line who come in together, in order: of two who are kept apart from one another the second is passed over."""

    def __init__(self, line: Sequence[Enrolment]) -> None:
        people = {one.person_id for one in line}
        kept = len(people) > 1 and keeps_apart(line[0].group.program_id)
        self._apart = pairs_among(people, today_of(line[0].group.program_id)) if kept else frozenset()
        self._inside: set[int] = set()
        self.passed_over = False

    def takes(self, enrolment: Enrolment) -> bool:
        """Whether nobody came in before them from whom they are kept apart."""
        free = not any(frozenset((enrolment.person_id, one)) in self._apart for one in self._inside)
        self.passed_over = self.passed_over or not free
        return free

    def add(self, outcome: Came) -> Came:
        """Somebody came in."""
        self._inside.add(outcome.enrolment.person_id)
        return outcome


def leaders_come(event: LeadersCome) -> None:
    """Nobody comes to lead a group in which somebody is from whom they are kept apart. Raises Conflict."""
    group = db.session.get_one(Group, event.group_id)
    if leads_kept_apart(group.id, event.person_ids, today_of(group.program_id)):
        raise ask_supervisor(event.person_ids)


def leads_date(event: LeadsDate) -> None:
    """The same of one date. Raises Conflict."""
    occurrence = db.session.get_one(Occurrence, event.occurrence_id)
    if leads_kept_apart(occurrence.group_id, event.person_ids, occurrence.local_date, occurrence.id):
        refused = ask_supervisor(event.person_ids)
        raise LeaderRefused(refused.message, code=refused.code)
