"""The dates that answer a question, of all groups an identity may see: for the interface and the public feed."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.catalog.models import Group
from groupsched.catalog.queries import readable
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.text import beginnings
from groupsched.enrolment.queries.searched import (
    COUNTED,
    GROUP_COLUMNS,
    Facet,
    SearchedCatalogue,
    facet_pairs,
    searched_catalogue,
)
from groupsched.enrolment.rules import CHOICES, FindFilters, PartOfDay
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

# Minutes after midnight.
PARTS = {PartOfDay.MORNING: (0, 720), PartOfDay.AFTERNOON: (720, 1020), PartOfDay.EVENING: (1020, 1440)}
GROUP_LEVEL = tuple(name for name in (*CHOICES, "kind", "modality", "place", "language", "tradition", "audience")
                    if name not in ("day", "time"))  # fmt: skip


def asked_dates(identity: Identity, filters: FindFilters, *, group: str | None = None) -> Select[Occurrence]:
    """Dates of the asked window, both days inclusive, past ones too, in no order yet.

    `group` narrows to one group by its public id, listings of others included.
    """
    program = db.session.get(Program, identity.program_id) if identity.program_id else None
    first, last = filters.window(clock.today(program.timezone if program else "UTC"))
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .where(readable(identity), Occurrence.local_date.between(first, last))
        .options(
            contains_eager(Occurrence.group),
            joinedload(Occurrence.series),
            joinedload(Occurrence.place),
            joinedload(Occurrence.laid_topic),
        )
    )
    if group is not None:
        query = query.where(Group.uid == group)
    elif not filters.external:
        query = query.where(Occurrence.external.is_(False))
    if filters.q or any(filters.values.get(name) for name in GROUP_LEVEL):
        query = query.where(*_asked_of_groups(identity, filters, _days(first, last)))
    return query.where(*_moments(filters, _days(first, last)))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def _moments(filters: FindFilters, window: list[date]) -> list[Any]:
    wanted = [
        or_(*(_at(name, value, window) for value in values))
        for name in COUNTED
        if (values := filters.values.get(name))
    ]
    if filters.free:
        wanted.append(Occurrence.status == OccurrenceStatus.SCHEDULED)
        wanted.append(Occurrence.any_free())
    return wanted


def _at(name: str, value: str, window: list[date]) -> ColumnElement[bool]:
    """Dates on a day of the week, or at a time of day."""
    if name == "day":
        number = CHOICES["day"].index(value)
        return Occurrence.local_date.in_([day for day in window if day.weekday() == number])
    begin, end = PARTS[PartOfDay(value)]
    return and_(Occurrence.local_minute >= begin, Occurrence.local_minute < end)


def _asked_of_groups(
    identity: Identity, filters: FindFilters, window: list[date]
) -> Iterator[ColumnElement[bool]]:
    """What is chosen, and what is asked for in words: a group says both in lists, which the databases search differently."""
    catalogue = searched_catalogue(identity.program_id)
    rows = db.session.execute(select(*GROUP_COLUMNS).where(readable(identity)))
    fitting = [(row, facets) for row in rows if _fits(facets := catalogue.facets_of(row), filters)]
    yield Occurrence.group_id.in_([row.id for row, _facets in fitting])
    if filters.q:
        groups = [(row.id, facet_pairs(facets), catalogue.words_of(row)) for row, facets in fitting]
        yield from _saying(catalogue, groups, beginnings(filters.q), window)


def _saying(
    catalogue: SearchedCatalogue,
    groups: list[tuple[int, set[Facet], str]],
    words: list[str],
    window: list[date],
) -> Iterator[ColumnElement[bool]]:
    """For each word, the groups that say it, and the days and times that are called so."""
    moments = {(name, value) for name in COUNTED for value in CHOICES[name]}
    spoken = catalogue.spoken(moments.union(*(facets for _number, facets, _text in groups)))
    for word in words:
        meant = {facet for facet, text in spoken.items() if word in text}
        saying = [number for number, facets, text in groups if facets & meant or word in text]
        yield or_(Occurrence.group_id.in_(saying), *(_at(*facet, window) for facet in meant & moments))
    if not words:
        yield false()


def _fits(facets: Mapping[str, tuple[str, ...]], filters: FindFilters) -> bool:
    wanted = ((name, filters.values.get(name, ())) for name in GROUP_LEVEL)
    return all(set(values) & set(facets.get(name, ())) for name, values in wanted if values)
