"""Who leads a date, and who may keep its sheet: the rows and the SQL say the same."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, Select, and_, exists, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from groupsched.access.policy import Facts
from groupsched.catalog.models import Facilitator, Group
from groupsched.catalog.queries import facts, groups_led_by
from groupsched.core import clock
from groupsched.schedule.models import (
    Assignment,
    Occurrence,
    Substitution,
)
from groupsched.schedule.rules import (
    HELD_AFTER,
    HELD_BEFORE,
    LEADING,
    AssignmentRole,
)
from groupsched.schedule.rules import holds_sheet as held_by_substitute


def leads(person_id: int | None) -> ColumnElement[bool]:
    """The condition on Occurrence that a person leads that date: the same as `Occurrence.leaders`, as SQL."""
    assigned = _assigned()
    return or_(assigned.where(Assignment.person_id == person_id), _led_as_the_group(person_id))


def led_by(people: Collection[int], groups: Collection[int]) -> ColumnElement[bool]:
    """Dates that one of these people leads; those that were given to nobody, of these groups."""
    return or_(
        _assigned().where(Assignment.person_id.in_(people)),
        and_(~_assigned(), Occurrence.group_id.in_(groups)),
    )


def leaders_of_dates(group_ids: Collection[int]) -> Select[int]:
    """Query of the numbers of those who lead single dates of these groups."""
    query = select(Assignment.person_id).join(Occurrence, Occurrence.id == Assignment.occurrence_id)
    return query.where(Occurrence.group_id.in_(group_ids), Assignment.role.in_(LEADING))


def holds_sheet(person_id: int | None, now: datetime) -> ColumnElement[bool]:
    """The same for its sheet, which a substitute holds for some days alone: what `sheet_facts` says, as SQL."""
    mine = _assigned().where(Assignment.person_id == person_id)
    then = and_(Occurrence.start <= now + HELD_BEFORE, Occurrence.end > now - HELD_AFTER)
    covers = Assignment.role == AssignmentRole.SUBSTITUTE
    return or_(mine.where(~covers), and_(then, mine.where(covers)), _led_as_the_group(person_id))


def _assigned() -> Exists:
    return exists().where(Assignment.occurrence_id == Occurrence.id, Assignment.role.in_(LEADING))


def _led_as_the_group(person_id: int | None) -> ColumnElement[bool]:
    return and_(~_assigned(), Occurrence.group_id.in_(groups_led_by(person_id)))


def date_facts(occurrence: Occurrence, cover: Substitution | None = None) -> Facts:
    """What the policy may know of one date: it is theirs who lead it, whoever leads its group, and theirs who gave it away by
    this `cover`."""
    asked = {cover.part_of_id, cover.asked_by_id or 0} if cover else set()
    return replace(facts(occurrence.group), owners=frozenset({*occurrence.leader_ids, *asked}))


def sheet_facts(occurrence: Occurrence) -> Facts:
    """The same of its sheet, which a substitute holds for some days alone. Nobody's own record: a sheet is of many."""
    covering = frozenset(person.id for person in occurrence.substitutes)
    now_held = covering if held_by_substitute(occurrence.start, occurrence.end, clock.now()) else frozenset()
    known = date_facts(occurrence)
    return replace(known, owners=known.owners - covering, covering=now_held)


def with_assigned() -> ORMOption:
    """What to load with dates of a group whose leaders are known: those assigned to the date itself. Ask for `unique()`."""
    return joinedload(Occurrence.assignments).joinedload(Assignment.person)


def with_leaders() -> tuple[ORMOption, ...]:
    """What to load with dates whose `leaders` are asked for, in the same statement. Rows come more than once where several
    lead: ask for `unique()`."""
    return (
        with_assigned(),
        joinedload(Occurrence.group).joinedload(Group.facilitators).joinedload(Facilitator.person),
    )
