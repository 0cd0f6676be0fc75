"""What was changed of a group's dates, and in which order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group, Place
from groupsched.catalog.queries import facts
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.models import (
    ChangeMade,
)
from groupsched.schedule.rules import TimetablePart


def changes_made(group: Group, limit: int = 6) -> list[ChangeMade]:
    """The latest changes of a group's dates, the last first, with who made them. The group itself was loaded in scope."""
    return list(db.session.scalars(history_of(group).limit(limit)))


def history_of(group: Group) -> Select[ChangeMade]:
    """All changes of a group's dates, the last first, with who made them."""
    query = select(ChangeMade).where(ChangeMade.group_id == group.id).options(joinedload(ChangeMade.by))
    return query.order_by(ChangeMade.id.desc())


def last_change(group: Group) -> int:
    """The number of the last change of a group's dates; 0 before there is one."""
    query = select(func.max(ChangeMade.id)).where(ChangeMade.group_id == group.id)
    return db.session.scalar(query) or 0


def changes_since(group: Group, number: int) -> list[ChangeMade]:
    """The changes of a group's dates after the one of this number, the first of them first."""
    return [one for one in reversed(changes_made(group)) if one.id > number]


def get_change(identity: Identity, uid: str) -> ChangeMade:
    """A change of dates by its public id. Raises NotFound where it is unknown, or its group is not theirs to change."""
    found = db.session.scalar(
        select(ChangeMade).where(ChangeMade.uid == uid).options(joinedload(ChangeMade.group))
    )
    if found is None:
        raise NotFound
    ensure(identity, Permission.GROUP_WRITE, facts(found.group))
    return found


@dataclass(frozen=True)
class ChangeNames:
    """The names of the places and people that changes speak of, by their numbers; `leads` are those who lead the group."""

    places: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    leads: tuple[int, ...] = ()


def names_in(group: Group, changes: Iterable[tuple[TimetablePart, TimetablePart]]) -> ChangeNames:
    """The names that the words for these changes need. The group itself was loaded in scope."""
    places, people, led = set[int](), set[int](), False
    for before, after in changes:
        was = {one.key: one for one in before.dates}
        for old, now in ((was[one.key], one) for one in after.dates if one.key in was):
            if old.place != now.place and now.place is not None:
                places.add(now.place)
            if old.leads != now.leads:
                led, people = True, people | {*old.leads, *now.leads}
    if not led:
        return ChangeNames(_places(places))
    leading = {row.person_id: row.person.short_name for row in group.facilitators}
    found = select(Person).where(Person.id.in_(people - leading.keys()))
    names = leading | {one.id: one.short_name for one in db.session.scalars(found)}
    return ChangeNames(_places(places), names, tuple(leading))


def _places(numbers: set[int]) -> dict[int, str]:
    if not numbers:
        return {}
    rows = db.session.execute(select(Place.id, Place.name).where(Place.id.in_(numbers)))
    return {one.id: one.name for one in rows}
