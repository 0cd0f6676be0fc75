"""Other people's enrolments: for staff who lead, receive or supervise, and for the sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, true, tuple_
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, can, ensure
from groupsched.access.queries import current_program
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.queries import groups_led_by, writable
from groupsched.catalog.rules import GroupState, Setting
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries.apart import may_answer, not_kept_from
from groupsched.enrolment.queries.by_phone import calls_by_group
from groupsched.enrolment.queries.clients import facts, facts_to_enrol
from groupsched.enrolment.queries.found import ORDER, client_to_bring
from groupsched.enrolment.queries.guests import guests_to_answer
from groupsched.enrolment.queries.lines import in_group_line
from groupsched.enrolment.queries.seats import each_pair, gave_up, holds_seat, pool_held
from groupsched.enrolment.rules import IN_LINE, LIVE, DateSeatState, EnrolmentMode, EnrolmentState
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.questionnaires.rules import Item
from groupsched.questionnaires.words import answer_words
from groupsched.schedule.events import ComeToAll
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.rules import OccurrenceStatus, SeatPool


@dataclass(frozen=True)
class ExpectedPerson:
    """A person on the list of one date. `since` is when this enrolment began; `given_up`: they said they cannot come.
    On a date in slots `slot` is theirs, or was; in a hybrid group they come by `pool`."""

    person: Person
    enrolment: Enrolment
    given_up: bool
    since: datetime
    slot: Timeslot | None = None
    pool: SeatPool | None = None


def roster(occurrence: Occurrence) -> list[ExpectedPerson]:
    """Everybody expected on one date, those too who said they cannot come, by name. Call it behind ROSTER_READ."""
    return rosters([occurrence])[occurrence.id]


def rosters(occurrences: Iterable[Occurrence]) -> dict[int, list[ExpectedPerson]]:
    """The same of many dates at once, by the number of the date; of each there is one."""
    found: dict[int, dict[int, ExpectedPerson]] = {one.id: {} for one in occurrences}
    query = (
        each_pair(Occurrence.id, Enrolment, DateSeat.state, Timeslot, pool_held())
        .join(Enrolment.person)
        .outerjoin(Timeslot, Timeslot.id == DateSeat.timeslot_id)
        .options(contains_eager(Enrolment.person))
        .where(Occurrence.id.in_(found), or_(holds_seat(), gave_up()))
        .order_by(*ORDER, Enrolment.id)
    )
    for number, enrolment, said, slot, pool in db.session.execute(query):
        one = ExpectedPerson(
            enrolment.person,
            enrolment,
            said == DateSeatState.GIVEN_UP,
            enrolment.created_at,
            slot,
            SeatPool(pool) if pool else None,
        )
        before = found[number].get(enrolment.person_id)
        if before is None or before.given_up:
            found[number][enrolment.person_id] = one
    return {number: list(people.values()) for number, people in found.items()}


def members(identity: Identity, group: Group) -> list[Enrolment]:
    """The enrolments of a group that are not over, by name; proposals for those who may answer them: whoever proposed a
    name by guess does not learn whether it is somebody's. Nobody who asks or waits and from whom the reader is kept apart. Raises NotFound
    for who may not read its roster."""
    ensure(identity, Permission.ROSTER_READ, group_facts(group))
    answers = can(identity, Permission.PROPOSAL_ANSWER, group_facts(group))
    query = (
        select(Enrolment)
        .join(Enrolment.person)
        .options(
            contains_eager(Enrolment.person),
            selectinload(Enrolment.date_seats).joinedload(DateSeat.occurrence),
            selectinload(Enrolment.proposed_by),
        )
        .where(
            Enrolment.group_id == group.id,
            Enrolment.state.in_(LIVE),
            true() if answers else ~Enrolment.is_proposal,
            not_kept_from(identity),
        )
    )
    return list(db.session.scalars(query.order_by(*ORDER)))


def said_with_requests(people: Iterable[Enrolment]) -> dict[int, list[tuple[Item, str]]]:
    """What those of these people who ask for a seat said with it, question by question, by the number of their request. Call it for
    who may answer them: it is read where they are answered, and nowhere else."""
    asking = {
        one.response_id: one.id for one in people if one.state == EnrolmentState.REQUESTED and one.response_id
    }
    if not asking:
        return {}
    query = (
        select(QuestionnaireResponse)
        .options(joinedload(QuestionnaireResponse.published), selectinload(QuestionnaireResponse.rows))
        .where(QuestionnaireResponse.id.in_(asking))
        .order_by(QuestionnaireResponse.id)
    )
    return {asking[row.id]: _said(row) for row in db.session.scalars(query)}


def _said(row: QuestionnaireResponse) -> list[tuple[Item, str]]:
    answers = row.answers
    pairs = ((item, answer_words(item, answers.get(item.key))) for item in row.published.form.questions)
    return [(item, words) for item, words in pairs if words]


def get_enrolment(identity: Identity, uid: str) -> Enrolment:
    """An enrolment by its public id: one's own, or one that staff may change. Raises NotFound for any other."""
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.group).selectinload(Group.facilitators))
        .where(Enrolment.uid == uid)
    )
    enrolment = db.session.scalar(query)
    if enrolment is None:
        raise NotFound
    if enrolment.person_id != identity.person:
        ensure_may_change(identity, enrolment)
    return enrolment


def ensure_may_change(identity: Identity, enrolment: Enrolment) -> None:
    """Go on only if this identity may answer or end somebody else's enrolment. Raises NotFound."""
    group, person = enrolment.group, enrolment.person
    if not may_answer(identity, enrolment):
        raise NotFound
    if enrolment.is_proposal:
        ensure(identity, Permission.PROPOSAL_ANSWER, facts(group, person))
    elif enrolment.state in LIVE:
        # Whoever leads the group knows who is in it, waits or asks.
        about = facts(group, person)
        ensure(identity, Permission.ENROL_OTHERS, replace(about, known_to=about.owners))
    else:
        ensure(identity, Permission.ENROL_OTHERS, facts_to_enrol(identity, group, person))


def is_enrolled(person_id: int | None, group_id: int) -> bool:
    """Whether a person has an enrolment in a group that is not over: their own groups are theirs to see."""
    query = select(Enrolment.id).where(
        Enrolment.person_id == person_id, Enrolment.group_id == group_id, Enrolment.state.in_(LIVE)
    )
    return person_id is not None and db.session.scalar(query) is not None


def may_bring(identity: Identity, group: Group) -> bool:
    """Whether this identity may enrol others in the group."""
    return can(identity, Permission.ENROL_OTHERS, group_facts(group))


def person_in_reach(identity: Identity, group: Group, uid: str) -> Person:
    """A client of the group's program whom this identity may enrol. Raises NotFound for any other person."""
    person = client_to_bring(identity, group_facts(group), uid)
    ensure(identity, Permission.ENROL_OTHERS, facts_to_enrol(identity, group, person))
    return person


MOST_SILENT = 5


@dataclass(frozen=True)
class WaitingGroups:
    """The groups that wait for somebody, by title: in which people ask, with how many; those to look at before they are
    published, or again; those that say nothing yet of faith, or of how they go, a few of them at a time; those where a seat came
    free too late to write to anybody, with how many are to be called; and those whose clients ask to bring somebody, with how many
    they would bring."""

    asking: list[tuple[Group, int]]
    to_look_at: list[Group]
    silent: list[Group]
    to_call: list[tuple[Group, int]]
    guests: list[tuple[Group, int]]


def waiting_groups(identity: Identity) -> WaitingGroups:
    """What waits for this identity, in one statement."""
    proposals = func.sum(case((Enrolment.is_proposal, 1), else_=0)).label("proposals")
    requests = (
        select(Enrolment.group_id, func.count().label("every"), proposals)
        .where(
            Enrolment.state == EnrolmentState.REQUESTED,
            Enrolment.person_id != (identity.person or 0),
            not_kept_from(identity),
        )
        .group_by(Enrolment.group_id)
        .subquery()
    )
    calls = calls_by_group(clock.now(), identity).subquery()
    guests = guests_to_answer(identity)
    looks, silent = _to_look_at(identity), Group.id.in_(_silent(identity))
    waits = or_(*(one.c.group_id.is_not(None) for one in (requests, calls, guests)), looks, silent)
    query = (
        select(
            Group,
            requests.c.every,
            requests.c.proposals,
            case((looks, 1), else_=0),
            case((silent, 1), else_=0),
            calls.c.calls,
            guests.c.guests,
        )
        .outerjoin(requests, requests.c.group_id == Group.id)
        .outerjoin(calls, calls.c.group_id == Group.id)
        .outerjoin(guests, guests.c.group_id == Group.id)
        .options(joinedload(Group.facilitators))
        .where(Group.program_id == identity.program_id, waits)
        .order_by(Group.title, Group.id)
    )
    rows = db.session.execute(query).unique().all()
    found = ((row[0], _to_answer(identity, row[0], row[1], row[2])) for row in rows if row[1])
    return WaitingGroups(
        [one for one in found if one[1]],
        [row[0] for row in rows if row[3]],
        [row[0] for row in rows if row[4]],
        [(row[0], row[5]) for row in rows if row[5] and may_bring(identity, row[0])],
        [(row[0], row[6]) for row in rows if row[6] and may_bring(identity, row[0])],
    )


def _silent(identity: Identity) -> Select[Any]:
    """The first groups by title that this identity may change and that do not say whether faith is part of them, or how they
    go: whoever chooses by that does not find them."""
    return (
        select(Group.id)
        .where(
            writable(identity),
            Group.program_id == identity.program_id,
            Group.state == GroupState.PUBLISHED,
            Group.source_id.is_(None),
            Group.setting == Setting.GROUP,
            Group.hidden.is_(False),
            or_(Group.orientation.is_(None), Group.structure.is_(None)),
        )
        .order_by(Group.title, Group.id)
        .limit(MOST_SILENT)
    )


def _to_look_at(identity: Identity) -> ColumnElement[bool]:
    """A group that waits for a yes that this identity may give, or was sent back to it; none where the program looks at none."""
    program = current_program(identity)
    if program is None or not program.reviews_groups:
        return false()
    if can(identity, Permission.GROUP_PUBLISH, Facts(program=program.id)):
        return Group.yes_asked_at.is_not(None)
    mine = Group.id.in_(groups_led_by(identity.person))
    return and_(Group.sent_back != "", Group.state == GroupState.DRAFT, mine)


def asking(identity: Identity) -> list[tuple[Group, int]]:
    """The groups in which people wait for a yes or no that this identity may give, with how many, by title."""
    return waiting_groups(identity).asking


def _to_answer(identity: Identity, group: Group, every: int, proposals: int) -> int:
    if can(identity, Permission.PROPOSAL_ANSWER, group_facts(group)):
        return every
    return every - proposals if may_bring(identity, group) else 0


def told_about(
    occurrence_ids: Iterable[int], *, in_line: bool = True, whole_line: bool = False
) -> list[tuple[Enrolment, Occurrence]]:
    """Everybody with a seat on one of these dates, or `in_line` for one of them singly, with the date; by date. With
    `whole_line`, who waits for every date too."""
    concerned = [holds_seat()]
    if in_line:
        concerned.append(DateSeat.state == DateSeatState.WAITING)
    if whole_line:
        concerned.append(in_group_line())
    query = (
        each_pair(Enrolment, Occurrence)
        .options(joinedload(Enrolment.person))
        .where(
            Occurrence.id.in_(list(occurrence_ids)),
            or_(*concerned),
            Enrolment.state.in_(IN_LINE),
        )
        .order_by(Occurrence.start, Occurrence.id, Enrolment.id)
    )
    return list(db.session.execute(query))


def touched_by(
    occurrence_ids: Sequence[int], *, whole_line: bool = False
) -> list[tuple[Enrolment, Occurrence]]:
    """Whom a change of these dates touches, with each of their dates; of a date alone, who waits for it too."""
    if whole_line or len(occurrence_ids) != 1:
        return told_about(occurrence_ids, whole_line=whole_line)
    return [(one, date) for one, date, _seated in concerned_by(occurrence_ids[0])]


def come_to_all(question: ComeToAll) -> frozenset[Person]:
    """Who has a seat on every date of a group, and so on a new one."""
    query = select(Person).join(Enrolment, Enrolment.person_id == Person.id)
    query = query.where(
        Enrolment.group_id == question.group_id, Enrolment.mode == EnrolmentMode.WHOLE,
        Enrolment.state == EnrolmentState.ACTIVE, Enrolment.from_start <= question.last,
        or_(Enrolment.until_start.is_(None), Enrolment.until_start > question.last),
    )  # fmt: skip
    return frozenset(db.session.scalars(query.order_by(Person.id)))


def concerned_by(occurrence_id: int) -> list[tuple[Enrolment, Occurrence, bool]]:
    """Who hears when this date alone is cancelled, with the date and whether they have a seat on it.

    Besides those, who waits for it: singly, or for every date of the group where this is the next one. Who waits for every
    date has none of them yet: of a later one they need to hear nothing.
    """
    other = aliased(Occurrence)
    sooner = exists().where(
        other.group_id == Occurrence.group_id,
        other.status == OccurrenceStatus.SCHEDULED,
        other.end > clock.now(),
        tuple_(other.start, other.id) < tuple_(Occurrence.start, Occurrence.id),
    )
    waits = or_(DateSeat.state == DateSeatState.WAITING, and_(in_group_line(), ~sooner))
    query = (
        each_pair(Enrolment, Occurrence, holds_seat())
        .options(joinedload(Enrolment.person))
        .where(Occurrence.id == occurrence_id, or_(holds_seat(), waits), Enrolment.state.in_(IN_LINE))
        .order_by(Enrolment.id)
    )
    return [(one, date, bool(seated)) for one, date, seated in db.session.execute(query)]
