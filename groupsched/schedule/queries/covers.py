"""Reads of cover: who is looked for to lead a date, who was asked, who is away, who works when."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, can
from groupsched.accounts.models import Person
from groupsched.catalog.models import Facilitator, Group
from groupsched.catalog.queries import facts
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.models import Assignment, CoverAsk, Occurrence, Substitution, TimeOff, WorkingHours
from groupsched.schedule.queries.leading import date_facts, with_leaders
from groupsched.schedule.rules import BESIDE, TAKEN, CoverState, HoursSpan


def cover_facts(cover: Substitution) -> Facts:
    """What the policy may know of a question for cover: it is theirs to answer who were asked."""
    asked = frozenset(ask.person_id for ask in cover.asks)
    return replace(facts(cover.occurrence.group), owners=asked)


def asks_open(now: datetime) -> list[CoverAsk]:
    """Everybody who is asked to lead a coming date and has not answered, in all programs: for the worker."""
    query = (
        select(CoverAsk)
        .join(CoverAsk.substitution)
        .join(Substitution.occurrence)
        .where(Substitution.state == CoverState.OPEN, CoverAsk.declined_at.is_(None), Occurrence.awaited(now))
        .options(contains_eager(CoverAsk.substitution).contains_eager(Substitution.occurrence))
    )
    return list(db.session.scalars(query.order_by(CoverAsk.asked_at, CoverAsk.person_id)))


def covers_open(identity: Identity, now: datetime) -> list[Substitution]:
    """The dates to come for which somebody is looked for, as far as they are this identity's to see to: asked of it, asked
    by it or for its part, or of its program for who supervises. In order of time."""
    me = identity.person
    asked = exists().where(
        CoverAsk.substitution_id == Substitution.id, CoverAsk.person_id == me, CoverAsk.declined_at.is_(None)
    )
    theirs = or_(asked, Substitution.part_of_id == me, Substitution.asked_by_id == me)
    if not can(identity, Permission.COVER_ASK, Facts(program=identity.program_id)):
        query = _covers().where(theirs)
    else:
        query = _covers()
    query = query.where(
        Substitution.program_id == identity.program_id, Substitution.state == CoverState.OPEN, Occurrence.awaited(now)
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Occurrence.start, Substitution.id)).unique())


def covers_of(occurrence: Occurrence) -> list[Substitution]:
    """What became of the questions for cover of a date, the latest first. The date itself was loaded in scope."""
    query = _covers().where(Substitution.occurrence_id == occurrence.id)
    return list(db.session.scalars(query.order_by(Substitution.id.desc())).unique())


def covers_of_dates(numbers: Iterable[int]) -> list[Substitution]:
    """The questions for cover that are open of these dates, and the covers that are settled, in order of time."""
    live = Substitution.state.in_((CoverState.OPEN, *TAKEN))
    query = _covers().where(Substitution.occurrence_id.in_(list(numbers)), live)
    return list(db.session.scalars(query.order_by(Occurrence.start, Substitution.id)).unique())


def get_cover(identity: Identity, uid: str) -> Substitution:
    """A question for cover by its public id. Raises NotFound where it is unknown, or neither theirs to answer nor to ask."""
    query = _covers().where(Substitution.uid == uid, Substitution.program_id == identity.program_id)
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound
    asks = can(identity, Permission.COVER_ASK, date_facts(found.occurrence, found))
    if not asks and not can(identity, Permission.COVER_ANSWER, cover_facts(found)):
        raise NotFound
    return found


def _covers() -> Select[Substitution]:
    of_date = contains_eager(Substitution.occurrence)
    of_group = of_date.joinedload(Occurrence.group)
    return (
        select(Substitution)
        .join(Substitution.occurrence)
        .options(
            of_date.joinedload(Occurrence.place),
            of_date.joinedload(Occurrence.assignments).joinedload(Assignment.person),
            of_group.joinedload(Group.facilitators).joinedload(Facilitator.person),
            of_group.joinedload(Group.modality),
            joinedload(Substitution.asks).joinedload(CoverAsk.person),
            joinedload(Substitution.part_of),
            joinedload(Substitution.asked_by),
            joinedload(Substitution.taken_by),
        )
    )


def away_between(people: Collection[int], start: datetime, end: datetime) -> list[TimeOff]:
    """When these people are away within this time, in order."""
    query = select(TimeOff).where(
        TimeOff.person_id.in_(people), TimeOff.starts_at < end, TimeOff.ends_at > start
    )
    query = query.options(joinedload(TimeOff.person))
    return list(db.session.scalars(query.order_by(TimeOff.starts_at, TimeOff.id)))


def hours_of(people: Collection[int]) -> dict[int, dict[int, HoursSpan]]:
    """When these people work, by person and weekday; who has said nothing is not among them."""
    rows = db.session.scalars(
        select(WorkingHours).where(WorkingHours.person_id.in_(people)).order_by(WorkingHours.weekday)
    )
    found: dict[int, dict[int, HoursSpan]] = {}
    for row in rows:
        found.setdefault(row.person_id, {})[row.weekday] = HoursSpan(row.begins, row.ends)
    return found


def get_date_to_cover(identity: Identity, uid: str) -> tuple[Occurrence, list[Substitution]]:
    """A date by its public id, with its questions for cover, the latest first: for whom may look for somebody to lead it, or
    gave it away. Raises NotFound for everybody else."""
    query = select(Occurrence).where(Occurrence.uid == uid, Occurrence.external.is_(False)).options(
        *with_leaders(), joinedload(Occurrence.place), joinedload(Occurrence.group).joinedload(Group.modality)
    )  # fmt: skip
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound
    covers = covers_of(found)
    live = [one for one in covers if one.state in (CoverState.OPEN, *TAKEN)]
    if not any(can(identity, Permission.COVER_ASK, date_facts(found, one)) for one in (None, *live)):
        raise NotFound
    return found, live


def dates_to_give(identity: Identity, part_of: Person, uids: Collection[str]) -> list[Occurrence]:
    """Those of these dates, by public id, that are to come, that a person leads, and for which this identity may look for
    somebody else; in order."""
    query = select(Occurrence).where(
        Occurrence.uid.in_(uids), Occurrence.external.is_(False), Occurrence.awaited(clock.now()),
        Occurrence.program_id == identity.program_id,
    ).options(
        *with_leaders(), joinedload(Occurrence.place), joinedload(Occurrence.group).joinedload(Group.modality)
    )  # fmt: skip
    rows = db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)).unique()
    return [
        one
        for one in rows
        if part_of.id in one.leader_ids and can(identity, Permission.COVER_ASK, date_facts(one))
    ]


def get_covers(identity: Identity, uids: Collection[str]) -> list[Substitution]:
    """Questions for cover by their public ids, as far as this identity may look for somebody for their dates, or gave them
    away; in the order in which groups are locked."""
    query = _covers().where(Substitution.uid.in_(uids), Substitution.program_id == identity.program_id)
    rows = db.session.scalars(query.order_by(Occurrence.group_id, Substitution.id)).unique()
    return [one for one in rows if can(identity, Permission.COVER_ASK, date_facts(one.occurrence, one))]


def uncovered_among(numbers: Iterable[int]) -> frozenset[int]:
    """Those of these dates for which somebody is looked for, by number."""
    return live_covers(None, numbers).looked_for


@dataclass(frozen=True)
class LiveCovers:
    """Of some dates, by number: those for which somebody is `looked_for`, and those that the reader `gave` to somebody else."""

    looked_for: frozenset[int]
    gave: frozenset[int]


def live_covers(identity: Identity | None, numbers: Iterable[int]) -> LiveCovers:
    """What is known of cover of these dates, of which the reader may know that they are there."""
    live = (CoverState.OPEN, *TAKEN)
    query = select(
        Substitution.occurrence_id, Substitution.state, Substitution.part_of_id, Substitution.asked_by_id
    )
    rows = db.session.execute(
        query.where(Substitution.occurrence_id.in_(list(numbers)), Substitution.state.in_(live))
    ).all()
    me = identity.person if identity else None
    return LiveCovers(
        frozenset(row.occurrence_id for row in rows if row.state is CoverState.OPEN),
        frozenset(
            row.occurrence_id
            for row in rows
            if me is not None and row.state in TAKEN and me in (row.part_of_id, row.asked_by_id)
        ),
    )


def away_facts(person: Person) -> Facts:
    """What the policy may know of somebody's time off: it is theirs, and of who supervises."""
    return Facts(program=person.program_id, owners=frozenset({person.id}))


def time_off_of(person: Person, since: datetime) -> list[TimeOff]:
    """When somebody is away, what is over by then left out, in order."""
    query = select(TimeOff).where(TimeOff.person_id == person.id, TimeOff.ends_at > since)
    return list(db.session.scalars(query.order_by(TimeOff.starts_at, TimeOff.id)))


def beside(occurrence: Occurrence) -> list[Assignment]:
    """Who is at a date besides those who lead it, by name. The date itself was loaded in scope."""
    query = select(Assignment).join(Assignment.person).options(contains_eager(Assignment.person))
    query = query.where(Assignment.occurrence_id == occurrence.id, Assignment.role.in_(BESIDE))
    return list(db.session.scalars(query.order_by(Person.first_name, Person.id)))
