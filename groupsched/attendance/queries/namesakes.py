"""People whom their names do not tell apart, and what the desk can check of them."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from groupsched.access.identity import Identity
from groupsched.access.queries import sites
from groupsched.accounts.models import Person
from groupsched.attendance.models import Attendee, Sheet
from groupsched.attendance.queries.readable import readable
from groupsched.attendance.queries.rows import SheetView
from groupsched.attendance.rules import AttendanceStatus
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.text import fold
from groupsched.schedule.models import Occurrence


@dataclass(frozen=True)
class ToldApart:
    """What one of several people of the same name is told apart by, besides the end of the record number."""

    person: Person
    site: str
    last: datetime | None


def namesakes(identity: Identity, view: SheetView, found: Iterable[Person] = ()) -> dict[int, ToldApart]:
    """Those who read alike: of a sheet by first and last name, of people `found` at its door by what is shown of them, which is
    less. By the number of the person. When they were here last is said of this group, and of other sheets that this identity
    may read."""
    rows = {row.person.id: row for row in view.rows if row.person}
    people = [row.person for row in rows.values() if row.person]
    sought = list(found)
    alike = _alike([*people, *sought], sought) if sought else _same_names(people)
    if not alike:
        return {}
    named = {site.id: site.name for site in sites(identity)}
    last = _last_here(identity, view.occurrence, [one.id for one in alike])
    return {one.id: ToldApart(one, named.get(one.site_id or 0, ""), last.get(one.id)) for one in alike}


def _same_names(people: Collection[Person]) -> list[Person]:
    many = Counter(fold(one.name) for one in people)
    return [one for one in people if many[fold(one.name)] > 1]


def _alike(people: Collection[Person], sought: Collection[Person]) -> list[Person]:
    many = Counter(fold(one.short_name) for one in people)
    return [one for one in sought if many[fold(one.short_name)] > 1]


def _last_here(identity: Identity, occurrence: Occurrence, people: Collection[int]) -> dict[int, datetime]:
    query = (
        select(Attendee.person_id, func.max(Occurrence.start))
        .join(Sheet, Sheet.id == Attendee.sheet_id)
        .join(Occurrence, Occurrence.id == Sheet.occurrence_id)
        .join(Occurrence.group)
        .where(
            Attendee.person_id.in_(people),
            Attendee.status == AttendanceStatus.PRESENT,
            Attendee.removed_at.is_(None),
            Occurrence.start < occurrence.start,
            or_(Occurrence.group_id == occurrence.group_id, readable(identity, clock.now())),
        )
        .group_by(Attendee.person_id)
    )
    return {number: last for number, last in db.session.execute(query) if number is not None}
