"""Who leads coming dates now that others led, and who does not any more, by the doing of somebody else."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from groupsched.catalog.models import Facilitator, Group
from groupsched.core.db import db
from groupsched.schedule.models import Assignment, ChangeMade, Occurrence, Substitution
from groupsched.schedule.rules import CoverState, OccurrenceStatus


@dataclass(frozen=True)
class LedOtherwise:
    """That a person `leads` these dates of a group now, the first of which begins `first`, or leads them no more, since `at`."""

    group: Group
    person_id: int
    leads: bool
    at: datetime
    first: datetime
    count: int
    timezone: str
    change: str


def led_otherwise(now: datetime, since: datetime, *, person_id: int | None = None) -> list[LedOtherwise]:
    """What was changed since then of who leads dates that are to come, by group and person; what was changed back is none, nor
    what somebody did themselves, nor a cover that was asked for. Of one person, of the groups in which they lead."""
    query = select(ChangeMade).where(ChangeMade.at > since).order_by(ChangeMade.group_id, ChangeMade.id)
    query = query.options(joinedload(ChangeMade.group).joinedload(Group.facilitators))
    if person_id is not None:
        query = query.where(ChangeMade.group_id.in_(_groups_of(person_id)))
    by_group: dict[int, list[ChangeMade]] = {}
    for made in db.session.scalars(query).unique():
        by_group.setdefault(made.group_id, []).append(made)
    found = [one for made in by_group.values() for one in _of_group(made, now)]
    return [one for one in found if person_id in (None, one.person_id)]


def _groups_of(person_id: int) -> Any:
    dates = select(Occurrence.group_id).join(Assignment, Assignment.occurrence_id == Occurrence.id)
    leads = select(Facilitator.group_id).where(Facilitator.person_id == person_id)
    return select(Group.id).where(
        or_(Group.id.in_(dates.where(Assignment.person_id == person_id)), Group.id.in_(leads))
    )


def _of_group(changes: Collection[ChangeMade], now: datetime) -> Iterator[LedOtherwise]:
    was: dict[int, list[int]] = {}
    last: dict[int, ChangeMade] = {}
    for made in changes:
        before = {one["key"]: one["leads"] for one in made.before["dates"]}
        for one in made.after["dates"]:
            number = one["key"]
            if number in before and before[number] != one["leads"]:
                was.setdefault(number, before[number])
                last[number] = made
    if not was:
        return
    group = next(iter(changes)).group
    usual = [row.person_id for row in group.facilitators]
    parts: dict[tuple[int, bool], list[Occurrence]] = {}
    for row in _coming(was, now):
        then, led = set(was[row.id] or usual), set(row.leader_ids)
        for person in sorted(then ^ led):
            if last[row.id].by_id != person:
                parts.setdefault((person, person in led), []).append(row)
    for (person, leads), rows in parts.items():
        made = max((last[row.id] for row in rows), key=lambda one: one.id)
        first = rows[0]
        yield LedOtherwise(group, person, leads, made.at, first.start, len(rows), first.timezone, made.uid)


def _coming(numbers: Collection[int], now: datetime) -> list[Occurrence]:
    covers = select(Substitution.occurrence_id)
    given = covers.where(Substitution.state == CoverState.GIVEN)
    covered = covers.where(Substitution.taken_by_id.is_not(None), Substitution.occurrence_id.not_in(given))
    query = select(Occurrence).where(
        Occurrence.id.in_(numbers), Occurrence.start > now, Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.id.not_in(covered),
    )  # fmt: skip
    query = query.options(selectinload(Occurrence.assignments), joinedload(Occurrence.group))
    return list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)))
